"""Functions that read one value of feeds.toml: what TOML gives in, what the model wants out.

Each raises `Wrong` with a sentence that fits behind "feeds.toml:12: feeds[3].every: ". None of
them repeats an address or a header's value in that sentence: both may hold secrets.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aggregator.config.problems import Problem, suggest
from aggregator.taxonomy import CATEGORY_SLUGS, PLATFORM_SLUGS

Reader = Callable[..., Any]

SHORTEST = 5 * 60
"""The shortest interval that may be asked for: below this, a reader is a nuisance."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d{1,9})\s*([smhdw])")
_SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_SIZE = re.compile(r"(\d{1,12})\s*([kmg]?)(?:i?b)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What makes an address read as another one: it turns the direction, or is not seen.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_AUTHORITY = re.compile(r"[/?#]")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*):(?://)?(.*)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)*[\w-]{1,63}(?::\d{1,5})?", re.IGNORECASE)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_REFERENCE = re.compile(r"(rsshub|rssbridge|nitter):(?!//)(.*)")
_STARTS = {"rsshub": "/", "rssbridge": "bridge=", "nitter": "/"}

# What the client sets itself: a value of the user's would break conditional requests or framing.
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


class Wrong(ValueError):
    """A value can't be used. `problems` are (path below the value, sentence)."""

    def __init__(self, message: str = "", *, problems: list[Problem] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or [((), message)]


def bind(read: Reader, environ: Mapping[str, str]) -> Callable[[Any, Any], Any]:
    """Make a reader what cattrs calls: a function of (value, type)."""
    known = partial(read, environ=environ) if "environ" in read.__annotations__ else read
    return lambda value, _type: known(value)


def text(value: Any) -> str:
    """One line of text."""
    if not isinstance(value, str):
        raise Wrong(f"expected text in quotes, not {_kind(value)}")
    if not (stripped := value.strip()):
        raise Wrong("is empty")
    if _CONTROL.search(stripped):
        raise Wrong("holds a line break or another control character")
    return stripped


def header_text(value: Any) -> str:
    """Read a line of text that can stand in an HTTP header."""
    line = text(value)
    if not line.isascii():
        raise Wrong("holds a character that an HTTP header can't")
    return line


def texts(value: Any) -> tuple[str, ...]:
    """Read a list of texts, each kept once, in its order."""
    return tuple(dict.fromkeys(_each(value, text)))


def flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Wrong(f"expected true or false, not {_kind(value)}")
    return value


def whole(least: int, most: int) -> Reader:
    """Make a reader of whole numbers between two bounds, both included."""

    def read(value: Any) -> int:
        if type(value) is not int:
            raise Wrong(f"expected a whole number, not {_kind(value)}")
        if not least <= value <= most:
            raise Wrong(f"{value} is not between {least} and {most}")
        return value

    return read


def seconds(least: int, most: int = 366 * 86_400) -> Reader:
    """Make a reader of durations, "30m", "2h", "1d" or whole seconds, that gives seconds."""

    def read(value: Any) -> int:
        span = _duration(value)
        if not least <= span <= most:
            bound = f"at least {_span(least)}" if span < least else f"at most {_span(most)}"
            raise Wrong(f"{value} is out of bounds, {bound} is possible")
        return span

    return read


def _duration(value: Any) -> int:
    if type(value) is int:
        return value
    match = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not match:
        given = repr(value) if isinstance(value, str) else _kind(value)
        raise Wrong(f'expected a duration such as "30m", "2h", "1d" or seconds, not {given}')
    return int(match[1]) * _UNITS[match[2]]


def _span(span: int) -> str:
    unit = next((u for u in "dhm" if span and span % _UNITS[u] == 0), "s")
    return f"{span // _UNITS[unit]}{unit}"


def gap(value: Any) -> float:
    """Read a duration that may be a fraction of a second, up to an hour."""
    span = value if type(value) is float else float(_duration(value))
    if not 0 <= span <= 3600:
        raise Wrong(f"{value} is not between 0 and 1h")
    return span


def size(value: Any) -> int:
    """Read a number of bytes: 1048576, "512 KiB", "20 MB"; units are powers of 1024."""
    match = _SIZE.fullmatch(str(value).strip()) if type(value) in {int, str} else None
    if not match:
        given = repr(value) if isinstance(value, (int, str)) else _kind(value)
        raise Wrong(f'expected a size such as "20 MB" or bytes, not {given}')
    total = int(match[1]) * _SIZES[match[2].lower()]
    if not 1024 <= total <= 1024**3:
        raise Wrong(f"{value} is not between 1 KiB and 1 GiB")
    return total


def choice(noun: str, options: tuple[str, ...]) -> Reader:
    """Make a reader of one word out of those known."""

    def read(value: Any) -> str:
        word = text(value)
        if word not in options:
            known = f", known: {', '.join(options)}" if len(options) <= 12 else ""
            raise Wrong(f"unknown {noun} {word!r}{suggest(word, options) or known}")
        return word

    return read


category = choice("category", CATEGORY_SLUGS)
platform = choice("platform", PLATFORM_SLUGS)


def url(value: Any) -> str:
    """Read an http or https address; it is kept as it was written."""
    address = _visible(text(value))
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise Wrong("expected an address that begins with https:// or http://")
    if match[1].lower() not in {"http", "https"}:
        raise Wrong(f"{match[1]!r} addresses can't be fetched, only http and https")
    host = _AUTHORITY.split(match[2], maxsplit=1)[0].rpartition("@")[2]
    if not host.strip(":[]") or " " in address:
        raise Wrong("is no complete address: host missing, or a space within")
    if _VARIABLE.search(address):
        raise Wrong("only addresses of feeds and header values may refer to the environment")
    return address


def _visible(address: str) -> str:
    if _UNSEEN.search(address):
        raise Wrong("holds a character that can't be seen")
    return address


def address(value: Any, *, environ: Mapping[str, str]) -> str:
    """Read what a feed is asked for at: an address, or a reference such as `rsshub:/…`.

    `${NAME}` in path and query stays as it is, and must be in `environ`.
    """
    written = _visible(text(value))
    if reference := _REFERENCE.fullmatch(written):
        bridge, path = reference.groups()
        start = _STARTS[bridge]
        if not path.startswith(start) or " " in path:
            raise Wrong(f"expected a reference such as {bridge}:{start}…, without spaces")
        return written
    if "$" not in written:
        return url(written)
    filled(written, environ)
    url(_VARIABLE.sub("x", written))
    authority = re.split(r"(?<![/:])[/?#]", written, maxsplit=1)[0]
    if _VARIABLE.search(authority.rpartition("@")[2]):
        raise Wrong("its host can't be taken from the environment")
    return written


def domain(value: Any) -> str:
    """Read a domain such as reddit.com, which also stands for its subdomains."""
    name = text(value).lower()
    if not _DOMAIN.fullmatch(name):
        raise Wrong(f"{name!r} is no domain; write reddit.com, without https:// and path")
    return name


def networks(value: Any) -> tuple[str, ...]:
    """Read a list of CIDR blocks, addresses and host names."""
    return tuple(_each(value, _network))


def _network(value: Any) -> str:
    block = text(value).lower()
    looks_like_address = ":" in block or "/" in block or re.fullmatch(r"[\d.]+", block)
    if not looks_like_address:
        return domain(block)
    try:
        ipaddress.ip_network(block)
    except ValueError as error:
        raise Wrong(_network_advice(block)) from error
    return block


def _network_advice(block: str) -> str:
    try:
        whole_block = ipaddress.ip_network(block, strict=False)
    except ValueError:
        return f"{block!r} is no address block such as 127.0.0.0/8, and no host name"
    return f"{block!r} has bits set beyond its length, did you mean '{whole_block}'?"


def statuses(value: Any) -> tuple[int, ...]:
    """Read a list of HTTP statuses."""
    return tuple(_each(value, whole(100, 599)))


def headers(value: Any, *, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Read a table of HTTP headers; `${NAME}` in a value stays, and must be in `environ`."""
    if not isinstance(value, dict):
        raise Wrong('expected a table such as { Authorization = "Bearer ${TOKEN}" }')
    found: list[tuple[str, str]] = []
    wrong: list[Problem] = []
    for name, content in value.items():
        try:
            found.append((_header_name(name), _header_value(content, environ)))
        except Wrong as error:
            wrong.append(((name,), str(error)))
    if wrong:
        raise Wrong(problems=wrong)
    return tuple(found)


def secret(value: Any, *, environ: Mapping[str, str]) -> str:
    """Read what nobody may see; `${NAME}` stays, and must be in `environ`."""
    template = text(value)
    if _VARIABLE.search(template):
        filled(template, environ)
    return template


def _header_name(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise Wrong("is no name of an HTTP header")
    if name.lower() in _OURS:
        raise Wrong("is a header that Aggregator sets itself")
    return name


def _header_value(value: Any, environ: Mapping[str, str]) -> str:
    template = text(value)
    header_text(filled(template, environ))
    return template


def filled(template: str, environ: Mapping[str, str]) -> str:
    """Put the environment's values where `${NAME}` stands."""
    missing = [name for name in _VARIABLE.findall(template) if name not in environ]
    if missing:
        raise Wrong(f"the environment has no variable {missing[0]}")
    return _VARIABLE.sub(lambda match: environ[match[1]].strip(), template)


def _each(value: Any, read: Reader) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong(f"expected a list in square brackets, not {_kind(value)}")
    found: list[Any] = []
    wrong: list[Problem] = []
    for index, each in enumerate(value):
        try:
            found.append(read(each))
        except Wrong as error:
            wrong.append(((index,), str(error)))
    if wrong:
        raise Wrong(problems=wrong)
    return found


# bool stands before int: it is one.
_KINDS = (
    (bool, "true or false"),
    (str, "text"),
    ((int, float), "a number"),
    (list, "a list"),
    (dict, "a table"),
)


def _kind(value: Any) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "a date")
