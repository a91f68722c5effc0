"""feeds.toml is the truth about subscriptions."""

from dataclasses import replace

import pytest

from aggregator.model import Source
from aggregator.store import sources
from aggregator.taxonomy import CATEGORIES
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, known, plan_for, rows, titles


def states(store):
    return {feed.url: feed.state for feed in store.feeds()}


def test_new_sources_become_feeds(store):
    """A source is stored with all that feeds.toml says, under the address it is fetched from."""
    source = replace(
        BLOG, tags=("ours", "täglich"), every=3600, headers=(("Authorization", "secret"),)
    )
    store.sync([source, VIDEO], now=NOW)
    feed = store.feeds(only="the blog")[0]

    assert (
        feed.title,
        feed.category,
        feed.state,
        feed.tags,
        feed.every,
    ) == ("The blog", "blogs", "new", ("ours", "täglich"), 3600)
    assert BLOG.url == feed.feed_url
    assert known(store, source).headers == (("Authorization", "secret"),)
    assert rows(store, "SELECT added_at FROM feeds") == [("2023-11-14T22:13:20Z",)] * 2


def test_the_platform_is_read_from_the_address(store):
    """Where feeds.toml names no platform, the address may; what it names, counts."""
    store.sync(
        [
            Source(url="https://old.reddit.com/r/python/.rss", category="forums"),
            Source(url="https://a.example/", platform="medium"),
            Source(url="https://b.example/", platform="own-engine", category="wikis"),
            Source(url="https://c.example/"),
        ],
        now=NOW,
    )

    assert [platform for (platform,) in rows(store, "SELECT platform FROM feeds ORDER BY id")] == [
        "reddit",
        "medium",
        "own-engine",
        None,
    ]
    assert rows(store, "SELECT name, category FROM platforms WHERE slug = 'own-engine'") == [
        ("own-engine", "wikis")
    ]


def test_categories_are_those_of_the_taxonomy(store):
    """All twelve are there in their order, with names; one of the user's own comes last."""
    store.conn.execute("INSERT INTO categories(slug, name) VALUES ('video', 'An old name')")
    store.sync([replace(BLOG, category="letters")], now=NOW)
    found = [(row["slug"], row["name"]) for row in store.categories()]

    assert [(each.slug, each.name) for each in CATEGORIES] == found[:12]
    assert ("letters", "letters") in found


def test_the_same_sources_again_write_nothing(store):
    """A run in which feeds.toml did not change leaves the file as it is."""
    store.sync([BLOG, VIDEO], now=NOW)
    before = store.conn.total_changes
    store.sync([BLOG, VIDEO], now=NOW + 1)

    assert before == store.conn.total_changes


def test_a_source_taken_out_is_unsubscribed(store):
    """A feed that feeds.toml names no more is not due, and keeps its entries."""
    fill(store, [entry(1)])
    store.sync([VIDEO], now=NOW)
    before = store.conn.total_changes
    store.sync([VIDEO], now=NOW)

    assert {BLOG.url: "unsubscribed", VIDEO.url: "new"} == states(store)
    assert [VIDEO.url] == [each.url for each in store.due(now=NOW, force=True)]
    assert titles(store) == ["Entry 1"]
    assert before == store.conn.total_changes


def test_a_source_that_returns_is_due_at_once(store):
    """Subscribing again goes on with the same feed and forgets that it was gone."""
    fill(store, [entry(1)])
    later = NOW + 90_000
    gone = plan_for(known(store), state="gone", gone=3, next_check_at=later, status="gone")
    store.apply([gone], now=NOW)
    store.sync([], now=NOW)
    store.sync([BLOG], now=NOW)
    feed = known(store)

    assert {BLOG.url: "new", VIDEO.url: "unsubscribed"} == states(store)
    assert (feed.feed_id, feed.state.gone, feed.state.next_check_at) == (1, 0, 0)


@pytest.mark.parametrize(
    "edit", [{"every": 60}, {"headers": (("X-Token", "1"),)}], ids=["interval", "headers"]
)
def test_what_changes_the_asking_makes_due(store, edit):
    """Another interval or other headers are tried at once; the state stays."""
    fill(store, [])
    store.apply([plan_for(known(store), next_check_at=NOW + 90_000)], now=NOW)
    store.sync([replace(BLOG, **edit)], now=NOW)

    assert [(BLOG.url, "ok")] == [(each.url, each.state.state) for each in store.due(now=NOW)]


def test_a_pause_holds_and_ends(store):
    """A paused feed is never due, not even by force; unpaused it is what it was before."""
    fill(store, [])
    store.apply([plan_for(known(store), next_check_at=NOW + 90_000)], now=NOW)
    store.sync([replace(BLOG, paused=True)], now=NOW)

    assert states(store)[BLOG.url] == "paused"
    assert store.due(now=NOW, force=True) == []
    store.sync([BLOG], now=NOW)
    assert states(store)[BLOG.url] == "ok"
    assert [BLOG.url] == [each.url for each in store.due(now=NOW)]


@pytest.mark.parametrize("learned", ["moved_to", "feed_url"])
def test_a_corrected_address_keeps_the_feed(store, learned):
    """The new address of a feed that moved, written into feeds.toml, is the same feed."""
    new = "https://new.example/feed"
    fill(store, [entry(1)])
    store.apply([plan_for(known(store), **{learned: new})], now=NOW)
    store.sync([replace(BLOG, url=new, title="Moved"), VIDEO], now=NOW)
    feed = known(store, replace(BLOG, url=new))

    assert (1, new, None) == (feed.feed_id, feed.state.feed_url, feed.state.moved_to)
    assert {"Moved", "Moving pictures"} == {each.title for each in store.feeds()}
    assert titles(store) == ["Entry 1"]


def test_a_new_category_moves_the_entries(store):
    """Entries, unread ones, counters and search follow their feed to its new category."""
    fill(store, [entry(1), entry(2)])
    store.sync([replace(BLOG, category="wikis", platform="medium"), VIDEO], now=NOW)
    counted = {row["slug"]: (row["total"], row["unread"]) for row in store.categories()}

    assert (counted["blogs"], counted["wikis"]) == ((0, 0), (2, 2))
    assert titles(store, category="wikis", search="entry") == ["Entry 1", "Entry 2"]
    assert titles(store, category="blogs", search="entry") == []
    assert rows(store, "SELECT DISTINCT platform FROM entries") == [("medium",)]
    assert store.check() == []


def test_old_lines_of_the_log_are_dropped(store, monkeypatch):
    """Of very many lines the newest are kept."""
    monkeypatch.setattr(sources, "LOG_LINES_AT_LEAST", 3)
    monkeypatch.setattr(sources, "LOG_LINES_A_FEED", 1)
    fill(store, [])
    feed = known(store)
    days = [5, 4, 3, 2, 1]
    store.apply([plan_for(feed, checked_at=NOW - day * 86_400) for day in days], now=NOW)
    store.sync([BLOG, VIDEO], now=NOW)

    assert [line["started_at"][:10] for line in store.fetches()] == [
        "2023-11-13",
        "2023-11-12",
        "2023-11-11",
    ]


def test_a_month_old_line_is_dropped(store):
    """Lines older than a month go, however few there are."""
    store.sync([BLOG], now=NOW)
    days = [40, 31, 29, 1]
    store.apply([plan_for(known(store), checked_at=NOW - day * 86_400) for day in days], now=NOW)
    store.sync([BLOG], now=NOW)

    assert [line["started_at"][:10] for line in store.fetches()] == ["2023-11-13", "2023-10-16"]
