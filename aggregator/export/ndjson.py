"""NDJSON: the objects of the JSON format, one a line; text within has no line breaks."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aggregator.export.channel import Channel
from aggregator.export.json import record
from aggregator.model import StoredEntry


def write(_channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the lines."""
    return "".join(json.dumps(record(entry), ensure_ascii=False) + "\n" for entry in entries)
