"""An item's words, made fit to be posted: clean, in one line or in paragraphs, as hashtags."""

from __future__ import annotations

from unicodedata import normalize

import regex

# What no post may hold: controls, marks that turn the direction of what follows (a stray one would
# turn the rest of the post), code points that are no characters, halves of others.
_FORBIDDEN = regex.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}"
    r"\p{Noncharacter_Code_Point}]"
)
_NEWLINE = regex.compile(r"\r\n?|[\x85\u2028\u2029]")
_PARAGRAPHS = regex.compile(r"\n{3,}")
_NO_HASHTAG = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_LETTER = regex.compile(r"\p{L}")

LONGEST = 70_000  # characters; no network takes more


def paragraphs(text: str) -> str:
    """Returns the text without what no post may hold, its blank lines and blanks made few."""
    clean = _FORBIDDEN.sub("", _NEWLINE.sub("\n", text[:LONGEST]))
    lines = "\n".join(" ".join(each.split()) for each in clean.split("\n"))
    return normalize("NFC", _PARAGRAPHS.sub("\n\n", lines).strip())


def line(text: str) -> str:
    """Returns the text as one clean line."""
    return " ".join(paragraphs(text).split())


def hashtags(tags: tuple[str, ...], most: int | None) -> tuple[str, ...]:
    """Returns the tags as hashtags, each once: “open source” becomes #OpenSource.

    Networks end a hashtag at the first character that is no letter, mark or digit, and take none
    that is digits alone; such a tag is left out.
    """
    found: dict[str, str] = {}
    for tag in tags:
        name = _joined(_NO_HASHTAG.split(line(tag)))
        if _LETTER.search(name):
            found.setdefault(name.casefold(), f"#{name}")
    return tuple(found.values())[:most]


def _joined(words: list[str]) -> str:
    """Returns the words as one, each with a capital where there are several."""
    some = [word for word in words if word]
    return "".join(word[:1].upper() + word[1:] for word in some) if len(some) > 1 else "".join(some)
