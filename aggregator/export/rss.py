"""RSS 2.0 with Dublin Core, content:encoded and Media RSS; titles as the RSS Profile has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from xml.etree import ElementTree as ET

from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.export.xml import ATOM, CONTENT, DC, MEDIA, document, leaf
from aggregator.model import StoredEntry

# `link` is required, and so is its being an address: this one is said when there is no other.
NOWHERE = "http://localhost/"
_LIKE_A_TAG = re.compile(r"<[A-Za-z/!?]")


def write(channel: Channel, entries: Sequence[StoredEntry]) -> str:
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
    for entry in entries:
        _entry(ET.SubElement(node, "item"), entry)
    return document(root)


def plain(title: str) -> str:
    """Returns a title that reads the same whether it is taken for text or for HTML.

    RSS does not say which it is. Only titles that would read differently are touched, the way
    the RSS Profile recommends: with hexadecimal references.
    """
    if unescape(title) == title and not _LIKE_A_TAG.search(title):
        return title
    return title.replace("&", "&#x26;").replace("<", "&#x3C;")


def _entry(node: ET.Element, entry: StoredEntry) -> None:
    leaf(node, "title", plain(words.name(entry)))
    leaf(node, "link", words.address(entry))
    leaf(node, "guid", words.identity(entry), isPermaLink="false")
    leaf(node, "pubDate", words.rfc822(entry.published_at))
    leaf(node, f"{DC}creator", entry.author or entry.source)
    leaf(node, "description", escape(entry.summary, quote=False))
    leaf(node, f"{CONTENT}encoded", entry.html or escape(entry.text) or None)
    leaf(node, "category", entry.category, domain=words.SCHEME)
    for tag in entry.tags:
        leaf(node, "category", tag)
    leaf(node, "comments", entry.comments_url)
    _media(node, entry)
    _source(node, entry)
    leaf(node, f"{DC}rights", entry.rights or None)
    leaf(node, f"{DC}language", entry.language)


def _media(node: ET.Element, entry: StoredEntry) -> None:
    """Adds all media files; the first one also as enclosure, of which there can be one."""
    for each in entry.enclosures[:1]:
        kind = words.media_type(each)
        leaf(node, "enclosure", url=each.url, type=kind, length=each.length or 0)
    for each in entry.enclosures:
        leaf(
            node,
            f"{MEDIA}content",
            url=each.url,
            type=each.type,
            fileSize=each.length,
            duration=each.duration,
        )
    leaf(node, f"{MEDIA}thumbnail", url=entry.image)


def _source(node: ET.Element, entry: StoredEntry) -> None:
    """Adds the credit; `source` needs an address, Dublin Core's does not."""
    if entry.source_url:
        leaf(node, "source", entry.source, url=entry.source_url)
    else:
        leaf(node, f"{DC}source", entry.source)
