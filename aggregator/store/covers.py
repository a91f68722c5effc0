"""What lists look like from afar: the pictures of their first items, or at least their kinds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from aggregator.store.base import id_list

MOST = 4
"""So many items are on a list's cover."""


class Cover(NamedTuple):
    """One item on a cover; `id` is its entry's, 0 where there is none any more."""

    id: int
    category: str
    image: str | None


_FIRST = f"""
SELECT list_id, coalesce(entry_id, 0), category, image FROM (
  SELECT list_id, entry_id, category, image, row_number() OVER (
    PARTITION BY list_id ORDER BY image IS NULL, position) AS place
  FROM list_items WHERE removed_at IS NULL AND list_id IN (SELECT value FROM json_each(?)))
WHERE place <= {MOST} ORDER BY list_id, place
"""


def covers(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[Cover]]:
    """Return by list the first of its items, those with pictures before the others."""
    found: dict[int, list[Cover]] = {}
    for list_id, *row in conn.execute(_FIRST, (id_list(ids),)):
        found.setdefault(list_id, []).append(Cover(*row))
    return found
