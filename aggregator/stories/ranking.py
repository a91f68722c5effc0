"""How much a story is worth looking at, which of its entries stands for it, and whom to thank."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aggregator.curation import Story, Via

RHYTHM = 6 * 3600
"""A source that follows the one before it after so many seconds counts half."""

HALF_LIFE = 24 * 3600
"""A story that heard nothing new for so many seconds counts half."""


class Report(NamedTuple):
    """An entry as a part of a story: whose it is (`domain`), when, and whether it discusses."""

    entry_id: int
    published_at: int
    domain: str
    discussion: bool


def standing(reports: Collection[Report]) -> Report:
    """Return the entry that stands for a story: the first that is no discussion."""
    return min(reports, key=lambda each: (each.discussion, each.published_at, each.entry_id))


def rank(reports: Collection[Report]) -> float:
    """Return the weight of a story, without its age: each further source, more if it came soon.

    Sources of one domain are one: they are not independent.
    """
    first: dict[str, int] = {}
    for each in sorted(reports, key=lambda each: each.published_at):
        first.setdefault(each.domain, each.published_at)
    times = sorted(first.values())
    gaps = (later - earlier for earlier, later in pairwise(times))
    return round(1 + sum(1 + RHYTHM / (RHYTHM + gap) for gap in gaps), 4)


def via_of(story: Story, *, besides: Collection[int] = ()) -> tuple[Via, ...]:
    """Return whom to thank for a story besides its own source: discussions first, each once.

    `besides` are entries that are credited anyway.
    """
    from aggregator.curation import Via  # noqa: PLC0415 - 6 ms, which no fetch shall pay

    shown = {story.entry.id, *besides}
    others = [each for each in story.members if each.id not in shown]
    others.sort(key=lambda each: (each.id not in story.discussing, each.id))
    found: dict[str, Via] = {}
    for each in others:
        if each.source != story.entry.source:
            talked = each.id in story.discussing
            url = (each.comments_url if talked else None) or each.url
            found.setdefault(each.source, Via(name=each.source, url=url))
    return tuple(found.values())


def weight(score: float, last_at: int, *, now: int) -> float:
    """Return what a story's rank is worth by now: half of it for every day of silence."""
    return float(score * 0.5 ** (max(0, now - last_at) / HALF_LIFE))
