"""Statistics: what comes, when, from whom, and what of it the curator picked.

Read from counters and from the small tables of what was curated, never from the entries.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from aggregator.store.base import epoch_of, iso

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Share:
    """A feed, and how many entries of it."""

    feed_id: int
    title: str
    category: str
    n: int


def days(conn: sqlite3.Connection, *, since: int) -> list[tuple[str, str, int]]:
    """Return day, category and entries of each day since that of a time."""
    sql = "SELECT day, category, n FROM daily_counts WHERE day >= ? AND n > 0 ORDER BY day"
    return list(conn.execute(sql, (iso(since)[:10],)))


def hours(conn: sqlite3.Connection, *, since: int) -> list[tuple[int, int]]:
    """Return the beginning of each hour since a time, and how many entries it has."""
    sql = "SELECT hour, n FROM hourly_counts WHERE hour >= ? AND n > 0 ORDER BY hour"
    rows = conn.execute(sql, (iso(since)[:13],))
    return [(epoch_of(f"{hour}:00:00Z"), n) for hour, n in rows]


_BUSIEST = """
SELECT feed_id, title, category, n FROM (
  SELECT feed_id, sum(n) AS n FROM weekly_counts WHERE week >= ?
  GROUP BY feed_id ORDER BY 2 DESC, 1 LIMIT ?
) CROSS JOIN feeds ON feeds.id = feed_id
ORDER BY n DESC, feed_id
"""


def busiest(conn: sqlite3.Connection, *, since: int, limit: int = 12) -> list[Share]:
    """Return the feeds with most entries in the whole weeks since a time."""
    # Weeks are named by their Mondays: that of the time itself is within the six days before.
    rows = conn.execute(_BUSIEST, (iso(since - 6 * DAY)[:10], limit))
    return [Share(*row) for row in rows]


# What left the house, and what is on lists: a page on two lists and in a digest counts thrice.
_SHARED = """
SELECT feed_id, title, feeds.category, n FROM (
  SELECT entries.feed_id, count(*) AS n FROM (
    SELECT entry_id FROM list_items CROSS JOIN lists ON lists.id = list_id
      WHERE entry_id IS NOT NULL AND list_items.removed_at IS NULL AND lists.removed_at IS NULL
        AND added_at >= :since
    UNION ALL
    SELECT entry_id FROM exports CROSS JOIN export_entries ON export_id = exports.id
      WHERE entry_id IS NOT NULL AND NOT passed_over AND undone_at IS NULL
        AND finished_at >= :since
  ) CROSS JOIN entries ON entries.id = entry_id
  GROUP BY entries.feed_id ORDER BY 2 DESC, 1 LIMIT :limit
) CROSS JOIN feeds ON feeds.id = feed_id
ORDER BY n DESC, feed_id
"""


def most_shared(conn: sqlite3.Connection, *, since: int, limit: int = 12) -> list[Share]:
    """Return the feeds of which most was put on lists or exported since a time."""
    return [Share(*row) for row in conn.execute(_SHARED, {"since": iso(since), "limit": limit})]


_CURATED = """
SELECT category, count(*) FROM (
  SELECT list_items.category, canonical_url AS page
    FROM list_items CROSS JOIN lists ON lists.id = list_id
    WHERE list_items.removed_at IS NULL AND lists.removed_at IS NULL AND added_at >= :since
  UNION
  SELECT entries.category, coalesce(canonical_url, entries.id)
    FROM stars CROSS JOIN entries ON entries.id = entry_id WHERE starred_at >= :since
) GROUP BY category
"""


def curated(conn: sqlite3.Connection, *, since: int) -> dict[str, int]:
    """Return how many pages of each category were starred or put on a list since a time."""
    return dict(conn.execute(_CURATED, {"since": iso(since)}))
