"""Refining: what a document says becomes what we keep (Parsed → Document).

Links absolute and free of trackers, titles made where they are missing, pictures chosen, every
entry identified, and markup made safe. Pure, and never raises on what a feed may hold.
"""

from __future__ import annotations

from dataclasses import replace

from aggregator.model import Document, Entry, FeedInfo, Parsed, RawEntry, Text
from aggregator.refine import text as words
from aggregator.refine.html import sanitise
from aggregator.refine.identity import digest, hashed, identify
from aggregator.refine.links import file_link, web_link
from aggregator.refine.media import enclosures_of, image_of
from aggregator.urls import canonical

__all__ = ["refine", "sanitise"]

_EARLIEST = 86_400  # 1970-01-02: what is before it says "no date"
_LATEST = 4_102_444_800  # 2100-01-01
_LONGEST_GUID = 1_000


def refine(parsed: Parsed, *, url: str, identity: int) -> Document:
    """Refine a parsed document that came from `url`, of a feed on rung `identity` of the ladder.

    Comes out: a Document whose entries have unique guids, in the document's order, and whose
    `identity` is the rung the feed stands on from now (never a higher one).
    """
    feed = _feed(parsed.feed, url)
    entries = [_entry(raw, url, feed.language) for raw in parsed.entries]
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


def _entry(raw: RawEntry, base: str, language: str | None) -> Entry:
    """Refine an entry, all but its identity: `guid` is the document's own id, "" without one.

    `content_hash` is over what readers see; the dates are not part of it.
    """
    body = _body(raw)
    link = web_link(raw.link, base)
    safe = sanitise(body, link or base) if body else ""
    text = words.text_of(safe)
    files = enclosures_of(raw, base)
    updated = _date(raw.updated)
    title = words.title_of(raw.title, text, link)
    author = words.author_of(raw.author)
    image = image_of(raw, files, safe, base)
    return Entry(
        guid=_guid(raw.id),
        url=link,
        canonical_url=canonical(link) if link else None,
        title=title,
        author=author,
        published=_date(raw.published) or updated,
        updated=updated,
        summary=words.summary_of(_own_summary(raw, body), text),
        html=safe,
        text=text,
        image=image,
        enclosures=files,
        tags=words.tags_of(raw.tags),
        language=words.language_of(raw.language) or language,
        rights=_plain(raw.rights, 500),
        comments_url=web_link(raw.comments, base),
        content_hash=digest(title, link, author, safe, image, *(file.url for file in files)),
    )


def _body(raw: RawEntry) -> Text | None:
    """Choose an entry's body: the first content that says something, markup before plain text."""
    texts = [text for text in raw.content if text.value and not text.value.isspace()]
    markup = (text for text in texts if text.type != "text/plain")
    return next(markup, None) or next(iter(texts), None) or raw.summary


def _own_summary(raw: RawEntry, body: Text | None) -> Text | None:
    """Take a summary that is more than the body once again."""
    return None if raw.summary and body and raw.summary.value == body.value else raw.summary


def _date(when: int | None) -> int | None:
    return when if when is not None and _EARLIEST <= when < _LATEST else None


def _guid(given: str | None) -> str:
    """Take the document's id, without blanks around it and what is not text."""
    guid = words.one_line(given or "")
    return guid if len(guid) <= _LONGEST_GUID else hashed(guid)
