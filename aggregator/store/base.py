"""What all parts of the store share: transactions, times as text, lists as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TypeVar, cast

from aggregator.errors import Damaged, Locked, StoreError

EARLIEST = -62_135_596_800  # 0001-01-01T00:00:00Z
LATEST = 253_402_300_799  # 9999-12-31T23:59:59Z


_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS = tuple(f"{second:02}Z" for second in range(60))


def iso(epoch: int) -> str:
    """Return epoch seconds as ISO-8601 text in UTC; times no calendar has become its ends."""
    if not EARLIEST <= epoch <= LATEST:
        epoch = max(EARLIEST, min(LATEST, epoch))
    day, second = divmod(epoch, _DAY)
    return _date(day) + _clock(second // 60) + _SECONDS[second % 60]


# A run has few days and few minutes, and tens of thousands of times.
@lru_cache(maxsize=4_096)
def _date(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()


@lru_cache(maxsize=1_440)
def _clock(minute: int) -> str:
    return f"T{minute // 60:02}:{minute % 60:02}:"


def iso_or_none(epoch: int | None) -> str | None:
    """Return epoch seconds as text, None as None."""
    return None if epoch is None else iso(epoch)


def epoch_of(text: str) -> int:
    """Return ISO-8601 text as epoch seconds: the reverse of `iso`, and of nothing else."""
    return _midnight(text[:10]) + _seconds(text[11:16]) + int(text[17:19])


@lru_cache(maxsize=4_096)
def _midnight(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - _EPOCH) * _DAY


@lru_cache(maxsize=1_440)
def _seconds(clock: str) -> int:
    return int(clock[:2]) * 3_600 + int(clock[3:]) * 60


def epoch_or_none(text: str | None) -> int | None:
    """Return text as epoch seconds, None as None."""
    return None if text is None else epoch_of(text)


# With letters as they are: the search index reads it too. `json.dumps` with options would make
# an encoder for every value.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(values: object) -> str:
    """Return a list as JSON with letters as they are; whatever is empty is the empty list."""
    return _encode(values) if values else "[]"


def texts_to_json(texts: Iterable[str]) -> str:
    """Return the same for texts, at a third of the cost."""
    return f"[{','.join([encode_basestring(text) for text in texts])}]"


def id_list(ids: Iterable[int]) -> str:
    """Return numbers as the JSON text that `json_each(?)` takes: any number in one variable."""
    return json.dumps(list(ids))


_NULL = float("nan")


def bound(values: Iterable[object]) -> list[object]:
    """Return the values of one row for `executemany`, without None, which costs the most there.

    Python looks for an adapter whenever it binds None (or bytes, but not bytearray), which takes
    longer than storing it. SQLite has no NaN, and NULL instead:
    https://www.sqlite.org/floatingpoint.html
    """
    return [_NULL if value is None else value for value in values]


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
_DAMAGED = {11, 26}  # corrupt, no database
_ALLOWED = "Check that you may write to the file and to its folder, where SQLite keeps its log."
_HINTS = {
    8: _ALLOWED,  # read-only
    10: "Check the disk and its free space; `aggregate doctor` says whether the file is whole.",
    13: "The disk is full: free some space and try again. What was committed is kept.",
    14: _ALLOWED,  # can't open
}


@contextmanager
def mapped() -> Iterator[None]:
    """Turn SQLite's complaints about the file into ours, with what to do about them."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            raise Locked(
                "The database is locked: another program is writing to it.",
                hint="Try again when it has finished.",
            ) from error
        if code in _DAMAGED:
            raise Damaged(
                f"The database can't be used: {error}.",
                hint="`aggregate restore FILE` puts a backup in its place and keeps this one.",
            ) from error
        if code in _HINTS:
            raise StoreError(f"The database can't be used: {error}.", hint=_HINTS[code]) from error
        raise
