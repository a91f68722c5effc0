"""Bring a database file up to date. Imported only when there is something to do.

The import of sqlite_utils costs more than a whole run in which nothing changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from sqlite_utils import Database, Migrations

from aggregator.store.schema import MIGRATION_SET, STEPS
from aggregator.store.settling import settle


def migrate(conn: sqlite3.Connection) -> None:
    """Apply the steps that are missing, and settle what differs; the caller holds the transaction.

    (See settling.py: there are files from before the first release.)
    """
    database = Database(conn, recursive_triggers=False, execute_plugins=False)
    migrations().apply(database)
    settle(conn, STEPS)


def migrations() -> Migrations:
    """Return the steps as sqlite-utils knows them."""
    steps = Migrations(MIGRATION_SET)
    for name, ddl in STEPS:
        steps(name=name)(_step(ddl))
    return steps


def _step(ddl: str) -> Callable[[Database], None]:
    def run(database: Database) -> None:
        # Not `executescript`: it looks at every character anew for each one that follows.
        for statement in _statements(ddl):
            database.conn.execute(statement)

    return run


def _statements(ddl: str) -> Iterator[str]:
    """Cut a step into its statements, each of which begins on a line of its own."""
    lines: list[str] = []
    for line in ddl.splitlines(keepends=True):
        lines.append(line)
        if line.rstrip().endswith(";") and sqlite3.complete_statement("".join(lines)):
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)  # nothing, or a last one without its semicolon
