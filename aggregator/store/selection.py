"""Entries read back, newest first, in pages: what a page costs does not grow with the table.

First the ids, by the one index that fits (`candidates`), then whole rows for those that are shown
(`hydrate`). Ids fall with age, so "newest first" is the order of every index, of the table and of
the full-text index; a page goes on below the last id. Never OFFSET, a count, or a rank over all.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from aggregator.model import Enclosure, Selection, StoredEntry
from aggregator.store import search
from aggregator.store.base import epoch_of, epoch_or_none, id_list
from aggregator.store.feeds import mentions

PAGE = 500
"""So many ids are asked for at once when only some of them will be kept."""

LOOKED_AT = 20_000
"""So many candidates are looked at, at most, to fill a selection with a limit per feed."""

TOKENS = 200
"""So many feeds are named to the full-text index; above that they are compared afterwards."""

_HIGHEST = 2**63 - 1

Row = Sequence[Any]


def entries(
    conn: sqlite3.Connection, selection: Selection, *, content: bool = False
) -> list[StoredEntry]:
    """Return the entries that are meant, newest first; with `content`, also text and HTML."""
    ids = chosen(conn, selection)
    found: list[StoredEntry] = []
    for start in range(0, len(ids), PAGE):
        found += hydrate(conn, ids[start : start + PAGE], content=content)
    return found


def entry(conn: sqlite3.Connection, entry_id: int) -> StoredEntry | None:
    """Return one entry with all its content, hidden or not."""
    return next(iter(hydrate(conn, [entry_id], content=True)), None)


def chosen(conn: sqlite3.Connection, selection: Selection) -> list[int]:
    """Return the ids of the entries that are meant, newest first."""
    asked = ask(conn, selection)
    if asked is None:
        return []
    limit = _fitting(selection.limit)
    kept = (row[0] for row in candidates(conn, asked, limit) if asked.keep(row))
    return list(islice(kept, limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A selection as a statement, and what only Python can decide of its candidates.

    `sql` takes `:limit` and `:high`, below which ids have to be; it gives id, feed and tags.
    `window` is how many candidates are looked at; None says that each of them is kept.
    """

    sql: str
    values: dict[str, Any]
    window: int | None = None
    keep: Callable[[Row], bool] = lambda _row: True


