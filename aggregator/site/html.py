"""A page of the desk made a page of the site: links to files, icons within, its policy in a tag.

Pages are copied tag by tag; what is not about addresses stays as the desk wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

LINKS = {"href", "src", "action", "poster"}
OUTWARD = ("rel", "noopener noreferrer")

_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)
_SPRITE = re.compile(r"/icons\.svg(?:\?[^#]*)?#([\w-]+)$")


class Links(HTMLParser):
    """The addresses of the desk that a page leads to, and the next page of its river.

    `prefix` is the path that the desk puts before all of its addresses; it is taken off.
    """

    def __init__(self, page: str, *, prefix: str = "") -> None:
        super().__init__()
        self._prefix = prefix
        self.addresses: list[str] = []
        self.next: str | None = None
        self.icons: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Take note of where a tag leads."""
        for name, value in attrs:
            if name not in LINKS or not value or not is_local(value):
                continue
            if icon := _SPRITE.search(value) if tag == "use" else None:
                self.icons.add(icon[1])
            address = within(value.partition("#")[0], self._prefix)
            if address is None:
                continue
            if ("rel", "next") in attrs:
                self.next = address
            else:
                self.addresses.append(address)


def is_local(address: str) -> bool:
    """Whether an address is one of the desk that shows it."""
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def within(address: str, prefix: str) -> str | None:
    """Return an address as it is within the desk, without its prefix; None for any other."""
    return address.removeprefix(prefix) if address.startswith(f"{prefix}/") else None


class Rewriter(HTMLParser):
    """A copy of a page in which addresses are what `resolve` says; None means there is none.

    What leads nowhere goes: a link keeps its words, a button, a form or a reference goes whole.
    `head` is put behind the charset, `top` at the beginning of the body.
    """

    def __init__(self, resolve: Callable[[str], str | None], *, head: str, top: str) -> None:
        super().__init__(convert_charrefs=False)
        self._resolve, self._head, self._top = resolve, head, top
        self._skipped = ""
        self._parts: list[str] = []

    def of(self, page: str) -> str:
        """Return the page rewritten."""
        self.feed(page)
        self.close()
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Copy a tag with its addresses made new."""
        if self._skipped:
            return
        raw = self.get_starttag_text() or ""
        new = [self._attribute(tag, name, value) for name, value in attrs]
        there = [each for each in new if each is not None]
        if len(there) < len(new):
            raw = self._without(tag, attrs, there)
        elif there != attrs:
            raw = _tag(tag, _outward(there) if tag == "a" else there)
        self._parts.append(raw)
        if self._skipped:
            return
        if tag == "meta" and attrs and attrs[0][0] == "charset":
            self._parts.append(self._head)
        if tag == "body":
            self._parts.append(self._top)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Copy a tag that closes itself."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Copy the end of an element, or end what is left out."""
        if self._skipped:
            self._skipped = "" if tag == self._skipped else self._skipped
        else:
            self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Copy text."""
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        """Copy `&name;`."""
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Copy `&#number;`."""
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Copy the doctype."""
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self._skipped:
            self._parts.append(text)

    def _attribute(self, tag: str, name: str, value: str | None) -> tuple[str, str | None] | None:
        """Return the attribute as it is to be; None for an address that leads nowhere."""
        if name not in LINKS or not value or not is_local(value):
            return (name, value)
        if icon := _SPRITE.search(value) if tag == "use" else None:
            return (name, f"#icon-{icon[1]}")
        address, mark, fragment = value.partition("#")
        target = self._resolve(address)
        if target is None:
            return None
        return (name, target + mark + fragment)

    def _without(self, tag: str, attrs: Attributes, rest: Attributes) -> str:
        """Return what is left of a tag whose address is none."""
        kept = dict(attrs)
        if tag == "form" or (tag == "a" and ("button" in (kept.get("class") or "").split())):
            self._skipped = tag
            return ""
        if tag == "a":
            return _tag(tag, [each for each in rest if each[0] not in {"rel", "aria-label"}])
        return ""


def _outward(attrs: Attributes) -> Attributes:
    """Return the attributes of a link; with what a link to strangers has, where it became one."""
    href = dict(attrs).get("href") or ""
    leads_out = href.startswith(("http://", "https://"))
    if not leads_out:
        return attrs
    name, needed = OUTWARD
    # Once only, beside what it says already (`rel="next"`).
    words = dict.fromkeys([*(dict(attrs).get(name) or "").split(), *needed.split()])
    return [*(each for each in attrs if each[0] != name), (name, " ".join(words))]


def _tag(tag: str, attrs: Iterable[tuple[str, str | None]]) -> str:
    written = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs
    )
    return f"<{tag}{written}>"


def symbols(sprite: str) -> dict[str, str]:
    """Return the icons of the desk's file of icons by name, their ids made for use in a page."""
    return {
        match[1]: match[0].replace(f'id="{match[1]}"', f'id="icon-{match[1]}"', 1)
        for match in _SYMBOL.finditer(sprite)
    }


def drawn(icons: Iterable[str], known: Mapping[str, str]) -> str:
    """Return the icons that a page uses, to be put into it: a file's page may not ask another."""
    inside = "".join(known[name] for name in sorted(icons) if name in known)
    return f'\n<svg class="hidden" aria-hidden="true">{inside}</svg>' if inside else ""


def policy_tag(policy: str) -> str:
    """Return the answer's security headers as tags, but for what only a header may say."""
    directives = [each for each in policy.split("; ") if not each.startswith("frame-ancestors")]
    text = escape("; ".join(directives), quote=False)
    return (
        f'\n<meta http-equiv="Content-Security-Policy" content="{text}">'
        '\n<meta name="referrer" content="same-origin">'
    )
