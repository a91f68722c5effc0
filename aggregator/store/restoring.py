"""Put a backup in the place of the database, and keep what was there beside it."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from aggregator.errors import Damaged, Locked, NotOurs, StoreError, UsageError
from aggregator.store.backups import (
    beside,
    connect,
    explained,
    logs,
    stamp,
    sync_folder,
    temporary,
    to_disk,
    verify,
)
from aggregator.store.base import mapped
from aggregator.store.lock import fetch_lock
from aggregator.store.open import steps_of

PATIENCE = 30.0
"""Seconds for which it waits until nobody writes."""


def restore(copy: Path, path: Path, *, now: int) -> Path | None:
    """Put a backup in the place of the database; return where the old one is now, None for none.

    The backup is verified before anything is touched. Where the old one is whole, the backup is
    written into it as one transaction: whoever has it open goes on with the new content, and a
    power cut leaves one or the other. A damaged one is moved aside with its log. Raises NotOurs
    and NewerSchema for either file, Damaged for the backup, Locked while somebody writes.
    """
    if not copy.is_file():
        raise StoreError(f"There is no backup {copy}.", hint="`aggregate backup` makes them.")
    if path.exists() and path.samefile(copy):
        raise UsageError("That is the database itself.", hint="Name a backup of it.")
    if not steps_of(copy):
        raise NotOurs(f"{copy} is empty: there is nothing to restore.")
    verify(copy)
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with fetch_lock(path):
        return _replace(copy, path, now=now)


def _replace(copy: Path, path: Path, *, now: int) -> Path | None:
    if not path.exists() or not path.stat().st_size:
        _put(copy, path)
        return None
    try:
        steps_of(path)
        old = beside(path, "restore", now=now)
    except Damaged:
        old = _set_aside(path, now=now)
        _put(copy, path)
    else:
        _write_into(copy, path)
    return old


def _write_into(copy: Path, path: Path) -> None:
    give_up = time.monotonic() + PATIENCE

    def patient(status: int, _left: int, _all: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > give_up:
            raise Locked(
                "The database is locked: another program is writing to it.",
                hint="End `aggregate serve` and whatever else uses it, and try again.",
            )

    with (
        mapped(),
        closing(connect(copy, "mode=ro")) as source,
        closing(sqlite3.connect(path, isolation_level=None)) as target,
    ):
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, progress=patient, sleep=0.1)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _put(copy: Path, path: Path) -> None:
    """Put a copy where no database is; a log that has lost its database is none of ours."""
    with explained(path), temporary(path) as unfinished:
        shutil.copyfile(copy, unfinished)
        to_disk(unfinished, like=copy)
        for log in logs(path):
            log.unlink(missing_ok=True)
        unfinished.replace(path)
    sync_folder(path.parent)


def _set_aside(path: Path, *, now: int) -> Path:
    """Move a damaged database away, its log with it under the same name."""
    old = path.with_name(f"{path.name}.damaged-{stamp(now)}")
    with explained(path):
        for log in logs(path):
            if log.exists():
                log.rename(f"{old}{log.name.removeprefix(path.name)}")
        path.rename(old)
    return old
