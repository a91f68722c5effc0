"""What pages name as feeds, and what they only seem to name."""

import time

import pytest

from aggregator.find import Page
from aggregator.find.links import MAX_CANDIDATES, MAX_PAGE, candidates, text_of, title_of, without
from tests.find.tables import page

URL = "https://example.org/blog/"


def named(text, url=URL):
    given = page(text, url)
    return [each.feed_url for each in candidates(given, text_of(given))]


def link(href, kind="application/rss+xml", **more):
    words = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<link rel="alternate" type="{kind}" href="{href}"{words}>'


@pytest.mark.parametrize(
    "kind",
    [
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x.atom+xml",
        "application/x-rss+xml",
        "text/rss",
        "APPLICATION/RSS+XML; charset=utf-8",
    ],
)
def test_feeds_of_every_type_are_named(kind):
    """Each type that feeds are declared with counts."""
    assert named(link("/some.thing", kind)) == ["https://example.org/some.thing"]


@pytest.mark.parametrize(
    "tag",
    [
        link("/wp-json/wp/v2/posts/1", "application/json"),
        link("https://example.org/wp-json/oembed/1.0/embed?url=x", "application/json+oembed"),
        link("/oembed?format=xml", "text/xml+oembed"),
        link("/opensearch.xml", "application/opensearchdescription+xml"),
        link("/sitemap.xml", "application/xml"),
        link("/de/", "text/html"),
        link("/data", "application/json"),
        link("javascript:x"),
        link(""),
        '<link rel="alternate" hreflang="de" href="/feed">',
        '<link rel="stylesheet" type="application/rss+xml" href="/a.css">',
        f"<!-- {link('/old.xml')} -->",
        f"<!-- {link('/old.xml')}",
        f"<script>'{link('/x.xml')}'</script>",
        '<a href="/what-is-rss">What is RSS?</a>',
        '<a href="https://feedly.com/i/subscription/feed/x">Feedly</a>',
        '<a href="/about">About</a><a>no address</a>',
        '<meta name="x" content="y">',
    ],
)
def test_what_is_no_feed_is_not_named(tag):
    """Interfaces for programs, other languages, comments and scripts are no feeds."""
    assert named(tag) == []


def test_comments_come_last():
    """Of several feeds the declared ones come in their order, comments and anchors behind."""
    text = (
        link("/comments/feed/")
        + link("/feed/", title="Ann &raquo; Feed")
        + link("/feed.json", "application/feed+json")
        + link("/b.xml", title="Ann &raquo; Kommentare")
        + '<a href="/rss.xml">RSS</a>'
        + link("/feed/", title="again")
    )

    assert [url.removeprefix("https://example.org") for url in named(text)] == [
        "/feed/",
        "/feed.json",
        "/rss.xml",
        "/comments/feed/",
        "/b.xml",
    ]


def test_anchors_that_look_like_feeds_count():
    """Without declared feeds, anchors are taken: of the own host and called feed first."""
    text = (
        '<a href="https://other.example/feed/">a friend</a><a href="/x/atom">x</a>'
        "<a title='RSS' href='/rss'><img src=rss.png></a>"
    )

    assert named(text) == [
        "https://example.org/rss",
        "https://example.org/x/atom",
        "https://other.example/feed/",
    ]


@pytest.mark.parametrize(
    ("text", "feed"),
    [
        (f'<base href="https://cdn.example/x/">{link("feed")}', "https://cdn.example/x/feed"),
        (f'<base href="javascript:x">{link("feed")}', "https://example.org/blog/feed"),
        (f"<base>{link('feed')}", "https://example.org/blog/feed"),
        (link("/?a=1&amp;feed=rss2"), "https://example.org/?a=1&feed=rss2"),
        (link("//example.net/rss"), "https://example.net/rss"),
        (link("/feed#top"), "https://example.org/feed"),
        (
            "<LINK HREF='/a' TYPE='application/rss+xml' REL='Alternate Feed'/>",
            "https://example.org/a",
        ),
        ("<link\nrel = alternate\ntype=application/rss+xml\nhref=/a >", "https://example.org/a"),
        ('<link rel="feed" href="/a">', "https://example.org/a"),
        (link("/feeds/x", "text/xml"), "https://example.org/feeds/x"),
        ('<a href="/feed" aria-label="feed">', "https://example.org/feed"),
    ],
)
def test_addresses_are_read_as_browsers_do(text, feed):
    """Bases, entities, cases and blanks are understood; addresses become absolute."""
    assert named(text) == [feed]


def test_a_page_names_so_many_feeds_at_most():
    """What a page names without end is cut."""
    assert len(named("".join(link(f"/{i}.xml") for i in range(4000)))) == MAX_CANDIDATES


@pytest.mark.parametrize(
    "hostile",
    [
        "<a " * (MAX_PAGE // 3),
        '<a "' * (MAX_PAGE // 4),
        "<link rel='" * (MAX_PAGE // 11),
        "<!-- <script " * (MAX_PAGE // 13),
        "<script>" * (MAX_PAGE // 8),
        "<link " + "x=" * (MAX_PAGE // 2),
        "<link " + "a" * MAX_PAGE,
        "<title>" * (MAX_PAGE // 7),
        '<a href="/feed" title="' + "<a href='/rss'" * (MAX_PAGE // 14),
        "<meta generator " * (MAX_PAGE // 16),
    ],
    ids=lambda text: text[:12],
)
def test_hostile_pages_cost_little(hostile):
    """A MiB of unfinished tags is read in a few seconds, not in hours."""
    started = time.perf_counter()
    given = Page(url=URL, body=hostile.encode())
    text = text_of(given)
    candidates(given, text)
    title_of(text)

    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=iso-8859-1", b"caf\xe9", "café"),
        ("text/html; charset=nonsense", "café".encode(), "café"),
        ("text/html", b"caf\xe9", "caf\ufffd"),
        ("", b"x" * (MAX_PAGE + 5), "x" * MAX_PAGE),
    ],
)
def test_a_page_is_decoded_forgivingly(content_type, body, text):
    """A charset is believed where it exists, and only the first MiB is read."""
    given = Page(url=URL, headers={"content-type": content_type}, body=body)

    assert text == text_of(given)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<title> A &amp;\n b </title>", "A & b"),
        ("<TITLE class='x'>T</TITLE>", "T"),
        ("<title> </title>", None),
        ("no title", None),
    ],
)
def test_a_page_has_a_title(text, title):
    """A title is read without entities and with single blanks."""
    assert title == title_of(text)


def test_pieces_are_cut_out():
    """What lies between two marks goes, whatever its case."""
    assert without("a<SCRIPT>b</script>c<script>d", "<script", "</script") == "a>c"
