"""Refining a whole document."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Document, Enclosure, FeedInfo, Parsed, RawEntry, Text
from aggregator.refine import refine

URL = "https://e.org/blog/feed.xml"


def document(*entries, feed=None, url=URL, identity=0, **parsed):
    return refine(
        Parsed(feed=feed or FeedInfo(), entries=entries, **parsed), url=url, identity=identity
    )


def entry(**raw):
    return document(RawEntry(**raw)).entries[0]


def test_an_entry_is_refined_in_all_its_parts():
    """One entry, from the document's words to what we keep."""
    raw = RawEntry(
        id=" tag:e.org,2026:1\n",
        link="http://www.e.org/blog/One/?utm_source=rss",
        title=Text("One &amp; <b>all</b>"),
        summary=Text("<p>In short</p>"),
        content=(Text("<p>Hello <a href='two'>two</a></p><img src='/i.png'>", "text/html", URL),),
        author="jo@e.org (Jo)",
        published=1_700_000_000,
        updated=1_700_000_500,
        tags=("News", "news"),
        enclosures=(Enclosure(url="/a.mp3"),),
        duration=60,
        language="EN-us",
        rights="&copy; <i>Jo</i>",
        comments="/blog/One/comments#c?utm_source=x",
    )

    found = document(raw).entries[0]

    assert found.guid == "tag:e.org,2026:1"
    assert found.url == "http://www.e.org/blog/One/"
    assert found.canonical_url == "https://e.org/blog/One"
    assert found.title == "One & all"
    assert found.author == "Jo"
    assert (found.published, found.updated) == (1_700_000_000, 1_700_000_500)
    assert found.summary == "In short"
    assert found.text == "Hello two"
    assert 'href="https://e.org/blog/two"' in found.html
    assert found.image == "https://e.org/i.png"
    assert found.enclosures == (
        Enclosure(url="https://e.org/a.mp3", type="audio/mpeg", duration=60),
    )
    assert found.tags == ("News",)
    assert found.language == "en-US"
    assert found.rights == "© Jo"
    assert found.comments_url == "https://e.org/blog/One/comments#c?utm_source=x"
    assert len(found.content_hash) == 16


def test_what_is_said_of_the_document_is_handed_on():
    """Hashes, counts and the way it was read are the parser's."""
    found = document(hashes=b"x" * 16, listed=1, delta=True, path="json", identity=3)

    assert found == Document(
        feed=FeedInfo(), entries=(), hashes=b"x" * 16, listed=1, delta=True, path="json", identity=3
    )


def test_what_is_said_of_the_feed_is_plain():
    """Names are text, links are absolute, what is no language or address is nothing."""
    feed = FeedInfo(
        title="Tom &amp; <b>Jerry</b>\x00",
        link="/?utm_source=rss",
        description="<p>About</p><p>us</p>",
        language="en_gb",
        author="Jo <jo@e.org>",
        rights="",
        icon="javascript:alert(1)",
        ttl=60,
        skip_hours=(1,),
    )

    assert document(feed=feed).feed == FeedInfo(
        title="Tom & Jerry",
        link="https://e.org/",
        description="About us",
        language="en-GB",
        author="Jo",
        ttl=60,
        skip_hours=(1,),
    )


def test_a_feeds_language_is_its_entries():
    """Unless an entry says otherwise."""
    feed = FeedInfo(language="de")
    found = document(RawEntry(id="1"), RawEntry(id="2", language="fr"), feed=feed)

    assert [one.language for one in found.entries] == ["de", "fr"]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@e.org",
        "https://[",
        "https://e.org:99999/",
        "",
        " ",
        None,
    ],
)
def test_a_link_is_of_the_web_or_nothing(link):
    """So are the comments' and the thumbnail's."""
    found = entry(link=link, comments=link, thumbnail=link)

    assert (found.url, found.canonical_url, found.comments_url, found.image) == (None,) * 4


def test_a_link_names_nobody():
    """Users and passwords are secrets or a disguise."""
    found = entry(link="https://bank.example@evil.example/@jo", thumbnail="https://u:p@e.org/t.png")

    assert found.url == "https://evil.example/@jo"
    assert found.image == "https://e.org/t.png"


@pytest.mark.parametrize(
    ("published", "updated", "expected"),
    [
        (1_700_000_000, 1_700_000_001, (1_700_000_000, 1_700_000_001)),
        (None, 1_700_000_001, (1_700_000_001, 1_700_000_001)),
        (1_700_000_000, None, (1_700_000_000, None)),
        (0, None, (None, None)),
        (86_399, -62_135_596_800, (None, None)),
        (86_400, 4_102_444_799, (86_400, 4_102_444_799)),
        (4_102_444_800, 10**30, (None, None)),
    ],
)
def test_dates_are_sane_or_missing(published, updated, expected):
    """From 1970-01-02 to 2099; an entry that was only updated was published then."""
    found = entry(published=published, updated=updated)

    assert expected == (found.published, found.updated)


@pytest.mark.parametrize(
    ("content", "summary", "expected"),
    [
        ((Text("a", "text/plain"), Text("<b>b</b>")), Text("c"), "<b>b</b>"),
        ((Text("a", "text/plain"),), Text("c"), "<p>a</p>"),
        ((Text(" \n"),), Text("c"), "c"),
        ((), Text("c"), "c"),
        ((), None, ""),
    ],
)
def test_the_body_is_the_content_or_the_summary(content, summary, expected):
    """Markup goes before plain text, and blanks are no content."""
    assert expected == entry(content=content, summary=summary).html


