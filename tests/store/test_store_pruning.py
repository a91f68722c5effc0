"""Pruning: old entries go for good, what a curator relies on stays, and nothing comes back."""

import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest

from aggregator.errors import Locked
from aggregator.model import Document, FeedInfo, Fetched, HostPolicy
from aggregator.plan import plan
from aggregator.store import ledger, lists, open_store, pruning, stories
from aggregator.store.base import transaction
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows, titles

DAY = 86_400
TABLES = ("entries", "entry_content", "unread", "story_marks", "story_keys", "rule_effects")


def aged(store, *ages, source=BLOG):
    """Store an entry of each age in days; returns their ids, named by their age."""
    store.sync([BLOG, VIDEO], now=NOW)
    inserts = [
        insert(
            entry(age, url=f"https://x.example/{age}"),
            NOW - age * DAY,
            entry_id=(NOW - age * DAY) << 20,
        )
        for age in ages
    ]
    store.apply([plan_for(known(store, source), inserts=inserts, last_entry_at=NOW)], now=NOW)
    return [each.entry_id for each in inserts]


def prune(store, *, days=365, **options):
    """Prune what is older than so many days; returns how many went."""
    found = pruning.doomed(store.conn, before=NOW - days * DAY, **options)
    return pruning.prune(store.conn, found.ids, pause=lambda _seconds: None)


def test_what_is_old_goes_with_all_that_belongs_to_it(store):
    """Entries, their content and their place in index, stories, queue and counters are gone."""
    ids = aged(store, 1, 364, 366, 400)

    assert prune(store) == 2
    assert titles(store) == ["Entry 1", "Entry 364"]
    assert titles(store, search="400") == []
    assert store.check() == []
    for table in TABLES:
        column = "id" if table == "entries" else "entry_id"
        left = {row[0] for row in rows(store, f"SELECT {column} FROM {table}")}
        assert left.isdisjoint(ids[2:]), table


def test_of_each_feed_the_newest_can_be_kept(store):
    """By number alone, the newest of each feed stay; with an age, only what is both goes."""
    aged(store, 1, 2, 500, 600)
    aged(store, 700, 800, source=VIDEO)
    by_number = pruning.doomed(store.conn, keep=1)
    both = pruning.doomed(store.conn, before=NOW - 365 * DAY, keep=3)

    assert sorted(by_number.feeds.values()) == [1, 3]
    assert list(both.ids) == [(NOW - 600 * DAY) << 20]


def test_what_a_curator_relies_on_stays(store):
    """Starred, noted, tagged, listed, parted and exported entries are spared; the rest goes."""
    starred, noted, tagged, listed, removed, one, other, sent, undone, passed, plain = aged(
        store, *range(400, 411)
    )
    conn = store.conn
    conn.execute("INSERT INTO stars VALUES (?, '2023-01-01T00:00:00Z')", (starred,))
    conn.execute("INSERT INTO notes VALUES (?, 'Mine.', '2023-01-01T00:00:00Z')", (noted,))
    conn.execute("INSERT INTO entry_tags VALUES (?, 'mine')", (tagged,))
    week = lists.create(conn, "week", now=NOW).id
    for each in (listed, removed):
        lists.pick(conn, "week", store.entry(each), now=NOW)
    lists.remove_item(conn, lists.items(conn, week)[1].item_id, now=NOW)
    conn.execute("INSERT INTO story_splits VALUES (?, ?, '')", (other, one))
    journey = ledger.Journey(subject="all", format="markdown", target="paper")
    ledger.record(conn, journey, [store.entry(sent)], now=NOW)
    again = ledger.record(conn, replace(journey, target="web"), [store.entry(undone)], now=NOW)
    ledger.undo(conn, again, now=NOW)
    conn.execute("UPDATE export_entries SET passed_over = 1 WHERE entry_id = ?", (passed,))
    found = pruning.doomed(conn, before=NOW - 365 * DAY)

    assert {undone, passed, plain} == set(found.ids)
    assert (found.unread, found.spared) == (3, 8)
    assert prune(store) == 3
    assert [each.title for each in lists.items(conn, week)] == ["Entry 403"]
    assert store.check() == []


def test_what_is_starred_meanwhile_stays(store):
    """Between showing and doing, and while it is done, the curator has the last word."""
    first, _second = aged(store, 400, 401)
    found = pruning.doomed(store.conn, before=NOW - 365 * DAY)
    store.conn.execute("INSERT INTO stars VALUES (?, '')", (first,))

    assert pruning.prune(store.conn, found.ids) == 1
    assert rows(store, "SELECT id FROM entries") == [(first,)]


def test_what_is_unread_can_be_spared(store):
    """Who reads slowly lets go only what was read."""
    _unread, read = aged(store, 400, 401)
    store.conn.execute("DELETE FROM unread WHERE entry_id = ?", (read,))
    found = pruning.doomed(store.conn, before=NOW - 365 * DAY, unread=False)

    assert (found.ids, found.spared) == ((read,), 1)
    assert pruning.prune(store.conn, found.ids, unread=False) == 1


