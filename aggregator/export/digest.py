"""A digest: what was published, each story once, the weightiest first under its category.

    entries of a day → stories and lone entries → by category → ranked → the first few of each

Pure: which entries, and which stories they belong to, are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.curation import Item, Story, Via
from aggregator.export import words
from aggregator.stories import via_of

THANKED = 3
"""So many are thanked by name; what half the web reports would be a list of names otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """`items` are what it tells, `left` how much more there was; `entries` is all it is about."""

    items: tuple[Item, ...] = ()
    left: int = 0
    entries: int = 0


def digest(entries: Sequence[Item], stories: Mapping[int, Story], *, most: int) -> Digest:
    """Returns up to `most` items of each category, under its name, in the taxonomy's order.

    A story is told by the entry that stands for it, or if that was not chosen by the first of its
    entries that was; it thanks the others (`via`). A story weighs more than a lone entry, one of
    more sources in less time more than another; what weighs the same is told newest first.
    """
    told = [_told(group, stories) for group in _groups(entries)]
    told.sort(key=lambda item: (-_weight(item, stories), -item.published_at, -item.id))
    kept: list[Item] = []
    for slug in words.categories(item.category for item in told):
        of_kind = [item for item in told if item.category == slug]
        kept += [replace(item, section=words.category_name(slug)) for item in of_kind[:most]]
    return Digest(items=tuple(kept), left=len(told) - len(kept), entries=len(entries))


def _groups(entries: Sequence[Item]) -> list[list[Item]]:
    """Returns the entries of each story, and those of none each alone."""
    found: dict[tuple[bool, int], list[Item]] = {}
    for entry in entries:
        alone = entry.story_id is None
        found.setdefault((alone, entry.id if alone else entry.story_id or 0), []).append(entry)
    return list(found.values())


def _told(group: Sequence[Item], stories: Mapping[int, Story]) -> Item:
    """Returns the item that tells a group."""
    story = stories.get(group[0].story_id or 0)
    if story is None:
        return group[0]
    stands = min(
        group,
        key=lambda item: (item.id != story.entry.id, item.id in story.discussing, item.id),
    )
    # Whoever stands for the story elsewhere is thanked here, if another tells it.
    thanked = via_of(replace(story, entry=stands))
    more = len(thanked) - THANKED
    rest = (Via(name=f"{more} more"),) if more > 0 else ()
    return replace(stands, via=thanked[:THANKED] + rest)


def _weight(item: Item, stories: Mapping[int, Story]) -> float:
    story = stories.get(item.story_id or 0)
    return story.score if story else 0.0
