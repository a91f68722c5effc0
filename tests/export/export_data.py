"""Entries and feeds to export: one as it should be, one as an enemy would write it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from aggregator.export import Channel
from aggregator.model import Enclosure, FeedRow, StoredEntry

PLAIN = StoredEntry(
    id=1_850_000_000_000_000,
    feed_id=7,
    source="The Weekly Fern",
    source_url="https://fern.example/",
    category="blogs",
    platform="wordpress",
    guid="https://fern.example/?p=12",
    url="https://fern.example/spores?a=1&b=2",
    title="Spores & how they travel",
    author="Ada Moss",
    published_at=1_795_446_000,
    updated_at=1_795_449_600,
    first_seen_at=1_795_446_060,
    summary="Wind carries most of them; some hitch a ride.",
    image="https://fern.example/spore.jpg",
    enclosures=(
        Enclosure(
            url="https://fern.example/spore.mp3",
            type="audio/mpeg",
            length=123_456,
            duration=754,
            title="Listen",
        ),
        Enclosure(url="https://fern.example/spore.bin"),
    ),
    tags=("ferns", "wind & weather"),
    language="en-GB",
    rights="CC BY 4.0",
    comments_url="https://fern.example/spores#comments",
    html='<p>Wind carries <em>most</em> &amp; some <a href="https://a.example/">ride</a>.</p>',
    text="Wind carries most & some ride.",
)

# What breaks out of something: each format's syntax, forbidden characters, other directions.
ATTACKS = (
    '"><script>alert(1)</script>',
    "]]><evil/><![CDATA[",
    "](javascript:alert(1)) [x](https://evil.example/a)",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example/auto> https://evil.example/bare www.evil.example",
    '=HYPERLINK("https://evil.example";"x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "# heading\n\n- list\n\n---\n\n> quote\n\n    code\n\n```\nfence\n```",
    "1. one",
    "1) one",
    "Setext\n===\nOther\n---",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "[x]: https://evil.example/ref\n\n[x]",
    "&lt;b&gt; &copy; &#x6A;avascript: AT&T &amp",
    "back\\slash \\` `code` **bold** _it_ ~~gone~~ $x^2$ {{ site.secret }} {% raw %}",
    "nul\x00 bell\x07 esc\x1b[31m csi\x9b31m del\x7f nel\x85 sep\u2028par\u2029 fffe\ufffe",
    "lone\ud800 pair\udc00\ud800 tail\udfff",
    "שלום \u202eeman\u202c عالم \u2066x\u2069",
    "👩‍👩‍👧‍👦 🇫🇷 नमस्ते e\u0301 𝕏",
    "a" * 70_000,
    "'; DROP TABLE entries; --",
    "<!--[if IE]> --> <![endif]",
    '" onmouseover="alert(1)" x="',
    "a\r\nSet-Cookie: x=y\r\n\r\nbody",
    "",
    "   \n\t  ",
)

BAD_LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt://x/%0aalert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:a@b.example",
    "//evil.example/x",
    "https:evil.example",
    "https://",
    "https:///evil.example",
    "http://[::1",
    "http://a b.example/",
    'http://a".example/',
    "http://a%41.example/",
    "ftp://a.example/",
    "/relative",
    "",
    "   ",
    "http://" + "a" * 300 + "ü.example/",
)


def hostile(
    words: str, *, link: str = "https://h.example/a_(b)[c] d\"'><x>`\\|{}?q=&lt;é#é"
) -> StoredEntry:
    """Returns an entry that says `words` in every field of text and `link` in every address."""
    return replace(
        PLAIN,
        source=words,
        source_url=link,
        platform=words,
        guid=words,
        url=link,
        title=words,
        author=words,
        summary=words,
        image=link,
        enclosures=(Enclosure(url=link, type=words, length=-1, duration=-1, title=words),),
        tags=(words, words, "ok"),
        language=words,
        rights=words,
        comments_url=link,
        text=words,
        html="",
    )


def bare(**changes: object) -> StoredEntry:
    """Returns an entry that has nothing but what it must have."""
    entry = replace(
        PLAIN,
        source_url=None,
        platform=None,
        url=None,
        title="",
        author=None,
        updated_at=None,
        summary="",
        image=None,
        enclosures=(),
        tags=(),
        language=None,
        rights=None,
        comments_url=None,
        html="",
        text="",
    )
    return replace(entry, **changes)


def feed_row(**changes: object) -> FeedRow:
    """Returns a feed as the store gives it."""
    row = FeedRow(
        id=1,
        title="The Weekly Fern",
        url="https://fern.example/feed.xml",
        feed_url="https://fern.example/feed.xml",
        site_url="https://fern.example/",
        category="blogs",
        platform=None,
        state="ok",
        total=1,
        http_status=200,
        error=None,
        failures=0,
        failing_since=None,
        checked_at=None,
        changed_at=None,
        last_entry_at=None,
        next_check_at=0,
        tags=("ferns",),
    )
    return replace(row, **changes)


CHANNEL = Channel(
    title="Ferns & friends",
    updated=1_795_450_000,
    url="https://desk.example/c/blogs",
    feed_url="https://desk.example/-/feed/blogs",
    description="What grows <here>",
    author="Cora Tor",
    feeds=(feed_row(),),
    language="en",
)

# Any characters at all, and the attacks glued to each other.
WORDS = st.one_of(
    st.text(st.characters(), max_size=40),
    st.lists(st.sampled_from([each for each in ATTACKS if len(each) < 1000]), max_size=3).map(
        " ".join
    ),
    st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~$^&:;=@\"'/ \n\t0aw"), max_size=30),
)
