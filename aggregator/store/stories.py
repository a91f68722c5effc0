"""Fold entries into stories: after every batch, at once, or from the beginning.

`fold` reads what new or changed entries say, writes down their marks, looks up who else has
them, and works out anew every group that this touches. What a group is, the pure room `stories`
decides; it depends on the set of entries alone, so `rebuild` comes to the same.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from aggregator import urls
from aggregator.store.base import id_list, iso, transaction
from aggregator.stories import (
    HUB,
    POINTING,
    Report,
    Row,
    Told,
    beside,
    groups,
    is_discussion,
    key_of,
    looked_up,
    marks,
    packed,
    rank,
    standing,
    unpacked,
)
from aggregator.taxonomy import platform_of

CHUNK = 1_000
"""So many entries are folded at once in a rebuild."""

READ = 700
"""So many letters of a text are read: the phrases are in fewer, and a longer one is no pointer."""

_POINTING = ", ".join(f"'{slug}'" for slug in sorted(POINTING))
_TOLD = f"""
SELECT entries.id, entries.feed_id, category, title, canonical_url, comments_url,
       substr(text, 1, {READ + 1}),
       iif(category IN ({_POINTING}) AND length(text) <= {READ}, html, ''), marks
FROM json_each(?) CROSS JOIN entries ON entries.id = value
CROSS JOIN entry_content ON entry_content.entry_id = entries.id
LEFT JOIN story_marks ON story_marks.entry_id = entries.id
"""
_ROWS = """
SELECT story_keys.key, entry_id, feed_id, link
FROM json_each(?) CROSS JOIN story_keys ON story_keys.key = value
"""
_MARKS = """
SELECT entry_id, feed_id, marks FROM json_each(?) CROSS JOIN story_marks ON entry_id = value
"""
_STORY_OF = """
SELECT entries.id, story_id FROM json_each(?) CROSS JOIN entries ON entries.id = value
WHERE story_id IS NOT NULL
"""
_MEMBERS = """
SELECT entries.id, story_id FROM json_each(?) CROSS JOIN entries INDEXED BY entries_story
ON story_id = value
"""
_APART = """
SELECT entry_id, other_id FROM json_each(?1) CROSS JOIN story_splits ON entry_id = value
UNION SELECT other_id, entry_id FROM json_each(?1) CROSS JOIN story_splits ON other_id = value
"""
_SITES = """
SELECT feeds.id, coalesce(site_url, feeds.url), feeds.url
FROM json_each(?) CROSS JOIN feeds ON feeds.id = value
"""
_ADD_KEY = "INSERT OR IGNORE INTO story_keys(key, entry_id, feed_id, link) VALUES (?, ?, ?, ?)"
_DROP_KEY = "DELETE FROM story_keys WHERE key = ? AND entry_id = ?"
_SET_MARKS = "INSERT OR REPLACE INTO story_marks(entry_id, feed_id, marks) VALUES (?, ?, ?)"
_SET_STORY = "UPDATE entries SET story_id = ? WHERE id = ?"
_ADD_STORY = """
INSERT OR REPLACE
INTO stories(id, entry_id, entries, sources, discussions, first_at, last_at, score)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

Marks = tuple[int, ...]


class _Fresh(NamedTuple):
    """An entry to fold: what it has in common with others now, and had before."""

    feed_id: int
    marks: Marks
    before: Marks


def fold(conn: sqlite3.Connection, ids: Collection[int]) -> None:
    """Fold new or changed entries into stories; those that have not changed cost a look.

    Part of the caller's transaction, if there is one. Needs the entries and their content
    stored; may be called again, and for entries in any order.
    """
    if not ids:
        return
    with transaction(conn):
        fresh = _fresh(conn, ids)
        if fresh:
            shared = _shared(conn, fresh)
            _write(conn, fresh, shared.full)
            _refold(conn, shared.entries)


def forget(conn: sqlite3.Connection, ids: Collection[int]) -> None:
    """Take entries out of their stories: to be called before they are deleted."""
    with transaction(conn):
        leaving = {row[0]: _Fresh(row[1], (), unpacked(row[2])) for row in _marks(conn, ids)}
        shared = _shared(conn, leaving)
        together = _together(conn, shared.entries | leaving.keys())
        _write(conn, leaving, shared.full)
        conn.executemany(
            "DELETE FROM story_marks WHERE entry_id = ?", [(each,) for each in leaving]
        )
        _refold(conn, together)


def astray(conn: sqlite3.Connection, ids: Collection[int]) -> list[int]:
    """Return which of these entries, and of those beside them, a rebuild would fold otherwise.

    Nothing is written.
    """
    found = set(_fresh(conn, ids))
    together, rows, apart = _neighbourhood(conn, ids)
    new = {each: group[0] for group in groups(together, rows, apart) for each in group}
    old = dict(conn.execute(_STORY_OF, (id_list(together),)))
    found.update(each for each in together if new.get(each) != old.get(each))
    return sorted(found)


