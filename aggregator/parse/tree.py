"""A web page as a tree, for pages that are read like feeds: tolerant, of limited depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

DEEPEST = 100
"""Elements that are nested deeper become siblings."""

_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
_KEPT = frozenset(
    "a b blockquote br code del em i ins p pre s strike strong u".split()  # noqa: SIM905
)


@dataclass(eq=False, slots=True)
class Node:
    """An element; its children are elements and texts."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Return the names of the element's classes."""
        return self.attributes.get("class", "").split()

    def walk(self) -> Iterator[Node]:
        """Yield the element itself and all below it, as they stand in the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, name: str) -> Iterator[Node]:
        """Yield the elements of a class."""
        return (node for node in self.walk() if name in node.classes)

    def first(self, *names: str) -> Node | None:
        """Find the first element of a class, of the first of the classes that has one."""
        return next((node for name in names for node in self.all(name)), None)

    def text(self) -> str:
        """Return all texts, on one line."""
        return " ".join(self._texts().split())

    def _texts(self) -> str:
        if self.tag == "br":
            return "\n"
        return "".join(
            child if isinstance(child, str) else child._texts()  # noqa: SLF001 — its own kind
            for child in self.children
        )

    def html(self) -> str:
        """Write the children as HTML: plain tags, links, and the texts of all others."""
        return "".join(
            escape(child, quote=False) if isinstance(child, str) else child.outer_html()
            for child in self.children
        )

    def outer_html(self) -> str:
        """Write the element as HTML."""
        if self.tag == "br":
            return "<br>"
        # A glyph drawn as a background says in words what it shows.
        if self.tag not in _KEPT or "emoji" in self.classes:
            return self.text() if "emoji" in self.classes else self.html()
        link = self.attributes.get("href") if self.tag == "a" else None
        opened = f'<a href="{escape(link)}">' if link else f"<{self.tag}>"
        return f"{opened}{self.html()}</{self.tag}>"


def parse_page(page: str) -> Node:
    """Read a page; whatever is wrong with it, a tree comes out."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID and len(self._open) < DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # <div/> opens a div in HTML.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this name, and what was left open in it."""
        names = [node.tag for node in self._open]
        if tag in names:
            place = len(names) - 1 - names[::-1].index(tag)
            del self._open[place:]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:  # scripts and styles are not words
            self._open[-1].children.append(data)
