"""One fetch at a time: an advisory lock that the operating system takes back by itself."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import Locked, StoreError


@contextmanager
def fetch_lock(path: Path | str) -> Iterator[None]:
    """Hold the right to fetch into the database at `path`; raises Locked if another run has it.

    The lock is on the file `<path>.lock`, which stays: taking it away would let two processes
    lock two files of one name. Nothing is left locked when the process dies, however it dies.
    """
    lock = Path(f"{path}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"The lock file {lock} can't be written: {error.strerror}.") from error
    try:
        _take(descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        who = f" (process {holder})" if holder else ""
        raise Locked(
            f"Another fetch into this database is running{who}.",
            hint="Nothing was touched; it will look at whatever is due.",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
