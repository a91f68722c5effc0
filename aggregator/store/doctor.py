"""Look a database over, and mend what can be mended without a loss.

Every check is a row: what it is called, how it is looked at, how it is mended. What a check finds
is told as a sentence with what to do about it; nothing is written unless something is mended.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from aggregator import urls
from aggregator.errors import StoreError
from aggregator.store import ahead, counters, health, index, settling, stories
from aggregator.store.base import epoch_of, iso, mapped, transaction

SAMPLE = 1_000
"""So many entries, the newest, are folded on trial."""

SLACK = 3_600
"""Seconds by which a clock may be behind what it once said."""

RELEASED = 1_767_225_600
"""2026-01-01: no clock that is right is behind it."""

LOW = 64 << 20
"""Bytes: with less room on the disk, hardly a fetch ends well."""

LONG_LOG = 256 << 20
"""Bytes: SQLite keeps its log far shorter, unless a reader never lets go."""


SHOWN = 50
"""So many silent feeds are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check came to: `state` is ok, warning, problem or fixed."""

    check: str
    state: str = "ok"
    message: str = ""
    hint: str = ""


class Patient(NamedTuple):
    """What is looked over: the connection, its file, and what time it is."""

    conn: sqlite3.Connection
    path: Path
    now: int


class Check(NamedTuple):
    """A check: what it finds, and what mends it, where anything safely does."""

    name: str
    look: Callable[[Patient], Iterator[Finding]]
    mend: Callable[[Patient], None] | None = None


def examine(conn: sqlite3.Connection, path: Path, *, now: int, fix: bool) -> list[Finding]:
    """Return what all checks come to, at least one finding each; mend where `fix` says so.

    Where the file itself is damaged, the other checks are left out.
    """
    patient = Patient(conn, path, now)
    found: list[Finding] = []
    for check in CHECKS:
        found += _carried_out(check, patient, fix=fix)
        if check.name == "integrity" and found[-1].state == "problem":
            break
    return found


def _carried_out(check: Check, patient: Patient, *, fix: bool) -> list[Finding]:
    first = _looked(check, patient)
    wrong = [each for each in first if each.state != "ok"]
    if not (wrong and fix and check.mend):
        return first or [Finding(check=check.name)]
    check.mend(patient)
    left = _looked(check, patient)
    mended = [replace(each, state="fixed", hint="") for each in wrong if each not in left]
    return mended + left


def _looked(check: Check, patient: Patient) -> list[Finding]:
    try:
        with mapped():
            return list(check.look(patient))
    except StoreError as error:
        problem = Finding(check=check.name, state="problem", message=error.message)
        return [replace(problem, hint=error.hint or "")]
    except sqlite3.DatabaseError as error:
        return [
            Finding(
                check=check.name,
                state="problem",
                message=f"It could not be looked at: {error}.",
                hint=RESTORE,
            )
        ]


RESTORE = "`aggregate restore FILE` puts a backup in its place and keeps this one."
FIX = "`aggregate doctor --fix` mends it."


def _integrity(patient: Patient) -> Iterator[Finding]:
    rows = patient.conn.execute("PRAGMA integrity_check(5)").fetchall()
    # A search index that lost its way is told of, and mended, below.
    wrong = [str(text) for (text,) in rows if text != "ok" and "inverted index" not in str(text)]
    if wrong:
        message = f"The file is damaged: {'; '.join(wrong)}."
        yield Finding(check="integrity", state="problem", message=message, hint=RESTORE)


def _tables(patient: Patient) -> Iterator[Finding]:
    if odd := settling.differing(patient.conn):
        message = f"Not as this version makes them: {', '.join(odd[:10])}."
        yield Finding(check="tables", state="problem", message=message, hint=FIX)


def _settle(patient: Patient) -> None:
    patient.conn.execute("PRAGMA foreign_keys = OFF")
    with transaction(patient.conn):
        settling.settle(patient.conn)
    patient.conn.execute("PRAGMA foreign_keys = ON")


def _foreign_keys(patient: Patient) -> Iterator[Finding]:
    lost: dict[tuple[str, str], int] = {}
    for table, _row, parent, _key in patient.conn.execute("PRAGMA foreign_key_check"):
        lost[table, parent] = lost.get((table, parent), 0) + 1
    for (table, parent), count in lost.items():
        message = f"{count} rows of {table} point to nothing in {parent}."
        hint = FIX if table in _REBUILT else RESTORE
        yield Finding(check="foreign keys", state="problem", message=message, hint=hint)


# Tables whose rows are nothing without what they point to. The curator's are never touched.
_REBUILT = ("entry_content", "unread", "fetches", "feed_documents", "rule_effects", "pruned")


def _drop_orphans(patient: Patient) -> None:
    with transaction(patient.conn):
        for table in _REBUILT:
            column = "feed_id" if table in {"fetches", "feed_documents", "pruned"} else "entry_id"
            parent = "feeds" if column == "feed_id" else "entries"
            patient.conn.execute(
                f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM {parent})"
            )


def _counters(patient: Patient) -> Iterator[Finding]:
    for message in counters.miscounted(patient.conn):
        yield Finding(check="counters", state="problem", message=message, hint=FIX)


def _search(patient: Patient) -> Iterator[Finding]:
    if not index.is_whole(patient.conn):
        message = "The search index does not match the entries."
        yield Finding(check="search", state="problem", message=message, hint=FIX)


def _stories(patient: Patient) -> Iterator[Finding]:
    rows = patient.conn.execute(
        "SELECT entry_id FROM entry_content WHERE indexed ORDER BY entry_id DESC LIMIT ?",
        (SAMPLE,),
    )
    if astray := stories.astray(patient.conn, [row[0] for row in rows]):
        message = f"{len(astray)} of the newest entries are not in the story they belong to."
        yield Finding(check="stories", state="problem", message=message, hint=FIX)


def _lists(patient: Patient) -> Iterator[Finding]:
    (lost,) = patient.conn.execute(
        "SELECT count(*) FROM list_items WHERE list_id NOT IN (SELECT id FROM lists)"
    ).fetchone()
    if lost:
        message = f"{lost} items are on a list that is not there."
        yield Finding(check="lists", state="problem", message=message, hint=RESTORE)


def _duplicates(patient: Patient) -> Iterator[Finding]:
    rows = patient.conn.execute("SELECT feed_url, title FROM feeds WHERE subscribed ORDER BY id")
    same: dict[str, list[str]] = {}
    for address, title in rows:
        same.setdefault(urls.canonical(address), []).append(title)
    for titles in same.values():
        if len(titles) > 1:
            yield Finding(
                check="subscriptions",
                state="warning",
                message=f"The same feed is followed {len(titles)} times: {'; '.join(titles)}.",
                hint="Take all but one out of feeds.toml; entries stay where they are.",
            )


_LAST = "SELECT max(checked_at) FROM feeds UNION ALL SELECT max(last_at) FROM hosts"


def _clock(patient: Patient) -> Iterator[Finding]:
    if patient.now < RELEASED:
        message = f"The clock says {iso(patient.now)}, which can't be."
        yield Finding(check="clock", state="warning", message=message, hint="Set the clock.")
    seen = max((text for (text,) in patient.conn.execute(_LAST) if text), default=None)
    if seen and epoch_of(seen) > patient.now + SLACK:
        yield Finding(
            check="clock",
            state="warning",
            message=f"The clock says {iso(patient.now)}, but feeds were looked at at {seen}.",
            hint=f"If the clock is right now, it was ahead then: {FIX}",
        )
    if late := ahead.count(patient.conn, patient.now + SLACK):
        yield Finding(
            check="clock",
            state="warning",
            message=f"{late} entries are later than {iso(patient.now)}, and stay above all others.",
            hint=f"If the clock is right now, it was ahead when they came: {FIX}",
        )


def _wind_back(patient: Patient) -> None:
    """Forget looks that are still to come, and bring back entries that are.

    What such looks say of the next ones is wrong, too. A clock that can't be right mends nothing.
    """
    if patient.now < RELEASED:
        return
    ahead.bring_back(patient.conn, patient.now + SLACK, now=patient.now)
    moment = {"now": iso(patient.now), "late": iso(patient.now + SLACK)}
    with transaction(patient.conn):
        patient.conn.execute(
            "UPDATE feeds SET checked_at = :now, next_check_at = :now WHERE checked_at > :late",
            moment,
        )
        patient.conn.execute("DELETE FROM hosts WHERE last_at > :late", moment)
        patient.conn.execute(
            "UPDATE outlines SET checked_at = '1970-01-01T00:00:00Z' WHERE checked_at > :late",
            moment,
        )


def _disk(patient: Patient) -> Iterator[Finding]:
    free = shutil.disk_usage(patient.path.parent).free
    need = patient.path.stat().st_size
    if free < LOW:
        message = f"Only {free >> 20} MB are free on the disk of the database."
        yield Finding(check="disk", state="problem", message=message, hint="Free some space.")
    elif free < need:
        message = f"{free >> 20} MB are free: not enough for a copy of the database."
        hint = "Back up to another disk; upgrades and `aggregate vacuum` need the room, too."
        yield Finding(check="disk", state="warning", message=message, hint=hint)
    log = Path(f"{patient.path}-wal")
    if log.exists() and log.stat().st_size > LONG_LOG:
        message = f"The log of the database has {log.stat().st_size >> 20} MB."
        yield Finding(check="disk", state="warning", message=message, hint=FIX)


def _cut_log(patient: Patient) -> None:
    patient.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _permissions(patient: Patient) -> Iterator[Finding]:
    for each in (patient.path, patient.path.parent):
        if not os.access(each, os.W_OK):
            message = f"You may not write to {each}."
            hint = "Change its owner or its permissions."
            yield Finding(check="permissions", state="problem", message=message, hint=hint)
    mode = stat.S_IMODE(patient.path.stat().st_mode)
    if mode & 0o007 and _holds_secrets(patient.conn):
        message = f"Everybody on this machine may read {patient.path}, which holds secrets."
        yield Finding(check="permissions", state="warning", message=message, hint=FIX)


def _holds_secrets(conn: sqlite3.Connection) -> bool:
    rows = conn.execute("SELECT url, feed_url, headers FROM feeds")
    return any(
        headers != "[]" or urls.is_private(url) or urls.is_private(feed_url)
        for url, feed_url, headers in rows
    )


def _close(patient: Patient) -> None:
    for each in (patient.path, *map(Path, (f"{patient.path}-wal", f"{patient.path}-shm"))):
        if each.exists():
            each.chmod(stat.S_IMODE(each.stat().st_mode) & ~0o007)


def _silent(patient: Patient) -> Iterator[Finding]:
    for each in health.health(patient.conn, "silent", now=patient.now, limit=SHOWN):
        since = iso(each.feed.last_entry_at or 0)[:10]
        yield Finding(
            check="feeds",
            state="warning",
            message=f"{each.feed.title} has been silent since {since}, longer than it used to be.",
            hint="Look at its page: it may have moved.",
        )


def _recount(patient: Patient) -> None:
    counters.recount(patient.conn)


def _reindex(patient: Patient) -> None:
    index.rebuild(patient.conn)


def _refold(patient: Patient) -> None:
    stories.rebuild(patient.conn)


# What comes first may mend what is looked at later.
CHECKS = (
    Check("integrity", _integrity),
    Check("tables", _tables, _settle),
    Check("foreign keys", _foreign_keys, _drop_orphans),
    Check("search", _search, _reindex),
    Check("counters", _counters, _recount),
    Check("stories", _stories, _refold),
    Check("lists", _lists),
    Check("subscriptions", _duplicates),
    Check("clock", _clock, _wind_back),
    Check("disk", _disk, _cut_log),
    Check("permissions", _permissions, _close),
    Check("feeds", _silent),
)
