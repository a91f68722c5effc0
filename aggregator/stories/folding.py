"""Which entries belong together: links between those that share a mark, and their closure.

Two entries of one feed are never linked: a feed that repeats itself is no second source. A mark
that a feed has on many of its entries (the page of its changelog, its "Weekly thread") says
nothing there; one that very many entries have says nothing at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from aggregator.stories.marking import BUCKET, HASH

HUB = 100
"""A page, title or text of more entries than this is nobody's story."""

_STRETCH = 1 << HASH
_DAYS = 1 << (BUCKET - 2)  # of an id: three days, a fourth of a stretch
_MONTH = (30 * 86_400) << 20
_SAME_PAGE, _LINK, _TITLE, _TEXT = range(4)
_WEAR = 2  # entries of one feed at one page: an announcement and its reminder


class Row(NamedTuple):
    """An entry under a key; `link` says that the key is a page that is not its own."""

    key: int
    entry_id: int
    feed_id: int
    link: int


class _Edge(NamedTuple):
    """Two entries that share something, the surest first."""

    kind: int
    gap: int
    low: int
    high: int


def looked_up(key: int, entry_id: int) -> tuple[int, ...]:
    """Return the keys under which an entry's mates are found, and those who wear them.

    For words, its own stretch of time and the nearer of those beside it: that is six days, twice
    the reach of words, and more in both directions.
    """
    if key < 0:
        return (key,)
    return key, key + (_STRETCH if entry_id >> (BUCKET - 1) & 1 else -_STRETCH)


def beside(key: int) -> tuple[int, ...]:
    """Return the keys of the same words before and after."""
    return () if key < 0 else (key - _STRETCH, key + _STRETCH)


def groups(
    ids: Collection[int],
    rows: Iterable[Row],
    apart: Mapping[int, Collection[int]] | None = None,
) -> list[list[int]]:
    """Return which of `ids` belong together, in groups of two or more, all in ascending order.

    `rows` are all there are under their keys and those beside them, also of other entries.
    `apart` names for an entry those which it must not be with; where that leaves a choice, the
    surest link is made first.
    """
    forest = _Forest(apart or {})
    members = ids if isinstance(ids, set | frozenset | dict) else set(ids)
    edges = (edge for key, under in _by_mark(rows) for edge in _edges(key, under, members))
    for edge in sorted(edges):
        forest.join(edge.low, edge.high)
    return sorted(sorted(group) for group in forest.groups())


def _by_mark(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Gather rows by what they share, whatever their time."""
    shared: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        shared[row.key if row.key < 0 else row.key & ((1 << HASH) - 1)].append(row)
    return iter((key, under) for key, under in shared.items() if len(under) > 1)


def _edges(key: int, rows: list[Row], members: Container[int]) -> Iterator[_Edge]:
    kind = (_TEXT if key & 1 else _TITLE) if key >= 0 else _SAME_PAGE
    usable = _unworn_pages(rows) if key < 0 else _unworn_words(rows)
    inside = sorted((row for row in usable if row.entry_id in members), key=_by_id)
    for one, other in combinations(inside, 2):
        gap = other.entry_id - one.entry_id
        linked = _LINK if one.link or other.link else kind
        if one.feed_id != other.feed_id and (linked == _SAME_PAGE or gap <= _reach(linked)):
            yield _Edge(linked, gap, one.entry_id, other.entry_id)


def _by_id(row: Row) -> int:
    return row.entry_id


def _reach(kind: int) -> int:
    return _MONTH if kind == _LINK else _DAYS


def _unworn_pages(rows: list[Row]) -> list[Row]:
    """Leave out feeds that have the page on many entries; all of them where it is a hub."""
    if len(rows) > HUB:
        return []
    uses = Counter(row.feed_id for row in rows)
    return [row for row in rows if uses[row.feed_id] <= _WEAR]


def _unworn_words(rows: list[Row]) -> list[Row]:
    """Leave out entries whose feed says the same within days: it would be a series.

    Where a key is too full, nothing under it or near it is told apart.
    """
    counts = Counter(row.key for row in rows)
    full = {key for key, n in counts.items() if n > HUB}
    by_feed: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.key not in full:
            by_feed[row.feed_id].append(row.entry_id)
    return [
        row
        for row in rows
        if full.isdisjoint(looked_up(row.key, row.entry_id))
        and not _again(row.entry_id, by_feed[row.feed_id])
    ]


def _again(entry_id: int, others: list[int]) -> bool:
    return any(each != entry_id and abs(each - entry_id) <= _DAYS for each in others)


class _Forest:
    """Groups that grow by joining, unless that would bring together what was split."""

    def __init__(self, apart: Mapping[int, Collection[int]]) -> None:
        self.apart = apart
        self.group_of: dict[int, set[int]] = {}

    def join(self, one: int, other: int) -> None:
        mine = self.group_of.setdefault(one, {one})
        theirs = self.group_of.setdefault(other, {other})
        if mine is theirs or self._are_apart(mine, theirs):
            return
        small, large = sorted((mine, theirs), key=len)
        large |= small
        self.group_of.update(dict.fromkeys(small, large))

    def _are_apart(self, mine: set[int], theirs: set[int]) -> bool:
        return any(not theirs.isdisjoint(self.apart.get(each, ())) for each in mine)

    def groups(self) -> list[set[int]]:
        """Return the groups of two and more, each once."""
        distinct = {id(group): group for group in self.group_of.values()}
        return [group for group in distinct.values() if len(group) > 1]
