"""A feed that lives elsewhere now: another address, the same history."""

from __future__ import annotations

import sqlite3

from aggregator.errors import StoreError
from aggregator.store.base import iso, transaction


def move(conn: sqlite3.Connection, old: str, new: str, *, feed_url: str) -> bool:
    """Change the address of a feed and look at it anew; False where nobody knows the old one.

    What belongs to the old address goes (validators, failures); entries, their marks and the
    hashes of what was read stay, so that nothing comes twice. Raises StoreError when there is a
    feed at the new address.
    """
    with transaction(conn):
        known = conn.execute("SELECT id FROM feeds WHERE url = ?", (old,)).fetchone()
        if not known:
            return False
        if conn.execute("SELECT 1 FROM feeds WHERE url = ? AND url != ?", (new, old)).fetchone():
            raise StoreError(
                "There is a feed with that address already.",
                hint="Its entries and those of the other one are not put together.",
            )
        conn.execute(
            "UPDATE feeds SET url = ?, feed_url = ?, fetch_state = 'new', next_check_at = ?, "
            "etag = NULL, last_modified = NULL, body_hash = NULL, moved_to = NULL, "
            "moved_since = NULL, failures = 0, failing_since = NULL, gone = 0, error = NULL, "
            "error_kind = NULL, http_status = NULL WHERE id = ?",
            (new, feed_url, iso(0), known[0]),
        )
    return True
