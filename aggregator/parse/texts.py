"""What text turns out to be: corrections and guesses, feedparser's."""

from __future__ import annotations

import binascii
import html.entities
import re
from collections.abc import Callable

XHTML = "application/xhtml+xml"
HTML_TYPES = frozenset({"text/html", XHTML})

_SHORT = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
_C1 = re.compile("[\x80-\x9f]")
_C1_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_LATIN_REFERENCE = re.compile(rb"&#(?:0*(?:1[2-9][0-9]|2[0-9][0-9]);|[xX]0*[89a-fA-F][0-9a-fA-F];)")
"""A reference to a character of U+0080 to U+00FF (and a few more)."""
_CP1252 = {
    number: bytes([number]).decode("cp1252")
    for number in range(0x80, 0xA0)
    if number not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_END_TAG = re.compile(r"</(\w+)>")
_TAG = re.compile(r"</?(\w+)")
_ANY_REFERENCE = re.compile(r"&#?\w+;")
_NAMED = re.compile(r"&(\w+);")
_HTML = (
    "a abbr acronym address area article aside audio b big blockquote br button canvas "
    "caption center cite code col colgroup command datagrid datalist dd del details dfn "
    "dialog dir div dl dt em event-source fieldset figcaption figure font footer form h1 h2 "
    "h3 h4 h5 h6 header hr i img input ins kbd keygen label legend li m map menu meter "
    "multicol nav nextid noscript ol optgroup option output p pre progress q s samp section "
    "select small sound source spacer span strike strong sub sup table tbody td textarea "
    "tfoot th thead time tr tt u ul var video"
)
_HTML_TAGS = frozenset(_HTML.split())


def content_type(given: str) -> str:
    """The media type that a `type` attribute means."""
    given = given.lower()
    return _SHORT.get(given, given)


def decoded(text: str) -> str:
    """Base64 undone, where it is base64 of UTF-8."""
    try:
        return binascii.a2b_base64(text.encode()).decode()
    except ValueError:
        return text


def repaired(text: str) -> str:
    """UTF-8 that somebody took for Latin-1 put right, and windows-1252 that escaped into C1."""
    text = realigned(text)
    return text.translate(_CP1252) if _C1.search(text) else text


def realigned(text: str) -> str:
    """UTF-8 that somebody took for Latin-1 put right."""
    try:
        text = text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text
    return text.translate(_CP1252)


def unchanged(text: str) -> str:
    """The text."""
    return text


def repairs(data: bytes) -> Callable[[str], str]:
    """Which repair the texts of a document (in UTF-8) may need, cheap to tell for all at once.

    Characters of U+0080 to U+00BF begin with one byte, and no UTF-8 looks like Latin-1 without
    them; but any character may be written as a reference.
    """
    if _LATIN_REFERENCE.search(data):
        return repaired
    if b"\xc2" not in data:
        return unchanged
    return repaired if _C1_IN_UTF8.search(data) else realigned


def looks_like_html(text: str) -> bool:
    """Whether nominally plain text is HTML: it has an end tag or a reference, and all are HTML's.

    It errs on the side of plain text, as losing words is worse than showing a tag.
    """
    if not ("<" in text and _END_TAG.search(text)) and not (
        "&" in text and _ANY_REFERENCE.search(text)
    ):
        return False
    if any(tag.lower() not in _HTML_TAGS for tag in _TAG.findall(text)):
        return False
    return all(name in html.entities.entitydefs for name in _NAMED.findall(text))


def unwrapped(pieces: list[str]) -> list[str]:
    """Inline XHTML without the `<div>` that RFC 4287 (3.1.1.3) wraps around it."""
    while len(pieces) > 1 and not pieces[-1].strip():
        pieces.pop()
    while len(pieces) > 1 and not pieces[0].strip():
        pieces.pop(0)
    if not pieces or not (pieces[0] == "<div>" or pieces[0].startswith("<div ")):
        return pieces
    if pieces[-1] != "</div>":
        return pieces
    depth = 0
    for piece in pieces[:-1]:
        if piece.startswith("</"):
            depth -= 1
            if depth == 0:
                return pieces
        elif piece.startswith("<") and not piece.endswith("/>"):
            depth += 1
    return pieces[1:-1]