def looked(store, entries):
    """Plan a look at a document with these entries, and carry it out; returns the plan."""
    feed = known(store)
    document = Document(feed=FeedInfo(), entries=tuple(entries), hashes=b"", listed=len(entries))
    fetched = Fetched(status=200, headers={}, final_url=BLOG.url, body=b"x", digest=b"x")
    made = plan(
        feed,
        fetched,
        document,
        store.matches(feed.feed_id, document.entries),
        now=NOW,
        policy=HostPolicy(host="blog.example"),
    )
    store.apply([made], now=NOW)
    return made


def test_pruned_entries_do_not_come_back(store):
    """A feed that still lists them, changed or not, brings only what is new."""
    ages = [1, 400, 401, 402]
    aged(store, *ages)
    prune(store)
    listed = [entry(age, url=f"https://x.example/{age}", content_hash=b"other") for age in ages[1:]]
    made = looked(store, [*listed, entry(0)])

    assert [each.entry.guid for each in made.insert] == ["guid-0"]
    assert (made.change, made.record.new) == ((), 1)
    assert set(titles(store)) == {"Entry 1", "Entry 0"}


def test_nor_do_they_under_new_guids(store):
    """A feed that gives everything new GUIDs brings nothing back, now or the next time."""
    aged(store, *range(400, 410))
    prune(store)
    renamed = [
        entry(age, guid=f"new-{age}", url=f"https://blog.example/{age}") for age in range(400, 410)
    ]

    assert looked(store, renamed).insert == ()
    assert looked(store, [*renamed, *(entry(n) for n in range(5))]).record.new == 5


def test_a_feed_pruned_empty_stays_so(store):
    """Also when nothing at all is left of it."""
    aged(store, 400, 401)
    prune(store)

    assert looked(store, [entry(400), entry(401)]).insert == ()
    assert titles(store) == []


def test_stories_are_those_of_a_rebuild(store):
    """What is left of a story after pruning is what folding from the beginning makes of it."""
    store.sync([BLOG, VIDEO], now=NOW)
    page = "https://news.example/the-same-page"
    for source, ages in ((BLOG, (1, 400)), (VIDEO, (2, 401))):
        inserts = [
            insert(
                entry(age, canonical_url=f"{page}/{age // 100}", title=f"Another title {age}"),
                NOW - age * DAY,
            )
            for age in ages
        ]
        store.apply([plan_for(known(store, source), inserts=inserts)], now=NOW)
    assert len(rows(store, "SELECT 1 FROM stories")) == 2
    prune(store)
    after = rows(store, "SELECT * FROM stories"), rows(store, "SELECT id, story_id FROM entries")
    stories.rebuild(store.conn)

    assert after == (
        rows(store, "SELECT * FROM stories"),
        rows(store, "SELECT id, story_id FROM entries"),
    )
    assert len(after[0]) == 1


def test_a_fetch_goes_on_beside_it(path, store):
    """Between two hundreds another writer gets its turn, long before it would give up."""
    fill(store, [entry(n) for n in range(4 * pruning.CHUNK)])
    found = pruning.doomed(store.conn)
    written = []

    def beside():
        with open_store(path, now=NOW, wait=5) as other:
            for n in range(5):
                other.apply([plan_for(known(other), inserts=[insert(entry(9_000 + n))])], now=NOW)
                written.append(n)

    thread = threading.Thread(target=beside)
    thread.start()
    gone = pruning.prune(store.conn, found.ids)
    thread.join()

    assert (gone, written) == (4 * pruning.CHUNK, [0, 1, 2, 3, 4])
    assert len(titles(store)) == 5
    assert store.check() == []


@pytest.mark.parametrize(("tries", "left"), [(pruning.TRIES - 1, 0), (pruning.TRIES, 3)])
def test_a_writer_that_does_not_let_go_is_waited_for(path, store, monkeypatch, tries, left):
    """A minute in all, since hours of work may lie behind it; then it says that it is locked."""
    fill(store, [entry(n) for n in range(3)])
    asked = []
    store.conn.execute("PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        @contextmanager
        def turn(conn):
            asked.append(conn)
            if len(asked) > tries:
                other.rollback()
            with transaction(conn):
                yield

        monkeypatch.setattr(pruning, "transaction", turn)
        with suppress(Locked):
            pruning.prune(store.conn, pruning.doomed(store.conn).ids)
        if other.in_transaction:
            other.rollback()

    assert len(asked) == pruning.TRIES
    assert len(titles(store)) == left


def test_age_counts_from_the_last_look(store):
    """A clock that is far ahead makes nothing old; one that is behind counts as it is."""
    assert pruning.present(store.conn, NOW) == NOW
    aged(store, 1)

    assert pruning.present(store.conn, NOW + 9_999 * DAY) == NOW
    assert pruning.present(store.conn, NOW - DAY) == NOW - DAY
