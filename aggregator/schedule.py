"""When to look at a feed again: pure arithmetic over what is known of it.

`next_check = max(own interval, what the server asks for)`: the interval is the one the user
fixed (`every`) or follows the feed's own rhythm; the server asks through Cache-Control, Expires,
`<ttl>`, `<skipHours>`, `<skipDays>` and Retry-After. All figures are seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise

from aggregator.model import FeedInfo

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

FIRST_GUESS = HOUR
SHORTEST = 15 * MINUTE
LONGEST = DAY

SERVER_CAP = DAY
"""A server that asks for more than a day by Cache-Control or ttl most likely did not mean it."""

ERROR_START = 30 * MINUTE
ERROR_CAP = WEEK
RATE_LIMIT_CAP = 6 * HOUR
RETRY_AFTER_CAP = WEEK

JITTER = 0.1
"""A wait is shortened by up to a tenth: longer would make a feed miss the cron run it is due in."""

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)


def adaptive(
    *,
    rhythm: int | None,
    last_entry_at: int | None,
    now: int,
    bounds: tuple[int, int] = (SHORTEST, LONGEST),
) -> int:
    """Half of the usual gap between entries; longer the longer a feed has been silent.

    `bounds` are the shortest and the longest interval.
    """
    shortest, longest = bounds
    silence = max(0, now - (last_entry_at or now))
    own = FIRST_GUESS if rhythm is None else max(rhythm // 2, silence // 10)
    return min(longest, max(shortest, own))


def rhythm_of(
    times: tuple[int, ...], *, known: int | None = None, last_entry_at: int | None = None
) -> int | None:
    """The usual gap between entries: the median over a whole document, else an update of `known`.

    `times` are the publication times of the entries that are new or, on a first look, of all.
    """
    newest_first = sorted(set(times), reverse=True)[:20]
    if known is not None and last_entry_at is not None:
        fresh = [time for time in newest_first if time > last_entry_at]
        if not fresh:
            return known
        gap = (fresh[0] - last_entry_at) // len(fresh)
        return max(MINUTE, (7 * known + 3 * gap) // 10)
    gaps = sorted(newer - older for newer, older in pairwise(newest_first))
    return max(MINUTE, gaps[len(gaps) // 2]) if gaps else known


def freshness(headers: Mapping[str, str], *, now: int) -> int:
    """Seconds for which the server says its answer stays fresh (RFC 9111), capped at a day."""
    control = headers.get("cache-control", "")
    if _NO_CACHE.search(control):
        return 0
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "0").strip()
        fresh = int(found[1]) - (int(age) if age.isdecimal() and len(age) < 10 else 0)
    else:
        fresh = _expires(headers, now=now)
    return min(SERVER_CAP, max(0, fresh))


def _expires(headers: Mapping[str, str], *, now: int) -> int:
    """Expires counts from the server's own Date, so that a wrong clock does not matter."""
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return 0
    return expires - (_http_date(headers.get("date")) or now)


def _http_date(value: str | None) -> int | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def backoff(failures: int) -> int:
    """30 minutes, doubling with each failure in a row, never more than a week, never for ever."""
    return int(min(ERROR_CAP, ERROR_START * 2 ** min(max(failures, 1) - 1, 16)))


def rate_limited(failures: int, *, start: int | None) -> int:
    """The wait after a 429 that names none: `start` (or 30 minutes), doubling up to six hours."""
    first = start or ERROR_START
    return int(min(max(RATE_LIMIT_CAP, first), first * 2 ** min(max(failures, 1) - 1, 16)))


def skips_of(feed: FeedInfo) -> str | None:
    """The hours and days (RSS 2.0 skipHours, skipDays; GMT) in which a feed rests: "h0 h1 d6".

    A feed that skips every hour or every day has not understood the element: it is ignored.
    """
    hours = {hour for hour in feed.skip_hours if 0 <= hour < 24}
    days = {day for day in feed.skip_days if 0 <= day < 7}
    words = [f"h{hour}" for hour in sorted(hours) if len(hours) < 24]
    words += [f"d{day}" for day in sorted(days) if len(days) < 7]
    return " ".join(words) or None


def outside_skips(moment: int, skips: str | None) -> int:
    """The first time from `moment` on that lies in no hour or day of `skips`."""
    resting = frozenset((skips or "").split())
    while resting:
        when = datetime.fromtimestamp(moment, UTC)
        if resting.isdisjoint((f"h{when.hour}", f"d{when.weekday()}")):
            break
        moment += HOUR - moment % HOUR
    return moment


def after_success(
    *,
    now: int,
    interval: int,
    floor: int,
    asked: int,
    ttl: int | None,
    skips: str | None,
    chance: float,
) -> int:
    """When to look again after an answer.

    `interval` is the user's or the adaptive one, `floor` the host policy's, `asked` what HTTP
    asks for, `ttl` and `skips` what the document does; `chance` in [0, 1) spreads feeds that
    would otherwise come due together.
    """
    spread = round(interval * (1 - JITTER * chance))
    return outside_skips(now + max(spread, floor, asked, min(SERVER_CAP, ttl or 0)), skips)


def after_failure(*, now: int, wait: int, retry_after: int | None, chance: float) -> int:
    """When to look again after a failure: our own wait, and never before the server allows it."""
    spread = round(wait * (1 - JITTER * chance))
    return now + max(spread, min(RETRY_AFTER_CAP, retry_after or 0))
