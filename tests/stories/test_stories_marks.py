"""What entries have in common, entry by entry."""

import pytest

from aggregator.stories import Told, is_discussion, key_of, marks, packed, unpacked
from aggregator.stories.links import is_hub, subject_of, target_of
from aggregator.stories.texts import phrases_of
from aggregator.stories.titles import name_of

AT = 1_700_000_000 << 20
OWN = "https://own.example/a"
PAGE = "https://page.example/b"
LINK = f'<a href="{PAGE}">{PAGE}</a>'
LONG = "Harbour authority opens the third quay at last"
TEXT = " ".join(f"remarkable{n} things happened{n} here{n} yesterday{n}" for n in range(12))


def told(**fields):
    """An entry that says nothing but what is given."""
    given = {
        "entry_id": AT,
        "feed_id": 1,
        "category": "microblogs",
        "title": "",
        "url": None,
        "comments_url": None,
        "text": "",
        "html": "",
    }
    return Told(**{**given, **fields})


def alike(one, other):
    """Whether two entries have a key in common."""
    return bool({key_of(mark) for mark in marks(one)} & {key_of(mark) for mark in marks(other)})


def test_an_entry_that_says_nothing_has_no_marks():
    """Without page, link, name and text there is nothing to share."""
    assert marks(told()) == ()


def test_a_page_is_marked_as_own_or_linked():
    """Who publishes a page and who links to it share its key, not its mark."""
    report, talk = told(url=PAGE), told(url=OWN, html=LINK)

    assert alike(report, talk)
    assert not set(marks(report)) & set(marks(talk))
    assert (is_discussion(marks(report)), is_discussion(marks(talk))) == (False, True)


def test_an_entry_that_links_to_itself_discusses_nothing():
    """A link, or a discussion, at its own page is no second page."""
    assert len(marks(told(url=PAGE, html=LINK, comments_url=f"{PAGE}#comments"))) == 1


def test_a_discussion_elsewhere_is_a_page_of_the_story():
    """Two that name the same discussion have it in common; a home page is none."""
    thread = "https://talk.example/item?id=3"

    assert alike(told(url=OWN, comments_url=thread), told(url=thread))
    assert len(marks(told(url=OWN, comments_url="https://talk.example/"))) == 1


def test_a_title_counts_within_its_time():
    """The same title at another time has another mark, and a page has not."""
    later = AT + (40 * 86_400 << 20)
    one, other = (told(entry_id=at, title=LONG, category="blogs") for at in (AT, later))

    assert not alike(one, other)
    assert alike(one, told(title=f"The {LONG.upper()}", category="news"))
    assert alike(one._replace(url=PAGE), other._replace(url=PAGE))


def test_marks_are_kept_as_bytes():
    """What is written is read back, of every sign."""
    found = marks(told(url=PAGE, title=LONG, category="blogs", text=TEXT))

    assert len(found) == 4
    assert unpacked(packed(found)) == found
    assert all(-(2**63) <= mark < 2**63 for mark in found)


@pytest.mark.parametrize(
    ("title", "category", "url", "name"),
    [
        (LONG, "blogs", None, "harbour authority opens third quay at last"),
        (f"Show HN: {LONG} [pdf]", "forums", None, "harbour authority opens third quay at last"),
        (f"[Long] {LONG} (2021)", "forums", None, "harbour authority opens third quay at last"),
        (f"{LONG} (again)", "blogs", None, "harbour authority opens third quay at last again"),
        (
            f"{LONG} - The Page",
            "blogs",
            "https://page.example/",
            "harbour authority opens third quay at last",
        ),
        (
            f"{LONG} - Any Paper",
            "blogs",
            "https://news.google.com/x",
            "harbour authority opens third quay at last",
        ),
        (
            f"{LONG} | Ashford",
            "blogs",
            "https://page.example/",
            "harbour authority opens third quay at last ashford",
        ),
        ("A ship has come in", "blogs", None, None),
        ("A ship has come in at noon today", "blogs", None, "ship has come in at noon today"),
        ("科学家在深海发现三种发光水母新物种", "blogs", None, "科学家在深海发现三种发光水母新物种"),
        ("과학자들이 심해에서 해파리를 발견", "blogs", None, "과학자들이 심해에서 해파리를 발견"),
        (
            "Учёные нашли древний порт на дне озера",
            "blogs",
            None,
            "учёные нашли древний порт на дне озера",
        ),
        ("Good morning everyone, have a nice day", "microblogs", None, None),
        (
            f"{LONG}, said twice",
            "microblogs",
            None,
            f"{LONG.lower().replace('the ', '')} said twice",
        ),
        ("Weekly question thread for everybody and all", "forums", None, None),
        ("Who is hiring? (November 2023, all of us)", "forums", None, None),
        ("Your weekly links for the long weekend", "blogs", None, None),
        ("This Week in Fern, the five hundred issues", "blogs", None, None),
        (
            "This Week in Fern, issue 512 for everybody",
            "blogs",
            None,
            "this week in fern issue 512 for everybody",
        ),
        (
            "What a drama in the last minute of play",
            "blogs",
            None,
            "what drama in last minute of play",
        ),
    ],
)
def test_a_title_is_a_name_unless_many_may_have_it(title, category, url, name):
    """Short titles, threads and unnumbered series are no names; what others add is no part."""
    assert name_of(title, category, url) == name


