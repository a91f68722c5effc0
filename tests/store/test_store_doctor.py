"""The doctor: what is wrong is found, told, and mended where nothing is lost by it."""

import os
from contextlib import contextmanager
from dataclasses import replace

import pytest

from aggregator.model import Selection, Source
from aggregator.store import HostState, lists, open_store
from aggregator.store import doctor as doctors
from aggregator.store.base import iso
from aggregator.store.doctor import examine
from tests.store.shelf import (
    BLOG,
    NOW,
    VIDEO,
    entry,
    fill,
    insert,
    known,
    plan_for,
    rows,
    titles,
)

LATER = 1_790_000_000  # the clock check knows when this was released


@pytest.fixture
def full(path):
    """A store with two feeds, a story of both, a list, a star and a note."""
    with open_store(path, now=NOW) as store:
        ids = fill(store, [entry(n) for n in range(5)])
        page = "https://news.example/one"
        for n, source in enumerate((BLOG, VIDEO)):
            same = entry(10 + n, canonical_url=page, title=f"Told twice, time {n}")
            store.apply(
                [plan_for(known(store, source), inserts=[insert(same, NOW - 60 - n)])], now=NOW
            )
        lists.create(store.conn, "week", now=NOW)
        lists.pick(store.conn, "week", store.entry(ids[0]), now=NOW, note="Mine.")
        store.conn.execute("INSERT INTO stars VALUES (?, 'then')", (ids[1],))
        path.chmod(0o600)
        yield store


def findings(store, path, *, fix=False, now=LATER):
    """What is not in order: the check and its state."""
    found = examine(store.conn, path, now=now, fix=fix)
    return [(each.check, each.state) for each in found if each.state != "ok"]


def test_a_sound_file_is_in_order(full, path):
    """Every check says ok, in the order in which they are made."""
    found = examine(full.conn, path, now=LATER, fix=False)

    assert [(check.name, "ok") for check in doctors.CHECKS] == [
        (each.check, each.state) for each in found
    ]


# What is broken: (by which statements, which check tells).
BROKEN = {
    "a counter": ("UPDATE categories SET total = total + 1", "counters"),
    "the unread": ("UPDATE categories SET unread = 99", "counters"),
    "a day": ("UPDATE daily_counts SET n = n - 1", "counters"),
    "an hour too many": ("INSERT INTO hourly_counts VALUES ('2001-01-01T00', 4)", "counters"),
    "the index": ("UPDATE entries SET title = 'Something else' WHERE title = 'Entry 1'", "search"),
    "an entry out of its story": ("UPDATE entries SET story_id = NULL", "stories"),
    "a story that is none": ("UPDATE entries SET story_id = 7 WHERE title = 'Entry 1'", "stories"),
    "marks that are lost": ("DELETE FROM story_marks", "stories"),
    "unread of nothing": (
        "PRAGMA foreign_keys = OFF; INSERT INTO unread VALUES (1, 'blogs', 1)",
        "foreign keys",
    ),
    "a table changed": ("ALTER TABLE hosts ADD COLUMN colour TEXT", "tables"),
    "a trigger lost": ("DROP TRIGGER unread_counted", "tables"),
}


