"""The strict path: a well-formed document, read by expat.

Whatever is doubtful raises `Doubt`, and feedparser reads the document instead. Expat resolves no
external entities here and bounds the growth of internal ones; the depth of elements is capped.
"""

from __future__ import annotations

from collections.abc import Callable
from pyexpat import ExpatError, ParserCreate, XMLParserType

from aggregator.parse.leaves import Leaf
from aggregator.parse.machine import Attributes, Context, Doubt
from aggregator.parse.reader import ELSEWHERE, ENTRY, SCOPED, USUAL, Element, Reader
from aggregator.parse.texts import repairs


def read_strict(data: bytes, base: str) -> tuple[Context, list[Context], str]:
    """The feed, its entries and the version of a well-formed document; else raises Doubt."""
    m = Reader(base)

    def repair(text: str) -> str:
        m.repair = repairs(data)
        return m.repair(text)

    m.repair = repair
    parser = guarded_parser()
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartNamespaceDeclHandler = m.namespace
    texts: list[str] = []
    parser.CharacterDataHandler = texts.append
    parser.StartElementHandler, parser.EndElementHandler = handlers(m, texts)
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the signature of expat
    except (ExpatError, UnicodeError) as error:
        raise Doubt from error
    return m.feed, m.entries, m.version


Handlers = tuple[Callable[[str, Attributes], None], Callable[[str], None]]


def handlers(m: Reader, texts: list[str]) -> Handlers:  # noqa: C901, PLR0915 - see below
    """What expat calls where an element starts and ends; text it appends to `texts` itself.

    An element that may be a leaf waits for its end and is told then, at once; if something starts
    in it before, it is opened after all. These two run for each element of each document: hence
    one long function with local names, no calls for what is usual, and what is the same for all
    elements of an entry asked only where something opens or closes.
    """
    known = m.known
    usual = USUAL.issuperset
    element: Element
    leaf: Leaf | None = None  # of the element that waits, if one does
    held: Attributes = {}
    place = ELSEWHERE
    entry: Context = {}

    def start(raw: str, attrs: Attributes) -> None:
        nonlocal element, leaf, held, place
        if leaf is not None:
            m.open(element, held)
            place = m.within()
        if texts:
            if place == ENTRY:
                texts.clear()  # an entry's own text is nothing
            else:
                m.say(texts)
        element = known[raw]
        leaf = element.leaves[place]
        if attrs or m.xlinks or element.xmlns:
            if m.xlinks or element.xmlns or not usual(attrs):
                attrs = m.attributes(element, attrs)
                if not SCOPED.isdisjoint(attrs):
                    leaf = None
            else:
                m.lower(attrs)
        held = attrs
        if leaf is None:
            m.open(element, attrs)
            look()

    def end(raw: str) -> None:
        nonlocal leaf
        if leaf is not None:
            tell, leaf = leaf, None
            if tell(m, entry, held, "".join(texts).strip()):
                texts.clear()
                return
            m.open(element, held)
        if texts:
            m.say(texts)
        m.close(known[raw])
        look()

    def look() -> None:
        nonlocal place, entry
        place = m.within()
        if place:
            entry = m.entries[-1]

    return start, end


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
