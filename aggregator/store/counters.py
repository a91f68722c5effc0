"""The counters beside the entries: compared with a recount, and put right by it."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from aggregator.store.base import transaction


class Counter(NamedTuple):
    """A table's counters: its key, the column that counts, and what a recount of them is.

    A `whole` table has nothing but counters: what is counted nowhere has no row to be zero in.
    """

    table: str
    key: tuple[str, ...]
    column: str
    recount: str
    whole: bool = False

    @property
    def name(self) -> str:
        """What it is called in a complaint."""
        return self.table if self.whole else f"{self.table}.{self.column}"


COUNTERS = (
    Counter(
        "categories",
        ("slug",),
        "total",
        "SELECT category, count(*) FROM entries WHERE NOT hidden GROUP BY 1",
    ),
    Counter("categories", ("slug",), "unread", "SELECT category, count(*) FROM unread GROUP BY 1"),
    Counter(
        "feeds",
        ("id",),
        "total",
        "SELECT feed_id, count(*) FROM entries WHERE NOT hidden GROUP BY 1",
    ),
    Counter(
        "daily_counts",
        ("day", "category"),
        "n",
        "SELECT substr(published_at, 1, 10), category, count(*) FROM entries "
        "WHERE NOT hidden GROUP BY 1, 2",
        whole=True,
    ),
    Counter(
        "hourly_counts",
        ("hour",),
        "n",
        "SELECT substr(published_at, 1, 13), count(*) FROM entries WHERE NOT hidden GROUP BY 1",
        whole=True,
    ),
    Counter(
        "weekly_counts",
        ("week", "feed_id"),
        "n",
        "SELECT date(published_at, 'weekday 0', '-6 days'), feed_id, count(*) FROM entries "
        "WHERE NOT hidden GROUP BY 1, 2",
        whole=True,
    ),
)


def miscounted(conn: sqlite3.Connection) -> list[str]:
    """Return which counters are not what is counted, a sentence a kind; reads all entries."""
    found = []
    for counter in COUNTERS:
        columns = ", ".join((*counter.key, counter.column))
        kept = {
            row[:-1]: row[-1]
            for row in map(tuple, conn.execute(f"SELECT {columns} FROM {counter.table}"))
            if row[-1]
        }
        counted = {row[:-1]: row[-1] for row in map(tuple, conn.execute(counter.recount))}
        if kept != counted:
            keys = [
                key for key in kept.keys() | counted.keys() if kept.get(key) != counted.get(key)
            ]
            odd = sorted(" ".join(map(str, key)) for key in keys)
            found.append(f"{counter.name} is not what is counted: {', '.join(odd[:10])}.")
    return found


def recount(conn: sqlite3.Connection) -> None:
    """Put all counters right, in one transaction."""
    with transaction(conn):
        for counter in COUNTERS:
            if counter.whole:
                conn.execute(f"DELETE FROM {counter.table}")
                columns = ", ".join((*counter.key, counter.column))
                conn.execute(f"INSERT INTO {counter.table}({columns}) {counter.recount}")
            else:
                conn.execute(f"UPDATE {counter.table} SET {counter.column} = 0")
                conn.executemany(
                    f"UPDATE {counter.table} SET {counter.column} = ? WHERE {counter.key[0]} = ?",
                    [(n, key) for key, n in conn.execute(counter.recount).fetchall()],
                )
