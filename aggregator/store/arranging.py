"""Sort and mix what a selection found: ranks first, then limits for each kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from aggregator.model import Mix, Selection
from aggregator.store.base import id_list

POOL = 5_000
"""So many of the newest entries are ranked; what is older has had its day."""

RANKS = {
    "score": "SELECT entry_id, sum(CAST(rule_effects.value AS INTEGER)) FROM json_each(?) "
    "CROSS JOIN rule_effects ON entry_id = json_each.value WHERE effect = 'score' "
    "GROUP BY entry_id",
    "sources": "SELECT entries.id, sources FROM json_each(?) "
    "CROSS JOIN entries ON entries.id = json_each.value "
    "CROSS JOIN stories ON stories.id = entries.story_id",
}


class Kind(NamedTuple):
    """What a mix looks at in an entry: the first of the wide columns."""

    id: int
    feed_id: int
    tags: str
    category: str
    platform: str | None
    story_id: int | None


def is_plain(selection: Selection) -> bool:
    """Whether entries are wanted as they come: by age, as many of a kind as there are."""
    return selection.sort not in RANKS and selection.mix == Mix()


def arranged(
    conn: sqlite3.Connection, selection: Selection, rows: Iterator[Sequence[Any]]
) -> list[int]:
    """Return the ids of a selection's entries in its order, mixed as it says."""
    kinds: Iterable[Kind] = (Kind(*row[: len(Kind._fields)]) for row in rows)
    if selection.sort in RANKS:
        kinds = _ranked(conn, RANKS[selection.sort], list(islice(kinds, POOL)))
    from aggregator.judge import mix  # noqa: PLC0415 — a fetch selects nothing (10 ms)

    return [each.id for each in mix(kinds, selection.mix, selection.limit)]


def _ranked(conn: sqlite3.Connection, sql: str, kinds: list[Kind]) -> list[Kind]:
    """Return entries by rank, the highest first; of equals the newest. No rank is rank 0."""
    ranks = dict(conn.execute(sql, (id_list(each.id for each in kinds),)).fetchall())
    return sorted(kinds, key=lambda each: (-ranks.get(each.id, 0), -each.id))
