"""Documents made worse: what `fuzz` feeds to whoever reads strangers' bytes.

A case is one or two seeds after a few mutations. Some know nothing (flip a bit, cut, repeat), some
know the grammar (a token of the dictionary, an element moved, doubled or nested), some play with
encodings. In every second case there are only gentle ones, which mostly leave XML well-formed: past
the parser there are other rooms. All chance comes from the `Random` that is given, so that a number
names a case for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

LONGEST = 200_000
"""Bytes of a case: enough to see what grows faster than its document."""

TOKENS = Path(__file__).parent / "data" / "tokens"


def tokens(*names: str) -> tuple[bytes, ...]:
    r"""Read the words of a language: a word a line, `\x00` for what can't be seen."""
    lines = [line for name in names for line in (TOKENS / f"{name}.txt").read_text().split("\n")]
    return tuple(line.encode().decode("unicode_escape").encode("latin-1") for line in lines)


_PIECE = re.compile(rb"<[^<>]{0,200}>|[^<>]{1,200}")
_ELEMENT = re.compile(rb"<([\w:]{1,40})[^<>]{0,200}>")
_LEAF = re.compile(rb"(<([\w:]{1,40})(?:\s[^<>]{0,200})?(?<!/)>)[^<>]{0,2000}(</\2>)")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CHARSETS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso-8859-2", "shift_jis",
    "gb18030", "koi8-r", "utf-7", "cp037", "euc-kr", "iso2022_jp",
)  # fmt: skip
_SAID = (
    *_CHARSETS, "us-ascii", "x-user-defined", "idna", "punycode", "hex", "undefined", "", "ucs-2",
    "unicode_escape", "'", "a" * 99, "rot13", "mbcs", "utf-8-sig", "zlib", "\x00",
)  # fmt: skip
_ENCODING = re.compile(rb"encoding=(['\"])[^'\"]{0,100}\1")

Step = Callable[[bytes, Random, Sequence[bytes], Sequence[bytes]], bytes]


def mutate(seeds: Sequence[bytes], tokens: Sequence[bytes], chance: Random) -> bytes:
    """Make a case: a seed, and one to eight steps; never longer than LONGEST."""
    data = chance.choice(seeds)[:LONGEST]
    steps = STEPS if chance.random() < 0.5 else GENTLE
    for _ in range(min(8, 1 + int(chance.expovariate(0.5)))):
        data = chance.choice(steps)(data, chance, tokens, seeds)[:LONGEST]
    return data


def _span(data: bytes, chance: Random, most: int = 400) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(chance.expovariate(1 / (1 + chance.randrange(most)))))


