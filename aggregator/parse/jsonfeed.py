"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read with patience.

Ids may be numbers, `author` may be an object, a list or missing; whatever has the wrong type is
as good as missing. Relative addresses are resolved against the feed's home page.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aggregator.errors import ParseError
from aggregator.model import Enclosure, FeedInfo, Parsed, RawEntry, Text
from aggregator.parse.dates import parse_date
from aggregator.parse.resolve import join
from aggregator.parse.split import HASH_SIZE, PARSER_VERSION, unpack

Object = dict[str, Any]


def read_json(body: bytes, *, url: str, known_hashes: bytes, max_entries: int) -> Parsed:
    """A JSON Feed; entries that are known already are left out."""
    try:
        return read_document(load(body), url, unpack(known_hashes), max_entries)
    except RecursionError as error:
        raise ParseError(
            "The JSON of this document is nested too deep.", kind="malformed"
        ) from error


def read_document(document: Object, url: str, known: frozenset[bytes], max_entries: int) -> Parsed:
    """A JSON Feed that has been decoded."""
    listed = [item for item in array(document, "items") if isinstance(item, dict)]
    items = listed[:max_entries]
    hashes = [digest(item, url) for item in items]
    base = address(document, "home_page_url", url) or url
    entries = [
        to_entry(item, base)
        for item, hashed in zip(items, hashes, strict=True)
        if hashed not in known
    ]
    return Parsed(
        feed=to_feed(document, url),
        entries=tuple(entries),
        hashes=b"".join(hashes),
        listed=len(listed),
        delta=len(entries) < len(items),
        path="json",
    )


def load(body: bytes) -> Object:
    """The document, if it is a JSON Feed."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except ValueError as error:
        raise ParseError("The JSON of this document is broken.", kind="malformed") from error
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        return document
    raise ParseError("This is JSON, but not a JSON Feed.", kind="not_a_feed")


def to_feed(document: Object, url: str) -> FeedInfo:
    """What a document says of its feed."""
    return FeedInfo(
        title=string(document, "title"),
        link=address(document, "home_page_url", url),
        description=string(document, "description"),
        language=string(document, "language"),
        author=authors(document),
        icon=address(document, "favicon", url) or address(document, "icon", url),
    )


def to_entry(item: Object, base: str) -> RawEntry:
    """An entry; a link post's own address stays its link, as in other readers."""
    files = tuple(
        enclosure
        for given in array(item, "attachments")
        if (enclosure := to_enclosure(given, base))
    )
    html, text = string(item, "content_html"), string(item, "content_text")
    content = ((html, "text/html"), (text, "text/plain"))
    link = address(item, "url", base) or address(item, "external_url", base)
    return RawEntry(
        id=identity(item.get("id")) or link,
        link=link,
        title=plain(string(item, "title"), base),
        summary=plain(string(item, "summary"), base),
        content=tuple(Text(value, kind, link or base) for value, kind in content if value),
        author=authors(item),
        published=moment(item, "date_published"),
        updated=moment(item, "date_modified"),
        tags=tuple(dict.fromkeys(tag for tag in array(item, "tags") if tag and is_text(tag))),
        enclosures=files,
        thumbnail=address(item, "image", base) or address(item, "banner_image", base),
        duration=max((given.duration or 0 for given in files), default=0) or None,
        language=string(item, "language"),
    )


def to_enclosure(given: Any, base: str) -> Enclosure | None:
    """An attachment that has an address."""
    if not isinstance(given, dict) or not (url := address(given, "url", base)):
        return None
    return Enclosure(
        url=url,
        type=string(given, "mime_type"),
        length=number(given.get("size_in_bytes")),
        duration=number(given.get("duration_in_seconds")),
        title=string(given, "title"),
    )


def authors(context: Object) -> str | None:
    """The names of the authors: `authors` of version 1.1, else `author` of 1.0."""
    given = array(context, "authors") or [context.get("author")]
    flat = [one for item in given for one in (item if isinstance(item, list) else [item])]
    names = (string(one, "name") if isinstance(one, dict) else one for one in flat)
    return ", ".join(name for name in names if name and is_text(name)) or None


def identity(given: Any) -> str | None:
    """An id as text: the standard wants a string, many write a number."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    return str(given).strip() or None


def number(given: Any) -> int | None:
    """A size or duration, whole."""
    usable = isinstance(given, int | float) and not isinstance(given, bool)
    return int(given) if usable and 0 <= given < 1e15 else None


def moment(item: Object, key: str) -> int | None:
    """A date."""
    text = string(item, key)
    return parse_date(text) if text else None


def address(context: Object, key: str, base: str) -> str | None:
    """An absolute address."""
    text = string(context, key)
    return (join(base, text) or None) if text else None


def plain(value: str | None, base: str) -> Text | None:
    """A text that is no markup."""
    return Text(value, "text/plain", base) if value else None


def string(context: Object, key: str) -> str | None:
    """The text under a key, without the spaces around it; None when there is none."""
    value = context.get(key)
    if not isinstance(value, str):
        return None
    if not value.isascii():
        # An escaped half of a surrogate pair is no character, and no database takes it.
        value = value.encode("utf-8", "replace").decode()
    return value.strip() or None


def array(context: Object, key: str) -> list[Any]:
    """The list under a key; empty when there is none."""
    value = context.get(key)
    return value if isinstance(value, list) else []


def is_text(value: Any) -> bool:
    """Whether it is text."""
    return isinstance(value, str)


def digest(item: Object, url: str) -> bytes:
    """The hash of an entry, whatever the order of its keys."""
    written = json.dumps([url, item], sort_keys=True).encode()
    return hashlib.blake2b(written, digest_size=HASH_SIZE, person=b"json" + PARSER_VERSION).digest()
