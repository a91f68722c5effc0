"""An item of a list as a row: the copy of an entry it begins as, and how it is read back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aggregator.curation import Item, Via
from aggregator.model import Enclosure, StoredEntry
from aggregator.store.base import (
    encodable,
    epoch_of,
    epoch_or_none,
    iso,
    iso_or_none,
    to_json,
)
from aggregator.urls import canonical, is_private

# What an item has a copy of, in the order of a row.
_COPIED = (
    "url",
    "canonical_url",
    "guid",
    "title",
    "author",
    "source",
    "source_url",
    "category",
    "platform",
    "via",
    "summary",
    "image",
    "image_alt",
    "enclosures",
    "language",
    "rights",
    "comments_url",
    "published_at",
    "updated_at",
    "note",
    "quote",
    "section",
    "tags",
)
_FILE = ("url", "type", "length", "duration", "title")
_KNOWN = (
    "id",
    "position",
    "added_at",
    "added_by",
    "removed_at",
    "checked_at",
    "check_status",
    "check_note",
    "moved_to",
)
CHANGEABLE = frozenset(_COPIED) - {
    "canonical_url",
    "guid",
    "enclosures",
    "published_at",
    "updated_at",
}
"""What a curator may change of an item."""

NOBODY = to_json(())
"""`via` as it is stored where nobody is to be thanked."""

# An entry's id is free again once it is deleted: what is there now has to be the one picked.
SELECT = (
    f"SELECT {', '.join(f'list_items.{name}' for name in (*_COPIED, *_KNOWN))}, "
    "coalesce(entries.id, 0), coalesce(entries.feed_id, 0), entries.story_id, "
    "coalesce(list_items.content_hash <> x'' AND list_items.content_hash <> entries.content_hash, "
    "0) FROM list_items LEFT JOIN entries ON entries.id = entry_id AND ("
    "entries.guid = list_items.guid OR entries.canonical_url = list_items.canonical_url)"
)


def copied(conn: sqlite3.Connection, entry: StoredEntry) -> dict[str, Any]:
    """Return the columns of a new item: an entry's own, or those of another list's item."""
    given = encodable(Item.of(entry))
    row = conn.execute(
        "SELECT content_hash, feeds.url, feed_url FROM entries "
        "JOIN feeds ON feeds.id = feed_id WHERE entries.id = ?",
        (given.id,),
    ).fetchone() or (b"", None, None)
    files = [each.url for each in given.enclosures]
    url = next((each for each in (given.url, given.comments_url, *files) if each), "")
    # The page of a source may tell where its private feed is.
    secret = given.source_url in row[1:] or is_private(given.source_url or "")
    values = {name: getattr(given, name) for name in _COPIED} | {
        "url": url,
        "canonical_url": given.canonical_url
        or canonical(url)
        or f"urn:entry:{given.feed_id}:{given.guid}",
        "source_url": None if secret else given.source_url,
        "published_at": iso(given.published_at),
        "updated_at": iso_or_none(given.updated_at),
        "enclosures": [{name: getattr(each, name) for name in _FILE} for each in given.enclosures],
    }
    if given.item_id is None:
        values |= _marks(conn, given.id)
    return columns(values) | {"entry_id": given.id or None, "content_hash": row[0]}


def _marks(conn: sqlite3.Connection, entry_id: int) -> dict[str, Any]:
    """Return the curator's own note and tags on an entry. A feed's tags are not the curator's."""
    note = conn.execute("SELECT note FROM notes WHERE entry_id = ?", (entry_id,)).fetchone()
    tags = conn.execute("SELECT tag FROM entry_tags WHERE entry_id = ? ORDER BY tag", (entry_id,))
    return {"note": note[0] if note else "", "tags": [tag for (tag,) in tags]}


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as they are stored."""
    return {name: _STORED.get(name, encodable)(value) for name, value in values.items()}


def _words(text: str) -> str:
    return encodable(text).strip()


def _line(text: str) -> str:
    return " ".join(encodable(text).split())


def _link(url: str | None) -> str | None:
    return encodable(url) or None


def _tags(tags: Iterable[str]) -> str:
    named = dict.fromkeys(_line(tag.strip().removeprefix("#")) for tag in tags)
    return to_json([tag for tag in named if tag])


def _via(via: Iterable[Via]) -> str:
    return to_json([[_line(each.name), _link(each.url)] for each in via])


_STORED: dict[str, Callable[[Any], Any]] = {
    "source_url": _link,
    "image": _link,
    "comments_url": _link,
    "title": _line,
    "section": _line,
    "note": _words,
    "quote": _words,
    "image_alt": _words,
    "tags": _tags,
    "via": _via,
    "enclosures": to_json,
}


def read(row: Sequence[Any]) -> Item:
    """Return a row of SELECT as an item."""
    names = (*_COPIED, *_KNOWN, "entry_id", "feed_id", "story_id", "changed")
    values = dict(zip(names, row, strict=True))
    for name in ("published_at", "added_at"):
        values[name] = epoch_of(values[name])
    for name in ("updated_at", "removed_at", "checked_at"):
        values[name] = epoch_or_none(values[name])
    values["url"] = values["url"] or None
    values["via"] = tuple(Via(name=name, url=url) for name, url in json.loads(values["via"]))
    values["tags"] = tuple(json.loads(values["tags"]))
    values["enclosures"] = tuple(Enclosure(**each) for each in json.loads(values["enclosures"]))
    values["changed"] = bool(values["changed"])
    values["item_id"] = values.pop("id")
    values["id"] = values.pop("entry_id")
    values["place"] = values.pop("position")
    return Item(**values, first_seen_at=values["added_at"])
