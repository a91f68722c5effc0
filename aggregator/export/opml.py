"""OPML 2.0: the channel's feeds, by category, for another reader to import; a list's links.

The address of a feed may hold a secret (a token, a password); such a feed is listed without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from aggregator.curation import Item
from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.export.xml import DC, document, leaf
from aggregator.model import FeedRow

LEFT_OUT = "The address of this feed is private and was left out."


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the OPML document."""
    root = ET.Element("opml", {"version": "2.0"})
    head = ET.SubElement(root, "head")
    leaf(head, "title", channel.title)
    leaf(head, "dateModified", words.rfc822(channel.updated))
    leaf(head, "ownerName", channel.author)
    leaf(head, "docs", "https://opml.org/spec2.opml")
    body = ET.SubElement(root, "body")
    for slug in words.categories(feed.category for feed in channel.feeds):
        name = words.category_name(slug)
        folder = ET.SubElement(body, "outline", {"text": name, "title": name})
        for feed in channel.feeds:
            if feed.category == slug:
                _feed(folder, feed)
    for group in words.groups(channel, [item for item in items if item.item_id is not None]):
        links = ET.SubElement(body, "outline", {"text": group.name}) if group.name else body
        for item in group.items:
            _link(links, item)
    return document(root)


def _feed(folder: ET.Element, feed: FeedRow) -> None:
    """Adds a feed; its tags follow the category, which is a path (OPML 2.0, `category`)."""
    tags = [tag.replace(",", " ") for tag in feed.tags]
    leaf(
        folder,
        "outline",
        text=feed.title,
        title=feed.title,
        type="rss" if feed.feed_url else None,
        xmlUrl=feed.feed_url or None,
        htmlUrl=feed.site_url,
        category=",".join([f"/{feed.category}", *tags]),
        description=None if feed.feed_url else LEFT_OUT,
    )


def _link(folder: ET.Element, item: Item) -> None:
    """Adds what a curator picked, with its source and note; without an address, its words."""
    url = words.address(item)
    thanked = (f"{via.name} {via.url or ''}".rstrip() for via in item.via)
    node = {f"{DC}source": item.source, f"{DC}creator": item.author, "url": url}
    leaf(
        folder,
        "outline",
        text=words.name(item),
        type="link" if url else None,
        created=words.rfc822(item.published_at),
        category=",".join(tag.replace(",", " ") for tag in item.tags) or None,
        description="\n\n".join(filter(None, [item.note, *(f"via {each}" for each in thanked)]))
        or None,
        **node,
    )
