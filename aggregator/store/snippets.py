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


LOOKED_AT = 20_000
"""So many other matches between the entries are passed by, at most: some ten milliseconds."""

_MARKED = (
    "highlight(entries_fts, 0, :begin, :end)",
    "highlight(entries_fts, 1, :begin, :end)",
    f"snippet(entries_fts, 4, :begin, :end, '…', {WORDS})",
)
_MEANT = "rowid IN (SELECT value FROM json_each(:ids))"
_EACH = f"""
SELECT rowid, {", ".join(_MARKED)} FROM entries_fts
WHERE entries_fts MATCH :match AND {_MEANT}
"""
# One walk over what matches between the first and the last of them. To look for each begins a
# walk for each: thirty times as much, and seconds where many words begin as is asked.
_WALK = f"""
SELECT rowid, {", ".join(f"iif({_MEANT}, {each}, NULL)" for each in _MARKED)}, {_MEANT}
FROM entries_fts WHERE entries_fts MATCH :match AND rowid BETWEEN :low AND :high
ORDER BY rowid DESC
"""


def snippets(
    conn: sqlite3.Connection, text: str, ids: Sequence[int], *, within: str | None = None
) -> dict[int, Snippet]:
    """Return where these entries match what was searched for, as far as they do.

    The words are the summary where that matches, else the text around the first match. `within` is
    the whole question that found them, with category, feeds and tag: fewer others match that.
    """
    match = search.question(text).match
    if match is None or match == search.NOTHING or not ids:
        return {}
    match = within or match
    found, passed = {}, 0
    for number, title, summary, place, meant in conn.execute(_WALK, _values(match, ids)):
        if meant:
            found[number] = _snippet(title, summary, place)
        passed += not meant
        if passed > LOOKED_AT and '"*' not in match:
            rest = _values(match, [each for each in ids if each not in found])
            return found | {row[0]: _snippet(*row[1:]) for row in conn.execute(_EACH, rest)}
    return found


def _values(match: str, ids: Sequence[int]) -> dict[str, object]:
    between = {"low": min(ids, default=0), "high": max(ids, default=0)}
    return {"match": match, "ids": id_list(ids), "begin": BEGIN, "end": END, **between}


def _snippet(title: str | None, summary: str | None, place: str | None) -> Snippet:
    return Snippet(title or "", _words(summary or "", place or ""))


def _words(summary: str, place: str) -> str:
    return place if BEGIN in place and BEGIN not in summary else summary
