"""A small desk to read from: three feeds, a few entries, on a real database."""

import pytest
from click.testing import CliRunner

from aggregator.cli import cli
from aggregator.model import Enclosure, Entry, FeedState, FetchRecord, Insert, Plan, Source
from aggregator.store import open_store

NOW = 1_790_000_000  # 2026-09-21T14:13:20Z
HOUR = 3600
DAY = 24 * HOUR

SOURCES = (
    Source(url="https://example.org/feed?token=abcdef0123456789", category="blogs", tags=("a",)),
    Source(url="https://video.example.com/rss", category="video", title="Films \x1b[31mof Ana"),
    Source(url="https://gone.example.net/rss", category="music"),
    Source(url="https://paused.example.net/rss", category="gaming", paused=True),
)

# Of each feed: its entries' titles, texts and ages.
ENTRIES = {
    0: (
        ("A quiet climate report", "The policy of rain. " * 20, 2 * HOUR),
        ("Climate podcast", "Listen to the rain.", 3 * DAY),
        ("日本語のタイトル " * 8, "東京の天気。 " * 30, 9 * DAY),
    ),
    1: (
        ("\x1b]0;owned\x07Evil \u202etitle 🦊👩‍👩‍👧", "line one\n\nline\x1b[2J two", HOUR),
        ("", "", 40 * DAY),
    ),
}

STATES = {
    0: FeedState(
        feed_url=SOURCES[0].url,
        feed_title="Example",
        state="ok",
        checked_at=NOW - 600,
        last_entry_at=NOW - 2 * HOUR,
        next_check_at=NOW + 1200,
        moved_to="https://new.example.org/feed?token=abcdef0123456789",
        moved_since=NOW - DAY,
    ),
    1: FeedState(
        feed_url=SOURCES[1].url,
        state="failing",
        http_status=503,
        error="The server answered 503 \x1b[31mService Unavailable and said nothing more about it.",
        error_kind="http",
        failures=4,
        failing_since=NOW - 3 * DAY,
        checked_at=NOW - HOUR,
        last_entry_at=NOW - HOUR,
        next_check_at=NOW + 4 * HOUR,
        notice="Its GUIDs repeat: entries are told apart by their links.",
    ),
    2: FeedState(
        feed_url=SOURCES[2].url,
        feed_title="Gone radio",
        state="gone",
        http_status=410,
        error="HTTP 410 Gone",
        failures=1,
        gone=3,
        failing_since=NOW - 8 * DAY,
        checked_at=NOW - DAY,
        next_check_at=NOW + DAY,
    ),
}


def entry(index, title, text):
    return Entry(
        guid=f"urn:{index}:{title}",
        url=f"https://example.org/{index}/{abs(hash(text)) % 1000}",
        title=title,
        author="Ana",
        published=None,
        summary=text[:80],
        html=f"<p>{text}</p>",
        text=text,
        enclosures=(Enclosure(url="https://example.org/a.mp3", type="audio/mpeg"),),
        tags=("weather",),
        comments_url="https://example.org/comments",
        content_hash=b"1" * 16,
    )


def plans(known):
    feeds = {each.url: each.feed_id for each in known}
    for index, state in STATES.items():
        inserts = tuple(
            Insert(
                entry_id=((NOW - age) << 20) + number,
                entry=entry(index, title, text),
                published_at=NOW - age,
            )
            for number, (title, text, age) in enumerate(ENTRIES.get(index, ()))
        )
        yield Plan(
            feed_id=feeds[SOURCES[index].url],
            state=state,
            record=FetchRecord(status="ok", new=len(inserts)),
            insert=inserts,
        )


@pytest.fixture
def db(tmp_path):
    """The path of a database with a few feeds and entries."""
    path = tmp_path / "desk.db"
    with open_store(path, now=NOW) as store:
        store.sync(SOURCES, now=NOW)
        store.apply(list(plans(store.due(now=NOW))), now=NOW)
    return path


@pytest.fixture
def aggregate(tmp_path, monkeypatch):
    """Run `aggregate` as in an empty folder, 80 columns wide, at a fixed time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("AGGREGATE_DB", "AGGREGATE_CONFIG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*args, **options):
        return CliRunner().invoke(
            cli, ["--now", str_time(NOW), *map(str, args)], prog_name="aggregate", **options
        )

    return run


def str_time(moment):
    from aggregator.cli.common import iso

    return iso(moment)
