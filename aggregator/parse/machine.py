"""What a document has said so far: the open elements, and the entries and feed being filled.

The rules are feedparser's (its mixin.py, see NOTICE.txt), so that a feed means the same to us:
an element's text goes to the entry, the feed, its image or an entry's source, whichever is open;
the outermost of two titles wins; a description after a summary is content; text that was UTF-8
and went through Latin-1 is repaired. What an entry holds are plain dicts under feedparser's keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aggregator.parse.resolve import join
from aggregator.parse.texts import (
    XHTML,
    content_type,
    decoded,
    looks_like_html,
    repaired,
    unwrapped,
)

Context = dict[str, Any]

ADDRESSES = frozenset(
    {"comments", "docs", "href", "icon", "id", "link", "logo", "url"}
    | {"wfw_comment", "wfw_commentrss"}
)
"""Elements whose text is an address, to be resolved against the base in force."""

_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")


class Doubt(Exception):
    """The document does something that feedparser had better read itself."""


Attributes = dict[str, str]
Start = Callable[["Machine", Attributes], None]
End = Callable[["Machine"], object]


class Machine:
    """The state that elements change; `fields` has a row for each element that does.

    Slots, as there are too many attributes for CPython's fast path to instance dicts.
    """

    __slots__ = (
        *("base", "lang", "version", "feed", "entries", "source", "depths"),
        *("stack", "pieces", "depth", "title_depth"),
        *("in_feed", "in_entry", "in_source", "in_image", "in_textinput"),
        *("in_author", "in_contributor", "in_publisher", "in_content"),
        *("has_content", "guid_is_link", "summary_is_content", "summary_is_caption"),
        *("kind", "kind_base", "kind_lang", "base64", "repair"),
    )

    def __init__(self, base: str) -> None:
        self.base = base
        self.lang: str | None = None
        self.version = ""
        self.feed: Context = {}
        self.entries: list[Context] = []
        self.source: Context = {}
        self.depths: dict[str, int] = {}
        self.stack: list[tuple[str, bool, list[str]]] = []
        self.pieces: list[str] = []
        self.depth = 0
        self.title_depth = -1
        self.in_feed = self.in_entry = self.in_source = self.in_image = self.in_textinput = False
        self.in_author = self.in_contributor = self.in_publisher = False
        self.in_content = 0
        self.has_content = self.guid_is_link = False
        self.summary_is_content = self.summary_is_caption = False
        self.kind: str | None = None
        self.kind_base = ""
        self.kind_lang: str | None = None
        self.base64 = False
        self.repair: Callable[[str], str] = repaired

    def context(self) -> Context:
        """What an element now belongs to."""
        if self.in_source:
            return self.source
        if self.in_image and "image" in self.feed:
            return self.feed["image"]  # type: ignore[no-any-return]
        if self.in_textinput:
            return self.feed.setdefault("textinput", {})  # type: ignore[no-any-return]
        return self.entries[-1] if self.in_entry else self.feed

    def push(self, name: str, wanted: bool) -> None:  # noqa: FBT001 - a row says it by position
        """Open an element; what follows is its text, and is kept when `wanted`."""
        self.pieces = []
        self.stack.append((name, wanted, self.pieces))

    def push_content(self, name: str, attrs: dict[str, str], default: str) -> None:
        """Open an element with a text construct: `type` says what its text is."""
        self.in_content += 1
        if self.lang:
            self.lang = self.lang.replace("_", "-")
        self.kind = kind = content_type(attrs.get("type", default))
        self.kind_base = self.base
        self.kind_lang = self.lang
        self.base64 = attrs.get("mode") == "base64" or not (
            kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
        )
        self.push(name, wanted=True)

    def pop_content(self, name: str) -> str | None:
        """Close an element with a text construct."""
        value = self.pop(name)
        self.in_content -= 1
        self.kind = None
        self.base64 = False
        return value

    def pop(self, name: str) -> str | None:
        """Close an element and keep its text; None when another one is open."""
        if not self.stack or self.stack[-1][0] != name:
            return None
        _, wanted, pieces = self.stack.pop()
        self.pieces = self.stack[-1][2] if self.stack else []
        if self.kind == XHTML and self.version == "atom10":
            pieces = unwrapped(pieces)
        text = "".join(pieces).strip()
        if not wanted:
            return text
        if text:
            text = self.corrected(name, text)
        self.base64 = False
        if name not in {"category", "tags", "itunes_keywords"} and not (
            name == "title" and -1 < self.title_depth <= self.depth
        ):
            self.keep(name, text)
        return text

    def corrected(self, name: str, text: str) -> str:
        """The text after feedparser's corrections, in its order."""
        if self.base64:
            text = decoded(text)
        if name in ADDRESSES and (name != "id" or self.guid_is_link):
            text = join(self.base, text)
        if (
            self.kind == "text/plain"
            and not self.version.startswith("atom")
            and looks_like_html(text)
        ):
            self.kind = "text/html"
        if text.isascii():
            return text
        return repaired(text) if self.base64 else self.repair(text)

    def keep(self, name: str, text: str) -> None:
        """Put an element's text where it belongs."""
        if self.in_entry and not self.in_source:
            self._keep_in_entry(name, text)
        elif self.in_feed or self.in_source:
            self._keep_in_feed(name, text)

    def _keep_in_entry(self, name: str, text: str) -> None:
        entry = self.entries[-1]
        if name == "content":
            entry.setdefault("content", []).append(self.detail(text))
        elif name == "link":
            if not self.in_image:
                point_link(entry, text)
        else:
            name = "summary" if name == "description" else name
            depth = self.depths.get(name)
            if depth is None or self.depth <= depth:
                self.depths[name] = self.depth
                entry[name] = text
            if self.in_content:
                entry[name + "_detail"] = self.detail(text)

    def _keep_in_feed(self, name: str, text: str) -> None:
        context = self.context()
        name = "subtitle" if name == "description" else name
        context[name] = text
        if name == "link":
            context["link"] = _REFERENCE.sub(r"&\1", text)
            point_last_link(context, context["link"])
        elif self.in_content:
            context[name + "_detail"] = self.detail(text)

    def detail(self, text: str) -> Context:
        """A text construct as feedparser would describe it."""
        return {
            "type": self.kind or "",
            "language": self.kind_lang,
            "base": self.kind_base,
            "value": text,
        }


def point_link(entry: Context, text: str) -> None:
    """Give an entry its link, which came as text."""
    if "&" in text:
        text = _REFERENCE.sub(r"&\1", text.replace("&amp;", "&"))
    entry["link"] = text
    point_last_link(entry, text)


def point_last_link(context: Context, address: str) -> None:
    """Give the link that was opened last its address, which came as text."""
    links = context.get("links")
    if links and address:
        links[-1]["href"] = address
