"""RSS 2.0 with Dublin Core, content:encoded and Media RSS; titles as the RSS Profile has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from xml.etree import ElementTree as ET

from aggregator.curation import Item
from aggregator.export import prose, words
from aggregator.export.channel import Channel
from aggregator.export.xml import ATOM, CONTENT, DC, MEDIA, document, leaf

# `link` is required, and so is its being an address: this one is said when there is no other.
NOWHERE = "http://localhost/"
_LIKE_A_TAG = re.compile(r"<[A-Za-z/!?]")


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the RSS document."""
    root = ET.Element("rss", {"version": "2.0"})
    node = ET.SubElement(root, "channel")
    leaf(node, "title", plain(channel.title))
    leaf(node, "link", channel.url or NOWHERE)
    leaf(node, "description", escape(channel.description or channel.title, quote=False))
    leaf(node, "language", channel.language)
    leaf(node, f"{DC}creator", channel.author)
    leaf(node, "lastBuildDate", words.rfc822(channel.updated))
    leaf(node, "generator", words.GENERATOR)
    leaf(node, "docs", "https://www.rssboard.org/rss-specification")
    if channel.feed_url:
        kind = "application/rss+xml"
        leaf(node, f"{ATOM}link", rel="self", href=channel.feed_url, type=kind)
    for item in items:
        _entry(ET.SubElement(node, "item"), item)
    return document(root)


def plain(title: str) -> str:
    """Returns a title that reads the same whether it is taken for text or for HTML.

    RSS does not say which it is. Only titles that would read differently are touched, the way
    the RSS Profile recommends: with hexadecimal references.
    """
    if unescape(title) == title and not _LIKE_A_TAG.search(title):
        return title
    return title.replace("&", "&#x26;").replace("<", "&#x3C;")


def _entry(node: ET.Element, item: Item) -> None:
    leaf(node, "title", plain(words.name(item)))
    leaf(node, "link", words.address(item))
    leaf(node, "guid", words.identity(item), isPermaLink="false")
    leaf(node, "pubDate", words.rfc822(item.added_at or item.published_at))
    leaf(node, f"{DC}creator", item.author or item.source)
    leaf(node, "description", escape(item.summary, quote=False))
    leaf(node, f"{CONTENT}encoded", prose.content(item) or None)
    leaf(node, "category", item.category, domain=words.SCHEME)
    for tag in item.tags:
        leaf(node, "category", tag)
    leaf(node, "comments", item.comments_url)
    _media(node, item)
    _source(node, item)
    leaf(node, f"{DC}rights", item.rights or words.rights(item) or None)
    leaf(node, f"{DC}language", item.language)


def _media(node: ET.Element, item: Item) -> None:
    """Adds all media files; the first one also as enclosure, of which there can be one."""
    for each in item.enclosures[:1]:
        kind = words.media_type(each)
        leaf(node, "enclosure", url=each.url, type=kind, length=each.length or 0)
    for each in item.enclosures:
        leaf(
            node,
            f"{MEDIA}content",
            url=each.url,
            type=each.type,
            fileSize=each.length,
            duration=each.duration,
        )
    leaf(node, f"{MEDIA}thumbnail", url=item.image)


def _source(node: ET.Element, item: Item) -> None:
    """Adds the credit; `source` needs an address, Dublin Core's does not."""
    if item.source_url:
        leaf(node, "source", item.source, url=item.source_url)
    else:
        leaf(node, f"{DC}source", item.source)
    for via in item.via:
        if via.url:
            leaf(node, f"{ATOM}link", rel="via", href=via.url, title=via.name)
