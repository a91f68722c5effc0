"""Entries that are later than now: they came while the clock was ahead, and stay on top for ever.

No feed can bring them: what it says is later than now counts from now. They are brought back to
the present in their order, a second apart, with all that a curator made of them. Their time is the
upper part of their number, so they get a new one everywhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from aggregator.store import counters, index, stories
from aggregator.store.base import id_list, iso, transaction

CHUNK = 500
_MARK = (1 << 20) - 1

# Where the number of an entry stands: tables and columns. Stories and their keys are made anew.
_NUMBERED = (
    ("entry_content", "entry_id"),
    ("unread", "entry_id"),
    ("stars", "entry_id"),
    ("notes", "entry_id"),
    ("entry_tags", "entry_id"),
    ("hides", "entry_id"),
    ("rule_effects", "entry_id"),
    ("list_items", "entry_id"),
    ("export_entries", "entry_id"),
    ("story_splits", "entry_id"),
    ("story_splits", "other_id"),
)
# Times beside it that the same clock told.
_TIMES = ("first_seen_at", "updated_at")


def count(conn: sqlite3.Connection, moment: int) -> int:
    """Return how many entries are later than a moment, in epoch seconds."""
    (number,) = conn.execute(
        "SELECT count(*) FROM entries WHERE id > ?", (_last(moment),)
    ).fetchone()
    return int(number)


def bring_back(conn: sqlite3.Connection, moment: int, *, now: int) -> None:
    """Give all entries that are later than a moment the time now, the newest first."""
    ids = [
        row[0]
        for row in conn.execute(
            "SELECT id FROM entries WHERE id > ? ORDER BY id DESC", (_last(moment),)
        )
    ]
    for start in range(0, len(ids), CHUNK):
        with transaction(conn):
            _bring_back(conn, ids[start : start + CHUNK], now - start)
    with transaction(conn):
        conn.execute("UPDATE exports SET floor = ?1 WHERE floor > ?1", (_last(now),))
        conn.execute(
            "UPDATE feeds SET last_entry_at = (SELECT max(published_at) FROM entries "
            "WHERE feed_id = feeds.id) WHERE last_entry_at > ?",
            (iso(moment),),
        )
    counters.recount(conn)


def _bring_back(conn: sqlite3.Connection, ids: Sequence[int], newest: int) -> None:
    conn.execute("PRAGMA defer_foreign_keys = ON")
    index.forget(conn, ids)
    stories.forget(conn, ids)
    new = {old: _free(conn, newest - place, old) for place, old in enumerate(ids)}
    conn.executemany(
        "UPDATE entries SET id = ?, published_at = ? WHERE id = ?",
        [(number, iso(number >> 20), old) for old, number in new.items()],
    )
    for table, column in _NUMBERED:
        conn.executemany(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?",
            [(number, old) for old, number in new.items()],
        )
    # The lower number of a pair stands first.
    conn.execute(
        "UPDATE story_splits SET entry_id = other_id, other_id = entry_id WHERE entry_id > other_id"
    )
    for column in _TIMES:
        conn.execute(
            f"UPDATE entries SET {column} = published_at WHERE {column} > published_at "
            "AND id IN (SELECT value FROM json_each(?))",
            (id_list(new.values()),),
        )
    index.add(conn, list(new.values()))
    stories.fold(conn, list(new.values()))


def _free(conn: sqlite3.Connection, published_at: int, old: int) -> int:
    """Return a number of that time, with the lower bits of the old one unless they are taken."""
    for step in range(_MARK + 1):
        number = (published_at << 20) | ((old + step) & _MARK)
        if not conn.execute("SELECT 1 FROM entries WHERE id = ?", (number,)).fetchone():
            return number
    raise AssertionError("a million entries in one second")  # pragma: no cover


def _last(moment: int) -> int:
    return (moment << 20) | _MARK
