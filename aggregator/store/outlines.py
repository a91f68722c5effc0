"""Lists of feeds that others keep: what was in them when they could be read last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from aggregator.model import Source
from aggregator.store.base import epoch_of, iso, to_json, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as it was last time; `error` says why it could not be read anew since."""

    url: str
    checked_at: int
    etag: str | None = None
    last_modified: str | None = None
    error: str | None = None
    feeds: tuple[Source, ...] = ()


def outlines(conn: sqlite3.Connection) -> dict[str, Listed]:
    """Return all lists, by address."""
    rows = conn.execute("SELECT url, checked_at, etag, last_modified, error, feeds FROM outlines")
    return {
        url: Listed(
            url=url,
            checked_at=epoch_of(checked_at),
            etag=etag,
            last_modified=last_modified,
            error=error,
            feeds=tuple(map(_source, json.loads(feeds))),
        )
        for url, checked_at, etag, last_modified, error, feeds in rows
    }


def save_outlines(conn: sqlite3.Connection, listed: Iterable[Listed]) -> None:
    """Put these lists in place of all that are stored."""
    rows = [
        (
            each.url,
            iso(each.checked_at),
            each.etag,
            each.last_modified,
            each.error,
            to_json([_row(source) for source in each.feeds]),
        )
        for each in listed
    ]
    with transaction(conn):
        conn.execute("DELETE FROM outlines")
        conn.executemany("INSERT INTO outlines VALUES (?, ?, ?, ?, ?, ?)", rows)


def _row(source: Source) -> dict[str, Any]:
    """Return what a list can say of a feed; headers are never taken from one."""
    return {key: value for key, value in asdict(source).items() if value and key != "headers"}


def _source(row: dict[str, Any]) -> Source:
    return Source(**{**row, "tags": tuple(row.get("tags", ()))})