def test_copies_of_a_text_share_a_phrase():
    """A line in front, a word edited or an end cut off leaves one of the phrases."""
    whole = set(phrases_of(TEXT))

    assert len(whole) == 2
    assert whole & set(phrases_of(f"PORT ELLERY (Wire) - {TEXT}"))
    assert whole & set(phrases_of(TEXT.replace("here11", "there")))
    assert whole & set(phrases_of(TEXT[:520]))


@pytest.mark.parametrize(
    "text",
    ["", "word " * 40, "word " * 200, "Longer words, yet few of them altogether, " * 4, TEXT[:200]],
)
def test_a_short_or_plain_text_has_no_phrases(text):
    """A few words, or no long ones, may be anybody's."""
    assert phrases_of(text) == ()


def test_a_text_without_blanks_has_phrases_too():
    """In Chinese a word is what stands between two marks."""
    text = "，".join(
        f"第{'一二三四五六七八九十'[n]}句话说的是完全不同的事情{'很长' * n}" for n in range(10)
    )

    assert len(phrases_of(text)) == 2
    assert phrases_of(text) == phrases_of(f"本报讯，{text}")


@pytest.mark.parametrize(
    ("url", "subject"),
    [
        (PAGE, PAGE),
        (f"{PAGE}.html", PAGE),
        (f"{PAGE}?id=1&ref=hn", f"{PAGE}?id=1"),
        (f"{PAGE}?ref=hn", PAGE),
        (f"{PAGE}?r=8a1b2", PAGE),
        (f"{PAGE}?r=site/page", f"{PAGE}?r=site/page"),
        ("https://web.archive.org/web/20231101/http://www.page.example/b/", PAGE),
        ("https://page.example/web/notes", "https://page.example/web/notes"),
    ],
)
def test_a_page_is_compared_without_its_sender_and_suffix(url, subject):
    """What says who sent the reader, or what kind of file it is, makes no other page."""
    assert subject_of(url) == subject


@pytest.mark.parametrize(
    ("url", "hub"),
    [
        ("https://page.example/", True),
        ("https://page.example/blog", True),
        ("https://page.example/b", False),
        ("https://github.com/heron", True),
        ("https://github.com/heron/bird", False),
        ("https://youtube.com/@heron", True),
        ("https://youtube.com/watch?v=aaaaaaaaaaa", False),
        ("https://mastodon.example/@ada", True),
        ("https://mastodon.example/@ada/1113", False),
        ("https://mastodon.example/tags/aurora", True),
        ("https://reddit.com/r/birds", True),
        ("https://reddit.com/r/birds/comments/a/b", False),
        ("https://apps.apple.com/app/id1", True),
        ("https://podcasts.apple.com/us/podcast/name/id1", True),
        ("https://page.example/2023/11/a/b", False),
        ("https://page.example/donate", True),
    ],
)
def test_homes_people_and_shops_are_nobodys_subject(url, hub):
    """A page that is about nothing in particular folds nothing."""
    assert is_hub(url) is hub
    assert len(marks(told(url=url))) == (0 if hub else 1)


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"html": LINK}, PAGE),
        ({"html": LINK, "category": "blogs"}, None),
        ({"html": LINK, "text": "x" * 701}, None),
        ({"html": f'{LINK} <a href="https://c.example/d">c.example/d</a>'}, None),
        ({"html": f'{LINK} <a href="https://own.example/tags/x">#x own.example</a>'}, PAGE),
        ({"html": f'{LINK} <a href="https://c.example/d">Powered by C</a>'}, PAGE),
        ({"html": f'<a href="{PAGE}">A &amp; B</a>', "title": "A & B"}, PAGE),
        (
            {"html": f'{LINK}<a href="https://c.example/d?x=1&amp;y=2">[link]</a>'},
            "https://c.example/d?x=1&y=2",
        ),
        ({"html": '<a href="https://i.c.example/d.jpg">https://i.c.example/d.jpg</a>'}, None),
        ({"text": f"Look: {PAGE}"}, PAGE),
        ({"text": "Look: https://page.example/cut…"}, None),
        ({"text": "Look: http"}, None),
    ],
)
def test_a_short_entry_points_at_one_page_or_none(fields, target):
    """A link counts where people point at things, if it shows its address and is the only one."""
    assert target_of(told(url=OWN, **fields)) == target
