"""OPML: the shapes in which readers write it, what they add, and what is refused."""

import pytest

from aggregator.errors import UsageError
from aggregator.export import Channel, export
from aggregator.imports import read, sniff
from aggregator.model import FeedRow, Source

# As miniflux writes it (export of 2026): a folder a category, its own namespace.
MINIFLUX = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:miniflux="https://miniflux.app/opml">
    <head>
        <title>Miniflux</title>
        <dateCreated>Mon, 23 Nov 2026 10:00:00 UTC</dateCreated>
    </head>
    <body>
        <outline text="All">
            <outline title="A &amp; B" text="A &amp; B" xmlUrl="https://a.example/feed"
              htmlUrl="https://a.example/" miniflux:disabled="true" miniflux:userAgent="Mine/1.0"></outline>
        </outline>
        <outline text="Science">
            <outline title="C" text="C" xmlUrl="https://www.youtube.com/feeds/videos.xml?channel_id=UCLA_DiR1FfKNvjuUpBHmylQ" htmlUrl=""></outline>
        </outline>
    </body>
</opml>"""

# As FreshRSS documents its extension.
FRESHRSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>FreshRSS</title></head>
  <body xmlns:frss="https://freshrss.org/opml">
    <outline text="Example" type="HTML+XPath" xmlUrl="https://www.example.net/page.html"
      frss:xPathItem="//a[contains(@href, '/interesting/')]/ancestor::article"/>
    <outline text="Photography">
      <outline text="Forced" type="rss" xmlUrl="https://p.example/page#force_feed"
        frss:priority="important" frss:CURLOPT_COOKIE="a=b" frss:CURLOPT_HTTPHEADER="X-One: 1&#xA;X-Two: 2"/>
    </outline>
    <outline text="Mirror" frss:opmlUrl="https://example.org/list.opml"/>
    <outline text="Mirror" frss:opmlUrl="https://example.org/list.opml"/>
  </body>
</opml>"""

# OPML 1.0 with folders in folders, and names of attributes in every case.
NESTED = b"""<opml version="1.1"><head/><body>
<outline text="Vid&#233;o"><outline text="News &lt;daily&gt;"><outline TITLE="V" xmlurl="http://v.example/rss"/>
<outline text="Music and audio"><OUTLINE text="M" xmlUrl="http://m.example/rss"/></outline></outline></outline>
<outline text="http://x.example/rss" xmlUrl="http://x.example/rss"/>
<outline text="none" xmlUrl=""/>
<outline text="ftp" xmlUrl="ftp://f.example/rss"/>
<outline type="include" url="https://example.org/include"/>
<outline type="link" url="https://example.org/link.opml"/><outline type="link" url="https://example.org/"/>
</body></opml>"""


def test_miniflux():
    """Folders become tags, a disabled feed is paused, its HTTP options are told."""
    found = read(MINIFLUX)

    assert found.sources == (
        Source(url="https://a.example/feed", title="A & B", paused=True),
        Source(
            url="https://www.youtube.com/feeds/videos.xml?channel_id=UCLA_DiR1FfKNvjuUpBHmylQ",
            title="C",
            category="video",
            platform="youtube",
            tags=("Science",),
        ),
    )
    assert [(each.what, each.why) for each in found.remarks] == [
        ("A & B", "followed without its user agent; see `headers` in feeds.toml")
    ]


def test_freshrss():
    """Pages that are taken apart are left out, cookies and headers too, both are told."""
    found = read(FRESHRSS)

    assert found.sources == (
        Source(
            url="https://p.example/page", title="Forced", category="photo", tags=("Photography",)
        ),
    )
    assert [(each.what, each.why) for each in found.remarks] == [
        ("Example", "HTML+XPath is no feed: it takes a page apart"),
        ("Forced", "followed without its cookie, headers; see `headers` in feeds.toml"),
    ]
    assert found.outlines == ("https://example.org/list.opml",)


def test_nested_folders():
    """The innermost folder that is called like a category decides; others become tags."""
    found = read(NESTED)

    assert found.sources == (
        Source(url="http://v.example/rss", title="V", category="video", tags=("News <daily>",)),
        Source(url="http://m.example/rss", title="M", category="music", tags=("News <daily>",)),
        Source(url="http://x.example/rss"),
    )
    assert [each.what for each in found.remarks] == ["ftp"]
    assert found.outlines == ("https://example.org/include", "https://example.org/link.opml")


def test_what_we_export_comes_back():
    """Category, tags and titles survive the way out and in."""
    row = {
        "site_url": None,
        "platform": None,
        "state": "ok",
        "total": 0,
        "http_status": None,
        "error": None,
        "failures": 0,
        "failing_since": None,
        "checked_at": None,
        "changed_at": None,
        "last_entry_at": None,
        "next_check_at": 0,
    }
    feeds = [
        FeedRow(
            id=n,
            title=f"T <{n}>",
            url=f"https://{n}.example/?a=1&b=2",
            feed_url=f"https://{n}.example/?a=1&b=2",
            category=category,
            tags=("one", "two words"),
            **row,
        )
        for n, category in enumerate(("video", "professional", "blogs"))
    ]
    text = export("opml", Channel(title="Mine", updated=0, feeds=feeds), [])

    assert {source.url: source for source in read(text.encode()).sources} == {
        row.url: Source(url=row.url, title=row.title, category=row.category, tags=row.tags)
        for row in feeds
    }


def test_lone_ampersands_are_put_right():
    """Addresses that were not escaped are the usual fault, and are read all the same."""
    found = read(
        b'<opml><body><outline text="a&b" xmlUrl="https://a.example/?a=1&b=2&amp;c=3"/></body></opml>'
    )

    assert found.sources == (Source(url="https://a.example/?a=1&b=2&c=3", title="a&b"),)


def test_a_broken_document_is_told_with_its_line():
    """What can't be mended is refused."""
    with pytest.raises(UsageError, match="broken at line 2: mismatched tag"):
        read(b"<opml>\n<body></opml>")


def test_other_xml_is_refused():
    """XML with another root is no OPML."""
    with pytest.raises(UsageError, match="no OPML"):
        read(b"<rss/>", name="opml")


@pytest.mark.parametrize(
    "declaration",
    [b'<!ENTITY a "aaaa">', b'<!ENTITY a SYSTEM "file:///etc/passwd">', b'<!ENTITY % p "x">'],
)
def test_entities_are_refused(declaration):
    """No entity is expanded, whether from the document or from elsewhere."""
    document = (
        b"<!DOCTYPE opml [" + declaration + b']><opml><body><outline text="&a;"/></body></opml>'
    )
    with pytest.raises(UsageError, match="declares entities"):
        read(document)


def test_other_encodings():
    """The document's own encoding holds."""
    head = '<?xml version="1.0" encoding="{}"?>'
    body = '<opml><body><outline text="é" xmlUrl="https://a.example/"/></body></opml>'
    for name in ("iso-8859-1", "utf-16", "windows-1252"):
        data = (head.format(name) + body).encode(name)

        assert sniff(data).name == "opml"
        assert read(data).sources == (Source(url="https://a.example/", title="é"),)


def test_depth_is_no_danger():
    """A hundred thousand folders within each other are read."""
    data = b"<opml><body>" + b"<outline text='f'>" * 100_000
    data += b"<outline xmlUrl='https://a.example/'/>" + b"</outline>" * 100_000

    assert read(data + b"</body></opml>").sources == (
        Source(url="https://a.example/", tags=("f",)),
    )
