"""Bytes of any encoding → UTF-8 bytes without a foreign DOCTYPE, as feedparser decides it.

The order of belief is RFC 3023's for `application/xml`: what HTTP said, what the XML declaration
says, what the byte order mark says, then UTF-8, windows-1252 and ISO 8859-2. It is also what
feedparser does when it is told `application/xml; charset=…`.

A DOCTYPE is taken out (it may name external files or hold entity bombs); its harmless entity
declarations are kept: a character reference or plain text.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF8, "utf-8"),
)
_OPENINGS = (
    (b"\x4c\x6f\xa7\x94", "cp037"),
    (b"\x00\x3c\x00\x3f", "utf-16be"),
    (b"\x3c\x00\x3f\x00", "utf-16le"),
    (b"\x00\x00\x00\x3c", "utf-32be"),
    (b"\x3c\x00\x00\x00", "utf-32le"),
)
_WIDE_NAMES = (
    "u16 utf-16 utf16 utf_16 u32 utf-32 utf32 utf_32 iso-10646-ucs-2 iso-10646-ucs-4 csucs4 "
    "csunicode ucs-2 ucs-4"
)
_WIDE = frozenset(_WIDE_NAMES.split())
_NEVER = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Python codecs that no document is in; some of them take quadratic time."""

_DECLARED = re.compile(rb"<\?[^>]{0,500}?encoding=['\"]([^'\">]{0,100})['\"][^>]{0,500}\?>")
_DECLARATION = re.compile(rb"^<\?xml[^>]*?>")
OPENING = b"<?xml version='1.0' encoding='utf-8'?>"

LONGEST_HEAD = 1 << 14
"""Bytes before the root element in which we look for declarations. feedparser's search there is
quadratic, so that a longer head is dropped: there is no feed in it."""

_ROOT = re.compile(rb"<\w")
_ENTITY = re.compile(rb"^[^\S\n]*<!ENTITY([^>]*?)>", re.MULTILINE)
_DOCTYPE = re.compile(rb"^[^\S\n]*<!DOCTYPE([^>]*?)>", re.MULTILINE)
_SAFE_ENTITY = re.compile(rb'\s+(\w+)\s+"(&#\w+;|[^&"]*)"')


def to_utf8(body: bytes, charset: str | None) -> bytes:
    """The document in UTF-8 with a matching XML declaration; ISO 8859-2 fits anything, at last.

    Spaces before the declaration are dropped, although XML forbids them: they are common, and
    harmless.
    """
    body, mark = _without_mark(body)
    body = body.lstrip(b" \t\r\n") if mark in {"", "utf-8"} else body
    declared = _declared(body, mark)
    decodings = ((name, decode(body, name)) for name in _candidates(charset or "", declared, mark))
    name, text = next((name, text) for name, text in decodings if text is not None)
    return _declare(body if name == "utf-8" else text.encode("utf-8", "surrogatepass"))


def hoped_utf8(body: bytes, charset: str | None) -> bytes | None:
    """The document as `to_utf8` would have it, if it is in UTF-8 as it says, which nobody checked.

    None where it says something else. Expat looks at each byte anyway.
    """
    body, mark = _without_mark(body)
    if mark not in {"", "utf-8"}:
        return None
    body = body.lstrip(b" \t\r\n")
    said = charset or _declared(body, mark) or "utf-8"
    return _declare(body) if said.lower() == "utf-8" else None


def decode(data: bytes, name: str) -> str | None:
    """The text, or None when the bytes are not in that encoding or nobody knows it."""
    try:
        if codecs.lookup(name).name.replace("-", "_") in _NEVER:
            return None
        return data.decode(name)
    except (LookupError, ValueError):
        return None


def replace_doctype(data: bytes) -> bytes:
    """The document without its DOCTYPE, but with the entities of it that are safe."""
    root = _ROOT.search(data)
    start = root.start() + 1 if root else 0
    if start <= LONGEST_HEAD and data.find(b"<!", 0, start) < 0:
        return data
    head, rest = data[:start], data[start:]
    if len(head) > LONGEST_HEAD:
        return OPENING + b"\n<" + rest
    declared = _ENTITY.findall(head)
    head = _ENTITY.sub(b"", head)
    safe = [entity for entity in declared if _SAFE_ENTITY.match(entity)]
    doctype = b""
    if safe and len(_DOCTYPE.findall(head)) == 1:
        doctype = b"<!DOCTYPE feed [\n<!ENTITY" + b">\n<!ENTITY ".join(safe) + b">\n]>"
    return _DOCTYPE.sub(lambda _: doctype, head) + rest


def _without_mark(body: bytes) -> tuple[bytes, str]:
    """The document without its byte order mark, and the encoding that its first bytes betray."""
    for mark, name in _MARKS:
        if body.startswith(mark) and not (len(mark) == 2 and body[2:4] == b"\0\0"):
            return body[len(mark) :], name
    for opening, name in _OPENINGS:
        if body.startswith(opening):
            return body, name
    return body, ""


def _declared(body: bytes, mark: str) -> str:
    """The encoding in the XML declaration, lower case, or nothing."""
    start = body
    if mark and mark != "utf-8":
        text = decode(body, mark)
        start = text.encode("utf-8", "surrogatepass") if text is not None else b""
    found = _DECLARED.match(start)
    declared = found[1].decode("utf-8", "replace").lower() if found else ""
    return mark if mark and declared in _WIDE else declared


def _candidates(charset: str, declared: str, mark: str) -> list[str]:
    """The encodings to try, in order; gb2312 is read as its superset gb18030.

    The mark of a wide encoding comes first: nothing else can be true of such bytes.
    """
    wide = mark if mark != "utf-8" else ""
    first = charset or declared or "utf-8"
    names = (wide, first, declared, mark, "utf-8", "windows-1252", "iso-8859-2")
    kept = ("gb18030" if name.lower() == "gb2312" else name for name in names if name)
    return list(dict.fromkeys(kept))


def _declare(data: bytes) -> bytes:
    """The document with an XML declaration that says UTF-8, on a line of its own.

    feedparser looks for the declaration in all of the first line, in cubic time.
    """
    start = found.end() if (found := _DECLARATION.match(data)) else 0
    return OPENING + (b"" if data.startswith(b"\n", start) else b"\n") + data[start:]
