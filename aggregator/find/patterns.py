r"""The two small languages of the recipes: patterns that pages match, templates that they fill.

A pattern is `host/path?query`, compared with an address without scheme, `www.`, trailing slash
and, unless the pattern has one, fragment:

    {name}          one segment of the path, or one value of the query
    {name:kind}     the same of a kind: a row of KINDS, or a regular expression without braces
    {name*}         anything, also nothing and slashes
    [...]           may be missing
    /*              at the end: whatever follows
    *               anything within a segment
    ?a={b}&c={d?}   parameters in any order, `?}` may be missing; others don't matter
    ?{id}-*         a query without names
    {name}.host     any subdomain
    /path           on any host, for engines and signatures

A template is an address with the names of the pattern. What comes out of a path is escaped
where it goes into a query, and the other way round. `{?name}` and `{&name}` write a parameter of
that name if there is one, `{name|filter}` sends a value through FILTERS. Always known: `{origin}`
(scheme and host).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from aggregator import urls
from aggregator.urls.address import split

KINDS = {
    "int": r"\d+",
    "hex": r"[\da-f]+",
    "lang": r"[a-z][a-z](?:-[A-Za-z]{2,4})?",
    "name": r"[\w.-]*[A-Za-z_][\w.-]*",
    "nsid": r"\d+@N\d+",
    "channel": r"[\w-]{22}",
    # Private lists (watch later, liked), mixes and radio have no feed.
    "playlist": r"(?!(?:WL|LL|LM|HL)(?![\w-])|RD|UL)[\w-]{2,}",
    "video": r"[\w-]{11}",
    "telegram": r"[A-Za-z]\w{2,31}",
    "twitter": r"\w{1,15}",
    "sub": r"[^/.]+(?:\.[^/.]+)*",
}


def _dashed(value: str) -> str:
    """Write a list of letters as RSSHub wants it; "all" is none."""
    return re.sub(r"(?i),|%2c", "-", value) or "all"


FILTERS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "raw": str,
    "dashed": _dashed,
}
_FOR_NOTHING = {"dashed"}

Fields = Mapping[str, str | None]

_TOKEN = re.compile(r"\{(\w+)(\*?)(\??)(?::([^{}]*(?:\{[\d,]+\}[^{}]*)*))?\}|/\*(?=\]*\Z)|[\[\]*]")
_PLACE = re.compile(r"\{([?&]?)([a-z]\w*)(?:\|(\w+))?\}")
_HOST = re.compile(r"(?i)[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]|\Z)")
_SCHEME = re.compile(r"(?i)https?:/")


@dataclass(frozen=True, slots=True)
class Place:
    """An address as patterns see it: `name` is the host without `www.` and such."""

    url: str
    origin: str
    name: str
    path: str
    query: str
    fragment: str

    def parameters(self) -> dict[str, str]:
        """Read the query; the first of several values counts."""
        found: dict[str, str] = {}
        for part in re.split("[&;]", self.query):
            key, _, value = part.partition("=")
            found.setdefault(key, value)
        return found


def read(url: str) -> Place | None:
    """Take an address apart, also one without scheme; None for anything else."""
    text = url.strip()
    if not _SCHEME.match(text) and _HOST.match(text):
        text = f"https://{text}"
    absolute = urls.absolute("", text) if _SCHEME.match(text) else None
    address = split(absolute) if absolute else None
    if not absolute or not address:
        return None
    path = address.path
    if "%" in path:
        path = path.replace("%40", "@").replace("%7E", "~").replace("%7e", "~")
    if "//" in path:
        path = re.sub("//+", "/", path)
    port = f":{address.port}" if address.port else ""
    return Place(
        absolute,
        f"{address.scheme}://{address.host}{port}",
        address.host.removeprefix("www."),
        path.rstrip("/"),
        address.query,
        address.fragment,
    )


def expression(pattern: str, *, within: str = "[^/]+") -> str:
    """Write a pattern as a regular expression; `within` is what `{name}` stands for."""
    made: list[str] = []
    at = 0
    for token in _TOKEN.finditer(pattern):
        made.append(re.escape(pattern[at : token.start()]))
        made.append(_token(token, within))
        at = token.end()
    return "".join((*made, re.escape(pattern[at:])))


def _token(token: re.Match[str], within: str) -> str:
    name, star, _, kind = token.groups()
    if name:
        inner = ".*?" if star else KINDS.get(kind, kind) if kind else within
        return f"(?P<{name}>{inner})"
    return {"[": "(?:", "]": ")?", "*": "[^/]*", "/*": "(?:/.*)?"}[token[0]]


def _cut(pattern: str, mark: str) -> tuple[str, str]:
    """Cut a pattern at a mark that stands outside of braces."""
    depth = 0
    for at, letter in enumerate(pattern):
        depth += (letter == "{") - (letter == "}")
        if letter == mark and not depth:
            return pattern[:at], pattern[at + 1 :]
    return pattern, ""


class Pattern:
    """A pattern's path and query, ready to match; its host is somebody else's (see `rewrite`)."""

    __slots__ = ("_anywhere", "_fragment", "_path", "_query", "_required", "asked")

    def __init__(self, pattern: str) -> None:
        page, fragment = _cut(pattern, "#")
        page, query = _cut(page, "?")
        path = page if page.startswith("{dir*}") else page[page.index("/") :]
        self._anywhere = path.startswith("{dir*}")
        self._path = re.compile(expression(path.rstrip("/") or "/"))
        self._fragment = re.compile(expression(fragment)) if fragment else None
        self._query: re.Pattern[str] | None = None
        self._required: list[tuple[str, re.Pattern[str], bool]] = []
        if query and "=" not in query:
            self._query = re.compile(expression(query, within="[^&]+"))
        elif query:
            for part in query.split("&"):
                key, _, value = part.partition("=")
                inner = expression(value, within=".+")
                optional = re.match(r"\{\w+\*?\?", value) is not None
                self._required.append((key, re.compile(inner), optional))
        self.asked = frozenset(re.findall(r"\{(\w+)", query))

    def match(self, place: Place) -> dict[str, str | None] | None:
        """Return what the names stand for, None where the address is not of this kind."""
        found = self._path.fullmatch(place.path if self._anywhere else place.path or "/")
        if not found:
            return None
        fields: dict[str, str | None] = found.groupdict()
        for pattern, text in ((self._fragment, place.fragment), (self._query, place.query)):
            if pattern:
                matched = pattern.fullmatch(text)
                if not matched:
                    return None
                fields |= matched.groupdict()
        return self._with_parameters(place, fields) if self._required else fields

    def _with_parameters(
        self, place: Place, fields: dict[str, str | None]
    ) -> dict[str, str | None] | None:
        parameters = place.parameters()
        for key, pattern, optional in self._required:
            matched = pattern.fullmatch(parameters.get(key, ""))
            if matched:
                fields |= matched.groupdict()
            elif not optional:
                return None
        return fields


def _to_query(value: str) -> str:
    """Escape a piece of a path for a query, where `&` and `+` mean something else."""
    return value.replace("&", "%26").replace("+", "%2B").replace(";", "%3B")


def _to_path(value: str) -> str:
    """Escape a value of a query for a path, where `+` is no blank and `/` divides."""
    return value.replace("+", "%20").replace("/", "%2F")


def _from_page(value: str) -> str:
    """Escape what a page said."""
    return quote(value, safe="@!:~(),'*")


class Template:
    """A template, ready to be filled; `asked` are names from a query, `said` from a page."""

    __slots__ = ("_parts",)

    def __init__(self, template: str, asked: Iterable[str] = (), said: Iterable[str] = ()) -> None:
        self._parts: list[tuple[str, str, Callable[[str], str], str]] = []
        at = 0
        for place in _PLACE.finditer(template):
            mark, name, chosen = place.groups()
            text = template[at : place.start()]
            mark = "-" if chosen in _FOR_NOTHING else mark
            in_query = mark in {"?", "&"} or "?" in template[: place.start()]
            if chosen:
                change = FILTERS[chosen]
            elif name in said:
                change = _from_page
            else:
                change = _escape(in_query=in_query, asked=name in asked)
            self._parts.append((text, name, change, mark))
            at = place.end()
        self._parts.append((template[at:], "", str, ""))

    def fill(self, fields: Fields) -> str | None:
        """Put the values in; None where one is missing that must not be."""
        made: list[str] = []
        for text, name, change, mark in self._parts:
            made.append(text)
            value = fields.get(name) if name else ""
            if mark == "-":
                value = change(value or "")
            elif value and mark:
                value = f"{mark}{name}={change(value)}"
            elif value is not None:
                value = change(value)
            elif not mark:
                return None
            made.append(value or "")
        return "".join(made)


def _escape(*, in_query: bool, asked: bool) -> Callable[[str], str]:
    if in_query == asked:
        return str
    return _to_query if in_query else _to_path


def recogniser(template: str) -> re.Pattern[str]:
    """Make an expression for the addresses (without scheme and `www.`) that a template makes."""
    text = re.sub(r"^(?:https?://(?:www\.)?|\{origin\})", "", template)
    made: list[str] = []
    at = 0
    for place in _PLACE.finditer(text):
        made.append(re.escape(text[at : place.start()]))
        inner = ".*" if place[2] in ("path", "dir") else "[^/?&]+"
        made.append("(?:[?&].*)?" if place[1] else inner)
        at = place.end()
    made.append(re.escape(text[at:].rstrip("/")))
    return re.compile("".join(made) + r"/?(?:[?&].*)?")
