"""Atom 1.0 (RFC 4287) with `via` and `source` for the credit, thumbnails by Media RSS."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.export.xml import LANG, MEDIA, document, leaf
from aggregator.model import StoredEntry


def write(channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the Atom document."""
    # The namespace is the default one, as plain attribute: readers by regex live in the wild.
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _language(feed, channel.language)
    leaf(feed, "id", words.urn(channel.feed_url or channel.url or channel.title))
    leaf(feed, "title", channel.title)
    leaf(feed, "subtitle", channel.description or None)
    leaf(feed, "updated", words.iso(channel.updated))
    _person(feed, channel.author or channel.title)
    _link(feed, "alternate", channel.url, "text/html")
    _link(feed, "self", channel.feed_url, "application/atom+xml")
    leaf(feed, "generator", words.GENERATOR)
    for entry in entries:
        _entry(ET.SubElement(feed, "entry"), entry)
    return document(feed)


def _entry(node: ET.Element, entry: StoredEntry) -> None:
    _language(node, entry.language)
    leaf(node, "id", words.identity(entry))
    leaf(node, "title", words.name(entry))
    leaf(node, "published", words.iso(entry.published_at))
    leaf(node, "updated", words.iso(entry.updated_at or entry.published_at))
    _person(node, entry.author or entry.source)
    _links(node, entry)
    _categories(node, entry)
    leaf(node, "summary", entry.summary or None)
    _content(node, entry)
    leaf(node, "rights", entry.rights or None)
    _source(node, entry)
    leaf(node, f"{MEDIA}thumbnail", url=entry.image)


def _links(node: ET.Element, entry: StoredEntry) -> None:
    _link(node, "alternate", entry.url, None)
    _link(node, "via", entry.source_url, "text/html")
    _link(node, "replies", entry.comments_url, "text/html")
    for each in entry.enclosures:
        leaf(
            node,
            "link",
            rel="enclosure",
            href=each.url,
            type=words.media_type(each),
            length=each.length,
            title=each.title,
        )


def _categories(node: ET.Element, entry: StoredEntry) -> None:
    label = words.category_name(entry.category)
    leaf(node, "category", term=entry.category, scheme=words.SCHEME, label=label)
    for tag in entry.tags:
        leaf(node, "category", term=tag)


def _content(node: ET.Element, entry: StoredEntry) -> None:
    """Adds the content; an entry without a link must have one (RFC 4287, 4.1.2)."""
    html = entry.html or escape(entry.text)
    if html or not entry.url:
        leaf(node, "content", html or escape(entry.summary), type="html")


def _source(node: ET.Element, entry: StoredEntry) -> None:
    source = ET.SubElement(node, "source")
    leaf(source, "id", words.urn(entry.source_url or entry.source))
    leaf(source, "title", entry.source)
    leaf(source, "updated", words.iso(entry.updated_at or entry.published_at))
    _link(source, "alternate", entry.source_url, "text/html")


def _person(node: ET.Element, name: str) -> None:
    leaf(ET.SubElement(node, "author"), "name", name)


def _link(node: ET.Element, rel: str, href: str | None, kind: str | None) -> None:
    if href:
        leaf(node, "link", rel=rel, href=href, type=kind)


def _language(node: ET.Element, language: str | None) -> None:
    if language:
        node.set(LANG, language)
