"""The index of a site's search: words → entries, in small files that `search.js` reads.

    about   how many files there are, and the category of every entry
    w<n>    words and the numbers of their entries, each as the step from the one before
    e<n>    what the cards of so many entries show

Entries are numbered from the newest, which is 0. A word is in the file that its first two
letters choose, so that a search for the beginning of a word reads one file.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import regex

from aggregator.taxonomy import CATEGORY_SLUGS

BLOCK = 100  # entries in a file
PER_SHARD = 6_000  # numbers in a file of words, some 40 KB
LONGEST = 40  # letters of a word that count

_CJK = r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}"
_RUNS = regex.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[\p{{L}}\p{{N}}])+")
_IS_CJK = regex.compile(f"[{_CJK}]")
_MARKS = regex.compile(r"\p{M}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the search shows of an entry; addresses are web addresses or within the site."""

    href: str
    title: str
    summary: str
    source: str
    river: str
    author: str
    date: str
    day: str
    image: str
    language: str
    category: str


def words(text: str) -> list[str]:
    """Return the words of a text without case and accents, as the browser cuts them.

    Han, Hiragana and Katakana have no spaces between words: each letter with the one after it.
    """
    lower = unicodedata.normalize("NFKD", text).lower()
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", lower)).replace(
        "\u03c2", "\u03c3"
    )  # sigma
    found: list[str] = []
    for run in _RUNS.findall(folded):
        if _IS_CJK.match(run):
            found += (run[place : place + 2] for place in range(len(run)))
        else:
            found.append(run[:LONGEST])
    return found


def shard(word: str, shards: int) -> int:
    """Return which file has a word."""
    total = 7
    for letter in word[: 1 if _IS_CJK.match(word) else 2]:
        total = (total * 31 + ord(letter)) % 65521
    return total % shards


def index(cards: Sequence[Card], texts: Sequence[str]) -> dict[str, str]:
    """Return the files of the index by name; `texts` are what is searched, one for each card."""
    places = _places(texts)
    numbers = sum(map(len, places.values()))
    shards = max(1, -(-numbers // PER_SHARD))
    groups: list[dict[str, list[int]]] = [{} for _ in range(shards)]
    for word in sorted(places):
        groups[shard(word, shards)][word] = _steps(places[word])
    files = {f"w{number}": _script(f"w{number}", group) for number, group in enumerate(groups)}
    for start in range(0, len(cards), BLOCK):
        name = f"e{start // BLOCK}"
        block = [_lean(card) for card in cards[start : start + BLOCK]]
        files[name] = _script(name, block)
    about = {
        "version": hashlib.sha256("".join(files.values()).encode()).hexdigest()[:12],
        "shards": shards,
        "block": BLOCK,
        "categories": list(CATEGORY_SLUGS),
        "kinds": "".join(_digit(CATEGORY_SLUGS.index(card.category)) for card in cards),
    }
    return {"about": _script("about", about), **files}


def _places(texts: Iterable[str]) -> dict[str, list[int]]:
    """Return the numbers of the texts that have a word, rising."""
    places: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for word in set(words(text)):
            places.setdefault(word, []).append(number)
    return places


def _steps(numbers: Sequence[int]) -> list[int]:
    return [numbers[0], *(after - before for before, after in pairwise(numbers))]


def _lean(card: Card) -> dict[str, str]:
    return {name: value for name, value in asdict(card).items() if value}


def _digit(number: int) -> str:
    return "0123456789abcdefghijklmnopqrstuvwxyz"[number]


def _script(name: str, data: Any) -> str:
    """Return a script that hands JSON over; ASCII only, so that no server's charset matters."""
    return f'aggregatorSearch("{name}",{json.dumps(data, separators=(",", ":"))});\n'