def candidates(conn: sqlite3.Connection, asked: Asked, limit: int) -> Iterator[Row]:
    """Yield rows of id, feed and tags, newest first, page below page."""
    size = limit if asked.window is None else PAGE
    values = asked.values | {"limit": size}
    for _page in range((asked.window or 1) // size + 1 if size else 0):
        rows = conn.execute(asked.sql, values).fetchall()
        yield from rows
        if asked.window is None or len(rows) < size:
            return
        values["high"] = rows[-1][0]


def ask(conn: sqlite3.Connection, selection: Selection) -> Asked | None:
    """Return the statement for a selection; None when nothing can be meant."""
    question = search.question(selection.search or "")
    feed_ids = _feed_ids(conn, selection)
    if feed_ids == [] or question.match == search.NOTHING:
        return None
    tag = None if selection.tag is None else _Tag(conn, selection.tag)
    match = _match(selection, question, feed_ids, tag)
    values: dict[str, Any] = _bounds(selection) | {
        "exclude": question.exclude,
        "category": selection.category,
        "feeds": None if feed_ids is None else id_list(feed_ids),
        "feed": feed_ids[0] if feed_ids else None,
        "each": _fitting(selection.max_per_feed or selection.limit),
        "ids": id_list(selection.ids),
        "match": match,
    }
    name = _driver(selection, match, feed_ids, tag)
    filters = [
        _FILTERS[key]
        for key in ("exclude", "category", "feeds")
        if values[key] is not None and key not in _DRIVERS[name].covers
    ]
    if name == "ids" and match:
        filters.append(_FILTERS["match"])
    sql = _DRIVERS[name].sql.replace("{filters}", "".join(f" AND {each}" for each in filters))
    return Asked(sql=sql, values=values, **_by_hand(name, selection, tag))


class _Driver(NamedTuple):
    """A statement that yields candidates in order, and which filters it makes needless."""

    sql: str
    covers: tuple[str, ...] = ()


_BOUNDS = "entries.id < :high AND entries.id >= :low AND NOT hidden{filters}"
_DRIVERS = {
    "river": _Driver(
        f"SELECT id, feed_id, tags FROM entries WHERE {_BOUNDS} ORDER BY id DESC LIMIT :limit"
    ),
    "category": _Driver(
        "SELECT id, feed_id, tags FROM entries INDEXED BY entries_category "
        f"WHERE category = :category AND {_BOUNDS} ORDER BY id DESC LIMIT :limit",
        ("category",),
    ),
    "feed": _Driver(
        "SELECT id, feed_id, tags FROM entries INDEXED BY entries_feed "
        f"WHERE feed_id = :feed AND {_BOUNDS} ORDER BY id DESC LIMIT :limit",
        ("category", "feeds"),
    ),
    # The newest of each feed, then the newest of those: sorts what is shown, not what is stored.
    "feeds": _Driver(
        "SELECT chosen.id, chosen.feed_id, chosen.tags FROM json_each(:feeds) AS wanted "
        "CROSS JOIN entries AS chosen ON chosen.id IN ("
        "SELECT id FROM entries INDEXED BY entries_feed "
        f"WHERE feed_id = wanted.value AND {_BOUNDS} ORDER BY id DESC LIMIT :each"
        ") ORDER BY chosen.id DESC LIMIT :limit",
        ("category", "feeds"),
    ),
    "match": _Driver(
        "SELECT entries.id, feed_id, tags FROM entries_fts "
        "CROSS JOIN entries ON entries.id = entries_fts.rowid "
        "WHERE entries_fts MATCH :match AND entries_fts.rowid < :high "
        f"AND entries_fts.rowid >= :low AND {_BOUNDS} "
        "ORDER BY entries_fts.rowid DESC LIMIT :limit"
    ),
    "ids": _Driver(
        "SELECT id, feed_id, tags FROM entries "
        f"WHERE id IN (SELECT value FROM json_each(:ids)) AND {_BOUNDS} "
        "ORDER BY id DESC LIMIT :limit"
    ),
}
_ONE_IN_INDEX = "(SELECT 1 FROM entries_fts WHERE entries_fts MATCH {} AND rowid = entries.id)"
_FILTERS = {
    "category": "category = :category",
    "feeds": "feed_id IN (SELECT value FROM json_each(:feeds))",
    "exclude": f"NOT EXISTS {_ONE_IN_INDEX.format(':exclude')}",
    "match": f"EXISTS {_ONE_IN_INDEX.format(':match')}",
}


def _driver(
    selection: Selection, match: str | None, feed_ids: list[int] | None, tag: _Tag | None
) -> str:
    """Return which statement yields the fewest candidates that are not wanted."""
    if selection.ids:
        return "ids"
    if match:
        return "match"
    if feed_ids is not None and len(feed_ids) == 1 and selection.max_per_feed is None:
        return "feed"
    if feed_ids is not None and tag is None:
        return "feeds"
    return "category" if selection.category is not None else "river"


def _by_hand(name: str, selection: Selection, tag: _Tag | None) -> dict[str, Any]:
    """Return window and keep for what the statement does not decide."""
    tests: list[Callable[[Row], bool]] = []
    if tag:
        tests.append(tag.fits)
    if selection.max_per_feed is not None and name != "feeds":
        tests.append(_Share(selection.max_per_feed).fits)
    if not tests:
        return {}
    window = LOOKED_AT if len(tests) > 1 or tag is None else sys.maxsize
    return {"window": window, "keep": lambda row: all(test(row) for test in tests)}


class _Share:
    """So many entries of each feed, the newest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.seen: Counter[int] = Counter()

    def fits(self, row: Row) -> bool:
        self.seen[row[1]] += 1
        return self.seen[row[1]] <= self.most


class _Tag:
    """A tag that an entry has itself or by its feed, in whatever case."""

    def __init__(self, conn: sqlite3.Connection, tag: str) -> None:
        self.folded = tag.casefold()
        self.phrase = search.phrase(tag)
        rows = conn.execute("SELECT id, tags FROM feeds WHERE tags <> '[]'")
        self.feed_ids = {feed_id for feed_id, tags in rows if self._among(tags)}

    def fits(self, row: Row) -> bool:
        return row[1] in self.feed_ids or self._among(row[2])

    def _among(self, tags: str) -> bool:
        return any(each.casefold() == self.folded for each in json.loads(tags))


def _match(
    selection: Selection,
    question: search.Question,
    feed_ids: list[int] | None,
    tag: _Tag | None,
) -> str | None:
    """Return the question to the full-text index, None when it has nothing to look for.

    Category, feeds and tag are words of the index too, so a search within them is one question.
    """
    parts = []
    if question.match:
        parts.append(f"({question.match})")
    if tag and tag.phrase and len(tag.feed_ids) <= TOKENS:
        parts.append(_terms([tag.phrase, *_feed_words(tag.feed_ids)]))
    if not parts:
        return None
    if selection.category is not None and (word := search.phrase(f"cat{selection.category}")):
        parts.append(_terms([word]))
    if feed_ids is not None and len(feed_ids) <= TOKENS:
        parts.append(_terms(_feed_words(feed_ids)))
    found = " AND ".join(parts)
    return f"({found}) NOT ({question.exclude})" if question.exclude else found


def _terms(words: Iterable[str]) -> str:
    return f"(terms : ({' OR '.join(words)}))"


def _feed_words(feed_ids: Iterable[int]) -> list[str]:
    return [f"feed{feed_id}" for feed_id in feed_ids]


def _feed_ids(conn: sqlite3.Connection, selection: Selection) -> list[int] | None:
    """Return the feeds that are meant, None for all: no test of feeds is needed then."""
    wanted = selection.feed
    if wanted is None and selection.max_per_feed is None:
        return None
    rows = conn.execute("SELECT id, category, title, url, site_url FROM feeds")
    return [
        feed_id
        for feed_id, category, *texts in rows
        if selection.category in {None, category} and _is_meant(wanted, feed_id, texts)
    ]


def _is_meant(wanted: str | None, feed_id: int, texts: Sequence[str | None]) -> bool:
    if wanted is not None and wanted.isdecimal():
        return int(wanted) == feed_id
    return mentions(wanted, texts)


def _bounds(selection: Selection) -> dict[str, int]:
    """Return the range of ids: a time of publication is the upper part of an id."""
    low = -_HIGHEST if selection.since is None else selection.since << 20
    high = _HIGHEST if selection.until is None else selection.until << 20
    if selection.before is not None:
        high = min(high, selection.before)
    return {"low": _fitting(low), "high": _fitting(high)}


def _fitting(number: int) -> int:
    """Return the nearest number that SQLite can hold."""
    return max(-_HIGHEST, min(number, _HIGHEST))


_STORED = (
    "entries.id",
    "feed_id",
    "feeds.title AS source",
    "feeds.site_url AS source_url",
    "entries.category",
    "entries.platform",
    "guid",
    "entries.url",
    "entries.title",
    "author",
    "published_at",
    "updated_at",
    "first_seen_at",
    "summary",
    "image",
    "enclosures",
    "entries.tags",
    "entries.language",
    "rights",
    "comments_url",
)


def hydrate(conn: sqlite3.Connection, ids: Sequence[int], *, content: bool) -> list[StoredEntry]:
    """Return whole entries in the order of these ids."""
    columns = [*_STORED, "html", "text"] if content else _STORED
    rows = conn.execute(
        f"SELECT {', '.join(columns)} FROM json_each(?) CROSS JOIN entries ON entries.id = value "
        "CROSS JOIN feeds ON feeds.id = feed_id "
        "LEFT JOIN entry_content ON entry_id = entries.id",
        (id_list(ids),),
    )
    found = {row[0]: _stored(row) for row in rows}
    return [found[entry_id] for entry_id in ids if entry_id in found]


def _stored(row: Row) -> StoredEntry:
    values = dict(zip(_FIELDS, row, strict=False))
    values["published_at"] = epoch_of(values["published_at"])
    values["first_seen_at"] = epoch_of(values["first_seen_at"])
    values["updated_at"] = epoch_or_none(values["updated_at"])
    values["tags"] = tuple(json.loads(values["tags"]))
    files = json.loads(values["enclosures"] or "[]")
    values["enclosures"] = tuple(Enclosure(**file) for file in files)
    return StoredEntry(**values)


_FIELDS = tuple(StoredEntry.__dataclass_fields__)
