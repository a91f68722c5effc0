"""What an entry may have in common with others of its story, as numbers.

A mark is 64 bits with sign, as SQLite keeps them:

- negative: a page. The last bit is 1 where the entry links to it, 0 where it is the entry's own.
- else a title (last bit 0) or the beginning of a text (last bit 1). These count within days only,
  so their upper bits are the time: what is published together is stored together.

The key of a mark is what equal marks share: the mark itself, without the bit for links.
"""

from __future__ import annotations

from _blake2 import blake2b  # hashlib's own, without a look-up by name
from struct import pack, unpack

from aggregator.stories.links import Told, is_hub, subject_of, target_of
from aggregator.stories.texts import phrases_of
from aggregator.stories.titles import name_of
from aggregator.urls import canonical, host

HASH = 47
"""Bits of a mark that are not the time."""

BUCKET = 40
"""An id without so many bits is its stretch of time: 2^20 seconds, twelve days."""

_LOW = (1 << HASH) - 1
_SIGN = -(1 << 63)


def marks(told: Told) -> tuple[int, ...]:
    """Return the marks of an entry, each once, in a fixed order."""
    found = _pages(told)
    stretch = (told.entry_id >> BUCKET & 0xFFFF) << HASH
    if name := name_of(told.title, told.category, told.url):
        found.append(stretch | _hash(name) & _LOW & ~1)
    for phrase in phrases_of(told.text):
        found.append(stretch | _hash(phrase) & _LOW | 1)
    return tuple(dict.fromkeys(found))


def key_of(mark: int) -> int:
    """Return what the marks of one page, title or text share."""
    return mark if mark >= 0 else mark & ~1


def is_discussion(found: tuple[int, ...]) -> bool:
    """Tell by its marks whether an entry is about a page that is not its own."""
    return any(mark < 0 and mark & 1 for mark in found)


def _pages(told: Told) -> list[int]:
    """Return the marks of its page, of the page it links to, and of its discussion."""
    own = subject_of(told.url or "")
    pages = [] if not own or is_hub(own) else [_page(own)]
    target = target_of(told)
    others = (target and subject_of(target), _discussion(told))
    return pages + [_page(other) | 1 for other in others if other and other != own]


def _discussion(told: Told) -> str | None:
    """Return the page of a discussion elsewhere; that of a blog is on its own page."""
    if not told.comments_url:
        return None
    page = canonical(told.comments_url)
    return None if is_hub(page) or host(page) == host(told.url or "") else page


def _page(url: str) -> int:
    return _SIGN | _hash(url) & ~1


def _hash(text: str) -> int:
    data = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(data, "big") >> 1


def packed(found: tuple[int, ...]) -> bytes:
    """Write marks as bytes, 8 each, the lowest first."""
    return pack(f"<{len(found)}q", *found)


def unpacked(data: bytes) -> tuple[int, ...]:
    """Read marks back."""
    return unpack(f"<{len(data) // 8}q", data)
