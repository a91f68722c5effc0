"""The beginning of a text as a few phrases, which its copies elsewhere have too.

A copy has a line in front, a word edited, an end cut off; so the whole can't be compared. The
longest words of the beginning are found in every copy, wherever they stand in it, and each brings
its neighbours along.
"""

from __future__ import annotations

import re

_WORDS = re.compile(r"\w+")

LEAD = 640
"""So many letters are looked at."""

LEAST = 48
"""A text of fewer words may be anybody's: a greeting, a warning about cookies."""

_LONG = 7
_PHRASE = 3  # longest words that make one phrase


def phrases_of(text: str) -> tuple[str, ...]:
    """Return two phrases of a text, none of a short one. Texts with one in common are copies."""
    if len(text) < 200:
        return ()
    words = _WORDS.findall(text[:LEAD].casefold())
    if len(words) < LEAST and not _is_dense(words):
        return ()
    long = sorted({word for word in words if len(word) >= _LONG})
    if len(long) < 2 * _PHRASE:
        return ()
    long.sort(key=len, reverse=True)
    spots = [_around(words, word) for word in long[: 2 * _PHRASE]]
    return " ".join(sorted(spots[:_PHRASE])), " ".join(sorted(spots[_PHRASE:]))


def _is_dense(words: list[str]) -> bool:
    """Tell whether it is in a script without blanks, where a word is a clause."""
    return len(words) >= LEAST // 4 and not words[-1].isascii()


def _around(words: list[str], word: str) -> str:
    at = words.index(word)
    return " ".join(words[max(0, at - 1) : at + 2])
