"""Feeds read back: what is due, the log, hosts, and what the views show."""

import pytest

from aggregator.model import Source
from aggregator.store import HostState
from aggregator.store.base import EARLIEST, LATEST, epoch_of, epoch_or_none, iso, iso_or_none
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, known, plan_for, rows


def due(store, **asked):
    return [each.url for each in store.due(now=NOW, **asked)]


@pytest.fixture
def looked_at(store):
    """Three feeds: one looked at long ago, one just now and due again, one that is gone."""
    gone = Source(url="https://gone.example/feed", category="wikis")
    fill(store, [entry(1)], sources=(BLOG, VIDEO, gone))
    store.apply(
        [
            plan_for(known(store, BLOG), checked_at=NOW - 5, next_check_at=NOW),
            plan_for(known(store, VIDEO), checked_at=NOW - 9000, next_check_at=NOW + 1),
            plan_for(known(store, gone), state="gone", checked_at=NOW - 3),
        ],
        now=NOW,
    )
    return store


def test_due_is_what_has_waited_long_enough(looked_at):
    """A feed is due from its time on; one that is gone never is."""
    assert [BLOG.url] == due(looked_at)
    assert [VIDEO.url, BLOG.url] == [each.url for each in looked_at.due(now=NOW + 1)]


def test_force_takes_all_least_recently_checked_first(looked_at):
    """By force every feed is due, also what is gone, the longest untouched first."""
    assert [VIDEO.url, BLOG.url, "https://gone.example/feed"] == due(looked_at, force=True)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"only": "MOVING"}, [VIDEO.url]),
        ({"only": "blog.example"}, [BLOG.url]),
        ({"only": "feed"}, [VIDEO.url, BLOG.url, "https://gone.example/feed"]),
        ({"only": "nowhere"}, []),
        ({"category": "wikis"}, ["https://gone.example/feed"]),
        ({"category": "wikis", "only": "blog"}, []),
    ],
)
def test_due_can_be_narrowed(looked_at, asked, expected):
    """`only` is text in title or address, in any case; a category is exact."""
    assert expected == due(looked_at, force=True, **asked)


def test_feeds_are_listed_by_title(looked_at):
    """Feeds come in the order of their titles; one without a title has a number."""
    assert [each.title for each in looked_at.feeds()] == ["feed 3", "Moving pictures", "The blog"]
    assert [each.title for each in looked_at.feeds(category="blogs")] == ["The blog"]
    assert [each.title for each in looked_at.feeds(only="GONE.example")] == ["feed 3"]
    assert looked_at.feed(1).total == 1
    assert looked_at.feed(9) is None
    assert looked_at.feed(10**30) is None


def test_the_log_is_read_newest_first(looked_at):
    """Lines of all feeds or of one, as many as asked for."""
    assert [line["id"] for line in looked_at.fetches()] == [4, 3, 2, 1]
    assert [line["id"] for line in looked_at.fetches(limit=2)] == [4, 3]
    assert [line["id"] for line in looked_at.fetches(feed_id=1)] == [2, 1]


def test_hosts_are_remembered(store):
    """What a host asked for comes back; a later word replaces it, others stay."""
    first = {"a.example": HostState(next_at=NOW, failures=2, last_at=NOW - 1)}
    store.save_hosts(first | {"b.example": HostState(next_at=5)})
    store.save_hosts({"b.example": HostState(next_at=6, failures=1)})

    assert first | {"b.example": HostState(next_at=6, failures=1)} == store.hosts()


def test_nothing_is_known_of_a_new_feed(store):
    """A feed without a document has no hashes."""
    assert store.hashes(1) == b""


def test_the_views_show_what_they_promise(looked_at):
    """People read the stream; anybody may see sources, without addresses; the owner sees health."""
    assert rows(looked_at, "SELECT title, source, category FROM stream") == [
        ("Entry 1", "The blog", "blogs")
    ]
    assert rows(looked_at, "SELECT title, state, total FROM sources WHERE category = 'wikis'") == [
        ("feed 3", "gone", 0)
    ]
    assert rows(looked_at, "SELECT state, url FROM feed_health WHERE id = 3") == [
        ("gone", "https://gone.example/feed")
    ]
    columns = {row[1] for row in rows(looked_at, "PRAGMA table_info(sources)")}
    assert set() == columns & {"url", "feed_url", "error", "headers", "etag", "moved_to"}


@pytest.mark.parametrize(
    ("epoch", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (NOW, "2023-11-14T22:13:20Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (EARLIEST, "0001-01-01T00:00:00Z"),
        (LATEST, "9999-12-31T23:59:59Z"),
    ],
)
def test_times_are_text_and_back(epoch, text):
    """Epoch seconds become ISO-8601 in UTC, and come back."""
    assert text == iso(epoch) == iso_or_none(epoch)
    assert epoch == epoch_of(text) == epoch_or_none(text)


def test_no_time_is_too_far():
    """Times no calendar has become its ends; no time stays none."""
    assert iso(EARLIEST) == iso(-(10**30))
    assert iso(LATEST) == iso(10**30)
    assert iso_or_none(None) is None
    assert epoch_or_none(None) is None


def test_titles_are_found_whatever_the_row_type(looked_at):
    """Reading works on a connection that gives rows of another type, as Datasette's do."""
    import sqlite3

    from aggregator.model import Selection

    looked_at.conn.row_factory = sqlite3.Row

    assert [each.title for each in looked_at.entries(Selection(search="entry"))] == ["Entry 1"]
    assert len(looked_at.feeds()) == 3
    assert len(looked_at.categories()) == 12
    assert len(looked_at.due(now=NOW, force=True)) == 3
    looked_at.sync([BLOG, VIDEO], now=NOW)
    assert looked_at.check() == []
