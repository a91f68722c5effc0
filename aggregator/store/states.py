"""What the owner made of entries that are about to be shown: unread, starred, tagged, on lists."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from aggregator.store.base import id_list


class State(NamedTuple):
    """The marks of one entry; `tags` are the owner's own, `lists` how many lists have it."""

    unread: bool = False
    starred: bool = False
    tags: tuple[str, ...] = ()
    lists: int = 0


_STATES = """
SELECT value,
  EXISTS (SELECT 1 FROM unread WHERE entry_id = value),
  EXISTS (SELECT 1 FROM stars WHERE entry_id = value),
  (SELECT group_concat(tag, char(10)) FROM entry_tags WHERE entry_id = value),
  (SELECT count(*) FROM list_items CROSS JOIN lists ON lists.id = list_id
   WHERE entry_id = value AND list_items.removed_at IS NULL AND lists.removed_at IS NULL)
FROM json_each(?)
"""


def states(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, State]:
    """Return the marks of these entries, by number; what costs does not grow with the tables."""
    rows = conn.execute(_STATES, (id_list(ids),))
    return {
        number: State(bool(unread), bool(starred), tuple(tags.split("\n")) if tags else (), lists)
        for number, unread, starred, tags, lists in rows
    }
