"""Which entry is which: a ladder of keys, and the rung that a feed stands on.

Rung 0 is the document's own id, 1 the link, 2 link and date, 3 these and the title, 4 these and
the content. An entry that lacks what a rung asks for is keyed by the next rung that it can serve.
A feed whose ids repeat for different entries steps down until its keys differ, and never up
again: every step changes the keys of all its entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from xxhash import xxh3_128_digest

from aggregator.model import Entry

LOWEST = 4
_TOLERATED = 20  # one repeat in so many entries is an accident, more are a habit


def digest(*parts: object) -> bytes:
    """Sum up some parts, texts without NUL, in 16 bytes that are the same everywhere and always."""
    from hashlib import blake2b  # noqa: PLC0415 - 2 ms (OpenSSL), and few entries lack an id

    text = "\0".join(["" if part is None else str(part) for part in parts])
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def content_digest(told: str, html: bytes, media: str) -> bytes:
    """Sum up what readers see: texts, the page in UTF-8, addresses. Fast, against nobody's will."""
    parts = (told.encode("utf-8", "replace"), html, media.encode("utf-8", "replace"))
    return xxh3_128_digest(b"\0".join(parts))


def hashed(*parts: object) -> str:
    """Write the sum of some parts as a key."""
    return "hash:" + digest(*parts).hex()


def key(entry: Entry, rung: int) -> str:
    """Make the key of an entry on a rung; `entry.guid` is the document's id, "" without one."""
    if rung == 0 and entry.guid:
        return entry.guid
    if rung <= 1 and entry.url:
        return entry.url.replace("http://", "https://", 1)
    parts = (entry.url, entry.published, entry.title, entry.content_hash.hex())
    # Without id and link a date alone says too little.
    return hashed(*parts[: max(rung, 3 if rung <= 1 else 2)])


def identify(entries: Sequence[Entry], rung: int, *, whole: bool) -> tuple[tuple[Entry, ...], int]:
    """Give each entry a key of its own, and name the rung that the feed stands on from now.

    Only a whole document may move the feed: of a delta we see too little. Copies of an entry are
    merged. Repeats that are too few to move the feed get finer keys, all of them, so that neither
    their order nor their number decides which entry is which.
    """
    rung = min(max(rung, 0), LOWEST)
    names = [key(entry, rung) for entry in entries]
    if len(set(names)) == len(names):
        return tuple(map(_with_guid, entries, names)), rung
    distinct = _merged(entries, rung)
    if whole and _repeats(distinct, rung) * _TOLERATED > len(distinct):
        lower = range(rung + 1, LOWEST)
        rung = next((step for step in lower if not _repeats(distinct, step)), LOWEST)
    keys = _keys(distinct, rung)
    return tuple(_with_guid(distinct[at], keys[at]) for at in sorted(keys)), rung


def _with_guid(entry: Entry, guid: str) -> Entry:
    return entry if entry.guid == guid else replace(entry, guid=guid)


def _repeats(entries: Iterable[Entry], rung: int) -> int:
    keys = [key(entry, rung) for entry in entries]
    return len(keys) - len(set(keys))


def _merged(entries: Sequence[Entry], rung: int) -> list[Entry]:
    """Keep one of each entry that is there more than once.

    Copies are alike in all that is seen; the first is kept. Versions, which Atom allows (RFC 4287,
    4.1.1), have the same id, link, title and date of publication but another `updated`; the last
    is kept.
    """
    names = [_version_name(entry, rung) for entry in entries]
    latest: dict[tuple[object, ...], int] = {}
    for name, entry in zip(names, entries, strict=True):
        latest[name] = max(entry.updated or 0, latest.get(name, 0))
    kept: dict[tuple[object, ...], Entry] = {}
    for name, entry in zip(names, entries, strict=True):
        if entry.updated is None or entry.updated == latest[name]:
            kept.setdefault((name[0], key(entry, LOWEST)), entry)
    return list(kept.values())


def _version_name(entry: Entry, rung: int) -> tuple[object, ...]:
    """Name what all versions of an entry share; a date that is one of change is not part of it."""
    published = None if entry.published == entry.updated else entry.published
    return key(entry, rung), entry.url, entry.title, published


def _keys(entries: Sequence[Entry], rung: int) -> dict[int, str]:
    """Find for each entry, by its place, the first key from this rung down that is its own."""
    keys: dict[int, str] = {}
    for finer in range(rung, LOWEST + 1):
        waiting = {at: key(entry, finer) for at, entry in enumerate(entries) if at not in keys}
        taken = Counter([*keys.values(), *waiting.values()])
        keys |= {at: name for at, name in waiting.items() if taken[name] == 1}
    # Left are entries alike in all but their ids, each of which is another's too: one is enough.
    left = {key(entry, LOWEST): at for at, entry in enumerate(entries) if at not in keys}
    return keys | {at: name for name, at in left.items()}
