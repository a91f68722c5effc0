"""Entries under feedparser's keys → `RawEntry` and `FeedInfo`.

This is the one place that says what of a document we keep; the strict path and feedparser's share
it, so that they cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, cast

from aggregator.model import Enclosure, FeedInfo, RawEntry, Text
from aggregator.parse.machine import Context
from aggregator.parse.resolve import is_web, join
from aggregator.parse.texts import HTML_TYPES

_DEAD = frozenset({"application/x-shockwave-flash"})
"""Types of media that nothing plays any more: YouTube still lists its Flash player."""

_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,5}):)?(\d{1,7})(?:\.\d*)?", re.ASCII)
_SKIPPED = re.compile(rb"<(?:hour|day)>\s{0,40}(\w{1,9})\s{0,40}</")
_HOURS = {b"%d" % hour: hour % 24 for hour in range(25)} | {
    b"%02d" % hour: hour for hour in range(10)
}
_WEEK = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
_DAYS = {name: day for day, name in enumerate(_WEEK)}


class _RawEntry:
    """A `RawEntry` in the making.

    A frozen dataclass takes ten times as long to make as an object of plain slots, and there is
    one for each entry of each document: hence its fields are set first, and then it is frozen.
    """

    __slots__ = RawEntry.__slots__


class _Text:
    """A `Text` in the making, for the same reason."""

    __slots__ = Text.__slots__


def to_entry(entry: Context, base: str) -> RawEntry:
    """An entry of a document; `base` resolves the media addresses that are relative still."""
    content = contents(entry, base) if "content" in entry else ()
    media = _with(entry, "media_content", "url") if "media_content" in entry else []
    links = _with(entry, "links", "href") if "links" in entry else []
    raw: Any = _RawEntry()
    raw.id = _string(entry, "id")
    raw.link = entry_link(entry)
    raw.title = construct(entry, "title", base, "text/plain")
    raw.summary = summary(entry, content, base)
    raw.content = content
    raw.author = _string(entry, "author") if "author" in entry else None
    raw.published = seconds(entry.get("published_parsed"))
    raw.updated = seconds(entry.get("updated_parsed"))
    raw.tags = tags(entry) if "tags" in entry else ()
    raw.enclosures = enclosures(links, media, base) if links or media else ()
    raw.thumbnail = thumbnail(entry, media, base)
    raw.duration = clock(_string(entry, "itunes_duration")) or (longest(media) if media else None)
    raw.language = language(entry)
    raw.rights = _string(entry, "rights") if "rights" in entry else None
    raw.comments = comments(entry, links) if links or "comments" in entry else None
    raw.__class__ = RawEntry
    return raw  # type: ignore[no-any-return]


def to_text(value: str, detail: Context, base: str) -> Text:
    """A text with its type and its base."""
    text: Any = _Text()
    text.value = value
    text.type = text_type(detail)
    text.base = detail.get("base") or base
    text.__class__ = Text
    return text  # type: ignore[no-any-return]


def to_feed(feed: Context, base: str, document: bytes) -> FeedInfo:
    """What a document says of its feed; `document` is what stands before its entries."""
    hours, days = skips(document)
    return FeedInfo(
        title=_string(feed, "title"),
        link=entry_link(feed),
        description=_string(feed, "subtitle") or _string(feed, "summary"),
        language=_string(feed, "language"),
        author=_string(feed, "author"),
        rights=_string(feed, "rights"),
        icon=icon(feed, base),
        ttl=minutes(_string(feed, "ttl")),
        skip_hours=hours,
        skip_days=days,
    )


def contents(entry: Context, base: str) -> tuple[Text, ...]:
    """The contents that people can read."""
    return tuple(
        [
            to_text(item["value"], item, base)
            for item in _dicts(entry, "content")
            if is_text(item.get("type") or "")
        ]
    )


def construct(entry: Context, name: str, base: str, default: str) -> Text | None:
    """A title or summary with its type and base."""
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        return None
    return to_text(value, _dict(entry, name + "_detail") or {"type": default}, base)


def summary(entry: Context, content: tuple[Text, ...], base: str) -> Text | None:
    """The summary; one that is a copy of the content is of the content's type."""
    found = construct(entry, "summary", base, "text/html")
    if found and "summary_detail" not in entry:
        return next((text for text in content if text.value == found.value), found)
    return found


def text_type(detail: Context) -> str:
    """HTML, or else plain text: what is not known to be markup is not treated as such."""
    return "text/html" if detail.get("type") in HTML_TYPES else "text/plain"


def is_text(kind: str) -> bool:
    """Whether people can read it: an entry's content may be a picture in base64."""
    return kind in HTML_TYPES or kind.startswith("text/")


def entry_link(entry: Context) -> str | None:
    """The link; an id that is no web address is none, though feedparser takes it for one."""
    link = _string(entry, "link")
    return None if link == entry.get("id") and not is_web(link or "") else link


def seconds(moment: Any) -> int | None:
    """A time as the strict path has it, or as feedparser does, in seconds since the epoch."""
    if moment is None or isinstance(moment, int):
        return moment
    from calendar import timegm  # noqa: PLC0415 - 2 ms, for feedparser's times only

    try:
        return timegm(moment)
    except (ValueError, OverflowError, TypeError):
        return None


