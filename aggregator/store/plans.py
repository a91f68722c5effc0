"""Carry out plans: one transaction for many feeds, one statement for many rows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from aggregator.model import Change, Enclosure, Entry, FeedState, Insert, Plan
from aggregator.store import index
from aggregator.store.base import (
    bound,
    encodable,
    id_list,
    iso,
    iso_or_none,
    texts_to_json,
    to_json,
    transaction,
)

if TYPE_CHECKING:
    from aggregator.judge import Judge

# Fields of the state, which are the columns; only the field `state` has another name there.
_TIMES = (
    "failing_since",
    "checked_at",
    "changed_at",
    "last_entry_at",
    "next_check_at",
    "moved_since",
)
_VALUES = tuple(name for name in FeedState.__dataclass_fields__ if name not in _TIMES)
_times = attrgetter(*_TIMES)
_values = attrgetter(*_VALUES)
_STATE_COLUMNS = ("fetch_state" if name == "state" else name for name in (*_TIMES, *_VALUES))
_SET_STATE = f"UPDATE feeds SET {', '.join(f'{name} = ?' for name in _STATE_COLUMNS)} WHERE id = ?"
_LOG = """
INSERT INTO fetches(feed_id, started_at, status, http_status, new, updated, error, ms, wire_bytes)
SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM feeds WHERE id = ?
"""
_SET_HASHES = """
INSERT INTO feed_documents(feed_id, hashes) SELECT id, ? FROM feeds WHERE id = ?
ON CONFLICT(feed_id) DO UPDATE SET hashes = excluded.hashes
"""
# What both a new and a changed entry bring, in the order of `_columns_of`.
_ENTRY_COLUMNS = (
    "url",
    "canonical_url",
    "title",
    "author",
    "updated_at",
    "summary",
    "image",
    "media_url",
    "media_type",
    "duration",
    "tags",
    "language",
    "rights",
    "comments_url",
    "content_hash",
)
_INSERT = f"""
INSERT INTO entries(id, feed_id, category, platform, guid, published_at, first_seen_at,
                    {", ".join(_ENTRY_COLUMNS)})
VALUES (?, ?, ?, ?, ?, ?, ?, {", ".join("?" for _ in _ENTRY_COLUMNS)})
"""
_HOMES = """
SELECT feeds.id, category, platform,
       NOT EXISTS (SELECT 1 FROM entries WHERE entries.feed_id = feeds.id)
FROM json_each(?) CROSS JOIN feeds ON feeds.id = value
"""
_HAVE = """
SELECT feed_id, guid FROM json_each(?) CROSS JOIN entries
ON feed_id = json_extract(value, '$[0]') AND guid = json_extract(value, '$[1]')
"""
_QUEUE = """
INSERT INTO unread(entry_id, category, feed_id)
SELECT entries.id, category, feed_id FROM json_each(?) CROSS JOIN entries ON entries.id = value
"""
_COUNT_CATEGORIES = "UPDATE categories SET total = total + ? WHERE slug = ?"
_COUNT_FEEDS = "UPDATE feeds SET total = total + ? WHERE id = ?"
_COUNT_DAYS = """
INSERT INTO daily_counts(day, category, n) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_COUNT_HOURS = """
INSERT INTO hourly_counts(hour, n) VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_COUNT_WEEKS = """
INSERT INTO weekly_counts(week, feed_id, n) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_SET_PACE = """
INSERT INTO paces(feed_id, ms) SELECT id, ? FROM feeds WHERE id = ?
ON CONFLICT DO UPDATE SET ms = (3 * ms + excluded.ms) / 4
"""
_TAKEN = "SELECT entries.id FROM json_each(?) CROSS JOIN entries ON entries.id = value"
_CHANGE = f"UPDATE entries SET {', '.join(f'{name} = ?' for name in _ENTRY_COLUMNS)} WHERE id = ?"
_INSERT_CONTENT = """
INSERT INTO entry_content(enclosures, text, html, entry_id, indexed) VALUES (?, ?, ?, ?, ?)
"""
_CHANGE_CONTENT = "UPDATE entry_content SET enclosures = ?, text = ?, html = ? WHERE entry_id = ?"
_INDEXED = """
SELECT entries.id, title, summary, author, tags, text
FROM json_each(?) CROSS JOIN entries ON entries.id = value
CROSS JOIN entry_content ON entry_id = entries.id
"""

Row = tuple[object, ...]
ENCLOSURE_FIELDS = ("url", "type", "length", "duration", "title")
RECENT = 30 * 86_400
"""What a new feed brings along is unread if it is no older than that, in seconds."""

LONGEST = 2**31 - 1  # seconds; a feed may claim any number, SQLite holds 64 bits


