"""Dates of feeds → seconds since the epoch, UTC, with feedparser's result.

RFC 3339 and RFC 822 in their usual forms (all but one in a thousand) are read here; every other
form goes to feedparser's own handlers (asctime, ISO 8601's rarer templates, Greek, Hungarian,
Korean, ...). A date that nobody can read is None.
"""

from __future__ import annotations

import re
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

_HOURS = {f"{hour:02}:": hour * 3600 for hour in range(24)}
_MINUTES = {f"{minute:02}:": minute * 60 for minute in range(60)}
_SECONDS = {f"{second:02}": second for second in range(60)}
_FIRST, _Y2K, _LAST = (
    int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2, 2000, 9999)
)
"""Outside of these an offset may lead to where there is no date."""

LONGEST = 200
"""Characters of a date that we look at; the rarer handlers are no match for a novel."""


def parse_date(text: str) -> int | None:
    """The moment that a date names, in seconds since the epoch."""
    if not text or len(text) > LONGEST:
        return None
    seconds = _usual(text, 11 if text[:4].isdecimal() else 17)
    return _unusual(text) if seconds is None else seconds


@lru_cache(maxsize=512)
def _unusual(text: str) -> int | None:
    """A moment in a rarer form."""
    seconds = _moment(text)
    return _rarely(text) if seconds is None else seconds


def _usual(text: str, place: int) -> int | None:
    """A moment whose clock, `08:00:00`, is at a place: days and zones are known from other dates.

    >>> _usual("Mon, 23 Nov 2026 08:00:00 +0100", 17), _usual("2026-11-23T08:00:00+01:00", 11)
    (1795417200, 1795417200)
    """
    try:
        clock = (
            _HOURS[text[place : place + 3]]
            + _MINUTES[text[place + 3 : place + 6]]
            + _SECONDS[text[place + 6 : place + 8]]
        )
    except KeyError:
        return None
    day = _day(text[:place])
    offset = _zone(text[place + 8 :], rfc3339=place == 11)
    return None if day is None or offset is None else day + clock - offset


@lru_cache(maxsize=4096)
def _day(text: str) -> int | None:
    """The midnight, UTC, at which a day begins, `Mon, 23 Nov 2026 ` or `2026-11-23T`."""
    midnight = _moment(text + ("00:00:00 gmt" if text.endswith(" ") else "00:00:00Z"))
    return midnight if midnight is None or _FIRST < midnight < _LAST else None


@lru_cache(maxsize=512)
def _zone(text: str, *, rfc3339: bool) -> int | None:
    """The seconds that a zone is ahead of UTC, ` +0100`, ` GMT`, `Z`, `.123+01:00`."""
    moment = _moment(("2000-01-01T00:00:00" if rfc3339 else "1 jan 2000 00:00:00") + text)
    return None if moment is None else _Y2K - moment


def _moment(text: str) -> int | None:
    """A moment in one of the two usual forms."""
    try:
        moment = _rfc3339(text) if text[:4].isdecimal() else _rfc822(text.lower())
    except (ValueError, OverflowError):
        return None
    return None if moment is None else int(moment.timestamp())


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
    from calendar import timegm  # noqa: PLC0415 - 2 ms, and

    from feedparser.datetimes import _date_handlers  # noqa: PLC0415 - 60 ms, seldom needed

    for handler in _date_handlers if text.isascii() else reversed(_date_handlers):
        with suppress(ValueError, OverflowError, TypeError, LookupError, AttributeError):
            if moment := handler(text):
                return timegm(moment)
    return None
