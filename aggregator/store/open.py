"""Open a database file: ours, of this version or older, or not at all.

A file that is not ours or was made by a newer version is refused before anything is written,
beside it or into it. So it is first read without SQLite (its header), then with a connection
that can't write, and only then opened.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from aggregator.errors import NewerSchema, NotOurs, StoreError
from aggregator.store.base import iso, mapped, transaction
from aggregator.store.schema import APPLICATION_ID, MIGRATION_SET, STEP_NAMES
from aggregator.store.store import Store

WAIT_SECONDS = 10.0
HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"
_SETTINGS = (
    # Set after the first step, never before: then the header is in the file itself, where it is
    # looked for, and not in the log.
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",
)


# A power cut loses no commit of a curator, and of a fetch at most the newest, never the file:
# feeds can be asked again.
_LASTING = {True: "PRAGMA synchronous = FULL", False: "PRAGMA synchronous = NORMAL"}

KEPT = 3
"""So many copies of the file from before a migration stay beside it."""


def open_store(
    path: Path | str,
    *,
    create: bool = True,
    now: int,
    wait: float = WAIT_SECONDS,
    lasting: bool = True,
) -> Store:
    """Return the store in the file at `path`, brought up to date; made there if `create`.

    A file of an older version is copied beside itself before that. `wait` is how long another
    program's writing is waited for, in seconds; `lasting` says that what is committed survives a
    power cut. Raises NotOurs, NewerSchema, Locked, Damaged, or StoreError when there is no file or
    it can't be read.
    """
    path = Path(path)
    fresh = _is_fresh(path)
    if fresh and not create:
        raise StoreError(
            f"There is no database at {path} yet.", hint="`aggregate fetch` makes one."
        )
    applied = () if fresh else steps_of(path)
    missing = [name for name in STEP_NAMES if name not in applied]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} can't be made: {error.strerror}.") from error
    if missing and not fresh:
        from aggregator.store.backups import beside  # noqa: PLC0415 — seldom needed

        beside(path, missing[0], now=now, keep=KEPT)
    with mapped(), ExitStack() as stack:
        conn = stack.enter_context(closing(_connect(path, wait)))
        if missing:
            _bring_up_to_date(conn, missing, now)
        for setting in (*_SETTINGS, _LASTING[lasting]):
            conn.execute(setting)
        stack.pop_all()
    return Store(conn, path)


def be_patient(conn: sqlite3.Connection) -> None:
    """Let a connection that others opened wait for another program's writing as long as ours."""
    conn.execute(f"PRAGMA busy_timeout = {1000 * WAIT_SECONDS:.0f}")


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    # Writing happens in a thread of its own, one at a time; transactions are begun by name.
    return sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)


def _is_fresh(path: Path) -> bool:
    """Whether there is nothing yet; raises NotOurs for a file that is not an Aggregator's."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise StoreError(f"The database {path} can't be read: {error.strerror}.") from error
    # A process that died while it made the file leaves it empty, beside a journal.
    if not header:
        return True
    if header[:16] != _MAGIC or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotOurs(
            f"{path} is not a database of Aggregator; it was left untouched.",
            hint="Choose another file with --db.",
        )
    return False


def steps_of(path: Path) -> tuple[str, ...]:
    """Return the names of the steps that made a file; none for an empty one.

    Raises NewerSchema if one is unknown to us, and NotOurs. Nothing is written.
    """
    if _is_fresh(path):
        return ()
    with mapped(), closing(_peek(path)) as conn:
        rows = conn.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id",
            (MIGRATION_SET,),
        ).fetchall()
    names = tuple(str(name) for (name,) in rows)
    if unknown := set(names) - set(STEP_NAMES):
        raise NewerSchema(
            f"{path} was made by a newer version of Aggregator ({', '.join(sorted(unknown))}); "
            "it was left untouched.",
            hint="Install that version, or choose another file with --db.",
        )
    return names


def _peek(path: Path) -> sqlite3.Connection:
    """Return a connection that writes nothing, not even the files a reader needs in WAL mode.

    `immutable` promises SQLite that nobody writes meanwhile, which holds while there is no log:
    a log is there as long as any connection is open that has read or written. A journal is only
    left by a process that died while it made the file: that has to be undone first.
    """
    mode = "immutable=1"
    if Path(f"{path}-wal").exists():
        mode = "mode=ro"
    if Path(f"{path}-journal").exists():
        mode = "mode=rw"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)


def _bring_up_to_date(conn: sqlite3.Connection, missing: list[str], now: int) -> None:
    from aggregator.store.migrate import migrate  # noqa: PLC0415 — costs 70 ms, seldom needed

    # Another process may be doing the same: the second one finds nothing left to do.
    with transaction(conn):
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(conn)
        conn.executemany(
            "UPDATE _sqlite_migrations SET applied_at = ? WHERE migration_set = ? AND name = ?",
            [(iso(now), MIGRATION_SET, name) for name in missing],
        )