def apply(
    conn: sqlite3.Connection, plans: Sequence[Plan], *, now: int, judge: Judge | None = None
) -> None:
    """Do what the plans say, all of it or nothing. Plans for feeds that are gone do nothing.

    News and changes are folded into stories at once, a backlog when its text is read (see
    `index.catch_up`). The `judge` is asked of all new entries.
    """
    try:
        _apply(conn, plans, now=now, judge=judge)
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8: too rare to look for before SQLite complains.
        _apply(conn, [encodable(plan) for plan in plans], now=now, judge=judge)


def _apply(
    conn: sqlite3.Connection, plans: Sequence[Plan], *, now: int, judge: Judge | None
) -> None:
    with transaction(conn):
        added = _insert(conn, plans, now=now)
        _rekey(conn, plans)
        _change(conn, [change for plan in plans for change in plan.change])
        conn.executemany(_SET_STATE, [bound((*_state(plan.state), plan.feed_id)) for plan in plans])
        conn.executemany(_LOG, [bound(_log_line(plan, now)) for plan in plans])
        conn.executemany(
            _SET_PACE, [(plan.record.ms, plan.feed_id) for plan in plans if plan.record.ms > 0]
        )
        conn.executemany(
            _SET_HASHES,
            [(plan.hashes, plan.feed_id) for plan in plans if plan.hashes is not None],
        )
        changed = [change.entry_id for plan in plans for change in plan.change]
        told = changed + [entry_id for entry_id, whole in added.items() if whole]
        if told:
            from aggregator.store import stories  # noqa: PLC0415 — 10 ms, where there is news

            stories.fold(conn, told)
        if judge is not None and added:
            from aggregator.store import effects  # noqa: PLC0415 — where there are rules

            effects.judge_new(conn, list(added), judge, now=now)


def _state(state: FeedState) -> Row:
    return (*map(iso_or_none, _times(state)), *_values(state))


def _log_line(plan: Plan, now: int) -> Row:
    record = plan.record
    checked_at = plan.state.checked_at
    return (
        iso(now if checked_at is None else checked_at),
        record.status,
        record.http_status,
        record.new,
        record.updated,
        record.error,
        record.ms,
        record.wire_bytes,
        plan.feed_id,
    )


class _Home(NamedTuple):
    """Where the entries of a feed go."""

    feed_id: int
    category: str
    platform: str | None
    empty: bool


def _insert(conn: sqlite3.Connection, plans: Sequence[Plan], *, now: int) -> dict[int, bool]:
    """Insert in the order of the ids: every table grows in it, and the index wants it.

    Returns the new ids, and whether their text was indexed at once.
    """
    homes = _homes(conn, [plan.feed_id for plan in plans if plan.insert])
    wanted = [
        (homes[plan.feed_id], insert)
        for plan in plans
        if plan.feed_id in homes
        for insert in plan.insert
    ]
    added = _settled(conn, wanted)
    if not added:
        return {}
    first_seen_at = iso(now)
    rows = [
        bound(
            (
                entry_id,
                *home[:3],
                insert.entry.guid,
                iso(insert.published_at),
                first_seen_at,
                *_columns_of(insert.entry),
            )
        )
        for entry_id, home, insert in added
    ]
    conn.executemany(_INSERT, rows)
    backlog = {plan.feed_id for plan in plans if plan.backlog}
    whole = {entry_id: home.feed_id not in backlog for entry_id, home, _ in added}
    contents = [
        (*_content(insert.entry), entry_id, whole[entry_id]) for entry_id, _, insert in added
    ]
    conn.executemany(_INSERT_CONTENT, contents)
    _count(conn, [(iso(insert.published_at)[:13], home) for _, home, insert in added])
    news = [
        entry_id
        for entry_id, home, insert in added
        if insert.news and (home.feed_id not in backlog or insert.published_at >= now - RECENT)
    ]
    conn.execute(_QUEUE, (id_list(news),))
    index.add(conn, list(whole), backlog=not any(whole.values()))
    return whole


def _count(conn: sqlite3.Connection, added: Iterable[tuple[str, _Home]]) -> None:
    """Add new entries, by hour and home, to the counters: a batch at once (see schema.py)."""
    feeds: Counter[int] = Counter()
    categories: Counter[str] = Counter()
    days: Counter[tuple[str, str]] = Counter()
    hours: Counter[str] = Counter()
    weeks: Counter[tuple[str, int]] = Counter()
    for (hour, home), n in Counter(added).items():
        feeds[home.feed_id] += n
        categories[home.category] += n
        days[hour[:10], home.category] += n
        hours[hour] += n
        weeks[_monday(hour[:10]), home.feed_id] += n
    conn.executemany(_COUNT_FEEDS, [(n, feed_id) for feed_id, n in feeds.items()])
    conn.executemany(_COUNT_CATEGORIES, [(n, slug) for slug, n in categories.items()])
    conn.executemany(_COUNT_DAYS, [(*key, n) for key, n in days.items()])
    conn.executemany(_COUNT_HOURS, list(hours.items()))
    conn.executemany(_COUNT_WEEKS, [(*key, n) for key, n in weeks.items()])


