"""What rules look at, gathered for many entries at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from aggregator.judge import Facts, Judge, Text
from aggregator.model import Mix
from aggregator.refine.text import text_of
from aggregator.store import selection
from aggregator.store.base import epoch_of, id_list

_FACTS = """
SELECT entries.id, feed_id, entries.category, entries.platform, published_at,
       entries.title, author, entries.url, entries.tags, entries.language, media_url, media_type,
       duration, feeds.title, feeds.url, feeds.feed_url, feeds.site_url, feeds.tags,
       {earlier}, {text}
FROM json_each(?) CROSS JOIN entries ON entries.id = value
CROSS JOIN feeds ON feeds.id = feed_id {content}
"""
# The text of a new feed's entries is stored later than they are: till then it is in the HTML.
_TEXT = "summary, entry_content.text, iif(entry_content.text = '', html, '')"
_CONTENT = "LEFT JOIN entry_content ON entry_id = entries.id"
# An id begins with the time of publication: the entries of a feed on a day are a range of them.
_EARLIER = """
(SELECT count(*) FROM entries AS other INDEXED BY entries_feed
 WHERE other.feed_id = entries.feed_id AND other.id < entries.id
 AND other.id >= (((entries.id >> 20) / 86400) * 86400) << 20)
"""


def gather(conn: sqlite3.Connection, ids: Sequence[int], judge: Judge, *, now: int) -> list[Facts]:
    """Return the facts of these entries, the costlier ones only where a rule needs them."""
    sql = _FACTS.format(
        text=_TEXT if judge.text else "'', '', ''",
        earlier=_EARLIER if judge.earlier else "0",
        content=_CONTENT if judge.text else "",
    )
    views = _views(conn, ids, judge, now=now)
    return [_facts(row, views) for row in conn.execute(sql, (id_list(ids),))]


def _views(
    conn: sqlite3.Connection, ids: Sequence[int], judge: Judge, *, now: int
) -> dict[int, frozenset[str]]:
    """Return by which views entries are selected; how many a view shows is of no account."""
    found: dict[int, frozenset[str]] = {}
    for view in judge.views:
        asked = replace(view.at(now), ids=tuple(ids), limit=len(ids), sort="newest", mix=Mix())
        for entry_id in selection.chosen(conn, asked, hidden=True):
            found[entry_id] = found.get(entry_id, frozenset()) | {view.slug}
    return found


def _facts(row: Sequence[Any], views: dict[int, frozenset[str]]) -> Facts:
    title = row[5]
    return Facts(
        id=row[0],
        feed_id=row[1],
        category=row[2],
        platform=row[3],
        published_at=epoch_of(row[4]),
        title=Text(title),
        author=Text(row[6] or ""),
        url=Text(row[7] or ""),
        tags=(*_tags(row[8]), *_tags(row[17])),
        language=row[9],
        media_url=row[10],
        media_type=row[11],
        duration=row[12],
        feeds=_texts(*row[13:17]),
        text=Text(_words(title, *row[19:])),
        earlier=row[18],
        views=views.get(row[0], frozenset()),
    )


def _words(title: str, summary: str, text: str | None, html: str | None) -> str:
    return f"{title}\n{text or (html and text_of(html)) or summary}"


# Entries come by the feed: what is said of feeds is read, and folded, once.
@lru_cache(maxsize=2048)
def _texts(*texts: str | None) -> tuple[Text, ...]:
    return tuple(Text(text) for text in texts if text)


@lru_cache(maxsize=4096)
def _tags(tags: str) -> tuple[Text, ...]:
    return tuple(Text(tag) for tag in json.loads(tags)) if tags != "[]" else ()
