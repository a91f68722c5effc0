"""Taking addresses apart, making them absolute, and whom they belong to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LONGEST = 8192
PARTS = re.compile(r"(?is)(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z")
_AUTHORITY = re.compile(
    r"(?i)(?:(.*)@)?(\[[0-9a-f:.]+\]|[^\s\[\]:@%\"<>\\^`{|}]+?)\.?(?::(\d*))?\Z"
)
_PLAIN_HOST = re.compile(r"[a-z0-9.-]*[a-z0-9]\Z")
_ORDINARY = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#][\w!#$%&'()*+,./:;=?@~-]*)?\Z", re.ASCII
)
EDGES = "".join(map(chr, range(33)))
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\"<>`\ud800-\udfff]")


class Address(NamedTuple):
    """An http(s) address in its parts: lower-case scheme and host, the rest as written."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str


def split(url: str) -> Address | None:
    """Take an http(s) address apart; None for anything that is none."""
    match = PARTS.match(url) if len(url) <= _LONGEST else None
    whom = _authority(match[2]) if match else None
    if not match or not whom:
        return None
    name, port = whom
    return Address(match[1].lower(), name, port, match[3], match[4] or "", match[5] or "")


def _authority(text: str) -> tuple[str, int | None] | None:
    """Read host and port; None when there is no host or no such port."""
    if _PLAIN_HOST.match(text):
        return text, None
    match = _AUTHORITY.match(text)
    if not match:
        return None
    port = match[3] or ""
    if len(port) > 5 or int(port or 0) > 65535:
        return None
    return _ascii(match[2].lower()), int(port) if port else None


def _ascii(name: str) -> str:
    """Write a host in ASCII (RFC 3490); one that can't be is kept."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name


def absolute(base: str, url: str) -> str | None:
    """Resolve a reference against its base (RFC 3986), as forgivingly as a browser.

    Comes out: an http or https address without blanks or quotes, or None for everything else
    (other schemes, no host, an impossible port).
    """
    if _ORDINARY.match(url) and len(url) <= _LONGEST:
        return url
    reference = re.sub(r"[\t\r\n]", "", url.strip(EDGES))
    path, mark, rest = _cut(reference)
    path = re.sub(r"(?i)^(https?):/(?:/{2,})?(?=[^/])", r"\1://", path.replace("\\", "/"))
    try:
        joined = urljoin(base, _UNSAFE.sub(_percent, path + mark + rest))
    except ValueError:
        return None
    return joined if split(joined) else None


def _cut(reference: str) -> tuple[str, str, str]:
    """Cut a reference in front of its query or fragment."""
    at = re.search(r"[?#]", reference)
    return (reference[: at.start()], at[0], reference[at.end() :]) if at else (reference, "", "")


def _percent(match: re.Match[str]) -> str:
    return quote(match[0], safe="", errors="replace")


def host(url: str) -> str:
    """Name the host, in lower case and ASCII, without port; empty when there is none."""
    address = split(url.strip(EDGES))
    return address.host.strip("[]") if address else ""


def domain_key(url: str) -> str:
    """Name whom a request bothers: the registrable domain, each blog on a shared one its own.

    Hosts without a public suffix (addresses, localhost, names of a private network) are told
    apart by port. The list (publicsuffix.org) holds private suffixes such as github.io too.
    """
    address = split(url.strip(EDGES))
    if not address:
        return ""
    domain = _registrable(address.host)
    port = address.port or (80 if address.scheme == "http" else 443)
    return domain or f"{address.host}:{port}"


@lru_cache(maxsize=65536)
def _registrable(name: str) -> str | None:
    """Find the registrable domain of a host; a public suffix is its own; None without one."""
    if "." not in name or name.startswith("[") or name.replace(".", "").isdigit():
        return None
    labels = name.split(".")
    shown = ".".join(map(_as_listed, labels))
    suffixes = _suffixes()
    suffix = suffixes.publicsuffix(shown)
    if suffix is None:
        return None
    return ".".join(labels[-suffix.count(".") - 2 :])


def _as_listed(label: str) -> str:
    """Write a label as the list has it: internationalised ones in their own letters."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # Reading the list takes 10 ms, which commands that fetch nothing shall not pay; thirty with
    # each of its names in Punycode too, for which there is `_as_listed`.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList(accept_unknown=False, accept_encoded_idn=False)
