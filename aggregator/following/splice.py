"""What an edit of a text changed, small enough to be kept, and how it is taken back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines as they were and as they are; `new` stood once in the text, `old` is its place.

    `gone` are the lines that were taken out for good, for whoever finds no place for them.
    """

    old: str
    new: str
    gone: str = ""


def splice(before: str, after: str) -> Splice:
    """Return what changed between two texts, with as many lines around as tell the place."""
    was, now = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = _alike(was, now)
    tail = _alike(was[head:][::-1], now[head:][::-1])
    gone = "".join(was[head : len(was) - tail])
    around = 0
    while True:
        around += 1
        begin, rest = max(head - around, 0), max(tail - around, 0)
        new = "".join(now[begin : len(now) - rest])
        if _is_once(new, after) or (begin == 0 and rest == 0):
            return Splice("".join(was[begin : len(was) - rest]), new, gone)


def undone(text: str, done: Splice) -> str | None:
    """Return a text without an edit; None where it was changed at that place since."""
    return text.replace(done.new, done.old) if _is_once(done.new, text) else None


def _is_once(part: str, text: str) -> bool:
    return bool(part) and -1 != text.find(part) == text.rfind(part)


def _alike(some: list[str], others: list[str]) -> int:
    """Return how many lines are the same from the beginning on."""
    pairs = zip(some, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
