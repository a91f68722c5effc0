"""Dates of feeds → seconds since the epoch, UTC, with feedparser's result.

RFC 3339 and RFC 822 in their usual forms (all but one in a thousand) are read here; every other
form goes to feedparser's own handlers (asctime, ISO 8601's rarer templates, Greek, Hungarian,
Korean, ...). A date that nobody can read is None.
"""

from __future__ import annotations

import re
from calendar import timegm
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?"
    r"(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_RFC822 = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?(\d{1,2}) +([a-z]{3}) +(\d{4}) +"
    r"(\d{1,2}):(\d\d)(?::(\d\d))? +(?:([+-])(\d\d)(\d\d)|([a-z]{1,4}))",
    re.ASCII,
)
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONES = {
    "ut": 0, "gmt": 0, "z": 0, "utc": 0,
    "adt": -3, "ast": -4, "edt": -4, "est": -5, "cdt": -5, "cst": -6,
    "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "met": 1, "mest": 2,
}  # fmt: skip

LONGEST = 200
"""Characters of a date that we look at; the rarer handlers are no match for a novel."""


@lru_cache(maxsize=512)
def parse_date(text: str) -> int | None:
    """The moment that a date names, in seconds since the epoch."""
    if not text or len(text) > LONGEST:
        return None
    try:
        moment = _rfc3339(text) if text[:4].isdecimal() else _rfc822(text.lower())
        if moment is not None:
            return int(moment.timestamp())
    except (ValueError, OverflowError):
        pass
    return _rarely(text)


def _rfc3339(text: str) -> datetime | None:
    """A moment of RFC 3339, e.g. 2026-11-23T08:00:00+01:00."""
    found = _RFC3339.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    moment = datetime(
        int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC
    )
    return moment - _offset(sign, hours, minutes)


def _rfc822(text: str) -> datetime | None:
    """A moment of RFC 822 (lower case), e.g. mon, 23 nov 2026 08:00:00 +0100."""
    found = _RFC822.fullmatch(text)
    if not found:
        return None
    day, name, year, hour, minute, second, sign, hours, minutes, zone = found.groups()
    month = _MONTHS.get(name)
    if month is None or (zone and zone not in _ZONES):
        return None
    moment = datetime(
        int(year), month, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
    )
    return moment - (timedelta(hours=_ZONES[zone]) if zone else _offset(sign, hours, minutes))


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta:
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return -offset if sign == "-" else offset


def _rarely(text: str) -> int | None:
    """What feedparser's date handlers make of it: they know forms that we need not.

    Handlers for other languages come first where there are letters that are not ASCII's: in
    feedparser's order ISO 8601's takes such a date for a bare year, and makes up the rest from
    today's date.
    """
    from feedparser.datetimes import _date_handlers  # noqa: PLC0415 - 60 ms, seldom needed

    for handler in _date_handlers if text.isascii() else reversed(_date_handlers):
        with suppress(ValueError, OverflowError, TypeError, LookupError, AttributeError):
            if moment := handler(text):
                return timegm(moment)
    return None
