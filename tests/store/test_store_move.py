"""Feeds that have another address now: moved by hand, or named by their pages."""

import pytest

from aggregator.errors import StoreError
from aggregator.model import Source
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, known, plan_for, rows, titles

NEW = "https://new.example/feed"
PAGE = Source(url="https://blog.example/", title="The blog")


def lead(url):
    """Where the feed of an address is."""
    return BLOG.url if url == PAGE.url else url


def test_a_moved_feed_keeps_its_entries(store):
    """Another address, the same feed: its entries stay, and it is due at once."""
    fill(store, [entry(1), entry(2)])
    before = known(store)
    failing = plan_for(
        before,
        state="failing",
        etag='"e"',
        body_hash=b"h",
        failures=3,
        error="no",
        error_kind="http",
        http_status=500,
        next_check_at=NOW + 9,
    )
    store.apply([failing], now=NOW)

    assert store.move(BLOG.url, NEW) is True
    after = known(store, Source(url=NEW))
    assert after.feed_id == before.feed_id
    assert (after.state.feed_url, after.state.state, after.state.etag) == (NEW, "new", None)
    assert (after.state.failures, after.state.error, after.state.next_check_at) == (0, None, 0)
    assert titles(store) == ["Entry 1", "Entry 2"]
    store.sync([Source(url=NEW), VIDEO], now=NOW)
    assert len(store.feeds()) == 2


def test_a_feed_may_move_to_a_page(store):
    """The address may be a page; what is asked is its feed."""
    fill(store, [entry(1)])
    store.move(BLOG.url, "https://new.example/", feed_url=NEW)

    assert known(store, Source(url="https://new.example/")).state.feed_url == NEW


def test_moving_knows_its_feeds(store):
    """An unknown feed is told; an address that another feed has is refused; staying is allowed."""
    fill(store, [entry(1)])

    assert store.move("https://nowhere.example/", NEW) is False
    assert store.move(BLOG.url, BLOG.url) is True
    with pytest.raises(StoreError, match="already"):
        store.move(BLOG.url, VIDEO.url)
    assert {feed.url for feed in store.feeds()} == {BLOG.url, VIDEO.url}


def test_a_page_is_stored_with_its_feed(store):
    """A source may be a page: the feed that belongs to it is asked."""
    store.sync([PAGE, VIDEO], now=NOW, lead=lead)

    assert rows(store, "SELECT url, feed_url FROM feeds ORDER BY id") == [
        (PAGE.url, BLOG.url),
        (VIDEO.url, VIDEO.url),
    ]


def test_a_feed_that_is_named_by_its_page_stays_itself(store):
    """Whoever writes the page in place of the feed keeps all entries."""
    fill(store, [entry(1)])
    before = known(store).feed_id
    store.sync([PAGE, VIDEO], now=NOW, lead=lead)

    assert known(store, PAGE).feed_id == before
    assert known(store, PAGE).state.feed_url == BLOG.url
    store.sync([PAGE, VIDEO], now=NOW)
    assert known(store, PAGE).state.feed_url == BLOG.url