@pytest.mark.parametrize(("harm", "check"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_told_and_mended(full, path, harm, check):
    """It is a problem, it is fixed on demand, and then all is in order; the curator's rows stay."""
    kept = "SELECT title, note FROM list_items", "SELECT * FROM stars", "SELECT slug FROM lists"
    before = [rows(full, sql) for sql in kept]
    full.conn.executescript(harm)
    told = findings(full, path)
    mended = findings(full, path, fix=True)

    assert (check, "problem") in told
    assert (check, "fixed") in mended
    assert {state for _check, state in mended} == {"fixed"}
    assert findings(full, path) == []
    assert full.check() == []
    assert before == [rows(full, sql) for sql in kept]


def test_a_curators_row_is_never_dropped(full, path):
    """A star of an entry that is lost is told with the way to a backup, and kept."""
    full.conn.executescript("PRAGMA foreign_keys = OFF; INSERT INTO stars VALUES (1, 'then')")

    assert findings(full, path, fix=True) == [("foreign keys", "problem")]
    assert (1, "then") in rows(full, "SELECT * FROM stars")


def test_a_damaged_file_is_told_and_left(path):
    """Rubbish in the middle is one problem, with the way to a backup; nothing is mended."""
    with open_store(path, now=NOW) as store:
        fill(store, [entry(n, text=f"words {n} " * 500) for n in range(60)])
    with path.open("rb+") as file:
        size = path.stat().st_size
        file.seek(size // 2 // 4096 * 4096)
        file.write(os.urandom(4096 * 4))
    with open_store(path, now=NOW) as store:
        (found,) = examine(store.conn, path, now=LATER, fix=True)

    assert (found.check, found.state) == ("integrity", "problem")
    assert "aggregate restore" in found.hint


def test_the_same_feed_twice_is_told(full, path):
    """Two addresses of one feed are a note that names both."""
    twin = Source(url="http://www.blog.example/feed/?utm_source=x", title="Its twin")
    full.sync([BLOG, VIDEO, twin], now=NOW)
    found = [each for each in examine(full.conn, path, now=LATER, fix=True) if each.state != "ok"]

    assert [(each.check, each.state) for each in found] == [("subscriptions", "warning")]
    assert "The blog; Its twin" in found[0].message


def test_a_clock_that_was_ahead_is_told_and_wound_back(full, path):
    """Feeds and hosts that wait for the next century do not any more; they are due."""
    ahead = LATER + 80 * 365 * 86_400
    full.conn.execute("UPDATE feeds SET checked_at = ?, next_check_at = ?", (iso(ahead),) * 2)
    full.save_hosts({"blog.example": HostState(next_at=ahead, last_at=ahead)})

    assert findings(full, path) == [("clock", "warning")]
    assert findings(full, path, fix=True) == [("clock", "fixed")]
    assert len(full.due(now=LATER)) == 2
    assert full.hosts() == {}


@pytest.fixture
def early(full):
    """Three entries that came while the clock was ahead: curated, split from one of today."""
    ahead = LATER + 80 * 365 * 86_400
    page = "https://news.example/one"
    new = [entry(20 + n, title=f"Early {n}", canonical_url=page) for n in range(3)]
    told = [insert(each, ahead + 9 - n) for n, each in enumerate(new)]
    full.apply([plan_for(known(full), inserts=told, last_entry_at=ahead + 9)], now=ahead)
    first = told[0].entry_id
    pair = min(each.entry_id for each in told), first
    full.conn.execute("INSERT INTO story_splits VALUES (?, ?, 'then')", pair)
    lists.pick(full.conn, "week", full.entry(first), now=NOW, note="Early.")
    full.conn.execute("INSERT INTO stars VALUES (?, 'then')", (first,))
    full.conn.execute("INSERT INTO notes VALUES (?, 'Mine.', 'then')", (first,))
    full.conn.execute("INSERT INTO entry_tags VALUES (?, 'mine')", (first,))
    return full


def test_entries_of_a_clock_that_was_ahead_come_back(early, path):
    """They are told, and brought to the present in their order; then all is in order."""
    before = rows(early, "SELECT count(*) FROM entries"), titles(early, search="early")

    assert findings(early, path) == [("clock", "warning")]
    assert findings(early, path, fix=True) == [("clock", "fixed")]
    assert titles(early)[:3] == ["Early 0", "Early 1", "Early 2"]
    assert max(each.published_at for each in early.entries(Selection())) == LATER
    assert (rows(early, "SELECT count(*) FROM entries"), titles(early, search="early")) == before
    assert rows(early, "SELECT max(last_entry_at) FROM feeds") == [(iso(LATER),)]
    assert findings(early, path) == []
    assert early.check() == []


def test_what_a_curator_made_of_them_comes_with_them(early, path):
    """Star, note, tag, item and split belong to the same entry as before."""
    findings(early, path, fix=True)
    (number,) = rows(early, "SELECT id FROM entries WHERE title = 'Early 0'")[0]
    marks = "stars", "notes", "entry_tags"

    assert number >> 20 == LATER
    for table in marks:
        assert (number,) in rows(early, f"SELECT entry_id FROM {table}"), table
    assert rows(early, "SELECT note FROM list_items WHERE entry_id = ?", number) == [("Early.",)]
    (pair,) = rows(early, "SELECT entry_id, other_id FROM story_splits")
    assert pair[1] == number
    assert rows(early, "SELECT title FROM entries WHERE id = ?", pair[0]) == [("Early 2",)]


def test_a_clock_that_cant_be_right_moves_nothing(early, path):
    """In 1970 everything is of the future."""
    before = rows(early, "SELECT id FROM entries")
    findings(early, path, fix=True, now=1_000)

    assert rows(early, "SELECT id FROM entries") == before


def test_without_the_doctor_they_are_due_all_the_same(full):
    """A fetch after the clock was set right looks at everything at once."""
    ahead = LATER + 80 * 365 * 86_400
    full.conn.execute("UPDATE feeds SET checked_at = ?, next_check_at = ?", (iso(ahead),) * 2)

    assert len(full.due(now=LATER)) == 2
    assert not HostState(next_at=ahead, last_at=ahead).rests(LATER)
    assert HostState(next_at=LATER + 9, last_at=LATER).rests(LATER)


def test_a_clock_that_is_behind_is_told(full, path):
    """A machine that woke up in 1970 is told to set its clock."""
    assert ("clock", "warning") in findings(full, path, now=1_000)


@pytest.mark.parametrize(("low", "state"), [(1 << 60, "problem"), (0, None)])
def test_little_room_is_told(full, path, monkeypatch, low, state):
    """A disk that is nearly full is a problem."""
    monkeypatch.setattr(doctors, "LOW", low)

    assert findings(full, path) == ([("disk", state)] if state else [])


def test_a_log_that_grew_is_cut(full, path, monkeypatch):
    """A log that a reader kept from being used up is a note, and is cut."""
    monkeypatch.setattr(doctors, "LONG_LOG", 1_000)
    full.conn.execute("UPDATE stars SET starred_at = 'now'")

    assert findings(full, path) == [("disk", "warning")]
    assert findings(full, path, fix=True) == [("disk", "fixed")]


def test_secrets_are_kept_from_others(full, path):
    """A database that everybody may read is a note once it holds a token, and is closed."""
    path.chmod(0o644)
    assert findings(full, path) == []
    full.sync([replace(BLOG, headers=(("Authorization", "Bearer x"),)), VIDEO], now=NOW)

    assert findings(full, path) == [("permissions", "warning")]
    assert findings(full, path, fix=True) == [("permissions", "fixed")]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_feed_that_fell_silent_is_told(full, path):
    """One that used to publish daily, and has not for months, is a note."""
    state = {"last_entry_at": LATER - 90 * 86_400, "rhythm": 86_400, "checked_at": LATER}
    full.apply([plan_for(known(full), **state)], now=LATER)

    assert findings(full, path) == [("feeds", "warning")]


@contextmanager
def writing(store):
    store.conn.execute("BEGIN IMMEDIATE")
    yield
    store.conn.execute("ROLLBACK")


def test_a_lock_is_told_as_what_it_is(full, path):
    """Where another program writes, that is the problem, and not the index."""
    with open_store(path, now=NOW, wait=0) as other, writing(full):
        found = [each for each in examine(other.conn, path, now=LATER, fix=False) if each.message]

    assert [each.check for each in found] == ["search"]
    assert "locked" in found[0].message
