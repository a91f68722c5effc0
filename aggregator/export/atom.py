"""Atom 1.0 (RFC 4287) with `via` and `source` for the credit, thumbnails by Media RSS."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from aggregator.curation import Item
from aggregator.export import prose, words
from aggregator.export.channel import Channel
from aggregator.export.xml import LANG, MEDIA, document, leaf


def write(channel: Channel, items: Sequence[Item]) -> str:
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
    for item in items:
        _entry(ET.SubElement(feed, "entry"), item)
    return document(feed)


def _entry(node: ET.Element, item: Item) -> None:
    _language(node, item.language)
    leaf(node, "id", words.identity(item))
    leaf(node, "title", words.name(item))
    leaf(node, "published", words.iso(item.published_at))
    leaf(node, "updated", words.iso(words.changed(item)))
    _person(node, item.author or item.source)
    _links(node, item)
    _categories(node, item)
    leaf(node, "summary", item.summary or None)
    _content(node, item)
    leaf(node, "rights", item.rights or words.rights(item) or None)
    _source(node, item)
    leaf(node, f"{MEDIA}thumbnail", url=item.image)


def _links(node: ET.Element, item: Item) -> None:
    _link(node, "alternate", item.url, None)
    _link(node, "via", item.source_url, "text/html")
    for via in item.via:
        if via.url:
            leaf(node, "link", rel="via", href=via.url, title=via.name)
    _link(node, "replies", item.comments_url, "text/html")
    for each in item.enclosures:
        leaf(
            node,
            "link",
            rel="enclosure",
            href=each.url,
            type=words.media_type(each),
            length=each.length,
            title=each.title,
        )


def _categories(node: ET.Element, item: Item) -> None:
    label = words.category_name(item.category)
    leaf(node, "category", term=item.category, scheme=words.SCHEME, label=label)
    for tag in item.tags:
        leaf(node, "category", term=tag)


def _content(node: ET.Element, item: Item) -> None:
    """Adds the content; an entry without a link must have one (RFC 4287, 4.1.2)."""
    html = prose.content(item)
    if html or not item.url:
        leaf(node, "content", html or escape(item.summary), type="html")


def _source(node: ET.Element, item: Item) -> None:
    source = ET.SubElement(node, "source")
    leaf(source, "id", words.urn(item.source_url or item.source))
    leaf(source, "title", item.source)
    leaf(source, "updated", words.iso(item.updated_at or item.published_at))
    _link(source, "alternate", item.source_url, "text/html")


def _person(node: ET.Element, name: str) -> None:
    leaf(ET.SubElement(node, "author"), "name", name)


def _link(node: ET.Element, rel: str, href: str | None, kind: str | None) -> None:
    if href:
        leaf(node, "link", rel=rel, href=href, type=kind)


def _language(node: ET.Element, language: str | None) -> None:
    if language:
        node.set(LANG, language)
