"""What an address asks for, as a Selection, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from aggregator.model import Selection

LONGEST_SEARCH = 200
LONGEST_TAG = 100
LARGEST_ID = 2**63 - 1  # SQLite's integers end here


def asked(
    args: Mapping[str, str], *, category: str | None, owner: bool = False, zone: tzinfo = UTC
) -> Selection:
    """The selection that an address describes; what makes no sense is left out.

    `feed` is an id and nothing else: by title or address, anybody could guess at addresses. What
    is unread and starred is the owner's to ask, as are their own tags. Days begin and end where
    the reader is.
    """
    until = _midnight(args.get("until"), zone)
    return Selection(
        category=category,
        search=_line(args.get("q"), LONGEST_SEARCH),
        tag=_line(args.get("tag"), LONGEST_TAG),
        feed=None if (feed := _whole(args.get("feed"))) is None else str(feed),
        before=_whole(args.get("before")),
        since=_epoch(_midnight(args.get("since"), zone)),
        until=_epoch(until + timedelta(days=1) if until else None),
        unread=owner and args.get("unread") == "1",
        starred=owner and args.get("starred") == "1",
        own_tags=owner and bool(_line(args.get("tag"), LONGEST_TAG)),
    )


def location(wanted: Selection, zone: tzinfo = UTC) -> str:
    """The address of a selection within the desk: the inverse of `asked`."""
    base = f"/c/{wanted.category}" if wanted.category else "/"
    return base + query_of(
        search=wanted.search,
        tag=wanted.tag,
        feed=wanted.feed,
        unread="1" if wanted.unread else None,
        starred="1" if wanted.starred else None,
        since=day_of(wanted.since, zone),
        until=day_of(None if wanted.until is None else wanted.until - 1, zone),
        before=wanted.before,
    )


def query_of(*, search: str | None = None, **named: str | int | None) -> str:
    """The query string with its question mark; nothing when nothing is asked."""
    given = {name: value for name, value in {"q": search, **named}.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def day_of(moment: int | None, zone: tzinfo) -> str | None:
    """The day of a time, as forms have it."""
    return None if moment is None else f"{datetime.fromtimestamp(moment, zone):%Y-%m-%d}"


def _line(text: str | None, most: int) -> str | None:
    return " ".join((text or "").split())[:most] or None


def _midnight(text: str | None, zone: tzinfo) -> datetime | None:
    """The beginning of a day; None for what is none of the years that a clock can tell."""
    try:
        day = datetime.strptime(text or "", "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None


def _epoch(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _whole(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdigit():
        return None
    number = int(text[:20])
    return number if number <= LARGEST_ID else None
