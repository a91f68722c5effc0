"""Where entries match a search: titles and summaries with marks, or the place in the text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from aggregator.store import search
from aggregator.store.base import id_list

BEGIN, END = "\x02", "\x03"
"""Around what matches; no text that is stored has these."""

WORDS = 28
"""So many words of the text are shown around a match."""


class Snippet(NamedTuple):
    """Title and words of an entry, what matches between BEGIN and END."""

    title: str
    words: str


_FOUND = f"""
SELECT rowid, highlight(entries_fts, 0, :begin, :end), highlight(entries_fts, 1, :begin, :end),
  snippet(entries_fts, 4, :begin, :end, '…', {WORDS})
FROM entries_fts
WHERE entries_fts MATCH :match AND rowid IN (SELECT value FROM json_each(:ids))
"""


def snippets(conn: sqlite3.Connection, text: str, ids: Sequence[int]) -> dict[int, Snippet]:
    """Return where these entries match what was searched for, as far as they do.

    The words are the summary where that matches, else the text around the first match.
    """
    match = search.question(text).match
    if match is None or match == search.NOTHING:
        return {}
    values = {"match": match, "ids": id_list(ids), "begin": BEGIN, "end": END}
    return {
        number: Snippet(title or "", _words(summary or "", place or ""))
        for number, title, summary, place in conn.execute(_FOUND, values)
    }


def _words(summary: str, place: str) -> str:
    return place if BEGIN in place and BEGIN not in summary else summary
