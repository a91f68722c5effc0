"""`/-/health` and `/-/fetches`: what needs a hand, why, since when, and what happens next.

Both are the owner's: errors and addresses may hold secrets, and are shown without them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator.config.edit import every_text
from aggregator.store import Store, health
from aggregator.urls import host, mask
from aggregator.web import answers, fetching, ours, spans
from aggregator.web.frame import rail
from aggregator.web.reader import reader_of
from aggregator.web.tongues import tongue

if TYPE_CHECKING:
    from datasette.app import Datasette


PAGE = 50
OWNERS = "Only the owner of this desk sees that."


async def page(datasette: Datasette, request: Request) -> Response:
    """Show how the feeds are, those first that need a hand; `?state=` is one kind of trouble."""
    kind = request.args.get("state") or "all"
    if kind not in health.KINDS:
        return answers.missing(datasette, request, "There is no such state.")
    after = number(request.args.get("after"))
    now = int(time.time())

    def work(store: Store) -> dict[str, Any]:
        found = health.health(store.conn, kind, now=now, after=after, limit=PAGE + 1)
        return {
            "rail": rail(store, request),
            "counts": health.counts(store.conn, now=now),
            "rows": found[:PAGE],
            "more": len(found) > PAGE,
        }

    return await owners_page(datasette, request, "health.html", work, kind=kind, after=after)


async def log(datasette: Datasette, request: Request) -> Response:
    """Show the log of fetches, newest first; `?feed=` and `?status=` narrow it down."""
    status = request.args.get("status") or None
    if status not in {None, *health.STATUSES}:
        return answers.missing(datasette, request, "There is no such status.")
    feed_id = number(request.args.get("feed"))
    before = number(request.args.get("before"))

    def work(store: Store) -> dict[str, Any]:
        found = health.log(
            store.conn, feed_id=feed_id, status=status, before=before, limit=PAGE + 1
        )
        return {
            "rail": rail(store, request),
            "source": store.feed(feed_id) if feed_id is not None else None,
            "lines": found[:PAGE],
            "more": len(found) > PAGE,
        }

    return await owners_page(
        datasette,
        request,
        "fetches.html",
        work,
        feed=feed_id,
        outcome=status,
        before=before,
        statuses=health.STATUSES,
    )


async def owners_page(
    datasette: Datasette,
    request: Request,
    template: str,
    work: Callable[[Store], dict[str, Any]],
    **context: Any,
) -> Response:
    """Render a page for the owner alone; `work` reads what it shows."""
    if refused := refusal(datasette, request):
        return refused
    found = await ours.read(datasette, work)
    return answers.page(
        datasette, request, template, **found, **context, **tools(request, datasette)
    )


def refusal(datasette: Datasette, request: Request) -> Response | None:
    """Return the page for those who are not the owner; None for the owner."""
    if ours.is_owner(request):
        return None
    return answers.page(datasette, request, "refused.html", status=403, what=OWNERS)


def tools(request: Request, datasette: Datasette) -> dict[str, Any]:
    """Return what the owner's templates need besides what all have."""
    spoken = tongue(reader_of(request).language)
    now = int(time.time())
    return {
        "ahead": lambda then: spans.ahead(then, now, spoken),
        "span": lambda seconds: spans.span(seconds, spoken),
        "pace": lambda ms: spans.pace(ms, spoken),
        "every_text": every_text,
        "mask": mask,
        "site_name": lambda feed: host(feed.site_url or feed.url) or "",
        "round": fetching.round_of(datasette),
    }


def number(text: str | None) -> int | None:
    """Return a number of an address; None for what is none."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text)
