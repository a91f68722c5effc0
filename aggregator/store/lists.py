"""Lists that a curator makes: made, found, edited, removed and brought back.

What is on them is in `items`, whose functions are to be had from here too. Lists and their items
are the curator's: nothing that happens to feeds, entries, stories or rules changes them.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from aggregator.curation import CuratedList
from aggregator.errors import UsageError
from aggregator.model import StoredEntry
from aggregator.store import items as on_lists
from aggregator.store.base import encodable, epoch_of, epoch_or_none, iso, transaction
from aggregator.store.items import (
    Picked,
    arrange,
    change,
    checked,
    item,
    items,
    move,
    refresh,
    remove_item,
    rename_section,
    restore_item,
    withdraw,
)
from aggregator.store.picking import page, via_of

__all__ = [  # noqa: RUF022 (plain order)
    "Picked",
    "VISIBILITIES",
    "add",
    "all_lists",
    "arrange",
    "change",
    "checked",
    "create",
    "edit",
    "find",
    "forget",
    "holding",
    "item",
    "items",
    "list_of",
    "move",
    "need",
    "page",
    "pick",
    "refresh",
    "remove",
    "remove_item",
    "rename_section",
    "restore",
    "restore_item",
    "slug_of",
    "via_of",
    "withdraw",
]

VISIBILITIES = ("private", "unlisted", "public")
LONGEST_SLUG = 64
_SLUG = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{LONGEST_SLUG - 2}}}[a-z0-9])?\Z")
_EDITED = ("slug", "title", "description", "language", "visibility", "token")

_COLUMNS = (
    "SELECT id, slug, title, description, language, visibility, token, created_at, updated_at, "
    "(SELECT count(*) FROM list_items WHERE list_id = lists.id AND removed_at IS NULL), removed_at "
    "FROM lists"
)


def slug_of(text: str) -> str:
    """Return a short name made of the letters and digits in a text; "list" where it has none."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words)[:LONGEST_SLUG].strip("-") or "list"


def create(
    conn: sqlite3.Connection,
    slug: str,
    *,
    title: str = "",
    description: str = "",
    language: str | None = None,
    visibility: str = "private",
    now: int,
    token: str | None = None,
) -> CuratedList:
    """Make an empty list; without a title it is called by its short name.

    `token` is drawn by lot. Raises UsageError for a short name that is taken or can't be one.
    """
    values = {
        "slug": slug,
        "title": title.strip() or slug.replace("-", " ").capitalize(),
        "description": description.strip(),
        "language": language or None,
        "visibility": visibility,
        "token": token or secrets.token_urlsafe(16),
    }
    with transaction(conn):
        values = _checked(conn, values)
        conn.execute(
            "INSERT INTO lists(slug, title, description, language, visibility, token, created_at, "
            "updated_at) VALUES (:slug, :title, :description, :language, :visibility, :token, "
            ":now, :now)",
            values | {"now": iso(now)},
        )
        return need(conn, slug)


def find(conn: sqlite3.Connection, slug: str, *, removed: bool = False) -> CuratedList | None:
    """Return a list by its short name, None if there is none; with `removed`, a removed one."""
    test = "IS NOT NULL" if removed else "IS NULL"
    rows = conn.execute(f"{_COLUMNS} WHERE slug = ? AND removed_at {test}", (encodable(slug),))
    return next((_read(row) for row in rows), None)


def need(conn: sqlite3.Connection, slug: str) -> CuratedList:
    """Return a list by its short name; raises UsageError where there is none."""
    found = find(conn, slug)
    if found is None:
        if find(conn, slug, removed=True):
            raise UsageError(
                f"The list {slug!r} was removed.", hint=f"`aggregate list restore {slug}`"
            )
        names = ", ".join(each.slug for each in all_lists(conn)[:10])
        hint = f"There are {names}." if names else "`aggregate list create` makes one."
        raise UsageError(f"There is no list {slug!r}.", hint=hint)
    return found


def list_of(conn: sqlite3.Connection, item_id: int) -> CuratedList:
    """Return the list that an item is on, or was; raises UsageError where there is no such item."""
    row = conn.execute(
        f"{_COLUMNS} WHERE id = (SELECT list_id FROM list_items WHERE id = ?)", (item_id,)
    ).fetchone()
    if row is None:
        raise UsageError(f"There is no item {item_id}.")
    return _read(row)


def holding(conn: sqlite3.Connection, entry_id: int) -> list[CuratedList]:
    """Return the lists that an entry is on, the last changed first."""
    rows = conn.execute(
        f"{_COLUMNS} WHERE removed_at IS NULL AND id IN (SELECT list_id FROM list_items "
        "WHERE entry_id = ? AND removed_at IS NULL) ORDER BY updated_at DESC, id DESC",
        (entry_id,),
    )
    return [_read(row) for row in rows]


def all_lists(
    conn: sqlite3.Connection, *, visibility: str | None = None, removed: bool = False
) -> list[CuratedList]:
    """Return the lists, the last changed first; only those that may be seen so, or removed."""
    test = "IS NOT NULL" if removed else "IS NULL"
    rows = conn.execute(
        f"{_COLUMNS} WHERE removed_at {test} AND visibility = coalesce(?, visibility) "
        "ORDER BY updated_at DESC, id DESC",
        (visibility,),
    )
    return [_read(row) for row in rows]


