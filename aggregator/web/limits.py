"""What a statement on our database may cost, beyond the time that Datasette gives it.

Datasette stops a statement between two steps of SQLite's; what happens within a step it can't stop.
Comparing a long text with a long pattern is one, and took minutes. So patterns and values are
short, and no other file can be opened from within a statement.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from aggregator.store.open import be_patient
from aggregator.web.ours import database_of, hook

if TYPE_CHECKING:
    from datasette.app import Datasette


LIMITS = {
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_LENGTH: 100_000_000,  # no document is so large
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}


@hook
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Set the limits of a connection to our database, and how long it waits for another writer."""
    if database == database_of(datasette):
        be_patient(conn)
        for limit, value in LIMITS.items():
            conn.setlimit(limit, value)
