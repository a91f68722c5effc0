"""Give back to the disk what was deleted, and put what is left in order."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.base import mapped, transaction

MARGIN = 16 << 20
"""Bytes that stay free on the disk."""


def vacuum(conn: sqlite3.Connection, path: Path) -> None:
    """Write the whole file anew, without gaps, its search index in one piece.

    All or nothing, also in a power cut. Raises Locked while somebody else writes, and StoreError
    where the disk has no room: it takes once more what the database has, and its log as much.
    https://www.sqlite.org/lang_vacuum.html
    """
    need = 2 * path.stat().st_size + MARGIN
    free = shutil.disk_usage(path.absolute().parent).free
    if free < need:
        raise StoreError(
            f"Vacuuming needs {need >> 20} MB on the disk of the database; {free >> 20} are free.",
            hint="Free some space; the database is as it was.",
        )
    with mapped():
        # What is written anew is as large as the database: not into memory, not into /tmp.
        conn.execute("PRAGMA temp_store = FILE")
        folder = str(path.absolute().parent).replace("'", "''")
        conn.execute(f"PRAGMA temp_store_directory = '{folder}'")
        try:
            with transaction(conn):
                conn.execute("INSERT INTO entries_fts(entries_fts) VALUES ('optimize')")
            conn.execute("VACUUM")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            conn.execute("PRAGMA temp_store_directory = ''")
