"""The marks that rules make as curators do: how each is found, made and unmade."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from aggregator.store import items, lists, selection
from aggregator.store.base import id_list

Key = tuple[int, str, str]
"""Entry, effect and value: what makes it one mark."""


class Made(NamedTuple):
    """A mark by a rule: what is bound in the statements below."""

    entry_id: int
    value: str
    rule: str
    done_at: str


class Mark(NamedTuple):
    """The statements of a kind of mark.

    `found` takes a list of entries and gives entry, value and time of the marks that stand, an
    empty time where none is kept. `make` and `unmake` take the fields of `Made`; a mark that was
    set at another time than the rule's is the curator's, and is not unmade.
    """

    found: str
    make: tuple[str, ...] = ()
    unmake: tuple[str, ...] = ()

    def standing(
        self, conn: sqlite3.Connection, ids: Sequence[int]
    ) -> Iterator[tuple[int, str, str]]:
        """Yield entry, value and time of the marks that stand."""
        yield from conn.execute(self.found, (id_list(ids),))


_AMONG = "entry_id IN (SELECT value FROM json_each(?))"
_UNHIDE = """
UPDATE entries SET hidden = 0 WHERE id = :entry_id AND hidden
AND NOT EXISTS (SELECT 1 FROM hides WHERE entry_id = :entry_id)
"""
_QUEUE = """
INSERT OR IGNORE INTO unread(entry_id, category, feed_id)
SELECT id, category, feed_id FROM entries WHERE id = :entry_id
"""

MARKS = {
    "hide": Mark(
        f"SELECT entry_id, '', hidden_at FROM hides WHERE {_AMONG}",
        (
            "INSERT INTO hides(entry_id, hidden_at) VALUES (:entry_id, :done_at)",
            "UPDATE entries SET hidden = 1 WHERE id = :entry_id AND NOT hidden",
        ),
        ("DELETE FROM hides WHERE entry_id = :entry_id AND hidden_at = :done_at", _UNHIDE),
    ),
    "star": Mark(
        f"SELECT entry_id, '', starred_at FROM stars WHERE {_AMONG}",
        ("INSERT INTO stars(entry_id, starred_at) VALUES (:entry_id, :done_at)",),
        ("DELETE FROM stars WHERE entry_id = :entry_id AND starred_at = :done_at",),
    ),
    "mark_read": Mark(
        "SELECT value, '', '' FROM json_each(?) "
        "WHERE NOT EXISTS (SELECT 1 FROM unread WHERE entry_id = value)",
        ("DELETE FROM unread WHERE entry_id = :entry_id",),
        (_QUEUE,),
    ),
    "tag": Mark(
        f"SELECT entry_id, tag, '' FROM entry_tags WHERE {_AMONG}",
        ("INSERT INTO entry_tags(entry_id, tag) VALUES (:entry_id, :value)",),
        ("DELETE FROM entry_tags WHERE entry_id = :entry_id AND tag = :value",),
    ),
    "list": Mark(
        "SELECT entry_id, slug, '' FROM list_items CROSS JOIN lists ON lists.id = list_id "
        f"WHERE {_AMONG} AND list_items.removed_at IS NULL"
    ),
    # A score is the sum of what is recorded: there is nothing to make.
    "score": Mark("SELECT value, '', '' FROM json_each(?) WHERE 0"),
}
_ITEM = """
SELECT list_items.id FROM list_items WHERE entry_id = ? AND added_by = ?
AND list_id = coalesce((SELECT id FROM lists WHERE slug = ?), list_id)
"""


def make(conn: sqlite3.Connection, effect: str, made: Made, *, now: int) -> bool:
    """Make a mark; False where that is the curator's say, and he has said no."""
    if effect == "list":
        return _pick(conn, made, now=now)
    for statement in MARKS[effect].make:
        conn.execute(statement, made._asdict())
    return True


def unmake(conn: sqlite3.Connection, effect: str, made: Made, *, now: int) -> None:
    """Unmake a mark that a rule made, unless a curator has made it his own."""
    for statement in MARKS[effect].unmake:
        conn.execute(statement, made._asdict())
    if effect == "list":
        for item_id in _picked(conn, made):
            items.withdraw(conn, item_id, by=made.rule, now=now)


def hand_over(conn: sqlite3.Connection, effect: str, made: Made, heir: str) -> None:
    """Let a mark stand for another rule that makes it too."""
    if effect == "list":
        for item_id in _picked(conn, made):
            conn.execute("UPDATE list_items SET added_by = ? WHERE id = ?", (heir, item_id))


def _picked(conn: sqlite3.Connection, made: Made) -> list[Any]:
    """Return the items that a rule put on the list, wherever the list is called now."""
    rows = conn.execute(_ITEM, (made.entry_id, made.rule, made.value))
    return [row[0] for row in rows.fetchall()]


def _pick(conn: sqlite3.Connection, made: Made, *, now: int) -> bool:
    """Put an entry on a list, which is made if there is none; False where it was there already.

    Also where the curator has taken it off; a list that he removed gets nothing more.
    """
    slug = made.value
    if lists.find(conn, slug) is None:
        if lists.find(conn, slug, removed=True):
            return False
        lists.create(conn, slug, now=now)
    entry = selection.entry(conn, made.entry_id)
    assert entry is not None  # its facts were just read
    return lists.pick(conn, slug, entry, by=made.rule, now=now).outcome == "added"
