"""Entries and feeds to export: one as it should be, one as an enemy would write it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from aggregator.curation import Item, Via
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

PICK = replace(
    Item.of(PLAIN),
    item_id=3,
    canonical_url="http://fern.example/spores?a=1&b=2",
    story_id=8,
    note="Two pages worth your evening.\nRead the second first.\n\nThen go out & look.",
    quote="Wind carries most of them.",
    section="To read",
    image_alt="A fern leaf seen from below",
    via=(Via(name="Moss Post", url="https://moss.example/9"), Via(name="Bo Lichen")),
)

# What breaks out of something: each format's syntax, forbidden characters, other directions. A
# line of a file is one text, as JSON.
INJECTIONS = Path(__file__).resolve().parents[1] / "data" / "injections"


def injections(name):
    """The texts of one file of the corpus."""
    return tuple(map(json.loads, (INJECTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()))


KINDS = (
    *("markup", "markdown", "formulas", "headers", "templates", "yaml", "calendar", "scheduler"),
    *("controls", "unicode"),
)
ATTACKS = (*(each for kind in KINDS for each in injections(kind)), "a" * 70_000)
BAD_LINKS = injections("links")
LINK = "https://h.example/a_(b)[c] d\"'><x>`\\|{}?q=&lt;é#é"


def hostile(words: str, *, link: str = LINK) -> StoredEntry:
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


def hostile_pick(words: str, *, link: str = LINK) -> Item:
    """Returns an item of a list that says so in every field, the curator's too."""
    entry = hostile(words, link=link)
    return replace(
        Item.of(entry),
        item_id=1,
        canonical_url=link,
        note=words,
        quote=words,
        section=words,
        image_alt=words,
        via=(Via(name=words, url=link),),
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
