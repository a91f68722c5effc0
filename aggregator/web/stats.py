"""`/-/stats`: what comes, when and from whom; to the owner also what was picked and shared."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator.store import Store, pulse
from aggregator.taxonomy import CATEGORY_SLUGS
from aggregator.web import answers, charts, ours
from aggregator.web.frame import rail
from aggregator.web.reader import reader_of

if TYPE_CHECKING:
    from datasette.app import Datasette


SPANS = (30, 60, 180)
USUAL = 60
DAY = 86_400


async def page(datasette: Datasette, request: Request) -> Response:
    """Show what the counters say of the last `?days=`."""
    asked = request.args.get("days") or str(USUAL)
    days = int(asked) if asked in {str(each) for each in SPANS} else USUAL
    now = int(time.time())
    since = now - (days - 1) * DAY
    owner = ours.is_owner(request)

    def work(store: Store) -> dict[str, Any]:
        return {
            "rail": rail(store, request),
            "by_day": pulse.days(store.conn, since=since),
            "by_hour": pulse.hours(store.conn, since=since),
            "busiest": pulse.busiest(store.conn, since=since),
            "shared": pulse.most_shared(store.conn, since=since) if owner else [],
            "curated": pulse.curated(store.conn, since=since) if owner else {},
        }

    found = await ours.read(datasette, work)
    week = charts.rhythm(found["by_hour"], reader_of(request).zone)
    came = _sums(found["by_day"])
    return answers.page(
        datasette,
        request,
        "stats.html",
        **found,
        days=days,
        spans=SPANS,
        came=came,
        total=sum(came.values()),
        picked=sum(found["curated"].values()),
        columns=charts.columns(
            found["by_day"], CATEGORY_SLUGS, last=datetime.fromtimestamp(now, UTC).date(), days=days
        ),
        week=week,
        step=(charts.WIDTH - charts.LEFT) / days,
        cells=charts.cells(week),
        charts=charts,
        midnight=_midnight,
    )


def _sums(counts: list[tuple[str, str, int]]) -> dict[str, int]:
    """Return the entries of each category, in the order of the categories."""
    sums = dict.fromkeys(CATEGORY_SLUGS, 0)
    for _day, category, n in counts:
        sums[category] = sums.get(category, 0) + n
    return sums


def _midnight(day: Any) -> int:
    """Return the time at which a day begins."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
