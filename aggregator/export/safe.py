"""Cleans what is exported, once, before any writer sees it.

A writer then has its own format's escaping to do and nothing else. After this

- no text has characters that XML 1.0 forbids, C1 controls (terminals obey them) or lone
  surrogates (no encoding takes them), and every line ends with LF,
- names and titles are one line,
- every address is http or https, ASCII, percent-encoded and without user and password, or None,
- languages are BCP 47 in shape and media types RFC 6838 in shape, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from aggregator import urls
from aggregator.curation import Item, Via
from aggregator.export.channel import Channel, ExportOptions
from aggregator.model import Enclosure, FeedRow, StoredEntry

_NEWLINE = re.compile("\r\n|[\r\x85\u2028\u2029]")
# U+2028 and U+2029 are folded before; they are here so that one search tells.
_FORBIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\n]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_ADDRESS = re.compile(r"(https?)://([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
# What only Aggregator follows: it is filled in with the address of a bridge when it is asked.
_REFERENCE = re.compile(r"(?:rsshub|rssbridge|nitter):")
_WITH_USER = re.compile(r"https?://[^/?#\\\s]*@", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 3986: everything that may stand in path, query and fragment unencoded.
_PLAIN = "%/?#:@!$&'()*+,;=~"

UNNAMED = "Unnamed source"

LINES = ("category", "platform", "title", "author", "rights", "section", "image_alt")
TEXTS = ("guid", "summary", "html", "text")
PROSE = ("note", "quote")
PAGES = ("url", "image", "comments_url", "canonical_url")


def text(value: str) -> str:
    """Returns the text with only those characters that every format can carry."""
    if value.isprintable() or not _FORBIDDEN.search(value):  # nearly always
        return value
    value = _NEWLINE.sub("\n", _SURROGATE.sub("\ufffd", value))
    return _FORBIDDEN.sub("", value)


def line(value: str) -> str:
    """Returns the text as one line: runs of blanks become one space, none at the ends."""
    return _BLANKS.sub(" ", text(value)).strip()


def prose(value: str) -> str:
    """Returns what a curator wrote, its lines kept, without blanks at their ends."""
    return "\n".join(each.rstrip() for each in text(value).split("\n")).strip()


@lru_cache(maxsize=8192)  # the same feeds are exported again and again
def link(url: str | None) -> str | None:
    """Returns the address when a reader may be sent there, else None.

    Backslashes after the host are slashes to browsers (WHATWG URL), so they are here: encoded,
    they would make what stands before an @ a user name.
    """
    found = _ADDRESS.fullmatch(text(url or "").strip().replace("\t", "").replace("\n", ""))
    if found is None:
        return None
    scheme, authority, rest = found.groups()
    authority = _ascii(authority.rpartition("@")[2])
    if not _AUTHORITY.fullmatch(authority):
        return None
    if rest.startswith("\\"):
        rest = "/" + rest[1:]
    return f"{scheme.lower()}://{authority.lower()}{_encode(rest)}"


def page(url: str | None) -> str | None:
    """Returns the address of a feed or its page; one that holds a secret is left out."""
    return None if urls.is_private(url or "") else link(url)


def item(entry: StoredEntry) -> Item:
    """Returns the entry or item as an item with every field clean that is exported."""
    raw = Item.of(entry)
    return replace(
        raw,
        **_each(raw, LINES, line),
        **_each(raw, TEXTS, text),
        **_each(raw, PROSE, prose),
        **_each(raw, PAGES, link),
        source=line(raw.source) or UNNAMED,
        source_url=page(raw.source_url),
        language=_shaped(_LANGUAGE, raw.language),
        tags=tuple(dict.fromkeys(filter(None, map(line, raw.tags)))),
        enclosures=tuple(_enclosure(each) for each in raw.enclosures if link(each.url)),
        via=tuple(_via(each) for each in raw.via if line(each.name) or page(each.url)),
    )


@lru_cache(maxsize=4096)
def feed(raw: FeedRow, *, secrets: bool = False) -> FeedRow:
    """Returns the feed with those fields clean that are exported; a private address is empty.

    Both addresses are judged: the one that was subscribed may hold what the other one hides.
    With `secrets` the address is kept as it is.
    """
    private = not secrets and (urls.is_private(raw.url) or urls.is_private(raw.feed_url))
    return replace(
        raw,
        title=line(raw.title) or UNNAMED,
        category=line(raw.category),
        feed_url="" if private else _subscription(raw.feed_url),
        site_url=page(raw.site_url),
        tags=tuple(filter(None, map(line, raw.tags))),
    )


def _subscription(url: str) -> str:
    """Returns the address to subscribe to, user and password included, or the reference."""
    address = text(url).strip()
    if _REFERENCE.match(address):
        return address
    return address if _WITH_USER.match(address) and link(address) else link(address) or ""


def channel(raw: Channel) -> Channel:
    """Returns the channel with every field clean, its feeds too."""
    return replace(
        raw,
        title=line(raw.title) or "Aggregator",
        url=link(raw.url),
        feed_url=link(raw.feed_url),
        description=line(raw.description),
        author=line(raw.author or "") or None,
        feeds=tuple(feed(each, secrets=raw.secrets) for each in raw.feeds),
        language=_shaped(_LANGUAGE, raw.language),
        options=options(raw.options),
    )


def options(raw: ExportOptions) -> ExportOptions:
    """Returns the options with every text clean; a mail's headers are one line each."""
    return replace(
        raw,
        utm=line(raw.utm),
        texts=tuple(map(prose, raw.texts)),
        sender=line(raw.sender),
        recipients=tuple(map(line, raw.recipients)),
        subject=line(raw.subject),
    )


def _each(raw: Item, names: tuple[str, ...], clean: Callable[[str], Any]) -> dict[str, Any]:
    """Returns the named fields, clean; None stays None."""
    values = {name: getattr(raw, name) for name in names}
    return {name: None if value is None else clean(value) for name, value in values.items()}


def _enclosure(raw: Enclosure) -> Enclosure:
    return replace(
        raw,
        url=link(raw.url) or "",
        type=_shaped(_MEDIA_TYPE, (raw.type or "").lower()),
        length=_size(raw.length),
        duration=_size(raw.duration),
        title=line(raw.title or "") or None,
    )


def _via(raw: Via) -> Via:
    """Returns whom to thank; an address that holds a secret is left out."""
    url = page(raw.url)
    return Via(name=line(raw.name) or urls.host(url or ""), url=url)


def _shaped(pattern: re.Pattern[str], value: str | None) -> str | None:
    return value if pattern.fullmatch(value or "") else None


def _size(value: int | None) -> int | None:
    return value if value is not None and value >= 0 else None


def _ascii(host: str) -> str:
    """Returns the host in ASCII (IDNA); an impossible one comes back as it is."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _encode(rest: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", rest), safe=_PLAIN)
