"""Lists of lines, tables and objects: each format in the shape its program writes."""

import json

import pytest

from aggregator.errors import UsageError
from aggregator.imports import FORMATS, address, addresses, read, sniff
from aggregator.model import Source

PLAIN = """\
# what I follow
https://a.example/feed   # the first

- <https://b.example/>
2. [The C](https://c.example/feed "x)
* [The D]( https://d.example/feed )
e.example/blog
just words
mailto:f@example.org
"""

# From Newsboat's manual, chapter "Tagging", "Scripts and filters" and "Query feeds".
NEWSBOAT = """\
http://blog.fefe.de/rss.xml?html interesting conspiracy news "cool stuff"
https://a.example/feed "~The \\"A\\"" ! Video
# a remark
"query:Unread:unread = \\"yes\\""
exec:~/bin/generate.py
filter:~/bin/filter.sh:https://b.example/feed
ftp://c.example/

https://d.example/feed
"""

TAKEOUT = '''\
Channel Id,Channel Url,Channel Title
UCLA_DiR1FfKNvjuUpBHmylQ,http://www.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ,NASA
UCabcdefghijklmnopqrstuv,http://www.youtube.com/channel/UCabcdefghijklmnopqrstuv,"Beta, ""Channel"""
not-a-channel,,Gone

'''

# GET /v1/feeds of Miniflux, shortened.
MINIFLUX = [
    {
        "id": 42,
        "user_id": 1,
        "feed_url": "https://a.example/feed",
        "site_url": "https://a.example/",
        "title": "A",
        "checked_at": "2026-11-23T10:00:00Z",
        "username": "ana",
        "password": "secret",
        "disabled": True,
        "category": {"id": 1, "title": "Podcasts", "user_id": 1},
    },
    {"feed_url": "nothing", "title": "Broken", "category": None},
]


def test_plain_lists():
    """Bullets, Markdown links and remarks are no obstacle; lines without address are told."""
    found = read(PLAIN.encode())

    assert sniff(PLAIN.encode()).name == "list"
    assert found.sources == (
        Source(url="https://a.example/feed"),
        Source(url="https://b.example/"),
        Source(url="https://d.example/feed", title="The D"),
        Source(url="https://e.example/blog"),
    )
    assert [each.what for each in found.remarks] == [
        '[The C](https://c.example/feed "x)',
        "just words",
        "mailto:f@example.org",
    ]
    assert list(addresses("- https://a.example/\n\nno words\n")) == [
        "https://a.example/",
        "no words",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (" https://a.example/ ", "https://a.example/"),
        ("<http://a.example>", "http://a.example"),
        ("a.example", "https://a.example"),
        ("a.example:8080/x?y#z", "https://a.example:8080/x?y#z"),
        ("bücher.example", "https://bücher.example"),
        ("rsshub:/telegram/channel/durov", "rsshub:/telegram/channel/durov"),
        ("a b.example", None),
        ("word", None),
        ("", None),
        ("3.14", None),
    ],
)
def test_addresses_as_people_write_them(said, expected):
    """A missing https:// is put in front; what is no address is None."""
    assert address(said) == expected


def test_newsboat():
    """Tags in quotes, names behind a tilde, and Newsboat's own commands, which are told."""
    found = read(NEWSBOAT.encode())

    assert sniff(NEWSBOAT.encode()).name == "newsboat"
    assert found.sources == (
        Source(
            url="http://blog.fefe.de/rss.xml?html",
            tags=("interesting", "conspiracy", "news", "cool stuff"),
        ),
        Source(url="https://a.example/feed", title='The "A"', category="video"),
        Source(url="https://d.example/feed"),
    )
    assert [each.why for each in found.remarks] == [
        "query is Newsboat's own",
        "exec is Newsboat's own",
        "filter is Newsboat's own",
        "'ftp' addresses can't be fetched, only http and https",
    ]


@pytest.mark.parametrize(
    "head", ["Channel Id,Channel Url,Channel Title", "Kanal-ID,Kanal-URL,Kanaltitel"]
)
def test_takeout(head):
    """Channels become feeds, whatever language the columns are named in."""
    data = (
        TAKEOUT.replace(TAKEOUT.split("\n", maxsplit=1)[0], head)
        .replace("\n", "\r\n")
        .encode("utf-8-sig")
    )
    found = read(data)

    assert sniff(data).name == "youtube"
    assert [source.title for source in found.sources] == ["NASA", 'Beta, "Channel"']
    assert found.sources[0] == Source(
        url="https://www.youtube.com/feeds/videos.xml?channel_id=UCLA_DiR1FfKNvjuUpBHmylQ",
        title="NASA",
        category="video",
        platform="youtube",
    )
    assert [each.what for each in found.remarks] == ["not-a-channel Gone"]


def test_takeout_without_names():
    """A table of ids alone is enough; a broken one is refused."""
    found = read(b"Channel Id\nUCLA_DiR1FfKNvjuUpBHmylQ\n")

    assert found.sources[0].title is None
    with pytest.raises(UsageError, match="CSV is broken"):
        read(b"Channel Id\n" + b"x" * 200_000)


def test_miniflux_objects():
    """The feeds of Miniflux's API; a password is not taken over, and that is told."""
    found = read(json.dumps(MINIFLUX).encode())

    assert found.sources == (
        Source(
            url="https://a.example/feed",
            title="A",
            category="music",
            tags=("Podcasts",),
            paused=True,
        ),
    )
    assert [(each.what, each.why.split(":")[0]) for each in found.remarks] == [
        ("A", "followed without its password or cookie"),
        ("Broken", "expected an address that begins with https"),
    ]


def test_our_own_objects():
    """What `aggregate ls --json` prints is read back; so is a bare list of addresses."""
    row = {"url": "https://a.example/", "category": "video", "tags": ["x", 3], "state": "paused"}
    source = Source(url="https://a.example/", category="video", tags=("x",), paused=True)

    assert read(json.dumps({"feeds": [row]}).encode()).sources == (source,)
    assert read(b'["https://b.example/"]').sources == (Source(url="https://b.example/"),)


@pytest.mark.parametrize("data", [b"[", b'{"a": 1}', b"[" * 100_000])
def test_other_json_is_refused(data):
    """What is no list of feeds is told."""
    with pytest.raises(UsageError, match="The JSON"):
        read(data)


def test_an_empty_document_is_refused():
    """A file without a feed is no success."""
    with pytest.raises(UsageError, match="no feed in it"):
        read(b"# nothing\n")


def test_a_format_can_be_named():
    """A named format is believed, whatever the document looks like."""
    assert read(b"https://a.example/ x", name="list").remarks[0].why == "holds no address"
    assert [each.name for each in FORMATS] == ["opml", "json", "youtube", "newsboat", "list"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_lists(encoding):
    """UTF-8, UTF-16 and what Windows takes for text are read."""
    found = read("https://a.example/ ~é".encode(encoding))

    assert found.sources == (Source(url="https://a.example/", title="é"),)
