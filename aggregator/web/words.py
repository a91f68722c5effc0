"""What templates say: ages, days, lengths, counts and addresses.

Pure functions; the filters of the same names take language and time zone from the page's reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import TypeVar
from urllib.parse import urlsplit

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from aggregator.model import StoredEntry, Text
from aggregator.refine.html import sanitise
from aggregator.store.snippets import BEGIN, END
from aggregator.web.footnotes import footnotes
from aggregator.web.tongues import Tongue

MINUTE, HOUR, DAY = 60, 3600, 86400
NEAR = 300
"""So many days around today need no year."""
ENGLISH = Tongue()
Dated = TypeVar("Dated", bound=StoredEntry)


def _(text: str) -> str:
    """Mark a word for the catalogues."""
    return text


MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
SHORT = (
    _("Jan"),
    _("Feb"),
    _("Mar"),
    _("Apr"),
    _("May"),
    _("Jun"),
    _("Jul"),
    _("Aug"),
    _("Sep"),
    _("Oct"),
    _("Nov"),
    _("Dec"),
)
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def ago(then: int, now: int, tongue: Tongue = ENGLISH, zone: tzinfo = UTC) -> str:
    """How long ago, in one short word: now, 5m, 3h, 2d, then the date."""
    seconds = now - then
    _ = tongue.gettext
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("%(n)sm", n=seconds // MINUTE)
    if seconds < DAY:
        return _("%(n)sh", n=seconds // HOUR)
    if seconds < 7 * DAY:
        return _("%(n)sd", n=seconds // DAY)
    that, today = _date(then, zone), _date(now, zone)
    month = _(SHORT[that.month - 1])
    if abs((today - that).days) < NEAR:
        return _("%(day)s %(month)s", day=that.day, month=month)
    return _("%(day)s %(month)s %(year)s", day=that.day, month=month, year=that.year)


def day(then: int, now: int, tongue: Tongue = ENGLISH, zone: tzinfo = UTC) -> str:
    """The heading over a day's entries."""
    that, today = _date(then, zone), _date(now, zone)
    _ = tongue.gettext
    if that == today:
        return _("Today")
    if that == today - timedelta(days=1):
        return _("Yesterday")
    month = _(MONTHS[that.month - 1])
    if timedelta(0) < today - that < timedelta(days=NEAR):
        weekday = _(WEEKDAYS[that.weekday()])
        return _("%(weekday)s %(day)s %(month)s", weekday=weekday, day=that.day, month=month)
    return _("%(day)s %(month)s %(year)s", day=that.day, month=month, year=that.year)


def days(entries: Sequence[Dated], zone: tzinfo = UTC) -> list[list[Dated]]:
    """Entries by the day of their publication where the reader is, in their order."""
    groups = groupby(entries, key=lambda each: _date(each.published_at, zone))
    return [list(group) for _day, group in groups]


def iso(then: int) -> str:
    """The time as machines read it."""
    return f"{datetime.fromtimestamp(then, UTC):%Y-%m-%dT%H:%M:%SZ}"


def exact(then: int, tongue: Tongue = ENGLISH, zone: tzinfo = UTC) -> str:
    """The time as people read it, to the minute."""
    moment = datetime.fromtimestamp(then, zone)
    return tongue.gettext(
        "%(day)s %(month)s %(year)s, %(time)s %(zone)s",
        day=moment.day,
        month=tongue.gettext(MONTHS[moment.month - 1]),
        year=moment.year,
        time=f"{moment:%H:%M}",
        zone=f"{moment:%Z}",
    )


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


def marked(text: str) -> Markup:
    """Text of a snippet, what matches in `<mark>`; the rest is as escaped as any text."""
    safe = escape(text)
    return safe.replace(BEGIN, Markup("<mark>")).replace(END, Markup("</mark>"))


def link_to(url: str, words: str) -> Markup:
    """A link to somebody else's page."""
    return _LINK.format(url=web(url), words=words)


_LINK = Markup('<a href="{url}" rel="noopener noreferrer">{words}</a>')


def _date(then: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(then, zone).date()


@pass_context
def _ago(context: Context, then: int, now: int | None = None) -> str:
    return ago(then, context["now"] if now is None else now, *_whose(context))


@pass_context
def _day(context: Context, then: int, now: int | None = None) -> str:
    return day(then, context["now"] if now is None else now, *_whose(context))


@pass_context
def _exact(context: Context, then: int) -> str:
    return exact(then, *_whose(context))


@pass_context
def _number(context: Context, n: int) -> str:
    return _whose(context)[0].number(n)


def _whose(context: Context) -> tuple[Tongue, tzinfo]:
    """The language and the time zone of the one who reads."""
    return context["tongue"], context["reader"].zone


FILTERS: dict[str, Callable[..., object]] = {
    "ago": _ago,
    "clock": clock,
    "compact": compact,
    "day": _day,
    "exact": _exact,
    "footnotes": footnotes,
    "host": host,
    "iso": iso,
    "marked": marked,
    "number": _number,
    "web": web,
}
TESTS: dict[str, Callable[..., bool]] = {"echo_of": echoes}
