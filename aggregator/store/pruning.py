"""Let old entries go for good, all that a curator has laid a hand on excepted.

What goes leaves two marks, of its GUID and of its page and title: a feed that still lists it, or
lists it again under new GUIDs, brings nothing back. Entries go by the hundred, each hundred in a
transaction of its own with a pause after it, so that a fetch goes on beside it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import NamedTuple

from aggregator.errors import Locked
from aggregator.model import Entry, Match, Plan
from aggregator.store import index, stories
from aggregator.store.base import epoch_of, id_list, transaction

CHUNK = 250
"""So many entries go in one transaction: some 50 milliseconds."""

TRIES = 6
"""So often it waits for others to let go, ten seconds each: it may have been at it for an hour."""

# Whatever a curator, or a rule of his, has laid a hand on: starred, noted, tagged, on a list (one
# that was removed, too, since it can be brought back), parted from a story, or sent somewhere.
_RELIED_ON = """
SELECT entry_id FROM stars
UNION SELECT entry_id FROM notes
UNION SELECT entry_id FROM entry_tags
UNION SELECT entry_id FROM list_items WHERE entry_id IS NOT NULL
UNION SELECT entry_id FROM story_splits
UNION SELECT other_id FROM story_splits
UNION SELECT entry_id FROM export_entries CROSS JOIN exports ON exports.id = export_id
  WHERE entry_id IS NOT NULL AND NOT passed_over AND undone_at IS NULL
"""
_OLD = f"""
WITH relied_on AS MATERIALIZED ({_RELIED_ON}), ranked AS (
  SELECT id, feed_id, row_number() OVER (PARTITION BY feed_id ORDER BY id DESC) AS place
  FROM entries
)
SELECT ranked.id, feed_id, ranked.id IN (SELECT entry_id FROM unread),
  ranked.id IN (SELECT entry_id FROM relied_on)
FROM ranked WHERE ranked.id < ? AND place > ? ORDER BY ranked.id
"""
_STILL = """
SELECT entries.id, feed_id, guid, canonical_url, title
FROM json_each(?) CROSS JOIN entries ON entries.id = value
"""


class Doomed(NamedTuple):
    """What would go: entries, oldest first, and how many of each feed.

    `unread` of them are unread; `spared` are as old, but relied on.
    """

    ids: tuple[int, ...]
    feeds: dict[int, int]
    unread: int
    spared: int


def present(conn: sqlite3.Connection, now: int) -> int:
    """Return the time from which ages count: now, or the last look at a feed if that is earlier.

    A clock that is far ahead would make everything old.
    """
    (last,) = conn.execute("SELECT max(checked_at) FROM feeds").fetchone()
    return now if last is None else min(now, epoch_of(last))


def doomed(
    conn: sqlite3.Connection, *, before: int | None = None, keep: int = 0, unread: bool = True
) -> Doomed:
    """Return what would go: published before that time, and not among the newest `keep` of a feed.

    `before` is in epoch seconds, None is any time; without `unread`, what is unread stays.
    """
    last = 2**63 - 1 if before is None else before << 20
    ids, feeds, waiting, spared = [], dict[int, int](), 0, 0
    for entry_id, feed_id, is_unread, is_relied_on in conn.execute(_OLD, (last, keep)):
        if is_relied_on or (is_unread and not unread):
            spared += 1
            continue
        ids.append(entry_id)
        feeds[feed_id] = feeds.get(feed_id, 0) + 1
        waiting += is_unread
    return Doomed(tuple(ids), feeds, waiting, spared)


def prune(
    conn: sqlite3.Connection,
    ids: Sequence[int],
    *,
    unread: bool = True,
    told: Callable[[int], None] = lambda _done: None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Let entries go, but for those that were starred and so on meanwhile; return how many went.

    `told` hears of how many were looked at; `pause` is how to wait between two transactions. May
    be stopped at any moment: what is gone is gone, the rest is as it was.
    """
    gone = 0
    for start in range(0, len(ids), CHUNK):
        began = time.monotonic()
        gone += _patiently(conn, ids[start : start + CHUNK], unread=unread)
        told(min(start + CHUNK, len(ids)))
        # As long as it took: whoever waits for the lock gets it half of the time.
        pause(min(0.2, time.monotonic() - began))
    return gone


def _patiently(conn: sqlite3.Connection, ids: Sequence[int], *, unread: bool) -> int:
    """Let a hundred go in one transaction, however often another program is faster."""
    for _ in range(TRIES - 1):
        with suppress(Locked), transaction(conn):
            return _prune(conn, ids, unread=unread)
    with transaction(conn):
        return _prune(conn, ids, unread=unread)


def _prune(conn: sqlite3.Connection, ids: Sequence[int], *, unread: bool) -> int:
    kept = f"{_RELIED_ON} {'' if unread else 'UNION SELECT entry_id FROM unread'}"
    rows = conn.execute(f"{_STILL} WHERE entries.id NOT IN ({kept})", (id_list(ids),)).fetchall()
    leaving = [row[0] for row in rows]
    index.forget(conn, leaving)
    stories.forget(conn, leaving)
    conn.executemany(
        "INSERT OR IGNORE INTO pruned(feed_id, mark) VALUES (?, ?)",
        sorted((row[1], mark) for row in rows for mark in _marks(*row[2:])),
    )
    for table, column in (("entry_content", "entry_id"), ("unread", "entry_id"), ("entries", "id")):
        conn.execute(
            f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",
            (id_list(leaving),),
        )
    return len(leaving)


def matches(conn: sqlite3.Connection, feed_id: int, entries: Sequence[Entry]) -> list[Match]:
    """Return, for entries that were pruned, a match that says: stored, and unchanged.

    Its number is below zero. One that is known by its page alone has no GUID; if nearly all of a
    document are such, its feed has changed its GUIDs, as for stored entries.
    """
    if not conn.execute("SELECT 1 FROM pruned WHERE feed_id = ? LIMIT 1", (feed_id,)).fetchone():
        return []
    marks = [tuple(_marks(each.guid, each.canonical_url, each.title)) for each in entries]
    rows = conn.execute(
        "SELECT mark FROM json_each(?2) CROSS JOIN pruned ON feed_id = ?1 AND mark = value",
        (feed_id, id_list(mark for each in marks for mark in each)),
    )
    gone = {mark for (mark,) in rows}
    return [
        _match(-number, entry, by_guid=of_entry[0] in gone)
        for number, (entry, of_entry) in enumerate(zip(entries, marks, strict=True), start=1)
        if gone.intersection(of_entry)
    ]


def _match(number: int, entry: Entry, *, by_guid: bool) -> Match:
    return Match(
        entry_id=number,
        guid=entry.guid if by_guid else "",
        url=None if by_guid else entry.url,
        title=entry.title,
        content_hash=entry.content_hash,
    )


def renamed(conn: sqlite3.Connection, plans: Iterable[Plan]) -> None:
    """Remember the new GUIDs of pruned entries, for feeds that have changed them."""
    rows = [
        (plan.feed_id, next(_marks(guid, None, "")))
        for plan in plans
        for entry_id, guid in plan.rekey
        if entry_id < 0
    ]
    if rows:
        with transaction(conn):
            conn.executemany("INSERT OR IGNORE INTO pruned(feed_id, mark) VALUES (?, ?)", rows)


def _marks(guid: str, page: str | None, title: str) -> Iterator[int]:
    """Yield 63 bits that stand for a GUID, and as many that stand for a page and title."""
    yield _hash(f"guid\0{guid}")
    if page is not None:
        yield _hash(f"page\0{page}\0{title}")


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
