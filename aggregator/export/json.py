"""JSON: a list of objects with every field of an entry, times as RFC 3339 text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.model import StoredEntry

TIMES = ("published_at", "updated_at", "first_seen_at")


def write(_channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the list."""
    return json.dumps([record(entry) for entry in entries], ensure_ascii=False, indent=2) + "\n"


def record(entry: StoredEntry) -> dict[str, Any]:
    """Returns all of the entry's fields, in the order of the noun."""
    fields = asdict(entry)
    times = {name: fields[name] for name in TIMES}
    return fields | {name: None if at is None else words.iso(at) for name, at in times.items()}
