"""Entries read back, newest first, in pages: what a page costs does not grow with the table.

First the ids, by the one index that fits (`drivers`), then whole rows for those that are shown
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
from typing import Any

from aggregator.model import Enclosure, Selection, StoredEntry
from aggregator.refine.text import text_of
from aggregator.store import search
from aggregator.store.arranging import arranged, is_plain
from aggregator.store.base import epoch_of, epoch_or_none, id_list
from aggregator.store.drivers import driver, statement
from aggregator.store.feeds import mentions

PAGE = 500
"""So many ids are asked for at once when only some of them will be kept, after the first."""

LOOKED_AT = 20_000
"""So many candidates are looked at, at most, to fill a selection with a limit per feed."""

TOKENS = 200
"""So many feeds are named to the full-text index; above that they are compared afterwards."""

FEW = 500
"""So many marked entries are looked up in the full-text index one by one, and not the reverse."""

_HIGHEST = 2**63 - 1

Row = Sequence[Any]


def entries(
    conn: sqlite3.Connection, selection: Selection, *, content: bool = False
) -> list[StoredEntry]:
    """Return the entries that are meant, in its order; with `content`, also text and HTML."""
    ids = chosen(conn, selection)
    found: list[StoredEntry] = []
    for start in range(0, len(ids), PAGE):
        found += hydrate(conn, ids[start : start + PAGE], content=content)
    return found


def entry(conn: sqlite3.Connection, entry_id: int) -> StoredEntry | None:
    """Return one entry with all its content, hidden or not."""
    return next(iter(hydrate(conn, [entry_id], content=True)), None)


def chosen(conn: sqlite3.Connection, selection: Selection, *, hidden: bool = False) -> list[int]:
    """Return the ids of the entries that are meant, in order; with `hidden`, hidden ones too."""
    asked = ask(conn, selection, hidden=hidden)
    if asked is None:
        return []
    limit = _fitting(selection.limit)
    kept = (row for row in candidates(conn, asked, limit) if asked.keep(row))
    if not is_plain(selection):
        return arranged(conn, selection, kept)
    return [row[0] for row in islice(kept, limit)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A selection as a statement, and what only Python can decide of its candidates.

    `sql` takes `:limit` and the bounds `:low` and `:high`, between which ids have to be; it gives
    the columns of `drivers`. `window` is how many candidates are looked at; None says that each
    of them is kept. `upwards` says that the lowest ids come first.
    """

    sql: str
    values: dict[str, Any]
    window: int | None = None
    keep: Callable[[Row], bool] = lambda _row: True
    upwards: bool = False


def candidates(conn: sqlite3.Connection, asked: Asked, limit: int) -> Iterator[Row]:
    """Yield the rows of candidates in order, page below page (above page, if upwards)."""
    size = limit if asked.window is None else min(PAGE, 2 * limit)
    left = asked.window or 0
    bounds: dict[str, int] = {}
    while size and left >= 0:
        rows = conn.execute(asked.sql, asked.values | bounds | {"limit": size}).fetchall()
        yield from rows
        if asked.window is None or len(rows) < size:
            return
        bounds = {"low": rows[-1][0] + 1} if asked.upwards else {"high": rows[-1][0]}
        left, size = left - size, PAGE


def ask(conn: sqlite3.Connection, selection: Selection, *, hidden: bool = False) -> Asked | None:
    """Return the statement for a selection; None when nothing can be meant."""
    question = search.question(selection.search or "")
    feed_ids = _feed_ids(conn, selection)
    if feed_ids == [] or question.match == search.NOTHING:
        return None
    tag = None if selection.tag is None else _Tag(conn, selection.tag, own=selection.own_tags)
    match = _match(selection, question, feed_ids, tag)
    own = tag.own if tag and match else []
    tests = _tests(selection, tag)
    pooled = not is_plain(selection)
    shared = selection.max_per_feed is not None and pooled
    name = driver(
        selection, match, feed_ids, by_hand=bool(tests) or shared, few=_few_marks(conn, selection)
    )
    if selection.max_per_feed is not None and name != "feeds":
        tests.append(_Share(selection.max_per_feed).fits)
    values: dict[str, Any] = _bounds(selection) | {
        "exclude": None if match and not own else question.exclude,
        "category": selection.category,
        "platform": selection.platform,
        "feeds": None if feed_ids is None else id_list(feed_ids),
        "feed": feed_ids[0] if feed_ids else None,
        "each": _fitting(selection.max_per_feed or (LOOKED_AT if pooled else selection.limit)),
        "ids": id_list(selection.ids),
        "match": None if own else match,
        "tagged": match if own else None,
        "own": id_list(own),
        "words": _match(selection, question, feed_ids, None) if own else None,
        "starred": selection.starred,
        "unread": selection.unread,
        "min_score": None if selection.min_score is None else _fitting(selection.min_score),
        "hidden": hidden,
    }
    name = "tagged" if own and name == "match" else name
    sql = statement(name, values, wide=pooled or _looks_closer(selection))
    upwards = selection.sort == "oldest"
    return Asked(
        sql=sql.replace(" DESC", " ASC") if upwards else sql,
        values=values,
        upwards=upwards,
        window=_window(tests, tag, pooled=pooled),
        keep=lambda row: all(test(row) for test in tests),
    )


