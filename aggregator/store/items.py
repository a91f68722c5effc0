"""What is on the lists: picked as copies, read back in order, changed, moved, and taken off.

Items of a section stand together: those without one first, then section by section in the order
in which they were begun. Places count from 1 over the whole list, without gaps.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from aggregator.curation import Item, Via
from aggregator.errors import UsageError
from aggregator.model import StoredEntry
from aggregator.store import copies, places
from aggregator.store.base import (
    encodable,
    iso,
    transaction,
)
from aggregator.store.picking import discussed
from aggregator.urls import absolute, canonical

LAST = 2**31
"""A place behind all others."""


class Picked(NamedTuple):
    """The item, and what came of picking it: added, there or restored.

    A removed item that was not to be brought back is "removed".
    """

    item_id: int
    outcome: str


def items(conn: sqlite3.Connection, list_id: int, *, removed: bool = False) -> list[Item]:
    """Return what is on a list, in order; with `removed`, what was taken off, the last first."""
    tail = "removed_at IS NULL ORDER BY position, list_items.id"
    if removed:
        tail = "removed_at IS NOT NULL ORDER BY removed_at DESC, list_items.id DESC"
    rows = conn.execute(f"{copies.SELECT} WHERE list_id = ? AND {tail}", (list_id,))
    found = [copies.read(row) for row in rows]
    # What a rule took back left a gap: it takes back thousands.
    return found if removed else [replace(each, place=n) for n, each in enumerate(found, start=1)]


def item(conn: sqlite3.Connection, item_id: int) -> Item | None:
    """Return one item, removed or not; None if there is none."""
    row = conn.execute(f"{copies.SELECT} WHERE list_items.id = ?", (item_id,)).fetchone()
    found = copies.read(row) if row else None
    if found is None or found.removed_at is not None:
        return found
    return replace(found, place=places.place_of(conn, item_id))


def put(
    conn: sqlite3.Connection,
    list_id: int,
    entry: StoredEntry,
    *,
    now: int,
    note: str = "",
    tags: Iterable[str] = (),
    section: str = "",
    quote: str = "",
    image_alt: str = "",
    via: Iterable[Via] | None = None,
    by: str = "",
    revive: bool = False,
) -> Picked:
    """Put a copy of an entry or item at the end of its section, unless its page is there already.

    Where nothing is given, the curator's own note and tags on the entry are taken, and via are the
    places where its story is discussed; an empty `via` is nobody. What was removed is brought
    back by `revive` alone. `by` is the rule that picks.
    """
    given = {
        "note": note,
        "tags": tuple(tags),
        "section": section.strip(),
        "quote": quote,
        "image_alt": image_alt,
    }
    words: dict[str, Any] = {name: value for name, value in given.items() if value}
    if via is not None:
        words["via"] = tuple(via)
    values = copies.copied(conn, entry) | copies.columns(words)
    with transaction(conn):
        row = conn.execute(
            "SELECT id, removed_at FROM list_items WHERE list_id = ? AND canonical_url = ?",
            (list_id, values["canonical_url"]),
        ).fetchone()
        if row:
            return _again(conn, row[0], words, now=now, removed=bool(row[1]), revive=revive)
        if via is None and values["via"] == copies.NOBODY:
            values |= copies.columns({"via": discussed(conn, entry.id)})
        place = places.make_room(conn, list_id, values["section"])
        values |= {"list_id": list_id, "position": place, "added_at": iso(now), "added_by": by}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        cursor = conn.execute(f"INSERT INTO list_items({names}) VALUES ({marks})", values)
        _touch(conn, list_id, now)
        return Picked(int(cursor.lastrowid or 0), "added")


def change(conn: sqlite3.Connection, item_id: int, *, now: int, **changes: Any) -> Item:
    """Change an item's own copy or the curator's words on it; the rest stays.

    Raises UsageError when its new address is on the list already, TypeError for what no item has.
    """
    if unknown := set(changes) - copies.CHANGEABLE:
        raise TypeError(f"an item has no {', '.join(sorted(unknown))}")
    with transaction(conn):
        found, list_id = _need(conn, item_id), _list_of(conn, item_id)
        values = copies.columns(changes)
        if "url" in values:
            values |= _moved(conn, item_id, list_id, values["url"])
        # Under another heading it comes last.
        if values.get("section", found.section) != found.section:
            values["position"] = LAST
        sets = "".join(f"{name} = :{name}, " for name in values)
        conn.execute(
            f"UPDATE list_items SET {sets}added_by = '' WHERE id = :id", values | {"id": item_id}
        )
        places.arrange(conn, list_id)
        _touch(conn, list_id, now)
    return _need(conn, item_id)


def move(
    conn: sqlite3.Connection, item_id: int, place: int, *, section: str | None = None, now: int
) -> Item:
    """Move an item to a place, or to the end if there are not so many.

    Without a section it comes under the heading of the item whose place it takes.
    """
    with transaction(conn):
        list_id = _list_of(conn, item_id)
        order = places.order(conn, list_id)
        if section is None:
            section = order[max(0, min(place, len(order)) - 1)][1]
        order = [each for each in order if each[0] != item_id]
        order.insert(max(0, place - 1), (item_id, " ".join(encodable(section).split())))
        conn.execute("UPDATE list_items SET added_by = '' WHERE id = ?", (item_id,))
        places.settle(conn, list_id, order)
        _touch(conn, list_id, now)
    return _need(conn, item_id)


def arrange(
    conn: sqlite3.Connection, list_id: int, order: Sequence[tuple[int, str]], *, now: int
) -> None:
    """Bring items into an order, each under its heading; those not named come after them.

    What is not on the list any more is passed over.
    """
    with transaction(conn):
        there = dict(places.order(conn, list_id))
        named = {item_id: encodable(section) for item_id, section in order if item_id in there}
        places.settle(conn, list_id, list((named | {**there, **named}).items()))
        _touch(conn, list_id, now)


def rename_section(
    conn: sqlite3.Connection,
    list_id: int,
    section: str,
    *,
    title: str | None = None,
    place: int | None = None,
    now: int,
) -> None:
    """Give a section another title, or another place among the sections, from 1.

    A title that another section has makes one of them. Raises UsageError without such a section.
    """
    with transaction(conn):
        order = places.order(conn, list_id)
        names = [name for name in dict.fromkeys(name for _id, name in order) if name]
        if section not in names:
            hint = f"There are {', '.join(names)}." if names else "It has no sections."
            raise UsageError(f"The list has no section {section!r}.", hint=hint)
        if place is not None:
            names.remove(section)
            names.insert(max(0, place - 1), section)
            rank = places.ranks(names)
            places.write(conn, sorted(order, key=lambda each: rank[each[1]]))
        if title is not None:
            conn.execute(
                "UPDATE list_items SET section = ? WHERE list_id = ? AND section = ?",
                (encodable(title.strip()), list_id, section),
            )
            places.arrange(conn, list_id)
        _touch(conn, list_id, now)


def remove_item(conn: sqlite3.Connection, item_id: int, *, now: int) -> Item:
    """Take an item off its list; it is kept, to be brought back."""
    with transaction(conn):
        list_id = _list_of(conn, item_id)
        conn.execute("UPDATE list_items SET removed_at = ? WHERE id = ?", (iso(now), item_id))
        places.arrange(conn, list_id)
        _touch(conn, list_id, now)
    return _need(conn, item_id)


def restore_item(conn: sqlite3.Connection, item_id: int, *, now: int) -> Item:
    """Bring a removed item back to where it was; one that was not removed stays as it is."""
    with transaction(conn):
        found = _need(conn, item_id)
        if found.removed_at is None:
            return found
        list_id = _list_of(conn, item_id)
        conn.execute(
            "UPDATE list_items SET position = position + 1 "
            "WHERE list_id = ? AND removed_at IS NULL AND position >= ?",
            (list_id, found.place),
        )
        conn.execute(
            "UPDATE list_items SET removed_at = NULL, added_by = '' WHERE id = ?", (item_id,)
        )
        places.arrange(conn, list_id)
        _touch(conn, list_id, now)
    return _need(conn, item_id)


def withdraw(conn: sqlite3.Connection, item_id: int, *, by: str, now: int) -> bool:
    """Delete what a rule put on a list, unless a curator had a hand in it since; say whether."""
    with transaction(conn):
        row = conn.execute(
            "DELETE FROM list_items WHERE id = ? AND added_by = ? AND added_by <> '' "
            "AND removed_at IS NULL RETURNING list_id",
            (item_id, by),
        ).fetchall()
        for (list_id,) in row:
            _touch(conn, list_id, now)
    return bool(row)


def refresh(conn: sqlite3.Connection, item_id: int, *, now: int, keep: bool = False) -> Item | None:
    """Take what the entry says now in place of what was copied; None where it is stored no more.

    The curator's words, the section and the address stay. With `keep` the copy stays too, and the
    change counts as seen.
    """
    from aggregator.store.selection import entry  # noqa: PLC0415 — lists are read without

    with transaction(conn):
        found = _need(conn, item_id)
        now_is = entry(conn, found.id) if found.id else None
        if now_is is None:
            return None
        fresh = copies.copied(conn, now_is)
        names = ["content_hash"]
        if not keep:
            names += ["title", "author", "source", "summary", "image", "enclosures", "rights"]
            names += ["comments_url", "updated_at", "language"]
        values = {name: fresh[name] for name in names}
        sets = ", ".join(f"{name} = :{name}" for name in values)
        conn.execute(f"UPDATE list_items SET {sets} WHERE id = :id", values | {"id": item_id})
        _touch(conn, _list_of(conn, item_id), now)
    return _need(conn, item_id)


def checked(
    conn: sqlite3.Connection,
    item_id: int,
    *,
    status: str,
    note: str,
    moved_to: str | None = None,
    now: int,
) -> None:
    """Remember what came of a look at an item's link: ok, moved, dead or unsure."""
    with transaction(conn):
        conn.execute(
            "UPDATE list_items SET checked_at = ?, check_status = ?, check_note = ?, moved_to = ? "
            "WHERE id = ?",
            (iso(now), status, encodable(note), encodable(moved_to), item_id),
        )