@lru_cache(maxsize=4_096)
def _monday(day: str) -> str:
    """Return the Monday of a day's week, as SQLite's date() says it."""
    when = date.fromisoformat(day)
    return date.fromordinal(max(1, when.toordinal() - when.weekday())).isoformat()


def _homes(conn: sqlite3.Connection, feed_ids: Sequence[int]) -> dict[int, _Home]:
    rows = conn.execute(_HOMES, (id_list(feed_ids),)) if feed_ids else ()
    return {row[0]: _Home(*row) for row in rows}


def _settled(
    conn: sqlite3.Connection, wanted: Sequence[tuple[_Home, Insert]]
) -> list[tuple[int, _Home, Insert]]:
    """Leave out what a feed already has; move an id that is taken up to the next free one."""
    have = _have(conn, wanted)
    taken = _taken(conn, [insert.entry_id for _, insert in wanted])
    settled = []
    for home, insert in sorted(wanted, key=lambda pair: pair[1].entry_id):
        key = (home.feed_id, insert.entry.guid)
        if key in have:
            continue
        have.add(key)
        entry_id = insert.entry_id
        while entry_id in taken:
            entry_id += 1
            taken |= _taken(conn, [entry_id])
        taken.add(entry_id)
        settled.append((entry_id, home, insert))
    return settled


def _have(conn: sqlite3.Connection, wanted: Iterable[tuple[_Home, Insert]]) -> set[tuple[int, str]]:
    """Which of these GUIDs are stored: not a question for a feed without entries."""
    pairs = [(home.feed_id, insert.entry.guid) for home, insert in wanted if not home.empty]
    return set(conn.execute(_HAVE, (to_json(pairs),))) if pairs else set()


def _taken(conn: sqlite3.Connection, ids: Sequence[int]) -> set[int]:
    return {row[0] for row in conn.execute(_TAKEN, (id_list(ids),))}


def _rekey(conn: sqlite3.Connection, plans: Iterable[Plan]) -> None:
    """Give entries their new GUIDs, unless another entry of the feed has that one."""
    pairs = [(guid, entry_id) for plan in plans for entry_id, guid in plan.rekey]
    pairs += [(each.entry.guid, each.entry_id) for plan in plans for each in plan.change]
    conn.executemany(
        "UPDATE OR IGNORE entries SET guid = ?1 WHERE id = ?2 AND guid <> ?1",
        pairs,
    )


def _change(conn: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Write new content; what a curator made of the entry is in other tables and stays.

    Only entries of which a reader can search something else than before go through the index.
    """
    if not changes:
        return
    new = {change.entry_id: _searchable(change.entry) for change in changes}
    stored = conn.execute(_INDEXED, (id_list(new),))
    differ = [row[0] for row in stored if tuple(row[1:]) != new[row[0]]]
    with index.reindexed(conn, differ):
        conn.executemany(_CHANGE, [(*_columns_of(each.entry), each.entry_id) for each in changes])
        conn.executemany(
            _CHANGE_CONTENT, [(*_content(each.entry), each.entry_id) for each in changes]
        )


def _searchable(entry: Entry) -> Row:
    return entry.title, entry.summary, entry.author, texts_to_json(entry.tags), entry.text


def _columns_of(entry: Entry) -> Row:
    media = _media(entry.enclosures) if entry.enclosures else None
    return (
        entry.url,
        entry.canonical_url,
        entry.title,
        entry.author,
        iso_or_none(entry.updated),
        entry.summary,
        entry.image,
        media and media.url,
        media and media.type,
        media and media.duration and min(media.duration, LONGEST),
        texts_to_json(entry.tags),
        entry.language,
        entry.rights,
        entry.comments_url,
        bytearray(entry.content_hash),  # see `bound`
    )


def _media(enclosures: Sequence[Enclosure]) -> Enclosure:
    """The first one that can be played, else the first."""
    return next((each for each in enclosures if _plays(each)), enclosures[0])


def _plays(enclosure: Enclosure) -> bool:
    return (enclosure.type or "").startswith(("audio/", "video/"))


def _content(entry: Entry) -> Row:
    return to_json([_packed(each) for each in entry.enclosures]), entry.text, entry.html


def _packed(enclosure: Enclosure) -> dict[str, object]:
    fields = ((name, getattr(enclosure, name)) for name in ENCLOSURE_FIELDS)
    return {name: value for name, value in fields if value is not None}
