"""Titles as names: what two sites that publish the same thing call it."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W_]+")
_DROPPED = frozenset({"a", "an", "the"})

# What aggregators write around a title.
_BEFORE = re.compile(
    r"(?i)\s*(?:\[[^\]]{1,20}\]|(?:(?:show|launch|tell) hn|breaking|just in|watch|video|updated?"
    r"|exclusive)\s*[:|\u2013-])\s*"
)
_AFTER = re.compile(r"(?i)\s*[\[(](?:pdf|video|audio|slides|(?:19|20)\d\d)[\])]\s*\Z")
_LINES = "|\u2013\u2014\u00b7\u2022\u00bb"
_SITE = re.compile(rf"\s[{_LINES}-]\s+([^{_LINES}]{{2,40}})\Z")

# What is published again and again under one name. A thread is its own forum's, numbered or not;
# an issue of a series is known by its number.
_THREADS = re.compile(
    r"\b(?:(?:mega)?threads?|who(?: s| is| wants to be)? (?:hiring|hired)|ama|ask me anything"
    r"|what (?:are|did|have) (?:you|everyone|y all)|free talk|off topic"
    r"|(?:daily|weekly|monthly) (?:discussion|questions?|chat|help|general)"
    r"|bug ?fix(?:es)?|release notes|changelog|patch notes|performance improvements)\b"
)
_SERIES = re.compile(
    r"\b(?:daily|weekly|monthly|tonight|round ?up|digest|newsletter|briefing|recap|horoscopes?"
    r"|crossword|wordle|sudoku|forecast|lottery|schedule|live (?:updates|blog)"
    r"|this (?:week|weekend|month|morning)|last week in|(?:week|month) in review"
    r"|(?:of|for) (?:day|week|month|year|weekend)|links? (?:for|of)|what(?: s| is) (?:new|on)"
    r"|best deals|morning (?:links|news|report|edition|reads|reading)"
    r"|happy (?:new|birthday|holidays?)|merry christmas|news in brief"
    r"|top (?:stories|headlines|news)|market (?:wrap|report|update)|wochenr\u00fcckblick"
    r"|revue de presse|status update|weather)\b"
)

# A word that every name of these patterns has: most titles have none, and are asked no more.
_HINT_WORDS = """
thread threads megathread megathreads hiring hired ama anything what talk topic daily weekly monthly
bug bugfix bugfixes fixes release changelog patch performance tonight round roundup digest
newsletter briefing recap horoscope horoscopes crossword wordle sudoku forecast lottery schedule
live this last week month day year weekend link links deals morning happy merry brief top market
wochenr\u00fcckblick revue status weather
"""
_HINTS = frozenset(_HINT_WORDS.split())

SPOKEN = frozenset({"microblogs", "messaging", "social", "professional"})
"""Here a title is the beginning of what was said: it has to be longer to be one of a kind."""


def name_of(title: str, category: str, url: str | None) -> str | None:
    """Return the name that a title is; None for what many things may be called.

    Short titles, threads and series have none. `url` says which site's name at the end is not
    part of it.
    """
    words = _WORDS.findall(_bare(title, url or "").casefold())
    words = [word for word in words if word not in _DROPPED]
    name = " ".join(words)
    if not _is_long(name, len(words), category):
        return None
    return None if not _HINTS.isdisjoint(words) and _is_repeated(name) else name


def _is_repeated(name: str) -> bool:
    return bool(_THREADS.search(name) or (not _numbered(name) and _SERIES.search(name)))


def _is_long(name: str, words: int, category: str) -> bool:
    """Tell whether a name is long enough: 5 words or 32 letters; an ideograph is as good as two."""
    length = len(name) if name.isascii() else len(name) + sum(map(_is_ideograph, name))
    if category in SPOKEN:
        return length >= 48
    return length >= 32 or (words >= 5 and length >= 20)


def _is_ideograph(letter: str) -> bool:
    return "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"


def _numbered(name: str) -> bool:
    return any(map(str.isdecimal, name))


def _bare(title: str, url: str) -> str:
    """Take off what aggregators and sites write around a title."""
    match = _SITE.search(title)
    if match and _is_theirs(match[1], url):
        title = title[: match.start()]
    if title.endswith(("]", ")")):
        title = _AFTER.sub("", title)
    match = _BEFORE.match(title)
    return title[match.end() :] if match else title


def _is_theirs(tail: str, url: str) -> bool:
    """Tell whether the end of a title is the name of the site, as search engines show it."""
    host = url.partition("://")[2].partition("/")[0].removesuffix(".com")
    words = _WORDS.findall(tail.casefold())
    return host == "news.google" or any(word in host for word in words if len(word) > 2)