def test_an_entry_without_title_is_called_by_its_words():
    """Statuses have no titles."""
    found = entry(summary=Text("<p>Just a thought</p>"), link="https://social.example/@jo/1")

    assert found.title == "Just a thought"
    assert found.summary == "Just a thought"


def test_relative_addresses_need_no_base_of_their_own():
    """A text without base is read from its entry's page, else from the document."""
    text = Text("<img src='i.png'>")

    assert entry(summary=text, link="https://f.org/a/b").image == "https://f.org/a/i.png"
    assert entry(summary=text).image == "https://e.org/blog/i.png"


def test_an_id_of_any_length_is_an_id():
    """Two long ids that begin alike are two."""
    long = "x" * 10_000
    found = document(RawEntry(id=long), RawEntry(id=long + "y"))

    assert len({one.guid for one in found.entries}) == 2
    assert all(len(one.guid) < 50 for one in found.entries)


def test_a_changed_date_changes_no_content():
    """What readers see decides, and all of what they see."""
    base = {
        "id": "1",
        "title": Text("T"),
        "link": "https://e.org/a",
        "author": "Jo",
        "content": (Text("<p>x</p>"),),
        "enclosures": (Enclosure(url="https://e.org/a.mp3", length=1),),
        "thumbnail": "https://e.org/a.png",
    }
    same = entry(**base).content_hash

    assert same == entry(**base, published=90_000, updated=99_000, tags=("a",)).content_hash
    for changed in (
        {"title": Text("U")},
        {"link": "https://e.org/b"},
        {"author": "Do"},
        {"content": (Text("<p>y</p>"),)},
        {"enclosures": (Enclosure(url="https://e.org/b.mp3"),)},
        {"thumbnail": "https://e.org/b.png"},
    ):
        assert same != entry(**(base | changed)).content_hash


def test_hashes_do_not_depend_on_the_process():
    """Another process, with another hash seed, comes to the same sums and markup."""
    code = (
        "from aggregator.model import *; from aggregator.refine import refine;"
        "t = Text('<video src=a poster=b width=1></video><img src=c title=d alt=e><a href=f title=g>h</a>');"
        "d = refine(Parsed(feed=FeedInfo(), entries=(RawEntry(content=(t,)),)), url='https://e.org/', identity=0);"
        "import json; print(json.dumps([d.entries[0].html, d.entries[0].content_hash.hex()]))"
    )
    runs = {
        json.dumps(json.loads(subprocess.check_output([sys.executable, "-c", code])))
        for _ in range(4)
    }

    assert len(runs) == 1


STRANGE = st.text(
    st.characters(codec=None, exclude_categories=()) | st.sampled_from("<>&\"'\x00\u202e\ud800/:@"),
    max_size=30,
)
TEXTS = st.builds(Text, STRANGE, st.sampled_from(["text/html", "text/plain", "x"]), STRANGE)
MAYBE = st.none() | STRANGE
WHEN = st.none() | st.integers(-(10**20), 10**20)
ENCLOSURES = st.builds(Enclosure, url=STRANGE, type=MAYBE, length=WHEN, duration=WHEN, title=MAYBE)
RAW = st.builds(
    RawEntry,
    id=MAYBE,
    link=MAYBE,
    title=st.none() | TEXTS,
    summary=st.none() | TEXTS,
    content=st.lists(TEXTS, max_size=2).map(tuple),
    author=MAYBE,
    published=WHEN,
    updated=WHEN,
    tags=st.lists(STRANGE, max_size=3).map(tuple),
    enclosures=st.lists(ENCLOSURES, max_size=2).map(tuple),
    thumbnail=MAYBE,
    duration=WHEN,
    language=MAYBE,
    rights=MAYBE,
    comments=MAYBE,
)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(RAW, max_size=4).map(tuple),
    st.builds(FeedInfo, title=MAYBE, link=MAYBE, icon=MAYBE),
    STRANGE,
)
def test_nothing_that_a_feed_says_breaks_anything(entries, feed, url):
    """Whatever it holds, the result can be written down and its addresses are of the web."""
    found = document(*entries, feed=feed, url=url)

    assert repr(found).encode()
    for one in found.entries:
        assert one.guid
        assert one.title
        assert len(one.summary) <= 300
        links = (
            one.url,
            one.canonical_url,
            one.image,
            one.comments_url,
            *(f.url for f in one.enclosures),
        )
        assert all(link.startswith(("http://", "https://")) for link in links if link)
        words = (one.guid, one.title, one.text, one.summary, one.html, one.author or "", *one.tags)
        assert all(word.encode() is not None and "\x00" not in word for word in words)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "word ",
                "wörter",
                "<br>",
                "&amp; ",
                "<b>",
                "</b>",
                " ",
                "\n",
                "x" * 290,
            ]
        ),
        max_size=400,
    ).map("".join),
    title=st.none() | st.just("A title"),
    summary=st.none() | st.just("A summary"),
)
def test_an_entry_of_a_backlog_lacks_only_its_text(body, title, summary):
    """Title and summary are made of the first words, as they are of all."""
    raw = RawEntry(
        id="1",
        link="https://e.org/1",
        title=Text(title) if title else None,
        summary=Text(summary) if summary else None,
        content=(Text(body),),
    )
    parsed = Parsed(feed=FeedInfo(), entries=(raw,))
    (whole,) = refine(parsed, url=URL, identity=0).entries
    (lead,) = refine(parsed, url=URL, identity=0, backlog=True).entries

    assert replace(whole, text="") == lead


def test_the_room_has_what_it_names_and_no_more():
    """What is not among its names is an error, as in any module."""
    import aggregator.refine

    with pytest.raises(AttributeError):
        _ = aggregator.refine.polish
