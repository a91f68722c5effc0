"""JSON: what Miniflux answers to `GET /v1/feeds`, what `aggregate ls --json` prints, addresses."""

from __future__ import annotations

import json
from typing import Any

from aggregator.config.values import Wrong
from aggregator.errors import UsageError
from aggregator.imports.folders import line, source
from aggregator.imports.nouns import Imported, Remark
from aggregator.imports.texts import decoded
from aggregator.model import Source


def recognises(head: str) -> bool:
    """Tell JSON by its bracket."""
    return head.lstrip("\ufeff \t\r\n")[:1] in {"[", "{"}


def read(data: bytes) -> Imported:
    """Read an array of feeds, or an object that has one as `feeds`; UsageError for others."""
    try:
        document = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The JSON is broken: {error}.") from error
    rows = document.get("feeds") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise UsageError("The JSON holds no list of feeds.")
    sources: list[Source] = []
    remarks: list[Remark] = []
    for row in rows:
        fields = row if isinstance(row, dict) else {"url": row}
        name = line(_text(fields.get("title")) or "A feed")
        try:
            sources.append(_source(fields))
        except Wrong as error:
            remarks.append(Remark(name, str(error)))
            continue
        if fields.get("username") or fields.get("cookie"):
            remarks.append(Remark(name, "followed without its password or cookie"))
    return Imported(sources=tuple(sources), remarks=tuple(remarks))


def _source(fields: dict[str, Any]) -> Source:
    category = fields.get("category")
    folder = category.get("title") if isinstance(category, dict) else category
    tags = fields.get("tags")
    return source(
        _text(fields.get("url")) or _text(fields.get("feed_url")),
        title=_text(fields.get("title")),
        folders=[_text(folder)],
        tags=[_text(tag) for tag in tags] if isinstance(tags, list) else [],
        paused=fields.get("disabled") is True or fields.get("state") == "paused",
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
