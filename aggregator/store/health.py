"""How the feeds are: which fail, are slow, fell silent, moved or are gone; and the log of fetches.

A page is found by its last line (keyset), so that the tenth costs what the first does.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from aggregator.model import FeedRow
from aggregator.store.base import epoch_of, epoch_or_none, iso
from aggregator.store.feeds import feed_columns, feed_row

DAY = 86_400
SLOW = 3_000
"""Milliseconds from which on a feed is slow to answer."""

SILENT_AT_LEAST = 14 * DAY
SILENT_GAPS = 6
"""A feed is silent when nothing came for so many of its usual gaps, and for two weeks."""

RHYTHMLESS = 15 * DAY
"""The usual gap of a feed that has not shown any."""

_WELL = "subscribed AND NOT paused AND fetch_state"
_SILENCE = f"""
(CAST(strftime('%s', :now) AS INTEGER) - CAST(strftime('%s', last_entry_at) AS INTEGER)
 > max({SILENT_AT_LEAST}, {SILENT_GAPS} * coalesce(rhythm, {RHYTHMLESS})))
"""

# Kind of trouble: (which feeds have it, what comes first among them).
_TROUBLES = {
    "gone": (f"{_WELL} = 'gone'", "coalesce(failing_since, '')"),
    "failing": (f"{_WELL} = 'failing'", "coalesce(failing_since, '')"),
    "moved": (
        "subscribed AND NOT paused AND fetch_state <> 'gone' AND moved_to IS NOT NULL",
        "coalesce(moved_since, '')",
    ),
    "slow": (f"{_WELL} = 'ok' AND coalesce(ms, 0) >= {SLOW}", "-ms"),
    "silent": (f"{_WELL} = 'ok' AND {_SILENCE}", "coalesce(last_entry_at, '')"),
}
TROUBLES = tuple(_TROUBLES)
"""The kinds of trouble, the worst first."""

_ANY = " OR ".join(f"({where})" for where, _ in _TROUBLES.values())
_RANK = f"""
CASE {" ".join(f"WHEN {where} THEN {n}" for n, (where, _) in enumerate(_TROUBLES.values()))}
ELSE {len(_TROUBLES)} END
"""
_KINDS = {
    **_TROUBLES,
    "new": (f"{_WELL} = 'new'", "feeds.id"),
    "paused": ("subscribed AND paused", "feeds.id"),
    "well": (f"{_WELL} = 'ok' AND NOT coalesce({_ANY}, 0)", "feeds.id"),
    "all": ("subscribed", _RANK),
}
KINDS = tuple(_KINDS)
"""What a page of feeds can be narrowed down to."""

_FROM = "FROM feeds LEFT JOIN paces ON paces.feed_id = feeds.id"
_COLUMNS = f"""
{", ".join(feed_columns("feeds"))}, feed_title, custom_title, rhythm, moved_since, ms,
{", ".join(f"coalesce({where}, 0)" for where, _ in _TROUBLES.values())}
"""
_EXTRA = ("feed_title", "custom_title", "rhythm", "moved_since", "ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a feed is. `ms` is how long it takes to answer, `rhythm` its usual gap in seconds."""

    feed: FeedRow
    feed_title: str | None
    custom_title: str | None
    rhythm: int | None
    moved_since: int | None
    ms: int | None
    troubles: tuple[str, ...]


def counts(conn: sqlite3.Connection, *, now: int) -> dict[str, int]:
    """Return how many feeds there are of each kind; one that is slow and silent is counted in both.

    `all` are those that are followed.
    """
    sums = ", ".join(f"coalesce(sum({where}), 0)" for where, _ in _KINDS.values())
    row = conn.execute(f"SELECT {sums} {_FROM}", {"now": iso(now)}).fetchone()
    return dict(zip(KINDS, row, strict=True))


