"""The beginning of a text as a few phrases, which its copies elsewhere have too.

A copy has a line in front, a word edited, an end cut off; so the whole can't be compared. The
longest words of the beginning are found in every copy, wherever they stand in it, and each brings
its neighbours along.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"\w+")

LEAD = 512
"""So many letters are looked at."""

LEAST = 48
"""A text of fewer words may be anybody's: a greeting, a warning about cookies."""

_SHORTEST = 120  # letters; fewer are never that many words, not even without blanks
_CLAUSES = 9
_LONG = 7
_PHRASE = 2  # longest words that make one phrase
_NEAR = 2  # words before and after each of them


def phrases_of(text: str) -> tuple[str, ...]:
    """Return two phrases of a text, none of a short one. Texts with one in common are copies."""
    if len(text) < _SHORTEST:
        return ()
    lead = text[:LEAD].casefold()
    words = lead.split()
    near = _NEAR
    if len(words) < LEAST:
        near = 0
        words = [] if lead.isascii() else _RUN.findall(lead)
        if not _is_dense(words):
            return ()
    long = list(dict.fromkeys([word for word in words if len(word) >= _LONG and ":" not in word]))
    if len(long) < 2 * _PHRASE:
        return ()
    long.sort(key=len, reverse=True)
    spots = [_around(words, word, near) for word in long[: 2 * _PHRASE]]
    return " ".join(spots[:_PHRASE]), " ".join(spots[_PHRASE:])


def _is_dense(words: list[str]) -> bool:
    """Tell whether it is in a script without blanks, where a word is a clause."""
    return len(words) >= _CLAUSES and not words[-1].isascii()


def _around(words: list[str], word: str, near: int) -> str:
    at = words.index(word)
    return " ".join(words[max(0, at - near) : at + near + 1])
