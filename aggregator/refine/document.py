"""Refining: what a document says becomes what we keep (Parsed → Document).

Links absolute and free of trackers, titles made where they are missing, pictures chosen, every
entry identified, and markup made safe. Pure, and never raises on what a feed may hold.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import Any, NamedTuple

from aggregator.model import Document, Entry, FeedInfo, Parsed, RawEntry, Text
from aggregator.refine import text as words
from aggregator.refine.html import NO_PAGE, Page, page_of
from aggregator.refine.identity import content_digest, hashed, identify
from aggregator.refine.links import file_link, web_link
from aggregator.refine.media import enclosures_of, image_of
from aggregator.urls import canonical

_EARLIEST = 86_400  # 1970-01-02: what is before it says "no date"
_LATEST = 4_102_444_800  # 2100-01-01
_LONGEST_GUID = 1_000


class _Home(NamedTuple):
    """Where entries come from: their document's address, and the language of its feed."""

    url: str
    language: str | None


class _Entry:
    """An `Entry` in the making: plain slots are filled ten times as fast as frozen ones."""

    __slots__ = Entry.__slots__


def refine(parsed: Parsed, *, url: str, identity: int, backlog: bool = False) -> Document:
    """Refine a parsed document that came from `url`, of a feed on rung `identity` of the ladder.

    Comes out: a Document whose entries have unique guids, in the document's order, and whose
    `identity` is the rung the feed stands on from now (never a higher one). Entries of a `backlog`
    come without their plain text: it is in their HTML, and the store takes it from there when it
    indexes it.
    """
    feed = _feed(parsed.feed, url)
    home = _Home(url, feed.language)
    # Step after step, each for all entries: a processor does a step again faster than the next.
    bodies = [_body(raw) for raw in parsed.entries]
    links = [web_link(raw.link, url) for raw in parsed.entries]
    pages = [
        page_of(body, link or url) if body else NO_PAGE
        for body, link in zip(bodies, links, strict=True)
    ]
    read = _lead if backlog else _text
    texts = list(map(read, parsed.entries, pages))
    entries = list(map(_entry, parsed.entries, repeat(home), links, pages, texts, repeat(backlog)))
    unique, rung = identify(entries, identity, whole=not parsed.delta)
    return Document(
        feed=feed,
        entries=unique,
        hashes=parsed.hashes,
        listed=parsed.listed,
        delta=parsed.delta,
        path=parsed.path,
        identity=rung,
    )


def _feed(feed: FeedInfo, base: str) -> FeedInfo:
    """Refine what a document says of its feed: plain text, absolute links."""
    return replace(
        feed,
        title=_plain(feed.title, 300),
        description=_plain(feed.description, 1_000),
        rights=_plain(feed.rights, 500),
        author=words.author_of(feed.author),
        language=words.language_of(feed.language),
        link=web_link(feed.link, base),
        icon=file_link(feed.icon, base),
    )


def _plain(value: str | None, limit: int) -> str | None:
    return words.words(Text(value), limit) or None if value else None


def _entry(  # noqa: PLR0917 — mapped over columns
    raw: RawEntry,
    home: _Home,
    link: str | None,
    page: Page,
    text: str,
    backlog: bool,  # noqa: FBT001
) -> Entry:
    """Refine the rest, all but the identity: `guid` is the document's own id, "" without one.

    `text` is the first words alone for a `backlog`. `content_hash` is over what readers see; the
    dates are not part of it.
    """
    files = enclosures_of(raw, home.url)
    entry: Any = _Entry()
    entry.guid = _guid(raw.id)
    entry.url = link
    entry.canonical_url = canonical(link) if link else None
    entry.title = title = words.title_of(raw.title, text, link)
    entry.author = author = words.author_of(raw.author)
    entry.updated = updated = _date(raw.updated)
    entry.published = _date(raw.published) or updated
    entry.summary = words.summary_of(_own_summary(raw, page), text)
    entry.html = page.html
    entry.text = "" if backlog else text
    entry.image = image = image_of(raw, files, page.pictures, home.url)
    entry.enclosures = files
    entry.tags = words.tags_of(raw.tags)
    entry.language = words.language_of(raw.language) or home.language
    entry.rights = _plain(raw.rights, 500)
    entry.comments_url = web_link(raw.comments, home.url)
    told = f"{title}\0{link or ''}\0{author or ''}"
    media = "\0".join([image or "", *[file.url for file in files]])
    entry.content_hash = content_digest(told, page.raw, media)
    entry.__class__ = Entry
    return entry  # type: ignore[no-any-return]


def _body(raw: RawEntry) -> Text | None:
    """Choose an entry's body: the first content that says something, markup before plain text."""
    plain = None
    for text in raw.content:
        if text.value and not text.value.isspace():
            if text.type != "text/plain":
                return text
            plain = plain or text
    return plain or raw.summary


def _own_summary(raw: RawEntry, page: Page) -> Text | None:
    """Take a summary that is more than the body once again."""
    return None if raw.summary and raw.summary.value == page.source else raw.summary


def _text(_raw: RawEntry, page: Page) -> str:
    return words.text_of(page.html)


def _lead(raw: RawEntry, page: Page) -> str:
    """Read the first words, unless the document has a title and a summary of its own."""
    if words.is_said(raw.title) and words.is_said(_own_summary(raw, page)):
        return ""
    return words.lead_of(page.html)


def _date(when: int | None) -> int | None:
    return when if when is not None and _EARLIEST <= when < _LATEST else None


def _guid(given: str | None) -> str:
    """Take the document's id, without blanks around it and what is not text."""
    guid = words.one_line(given or "")
    return guid if len(guid) <= _LONGEST_GUID else hashed(guid)
