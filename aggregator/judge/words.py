"""Conditions on text, compiled to functions: plain, glob and regular expression.

Plain text and globs are compared without case and accents. Globs and regular expressions are
RE2's: their time is linear in the text, whatever a feed writes and whatever a rule asks.
https://github.com/google/re2
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from aggregator.curation import Pattern

Test = Callable[["Text"], bool]

_ACCENTS = re.compile("[\u0300-\u036f]+")
# Where words are not divided by spaces, a word is looked for within others.
_UNDIVIDED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")


class Text:
    """A text of an entry, as it is and folded; folded once, however many rules ask."""

    __slots__ = ("_folded", "plain")

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self._folded: str | None = None

    @property
    def folded(self) -> str:
        """The text without case and accents."""
        if self._folded is None:
            self._folded = fold(self.plain)
        return self._folded


def fold(text: str) -> str:
    """Return text without case and the accents of Latin, Greek and Cyrillic letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", _encodable(text))
    return _ACCENTS.sub("", decomposed).casefold()


def _encodable(text: str) -> str:
    """Return text with a question mark for half a surrogate pair, which has no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def compiled(pattern: Pattern, plain: Callable[[str], Test]) -> Test:
    """Return a pattern's test; `plain` makes that of plain text, which fields read differently."""
    if pattern.kind == "plain":
        return plain(fold(pattern.text))
    if pattern.kind == "glob":
        return _glob(pattern.text)
    return _regex(pattern)


def words(wanted: str) -> Test:
    """Make a test for all of these words, wherever they stand."""
    patterns = [(word, _bounded(word)) for word in wanted.split()]

    def test(text: Text) -> bool:
        folded = text.folded
        # Most texts do not have the letters at all, which is found out a hundred times faster.
        return all(word in folded and found(folded) for word, found in patterns)

    return test


def _bounded(word: str) -> Callable[[str], Any]:
    """Return a search for a word that is not a part of a longer one."""
    if _UNDIVIDED.search(word):
        return lambda _text: True
    before = r"(?<!\w)" if re.match(r"\w", word) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", word) else ""
    return re.compile(before + re.escape(word) + after).search


def within(wanted: str) -> Test:
    """Make a test for text that contains this, in addresses and names."""
    return lambda text: wanted in text.folded


def equal(wanted: str) -> Test:
    """Make a test for text that is this."""
    return lambda text: wanted == text.folded


def _glob(written: str) -> Test:
    parts = re.split(r"([*?])", fold(written))
    found = _searching("".join(_WILD.get(part) or _quoted(part) for part in parts), dot_nl=True)
    return lambda text: found.fullmatch(text.folded) is not None


_WILD = {"*": ".*", "?": "."}


def _quoted(part: str) -> str:
    # Not re.escape: RE2 wants backslashes before ASCII punctuation only.
    return re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", part)


def _regex(pattern: Pattern) -> Test:
    flags = pattern.flags
    mode = "m" if "m" in flags else ""
    found = _searching(
        f"(?{mode}){pattern.text}" if mode else pattern.text,
        dot_nl="s" in flags,
        case_sensitive="i" not in flags,
    )

    def test(text: Text) -> bool:
        try:
            return found.search(text.plain) is not None
        except UnicodeEncodeError:
            return found.search(_encodable(text.plain)) is not None

    return test


def _searching(expression: str, *, dot_nl: bool = False, case_sensitive: bool = True) -> Any:
    import re2  # noqa: PLC0415 — few rules need it

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = dot_nl
    options.case_sensitive = case_sensitive
    return re2.compile(expression, options)
