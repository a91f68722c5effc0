"""Copies of a whole database: made while others write, checked before they count, put back.

    pin a snapshot  →  copy it to a file of no name  →  check it  →  to disk  →  rename

Whoever looks sees the old copy or the new one, whole. A copy is one file without a log beside it.
https://www.sqlite.org/backup.html
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from aggregator.errors import Damaged, StoreError, UsageError
from aggregator.store.base import EARLIEST, iso, mapped
from aggregator.store.schema import APPLICATION_ID

PAGES = 4_096
"""So many pages (16 MB) are copied at once: between them a signal is heard."""

KEPT = 7
"""So many backups stay in a folder, unless said otherwise."""

STALE = 86_400
"""What a backup that was killed left behind goes when it is so old, in seconds."""

MARGIN = 16 << 20
"""Bytes that stay free on a disk besides a copy."""

_STAMP = r"\d{8}T\d{6}Z(?:-\d+)?"
Told = Callable[[int, int], None]
"""Told how many pages of how many are copied."""


def _silent(_done: int, _all: int) -> None:
    return


def backup(source: Path, target: Path, *, told: Told = _silent) -> int:
    """Write a checked copy of the database at `source` to `target`; returns its size in bytes.

    The copy is of one moment, however much is written meanwhile, and may be read by whoever may
    read the original. A file that is there is replaced if it is a database of ours, else left
    alone. Raises StoreError, and UsageError for the database itself; nothing is left behind then.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError("A backup into the database itself would be none.")
    if target.exists() and not (target.is_file() and is_ours(target)):
        raise StoreError(
            f"{target} is no backup of Aggregator; it was left untouched.",
            hint="Name another file, or --dir with a folder.",
        )
    with temporary(target) as unfinished:
        _room_for(source, target.parent)
        with (
            mapped(),
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as conn,
        ):
            _copy(conn, unfinished, told)
        verify(unfinished)
        to_disk(unfinished, like=source)
        size = unfinished.stat().st_size
        unfinished.replace(target)
    sync_folder(target.parent)
    return size


def backup_into(
    source: Path, folder: Path, *, now: int, keep: int = KEPT, told: Told = _silent
) -> tuple[Path, list[Path]]:
    """Write a copy that is named after the time, and let the oldest ones go.

    Returns the copy, and those that went: never the new one, whatever the clock says, and none
    before the new one was checked.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    stem = f"{source.stem}-{stamp(now)}"
    names = (f"{stem}{'' if n == 1 else f'-{n}'}.db" for n in range(1, 1_000))
    target = next(folder / name for name in names if not (folder / name).exists())
    backup(source, target, told=told)
    own = re.compile(rf"{re.escape(source.stem)}-{_STAMP}\.db")
    others = sorted(
        each for each in folder.iterdir() if own.fullmatch(each.name) and each != target
    )
    gone = others[: max(0, len(others) - (keep - 1))]
    with explained(folder):
        for each in gone:
            each.unlink(missing_ok=True)
    return target, gone


def beside(path: Path, why: str, *, now: int, keep: int | None = None) -> Path:
    """Copy the database to a file beside it, named after the reason and the time; return that.

    Of copies for reasons that begin alike (up to the first dash) the newest `keep` stay.
    """
    target = path.with_name(f"{path.name}.before-{why}-{stamp(now)}")
    backup(path, target)
    if keep is not None:
        kind = re.escape(f"{path.name}.before-") + r"\d{4}\w*-" + _STAMP
        old = [
            each
            for each in path.parent.iterdir()
            if re.fullmatch(kind, each.name) and each != target
        ]
        old.sort(key=lambda each: each.name.rpartition("-")[2])
        for each in old[: max(0, len(old) - (keep - 1))]:
            each.unlink(missing_ok=True)
    return target


def verify(path: Path) -> None:
    """Read a copy from end to end; raises Damaged where it is not whole.

    Writes nothing, and needs nothing beside the file: it works on a read-only disk.
    """
    damage = Damaged(
        f"{path} is damaged: it is no backup to rely on.",
        hint="Take another one. `aggregate backup` checks each before it counts.",
    )
    log = Path(f"{path}-wal")
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    try:
        with closing(connect(path, mode)) as conn:
            found = conn.execute("PRAGMA integrity_check(3)").fetchall()
            orphans = conn.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise damage from error
    if found != [("ok",)] or orphans:
        raise damage


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a connection that makes no file, in one of the modes of SQLite's file names."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)


def is_ours(path: Path) -> bool:
    """Whether a file carries our number where SQLite keeps it: offset 68 of the header."""
    with explained(path), path.open("rb") as file:
        header = file.read(100)
    return header[:6] == b"SQLite" and int.from_bytes(header[68:72], "big") == APPLICATION_ID


def stamp(now: int) -> str:
    """Return a time as it stands in names of files; a clock that is far off has its own end."""
    return iso(max(now, EARLIEST)).replace("-", "").replace(":", "")


def sync_folder(folder: Path) -> None:
    """Make new names survive a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(conn: sqlite3.Connection, target: Path, told: Told) -> None:
    """Copy what the connection sees now; a transaction keeps it from seeing anything newer."""
    conn.execute("BEGIN")
    conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # Nobody knows the file yet: it is brought to the disk once, at the end.
        copy.execute("PRAGMA synchronous = OFF")
        conn.backup(copy, pages=PAGES, progress=lambda _, left, all_: told(all_ - left, all_))
        # One file, that can be read where nothing can be written.
        copy.execute("PRAGMA journal_mode = DELETE")


def logs(path: Path) -> tuple[Path, ...]:
    """Return what SQLite lays beside a database: the log, its index, and the journal."""
    return tuple(Path(f"{path}{end}") for end in ("-wal", "-shm", "-journal"))


def to_disk(path: Path, *, like: Path) -> None:
    """Bring a file to the disk, with the permissions of the one it is a copy of."""
    with path.open("rb+") as file:
        os.fchmod(file.fileno(), stat.S_IMODE(like.stat().st_mode))
        os.fsync(file.fileno())


def _room_for(source: Path, folder: Path) -> None:
    """Raise StoreError where a copy would fill the disk: others write to it, too."""
    need = sum(each.stat().st_size for each in (source, *logs(source)[:1]) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < need + MARGIN:
        raise StoreError(
            f"There is no room for a copy in {folder}: {need >> 20} MB are needed, "
            f"{free >> 20} MB are free.",
            hint="Free some space, or name a folder on another disk.",
        )


@contextmanager
def temporary(target: Path) -> Iterator[Path]:
    """Lend a name beside the target; whatever is there at the end goes.

    What was left by one that was killed goes, too, when it is a day old.
    """
    folder = target.parent
    with explained(folder):
        for old in folder.glob(f".{target.stem[:20]}*.unfinished"):
            with suppress(FileNotFoundError):
                if time.time() - old.stat().st_mtime > STALE:
                    old.unlink()
        unfinished = folder / f".{target.stem[:20]}-{secrets.token_hex(6)}.unfinished"
        try:
            # The bytes hold what is private: nobody else reads them, not even for a moment.
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield unfinished
        finally:
            for each in (unfinished, *logs(unfinished)):
                each.unlink(missing_ok=True)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into a StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{error.filename or path} can't be used: {(error.strerror or str(error)).lower()}.",
            hint="Is the folder there, may you write to it, and is there room on the disk?",
        ) from error
