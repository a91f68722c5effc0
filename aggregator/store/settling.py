"""Bring an older file's tables to the very form of a new one, rows and all.

Steps only ever append; but before the first release a step was still edited here and there, and
whoever used the program then has a file that calls itself the same and differs. What differs is
made anew the way SQLite asks for: https://www.sqlite.org/lang_altertable.html#otheralter
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from typing import NamedTuple

from aggregator.store.schema import STEPS


class Thing(NamedTuple):
    """A table, index, view or trigger: what it is called, belongs to, and was made by."""

    kind: str
    name: str
    table: str
    sql: str

    @property
    def form(self) -> str:
        """What made it, without remarks and layout."""
        words = " ".join(re.sub(r"--[^\n]*", "", self.sql).split())
        return re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", words)


_OURS = """
SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL
AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_sqlite\\_%' ESCAPE '\\'
AND tbl_name NOT LIKE '\\_sqlite\\_%' ESCAPE '\\'
AND name NOT LIKE 'entries\\_fts\\_%' ESCAPE '\\' ORDER BY rowid
"""


def things(conn: sqlite3.Connection) -> dict[str, Thing]:
    """Return what a file has, by name, in the order in which it was made."""
    return {row[1]: Thing(*row) for row in conn.execute(_OURS)}


Steps = tuple[tuple[str, str], ...]


@cache
def wanted(steps: Steps = STEPS) -> dict[str, Thing]:
    """Return what a new file has."""
    with closing(sqlite3.connect(":memory:")) as conn:
        for _name, ddl in steps:
            conn.executescript(ddl)
        return things(conn)


def differing(conn: sqlite3.Connection) -> list[str]:
    """Return the names of what a file lacks, has otherwise, or has too much of."""
    return _odd(things(conn), wanted())


def settle(conn: sqlite3.Connection, steps: Steps = STEPS) -> None:
    """Make anew what differs from a new file; the caller holds the transaction.

    Foreign keys must not be enforced, and rows are copied column by column: what a table had under
    the same name stays, what is new in it has its default.
    """
    have, target = things(conn), wanted(steps)
    if not _odd(have, target):
        return
    _drop(conn, [each for each in have.values() if each.kind in _ABOVE and each.table in target])
    # Else a renamed table would take with it what other tables say of its old namesake.
    conn.execute("PRAGMA legacy_alter_table = ON")
    for each in target.values():
        if each.kind == "table" and _differs(have.get(each.name), each):
            _remake(conn, each, exists=each.name in have)
    conn.execute("PRAGMA legacy_alter_table = OFF")
    indexes = [each for each in things(conn).values() if each.kind == "index"]
    _drop(conn, [each for each in indexes if _differs(target.get(each.name), each)])
    there = things(conn)
    for each in target.values():
        if each.name not in there:
            conn.execute(each.sql)
    if _differs(have.get("search_source"), target["search_source"]):
        conn.execute("INSERT INTO entries_fts(entries_fts) VALUES ('rebuild')")


_ABOVE = {"view", "trigger"}


def _drop(conn: sqlite3.Connection, unwanted: Iterable[Thing]) -> None:
    for each in unwanted:
        conn.execute(f'DROP {each.kind} "{each.name}"')


def _differs(one: Thing | None, other: Thing) -> bool:
    return one is None or one.form != other.form


def _odd(have: dict[str, Thing], target: dict[str, Thing]) -> list[str]:
    """Return what differs; triggers and indexes that our tables have not any more do, too."""
    odd = [name for name, each in target.items() if _differs(have.get(name), each)]
    return odd + [
        each.name
        for each in have.values()
        if each.kind in {"trigger", "index"} and each.name not in target and each.table in target
    ]


def _remake(conn: sqlite3.Connection, table: Thing, *, exists: bool) -> None:
    if not exists:
        conn.execute(table.sql)
        return
    name, new = table.name, f"{table.name}__new"
    conn.execute(re.sub(rf'^CREATE TABLE "?{name}"?', f"CREATE TABLE {new}", table.sql))
    kept = _columns(conn, name) & _columns(conn, new)
    columns = ", ".join(sorted(kept))
    conn.execute(f"INSERT INTO {new}({columns}) SELECT {columns} FROM {name}")
    conn.execute(f"DROP TABLE {name}")
    conn.execute(f"ALTER TABLE {new} RENAME TO {name}")


def _columns(conn: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns that can be written: not those that are worked out."""
    rows: Iterable[tuple[object, ...]] = conn.execute(f"PRAGMA table_xinfo({table})")
    return {str(row[1]) for row in rows if row[6] == 0}
