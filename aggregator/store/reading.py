"""What the curator does to entries on the desk: starred, read, hidden, tagged, and taken back.

Every act is written down with the entries that it changed, so taking it back leaves what was so
before. A mark that stands already is not made again, and then it is not the act's to take back.

Marking hundreds of thousands as read goes by steps, each a transaction of its own: whoever calls
`sweep` and `undo` lets others write in between.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from aggregator.errors import UsageError
from aggregator.model import Mix, Selection
from aggregator.store.base import encodable, epoch_of, epoch_or_none, id_list, iso, transaction
from aggregator.store.selection import chosen

CHUNK = 1_000
"""So many entries are changed in one transaction: some 20 milliseconds."""

KEPT = 100
"""So many acts can be taken back; older ones are forgotten."""

DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something done: `what` it was, the tag or form it was done with, how many it changed."""

    id: int
    what: str
    value: str
    entries: int
    done_at: int
    undone_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The unread entries of a selection, those alone that are newer than `over`."""

    selection: Selection
    over: int | None = None


class Mark(NamedTuple):
    """The statements of a mark.

    The first of `do` takes entries as `:ids` and returns what it changed: the entry, and what it
    takes to mark it again. The others of `do` take those as `:ids`; `undo` takes the pairs.
    """

    do: tuple[str, ...]
    undo: tuple[str, ...]


_AMONG = "IN (SELECT value FROM json_each(:ids))"
_EACH = "FROM json_each(:ids) CROSS JOIN entries ON entries.id = value"
_ENTRY = "json_extract(value, '$[0]')"
_BEFORE = "json_extract(value, '$[1]')"
_PAIRED = f"IN (SELECT {_ENTRY} FROM json_each(:pairs))"
_PAIR = f"FROM json_each(:pairs) CROSS JOIN entries ON entries.id = {_ENTRY}"
_QUEUE = (
    "INSERT OR IGNORE INTO unread(entry_id, category, feed_id) SELECT entries.id, category, feed_id"
)
_STAR = "INSERT OR IGNORE INTO stars(entry_id, starred_at)"
_HIDE = "INSERT OR IGNORE INTO hides(entry_id, hidden_at)"
_TAG = "INSERT OR IGNORE INTO entry_tags(entry_id, tag)"
_UNTAG = "DELETE FROM entry_tags WHERE tag = :value AND entry_id"
_WAS_UNREAD = (
    "RETURNING entry_id, (SELECT 'unread' FROM unread WHERE unread.entry_id = hides.entry_id)"
)

MARKS = {
    "read": Mark(
        (f"DELETE FROM unread WHERE entry_id {_AMONG} RETURNING entry_id, ''",),
        (f"{_QUEUE} {_PAIR}",),
    ),
    "unread": Mark(
        (f"{_QUEUE} {_EACH} WHERE NOT hidden RETURNING entry_id, ''",),
        (f"DELETE FROM unread WHERE entry_id {_PAIRED}",),
    ),
    "star": Mark(
        (f"{_STAR} SELECT entries.id, :now {_EACH} RETURNING entry_id, ''",),
        (f"DELETE FROM stars WHERE entry_id {_PAIRED}",),
    ),
    "unstar": Mark(
        (f"DELETE FROM stars WHERE entry_id {_AMONG} RETURNING entry_id, starred_at",),
        (f"{_STAR} SELECT entries.id, {_BEFORE} {_PAIR}",),
    ),
    # What is hidden is read, too; taken back, what was unread is unread again.
    "hide": Mark(
        (
            f"{_HIDE} SELECT entries.id, :now {_EACH} WHERE NOT hidden {_WAS_UNREAD}",
            f"UPDATE entries SET hidden = 1 WHERE NOT hidden AND id {_AMONG}",
            f"DELETE FROM unread WHERE entry_id {_AMONG}",
        ),
        (
            f"DELETE FROM hides WHERE entry_id {_PAIRED}",
            f"UPDATE entries SET hidden = 0 WHERE hidden AND id {_PAIRED}",
            f"{_QUEUE} {_PAIR} WHERE {_BEFORE} = 'unread'",
        ),
    ),
    "tag": Mark(
        (f"{_TAG} SELECT entries.id, :value {_EACH} RETURNING entry_id, ''",),
        (f"{_UNTAG} {_PAIRED}",),
    ),
    "untag": Mark(
        (f"{_UNTAG} {_AMONG} RETURNING entry_id, ''",),
        (f"{_TAG} SELECT entries.id, :value {_PAIR}",),
    ),
}


def mark(
    conn: sqlite3.Connection, what: str, ids: Sequence[int], *, value: str = "", now: int
) -> Act | None:
    """Do one of MARKS to some entries; None where it changed nothing.

    `value` is the tag. Raises UsageError for a tag without letters.
    """
    with transaction(conn):
        act_id = begin(conn, what, value=value, now=now)
        _change(conn, act_id, ids, now=now)
        return end(conn, act_id)


def everything(selection: Selection) -> Stretch:
    """Return all that is unread of a selection, whatever its order and mix."""
    plain = replace(selection, unread=True, sort="newest", mix=Mix(), max_per_feed=None)
    return Stretch(selection=plain)


def above(selection: Selection, entry_id: int) -> Stretch:
    """Return what is newer than an entry, without itself."""
    since = max(selection.since or 0, entry_id >> 20)
    return replace(everything(replace(selection, since=since, before=None)), over=entry_id)


def below(selection: Selection, entry_id: int) -> Stretch:
    """Return what is older than an entry, without itself."""
    return everything(replace(selection, before=entry_id))


def older(selection: Selection, *, now: int, seconds: int = DAY) -> Stretch:
    """Return what was published longer ago than a day, or so many seconds."""
    until = now - seconds
    return everything(
        replace(selection, until=until if selection.until is None else min(until, selection.until))
    )


def sweep(conn: sqlite3.Connection, act_id: int, stretch: Stretch, *, now: int) -> Stretch | None:
    """Mark the newest thousand of a stretch as read; return the rest of it, None at its end."""
    ids = chosen(conn, replace(stretch.selection, limit=CHUNK))
    over = stretch.over
    with transaction(conn):
        _change(conn, act_id, [each for each in ids if over is None or each > over], now=now)
    if len(ids) < CHUNK:
        return None
    return replace(stretch, selection=replace(stretch.selection, before=ids[-1]))


def begin(conn: sqlite3.Connection, what: str, *, value: str = "", now: int) -> int:
    """Write down that something is about to be done; return the number of the act."""
    value = " ".join(encodable(value).split()) if what in MARKS else value
    if what in {"tag", "untag"} and not value:
        raise UsageError("A tag has at least one letter.")
    with transaction(conn):
        cursor = conn.execute(
            "INSERT INTO acts(done_at, what, value) VALUES (?, ?, ?)", (iso(now), what, value)
        )
        act_id = int(cursor.lastrowid or 0)
        conn.execute("DELETE FROM act_parts WHERE act_id <= ?", (act_id - KEPT,))
        conn.execute("DELETE FROM acts WHERE id <= ?", (act_id - KEPT,))
    return act_id


def end(conn: sqlite3.Connection, act_id: int) -> Act | None:
    """Return what an act came to; one that changed nothing is forgotten, and None."""
    found = act(conn, act_id)
    if found is None or found.entries:
        return found
    with transaction(conn):
        conn.execute("DELETE FROM acts WHERE id = ?", (act_id,))
    return None


def record(conn: sqlite3.Connection, what: str, value: str, *, now: int) -> Act:
    """Write down what was done to a list, and the form that takes it back."""
    with transaction(conn):
        act_id = begin(conn, what, value=value, now=now)
        conn.execute("UPDATE acts SET entries = 1 WHERE id = ?", (act_id,))
    return need(conn, act_id)


_ACTS = "SELECT id, what, value, entries, done_at, undone_at FROM acts"


def act(conn: sqlite3.Connection, act_id: int) -> Act | None:
    """Return one act, None where there is none or it is forgotten."""
    return next(map(_read, conn.execute(f"{_ACTS} WHERE id = ?", (act_id,))), None)


def acts(conn: sqlite3.Connection, limit: int = KEPT) -> list[Act]:
    """Return what was done lately, the last first."""
    return list(map(_read, conn.execute(f"{_ACTS} ORDER BY id DESC LIMIT ?", (limit,))))


def need(conn: sqlite3.Connection, act_id: int) -> Act:
    """Return an act that can be taken back; raises UsageError where there is none."""
    found = act(conn, act_id)
    if found is None:
        raise UsageError("That is too long ago to be taken back.")
    if found.undone_at is not None:
        raise UsageError("That was taken back already.")
    return found


def undo(conn: sqlite3.Connection, act_id: int, *, now: int) -> bool:
    """Take back the next part of an act; return whether there is more of it.

    Raises UsageError for one that is taken back or forgotten.
    """
    with transaction(conn):
        found = need(conn, act_id)
        row = conn.execute(
            "SELECT part, entries FROM act_parts WHERE act_id = ? ORDER BY part LIMIT 1", (act_id,)
        ).fetchone()
        if row:
            for statement in MARKS[found.what].undo:
                conn.execute(statement, {"pairs": row[1], "value": found.value})
            conn.execute("DELETE FROM act_parts WHERE act_id = ? AND part = ?", (act_id, row[0]))
        (left,) = conn.execute(
            "SELECT count(*) FROM act_parts WHERE act_id = ?", (act_id,)
        ).fetchone()
        if not left:
            conn.execute("UPDATE acts SET undone_at = ? WHERE id = ?", (iso(now), act_id))
    return bool(left)


def _change(conn: sqlite3.Connection, act_id: int, ids: Sequence[int], *, now: int) -> None:
    """Mark some entries within the caller's transaction, and write down which that changed."""
    found = need(conn, act_id)
    values = {"ids": id_list(ids), "value": found.value, "now": iso(now)}
    first, *rest = MARKS[found.what].do
    changed = conn.execute(first, values).fetchall()
    if not changed:
        return
    for statement in rest:
        conn.execute(statement, values | {"ids": id_list(row[0] for row in changed)})
    conn.execute(
        "INSERT INTO act_parts(act_id, part, entries) SELECT ?1, "
        "(SELECT coalesce(max(part), 0) + 1 FROM act_parts WHERE act_id = ?1), ?2",
        (act_id, json.dumps([tuple(row) for row in changed])),
    )
    conn.execute("UPDATE acts SET entries = entries + ? WHERE id = ?", (len(changed), act_id))


def _read(row: Sequence[object]) -> Act:
    act_id, what, value, entries, done_at, undone_at = row
    return Act(
        id=int(str(act_id)),
        what=str(what),
        value=str(value),
        entries=int(str(entries)),
        done_at=epoch_of(str(done_at)),
        undone_at=epoch_or_none(None if undone_at is None else str(undone_at)),
    )
