"""A document of any kind → `Parsed`: who reads it, and what it is when nobody can."""

from __future__ import annotations

import re

from aggregator.errors import ParseError
from aggregator.model import Parsed
from aggregator.parse import split
from aggregator.parse.encoding import hoped_utf8, replace_doctype, to_utf8
from aggregator.parse.entries import to_entry, to_feed
from aggregator.parse.machine import Context, Doubt
from aggregator.parse.strict import is_well_formed, read_strict
from aggregator.rules import Mapping

_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+)?html\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)

Read = tuple[Context, list[Context], str]

_LOOKED_AT = 200_000
# Pages that come in place of a feed: how they are known, what they are, what may help.
_PAGES = (
    (
        re.compile(
            rb"(?i)cdn-cgi/challenge-platform|_cf_chl_opt|just a moment\.\.\.</title>"
            rb"|sucuri_cloudproxy|ddos-guard|making sure you(?:'|&#39;)re not a bot"
            rb"|awswafintegration|enable javascript and cookies to continue"
        ),
        "This is a wall that asks for a browser, not a feed.",
        "The site's owner would have to let feed readers in.",
    ),
    (
        re.compile(rb"(?i)<input\b[^>]{0,200}\btype\s*=\s*[\"']?password"),
        "This is a login page, not a feed.",
        "The site wants a login; it may have an address with a token for readers.",
    ),
)


def parse(
    body: bytes,
    *,
    url: str,
    charset: str | None,
    content_type: str | None = None,
    known_hashes: bytes = b"",
    max_entries: int = 2000,
    mapping: Mapping | None = None,
) -> Parsed:
    """Read a document.

    `url` is where it came from, the base of relative addresses. `charset` is what HTTP declared.
    `known_hashes` are the hashes of an earlier `Parsed`: entries with one of them are left out.
    At most `max_entries` entries are read, the newest by their place; `Parsed.listed` says how
    many there are. `mapping` is how to read the answers of a JSON source, see `mapping_for`.
    Raises ParseError, and nothing else.
    """
    if mapping:
        from aggregator.parse.mapping import read_mapped  # noqa: PLC0415 - see below

        return read_mapped(
            body, mapping=mapping, url=url, known_hashes=known_hashes, max_entries=max_entries
        )
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024]
    if not start:
        raise ParseError("The document is empty.", kind="not_a_feed")
    if start.startswith(b"{") or (start.startswith(b"[") and "json" in (content_type or "")):
        from aggregator.parse.jsonfeed import read_json  # noqa: PLC0415 - see below

        return read_json(body, url=url, known_hashes=known_hashes, max_entries=max_entries)
    if _PAGE.match(start):
        # Readers that most workers never need are imported here: they are a tenth of the start.
        from aggregator.parse.telegram import is_telegram, read_telegram  # noqa: PLC0415

        if is_telegram(body):
            return read_telegram(body, url=url, known_hashes=known_hashes, max_entries=max_entries)
        if not _FEED.search(body):
            raise _page(body)
    memory = split.remember(known_hashes)
    if hoped := hoped_utf8(body, charset):
        parsed = _read_swiftly(replace_doctype(hoped), url, memory, max_entries)
        if parsed:
            return parsed
    data = replace_doctype(to_utf8(body, charset))
    return _read_xml(data, url, memory, max_entries)


def _cut(data: bytes, url: str, max_entries: int) -> tuple[bytes, split.Cut] | None:
    return split.cut(data, salt=re.split(r"[?#]", url, maxsplit=1)[0], max_entries=max_entries)


def _read_swiftly(data: bytes, url: str, memory: split.Memory, max_entries: int) -> Parsed | None:
    """A document in which all is as it should be, looked at once; None for all others.

    Known entries are not looked at: their bytes, in tags that say the same, were in a well-formed
    document, so that with them this one is as well-formed as it is without. It is otherwise where
    a DOCTYPE declares what they refer to.
    """
    if memory.digests and not memory.sound:
        return None
    cut = _cut(data, url, max_entries)
    if cut is None:
        return None
    data, places = cut
    rest, left = places.without(data, memory)
    if left < len(places.ranges) and b"<!DOCTYPE" in split.before(data):
        return None
    try:
        read = read_strict(rest, url)
    except Doubt:
        return None
    return _parsed(read, data, url, places, "strict") if len(read[1]) == left else None


def _read_xml(data: bytes, url: str, memory: split.Memory, max_entries: int) -> Parsed:
    """A document in UTF-8, cut up where that is possible."""
    cut = _cut(data, url, max_entries)
    if cut is None:
        read, path = _read(data, url)
        return _whole(read, data, url, max_entries, path=path)
    data, places = cut
    rest, left = places.without(data, memory)
    delta = left < len(places.ranges)
    read, path = _read(rest, url, strictly=not delta or is_well_formed(data))
    if len(read[1]) != left:
        # What looks like entries to us is not what entries are here: no short cuts.
        read, path = _read(data, url) if delta else (read, path)
        return _whole(read, data, url, max_entries, path=path)
    return _parsed(read, data, url, places, path)


def _parsed(read: Read, data: bytes, url: str, places: split.Cut, path: str) -> Parsed:
    """A document that could be cut up; `read` has only what of it is new."""
    delta = len(read[1]) < len(places.ranges)
    # What has entries that are known was a feed before, whatever is left of it.
    entries = read[1] if delta else _checked(read, data)
    return Parsed(
        feed=to_feed(read[0], url, split.before(data)),
        entries=tuple([to_entry(entry, url) for entry in entries]),
        hashes=places.hashes(sound=path == "strict" or is_well_formed(data)),
        listed=places.listed,
        delta=delta,
        path=path,
    )


def _read(data: bytes, url: str, *, strictly: bool = True) -> tuple[Read, str]:
    """The document by the strict path, else by feedparser; and which it was."""
    if strictly:
        try:
            return read_strict(data, url), "strict"
        except Doubt:
            pass
    from aggregator.parse.loose import read_loose  # noqa: PLC0415 - see `parse`

    return read_loose(data, url, "utf-8"), "feedparser"


def _whole(read: Read, data: bytes, url: str, max_entries: int, *, path: str) -> Parsed:
    """A document that could not be cut up."""
    entries = _checked(read, data)
    return Parsed(
        feed=to_feed(read[0], url, split.before(data)),
        entries=tuple(to_entry(entry, url) for entry in entries[:max_entries]),
        listed=len(entries),
        path=path,
    )


def _checked(read: Read, data: bytes) -> list[Context]:
    """The entries, if it is a feed at all: a feed without entries is one, a page is not."""
    _, entries, version = read
    if entries or version:
        return entries
    if re.search(rb"<(?:!doctype\s+)?html\b", data[:4096], re.IGNORECASE):
        raise _page(data)
    raise ParseError(
        "This is not a feed.",
        kind="not_a_feed",
        hint="Feeds are RSS, Atom or JSON Feed documents.",
    )


def _page(body: bytes) -> ParseError:
    for marks, what, hint in _PAGES:
        if marks.search(body, 0, _LOOKED_AT):
            return ParseError(what, kind="not_a_feed", hint=hint)
    return ParseError(
        "This is a web page, not a feed.",
        kind="not_a_feed",
        hint="Try `aggregate find` with the address of the page.",
    )
