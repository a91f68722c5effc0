"""What rules do to entries: done, recorded, and taken back exactly.

A mark (hidden, starred, read, a tag, a place on a list) that a curator made is never a rule's: no
effect is recorded for it, so taking a rule back leaves it. A rule does nothing twice: what the
curator undid stays undone. Marks that several rules make stay until the last one is taken back.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aggregator.judge import Judge, deeds
from aggregator.store import marks
from aggregator.store.base import id_list, iso, transaction
from aggregator.store.facts import gather
from aggregator.store.marks import MARKS, Key, Made

CHUNK = 500


class Deed(NamedTuple):
    """What a rule does to an entry."""

    entry_id: int
    rule: str
    effect: str
    value: str

    @property
    def key(self) -> Key:
        """The mark it makes."""
        return self.entry_id, self.effect, self.value


class Record(NamedTuple):
    """A deed that was done."""

    deed: Deed
    done_at: str


class Hit(NamedTuple):
    """An entry that a rule holds for."""

    rule: str
    entry_id: int


_RECORDED = """
SELECT entry_id, rule, effect, rule_effects.value, done_at
FROM json_each(?) CROSS JOIN rule_effects ON entry_id = json_each.value
"""
_RECORD = "INSERT INTO rule_effects(entry_id, rule, effect, value, done_at) VALUES (?, ?, ?, ?, ?)"
_FORGET = """
DELETE FROM rule_effects WHERE entry_id = ? AND rule = ? AND effect = ? AND value = ?
"""


def judge_new(conn: sqlite3.Connection, ids: Sequence[int], judge: Judge, *, now: int) -> None:
    """Ask the rules of entries that have just been stored, and do what they say.

    Within the caller's transaction; costs nothing where there are no rules.
    """
    if not judge.rules:
        return
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        _do(conn, _decided(conn, chunk, judge, now=now), [], now=now)


def hits(
    conn: sqlite3.Connection, judge: Judge, *, since: int | None = None, now: int
) -> Iterator[Hit]:
    """Yield what each rule holds for among the stored entries, newest first; nothing is written."""
    for ids in _chunks(conn, since):
        found = {facts.id: facts for facts in gather(conn, ids, judge, now=now)}
        for entry_id in ids:
            for rule in judge.decide(found[entry_id], now):
                yield Hit(rule.name, entry_id)


class Applied(NamedTuple):
    """How many effects came and went, by rule."""

    done: Counter[str]
    undone: Counter[str]


def apply(conn: sqlite3.Connection, judge: Judge, *, since: int | None = None, now: int) -> Applied:
    """Bring the stored entries into line with the rules of the judge; those of others stay.

    What such a rule does not say any more is taken back. A transaction for every few hundred
    entries: a fetch may go on meanwhile.
    """
    names = {rule.name for rule in judge.rules}
    applied = Applied(Counter(), Counter())
    for ids in _chunks(conn, since):
        with transaction(conn):
            wanted = dict.fromkeys(_decided(conn, ids, judge, now=now))
            recorded = _recorded(conn, ids)
            stale = [
                each for each in recorded if each.deed.rule in names and each.deed not in wanted
            ]
            _take_back(conn, stale, now=now)
            done = _do(conn, list(wanted), _recorded(conn, ids), now=now)
        applied.undone.update(each.deed.rule for each in stale)
        applied.done.update(each.rule for each in done)
    return applied


def undo(conn: sqlite3.Connection, rule: str, *, now: int) -> Counter[str]:
    """Take back all that a rule did; return how many of each effect."""
    taken: Counter[str] = Counter()
    with transaction(conn):
        rows = conn.execute(
            "SELECT entry_id, rule, effect, value, done_at FROM rule_effects WHERE rule = ?",
            (rule,),
        ).fetchall()
        for start in range(0, len(rows), CHUNK):
            records = [_record(row) for row in rows[start : start + CHUNK]]
            _take_back(conn, records, now=now)
            taken.update(each.deed.effect for each in records)
    return taken


def standing(conn: sqlite3.Connection) -> dict[str, Counter[str]]:
    """Return how many of each effect stand, by rule."""
    found: dict[str, Counter[str]] = {}
    rows = conn.execute("SELECT rule, effect, count(*) FROM rule_effects GROUP BY 1, 2 ORDER BY 1")
    for rule, effect, number in rows:
        found.setdefault(rule, Counter())[effect] = number
    return found


def reasons(conn: sqlite3.Connection, entry_id: int) -> list[Record]:
    """Return what rules did to one entry."""
    return _recorded(conn, [entry_id])


def _chunks(conn: sqlite3.Connection, since: int | None) -> Iterator[list[int]]:
    """Yield the ids of the stored entries, hidden ones too, newest first."""
    low = -(2**63) if since is None else since << 20
    high = 2**63 - 1
    while True:
        rows = conn.execute(
            "SELECT id FROM entries WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT ?",
            (high, low, CHUNK),
        ).fetchall()
        if not rows:
            return
        yield [row[0] for row in rows]
        high = rows[-1][0]


def _decided(conn: sqlite3.Connection, ids: Sequence[int], judge: Judge, *, now: int) -> list[Deed]:
    return [
        Deed(facts.id, rule.name, effect, value)
        for facts in gather(conn, ids, judge, now=now)
        for rule in judge.decide(facts, now)
        for effect, value in deeds(rule.then)
    ]


def _recorded(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Record]:
    return [_record(row) for row in conn.execute(_RECORDED, (id_list(ids),))]


def _record(row: Sequence[str | int]) -> Record:
    entry_id, rule, effect, value, done_at = row
    return Record(Deed(int(entry_id), str(rule), str(effect), str(value)), str(done_at))


def _do(
    conn: sqlite3.Connection, wanted: Sequence[Deed], recorded: Sequence[Record], *, now: int
) -> list[Deed]:
    """Do what was not done yet; return that. `recorded` is all that rules did to these entries."""
    have = {each.deed for each in recorded}
    times: dict[Key, set[str]] = {}
    for each in recorded:
        times.setdefault(each.deed.key, set()).add(each.done_at)
    fresh = [deed for deed in dict.fromkeys(wanted) if deed not in have]
    stand = _standing(conn, fresh)
    done: list[Record] = []
    for deed in fresh:
        ours = times.setdefault(deed.key, set())
        since = stand.get(deed.key)
        if since is None and not ours:
            since = stand[deed.key] = iso(now)
            made = Made(deed.entry_id, deed.value, deed.rule, since)
            if not marks.make(conn, deed.effect, made, now=now):
                continue
        elif since is not None and not _is_ours(since, ours):
            continue
        done.append(Record(deed, since or iso(now)))
        ours.add(since or iso(now))
    conn.executemany(_RECORD, [(*each.deed, each.done_at) for each in done])
    return [each.deed for each in done]


def _is_ours(since: str, ours: set[str]) -> bool:
    """Whether a mark is the rules': since when it stands tells, where that is known."""
    return since in ours if since else bool(ours)


def _standing(conn: sqlite3.Connection, deeds: Sequence[Deed]) -> dict[Key, str]:
    """Return since when the marks stand that these deeds would make."""
    ids = sorted({deed.entry_id for deed in deeds})
    return {
        (entry_id, effect, value): since
        for effect in {deed.effect for deed in deeds}
        for entry_id, value, since in MARKS[effect].standing(conn, ids)
    }


def _take_back(conn: sqlite3.Connection, records: Sequence[Record], *, now: int) -> None:
    """Forget these effects; marks that no other rule makes go with them."""
    conn.executemany(_FORGET, [each.deed for each in records])
    left = _recorded(conn, {each.deed.entry_id for each in records})
    others = {each.deed.key: each.deed.rule for each in left}
    for deed, done_at in records:
        made = Made(deed.entry_id, deed.value, deed.rule, done_at)
        if heir := others.get(deed.key):
            marks.hand_over(conn, deed.effect, made, heir)
        else:
            marks.unmake(conn, deed.effect, made, now=now)