def rebuild(conn: sqlite3.Connection) -> int:
    """Fold everything anew, what the curator split stays split; return how many stories there are.

    The result is what `fold` came to, unless the rules of folding have changed since.
    """
    with transaction(conn):
        for table in ("stories", "story_keys", "story_marks"):
            conn.execute(f"DELETE FROM {table}")
        conn.execute("UPDATE entries SET story_id = NULL WHERE story_id IS NOT NULL")
        ids = [row[0] for row in conn.execute("SELECT id FROM entries ORDER BY id")]
        for start in range(0, len(ids), CHUNK):
            fold(conn, ids[start : start + CHUNK])
    count: int = conn.execute("SELECT count(*) FROM stories").fetchone()[0]
    return count


def split(conn: sqlite3.Connection, story_id: int, ids: Collection[int], *, now: int) -> list[int]:
    """Part some entries from the rest of their story, and keep them parted for good.

    What they share among themselves still holds them together. Return which were parted: those of
    `ids` that were in the story, if that left others there.
    """
    with transaction(conn):
        members = {row[0] for row in conn.execute(_MEMBERS, (id_list([story_id]),))}
        parted = sorted(members.intersection(ids))
        rest = members.difference(ids)
        pairs = [(min(pair), max(pair), iso(now)) for pair in product(parted, rest)]
        conn.executemany("INSERT OR IGNORE INTO story_splits VALUES (?, ?, ?)", pairs)
        _refold(conn, members)
    return parted if rest else []


def join(conn: sqlite3.Connection, entry_id: int) -> list[int]:
    """Take back all that was said of an entry by `split`; return from which it was parted."""
    with transaction(conn):
        others = sorted(_apart(conn, [entry_id]).get(entry_id, ()))
        conn.execute("DELETE FROM story_splits WHERE ?1 IN (entry_id, other_id)", (entry_id,))
        _refold(conn, {entry_id, *others})
    return others


def parted(conn: sqlite3.Connection, ids: Collection[int]) -> list[int]:
    """Return which entries were split from these and are in no story with them."""
    others = set[int]().union(*_apart(conn, ids).values())
    return sorted(others.difference(ids))


def _fresh(conn: sqlite3.Connection, ids: Collection[int]) -> dict[int, _Fresh]:
    """Read entries and return those whose marks are new."""
    found = {}
    for row in conn.execute(_TOLD, (id_list(ids),)).fetchall():
        now = marks(Told._make(row[:-1]))
        was = None if row[-1] is None else unpacked(row[-1])
        if now != was:
            found[row[0]] = _Fresh(row[1], now, was or ())
    return found


class _Shared(NamedTuple):
    """Entries that have a key in common with others, and keys that too many have."""

    entries: set[int]
    full: set[int]


def _shared(conn: sqlite3.Connection, fresh: Mapping[int, _Fresh]) -> _Shared:
    """Return the entries, fresh and stored, of which the mates may change by the fresh ones."""
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for entry_id, entry in fresh.items():
        for key in {key_of(mark) for mark in (*entry.marks, *entry.before)}:
            for near in looked_up(key, entry_id):
                wanted[near].append(entry_id)
    stored: defaultdict[int, list[int]] = defaultdict(list)
    for key, entry_id, _feed_id, _link in _rows(conn, wanted):
        stored[key].append(entry_id)
    full = {key for key, entry_ids in stored.items() if len(entry_ids) > HUB}
    entries: set[int] = set()
    filled: set[int] = set()
    for key, entry_ids in wanted.items():
        mates = stored.get(key, ())
        if key in full or len(entry_ids) + len(mates) < 2:
            continue
        entries.update(entry_ids, mates)
        if len(entry_ids) + len(mates) > HUB:
            filled.update(beside(key))
    # A key that is full from now on parts those near it, too.
    for key, entry_id, _feed_id, _link in _rows(conn, filled - full):
        entries.add(entry_id)
        entries.update(wanted.get(key, ()))
    return _Shared(entries, full)


def _write(conn: sqlite3.Connection, fresh: Mapping[int, _Fresh], full: Container[int]) -> None:
    """Write down the marks of entries, in the order of the keys, and drop those of before.

    What is full stays as it is: it is known to be, and has not to grow with every entry.
    """
    gone = [
        (key, entry_id)
        for entry_id, entry in fresh.items()
        for mark in entry.before
        if (key := key_of(mark)) not in full
    ]
    if gone:
        conn.executemany(_DROP_KEY, gone)
    rows = [
        (key, entry_id, entry.feed_id, int(mark < 0 and mark & 1))
        for entry_id, entry in fresh.items()
        for mark in entry.marks
        if (key := key_of(mark)) not in full
    ]
    conn.executemany(_ADD_KEY, sorted(rows))
    lines = [(each, entry.feed_id, bytearray(packed(entry.marks))) for each, entry in fresh.items()]
    conn.executemany(_SET_MARKS, sorted(lines))


