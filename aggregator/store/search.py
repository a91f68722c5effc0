"""A reader's words as a question to the full-text index. Pure.

    words            all of them         "a phrase"   these words in this order
    -word -"phrase"  none of these       word*        words that begin so, see PREFIX_LETTERS

Every word is quoted, so no text is ever an error of FTS5's syntax: AND, NEAR, brackets, colons and
the like are words or nothing. https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PREFIX_LETTERS = 3
"""Two of the Latin alphabet begin so many words that to gather them takes seconds."""

PREFIX_SIGNS = 2
"""Of other scripts: two signs are a word of Chinese or Japanese, where no blanks are."""

NOTHING = '""'  # FTS5's way to ask for what no entry has

# An optional minus, then a phrase (its end may be missing) or a word, then an optional star.
_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))(?P<star>\*?)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to look for: entries must match `match` and must not match `exclude`.

    FTS5 can't ask for exclusions alone, so those are apart; both None restricts nothing.
    """

    match: str | None = None
    exclude: str | None = None


def question(text: str) -> Question:
    """Return what to ask the index for these words; any text at all is allowed."""
    wanted: list[str] = []
    unwanted: list[str] = []
    parts = list(_PART.finditer(_plain(text)))
    for part in parts:
        if term := _term(part):
            (unwanted if part["minus"] else wanted).append(term)
    if not parts:
        return Question()
    if not wanted and not unwanted:
        return Question(match=NOTHING)
    return Question(match=" ".join(wanted) or None, exclude=" OR ".join(unwanted) or None)


def phrase(text: str) -> str | None:
    """Return text as one quoted phrase; None when the index would find no word in it."""
    plain = _plain(text).replace('"', " ")
    return f'"{plain}"' if any(map(_is_token, plain)) else None


def _plain(text: str) -> str:
    """Text without what SQLite can't take: half surrogate pairs, NUL and other controls."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)


def _term(part: re.Match[str]) -> str | None:
    inner = part["phrase"] if part["word"] is None else part["word"]
    stem = inner.rstrip("*")
    quoted = phrase(stem)
    starred = part["star"] or inner != stem
    letters = sum(map(_is_token, stem))
    enough = PREFIX_LETTERS if stem.isascii() else PREFIX_SIGNS
    if quoted and starred and letters >= enough and _is_token(stem[-1]):
        return quoted + "*"
    return quoted


def _is_token(letter: str) -> bool:
    """Whether `unicode61` makes words of this character: letters, digits, private use."""
    category = unicodedata.category(letter)
    return category[0] in "LN" or category == "Co"