def health(
    conn: sqlite3.Connection, kind: str, *, now: int, after: int | None = None, limit: int = 50
) -> list[Health]:
    """Return feeds of a kind, the worst first, those that come after the feed of that number."""
    where, order = _KINDS[kind]
    seek = f"AND ({order}, feeds.id) > (SELECT {order}, feeds.id {_FROM} WHERE feeds.id = :after)"
    rows = conn.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE {where} {seek if after is not None else ''} "
        f"ORDER BY {order}, feeds.id LIMIT :limit",
        {"now": iso(now), "after": after, "limit": limit},
    )
    return [_health(row) for row in rows]


def one(conn: sqlite3.Connection, feed_id: int, *, now: int) -> Health | None:
    """Return how one feed is; None if there is none, or it is not followed any more."""
    row = conn.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE subscribed AND feeds.id = :id",
        {"now": iso(now), "id": feed_id},
    ).fetchone()
    return _health(row) if row else None


def sources(
    conn: sqlite3.Connection,
    *,
    now: int,
    category: str | None = None,
    words: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Health]:
    """Return the feeds that are followed, by title; `words` are text in title or address."""
    order = "lower(title)"
    where = ["subscribed"]
    if category is not None:
        where.append("category = :category")
    if words is not None:
        where.append("instr(lower(title || char(10) || url || coalesce(site_url, '')), :words)")
    if after is not None:
        where.append(f"({order}, id) > (SELECT {order}, id FROM feeds WHERE id = :after)")
    rows = conn.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE {' AND '.join(where)} "
        f"ORDER BY {order}, feeds.id LIMIT :limit",
        {
            "now": iso(now),
            "category": category,
            "words": (words or "").lower(),
            "after": after,
            "limit": limit,
        },
    )
    return [_health(row) for row in rows]


def left(conn: sqlite3.Connection, *, limit: int = 50) -> list[FeedRow]:
    """Return feeds that are followed no more, the one that was left last first, as far as known."""
    rows = conn.execute(
        f"SELECT {', '.join(feed_columns())} FROM feeds WHERE NOT subscribed "
        "ORDER BY checked_at DESC, id DESC LIMIT ?",
        (limit,),
    )
    return [feed_row(row) for row in rows]


def _health(row: tuple[Any, ...]) -> Health:
    size = len(feed_columns())
    extra = dict(zip(_EXTRA, row[size : size + len(_EXTRA)], strict=True))
    flags = row[size + len(_EXTRA) :]
    return Health(
        feed=feed_row(row[:size]),
        **{**extra, "moved_since": epoch_or_none(extra["moved_since"])},
        troubles=tuple(kind for kind, has in zip(TROUBLES, flags, strict=True) if has),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the log of fetches, with the title of its feed."""

    id: int
    feed_id: int
    title: str
    category: str
    started_at: int
    status: str
    http_status: int | None
    new: int
    updated: int
    error: str | None
    ms: int
    wire_bytes: int


STATUSES = ("ok", "not_modified", "error", "gone")
_LINES = """
SELECT fetches.id, feed_id, title, category, started_at, status, fetches.http_status,
       new, updated, fetches.error, ms, wire_bytes
FROM fetches CROSS JOIN feeds ON feeds.id = feed_id
"""


def log(
    conn: sqlite3.Connection,
    *,
    feed_id: int | None = None,
    status: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Line]:
    """Return lines of the log, newest first; `before` is the number of the last one seen."""
    asked = {"feed_id = :feed": feed_id, "status = :status": status, "fetches.id < :before": before}
    where = " AND ".join(each for each, value in asked.items() if value is not None) or "1"
    rows = conn.execute(
        f"{_LINES} WHERE {where} ORDER BY fetches.id DESC LIMIT :limit",
        {"feed": feed_id, "status": status, "before": before, "limit": limit},
    )
    names = tuple(Line.__dataclass_fields__)
    lines = (dict(zip(names, row, strict=True)) for row in rows)
    return [Line(**{**line, "started_at": epoch_of(line["started_at"])}) for line in lines]