def question_of(conn: sqlite3.Connection, selection: Selection) -> str | None:
    """Return what the full-text index is asked for a selection; None where that is not all."""
    asked = ask(conn, selection)
    return asked.values["match"] if asked else None


def _few_marks(conn: sqlite3.Connection, selection: Selection) -> bool:
    """Whether so few entries are starred or unread, as it is asked, that each can be looked at."""
    table = "stars" if selection.starred else "unread"
    words = selection.search or ""
    # A beginning of words is gathered anew each time that one is looked up.
    if not words or "*" in words or not (selection.starred or selection.unread):
        return False
    row = conn.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)", (FEW + 1,))
    return bool(row.fetchone()[0] <= FEW)


def _window(tests: list[Callable[[Row], bool]], tag: _Tag | None, *, pooled: bool) -> int | None:
    """Return how many candidates to look at: of one tag all, else no more than has an end."""
    if not tests and not pooled:
        return None
    return sys.maxsize if len(tests) == 1 and tag and not pooled else LOOKED_AT


def _tests(selection: Selection, tag: _Tag | None) -> list[Callable[[Row], bool]]:
    """Return what no statement decides."""
    tests: list[Callable[[Row], bool]] = []
    if tag:
        tests.append(tag.fits)
    if selection.language is None and selection.media is None:
        return tests
    from aggregator.judge import media, speaks  # noqa: PLC0415 — a fetch selects nothing (10 ms)

    if (language := selection.language) is not None:
        tests.append(lambda row: speaks(row[_LANGUAGE], language.lower()))
    if (kind := selection.media) is not None:
        tests.append(lambda row: media(row[_MEDIA_TYPE], row[_MEDIA_URL], row[_PLATFORM]) == kind)
    return tests


def _looks_closer(selection: Selection) -> bool:
    return selection.language is not None or selection.media is not None


# Where the wide columns of `drivers` stand.
_PLATFORM, _LANGUAGE, _MEDIA_TYPE, _MEDIA_URL = 4, 6, 7, 8


_OWN = "SELECT 1 FROM entry_tags WHERE entry_id = ? AND tag IN (SELECT value FROM json_each(?))"


class _Share:
    """So many entries of each feed, the newest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.seen: Counter[int] = Counter()

    def fits(self, row: Row) -> bool:
        self.seen[row[1]] += 1
        return self.seen[row[1]] <= self.most


class _Tag:
    """A tag that an entry has itself, by its feed or by the curator's hand, in whatever case."""

    def __init__(self, conn: sqlite3.Connection, tag: str, *, own: bool) -> None:
        self.conn = conn
        self.folded = tag.casefold()
        self.phrase = search.phrase(tag)
        rows = conn.execute("SELECT id, tags FROM feeds WHERE tags <> '[]'")
        self.feed_ids = {feed_id for feed_id, tags in rows if self._among(tags)}
        theirs = conn.execute("SELECT DISTINCT tag FROM entry_tags") if own else ()
        self.own = [each for (each,) in theirs if each.casefold() == self.folded]

    def fits(self, row: Row) -> bool:
        return row[1] in self.feed_ids or self._among(row[2]) or self._is_own(row[0])

    def _is_own(self, entry_id: int) -> bool:
        values = (entry_id, id_list(self.own))
        return bool(self.own and self.conn.execute(_OWN, values).fetchone())

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
    if selection.platform is not None and (word := search.phrase(f"plat{selection.platform}")):
        parts.append(_terms([word]))
    if selection.author is not None:
        parts.append(_author(selection.author))
    if not parts:
        return None
    if selection.category is not None and (word := search.phrase(f"cat{selection.category}")):
        parts.append(_terms([word]))
    if feed_ids is not None and len(feed_ids) <= TOKENS:
        parts.append(_terms(_feed_words(feed_ids)))
    found = " AND ".join(parts)
    return f"({found}) NOT ({question.exclude})" if question.exclude else found


def _author(text: str) -> str:
    """Return the question for who wrote it: all of these words, in whatever order."""
    words = [phrase for word in text.split() if (phrase := search.phrase(word))]
    return f"(author : ({' AND '.join(words)}))" if words else search.NOTHING


def _terms(words: Iterable[str]) -> str:
    return f"(terms : ({' OR '.join(words)}))"


def _feed_words(feed_ids: Iterable[int]) -> list[str]:
    return [f"feed{feed_id}" for feed_id in feed_ids]


def _feed_ids(conn: sqlite3.Connection, selection: Selection) -> list[int] | None:
    """Return the feeds that are meant, None for all: no test of feeds is needed then."""
    wanted = selection.feed
    if wanted is None and selection.max_per_feed is None:
        return None
    numbered = wanted is not None and wanted.isdecimal()
    rows = conn.execute(
        f"SELECT id, category, title, url, site_url FROM feeds {'WHERE id = ?' * numbered}",
        (_fitting(int(wanted)),) if wanted and numbered else (),
    )
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
    if values.get("html") and not values["text"]:
        values["text"] = text_of(values["html"])  # see index.catch_up
    return StoredEntry(**values)


_FIELDS = tuple(StoredEntry.__dataclass_fields__)
