"""Entries are folded into stories as they come."""

from aggregator.store import stories
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows

HN = "https://news.example/item?id=1"


def place(store, source, *entries, now=NOW):
    """Store entries of a source, a minute apart, and return their ids, in the order given."""
    inserts = [insert(one, now - 60 * age) for age, one in enumerate(entries)]
    store.apply([plan_for(known(store, source), inserts=inserts)], now=now)
    return [each.entry_id for each in inserts]


def two(store, one, other):
    """Two entries, one of each source."""
    store.sync([BLOG, VIDEO], now=NOW)
    return [*place(store, BLOG, one, now=NOW - 500), *place(store, VIDEO, other)]


def test_entries_with_one_page_are_a_story(store):
    """Two feeds that link to the same page report the same thing."""
    ids = two(store, entry(1), entry(1, guid="x", title="Other words"))

    stories.fold(store.conn, ids)

    assert [(ids[0], ids[0], 2, 2)] == rows(
        store, "SELECT id, entry_id, entries, sources FROM stories"
    )
    assert [(ids[0],)] * 2 == rows(store, "SELECT story_id FROM entries")


def test_entries_of_one_feed_are_no_story(store):
    """A feed that repeats itself is no second source."""
    ids = fill(store, [entry(1), entry(1, guid="again")])

    stories.fold(store.conn, ids)

    assert rows(store, "SELECT * FROM stories") == []


def test_folding_twice_changes_nothing(store):
    """Entries that were folded and have not changed stay where they are."""
    ids = two(store, entry(1), entry(1, guid="x"))
    stories.fold(store.conn, ids)
    before = rows(store, "SELECT * FROM stories")

    stories.fold(store.conn, ids)
    stories.fold(store.conn, [])

    assert before == rows(store, "SELECT * FROM stories")
