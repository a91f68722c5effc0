"""Makes a post fit: hashtags go first, then the quote, then note and title lose their last words.

Link and credit are never touched. `render` makes the text of the parts, `excess` tells by how much
a text is over the limits; both are the caller's. What fits stays as it is, so that fitting what was
fitted changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile

import regex

ELLIPSIS = "…"
# Scripts that write without blanks between words: a line may end after each of their letters.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_WORD = regex.compile(
    rf"(?:(?!{_UNSPACED})\S)*?https?://\S+|(?={_UNSPACED})\X|(?:(?!{_UNSPACED})\S)+",
    regex.IGNORECASE,
)
_SENTENCE = regex.compile(r"[.!?…]['\"”’)]*(?=\s)|[。！？]|(?=\n\n)")  # noqa: RUF001
_CLUSTER = regex.compile(r"\X")
# Marks that an ellipsis replaces.
_TRAILING = regex.compile(r"[\s,;:.!?…·|/(\[{“‘«\"'–—\-、。，；：]+$")  # noqa: RUF001 — of every script


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What of a post may be given up."""

    note: str = ""
    quote: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """The parts that are left, what was given up in words, and whether that was enough."""

    parts: Parts
    dropped: tuple[str, ...]
    enough: bool


def fit(parts: Parts, render: Callable[[Parts], str], excess: Callable[[str], int]) -> Fitted:
    """Returns the parts with which the post fits, or the fewest where none do.

    What would not make it any shorter is kept: on Reddit a long title costs no quote.
    """

    def over(candidate: Parts) -> int:
        return excess(render(candidate))

    left = parts
    for step in (_fewer_tags, _no_quote, _shorter_note, _shorter_title):
        if over(left):
            less = step(left, lambda candidate: not over(candidate))
            left = less if over(less) < over(left) else left
    return Fitted(left, tuple(_told(parts, left)), not over(left))


def _fewer_tags(parts: Parts, enough: Callable[[Parts], bool]) -> Parts:
    while parts.tags and not enough(parts):
        parts = replace(parts, tags=parts.tags[:-1])
    return parts


def _no_quote(parts: Parts, _enough: Callable[[Parts], bool]) -> Parts:
    return replace(parts, quote="")


def _shorter_note(parts: Parts, enough: Callable[[Parts], bool]) -> Parts:
    return replace(parts, note=shorten(parts.note, lambda to: enough(replace(parts, note=to))))


def _shorter_title(parts: Parts, enough: Callable[[Parts], bool]) -> Parts:
    return replace(parts, title=shorten(parts.title, lambda to: enough(replace(parts, title=to))))


def _told(whole: Parts, left: Parts) -> Iterator[str]:
    """Yields in words what was given up."""
    if number := len(whole.tags) - len(left.tags):
        yield "1 hashtag" if number == 1 else f"{number} hashtags"
    for name in ("quote", "note", "title"):
        if getattr(whole, name) != getattr(left, name):
            yield f"end of the {name}" if getattr(left, name) else name


def shorten(text: str, fits: Callable[[str], bool]) -> str:
    """Returns the longest beginning that fits, ended at a word and with an ellipsis; maybe none.

    A first word that is too long itself is cut between grapheme clusters, an address never.
    """

    def beginning(end: int) -> str:
        return _ended(text[:end])

    best = _longest(_ends(_WORD, text, len(text)), beginning, fits)
    first = _WORD.search(text)
    if best or first is None or "://" in first[0]:
        return best
    return _longest(_ends(_CLUSTER, text, first.end()), beginning, fits)


def take(text: str, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Returns the longest beginning that fits, and what is left; none may fit.

    It ends with a sentence where that is not much shorter, else with a word.
    """

    def beginning(end: int) -> str:
        return text[:end]

    head = _longest(_ends(_WORD, text, len(text) + 1), beginning, fits)
    if len(head) < len(text):
        sentences = [found.end() for found in _SENTENCE.finditer(head, len(head) // 2)]
        head = _longest(iter(sentences), beginning, fits) or head
    return head, text[len(head) :].lstrip()


def _ends(pattern: regex.Pattern[str], text: str, before: int) -> Iterator[int]:
    """Yields where what is found ends, as long as that is before the given place."""
    return takewhile(lambda end: end < before, (found.end() for found in pattern.finditer(text)))


def _longest(
    ends: Iterator[int], beginning: Callable[[int], str], fits: Callable[[str], bool]
) -> str:
    """Returns the last beginning that fits. They grow, and their lengths nearly always do too.

    It looks ahead in strides that double, so that a text that goes on for long is not counted.
    """
    best, stride = "", 1
    while block := list(islice(ends, stride)):
        if not fits(beginning(block[-1])):
            break
        best, stride = beginning(block[-1]), stride * 2
    low, high = 0, len(block)
    while low < high:
        middle = (low + high) // 2
        if fits(beginning(block[middle])):
            low, best = middle + 1, beginning(block[middle])
        else:
            high = middle
    return best


def _ended(text: str) -> str:
    """Returns a beginning with an ellipsis that belongs to no address."""
    words = text.rsplit(maxsplit=1)
    if words and "://" in words[-1]:
        return f"{text} {ELLIPSIS}"
    stripped = _TRAILING.sub("", text)
    return f"{stripped}{ELLIPSIS}" if stripped else ""
