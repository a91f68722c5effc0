"""Selections with a name: those of feeds.toml, and those that were saved beside them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from aggregator.config.curating import definition, view
from aggregator.curation import View
from aggregator.store.base import iso, transaction


def saved(conn: sqlite3.Connection) -> list[View]:
    """Return the saved views, by slug."""
    rows = conn.execute("SELECT definition FROM views ORDER BY slug")
    return [view(json.loads(row[0])) for row in rows]


def every(conn: sqlite3.Connection, ours: Sequence[View] = ()) -> list[View]:
    """Return all views: `ours` of feeds.toml, then the saved ones that none of them covers."""
    slugs = {each.slug for each in ours}
    return [*ours, *(each for each in saved(conn) if each.slug not in slugs)]


def find(conn: sqlite3.Connection, slug: str, ours: Sequence[View] = ()) -> View | None:
    """Return a view by its short name; one of feeds.toml (`ours`) comes before a saved one."""
    for each in ours:
        if each.slug == slug:
            return each
    row = conn.execute("SELECT definition FROM views WHERE slug = ?", (slug,)).fetchone()
    return view(json.loads(row[0])) if row else None


def save(conn: sqlite3.Connection, made: View, *, now: int) -> None:
    """Keep a view, in place of a saved one with its slug."""
    row = (made.slug, made.title, json.dumps(definition(made), ensure_ascii=False), iso(now))
    with transaction(conn):
        conn.execute(
            "INSERT INTO views(slug, title, definition, saved_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT(slug) DO UPDATE SET title = excluded.title, "
            "definition = excluded.definition, saved_at = excluded.saved_at",
            row,
        )


def remove(conn: sqlite3.Connection, slug: str) -> bool:
    """Forget a saved view; False where there is none."""
    with transaction(conn):
        return conn.execute("DELETE FROM views WHERE slug = ?", (slug,)).rowcount == 1
