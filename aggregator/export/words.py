"""What several formats say in the same words: times, names, credit, identities, groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from aggregator.compose.credit import credit, licence
from aggregator.curation import Item
from aggregator.errors import UsageError
from aggregator.export.channel import Channel
from aggregator.model import Enclosure
from aggregator.taxonomy import CATEGORIES

GENERATOR = "Aggregator"
# The scheme (Atom) or domain (RSS) that tells our categories from a source's own tags.
SCHEME = "urn:x-aggregator:category"
NAMES = {category.slug: category.name for category in CATEGORIES}
UNKNOWN_TYPE = "application/octet-stream"
_FIRST, _LAST = -62135596800, 253402300799  # 0001-01-01 and the end of 9999: RFC 3339's range


def iso(seconds: int) -> str:
    """Returns the time as RFC 3339, UTC, such as 2026-11-23T15:00:00Z."""
    return _moment(seconds).isoformat()[:19] + "Z"


def day(seconds: int) -> str:
    """Returns the date, such as 2026-11-23."""
    return iso(seconds)[:10]


def clock(seconds: int, zone: tzinfo, shape: str) -> str:
    """Returns the time as a clock in that zone shows it, in strftime's `shape`."""
    return _moment(seconds).astimezone(zone).strftime(shape)


def rfc822(seconds: int) -> str:
    """Returns the time as RSS and OPML want it, such as Mon, 23 Nov 2026 15:00:00 GMT."""
    return format_datetime(_moment(seconds), usegmt=True)


def name(item: Item) -> str:
    """Returns the title or what stands for it; never an empty text."""
    words = " ".join(item.summary.split()[:12])
    return item.title or words[:120] or item.url or "Untitled"


def more(item: Item) -> str:
    """Returns the summary where it says more than the name: a short message is often both."""
    return "" if item.summary == name(item) else item.summary


def told(item: Item) -> str:
    """Returns the source's own summary where the curator has neither quoted nor written."""
    return "" if item.note or item.quote else more(item)


def fitted(channel: Channel, items: Sequence[Item]) -> Sequence[str]:
    """Returns the posts that were made to fit a network, one for each item; or none at all.

    Raises UsageError where there are more or fewer.
    """
    texts = channel.options.texts
    if texts and len(texts) != len(items):
        raise UsageError(
            f"Each entry needs one post; there are {len(items)} and {len(texts)}.",
            hint="A thread has more: leave it out here.",
        )
    return texts


def quoted(item: Item) -> str:
    """Returns the quote in quotation marks; "" for none."""
    return f"“{item.quote}”" if item.quote else ""


def credit_line(item: Item) -> str:
    """Returns whom the item is from, its rights and whom to thank, as one line of plain text."""
    thanked = (f"via {via.name} {via.url or ''}".rstrip() for via in item.via)
    named = (f"{item.author}, {item.source}" if item.author else item.source, rights(item))
    return " · ".join(filter(None, (*named, *thanked)))


def paragraphs(prose: str) -> list[list[str]]:
    """Returns the paragraphs of a text, which blank lines part, as their lines."""
    return [block.split("\n") for block in prose.split("\n\n") if block.strip()]


def changed(item: Item) -> int:
    """Returns when the item became what it is: changed, or picked, whichever came later."""
    return max(item.updated_at or item.published_at, item.added_at or item.published_at)


def anchor(item: Item) -> str:
    """Returns the name that an item has within a page of ours."""
    return f"i{item.item_id}" if item.item_id is not None else f"e{item.id}"


def rights(item: Item) -> str:
    """Returns the licence, or the credit that a picture asks for, to print beside the names.

    "Photo by Ana on Pexels", "CC BY 4.0"; other rights as they are, "" for none.
    """
    known, asked = item.rights or "", credit(item)
    terms = licence(known)
    if terms and asked == f"{item.author or item.source}, {terms}":
        return terms  # the author is named beside it
    return asked if asked and asked.split() != known.split() else known


def pictured(item: Item) -> bool:
    """Tells whether a draft shows the picture: one that was picked, or is said in words."""
    return bool(item.image and (item.item_id is not None or item.image_alt))


def address(item: Item) -> str | None:
    """Returns where the entry is read: its page, else its first media file."""
    return item.url or next((each.url for each in item.enclosures), None)


def media_type(enclosure: Enclosure) -> str:
    """Returns the media type for the formats that insist on one."""
    return enclosure.type or UNKNOWN_TYPE


def identity(item: Item) -> str:
    """Returns the entry's identifier for other readers: the same in each format and export.

    It is built from the guid and the source's host, not from our numbers: a database made anew
    gives the same ones. The host keeps two sources apart that both count 1, 2, 3.
    """
    host = urlsplit(item.source_url or item.url or "").hostname
    return urn(f"{host or item.source} {item.guid or address(item)}")


def urn(seed: str) -> str:
    """Returns a stable URN (RFC 9562, version 5) for any text."""
    return uuid5(NAMESPACE_URL, seed).urn


class Group(NamedTuple):
    """Items under one heading; an empty name is no heading."""

    name: str
    items: list[Item]


def groups(channel: Channel, items: Sequence[Item]) -> list[Group]:
    """Returns the items under their headings.

    Sections keep the curator's order, items without one first; categories stand in the
    taxonomy's order, the newest first in each.
    """
    how = channel.options.grouped
    if how == "none":
        return [Group("", list(items))] if items else []
    picked = any(item.item_id is not None for item in items)
    return _sections(items) if how == "section" or (how == "auto" and picked) else _kinds(items)


def _sections(items: Sequence[Item]) -> list[Group]:
    found: dict[str, list[Item]] = {"": []}
    for item in items:
        found.setdefault(item.section, []).append(item)
    return [Group(name, members) for name, members in found.items() if members]


def _kinds(items: Sequence[Item]) -> list[Group]:
    newest = sorted(items, key=lambda item: (-item.published_at, -item.id))
    return [
        Group(category_name(slug), [item for item in newest if item.category == slug])
        for slug in categories(item.category for item in items)
    ]


def categories(slugs: Iterable[str]) -> list[str]:
    """Returns the slugs once each, in the taxonomy's order, unknown ones at the end."""
    found = set(slugs)
    return [slug for slug in NAMES if slug in found] + sorted(found - NAMES.keys())


def category_name(slug: str) -> str:
    """Returns a category's name for people."""
    return NAMES.get(slug, slug)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC)
