"""Choose among entries so that no feed, platform, category or story has more than its share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Protocol, TypeVar

from aggregator.curation import Mix


class Mixable(Protocol):
    """What a mix looks at."""

    @property
    def feed_id(self) -> int:
        """Its feed."""

    @property
    def platform(self) -> str | None:
        """Its platform, if that is known."""

    @property
    def category(self) -> str:
        """Its category."""


Kind = TypeVar("Kind", bound=Mixable)
_Keys = list[tuple[str, Hashable]]


def mix(entries: Iterable[Kind], wanted: Mix, limit: int) -> list[Kind]:
    """Return up to `limit` entries in their order; no more are looked at than it takes.

    Where they are of too few categories, the first entries of other categories take the place of
    the last of those that have several.
    """
    limits = _limits(wanted)
    counts: Counter[tuple[str, Hashable]] = Counter()
    categories: Counter[str] = Counter()
    kept: list[Kind] = []
    for each in entries:
        if len(kept) >= limit:
            if len(categories) >= min(wanted.categories or 0, limit):
                break
            if each.category in categories:
                continue
        keys = _keys(each, limits)
        if any(counts[key] >= limits[key[0]] for key in keys):
            continue
        if len(kept) >= limit:
            _give_way(kept, counts, categories, limits)
        kept.append(each)
        counts.update(keys)
        categories[each.category] += 1
    return kept


def _limits(wanted: Mix) -> dict[str, int]:
    """Return how many there may be at most, by the attribute that says of what."""
    every = {
        "feed_id": wanted.per_feed,
        "platform": wanted.per_platform,
        "category": wanted.per_category,
        "story_id": wanted.per_story,
    }
    return {name: most for name, most in every.items() if most is not None}


def _keys(entry: Mixable, limits: Iterable[str]) -> _Keys:
    """Return what an entry counts as; without a platform or story it is like no other."""
    found = ((name, getattr(entry, name, None)) for name in limits)
    return [(name, value) for name, value in found if value is not None]


def _give_way(
    kept: list[Kind],
    counts: Counter[tuple[str, Hashable]],
    categories: Counter[str],
    limits: Iterable[str],
) -> None:
    """Take out the last entry whose category has another one."""
    place = max(at for at, each in enumerate(kept) if categories[each.category] > 1)
    gone = kept.pop(place)
    counts.subtract(_keys(gone, limits))
    categories[gone.category] -= 1