def _flip(data: bytes, chance: Random, _tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(1 + chance.randrange(6)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _noise(data: bytes, chance: Random, _tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    start, end = _span(data, chance, 20)
    return data[:start] + chance.randbytes(chance.randrange(12)) + data[end:]


def _cut(data: bytes, chance: Random, _tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    start, end = _span(data, chance, 2000)
    return data[:start] if chance.random() < 0.3 else data[:start] + data[end:]


def _token(data: bytes, chance: Random, tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    """Put a word of the language somewhere, mostly where another one ends or begins."""
    for _ in range(1 + chance.randrange(3)):
        at = chance.randrange(len(data) + 1)
        if chance.random() < 0.7:
            at = data.find(chance.choice((b"<", b">", b'"', b"\n", b"=")), at) + chance.randrange(2)
        at = max(at, 0)
        data = data[:at] + chance.choice(tokens) + data[at + chance.choice((0, 0, 1, 8)) :]
    return data


def _repeat(data: bytes, chance: Random, tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    """Say something again and again: what is quadratic shows here."""
    start, end = _span(data, chance, 100)
    piece = chance.choice(tokens) if chance.random() < 0.5 else data[start:end]
    times = int(2 ** (chance.random() * 15))
    return data[:start] + piece * min(times, LONGEST // max(len(piece), 1)) + data[end:]


def _swap(data: bytes, chance: Random, _tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    """Move a piece, a tag or the text between two, to another place."""
    start, _ = _span(data, chance)
    found = _PIECE.search(data, start)
    if found is None:
        return data
    rest = data[: found.start()] + data[found.end() :]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + found[0] + rest[at:]


def _element(
    data: bytes, chance: Random, _tokens: Sequence[bytes], _seeds: Sequence[bytes]
) -> bytes:
    """Double an element, put it into itself, take it out, or give its name to another."""
    found = _ELEMENT.search(data, chance.randrange(len(data) + 1))
    if found is None:
        return data
    close = b"</" + found[1] + b">"
    end = data.find(close, found.end())
    end = end + len(close) if end >= 0 else found.end()
    whole = data[found.start() : end]
    inner = data[found.end() : max(end - len(close), found.end())]
    deep = int(2 ** (chance.random() * 9))
    new = chance.choice(
        (
            whole * chance.choice((2, 2, 3, deep)),
            found[0] * deep + inner + close * deep,
            found[0] + whole + close,
            inner,
            whole.replace(found[1], b"x:" + found[1]),
            whole.upper(),
        )
    )
    return data[: found.start()] + new + data[end:]


def _splice(data: bytes, chance: Random, _tokens: Sequence[bytes], seeds: Sequence[bytes]) -> bytes:
    """Put a part of another document in."""
    other = chance.choice(seeds)
    start, end = _span(data, chance)
    first, last = _span(other, chance, 4000)
    return data[:start] + other[first:last] + data[end:]


def _charset(
    data: bytes, chance: Random, _tokens: Sequence[bytes], _seeds: Sequence[bytes]
) -> bytes:
    """Write it in another encoding, or say that it is in another one, or both."""
    said = chance.choice(_SAID).encode()
    if chance.random() < 0.6:
        if _ENCODING.search(data):
            data = _ENCODING.sub(lambda _: b'encoding="' + said + b'"', data, count=1)
        else:
            data = b'<?xml version="1.0" encoding="' + said + b'"?>' + data
    if chance.random() < 0.5:
        return data.decode("utf-8", "replace").encode(chance.choice(_CHARSETS), "replace")
    return data


def _graft(data: bytes, chance: Random, _tokens: Sequence[bytes], seeds: Sequence[bytes]) -> bytes:
    """Put an element of another document in front of one, or into it."""
    there, here = _whole(chance.choice(seeds), chance), _whole(data, chance)
    if there is None or here is None:
        return data
    at = chance.choice((here.start(), here.start() + len(here[0]) - len(here[3])))
    return data[:at] + there[0] + data[at:]


def _whole(data: bytes, chance: Random) -> re.Match[bytes] | None:
    return _LEAF.search(data, chance.randrange(len(data) + 1)) or _LEAF.search(data)


def _words(data: bytes, chance: Random, tokens: Sequence[bytes], _seeds: Sequence[bytes]) -> bytes:
    """Say something else in an element: text, markup escaped or in CDATA, much of it at times."""
    found = _whole(data, chance)
    if found is None:
        return data
    said = b"".join(chance.choice(tokens) for _ in range(1 + chance.randrange(6)))
    said *= chance.choice((1, 1, 1, 1, int(2 ** (chance.random() * 12))))
    said = said.decode("utf-8", "ignore").encode() if chance.random() < 0.8 else said
    if chance.random() < 0.5:
        said = b"<![CDATA[" + said.replace(b"]]>", b"") + b"]]>"
    else:
        said = said.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    said = _FORBIDDEN.sub(b"", said)
    return data[: found.end(1)] + said + data[found.start(3) :]


GENTLE = (_graft, _graft, _words, _words, _words, _element)
STEPS: tuple[Step, ...] = (
    _token, _token, _token, _element, _element, _splice, _splice, _swap, _flip, _noise, _cut,
    _repeat, _charset,
)  # fmt: skip
