"""JSON Feed 1.1; what it has no word for stands in the extension `_aggregator`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.model import Enclosure, StoredEntry


def write(channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the JSON Feed document."""
    feed = _given(
        version="https://jsonfeed.org/version/1.1",
        title=channel.title,
        home_page_url=channel.url,
        feed_url=channel.feed_url,
        description=channel.description,
        language=channel.language,
        authors=_authors(channel.author),
    )
    feed["items"] = [_entry(entry) for entry in entries]
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def _entry(entry: StoredEntry) -> dict[str, Any]:
    return _given(
        id=words.identity(entry),
        url=words.address(entry),
        title=words.name(entry),
        **_content(entry),
        summary=entry.summary,
        image=entry.image,
        date_published=words.iso(entry.published_at),
        date_modified=None if entry.updated_at is None else words.iso(entry.updated_at),
        authors=_authors(entry.author or entry.source),
        tags=list(entry.tags),
        language=entry.language,
        attachments=[_attachment(each) for each in entry.enclosures],
        _aggregator=_credit(entry),
    )


def _content(entry: StoredEntry) -> dict[str, str]:
    """Returns the content; one of both fields is required, so a text may be blank."""
    if entry.html:
        return {"content_html": entry.html}
    return {"content_text": entry.text or entry.summary or " "}


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return _given(
        url=enclosure.url,
        mime_type=words.media_type(enclosure),
        title=enclosure.title,
        size_in_bytes=enclosure.length,
        duration_in_seconds=enclosure.duration,
    )


def _credit(entry: StoredEntry) -> dict[str, Any]:
    return _given(
        source=entry.source,
        source_url=entry.source_url,
        category=entry.category,
        platform=entry.platform,
        comments_url=entry.comments_url,
        rights=entry.rights,
    )


def _authors(name: str | None) -> list[dict[str, str]]:
    return [{"name": name}] if name else []


def _given(**fields: Any) -> dict[str, Any]:
    """Returns the fields that say something; 0 does."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
