"""The order of a list: places from 1 without gaps, items of a section side by side."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

Order = list[tuple[int, str]]
"""Items and their sections."""


def order(conn: sqlite3.Connection, list_id: int) -> Order:
    """Return the items of a list and their sections, in order."""
    return conn.execute(
        "SELECT id, section FROM list_items WHERE list_id = ? AND removed_at IS NULL "
        "ORDER BY position, id",
        (list_id,),
    ).fetchall()


def place_of(conn: sqlite3.Connection, item_id: int) -> int:
    """Return the place of an item in its list, from 1."""
    (place,) = conn.execute(
        "SELECT count(*) FROM list_items AS mine "
        "JOIN list_items AS each ON each.list_id = mine.list_id AND each.removed_at IS NULL "
        "AND (each.position, each.id) <= (mine.position, mine.id) WHERE mine.id = ?",
        (item_id,),
    ).fetchone()
    return int(place)


def write(conn: sqlite3.Connection, items: Iterable[tuple[int, str]]) -> None:
    """Give the items their places, from 1."""
    conn.executemany(
        "UPDATE list_items SET position = ?1 WHERE id = ?2 AND position <> ?1",
        [(place, item_id) for place, (item_id, _section) in enumerate(items, start=1)],
    )


def settle(conn: sqlite3.Connection, list_id: int, items: Iterable[tuple[int, str]]) -> None:
    """Give the items these sections and this order, those of a section side by side."""
    wanted = list(items)
    conn.executemany(
        "UPDATE list_items SET section = ?1 WHERE id = ?2 AND section <> ?1",
        [(section, item_id) for item_id, section in wanted],
    )
    write(conn, wanted)
    arrange(conn, list_id)


def arrange(conn: sqlite3.Connection, list_id: int) -> None:
    """Close gaps, and bring the items of each section together where the first of them is."""
    items = order(conn, list_id)
    rank = ranks(section for _id, section in items)
    write(conn, sorted(items, key=lambda each: rank[each[1]]))


def ranks(sections: Iterable[str]) -> dict[str, int]:
    """Return the order of sections: none first, then as they appear."""
    return {section: rank for rank, section in enumerate(dict.fromkeys(["", *sections]))}


def make_room(conn: sqlite3.Connection, list_id: int, section: str) -> int:
    """Return the place behind the last item of a section, the last place for a new section.

    Whatever stands there moves down: no list is read for one more item at its end.
    """
    (last,) = conn.execute(
        "SELECT max(position) FROM list_items "
        "WHERE list_id = ? AND removed_at IS NULL AND (section = ? OR ? = 0)",
        (list_id, section, _has_section(conn, list_id, section)),
    ).fetchone()
    place = (last or 0) + 1
    conn.execute(
        "UPDATE list_items SET position = position + 1 "
        "WHERE list_id = ? AND removed_at IS NULL AND position >= ?",
        (list_id, place),
    )
    return place


def _has_section(conn: sqlite3.Connection, list_id: int, section: str) -> bool:
    """Whether the items of a section are where they have to be; no section is always first."""
    if not section:
        return True
    rows = conn.execute(
        "SELECT 1 FROM list_items WHERE list_id = ? AND section = ? AND removed_at IS NULL LIMIT 1",
        (list_id, section),
    )
    return rows.fetchone() is not None
