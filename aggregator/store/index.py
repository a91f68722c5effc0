"""The search index: kept by one statement a batch, never row by row.

It is an FTS5 table without text of its own: it reads the view `search_source`. So it must be told
to forget a row with the very values it was given, before they change.
https://www.sqlite.org/fts5.html#external_content_tables
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from aggregator.refine.text import text_of
from aggregator.store import counters
from aggregator.store.base import id_list, transaction
from aggregator.store.schema import TERMS

_COLUMNS = "title, summary, author, terms, text"
# Ascending ids: FTS5 writes out what it has gathered whenever a row's number is not higher
# than the last one's. CROSS JOIN keeps the order of the list.
_ADD = f"""
INSERT INTO entries_fts(rowid, {_COLUMNS})
SELECT source.id, {_COLUMNS}
FROM json_each(?) CROSS JOIN search_source AS source ON source.id = value
"""
# The same of entries whose text is still to be indexed, without going by their content, which
# takes a fourth of the time. `check` would tell if this differed from the view.
_ADD_BACKLOG = f"""
INSERT INTO entries_fts(rowid, {_COLUMNS})
SELECT entries.id, title, summary, coalesce(author, ''), {TERMS}, ''
FROM json_each(?) CROSS JOIN entries ON entries.id = value
"""
_FORGET = f"""
INSERT INTO entries_fts(entries_fts, rowid, {_COLUMNS})
SELECT 'delete', source.id, {_COLUMNS}
FROM json_each(?) CROSS JOIN search_source AS source ON source.id = value
"""


CHUNK = 500
_BACKLOG = "SELECT entry_id FROM entry_content WHERE NOT indexed ORDER BY entry_id DESC LIMIT ?"
_HTML = """
SELECT text, html, entry_id FROM json_each(?) CROSS JOIN entry_content ON entry_id = value
"""
_WHOLE = "UPDATE entry_content SET indexed = 1, text = ? WHERE entry_id = ?"


def add(conn: sqlite3.Connection, ids: Collection[int], *, backlog: bool = False) -> None:
    """Index entries that are not in the index yet; `backlog` says that all of them are marked so.

    (See `catch_up`: their text comes later.)
    """
    if ids:
        conn.execute(_ADD_BACKLOG if backlog else _ADD, (id_list(sorted(ids)),))


def forget(conn: sqlite3.Connection, ids: Collection[int]) -> None:
    """Take entries out of the index: to be called before they are deleted."""
    if ids:
        conn.execute(_FORGET, (id_list(sorted(ids)),))


@contextmanager
def reindexed(conn: sqlite3.Connection, ids: Collection[int]) -> Iterator[None]:
    """Forget these entries, let the caller change them, and index them again."""
    forget(conn, ids)
    yield
    add(conn, ids)


def catch_up(conn: sqlite3.Connection, limit: int) -> int:
    """Read, index and fold `limit` entries of the backlog, newest first; return how many.

    The backlog is what a feed brought along at its first fetch: its text is a third of what
    storing it would cost, and nobody waits for it, so that is left to the following runs.
    """
    from aggregator.store import stories  # noqa: PLC0415 — 10 ms, where there is a backlog

    done = 0
    while done < limit:
        with transaction(conn):
            ids = [row[0] for row in conn.execute(_BACKLOG, (min(CHUNK, limit - done),))]
            rows = conn.execute(_HTML, (id_list(ids),)).fetchall()
            with reindexed(conn, ids):
                conn.executemany(
                    _WHOLE, [(text or text_of(html), entry_id) for text, html, entry_id in rows]
                )
            stories.fold(conn, ids)
        done += len(ids)
        if len(ids) < CHUNK:
            break
    return done


def rebuild(conn: sqlite3.Connection) -> None:
    """Make the index anew from the entries."""
    with transaction(conn):
        conn.execute("INSERT INTO entries_fts(entries_fts) VALUES ('rebuild')")


def is_whole(conn: sqlite3.Connection) -> bool:
    """Say whether the index holds what the entries say; reads all of both."""
    try:
        # rank 1 also compares the index with the entries
        conn.execute("INSERT INTO entries_fts(entries_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {5, 6, 8}:  # locked, or read-only
            raise
        return False
    return True


def check(conn: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the file, a sentence each; reads everything, so it takes time."""
    problems = [str(row[0]) for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    problems += counters.miscounted(conn)
    orphans = conn.execute("PRAGMA foreign_key_check").fetchall()
    problems += [
        f"A row of {table} points to nothing in {parent}." for table, _row, parent, _fk in orphans
    ]
    if not is_whole(conn):
        problems.append("The search index does not match the entries: rebuild it.")
    return problems
