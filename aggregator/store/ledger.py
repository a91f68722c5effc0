"""The ledger: what left the house, where to and when, so that nothing goes to one place twice.

    begin → the file is written, the mail is sent → finish
                                    it could not be → cancel

An export is written down before it is made. One that was cut short (a power cut, `kill -9`) stays
without `finished_at`: nobody knows whether it arrived, so it counts until it is undone.

What has left, and what counts as the same, is said in `gone`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aggregator.curation import Item
from aggregator.export import words
from aggregator.model import StoredEntry
from aggregator.store import gone
from aggregator.store.base import epoch_of, epoch_or_none, id_list, iso, transaction

FIRST = 10
"""So many go with the first export that continues: a new target is not flooded."""

KEPT = 100
"""So many exports to each file are kept, besides all that continue: an older one is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A line of the ledger; `finished` is False where nobody knows whether it arrived."""

    id: int
    exported_at: int
    subject: str
    format: str
    target: str
    entries: int
    continues: bool = False
    times: int = 1
    finished: bool = True
    undone_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was in an export; `passed_over` did not leave, but counts as if it had."""

    position: int
    entry_id: int | None
    canonical_url: str
    title: str
    passed_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """From where to where: the same subject to the same target goes on where it ended.

    `news` says that the subject is what feeds bring: what its first export leaves out, and the
    old entries of feeds that are added later, are passed over for good. What a curator picked
    waits for the next time instead.
    """

    subject: str
    format: str
    target: str
    news: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an export that continues takes along. `export_id` is None where that is nothing.

    `waiting` are left for the next time, `passed` are passed over for good.
    """

    items: tuple[Item, ...]
    first: bool = False
    waiting: int = 0
    passed: int = 0
    export_id: int | None = None


def record(
    conn: sqlite3.Connection, journey: Journey, items: Sequence[StoredEntry], *, now: int
) -> int:
    """Write down an export that has been made, such as a copy from the desk; returns its id."""
    with transaction(conn):
        export_id = begin(conn, journey, items, now=now)
        finish(conn, export_id, now=now)
    return export_id


def begin(
    conn: sqlite3.Connection, journey: Journey, items: Sequence[StoredEntry], *, now: int
) -> int:
    """Write down an export that is about to be made; returns its id.

    One that has just the items of the last one to its target, the same way, is that one again.
    """
    with transaction(conn):
        marked = gone.marked(conn, items)
        repeated = _repeated(conn, journey, marked)
        if repeated is not None:
            conn.execute(
                "UPDATE exports SET times = times + 1, exported_at = ?, finished_at = NULL "
                "WHERE id = ?",
                (iso(now), repeated),
            )
            return repeated
        export_id = _insert(conn, journey, marked, now=now)
        if journey.target.startswith("/"):
            _thin(conn, journey.target)
    return export_id


def finish(conn: sqlite3.Connection, export_id: int, *, now: int) -> None:
    """Say that the export is whole."""
    with transaction(conn):
        conn.execute("UPDATE exports SET finished_at = ? WHERE id = ?", (iso(now), export_id))


def cancel(conn: sqlite3.Connection, export_id: int, *, now: int) -> None:
    """Say that nothing left: the line goes, or is what it was before it was repeated."""
    with transaction(conn):
        repeated = conn.execute(
            "UPDATE exports SET times = times - 1, finished_at = ? WHERE id = ? AND times > 1",
            (iso(now), export_id),
        ).rowcount
        if not repeated:
            _remove(conn, [export_id])


def leave_out(conn: sqlite3.Connection, export_id: int, places: Sequence[int]) -> None:
    """Say that what stands at these places of an export did not go after all."""
    with transaction(conn):
        gone = conn.execute(
            "DELETE FROM export_entries WHERE export_id = ? "
            "AND position IN (SELECT value FROM json_each(?))",
            (export_id, id_list(places)),
        ).rowcount
        conn.execute("UPDATE exports SET entries = entries - ? WHERE id = ?", (gone, export_id))


def undo(conn: sqlite3.Connection, export_id: int, *, now: int) -> bool:
    """Take an export back: what was in it may go there again. False where it is undone already."""
    with transaction(conn):
        changed = conn.execute(
            "UPDATE exports SET undone_at = ? WHERE id = ? AND undone_at IS NULL",
            (iso(now), export_id),
        ).rowcount
    return changed == 1


def take(
    conn: sqlite3.Connection,
    journey: Journey,
    candidates: Sequence[StoredEntry],
    *,
    now: int,
    limit: int | None = None,
    at_first: int | None = FIRST,
    whole: bool = True,
    oldest: bool = False,
) -> Taken:
    """Begin the export of what has not gone to the target yet, each page and story once.

    The candidates stand in their order; `oldest` takes from its end, where more wait than `limit`
    allows. `whole` says that the subject has no other candidates; of a part, all that is older
    counts as passed over. `at_first` is the limit for the first time; None is no limit. Who is
    handed an `export_id` says `finish` or `cancel`.
    """
    with transaction(conn):
        first = not gone.continued(conn, journey.subject, journey.target)
        fresh = gone.fresh(
            conn, candidates, subject=journey.subject, target=journey.target, news=journey.news
        )
        most = at_first if first else limit
        most = len(fresh) if most is None else most
        from_end = oldest and not first and most < len(fresh)
        items = fresh[-most:] if from_end else fresh[:most]
        left = [] if from_end else fresh[most:]
        passed = left if first and journey.news else []
        floor = None
        if first and journey.news and not whole:
            floor = min(item.id for item in candidates)
        export_id = None
        if items or first:  # also with nothing: what comes from now on is news
            export_id = _insert(conn, journey, items, passed, floor=floor, continues=True, now=now)
    waiting = len(fresh) - len(items) - len(passed)
    return Taken(
        items=tuple(items), first=first, waiting=waiting, passed=len(passed), export_id=export_id
    )


def exports(
    conn: sqlite3.Connection, *, target: str | None = None, limit: int = 50
) -> list[Export]:
    """Return lines of the ledger, newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM exports WHERE ?1 IS NULL OR target = ?1 "
        "ORDER BY exported_at DESC, id DESC LIMIT ?2",
        (target, limit),
    )
    return [_export(row) for row in rows]


