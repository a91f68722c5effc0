"""Pictures and enclosures of an entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from aggregator.model import Enclosure, RawEntry
from aggregator.refine.html import attribute
from aggregator.refine.links import file_link
from aggregator.refine.text import one_line

MOST_ENCLOSURES = 20
_LARGEST = 1 << 40  # bytes: a terabyte is no enclosure
_LONGEST = 14 * 86400  # seconds
_LONGEST_TYPE = 200  # characters

# Types by suffix (IANA where registered). Not `mimetypes`, which reads the machine's own tables.
TYPES = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "avi": "video/x-msvideo",
    "m3u8": "application/vnd.apple.mpegurl",
    "m4v": "video/mp4",
    "mkv": "video/matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "avif": "image/avif",
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "torrent": "application/x-bittorrent",
    "zip": "application/zip",
}
_ANYTHING = "application/octet-stream"
_SUFFIX = re.compile(r"\.([A-Za-z0-9]{2,7})\Z")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*\Z")
# What in a picture's address says that it illustrates nothing.
_DECORATION = (
    *("emoji", "smiley", "smilie", "gravatar.com", "/avatar", "favicon", "/icon"),
    *("spacer", "blank.", "1x1", "/badge", "shields.io", "/button", "share-", "share_", "addtoany"),
)
# Less than 64 pixels, where a document says how many.
_SMALL = re.compile(r' (?:width|height)="0*(?:[0-9]|[1-5][0-9]|6[0-3])(?:px)?"')


def type_of(url: str, declared: str | None) -> str | None:
    """Name a file's media type: as declared when that is a type, else by its suffix."""
    said = _declared(declared[:_LONGEST_TYPE]) if declared else ""
    if said and said != _ANYTHING:
        return said
    suffix = _SUFFIX.search(url.partition("?")[0][-10:])
    return (TYPES.get(suffix[1].lower()) if suffix else None) or said or None


@lru_cache(maxsize=256)
def _declared(declared: str) -> str:
    """Read a type without its parameters; empty when it is none."""
    said = declared.partition(";")[0].strip().lower()
    return said if _TYPE.match(said) else ""


def enclosures_of(raw: RawEntry, base: str) -> tuple[Enclosure, ...]:
    """List an entry's files: absolute, each once, typed.

    The entry's own duration goes to the first file that plays, unless that has one.
    """
    if not raw.enclosures:
        return ()
    found: dict[str, Enclosure] = {}
    for given in raw.enclosures[: 5 * MOST_ENCLOSURES]:
        url = file_link(given.url, base)
        if url and url not in found:
            found[url] = _enclosure(given, url)
    files = list(found.values())[:MOST_ENCLOSURES]
    duration = _within(raw.duration, _LONGEST)
    at = next((i for i, file in enumerate(files) if _plays(file)), None) if duration else None
    if at is not None and files[at].duration is None:
        files[at] = replace(files[at], duration=duration)
    return tuple(files)


def _enclosure(given: Enclosure, url: str) -> Enclosure:
    return Enclosure(
        url=url,
        type=type_of(url, given.type),
        length=_within(given.length, _LARGEST),
        duration=_within(given.duration, _LONGEST),
        title=(one_line(given.title[:500]) or None) if given.title else None,
    )


def _within(number: int | None, most: int) -> int | None:
    return number if number is not None and 0 < number <= most else None


def _plays(file: Enclosure) -> bool:
    return (file.type or "").startswith(("audio/", "video/"))


def image_of(
    raw: RawEntry, enclosures: tuple[Enclosure, ...], pictures: Sequence[str], base: str
) -> str | None:
    """Choose an entry's picture: its thumbnail, a picture enclosed, the first one in the text."""
    if raw.thumbnail and (thumbnail := file_link(raw.thumbnail, base)):
        return thumbnail
    for file in enclosures:
        if (file.type or "").startswith("image/"):
            return file.url
    return next((attribute(tag, "src") for tag in pictures if _illustrates(tag)), None)


def _illustrates(tag: str) -> bool:
    """Tell a picture from an emoji, a portrait, a button or a spacer."""
    if _SMALL.search(tag):
        return False
    source = tag.partition(' src="')[2].partition('"')[0].lower()
    return source.startswith("http") and not any(map(source.__contains__, _DECORATION))
