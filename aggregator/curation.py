"""The nouns of curating: what a curator picked, wrote beside it, and wants to leave the house."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Self

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
    """

    item_id: int | None = None
    canonical_url: str | None = None
    story_id: int | None = None
    note: str = ""
    quote: str = ""
    section: str = ""
    image_alt: str = ""
    via: tuple[Via, ...] = ()

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How much of one kind may be in a selection; None is as much as there is.

    At most so many per feed, platform and category; `categories` are how many there should be at
    least: where fewer come out, the newest of others take the place of the oldest.
    """

    per_feed: int | None = None
    per_platform: int | None = None
    per_category: int | None = None
    categories: int | None = None


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
    mix: Mix = Mix()