def tags(entry: Context) -> tuple[str, ...]:
    """The terms of the tags, each once, in order."""
    terms = {_string(tag, "term"): None for tag in _dicts(entry, "tags")}
    terms.pop(None, None)
    return tuple(cast("dict[str, None]", terms))


def enclosures(
    links: Sequence[Context], media: Sequence[Context], base: str
) -> tuple[Enclosure, ...]:
    """The media files: real enclosures first, then Media RSS, each address once."""
    found: dict[str, Enclosure] = {}
    links = [item for item in links if item.get("rel") == "enclosure"]
    if not links and not media:
        return ()
    for item in chain(_enclosed(links, base), _media(media, base)):
        if item.url and item.type not in _DEAD:
            found.setdefault(item.url, item)
    return tuple(found.values())


def _enclosed(links: Sequence[Context], base: str) -> Iterator[Enclosure]:
    for item in links:
        yield Enclosure(
            url=join(base, item["href"].strip()),
            type=_string(item, "type"),
            length=whole(_string(item, "length")),
            duration=None,
            title=_string(item, "title"),
        )


def _media(media: Sequence[Context], base: str) -> Iterator[Enclosure]:
    for item in media:
        medium = _string(item, "medium")
        yield Enclosure(
            url=join(base, item["url"].strip()),
            type=_string(item, "type") or (f"{medium}/*" if medium else None),
            length=whole(_string(item, "filesize")),
            duration=clock(_string(item, "duration")),
        )


def thumbnail(entry: Context, media: Sequence[Context], base: str) -> str | None:
    """The picture that stands for an entry: the largest thumbnail, else another picture of it."""
    if not (media or "media_thumbnail" in entry or "image" in entry):
        return None
    small = [item for item in _dicts(entry, "media_thumbnail") if _string(item, "url")]
    small.sort(key=lambda item: -(whole(_string(item, "width")) or 0))
    own = filter(None, [_string(_dict(entry, "image"), "href")])
    pictures = (
        item["url"]
        for item in media
        if "image" in (item.get("medium"), str(item.get("type")).partition("/")[0])
    )
    found = next(chain((item["url"] for item in small), own, pictures), None)
    return (join(base, found.strip()) or None) if found else None


def longest(media: Sequence[Context]) -> int | None:
    """The duration of the longest media file."""
    return max([clock(_string(item, "duration")) or 0 for item in media], default=0) or None


def language(entry: Context) -> str | None:
    """The language that an entry, or else its text, says it is in."""
    if "language" in entry and (said := _string(entry, "language")):
        return said
    for item in _dicts(entry, "content") if "content" in entry else ():
        if item.get("language"):
            return item["language"]  # type: ignore[no-any-return]
    for key in ("summary_detail", "title_detail"):
        if key in entry and (found := _dict(entry, key).get("language")):
            return found  # type: ignore[no-any-return]
    return None


def comments(entry: Context, links: Sequence[Context]) -> str | None:
    """Where an entry is discussed: RSS's comments, else Atom's replies (RFC 4685)."""
    page = _string(entry, "comments")
    if page:
        return page
    for item in links:
        if item.get("rel") == "replies" and item.get("type") in HTML_TYPES:
            return item["href"]  # type: ignore[no-any-return]
    return None


def icon(feed: Context, base: str) -> str | None:
    """The picture of a feed, the smallest kind first."""
    href = _string(_dict(feed, "image"), "href")
    found = _string(feed, "icon") or href or _string(feed, "logo")
    return (join(base, found) or None) if found else None


def clock(text: str | None) -> int | None:
    """Seconds in `H:MM:SS`, `MM:SS` or a number of seconds."""
    found = _CLOCK.fullmatch(text.strip()) if text else None
    if not found:
        return None
    hours, mins, secs = (int(part or 0) for part in found.groups())
    return hours * 3600 + mins * 60 + secs


def whole(text: str | None) -> int | None:
    """A whole number that is not negative and fits a database."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def minutes(text: str | None) -> int | None:
    """Seconds, from a number of minutes."""
    number = whole(text)
    return number * 60 if number else None


def skips(document: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The hours (GMT) and days at which RSS asks not to look, from what stands before entries.

    feedparser keeps only the last of them, so that they are looked for here, for both paths.
    """
    return skipped(document, b"skipHours", _HOURS), skipped(document, b"skipDays", _DAYS)


def skipped(document: bytes, name: bytes, values: dict[bytes, int]) -> tuple[int, ...]:
    """The values in the first element of a name that is not in a comment."""
    start = document.find(b"<" + name + b">")
    commented = document.rfind(b"<!--", 0, start) > document.rfind(b"-->", 0, start)
    if start < 0 or commented:
        return ()
    words = _SKIPPED.findall(document, start, document.find(b"</" + name, start))
    return tuple(sorted({values[word.lower()] for word in words if word.lower() in values}))


def _dicts(context: Context, key: str) -> list[Context]:
    """The list of dicts under a key; a document can make feedparser put anything there."""
    value = context.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _with(context: Context, key: str, needed: str) -> list[Context]:
    """The dicts under a key that hold some text under another."""
    return [item for item in _dicts(context, key) if _string(item, needed)]


def _dict(context: Context, key: str) -> Context:
    """The dict under a key, else an empty one."""
    value = context.get(key)
    return value if isinstance(value, dict) else {}


def _string(context: Context, key: str) -> str | None:
    """The text under a key, unless it is empty or something else."""
    value = context.get(key)
    return value if isinstance(value, str) and value else None
