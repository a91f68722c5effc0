"""Addresses in documents become absolute, with feedparser's tolerance.

These are the rules for what a document means (RFC 3986 as `urllib` does it); `aggregator.urls`
decides later what we show.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlparse

_USUAL = (
    "file ftp gopher h323 hdl http https imap magnet mailto mms news nntp prospero rsync "
    "rtsp rtspu sftp shttp sip sips snews svn svn+ssh telnet wais aim callto cvs facetime "
    "feed git gtalk irc ircs irc6 itms msnim skype ssh smb ymsg"
)
SCHEMES = frozenset(_USUAL.split())
"""The schemes that an `xml:base` may have (feedparser's list)."""

_PLAIN = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[^\s?#;\x00-\x20]*)?(?:\?[^\s#]+)?(?:#\S+)?"
    r"|(?:tag|urn|yt):[^\s/]\S*"
)
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")


def join(base: str, address: str) -> str:
    """An address resolved against its base; empty when it cannot be one.

    Most addresses are absolute and clean already (and some ids name nothing that a base could
    change): those come back without being taken apart.
    """
    if _PLAIN.fullmatch(address):
        return address
    try:
        return urljoin(base, _SLASHES.sub(r"\1\3", address))
    except ValueError:
        return ""


def rebase(base: str, given: str) -> str:
    """The base in force below an element that gives one; an unusable one changes nothing."""
    if not base:
        return join(base, given)
    address = join(base, given)
    return address if address.strip().split(":", 1)[0] in SCHEMES else base


def is_web(address: str) -> bool:
    """Whether an address is one of the web's."""
    try:
        return urlparse(address).scheme in {"http", "https"}
    except ValueError:
        return False
