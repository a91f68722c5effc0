"""What several formats say in the same words: times, names, identities, groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from aggregator.model import Enclosure, StoredEntry
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


def rfc822(seconds: int) -> str:
    """Returns the time as RSS and OPML want it, such as Mon, 23 Nov 2026 15:00:00 GMT."""
    return format_datetime(_moment(seconds), usegmt=True)


def name(entry: StoredEntry) -> str:
    """Returns the title or what stands for it; never an empty text."""
    words = " ".join(entry.summary.split()[:12])
    return entry.title or words[:120] or entry.url or "Untitled"


def more(entry: StoredEntry) -> str:
    """Returns the summary where it says more than the name: a short message is often both."""
    return "" if entry.summary == name(entry) else entry.summary


def address(entry: StoredEntry) -> str | None:
    """Returns where the entry is read: its page, else its first media file."""
    return entry.url or next((each.url for each in entry.enclosures), None)


def media_type(enclosure: Enclosure) -> str:
    """Returns the media type for the formats that insist on one."""
    return enclosure.type or UNKNOWN_TYPE


def identity(entry: StoredEntry) -> str:
    """Returns the entry's identifier for other readers: the same in each format and export.

    It is built from the guid and the source's host, not from our numbers: a database made anew
    gives the same ones. The host keeps two sources apart that both count 1, 2, 3.
    """
    host = urlsplit(entry.source_url or entry.url or "").hostname
    return urn(f"{host or entry.source} {entry.guid or address(entry)}")


def urn(seed: str) -> str:
    """Returns a stable URN (RFC 9562, version 5) for any text."""
    return uuid5(NAMESPACE_URL, seed).urn


class Group(NamedTuple):
    """The entries of one category."""

    slug: str
    name: str
    entries: list[StoredEntry]


def groups(entries: Sequence[StoredEntry]) -> list[Group]:
    """Returns the entries by category, in the taxonomy's order, the newest first in each."""
    newest = sorted(entries, key=lambda entry: (-entry.published_at, -entry.id))
    return [
        Group(slug, category_name(slug), [entry for entry in newest if entry.category == slug])
        for slug in categories(entry.category for entry in entries)
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