def _again(
    conn: sqlite3.Connection,
    item_id: int,
    words: dict[str, Any],
    *,
    now: int,
    removed: bool,
    revive: bool,
) -> Picked:
    """Bring a removed item back, with new words where some are given; leave others alone."""
    if not removed:
        return Picked(item_id, "there")
    if not revive:
        return Picked(item_id, "removed")
    restore_item(conn, item_id, now=now)
    if words:
        change(conn, item_id, now=now, **words)
    return Picked(item_id, "restored")


def _moved(conn: sqlite3.Connection, item_id: int, list_id: int, url: str) -> dict[str, Any]:
    """Return what changes with an item's address; raises UsageError where it can't be that."""
    if absolute(url, url) is None:
        raise UsageError(f"{url!r} is no address.", hint="It begins with http:// or https://.")
    page = canonical(url)
    other = conn.execute(
        "SELECT id FROM list_items WHERE list_id = ? AND canonical_url = ? AND id <> ?",
        (list_id, page, item_id),
    ).fetchone()
    if other:
        raise UsageError("Another item of this list has that address.")
    nothing = dict.fromkeys(("checked_at", "check_status", "check_note", "moved_to"))
    return {"canonical_url": page, **nothing}


def _need(conn: sqlite3.Connection, item_id: int) -> Item:
    found = item(conn, item_id)
    if found is None:
        raise UsageError(f"There is no item {item_id}.", hint="`aggregate list show` shows them.")
    return found


def _list_of(conn: sqlite3.Connection, item_id: int) -> int:
    _need(conn, item_id)
    (list_id,) = conn.execute("SELECT list_id FROM list_items WHERE id = ?", (item_id,)).fetchone()
    return int(list_id)


def _touch(conn: sqlite3.Connection, list_id: int, now: int) -> None:
    conn.execute("UPDATE lists SET updated_at = ? WHERE id = ?", (iso(now), list_id))
