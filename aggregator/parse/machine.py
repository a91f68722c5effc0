"""What a document has said so far: the open elements, and the entries and feed being filled.

The rules are feedparser's (its mixin.py, see NOTICE.txt), so that a feed means the same to us:
an element's text goes to the entry, the feed, its image or an entry's source, whichever is open;
the outermost of two titles wins; a description after a summary is content; text that was UTF-8
and went through Latin-1 is repaired. What an entry holds are plain dicts under feedparser's keys.
"""

from __future__ import annotations

import base64
import html.entities
import re
from collections.abc import Callable
from typing import Any

from aggregator.parse.resolve import join

Context = dict[str, Any]

XHTML = "application/xhtml+xml"
HTML_TYPES = frozenset({"text/html", XHTML})

_ADDRESSES = frozenset(
    "comments docs href icon id link logo url wfw_comment wfw_commentrss".split()
)
"""Elements whose text is an address, to be resolved against the base in force."""

_C1 = re.compile("[\x80-\x9f]")
_CP1252 = {
    number: bytes([number]).decode("cp1252")
    for number in range(0x80, 0xA0)
    if number not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_END_TAG = re.compile(r"</(\w+)>")
_TAG = re.compile(r"</?(\w+)")
_ANY_REFERENCE = re.compile(r"&#?\w+;")
_NAMED = re.compile(r"&(\w+);")
_HTML_TAGS = frozenset(
    "a abbr acronym address area article aside audio b big blockquote br button canvas caption "
    "center cite code col colgroup command datagrid datalist dd del details dfn dialog dir div dl "
    "dt em event-source fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i "
    "img input ins kbd keygen label legend li m map menu meter multicol nav nextid noscript ol "
    "optgroup option output p pre progress q s samp section select small sound source spacer span "
    "strike strong sub sup table tbody td textarea tfoot th thead time tr tt u ul var video".split()
)


class Doubt(Exception):
    """The document does something that feedparser had better read itself."""


Attributes = dict[str, str]
Start = Callable[["Machine", Attributes], None]
End = Callable[["Machine"], object]


class Machine:
    """The state that elements change; `fields` has a row for each element that does."""

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
        self.summary_is_content = False
        self.kind: str | None = None
        self.kind_base = ""
        self.kind_lang: str | None = None
        self.base64 = False

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
        if name in _ADDRESSES and (name != "id" or self.guid_is_link):
            text = join(self.base, text)
        if (
            self.kind == "text/plain"
            and not self.version.startswith("atom")
            and looks_like_html(text)
        ):
            self.kind = "text/html"
        return text if text.isascii() else repaired(text)

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
                text = _REFERENCE.sub(r"&\1", text.replace("&amp;", "&"))
                entry["link"] = text
                point_last_link(entry, text)
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
            "type": self.kind or "text/html",
            "language": self.kind_lang,
            "base": self.kind_base,
            "value": text,
        }


def point_last_link(context: Context, address: str) -> None:
    """Give the link that was opened last its address, which came as text."""
    links = context.get("links")
    if links and address:
        links[-1]["href"] = address


def content_type(given: str) -> str:
    """The media type that a `type` attribute means."""
    given = given.lower()
    short = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
    return short.get(given, given)


def decoded(text: str) -> str:
    """Base64 undone, where it is base64 of UTF-8."""
    try:
        return base64.decodebytes(text.encode()).decode()
    except ValueError:
        return text


def repaired(text: str) -> str:
    """UTF-8 that somebody took for Latin-1 put right, and windows-1252 that escaped into C1."""
    try:
        text = text.encode("iso-8859-1").decode()
    except UnicodeError:
        pass
    return text.translate(_CP1252) if _C1.search(text) else text


def looks_like_html(text: str) -> bool:
    """Whether nominally plain text is HTML: it has an end tag or a reference, and all are HTML's.

    It errs on the side of plain text, as losing words is worse than showing a tag.
    """
    if not ("<" in text and _END_TAG.search(text)) and not _ANY_REFERENCE.search(text):
        return False
    if any(tag.lower() not in _HTML_TAGS for tag in _TAG.findall(text)):
        return False
    return all(name in html.entities.entitydefs for name in _NAMED.findall(text))


def unwrapped(pieces: list[str]) -> list[str]:
    """Inline XHTML without the `<div>` that RFC 4287 (3.1.1.3) wraps around it."""
    while len(pieces) > 1 and not pieces[-1].strip():
        pieces.pop()
    while len(pieces) > 1 and not pieces[0].strip():
        pieces.pop(0)
    if not pieces or not (pieces[0] == "<div>" or pieces[0].startswith("<div ")):
        return pieces
    if pieces[-1] != "</div>":
        return pieces
    depth = 0
    for piece in pieces[:-1]:
        if piece.startswith("</"):
            depth -= 1
            if depth == 0:
                return pieces
        elif piece.startswith("<") and not piece.endswith("/>"):
            depth += 1
    return pieces[1:-1]
