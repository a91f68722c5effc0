"""Titles as names: what two sites that publish the same thing call it."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W_]+")
_DROPPED = frozenset({"a", "an", "the"})

# What aggregators write around a title.
_BEFORE = re.compile(
    r"(?i)\s*(?:\[[^\]]{1,20}\]|(?:show|launch|tell) hn\s*:|(?:breaking|just in|watch|video"
    r"|updated?|exclusive)\s*[:|\u2013-])\s*"
)
_AFTER = re.compile(r"(?i)\s*[\[(](?:pdf|video|audio|slides|(?:19|20)\d\d)[\])]\s*\Z")
_SITE = re.compile(
    r"\s+[|\u2013\u2014\u00b7\u2022\u00bb-]\s+([^|\u2013\u2014\u00b7\u2022\u00bb]{2,40})\Z"
)

# What is published again and again under one name. A thread is its own forum's, numbered or not;
# an issue of a series is known by its number.
_THREADS = re.compile(
    r"\b(?:mega|open |daily |weekly |monthly |discussion |questions? |simple )?thread\b"
    r"|\bwho(?:'s| is| wants to be)? (?:hiring|hired)\b|\bama\b|\bask me anything\b"
    r"|\bwhat (?:are|did|have) (?:you|everyone|y'all)\b|\bfree talk\b|\boff.?topic\b"
    r"|\b(?:daily|weekly|monthly) (?:discussion|questions?|chat|help|general)\b"
    r"|\b(?:bug ?fix(?:es)?|release notes|changelog|patch notes|performance improvements)\b"
)
_SERIES = re.compile(
    r"\b(?:daily|weekly|monthly|week(?:end)?ly|tonight|roundup|round-up|digest|newsletter|briefing"
    r"|recap|horoscopes?|crossword|wordle|sudoku|forecast|lottery|schedule|live (?:updates|blog)"
    r"|this (?:week|weekend|month|morning)|(?:the|last) week in|week in review|month in review"
    r"|(?:of|for) the (?:day|week|month|year|weekend)|links? (?:for|of)|what(?:'s| is) (?:new|on)"
    r"|best deals|morning (?:links|news|report|edition|read(?:s|ing)?)"
    r"|happy (?:new|birthday|holiday)|merry christmas|news in brief"
    r"|top (?:stories|headlines|news)|market (?:wrap|report|update)|wochenr\u00fcckblick"
    r"|revue de presse|status update|weather)\b"
)

SPOKEN = frozenset({"microblogs", "messaging", "social", "professional"})
"""Here a title is the beginning of what was said: it has to be longer to be one of a kind."""


def name_of(title: str, category: str, url: str | None) -> str | None:
    """Return the name that a title is; None for what many things may be called.

    Short titles, threads and series have none. `url` says which site's name at the end is not
    part of it.
    """
    if len(title) < 10:
        return None
    bare = _AFTER.sub("", _without_site(title, url or ""))
    if match := _BEFORE.match(bare):
        bare = bare[match.end() :]
    folded = bare.casefold().replace("\u2019", "'")
    words = [word for word in _WORDS.findall(folded) if word not in _DROPPED]
    name = " ".join(words)
    if not _is_long(name, len(words), category) or _THREADS.search(folded):
        return None
    return None if not _numbered(name) and _SERIES.search(folded) else name


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


def _without_site(title: str, url: str) -> str:
    """Take the site's own name off the end of a title, as search engines and browsers show it."""
    match = _SITE.search(title)
    if not match:
        return title
    host = url.partition("://")[2].partition("/")[0].removesuffix(".com")
    words = [word for word in _WORDS.findall(match[1].casefold()) if len(word) > 2]
    theirs = host == "news.google" or any(word in host for word in words)
    return title[: match.start()] if theirs else title
