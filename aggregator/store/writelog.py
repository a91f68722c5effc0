"""SQLite's log of what was written (`…-wal`), which grows for as long as there is always a reader.

SQLite begins the log anew when all of it is in the file and nobody reads from it: beside a desk
that is busy that moment may never come by itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

LONG = 32 << 20
"""Bytes: below, the log may stay as it is."""

WAIT = 2_000
"""Milliseconds for readers to finish; pages take a tenth of that. Who writes waits as long."""


def shorten(conn: sqlite3.Connection, path: Path | str, *, longest: int | None = None) -> None:
    """Empty the log where it is longer than `longest` bytes (LONG) and readers finish in time."""
    with suppress(OSError, sqlite3.OperationalError):  # there is none, or not now
        if Path(f"{path}-wal").stat().st_size > (LONG if longest is None else longest):
            (before,) = conn.execute("PRAGMA busy_timeout").fetchone()
            conn.execute(f"PRAGMA busy_timeout = {WAIT}")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            conn.execute(f"PRAGMA busy_timeout = {before}")
