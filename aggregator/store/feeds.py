"""Feeds read back: what is due, what is known, what the log says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aggregator.model import FeedRow, FeedState, Known
from aggregator.store.base import epoch_of, epoch_or_none, id_list, iso, iso_or_none, transaction

AHEAD = 86_400
"""Seconds by which clocks may differ: a look further ahead than that was never taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What a whole host asked of us: not before `next_at`, after `failures` refusals in a row."""

    next_at: int
    failures: int = 0
    last_at: int | None = None

    def rests(self, now: int) -> bool:
        """Say whether it is to be left alone; what a clock that was ahead wrote does not count."""
        return self.next_at > now and (self.last_at or 0) <= now + AHEAD


# What is text in the database and epoch seconds outside.
_TIMES = (
    "next_check_at",
    "failing_since",
    "checked_at",
    "changed_at",
    "last_entry_at",
    "moved_since",
)
_ROW_COLUMNS = tuple(FeedRow.__dataclass_fields__)
_STATE_FIELDS = tuple(FeedState.__dataclass_fields__)
_DUE = f"""
SELECT id, title, url, category, platform, every, headers, custom_title,
       {", ".join("fetch_state" if name == "state" else name for name in _STATE_FIELDS)}
FROM feeds WHERE subscribed AND NOT paused
"""
_DUE_COLUMNS = 8


def due(
    conn: sqlite3.Connection,
    *,
    now: int,
    only: str | None = None,
    category: str | None = None,
    force: bool = False,
) -> list[Known]:
    """Return the feeds to look at, least recently checked first.

    `only` is the number of one, or text in title or address; `force` takes also those that are not
    due, or gone. What was looked at in the future, by a clock that was ahead, is due: it would wait
    until then.
    """
    sql = _DUE
    if not force:
        sql += " AND (next_check_at <= :now OR checked_at > :late) AND fetch_state <> 'gone'"
    if category is not None:
        sql += " AND category = :category"
    asked = {"now": iso(now), "late": iso(now + AHEAD), "category": category}
    rows = conn.execute(sql + " ORDER BY checked_at, id", asked).fetchall()
    if only and only.isdecimal() and (numbered := [row for row in rows if row[0] == int(only)]):
        return [_known(row) for row in numbered]
    place = _DUE_COLUMNS + _STATE_FIELDS.index("feed_url")
    return [_known(row) for row in rows if mentions(only, (row[1], row[2], row[place]))]


def _known(row: tuple[Any, ...]) -> Known:
    feed_id, _, url, category, platform, every, headers, title = row[:_DUE_COLUMNS]
    return Known(
        feed_id=feed_id,
        url=url,
        state=FeedState(**_read(_STATE_FIELDS, row[_DUE_COLUMNS:])),
        category=category,
        title=title or "",
        platform=platform,
        every=every,
        headers=() if headers == "[]" else tuple(map(tuple, json.loads(headers))),
    )


def mentions(wanted: str | None, texts: Iterable[str | None]) -> bool:
    """Whether one of the texts contains what is wanted, in whatever case; None wants nothing."""
    if wanted is None:
        return True
    folded = wanted.casefold()
    return any(folded in text.casefold() for text in texts if text)


def feeds(
    conn: sqlite3.Connection,
    *,
    category: str | None = None,
    only: str | None = None,
    followed: bool = False,
) -> list[FeedRow]:
    """Return feeds by title; `only` is text in title or an address, `followed` leaves out others.

    What was followed once is among them, unless it is left out.
    """
    where = "WHERE subscribed >= ?" + ("" if category is None else " AND category = ?")
    rows = _feed_rows(conn, where, (int(followed), *([] if category is None else [category])))
    found = (
        row for row in rows if mentions(only, (row.title, row.url, row.feed_url, row.site_url))
    )
    return sorted(found, key=lambda row: (row.title.casefold(), row.id))


def feed(conn: sqlite3.Connection, feed_id: int) -> FeedRow | None:
    """Return one feed, None if there is none with this number."""
    return next(
        iter(
            _feed_rows(conn, "WHERE id IN (SELECT value FROM json_each(?))", (id_list([feed_id]),))
        ),
        None,
    )


def _feed_rows(conn: sqlite3.Connection, where: str, values: tuple[object, ...]) -> list[FeedRow]:
    rows = conn.execute(f"SELECT {', '.join(_ROW_COLUMNS)} FROM feeds {where}", values)
    return [feed_row(row) for row in rows]


def feed_columns(table: str | None = None) -> tuple[str, ...]:
    """Return the columns that `feed_row` reads, in its order; those of a table, where named."""
    return tuple(f"{table}.{name}" for name in _ROW_COLUMNS) if table else _ROW_COLUMNS


def feed_row(row: Iterable[Any]) -> FeedRow:
    """Return the feed that a row of `feed_columns` tells of."""
    fields = _read(_ROW_COLUMNS, row)
    fields["tags"] = tuple(json.loads(fields["tags"]))
    return FeedRow(**fields)


def _read(names: tuple[str, ...], row: Iterable[Any]) -> dict[str, Any]:
    fields = dict(zip(names, row, strict=True))
    for name in _TIMES:
        if (text := fields.get(name)) is not None:
            fields[name] = epoch_of(text)
    return fields


def hashes(conn: sqlite3.Connection, feed_id: int) -> bytes:
    """Return the hashes of what the feed's last document held, 16 bytes each."""
    row = conn.execute("SELECT hashes FROM feed_documents WHERE feed_id = ?", (feed_id,)).fetchone()
    return row[0] if row else b""


def categories(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return every category in its order, with the number of its entries and the unread ones."""
    names = ("slug", "name", "total", "unread", "position")
    rows = conn.execute(f"SELECT {', '.join(names)} FROM categories ORDER BY position, slug")
    return [dict(zip(names, row, strict=True)) for row in rows]


_FETCH_COLUMNS = (
    "id",
    "feed_id",
    "started_at",
    "status",
    "http_status",
    "new",
    "updated",
    "error",
    "ms",
    "wire_bytes",
)


def fetches(
    conn: sqlite3.Connection, *, feed_id: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Return lines of the log, newest first."""
    where = "" if feed_id is None else "WHERE feed_id = :feed_id"
    rows = conn.execute(
        f"SELECT {', '.join(_FETCH_COLUMNS)} FROM fetches {where} ORDER BY id DESC LIMIT :limit",
        {"feed_id": feed_id, "limit": limit},
    )
    return [dict(zip(_FETCH_COLUMNS, row, strict=True)) for row in rows]


def hosts(conn: sqlite3.Connection) -> dict[str, HostState]:
    """Return what hosts have asked of us."""
    rows = conn.execute("SELECT host, next_at, failures, last_at FROM hosts")
    return {
        host: HostState(
            next_at=epoch_of(next_at), failures=failures, last_at=epoch_or_none(last_at)
        )
        for host, next_at, failures, last_at in rows
    }


def save_hosts(conn: sqlite3.Connection, states: Mapping[str, HostState]) -> None:
    """Remember what hosts ask of us; those not named stay as they are."""
    rows = [
        (host, iso(state.next_at), state.failures, iso_or_none(state.last_at))
        for host, state in states.items()
    ]
    with transaction(conn):
        conn.executemany(
            "INSERT INTO hosts(host, next_at, failures, last_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT(host) DO UPDATE SET next_at = excluded.next_at, "
            "failures = excluded.failures, last_at = excluded.last_at",
            rows,
        )
