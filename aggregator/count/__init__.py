"""How long a text is where it is posted to: each network counts in its own way.

    network("x") → Network          measure(text, network) → one Usage for each of its limits

`networks` holds the networks as rows, `measures` the ways to count, `addresses` finds what X and
Mastodon turn into links, `emoji` what is drawn as one picture. To add a network, add its row. No
clock, no disk, no network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from aggregator.count.networks import NETWORKS, Limit, Network
from aggregator.errors import UsageError

__all__ = [  # noqa: RUF022 (plain order)
    "Limit",
    "NETWORKS",
    "Network",
    "Usage",
    "excess",
    "fits",
    "limited",
    "measure",
    "network",
]

_BY_SLUG = {each.slug: each for each in NETWORKS}


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a limit a text takes."""

    unit: str
    length: int
    most: int


def network(slug: str) -> Network:
    """Returns the network of that name. Raises UsageError when there is none."""
    if slug not in _BY_SLUG:
        near = get_close_matches(slug, _BY_SLUG, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(_BY_SLUG)}."
        raise UsageError(f"There is no network “{slug}”.", hint=hint)
    return _BY_SLUG[slug]


def limited(place: Network, most: int | None) -> Network:
    """Returns the network with another first limit: servers of Mastodon set their own.

    Raises UsageError for a limit that holds nothing.
    """
    if most is None:
        return place
    if most < 1:
        raise UsageError(f"A post can't be limited to {most} characters.")
    first, *others = place.limits
    return replace(place, limits=(replace(first, most=most), *others))


def measure(text: str, place: Network) -> tuple[Usage, ...]:
    """Returns how much the text takes of each limit, the one to show first."""
    return tuple(Usage(each.unit, each.counted(text), each.most) for each in place.limits)


def excess(text: str, place: Network) -> int:
    """Returns by how much the text is over the limits, all of them together; 0 where it fits."""
    return sum(max(0, each.counted(text) - each.most) for each in place.limits)


def fits(text: str, place: Network) -> bool:
    """Tells whether the text is within every limit."""
    return excess(text, place) == 0
