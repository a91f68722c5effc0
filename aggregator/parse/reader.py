"""The machine as expat's events drive it: names, attributes, scopes and inline markup.

Elements are known by their namespace, whatever prefix the document gives it; an unusual namespace
under a usual prefix counts as the usual one, as in feedparser. What is open is the machine's;
how a document comes to be read is in `strict`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aggregator.parse.fields import FIELDS
from aggregator.parse.leaves import LEAVES, PEOPLE, Leaf, other
from aggregator.parse.machine import Attributes, Doubt, End, Machine, Start
from aggregator.parse.namespaces import PREFIXES, Names
from aggregator.parse.resolve import rebase
from aggregator.parse.texts import XHTML

DEEPEST: Final = 500
"""Elements within elements; a feed needs a dozen, XHTML a few dozen."""

_DIVS = frozenset({"div", "xhtml:div"})
_TEXTINPUT = frozenset({"title", "link", "description", "name"})
_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
_NAMED = {
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}
ELSEWHERE, ENTRY, AUTHOR = range(3)
"""Places in a document, which are places in `Element.leaves`."""

_PLACES = {"item": ENTRY, "content": ENTRY, "author": AUTHOR}
"""The places by what is open; an entry's content stays open (see `elements.start_content`)."""

SCOPED = frozenset({"xml:base", "base", "xml:lang", "lang"})
"""Attributes that change the base or the language in force."""

_USUAL = (
    "domain duration expression filesize height href hreflang label length lang medium rel "
    "count average max min scheme src term text title type url version views width"
)
USUAL = frozenset(_USUAL.split())
"""Attributes that are written as we write them, without a prefix and in lower case."""

_OURS = ("_detail", "_parsed")
"""Names that only we may give: a document with such an element is a puzzle for feedparser."""


@dataclass(frozen=True, slots=True)
class Element:
    """What a name of the document means: resolved once, looked up ever after."""

    tag: str
    name: str
    start: Start | None
    end: End | None
    known: bool
    leaves_textinput: bool
    leaves_image: bool
    xmlns: str | None
    leaves: tuple[Leaf | None, Leaf | None, Leaf | None]


class Known(dict[str, Element]):
    """The names met so far; a new one is resolved."""

    __slots__ = ("resolve",)

    def __init__(self, resolve: Callable[[str], Element]) -> None:
        super().__init__()
        self.resolve = resolve

    def __missing__(self, raw: str) -> Element:
        element = self[raw] = self.resolve(raw)
        return element