def export(conn: sqlite3.Connection, export_id: int) -> Export | None:
    """Return one line of the ledger; None if there is none."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM exports WHERE id = ?", (export_id,)).fetchone()
    return row and _export(row)


def lines(conn: sqlite3.Connection, export_id: int) -> list[Line]:
    """Return what was in an export, in its order, and then what it passed over."""
    rows = conn.execute(
        "SELECT position, entry_id, canonical_url, title, passed_over FROM export_entries "
        "WHERE export_id = ? ORDER BY position",
        (export_id,),
    )
    return [
        Line(
            position=position,
            entry_id=entry_id,
            canonical_url=url,
            title=title,
            passed_over=bool(passed),
        )
        for position, entry_id, url, title, passed in rows
    ]


_COLUMNS = (
    "id, exported_at, subject, format, target, entries, continues, times, finished_at, undone_at"
)


def _export(row: Sequence[Any]) -> Export:
    number, at, subject, name, target, entries, continues, times, finished_at, undone_at = row
    return Export(
        id=number,
        exported_at=epoch_of(at),
        subject=subject,
        format=name,
        target=target,
        entries=entries,
        continues=bool(continues),
        times=times,
        finished=finished_at is not None,
        undone_at=epoch_or_none(undone_at),
    )


def _repeated(conn: sqlite3.Connection, journey: Journey, items: Sequence[Item]) -> int | None:
    """Return the id of the last export to the target, if this is the very same."""
    row = conn.execute(
        "SELECT id, subject, format, continues, undone_at, finished_at FROM exports "
        "WHERE target = ? ORDER BY exported_at DESC, id DESC LIMIT 1",
        (journey.target,),
    ).fetchone()
    if row is None or tuple(row[1:5]) != (journey.subject, journey.format, 0, None) or not row[5]:
        return None
    same = [each.canonical_url for each in lines(conn, row[0])] == [
        item.canonical_url for item in items
    ]
    return int(row[0]) if same else None


def _insert(
    conn: sqlite3.Connection,
    journey: Journey,
    items: Sequence[Item],
    passed: Sequence[Item] = (),
    *,
    now: int,
    floor: int | None = None,
    continues: bool = False,
) -> int:
    export_id = conn.execute(
        "INSERT INTO exports (exported_at, subject, format, target, entries, continues, floor) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (iso(now), journey.subject, journey.format, journey.target, len(items), continues, floor),
    ).lastrowid
    conn.executemany(
        "INSERT INTO export_entries (export_id, position, entry_id, canonical_url, story_id, "
        "title, passed_over) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                export_id,
                position,
                item.id or None,
                item.canonical_url,
                item.story_id,
                words.name(item),
                position > len(items),
            )
            for position, item in enumerate([*items, *passed], 1)
        ],
    )
    return int(export_id or 0)


def _thin(conn: sqlite3.Connection, target: str) -> None:
    """Drop the oldest exports to a file: one that cron writes hourly would fill the ledger."""
    rows = conn.execute(
        "SELECT id FROM exports WHERE target = ? AND NOT continues "
        "ORDER BY id DESC LIMIT -1 OFFSET ?",
        (target, KEPT),
    )
    _remove(conn, [export_id for (export_id,) in rows])


def _remove(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    marks = id_list(ids)
    within = "IN (SELECT value FROM json_each(?))"
    conn.execute(f"DELETE FROM export_entries WHERE export_id {within}", (marks,))
    conn.execute(f"DELETE FROM exports WHERE id {within}", (marks,))
