"""The strict path: a well-formed document, read by expat into the machine.

Elements are known by their namespace, whatever prefix the document gives it; an unusual namespace
under a usual prefix counts as the usual one, as in feedparser. Whatever is doubtful raises
`Doubt`, and feedparser reads the document instead. Expat resolves no external entities here and
bounds the growth of internal ones; the depth of elements is capped.
"""

from __future__ import annotations

from dataclasses import dataclass
from pyexpat import ExpatError, ParserCreate, XMLParserType
from typing import Final
from xml.sax.saxutils import escape

from aggregator.parse.fields import FIELDS
from aggregator.parse.machine import Attributes, Context, Doubt, End, Machine, Start
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


class Reader(Machine):
    """The machine with the handlers that expat calls."""

    __slots__ = ("known", "level", "markup", "names", "scope", "scopes", "svg", "xlinks")

    def __init__(self, base: str) -> None:
        super().__init__(rebase(base, base))
        self.names = Names()
        self.known: dict[str, Element] = {}
        self.scope: tuple[str, str | None] = (self.base, None)
        self.scopes: list[tuple[str, str | None]] = []
        self.xlinks: Attributes = {}
        self.level = 0
        self.markup = 0
        self.svg = 0

    def read(self, data: bytes) -> None:
        """Read a whole document."""
        parser = guarded_parser()
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartNamespaceDeclHandler = self.namespace
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.Parse(data, True)  # noqa: FBT003 - the signature of expat

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        """A namespace is declared."""
        if not uri:
            return
        if self.names.declare(prefix, uri):
            self.known.clear()
        self.version = self.version or self.names.version
        if prefix and uri == "http://www.w3.org/1999/xlink":
            self.xlinks["xmlns:" + prefix] = uri

    def text(self, text: str) -> None:
        """Text, in one piece up to the next element (or 64 KB)."""
        self.pieces.append(escape(text) if self.kind == XHTML else text)

    def start(self, raw: str, given: dict[str, str]) -> None:
        """An element starts."""
        element = self.known.get(raw) or self.resolve(raw)
        self.depth += 1
        self.level += 1
        if self.level > DEEPEST:
            raise Doubt
        attrs = {}
        if given or self.xlinks or element.xmlns:
            attrs = self.attributes(element, given)
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

    def end(self, raw: str) -> None:
        """An element ends."""
        element = self.known.get(raw) or self.resolve(raw)
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
        attrs |= written
        for key in ("rel", "type"):
            if key in attrs:
                attrs[key] = attrs[key].lower()
        return attrs

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
        quoted = (f' {key}="{escape(value, _QUOTE)}"' for key, value in written)
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
        start, end = FIELDS.get(name, (None, None))
        element = Element(
            tag=tag,
            name=name,
            start=start,
            end=end,
            known=name in FIELDS,
            leaves_textinput=not standard and tag not in _TEXTINPUT,
            leaves_image=not standard and tag not in _IMAGE,
            xmlns=_NAMED.get(local) if namespace == _NAMED.get(local) else None,
        )
        self.known[raw] = element
        return element


_QUOTE = {'"': "&quot;"}


def read_strict(data: bytes, base: str) -> tuple[Context, list[Context], str]:
    """The feed, its entries and the version of a well-formed document; else raises Doubt."""
    reader = Reader(base)
    try:
        reader.read(data)
    except ExpatError as error:
        raise Doubt from error
    return reader.feed, reader.entries, reader.version


def is_well_formed(data: bytes) -> bool:
    """Whether expat accepts the document."""
    try:
        guarded_parser().Parse(data, True)  # noqa: FBT003 - as above
    except (ExpatError, Doubt):
        return False
    return True


def guarded_parser() -> XMLParserType:
    """A parser that refuses what could lead it outside, or make it swell."""
    parser = ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _doctype
    parser.EntityDeclHandler = _entity
    return parser


def _doctype(_name: str, system: str | None, public: str | None, _subset: int) -> None:
    """A DOCTYPE is left: it may not name anything outside."""
    if system or public:
        raise Doubt


def _entity(_name: str, _parameter: int, value: str | None, *_: object) -> None:
    """An entity is declared: it may not be made of others."""
    if value is None or ("&" in value and value != "&"):
        raise Doubt