class Reader(Machine):
    """The machine with what elements have in common."""

    __slots__ = ("known", "level", "markup", "names", "scope", "scopes", "svg", "xlinks")

    def __init__(self, base: str) -> None:
        super().__init__(rebase(base, base))
        self.names = Names()
        self.known = Known(self.resolve)
        self.scope: tuple[str, str | None] = (self.base, None)
        self.scopes: list[tuple[str, str | None]] = []
        self.xlinks: Attributes = {}
        self.level = 0
        self.markup = 0
        self.svg = 0

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        """A namespace is declared."""
        if not uri:
            return
        if self.names.declare(prefix, uri):
            self.known.clear()
        self.version = self.version or self.names.version
        if prefix and uri == "http://www.w3.org/1999/xlink":
            self.xlinks["xmlns:" + prefix] = uri

    def say(self, texts: list[str]) -> None:
        """Add to the text of what is open."""
        self.pieces.extend(map(escaped, texts) if self.kind == XHTML else texts)
        texts.clear()

    def open(self, element: Element, attrs: Attributes) -> None:
        """An element starts."""
        self.depth += 1
        self.level += 1
        if self.level > DEEPEST:
            raise Doubt
        if attrs:
            self.enter(attrs)
        self.scopes.append(self.scope)
        if self.in_content and self.start_markup(element, attrs):
            return
        if element.leaves_textinput:
            self.in_textinput = False
        if element.leaves_image:
            self.in_image = False
        if element.start is not None:
            element.start(self, attrs)
        elif not attrs:
            self.push(element.name, wanted=True)
        else:
            self.context()[element.name] = attrs

    def close(self, element: Element) -> None:
        """An element ends."""
        self.level -= 1
        if self.markup:
            self.markup -= 1
            if self.end_markup(element):
                return
        elif element.end is not None:
            element.end(self)
        else:
            self.pop(element.name)
        self.leave()

    def within(self) -> int:
        """Where leaves may be told at once: `ENTRY`, `AUTHOR` (in an entry), or not here."""
        place = _PLACES.get(self.stack[-1][0], ELSEWHERE) if self.stack else ELSEWHERE
        if place and (
            not self.in_entry
            or self.in_author != (place == AUTHOR)
            or self.in_content
            or self.in_source
            or self.in_image
            or self.in_textinput
            or self.in_contributor
            or self.in_publisher
            or self.markup
            or self.level >= DEEPEST
        ):
            return ELSEWHERE
        return place

    def attributes(self, element: Element, given: dict[str, str]) -> Attributes:
        """The attributes under standard prefixes and as written, lower case."""
        attrs, self.xlinks = self.xlinks, {}
        if element.xmlns:
            attrs["xmlns"] = element.xmlns
        written: Attributes = {}
        for key, value in given.items():
            if " " in key:
                uri, name, prefix = key.rsplit(" ", 2)
                standard = PREFIXES.get(uri.lower())
                attrs[(f"{standard}:{name}" if standard else name).lower()] = value
                written[f"{prefix}:{name}".lower()] = value
            else:
                attrs[key.lower()] = value
        if written:
            attrs |= written
        self.lower(attrs)
        return attrs

    @staticmethod
    def lower(attrs: Attributes) -> None:
        """Write in lower case the attributes whose case means nothing."""
        if "rel" in attrs:
            attrs["rel"] = attrs["rel"].lower()
        if "type" in attrs:
            attrs["type"] = attrs["type"].lower()

    def enter(self, attrs: Attributes) -> None:
        """Note the base and the language that an element sets for itself and what is in it."""
        base = attrs.get("xml:base", attrs.get("base"))
        lang = attrs.get("xml:lang", attrs.get("lang"))
        if base:
            self.base = rebase(self.base, base)
        if lang is not None:
            self.lang = lang or None
        if base or lang is not None:
            self.scope = (self.base, self.lang)

    def leave(self) -> None:
        """Return to the base and the language of the element around."""
        self.depth -= 1
        scopes = self.scopes
        scopes.pop()
        if scopes and scopes[-1] is not self.scope:
            self.scope = scopes[-1]
            self.base, self.lang = self.scope

    def start_markup(self, element: Element, attrs: Attributes) -> bool:
        """Whether an element belongs to the text that is open; it is then written into it."""
        if self.kind is not None and not self.kind.endswith("xml"):
            if element.tag in _DIVS:
                self.markup += 1
                return True
            self.kind = XHTML
        if self.kind != XHTML:
            return False
        self.markup += 1
        prefix, _, tag = element.tag.rpartition(":")
        written = list(attrs.items())
        if prefix and _NAMED.get(tag, "-") == self.names.in_use.get(prefix):
            written.append(("xmlns", _NAMED[tag]))
        if tag == "svg":
            self.svg += 1
        quoted = (f' {key}="{quote(value)}"' for key, value in written)
        self.pieces.append(f"<{tag}{''.join(quoted)}>")
        return True

    def end_markup(self, element: Element) -> bool:
        """Write an end tag; True for the div that feedparser forgets to leave."""
        tag = element.tag.rpartition(":")[2]
        if tag == "svg" and self.svg:
            self.svg -= 1
        if element.known and not self.svg:
            raise Doubt
        if self.kind != XHTML:
            return True
        self.pieces.append(f"</{tag}>")
        return False

    def resolve(self, raw: str) -> Element:
        """What a name means, for as long as no namespace is declared."""
        prefix, standard, local, namespace = self.names.resolve(raw)
        tag = f"{prefix}:{local}" if prefix else local
        name = f"{standard}_{local}" if standard else local
        if name.endswith(_OURS) or name in {"links", "authors"}:
            raise Doubt
        return described(tag, name, local, namespace)


@lru_cache(maxsize=1024)
def described(tag: str, name: str, local: str, namespace: str | None) -> Element:
    """The element of a name; documents share them."""
    start, end = FIELDS.get(name, (None, None))
    xmlns = _NAMED.get(local) if namespace == _NAMED.get(local) else None
    leaf = None if xmlns else LEAVES.get(name) if name in FIELDS else other(name)
    return Element(
        tag=tag,
        name=name,
        start=start,
        end=end,
        known=name in FIELDS,
        leaves_textinput=name == local and tag not in _TEXTINPUT,
        leaves_image=name == local and tag not in _IMAGE,
        xmlns=xmlns,
        leaves=(None, leaf, PEOPLE.get(name)),
    )


def escaped(text: str) -> str:
    """Text as it is in markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quote(text: str) -> str:
    """Text as it is in an attribute."""
    return escaped(text).replace('"', "&quot;")
