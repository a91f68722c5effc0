"""Where a text has addresses that a network turns into links, by the rules of twitter-text.

X and Mastodon share them: https://github.com/twitter/twitter-text (documented by its conformance
suite) finds an address by its host, which must end in a top-level domain that exists. X takes
addresses without a scheme too, Mastodon does not; Mastodon's paths may hold any letter.
The list of top-level domains is publicsuffix.org's, ICANN part: it is as new as our copy of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

Span = tuple[int, int]

LONGEST_ADDRESS = 4096
_LONGEST_LABEL = 63  # RFC 1035, 2.3.4
_LONGEST_TLD = 24
_WITHOUT_A_RULE = frozenset({"za"})  # the one domain of which the list knows only what is below
_LONGEST_SLUG = 40  # of t.co, X's own short addresses

_SPACES = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_FORBIDDEN = r"\ufffe\ufeff\uffff"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# A host's letters are all but blanks, marks of direction and ASCII punctuation (" and ` aside).
_LETTER = rf"[^!#$%&'()*+,\-./:;<=>?@\[\\\]\^_{{|}}~{_SPACES}{_FORBIDDEN}{_DIRECTIONS}]"
# A label of more than 1000 letters can be in no address; the bound keeps the search linear.
_LABEL = rf"(?:{_LETTER}(?:[_-]|{_LETTER}){{0,1000}}+(?<![_-])\.)"
_ACCENTED = (
    r"\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    r"\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
# Before an address stands nothing, or nothing that would make it part of a word or a name.
_BEFORE = rf"(?<![A-Za-z0-9@＠$#＃{_FORBIDDEN}])"  # noqa: RUF001 — the wide signs count too
_WITHOUT_SCHEME_NOT_AFTER = frozenset("-_./")
_GOES_ON = regex.compile(r"[0-9A-Za-z@+\-]")
_ENCODED_TLD = regex.compile(r"xn--[\-0-9a-z]+", regex.IGNORECASE)
_LETTERS = regex.compile(rf"{_LETTER}{{1,{_LONGEST_TLD}}}")
_LATIN_HOST = regex.compile(rf"(?:[\-a-z0-9{_ACCENTED}]+\.)+(?=[^.])", regex.IGNORECASE)
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_SHORT = regex.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a network reads addresses, in regular expressions.

    `scheme` is what an address begins with, `path` and `ending` (of a path) are the insides of
    classes of characters, `query` is what may follow.
    """

    scheme: str
    path: str
    ending: str
    query: str


X = Dialect(
    r"(https?://)?",
    rf"a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}",
    rf"+\-a-z\u0400-\u04ff0-9=_#/{_ACCENTED}",
    _QUERY,
)
# Mastodon's own: any letter in paths and queries, and the schemes of other networks.
MASTODON = Dialect(
    r"((?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://)",
    r"^\p{White_Space}<>()?",
    r"^\p{White_Space}()?!*\"'「」<>;:=,.$%\[\]~&|@",
    r"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@\^\xa0-\U0010ffff]*[a-z0-9_&=#/\-\xa0-\U0010ffff]",
)


@lru_cache(maxsize=4)
def _compiled(dialect: Dialect) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """Returns what an address begins with (scheme and labels) and what may follow its host."""
    path = dialect.path
    group = rf"\((?:[{path}]+|[{path}]*\([{path}]+\)[{path}]*)\)"
    tail = rf"/(?:(?:[{path}]|{group})*(?:[{dialect.ending}]|{group}))?"
    return (
        regex.compile(rf"{_BEFORE}{dialect.scheme}({_LABEL}+)", regex.IGNORECASE),
        regex.compile(rf"(?::[0-9]+)?(?P<path>{tail})?(?:{dialect.query})?", regex.IGNORECASE),
    )


def find(text: str, dialect: Dialect) -> list[Span]:
    """Returns where the addresses are, in order, none overlapping another."""
    spans: list[Span] = []
    position = 0
    beginning, following = _compiled(dialect)
    while start := beginning.search(text, position):
        host_end = _host_end(text, start.start(2), start.end())
        if host_end is None:
            position = start.end()
            continue
        tail = following.match(text, host_end)
        assert tail is not None, "every part of a tail may be absent"
        spans += _spans(text, start, host_end, tail)
        # The letter after an address is never the beginning of the next one.
        position = tail.end() + 1
    return spans


def _spans(
    text: str, start: regex.Match[str], host_end: int, tail: regex.Match[str]
) -> Iterator[Span]:
    """Yields what of a candidate is an address: all, parts of it, or nothing."""
    first, scheme, host = start.start(), start[1] or "", text[start.start(2) : host_end]
    if not _is_resolvable(host, len(scheme or "https://") + tail.end() - first):
        return
    if not scheme:
        if text[first - 1 : first] not in _WITHOUT_SCHEME_NOT_AFTER:
            yield from _latin_spans(text, first, host_end, tail)
    elif short := _SHORT.match(text, first, tail.end()):
        if len(short[1]) <= _LONGEST_SLUG:
            yield first, short.end()
    else:
        yield first, tail.end()


def _latin_spans(text: str, first: int, end: int, tail: regex.Match[str]) -> Iterator[Span]:
    """Yields the hosts in Latin letters of a host without scheme; the last one has the path."""
    found: list[Span] = []
    position = first
    while labels := _LATIN_HOST.search(text, position, end):
        host_end = _host_end(text, labels.start(), labels.end())
        if host_end is not None:
            found.append((labels.start(), host_end))
        position = host_end or labels.end()
    if found and tail["path"]:
        found[-1] = (found[-1][0], tail.end())
    yield from found


def _host_end(text: str, first: int, end: int) -> int | None:
    """Returns where the host ends that begins at `first` and whose last dot is before `end`.

    The rightmost label that is a top-level domain ends it; the label before has no underscore.
    """
    dot = end - 1
    while dot > first:
        before = text.rfind(".", first, dot)
        name = text[max(before + 1, first) : dot]
        length = 0 if "_" in name else _tld_length(text, dot + 1)
        if length:
            return dot + 1 + length
        dot = before
    return None


def _tld_length(text: str, at: int) -> int:
    """Returns how long the top-level domain is that begins there; 0 where none does."""
    if encoded := _ENCODED_TLD.match(text, at):
        return len(encoded[0])
    letters = _LETTERS.match(text, at)
    for length in range(len(letters[0]) if letters else 0, 0, -1):
        # It ends where no letter, digit, sign of a name or hyphen in ASCII goes on.
        if not _GOES_ON.match(text, at + length) and is_tld(text[at : at + length].lower()):
            return length
    return 0


def _is_resolvable(host: str, length: int) -> bool:
    """Tells whether the labels are short enough as ASCII, and the address as a whole."""
    longest = max(map(_ascii_length, host.split(".")))
    return longest <= _LONGEST_LABEL and length <= LONGEST_ADDRESS


def _ascii_length(label: str) -> int:
    """Returns how long a label is in ASCII (RFC 3492); one that only claims to be is too long."""
    if label.isascii():
        return len(label)
    if label.startswith("xn--"):
        return _LONGEST_LABEL + 1
    return len("xn--") + len(label.encode("punycode"))


@lru_cache(maxsize=4096)
def is_tld(word: str) -> bool:
    """Tells whether a word is a top-level domain."""
    # A name below it has a suffix where the domain itself exists, whatever rules it has.
    return word in _WITHOUT_A_RULE or _suffixes().publicsuffix(f"a.b.{word}") is not None


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # Reading the list takes 30 ms, which nobody shall pay who counts nothing.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList(accept_unknown=False, only_icann=True)
