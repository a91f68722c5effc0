"""How long a text is, by each way in which a network counts."""

from __future__ import annotations

from bisect import bisect_right
from unicodedata import normalize

import regex

from aggregator.count import addresses, emoji

ADDRESS = 23  # characters that X and Mastodon count for any address

# twitter-text's configuration, version 3: what weighs one; everything else weighs two.
_LIGHT_FROM = (0x0000, 0x2000, 0x2010, 0x2032)
_LIGHT_TO = (0x10FF, 0x200D, 0x201F, 0x2037)
_HEAVY = 2

_CLUSTER = regex.compile(r"\X")
# A sign that joins consonants does so after a consonant only (UAX #29, GB9c); `\X` joins always.
_STRAY = regex.compile(
    r"(?<![\p{InCB=Consonant}\p{InCB=Extend}\p{InCB=Linker}])"
    r"\p{InCB=Extend}*+\p{InCB=Linker}[\p{InCB=Extend}\p{InCB=Linker}]*+\p{InCB=Consonant}"
)
# Mastodon's: a name after @, then another @ and a host; not within a word, a path or a query.
_NAME = r"[a-z0-9_]+(?:[.\-]+[a-z0-9_]+)*"
_MENTION = regex.compile(
    rf"(?<![=/\w])(?>@({_NAME})(?:@[\w.\-]+\w)?)(?![@＠])",  # noqa: RUF001 — the wide sign, too
    regex.IGNORECASE,
)


def weighted(text: str) -> int:
    """Returns the length that X counts: NFC, addresses 23, an emoji 2, CJK and others 2.

    https://docs.x.com/fundamentals/counting-characters and twitter-text's config/v3.json.
    """
    composed = normalize("NFC", text)
    total = position = 0
    for start, end in addresses.find(composed, addresses.X):
        total += _weight(composed[position:start]) + ADDRESS
        position = end
    return total + _weight(composed[position:])


def fediverse(text: str) -> int:
    """Returns the length that Mastodon counts: clusters, addresses 23, `@name@host` as `@name`.

    https://docs.joinmastodon.org/user/posting/#text; only what Mastodon would link is short.
    """
    shown: list[str] = []
    position = 0
    for start, end in addresses.find(text, addresses.MASTODON):
        shown += [_short_names(text[position:start]), "x" * ADDRESS]
        position = end
    return clusters("".join([*shown, _short_names(text[position:])]))


def clusters(text: str) -> int:
    """Returns the number of grapheme clusters (UAX #29): what people call characters."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in _CLUSTER.finditer(text)) + len(_STRAY.findall(text))


def utf8(text: str) -> int:
    """Returns the number of bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def utf16(text: str) -> int:
    """Returns the number of UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def emoji_as_bytes(text: str) -> int:
    """Returns the length that Threads counts: characters, but an emoji as its bytes in UTF-8.

    https://developers.facebook.com/docs/threads/posts: "Emojis are counted as the number of UTF-8
    bytes". What a character is it does not say; a code point is the longest reading.
    """
    return len(text) + sum(
        utf8(found[0]) - len(found[0]) for found in emoji.pattern().finditer(text)
    )


def first_line(text: str) -> int:
    """Returns the characters of the first line: on Reddit it is the title."""
    return len(text.partition("\n")[0])


def _weight(text: str) -> int:
    """Returns the weight of a text without addresses."""
    if text.isascii():
        return len(text)
    pictures = emoji.pattern().findall(text)
    rest = emoji.pattern().sub("", text) if pictures else text
    return _HEAVY * len(pictures) + sum(map(_weight_of, rest))


def _weight_of(letter: str) -> int:
    code = ord(letter)
    return 1 if code <= _LIGHT_TO[bisect_right(_LIGHT_FROM, code) - 1] else _HEAVY


def _short_names(text: str) -> str:
    """Returns the text with the hosts of mentioned accounts left out."""
    return _MENTION.sub(r"@\1", text) if "@" in text else text
