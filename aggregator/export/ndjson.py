"""NDJSON: the objects of the JSON format, one a line; text within has no line breaks."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aggregator.curation import Item
from aggregator.export.channel import Channel
from aggregator.export.json import record


def write(_channel: Channel, items: Sequence[Item]) -> str:
    """Returns the lines."""
    return "".join(json.dumps(record(item), ensure_ascii=False) + "\n" for item in items)
