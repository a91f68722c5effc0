"""feeds.toml is the truth about subscriptions: bring the table of feeds into line with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from aggregator.model import Source
from aggregator.store.base import iso, to_json, transaction
from aggregator.store.index import reindexed
from aggregator.taxonomy import CATEGORIES, PLATFORMS, platform_of

Row = tuple[object, ...]

LOG_DAYS = 30
LOG_LINES_A_FEED = 50
LOG_LINES_AT_LEAST = 5_000


def sync(
    conn: sqlite3.Connection,
    sources: Sequence[Source],
    *,
    now: int,
    lead: Callable[[str], str] = str,
) -> None:
    """Insert new feeds, update known ones, mark missing ones unsubscribed; write only what differs.

    Entries are always kept. A feed that is subscribed again, unpaused, or has another interval or
    other headers is due at once. `lead` says of an address that is new where its feed is, which may
    be elsewhere when it is a page. Also drops the old lines of the log, once a run.
    """
    wishes = {source.url: _wish(source) for source in sources}
    with transaction(conn):
        _name(conn, wishes.values())
        stored = _stored(conn)
        asked = {url: lead(url) for url in wishes if url not in stored}
        stored = _adopt_addresses(conn, wishes, asked, stored)
        new = [url for url in asked if url not in stored]
        rows = [(url, asked[url], iso(now), iso(0), *wishes[url]) for url in new]
        conn.executemany(_INSERT, rows)
        conn.executemany(
            "UPDATE feeds SET subscribed = 0 WHERE id = ?",
            [(known.id,) for url, known in stored.items() if known.gone_from(wishes)],
        )
        for url, wish in wishes.items():
            if url in stored and stored[url].wish != wish:
                _change(conn, stored[url], wish)
        _prune_log(conn, feeds=len(stored) + len(new), now=now)


class _Wish(NamedTuple):
    """What feeds.toml says of a feed, as the columns of `feeds` hold it."""

    custom_title: str | None
    category: str
    platform: str | None
    tags: str
    every: int | None
    paused: int
    headers: str
    subscribed: int = 1


class _Stored(NamedTuple):
    """A feed as it is in the table: what feeds.toml said of it last time."""

    id: int
    url: str
    feed_url: str
    moved_to: str | None
    wish: _Wish

    def gone_from(self, wishes: Mapping[str, _Wish]) -> bool:
        """Whether it is subscribed, but feeds.toml names it no more."""
        return self.url not in wishes and bool(self.wish.subscribed)


_INSERT = f"""
INSERT INTO feeds(url, feed_url, added_at, next_check_at, {", ".join(_Wish._fields)})
VALUES (?, ?, ?, ?, {", ".join("?" for _ in _Wish._fields)})
"""
_UPDATE = f"UPDATE feeds SET {', '.join(f'{name} = ?' for name in _Wish._fields)} WHERE id = ?"


def _wish(source: Source) -> _Wish:
    platform = source.platform
    if platform is None and (found := platform_of(source.url)):
        platform = found.slug
    return _Wish(
        source.title,
        source.category,
        platform,
        to_json(source.tags),
        source.every,
        int(source.paused),
        to_json(source.headers),
    )


def _stored(conn: sqlite3.Connection) -> dict[str, _Stored]:
    rows = conn.execute(
        f"SELECT id, url, feed_url, moved_to, {', '.join(_Wish._fields)} FROM feeds"
    )
    return {row[1]: _Stored(row[0], row[1], row[2], row[3], _Wish(*row[4:])) for row in rows}


def _adopt_addresses(
    conn: sqlite3.Connection,
    wishes: Mapping[str, _Wish],
    asked: Mapping[str, str],
    stored: dict[str, _Stored],
) -> dict[str, _Stored]:
    """A feed that moved and was corrected in feeds.toml stays itself, with all its entries.

    So does one that is named by its page now. `asked` says where the feeds of new addresses are.
    """
    left = {
        address: known
        for known in stored.values()
        if known.url not in wishes
        for address in (known.moved_to, known.feed_url)
        if address is not None
    }
    moved = {url: left[to] for url, to in asked.items() if to in left}
    conn.executemany(
        "UPDATE OR IGNORE feeds SET url = ?, feed_url = ?, moved_to = NULL, moved_since = NULL "
        "WHERE id = ?",
        [(url, asked[url], known.id) for url, known in moved.items()],
    )
    return _stored(conn) if moved else stored


def _change(conn: sqlite3.Connection, known: _Stored, wish: _Wish) -> None:
    """Write what feeds.toml says now, and carry a new category or platform to the entries."""
    conn.execute(_UPDATE, (*wish, known.id))
    if _asks_anew(known.wish) != _asks_anew(wish):
        # Whoever subscribes again to a feed that was gone wants it tried.
        conn.execute(
            "UPDATE feeds SET next_check_at = ?, gone = 0, "
            "fetch_state = iif(fetch_state = 'gone', 'new', fetch_state) WHERE id = ?",
            (iso(0), known.id),
        )
    if known.wish[1:3] != wish[1:3]:
        _refile(conn, known.id, wish)


def _asks_anew(wish: _Wish) -> tuple[object, ...]:
    return wish.subscribed, wish.paused, wish.every, wish.headers


def _refile(conn: sqlite3.Connection, feed_id: int, wish: _Wish) -> None:
    ids = [row[0] for row in conn.execute("SELECT id FROM entries WHERE feed_id = ?", (feed_id,))]
    with reindexed(conn, ids):
        conn.execute(
            "UPDATE entries SET category = ?, platform = ? WHERE feed_id = ?",
            (wish.category, wish.platform, feed_id),
        )
    conn.execute("UPDATE unread SET category = ? WHERE feed_id = ?", (wish.category, feed_id))


def _name(conn: sqlite3.Connection, wishes: Iterable[_Wish]) -> None:
    """Write the names of categories and platforms where they differ from what is stored."""
    wishes = list(wishes)
    categories: dict[str, Row] = {
        w.category: (w.category, w.category, None, len(CATEGORIES)) for w in wishes
    }
    categories |= {c.slug: (c.slug, c.name, c.icon, c.position) for c in CATEGORIES}
    platforms: dict[str, Row] = {
        w.platform: (w.platform, w.platform, w.category) for w in wishes if w.platform
    }
    platforms |= {p.slug: (p.slug, p.name, p.category) for p in PLATFORMS}
    _write(conn, "categories", ("slug", "name", "icon", "position"), categories.values())
    _write(conn, "platforms", ("slug", "name", "category"), platforms.values())


def _write(
    conn: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> None:
    stored = {tuple(row) for row in conn.execute(f"SELECT {', '.join(columns)} FROM {table}")}
    places = ", ".join("?" for _ in columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    conn.executemany(
        f"INSERT INTO {table}({', '.join(columns)}) VALUES ({places}) "
        f"ON CONFLICT(slug) DO UPDATE SET {updates}",
        [row for row in rows if row not in stored],
    )


def _prune_log(conn: sqlite3.Connection, *, feeds: int, now: int) -> None:
    """Drop lines older than a month, and the oldest when there are very many.

    Numbers of lines grow with time, so both stop at the first line that stays.
    """
    keep = max(LOG_LINES_AT_LEAST, LOG_LINES_A_FEED * feeds)
    (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM fetches").fetchone()
    first = conn.execute(
        "SELECT id FROM fetches WHERE started_at >= ? ORDER BY id LIMIT 1",
        (iso(now - LOG_DAYS * 86_400),),
    ).fetchone()
    conn.execute(
        "DELETE FROM fetches WHERE id < ?", (max(first[0] if first else 0, last - keep + 1),)
    )
