"""JSON Feed 1.1; what it has no word for stands in the extension `_aggregator`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aggregator.curation import Item
from aggregator.export import prose, words
from aggregator.export.channel import Channel
from aggregator.model import Enclosure


def write(channel: Channel, items: Sequence[Item]) -> str:
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
    feed["items"] = [_entry(channel, item) for item in items]
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def _entry(channel: Channel, item: Item) -> dict[str, Any]:
    return _given(
        id=words.identity(item),
        **_addresses(channel, item),
        title=words.name(item),
        **_content(item),
        summary=item.summary,
        image=item.image,
        date_published=words.iso(item.published_at),
        date_modified=_modified(item),
        authors=_authors(item.author or item.source),
        tags=list(item.tags),
        language=item.language,
        attachments=[_attachment(each) for each in item.enclosures],
        _aggregator=_credit(item),
    )


def _addresses(channel: Channel, item: Item) -> dict[str, str | None]:
    """Returns where a pick is shown and, as JSON Feed has it for link blogs, what it links to."""
    if item.item_id is None or channel.url is None:
        return {"url": words.address(item)}
    return {"url": f"{channel.url}#{words.anchor(item)}", "external_url": words.address(item)}


def _content(item: Item) -> dict[str, str]:
    """Returns the content; one of both fields is required, so a text may be blank."""
    if item.html or prose.remarks(item):
        return {"content_html": prose.content(item)}
    return {"content_text": item.text or item.summary or " "}


def _modified(item: Item) -> str | None:
    known = item.updated_at is not None or item.added_at is not None
    return words.iso(words.changed(item)) if known else None


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return _given(
        url=enclosure.url,
        mime_type=words.media_type(enclosure),
        title=enclosure.title,
        size_in_bytes=enclosure.length,
        duration_in_seconds=enclosure.duration,
    )


def _credit(item: Item) -> dict[str, Any]:
    return _given(
        source=item.source,
        source_url=item.source_url,
        category=item.category,
        platform=item.platform,
        comments_url=item.comments_url,
        rights=item.rights or words.rights(item),
        canonical_url=item.canonical_url,
        note=item.note,
        quote=item.quote,
        section=item.section,
        image_alt=item.image_alt,
        via=[_given(name=via.name, url=via.url) for via in item.via],
    )


def _authors(name: str | None) -> list[dict[str, str]]:
    return [{"name": name}] if name else []


def _given(**fields: Any) -> dict[str, Any]:
    """Returns the fields that say something; 0 does."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
