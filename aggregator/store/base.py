"""What all parts of the store share: transactions, times as text, lists as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar, cast

from aggregator.errors import Locked, StoreError

EARLIEST = -62_135_596_800  # 0001-01-01T00:00:00Z
LATEST = 253_402_300_799  # 9999-12-31T23:59:59Z


@lru_cache(maxsize=16_384)
def iso(epoch: int) -> str:
    """Return epoch seconds as ISO-8601 text in UTC; times no calendar has become its ends."""
    time = datetime.fromtimestamp(max(EARLIEST, min(LATEST, epoch)), UTC)
    return time.isoformat()[:19] + "Z"


def iso_or_none(epoch: int | None) -> str | None:
    """Return epoch seconds as text, None as None."""
    return None if epoch is None else iso(epoch)


@lru_cache(maxsize=16_384)
def epoch_of(text: str) -> int:
    """Return ISO-8601 text as epoch seconds: the reverse of `iso`."""
    return int(datetime.fromisoformat(text).timestamp())


def epoch_or_none(text: str | None) -> int | None:
    """Return text as epoch seconds, None as None."""
    return None if text is None else epoch_of(text)


def to_json(values: object) -> str:
    """Return JSON with letters as they are: the search index reads it too."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else "[]"


def id_list(ids: Iterable[int]) -> str:
    """Return numbers as the JSON text that `json_each(?)` takes: any number in one variable."""
    return json.dumps(list(ids))


T = TypeVar("T")


def encodable(value: T) -> T:
    """Return a noun, or a tuple of them, with a question mark for whatever has no UTF-8."""
    new: object = value
    if isinstance(value, str):
        new = value.encode("utf-8", "replace").decode("utf-8")
    elif isinstance(value, tuple):
        new = tuple(encodable(each) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        new = replace(
            value, **{each.name: encodable(getattr(value, each.name)) for each in fields(value)}
        )
    return cast("T", new)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, whoever owns the connection: within a lent transaction, a savepoint.

    A write lock is taken at once (`IMMEDIATE`): a reading transaction that wants to write later
    may be refused without waiting. Raises Locked when another process does not let go in time.
    """
    nested = conn.in_transaction
    with mapped():
        conn.execute("SAVEPOINT store" if nested else "BEGIN IMMEDIATE")
    try:
        with mapped():
            yield
            conn.execute("RELEASE store" if nested else "COMMIT")
    except BaseException:
        _undo(conn, nested=nested)
        raise


def _undo(conn: sqlite3.Connection, *, nested: bool) -> None:
    # A full disk and the like has rolled back by itself.
    if not conn.in_transaction:
        return
    if nested:
        conn.execute("ROLLBACK TO store")
        conn.execute("RELEASE store")
    else:
        conn.execute("ROLLBACK")


# https://www.sqlite.org/rescode.html; whatever is not here is a mistake of ours and crashes.
_BUSY = {5, 6}
_BROKEN = {8, 10, 11, 13, 14, 26}  # read-only, I/O, corrupt, disk full, can't open, no database


@contextmanager
def mapped() -> Iterator[None]:
    """Turn SQLite's complaints about the file into ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            raise Locked(
                "The database is locked: another program is writing to it.",
                hint="Try again when it has finished.",
            ) from error
        if code in _BROKEN:
            raise StoreError(f"The database can't be used: {error}.") from error
        raise
