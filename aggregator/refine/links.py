"""Addresses of an entry: absolute, of the web, without trackers and without anybody's name."""

from __future__ import annotations

import re
from urllib.parse import quote

from aggregator import urls

# What turns the direction of an address (it reads as another one then), or is not seen.
_UNSEEN = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_USER = re.compile(r"(?i)^(https?://)[^/?#]*@")


def web_link(url: str | None, base: str) -> str | None:
    """Make an address that readers may be given; None for what is none or not of the web.

    Users and passwords go: at best they are secret, at worst they pretend to be a host
    (`https://bank.example@evil.example/`).
    """
    whole = urls.absolute(base, url) if url and not url.isspace() else None
    return _plainly(_anonymous(urls.clean(whole))) if whole else None


def file_link(url: str | None, base: str) -> str | None:
    """Make an address of a file: as `web_link`, but its parameters stay, since they may sign it."""
    whole = urls.absolute(base, url) if url and not url.isspace() else None
    return _seen(_anonymous(whole)) if whole else None


def _plainly(url: str) -> str:
    """Write a host in Punycode whose letters pretend to be others."""
    if url.isascii():
        return url
    from aggregator.refine.pretending import with_plain_host  # noqa: PLC0415 - rare

    return with_plain_host(_seen(url))


def _seen(url: str) -> str:
    """Write in percent what nobody would see, as browsers do."""
    if url.isascii():
        return url
    return _UNSEEN.sub(lambda match: quote(match[0], errors="replace"), url)


def _anonymous(url: str) -> str:
    return _USER.sub(r"\1", url) if "@" in url else url
