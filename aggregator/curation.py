"""The nouns of curating: what a curator picked, wrote beside it, and wants to leave the house."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Self

# A mix belongs to a selection, and is a noun of curating all the same.
from aggregator.model import Mix as Mix  # noqa: PLC0414 — mypy's way to say it again
from aggregator.model import Selection, StoredEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """Where something was found: whom the curator thanks for it."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(StoredEntry):
    """What is exported: an entry, or an item of a list with the curator's own words.

    `id` is the entry's; 0 where an item has none any more. `note` is what the curator says of it,
    `quote` what it says itself, `section` the heading it stands under; `image_alt` is the picture
    in words; `via` are those to thank besides the source.

    The rest is known of items of a list alone: `place` counts from 1; `added_by` is the rule that
    picked it, if no curator had a hand in it; `changed` says that the entry is no longer what was
    picked; `check_status` (ok, moved, dead, unsure) is what came of the last look at its link.
    """

    item_id: int | None = None
    canonical_url: str | None = None
    story_id: int | None = None
    note: str = ""
    quote: str = ""
    section: str = ""
    image_alt: str = ""
    via: tuple[Via, ...] = ()
    place: int = 0
    added_at: int | None = None
    added_by: str = ""
    removed_at: int | None = None
    changed: bool = False
    checked_at: int | None = None
    check_status: str | None = None
    check_note: str | None = None
    moved_to: str | None = None

    @classmethod
    def of(cls, entry: StoredEntry) -> Self:
        """Return an entry as an item; an item as it is."""
        if isinstance(entry, cls):
            return entry
        return cls(**{field.name: getattr(entry, field.name) for field in fields(StoredEntry)})


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedList:
    """A list and what it says of itself; its items are asked for apart."""

    id: int
    slug: str
    title: str
    description: str = ""
    language: str | None = None
    visibility: str = "private"
    token: str = ""
    created_at: int
    updated_at: int
    items: int = 0
    removed_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A selection with a name: a page, a feed, an export.

    `within` are seconds back from now; `sort` is newest, oldest, score or sources.
    """

    slug: str
    title: str
    selection: Selection = field(default_factory=Selection)
    within: int | None = None
    sort: str = "newest"
    mix: Mix = field(default_factory=Mix)

    def at(self, now: int) -> Selection:
        """Return the whole selection as it is at a time: what the store is asked for."""
        since = self.selection.since if self.within is None else now - self.within
        return replace(self.selection, since=since, sort=self.sort, mix=self.mix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A condition on text: `kind` is plain, glob or regex; `flags` are those of a regex."""

    kind: str
    text: str
    flags: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of whole numbers, its ends included; None is open."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`when` of a rule: all that is set must hold, and of several values one.

    `age` and `duration` are seconds. `per_day` holds for what a feed publishes beyond so many a
    day (UTC). `view` holds for what a `[[views]]` selects. `any` are conditions of which one must
    hold, `none` (`not` in the file) those of which none may.
    """

    category: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    feed: tuple[Pattern, ...] = ()
    title: tuple[Pattern, ...] = ()
    author: tuple[Pattern, ...] = ()
    url: tuple[Pattern, ...] = ()
    text: tuple[Pattern, ...] = ()
    tag: tuple[Pattern, ...] = ()
    language: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    age: tuple[Span, ...] = ()
    duration: tuple[Span, ...] = ()
    is_short: bool | None = None
    per_day: int | None = None
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """`then` of a rule: what is done to an entry that it holds for."""

    hide: bool = False
    star: bool = False
    mark_read: bool = False
    score: int = 0
    tag: tuple[str, ...] = ()
    list: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One `[[rules]]` of feeds.toml; what it does is recorded under its name."""

    name: str
    when: Condition
    then: Effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Entries that report the same thing; `entry` stands for them, `members` are all, oldest first.

    `sources` are feeds of distinct domains, `discussing` the members that are about another's
    page, `score` the weight without age.
    """

    id: int
    entry: StoredEntry
    entries: int
    sources: int
    discussions: int
    first_at: int
    last_at: int
    score: float
    members: tuple[StoredEntry, ...] = ()
    discussing: tuple[int, ...] = ()
