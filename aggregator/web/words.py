"""What templates say: ages, days, lengths, counts and addresses. Pure functions, all UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from aggregator.model import Text
from aggregator.refine.html import sanitise

MINUTE, HOUR, DAY = 60, 3600, 86400


def ago(then: int, now: int) -> str:
    """How long ago, in one short word: now, 5m, 3h, 2d, then the date."""
    seconds = now - then
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{seconds // MINUTE}m"
    if seconds < DAY:
        return f"{seconds // HOUR}h"
    if seconds < 7 * DAY:
        return f"{seconds // DAY}d"
    return _day_month(_date(then), _date(now))


def day(then: int, now: int) -> str:
    """The heading over a day's entries."""
    that, today = _date(then), _date(now)
    if that == today:
        return "Today"
    if that == today - timedelta(days=1):
        return "Yesterday"
    if timedelta(0) < today - that < timedelta(days=300):
        return f"{that:%A} {that.day} {that:%B}"
    return f"{that.day} {that:%B %Y}"


def iso(then: int) -> str:
    """The time as machines read it."""
    return f"{datetime.fromtimestamp(then, UTC):%Y-%m-%dT%H:%M:%SZ}"


def exact(then: int) -> str:
    """The time as people read it, to the minute."""
    moment = datetime.fromtimestamp(then, UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def clock(seconds: int) -> str:
    """A length as players show it: 4:05, 1:02:03."""
    hours, rest = divmod(int(seconds), HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def compact(number: int) -> str:
    """A count that fits beside a name: 950, 1.2k, 34k, 1.5M."""
    if number < 1000:
        return str(number)
    if number < 9950:
        return f"{number / 1000:.1f}k"
    if number < 999_500:
        return f"{number / 1000:.0f}k"
    return f"{number / 1_000_000:.1f}M"


def web(url: str | None) -> str:
    """The address if a browser may be sent there (http and https), else nothing.

    Addresses come from feeds; escaping alone would let `javascript:` through.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""


def host(url: str | None) -> str:
    """The site's name as people say it, without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.") if url and web(url) else ""


def echoes(title: str, summary: str) -> bool:
    """Whether the title is only the beginning of the summary, as with entries that have none."""
    start = title.rstrip("… .").casefold()
    return bool(start) and summary.casefold().startswith(start)


def whole(html: str) -> str:
    """Stored HTML of an entry, safe as it was, and such that a parser finds it well-formed.

    Elements that were taken out when it was cleaned may have left a link within a link, which
    only another look tells apart.
    """
    return sanitise(Text(html))


def _date(then: int) -> date:
    return datetime.fromtimestamp(then, UTC).date()


def _day_month(that: date, today: date) -> str:
    near = abs((today - that).days) < 300
    return f"{that.day} {that:%b}" if near else f"{that.day} {that:%b %Y}"


FILTERS: dict[str, Callable[..., object]] = {
    "ago": ago,
    "clock": clock,
    "compact": compact,
    "day": day,
    "exact": exact,
    "host": host,
    "iso": iso,
    "web": web,
    "whole": whole,
}
TESTS: dict[str, Callable[..., bool]] = {"echo_of": echoes}
