"""Which stored entries the entries of a document may be."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from aggregator.model import Entry, Match
from aggregator.store.base import encodable, to_json

NEWEST = 20
"""How many entries of one feed with one address are looked at: some feeds link to their home page
every time."""

_BY_GUID = """
SELECT entries.id, guid, url, title, content_hash
FROM json_each(?2) CROSS JOIN entries ON feed_id = ?1 AND guid = value
"""
_BY_ADDRESS = f"""
SELECT entries.id, guid, url, title, content_hash
FROM json_each(?2) AS wanted CROSS JOIN entries ON entries.id IN (
  SELECT id FROM entries WHERE feed_id = ?1 AND canonical_url = json_extract(wanted.value, '$[0]')
  ORDER BY id DESC LIMIT {NEWEST}
) AND title = json_extract(wanted.value, '$[1]')
"""
# What a second holds of a feed: ids are sorted by time, and so is an index over feeds.
_BY_TIME = """
SELECT entries.id, guid, url, title, content_hash
FROM json_each(?2) AS wanted CROSS JOIN entries ON feed_id = ?1
  AND entries.id BETWEEN json_extract(wanted.value, '$[0]') << 20
                     AND (json_extract(wanted.value, '$[0]') << 20) + 0xFFFFF
  AND title = json_extract(wanted.value, '$[1]')
"""


def matches(conn: sqlite3.Connection, feed_id: int, entries: Sequence[Entry]) -> list[Match]:
    """Return the feed's stored entries with one of the GUIDs, else with address and title.

    Where several are left, they may be known by time and title: a site that moves to another
    domain changes the rest.

    Looked up by index: what it costs depends on the document, not on how much is stored.
    """
    if not entries:
        return []
    try:
        return _matches(conn, feed_id, entries)
    except UnicodeEncodeError:
        return _matches(conn, feed_id, encodable(tuple(entries)))


def _matches(conn: sqlite3.Connection, feed_id: int, entries: Sequence[Entry]) -> list[Match]:
    found = _look_up(conn, _BY_GUID, feed_id, [entry.guid for entry in entries])
    unknown = [
        (entry.canonical_url, entry.title)
        for entry in entries
        if entry.guid not in found and entry.canonical_url is not None
    ]
    if unknown:
        found = _look_up(conn, _BY_ADDRESS, feed_id, unknown) | found
    left = _unmatched(entries, found)
    if len(left) > 1:
        found = _look_up(conn, _BY_TIME, feed_id, left) | found
    return list(found.values())


def _unmatched(entries: Sequence[Entry], found: dict[str, Match]) -> list[tuple[int, str]]:
    """List time and title of the entries that nothing stored was found for."""
    pages = {(match.url, match.title) for match in found.values()}
    return [
        (entry.published, entry.title)
        for entry in entries
        if entry.guid not in found
        and entry.published is not None
        and (entry.url, entry.title) not in pages
    ]


def _look_up(
    conn: sqlite3.Connection, sql: str, feed_id: int, wanted: Sequence[object]
) -> dict[str, Match]:
    rows = conn.execute(sql, (feed_id, to_json(wanted)))
    return {
        row[1]: Match(entry_id=row[0], guid=row[1], url=row[2], title=row[3], content_hash=row[4])
        for row in rows
    }
