"""Read stories back: the weightiest of some days, one with all its entries, and who shares one."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from aggregator.curation import Story
from aggregator.model import StoredEntry
from aggregator.store.base import epoch_of, id_list, iso
from aggregator.store.selection import hydrate
from aggregator.stories import is_discussion, unpacked, weight

LOOKED_AT = 2_000
"""So many stories are ranked, the last to be told of: the cost does not grow with the table."""

_COLUMNS = """
stories.id, entry_id, stories.entries, sources, discussions, first_at, last_at, score
"""
_RECENT = f"""
SELECT {_COLUMNS} FROM stories INDEXED BY stories_last
CROSS JOIN entries ON entries.id = entry_id
WHERE last_at >= :since AND (:category IS NULL OR category = :category) AND NOT hidden
ORDER BY last_at DESC LIMIT {LOOKED_AT}
"""
_ONE = f"""
SELECT {_COLUMNS} FROM stories
WHERE id = coalesce((SELECT story_id FROM entries WHERE entries.id = :id), :id)
"""
_MEMBERS = """
SELECT entries.id, marks FROM entries CROSS JOIN story_marks ON entry_id = entries.id
WHERE story_id = ? AND NOT hidden ORDER BY entries.id
"""
_SHARED = """
SELECT entries.id, stories.id, sources, stories.entries
FROM json_each(?) CROSS JOIN entries ON entries.id = value
CROSS JOIN stories ON stories.id = story_id
"""


class Told(NamedTuple):
    """How far the story of an entry is told."""

    story_id: int
    sources: int
    entries: int


def ranked(
    conn: sqlite3.Connection,
    *,
    since: int | None = None,
    category: str | None = None,
    limit: int = 30,
    now: int | None = None,
) -> list[Story]:
    """Return the weightiest stories that were told of since, without their members.

    Weight is how many independent sources there are and how soon they followed each other, halved
    for every day of silence until `now` (the last word of all, unless given).
    """
    values = {"since": "" if since is None else iso(since), "category": category}
    rows = conn.execute(_RECENT, values).fetchall()
    if not rows:
        return []
    present = epoch_of(rows[0][6]) if now is None else now
    told = [_Row(*row) for row in rows]
    told.sort(key=lambda row: weight(row.score, epoch_of(row.last_at), now=present), reverse=True)
    chosen = told[:limit]
    found = hydrate(conn, [row.entry_id for row in chosen], content=False)
    return [_story(row, entry) for row, entry in zip(chosen, found, strict=True)]


def story(conn: sqlite3.Connection, story_id: int) -> Story | None:
    """Return a story with its members, oldest first; the number may be that of any of its entries.

    None where there is none: an entry alone is no story.
    """
    row = conn.execute(_ONE, {"id": story_id}).fetchone()
    members = dict(conn.execute(_MEMBERS, (row[0],)).fetchall()) if row else {}
    found = hydrate(conn, list(members), content=False)
    if not found:
        return None
    told = _Row(*row)
    standing = next((each for each in found if each.id == told.entry_id), found[0])
    discussing = tuple(each for each, packed in members.items() if is_discussion(unpacked(packed)))
    return replace(_story(told, standing), members=tuple(found), discussing=discussing)


def shared(conn: sqlite3.Connection, ids: Collection[int]) -> dict[int, Told]:
    """Return which of these entries are in a story, and how far that is told."""
    return {row[0]: Told(*row[1:]) for row in conn.execute(_SHARED, (id_list(ids),))}


class _Row(NamedTuple):
    id: int
    entry_id: int
    entries: int
    sources: int
    discussions: int
    first_at: str
    last_at: str
    score: float


def _story(row: _Row, entry: StoredEntry) -> Story:
    return Story(
        id=row.id,
        entry=entry,
        entries=row.entries,
        sources=row.sources,
        discussions=row.discussions,
        first_at=epoch_of(row.first_at),
        last_at=epoch_of(row.last_at),
        score=row.score,
    )
