"""What the curator does to entries, and how each of it is taken back."""

import sqlite3
import threading

import pytest

from aggregator.errors import UsageError
from aggregator.model import Selection
from aggregator.store import open_store, reading
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows, titles

TABLES = ("unread", "stars", "hides", "entry_tags")


@pytest.fixture
def ids(store):
    """Four unread entries of one source, a second apart."""
    return fill(store, [entry(number) for number in range(1, 5)])


def marks(store):
    """All that can be marked, and every counter."""
    found = {name: rows(store, f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES}
    found["hidden"] = rows(store, "SELECT id FROM entries WHERE hidden")
    found["counts"] = [(each["slug"], each["total"], each["unread"]) for each in store.categories()]
    return found


def swept(store, stretch):
    """Mark a stretch as read, to its end."""
    act_id = reading.begin(store.conn, "read", now=NOW)
    rest = stretch
    while rest is not None:
        rest = reading.sweep(store.conn, act_id, rest, now=NOW)
    return reading.end(store.conn, act_id)


def take_back(store, act):
    while reading.undo(store.conn, act.id, now=NOW):
        pass


def unread(store):
    return titles(store, unread=True)


@pytest.mark.parametrize("what", reading.MARKS)
def test_whatever_is_done_is_taken_back(store, ids, what):
    """Every mark, on top of whatever marks there are, leaves no trace when it is taken back."""
    reading.mark(store.conn, "star", ids[:2], now=NOW - 9)
    reading.mark(store.conn, "tag", ids[:2], value="sea", now=NOW - 9)
    reading.mark(store.conn, "read", ids[1:3], now=NOW - 9)
    before = marks(store)

    act = reading.mark(store.conn, what, ids[:3], value="sea", now=NOW)
    done = marks(store)
    take_back(store, act)

    assert done != before
    assert marks(store) == before
    assert store.check() == []


def test_marks_are_what_they_are_called(store, ids):
    """A star, a tag, what is read and what is hidden are found where people look for them."""
    reading.mark(store.conn, "star", [ids[0]], now=NOW)
    reading.mark(store.conn, "tag", [ids[1]], value=" deep   sea ", now=NOW)
    reading.mark(store.conn, "read", [ids[2]], now=NOW)
    reading.mark(store.conn, "hide", [ids[3]], now=NOW)

    assert titles(store, starred=True) == ["Entry 1"]
    assert rows(store, "SELECT tag FROM entry_tags") == [("deep sea",)]
    assert unread(store) == ["Entry 1", "Entry 2"]
    assert titles(store) == ["Entry 1", "Entry 2", "Entry 3"]


def test_an_act_says_what_it_changed(store, ids):
    """What stood already is not counted, and is not taken back."""
    reading.mark(store.conn, "star", ids[:1], now=NOW - 9)
    act = reading.mark(store.conn, "star", ids, now=NOW)
    take_back(store, act)

    assert (act.what, act.entries, act.done_at) == ("star", 3, NOW)
    assert rows(store, "SELECT entry_id FROM stars") == [(ids[0],)]


def test_what_changes_nothing_is_no_act(store, ids):
    """Nothing to take back is nothing written down; so are entries that are not there."""
    reading.mark(store.conn, "read", ids, now=NOW)

    assert reading.mark(store.conn, "read", ids, now=NOW) is None
    assert reading.mark(store.conn, "star", [1, 2, 3], now=NOW) is None
    assert reading.mark(store.conn, "unstar", [], now=NOW) is None
    assert len(reading.acts(store.conn)) == 1


def test_a_star_taken_away_and_back_is_as_old_as_it_was(store, ids):
    """A rule knows its star by its age."""
    reading.mark(store.conn, "star", ids[:1], now=NOW - 9)
    before = marks(store)
    take_back(store, reading.mark(store.conn, "unstar", ids, now=NOW))

    assert marks(store) == before


def test_hidden_entries_are_not_made_unread(store, ids):
    """What is out of sight does not wait to be read."""
    reading.mark(store.conn, "hide", ids[:1], now=NOW)

    assert reading.mark(store.conn, "unread", ids, now=NOW) is None


@pytest.mark.parametrize("tag", ["", "  ", "\n"])
def test_a_tag_has_letters(store, ids, tag):
    """Nothing is no tag, and leaves no act."""
    with pytest.raises(UsageError):
        reading.mark(store.conn, "tag", ids, value=tag, now=NOW)

    assert reading.acts(store.conn) == []


def test_an_act_is_taken_back_once(store, ids):
    """A second time is refused, and so is what never was."""
    act = reading.mark(store.conn, "star", ids, now=NOW)
    take_back(store, act)

    assert reading.act(store.conn, act.id).undone_at == NOW
    with pytest.raises(UsageError, match="already"):
        reading.undo(store.conn, act.id, now=NOW)
    with pytest.raises(UsageError, match="too long ago"):
        reading.undo(store.conn, 999, now=NOW)


def test_old_acts_are_forgotten(store, ids, monkeypatch):
    """Only so many are kept, with what they changed."""
    monkeypatch.setattr(reading, "KEPT", 3)
    for _time in range(4):
        reading.mark(store.conn, "read", ids, now=NOW)
        reading.mark(store.conn, "unread", ids, now=NOW)

    assert [each.id for each in reading.acts(store.conn)] == [8, 7, 6]
    assert {row[0] for row in rows(store, "SELECT act_id FROM act_parts")} == {6, 7, 8}


def test_a_stretch_begins_and_ends_at_an_entry(store, ids):
    """Above and below an entry are all but itself."""
    newer = swept(store, reading.above(Selection(), ids[1]))
    left = unread(store)
    take_back(store, newer)
    older = swept(store, reading.below(Selection(), ids[1]))

    assert (newer.entries, left) == (1, ["Entry 2", "Entry 3", "Entry 4"])
    assert (older.entries, unread(store)) == (2, ["Entry 1", "Entry 2"])


def test_above_counts_entries_of_the_same_second(store):
    """The number decides, not the second that it begins with."""
    store.sync([BLOG], now=NOW)
    feed = known(store)
    ids = [(NOW << 20) + number for number in (3, 2, 1)]
    inserts = [insert(entry(number), NOW, entry_id=each) for number, each in enumerate(ids)]
    store.apply([plan_for(feed, inserts=inserts)], now=NOW)

    assert swept(store, reading.above(Selection(), ids[1])).entries == 1
    assert unread(store) == ["Entry 1", "Entry 2"]


def test_older_than_a_day(store):
    """What was published longer ago than that; a selection that ends sooner does."""
    store.sync([BLOG], now=NOW)
    ages = {1: 10, 2: reading.DAY + 10, 3: 2 * reading.DAY}
    inserts = [insert(entry(number), NOW - age) for number, age in ages.items()]
    store.apply([plan_for(known(store), inserts=inserts)], now=NOW)
    narrow = Selection(until=NOW - reading.DAY - 60)

    assert swept(store, reading.older(narrow, now=NOW)).entries == 1
    assert swept(store, reading.older(Selection(until=NOW), now=NOW)).entries == 1
    assert unread(store) == ["Entry 1"]
    assert swept(store, reading.older(Selection(), now=NOW, seconds=5)).entries == 1


def test_a_stretch_is_within_its_selection(store):
    """A category, a source, a search: nothing else is marked; the order does not matter."""
    fill(store, [entry(1), entry(2, title="Rain")])
    fill(store, [entry(3), entry(4)], VIDEO)

    assert swept(store, reading.everything(Selection(category="video", sort="score"))).entries == 2
    assert swept(store, reading.everything(Selection(search="rain"))).entries == 1
    assert unread(store) == ["Entry 1"]
    assert swept(store, reading.everything(Selection(starred=True))) is None


def test_many_are_marked_in_steps(store, monkeypatch):
    """Each step is a transaction of its own, and so is each step back."""
    monkeypatch.setattr(reading, "CHUNK", 2)
    fill(store, [entry(number) for number in range(1, 6)])
    before = marks(store)
    act_id = reading.begin(store.conn, "read", now=NOW)
    rest = reading.sweep(store.conn, act_id, reading.everything(Selection()), now=NOW)
    left = len(unread(store))
    while rest is not None:
        rest = reading.sweep(store.conn, act_id, rest, now=NOW)
    act = reading.end(store.conn, act_id)

    assert (left, act.entries, unread(store)) == (3, 5, [])
    assert reading.undo(store.conn, act.id, now=NOW)
    assert len(unread(store)) == 2
    take_back(store, act)
    assert marks(store) == before


def test_others_write_between_the_steps(path, store, monkeypatch):
    """A writer who waits in another connection gets its turn before all is done."""
    monkeypatch.setattr(reading, "CHUNK", 1)
    fill(store, [entry(number) for number in range(1, 4)])
    act_id = reading.begin(store.conn, "read", now=NOW)
    rest = reading.sweep(store.conn, act_id, reading.everything(Selection()), now=NOW)
    other = sqlite3.connect(path, timeout=0, check_same_thread=False)
    done = threading.Thread(target=lambda: reading.mark(other, "star", [NOW << 20], now=NOW))
    done.start()
    done.join()
    other.close()

    assert rest is not None
    assert titles(store, starred=True) == ["Entry 1"]


def test_what_comes_in_between_stays_unread(store):
    """An entry that arrives while older ones are marked was seen by nobody."""
    ids = fill(store, [entry(2), entry(3)])
    stretch = reading.everything(Selection(before=ids[0] + 1))
    store.apply([plan_for(known(store), inserts=[insert(entry(1), NOW + 60)])], now=NOW + 60)

    assert swept(store, stretch).entries == 2
    assert unread(store) == ["Entry 1"]


def test_an_act_on_a_list_is_written_down(store):
    """With the form that takes it back."""
    act = reading.record(store.conn, "list/move", '{"item": "1"}', now=NOW)

    assert reading.need(store.conn, act.id) == act
    assert (act.what, act.value, act.entries) == ("list/move", '{"item": "1"}', 1)
    assert not reading.undo(store.conn, act.id, now=NOW)


def test_the_acts_are_in_the_file(path, store, ids):
    """Whoever opens the file takes back what another has done."""
    act = reading.mark(store.conn, "read", ids, now=NOW)
    with open_store(path, now=NOW) as again:
        take_back(again, act)

        assert len(unread(again)) == 4
