"""JSON: a list of objects with every field of an item, times as RFC 3339 text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from aggregator.curation import Item
from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.model import StoredEntry

TIMES = ("published_at", "updated_at", "first_seen_at")


# What a list keeps besides about its own upkeep (checks, places, who added) is not exported.
CURATED = (
    *("item_id", "canonical_url", "story_id"),
    *("note", "quote", "section", "image_alt", "via"),
)
FIELDS = (*(each.name for each in fields(StoredEntry)), *CURATED)


def write(_channel: Channel, items: Sequence[Item]) -> str:
    """Returns the list."""
    return json.dumps([record(item) for item in items], ensure_ascii=False, indent=2) + "\n"


def record(item: Item) -> dict[str, Any]:
    """Returns the item's fields, in the order of the noun."""
    known = asdict(item)
    times = {name: known[name] for name in TIMES}
    told = {name: known[name] for name in FIELDS}
    return told | {name: None if at is None else words.iso(at) for name, at in times.items()}
