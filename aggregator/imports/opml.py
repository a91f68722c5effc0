"""OPML 1 and 2 (opml.org/spec2.opml), with what FreshRSS and Miniflux add to it.

Folders may be nested; `category` of a feed is a list of paths and tags, as our own export writes
it. Entities are refused and nothing is loaded: the document is a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from aggregator.config.values import Wrong
from aggregator.errors import UsageError
from aggregator.imports.folders import line, source
from aggregator.imports.nouns import Imported, Remark
from aggregator.model import Source
from aggregator.parse.encoding import to_utf8

_LONE_AMPERSAND = re.compile(rb"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_SCRAPED = {"html+xpath", "xml+xpath", "json+dotnotation", "html+xpath+json+dotnotation"}
_DEEPEST = 20
"""So many folders around a feed count, the innermost ones."""
_FORCED = "#force_feed"  # FreshRSS: "read it as a feed, whatever it says it is"


def recognises(head: str) -> bool:
    """Tell OPML by its root, which may stand behind a declaration and remarks."""
    return re.search(r"<opml[\s>]", head, re.IGNORECASE) is not None


def read(data: bytes) -> Imported:
    """Read an OPML document; raises UsageError where it is none."""
    reader = _Reader()
    try:
        reader.parse(data)
    except expat.ExpatError as first:
        # Half of all hand-made OPML has "?a=1&b=2" in an attribute.
        reader = _Reader()
        try:
            reader.parse(_LONE_AMPERSAND.sub(b"&amp;", data))
        except expat.ExpatError:
            reason = expat.ErrorString(first.code)
            raise UsageError(f"The OPML is broken at line {first.lineno}: {reason}.") from first
    if not reader.is_opml:
        raise UsageError("The document is XML, but no OPML.")
    return Imported(
        sources=tuple(reader.sources),
        remarks=tuple(reader.remarks),
        outlines=tuple(dict.fromkeys(reader.outlines)),
    )


class _Reader:
    """Walks through the document; `_folders` are the names of the outlines around a place."""

    def __init__(self) -> None:
        self.is_opml = False
        self.sources: list[Source] = []
        self.remarks: list[Remark] = []
        self.outlines: list[str] = []
        self._folders: list[str | None] = []

    def parse(self, data: bytes) -> None:
        try:
            self._parse(data)
        except (LookupError, ValueError):
            # An encoding with several bytes a letter, which expat does not take, or no encoding.
            self._parse(to_utf8(data, None))

    def _parse(self, data: bytes) -> None:
        parser: Any = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _refuse
        parser.Parse(data, True)  # noqa: FBT003 — expat's own way to say that this is all

    def _start(self, tag: str, given: Mapping[str, str]) -> None:
        name = tag.lower()
        self.is_opml = self.is_opml or name == "opml"
        if name != "outline":
            return
        attributes = {_local(key): value.strip() for key, value in given.items()}
        title = attributes.get("title") or attributes.get("text", "")
        is_feed = bool(attributes.get("xmlurl"))
        if is_feed:
            self._feed(title, attributes)
        elif link := _other_outline(attributes):
            self.outlines.append(link)
        self._folders.append(None if is_feed else title)

    def _end(self, tag: str) -> None:
        if tag.lower() == "outline":
            self._folders.pop()

    def _feed(self, title: str, attributes: Mapping[str, str]) -> None:
        url = attributes["xmlurl"].removesuffix(_FORCED)
        if attributes.get("type", "").lower() in _SCRAPED:
            why = f"{attributes['type']} is no feed: it takes a page apart"
            self.remarks.append(Remark(line(title or url), why))
            return
        paths, tags = _categories(attributes.get("category", ""))
        try:
            made = source(
                url,
                title=title,
                folders=[*filter(None, self._folders[-_DEEPEST:]), *paths[:_DEEPEST]],
                tags=tags,
                paused=attributes.get("disabled") == "true",
            )
        except Wrong as error:
            self.remarks.append(Remark(line(title or "A feed"), str(error)))
            return
        self.sources.append(made)
        if options := sorted(set(_http_options(attributes))):
            why = f"followed without its {', '.join(options)}; see `headers` in feeds.toml"
            self.remarks.append(Remark(line(title or url), why))


def _local(name: str) -> str:
    """Return an attribute's name without namespace: xmlUrl, XMLURL and frss:opmlUrl occur."""
    return name.rpartition(":")[2].lower()


def _other_outline(attributes: Mapping[str, str]) -> str | None:
    """Return the address of an OPML document that stands for what is in it, if it is one."""
    if attributes.get("type", "").lower() in {"include", "link"}:
        url = attributes.get("url", "")
        return url if attributes["type"].lower() == "include" or url.endswith(".opml") else None
    return attributes.get("opmlurl") or None


def _categories(text: str) -> tuple[list[str], list[str]]:
    """Split `category`: "/Boston/Weather,news" is a path and a tag (OPML 2.0, section Text)."""
    parts = [part.strip() for part in text.split(",")]
    paths = [step for part in parts if part.startswith("/") for step in part.split("/") if step]
    return paths, [part for part in parts if part and not part.startswith("/")]


def _http_options(attributes: Mapping[str, str]) -> Iterator[str]:
    """Yield what another reader is told to send along: it may be a secret, so it is not taken."""
    for name, value in attributes.items():
        if value and name in {"curlopt_cookie", "curlopt_httpheader", "curlopt_postfields"}:
            yield name.removeprefix("curlopt_").replace("httpheader", "headers")
        elif value and name in {"curlopt_useragent", "useragent"}:
            yield "user agent"


def _refuse(*_declaration: object) -> None:
    raise UsageError("The OPML declares entities, which no list of feeds needs.")