def _refold(conn: sqlite3.Connection, touched: Collection[int]) -> None:
    """Work out the groups of these entries and of all that are in a story with them."""
    if not touched:
        return
    together, rows, apart = _neighbourhood(conn, touched)
    new = {}
    for group in groups(together, rows, apart):
        new.update(dict.fromkeys(group, group[0]))
    old = dict(conn.execute(_STORY_OF, (id_list(together),)))
    moved = [(new.get(each), each) for each in sorted(together) if new.get(each) != old.get(each)]
    conn.executemany(_SET_STORY, moved)
    gone = set(old.values()) - set(new.values())
    conn.executemany("DELETE FROM stories WHERE id = ?", [(each,) for each in sorted(gone)])
    _describe(conn, new)


def _neighbourhood(
    conn: sqlite3.Connection, touched: Collection[int]
) -> tuple[set[int], list[Row], dict[int, set[int]]]:
    """Return all whose group may change, the rows under their keys, and who must not be with whom.

    Where something was split, the groups beside it are looked at too: they may take over what is
    free now.
    """
    together = _together(conn, touched)
    while True:
        rows = [Row._make(row) for row in _rows(conn, _keys_of(conn, together))]
        apart = _apart(conn, together)
        wider = _together(conn, together.union(row.entry_id for row in rows)) if apart else together
        if wider == together:
            return together, rows, apart
        together = wider


def _together(conn: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Return these entries and all that are in a story with them."""
    own = set(ids)
    stories = {row[1] for row in conn.execute(_STORY_OF, (id_list(own),))}
    return own | {row[0] for row in conn.execute(_MEMBERS, (id_list(stories),))}


def _keys_of(conn: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Return all keys under which mates of these entries may be."""
    return {
        near
        for entry_id, _feed_id, data in _marks(conn, ids)
        for mark in unpacked(data)
        for near in looked_up(key_of(mark), entry_id)
    }


def _describe(conn: sqlite3.Connection, story_of: Mapping[int, int]) -> None:
    """Write the rows of stories, given which entry is in which."""
    told = _marks(conn, story_of)
    sites = conn.execute(_SITES, (id_list({feed_id for _, feed_id, _ in told}),))
    domains = _domains(sites.fetchall())
    reports: defaultdict[int, list[Report]] = defaultdict(list)
    for entry_id, feed_id, data in told:
        discussion = is_discussion(unpacked(data))
        # The upper part of an id is the time of publication.
        report = Report(entry_id, entry_id >> 20, domains[feed_id], discussion)
        reports[story_of[entry_id]].append(report)
    conn.executemany(_ADD_STORY, [_line(*each) for each in sorted(reports.items())])


def _domains(sites: Sequence[tuple[int, str, str]]) -> dict[int, str]:
    """Name who publishes each feed: equal names for feeds of one publisher, and only for these.

    Who shares not even the end of a host with another needs no list of public suffixes (10 ms).
    """
    hosts = {feed_id: urls.host(site) or urls.host(url) for feed_id, site, url in sites}
    ends = {feed_id: tuple(host.split(".")[-2:]) for feed_id, host in hosts.items()}
    often = Counter(ends.values())
    return {
        feed_id: _domain(site, url) if often[ends[feed_id]] > 1 else url
        for feed_id, site, url in sites
    }


@lru_cache(maxsize=4_096)
def _domain(site: str, feed: str) -> str:
    """Name who publishes a feed: its domain, but on a platform everybody is somebody else.

    So it is on hosts without a domain of their own, where bridges and mirrors run.
    """
    publisher = urls.domain_key(site) or urls.domain_key(feed)
    shared = ":" in publisher or platform_of(site) or platform_of(feed)
    return feed if shared else publisher


def _line(story_id: int, reports: Sequence[Report]) -> tuple[object, ...]:
    times = [each.published_at for each in reports]
    return (
        story_id,
        standing(reports).entry_id,
        len(reports),
        len({each.domain for each in reports}),
        Counter(each.discussion for each in reports)[True],
        iso(min(times)),
        iso(max(times)),
        rank(reports),
    )


def _rows(conn: sqlite3.Connection, keys: Collection[int]) -> list[tuple[int, int, int, int]]:
    return conn.execute(_ROWS, (id_list(sorted(keys)),)).fetchall() if keys else []


def _marks(conn: sqlite3.Connection, ids: Iterable[int]) -> list[tuple[int, int, bytes]]:
    return conn.execute(_MARKS, (id_list(ids),)).fetchall()


def _apart(conn: sqlite3.Connection, ids: Iterable[int]) -> dict[int, set[int]]:
    apart: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in conn.execute(_APART, (id_list(ids),)):
        apart[one].add(other)
    return apart