def edit(conn: sqlite3.Connection, slug: str, /, *, now: int, **changes: Any) -> CuratedList:
    """Change slug, title, description, language, visibility or token; the rest stays.

    Raises UsageError for what a list can't have, TypeError for what it has not.
    """
    if unknown := set(changes) - set(_EDITED):
        raise TypeError(f"a list has no {', '.join(sorted(unknown))}")
    with transaction(conn):
        found = need(conn, slug)
        values = _checked(conn, changes, found)
        sets = "".join(f"{name} = :{name}, " for name in values)
        conn.execute(
            f"UPDATE lists SET {sets}updated_at = :now WHERE id = :id",
            values | {"now": iso(now), "id": found.id},
        )
        return need(conn, values.get("slug", slug))


def remove(conn: sqlite3.Connection, slug: str, *, now: int) -> CuratedList:
    """Put a list out of sight, to be brought back; raises UsageError where there is none."""
    with transaction(conn):
        found = need(conn, slug)
        conn.execute("UPDATE lists SET removed_at = ? WHERE id = ?", (iso(now), found.id))
    return found


def restore(conn: sqlite3.Connection, slug: str, *, now: int) -> CuratedList:
    """Bring a removed list back as it was; raises UsageError where there is none."""
    with transaction(conn):
        found = _removed(conn, slug)
        conn.execute(
            "UPDATE lists SET removed_at = NULL, updated_at = ? WHERE id = ?", (iso(now), found.id)
        )
        return need(conn, slug)


def forget(conn: sqlite3.Connection, slug: str) -> CuratedList:
    """Delete a removed list for good, with all that is on it."""
    with transaction(conn):
        found = _removed(conn, slug)
        conn.execute("DELETE FROM list_items WHERE list_id = ?", (found.id,))
        conn.execute("DELETE FROM lists WHERE id = ?", (found.id,))
    return found


def add(conn: sqlite3.Connection, slug: str, entry: StoredEntry, **words: Any) -> int:
    """Put a copy of an entry or item on a list; return the number of the item.

    As `pick`, for those who need not know what came of it.
    """
    return pick(conn, slug, entry, **words).item_id


def pick(conn: sqlite3.Connection, slug: str, entry: StoredEntry, **words: Any) -> Picked:
    """Put a copy of an entry or item on a list, and say whether it was there already.

    `words` are `now` and, where wanted, note, tags, section, quote, image_alt, via, by, revive:
    see `items.put`. Raises UsageError where there is no such list.
    """
    # Without the count of its items: a rule picks thousands.
    row = conn.execute(
        "SELECT id FROM lists WHERE slug = ? AND removed_at IS NULL", (encodable(slug),)
    )
    (list_id,) = row.fetchone() or (need(conn, slug).id,)
    return on_lists.put(conn, list_id, entry, **words)


def _removed(conn: sqlite3.Connection, slug: str) -> CuratedList:
    found = find(conn, slug, removed=True)
    if found is None:
        names = ", ".join(each.slug for each in all_lists(conn, removed=True)[:10])
        hint = f"Removed lists: {names}." if names else "No list was removed."
        raise UsageError(f"There is no removed list {slug!r}.", hint=hint)
    return found


def _checked(
    conn: sqlite3.Connection, changes: dict[str, Any], of: CuratedList | None = None
) -> dict[str, Any]:
    """Return the values if a list may have them; raises UsageError."""
    values = {name: encodable(value) for name, value in changes.items()}
    slug = values.get("slug")
    if slug is not None:
        if not _SLUG.match(slug):
            raise UsageError(
                f"{slug!r} can't be a list's short name: it has small letters, digits and hyphens.",
                hint=f"For example {slug_of(slug)}.",
            )
        if not of or of.slug != slug:
            _refuse_taken(conn, slug)
    if values.get("visibility", "private") not in VISIBILITIES:
        raise UsageError(
            f"{values['visibility']!r} is no visibility.",
            hint=f"There are {', '.join(VISIBILITIES)}.",
        )
    if "title" in values and not values["title"].strip():
        raise UsageError("A list has a title.")
    return values


def _refuse_taken(conn: sqlite3.Connection, slug: str) -> None:
    if find(conn, slug):
        raise UsageError(f"There is a list {slug!r} already.")
    if find(conn, slug, removed=True):
        raise UsageError(
            f"A list {slug!r} was removed, and is kept.",
            hint=f"`aggregate list restore {slug}`, or `list rm --for-good {slug}` first.",
        )


def _read(row: Sequence[Any]) -> CuratedList:
    return CuratedList(
        id=row[0],
        slug=row[1],
        title=row[2],
        description=row[3],
        language=row[4],
        visibility=row[5],
        token=row[6],
        created_at=epoch_of(row[7]),
        updated_at=epoch_of(row[8]),
        items=row[9],
        removed_at=epoch_or_none(row[10]),
    )
