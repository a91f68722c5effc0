"""`/-/sources`: what is followed, and how it is added, changed, paused and left.

All of it is the owner's, and all of it edits feeds.toml as the command line does: remarks stay.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.discover import discover
from aggregator.errors import AggregatorError
from aggregator.export import Channel, export
from aggregator.following.followed import Followed
from aggregator.following.proposals import Proposal, Wish, proposed, remark
from aggregator.store import Store, health
from aggregator.web import answers, curating, ours
from aggregator.web.feeds import MEDIA_TYPES
from aggregator.web.frame import rail
from aggregator.web.health import number, owners_page, refusal, tools
from aggregator.web.subscribing import feeds_file

if TYPE_CHECKING:
    from datasette.app import Datasette


PAGE = 50
LINES = 10
"""So many lines of the log are on the page of a source."""


async def index(datasette: Datasette, request: Request) -> Response:
    """Show what is followed, by title; `?q=` and `?category=` narrow it down."""
    words = " ".join((request.args.get("q") or "").split())[:200] or None
    slug = request.args.get("category") or None
    slug = slug if slug in taxonomy.CATEGORY_SLUGS else None
    after = number(request.args.get("after"))
    now = int(time.time())

    def work(store: Store) -> dict[str, Any]:
        found = health.sources(
            store.conn, now=now, category=slug, words=words, after=after, limit=PAGE + 1
        )
        return {
            "rail": rail(store, request),
            "rows": found[:PAGE],
            "more": len(found) > PAGE,
            "counts": health.counts(store.conn, now=now),
            "left": health.left(store.conn, limit=PAGE),
        }

    return await owners_page(
        datasette,
        request,
        "sources.html",
        work,
        words=words,
        slug=slug,
        after=after,
        told=request.args.get("told"),
    )


async def page(datasette: Datasette, request: Request) -> Response:
    """Show one source: how it is, its last fetches, and the form to change it."""
    feed_id = int(request.url_vars["id"])
    now = int(time.time())

    def work(store: Store) -> dict[str, Any]:
        return {
            "rail": rail(store, request),
            "row": health.one(store.conn, feed_id, now=now),
            "lines": health.log(store.conn, feed_id=feed_id, limit=LINES),
        }

    if refused := refusal(datasette, request):
        return refused
    found = await ours.read(datasette, work)
    if found["row"] is None:
        return answers.missing(datasette, request, "There is no such source.")
    return answers.page(
        datasette,
        request,
        "source.html",
        slugs=taxonomy.CATEGORY_SLUGS,
        **found,
        **tools(request, datasette),
    )


async def look(datasette: Datasette, request: Request) -> Response:
    """Ask what a pasted address comes to, and offer to follow it; nothing is written."""
    if refused := curating.refusal(datasette, request):
        return refused
    form = dict(await curating.fields_of(request))
    url = form.get("url", "").strip()
    if not url:
        return Response.redirect(datasette.urls.path("/-/sources"), status=303)
    choose = number(form.get("choose"))
    try:
        proposal = await _proposal(datasette, url, choose or None)
    except AggregatorError as error:
        return curating.failed(datasette, request, error)
    beside = await ours.read(datasette, lambda store: rail(store, request))
    return answers.page(
        datasette,
        request,
        "source_new.html",
        rail=beside,
        url=url,
        proposal=proposal,
        found=proposal.found,
        chosen=choose or 1,
        remark=remark(proposal) if proposal.source else "",
        slugs=taxonomy.CATEGORY_SLUGS,
        **tools(request, datasette),
    )


async def _proposal(datasette: Datasette, url: str, choose: int | None) -> Proposal:
    config = feeds_file(datasette).config
    found = await asyncio.to_thread(discover, [url], config=config, choose=choose)
    rows = await ours.read(datasette, lambda store: store.feeds())
    return proposed(found, Followed(config, rows), Wish())[0]


async def outline(datasette: Datasette, request: Request) -> Response:
    """Answer with all that is followed as OPML: whole addresses, so the owner's alone."""
    if refused := refusal(datasette, request):
        return refused
    followed = await ours.read(datasette, lambda store: store.feeds(followed=True))
    channel = Channel(
        title=ours.title_of(datasette),
        url=ours.absolute(datasette, request, "/"),
        feed_url=None,
        description="",
        updated=int(time.time()),
        feeds=followed,
        secrets=True,
    )
    return Response(
        export("opml", channel, []),
        headers={
            "Content-Disposition": 'attachment; filename="sources.opml"',
            "Cache-Control": "private, no-store",
        },
        content_type=f"{MEDIA_TYPES['opml']}; charset=utf-8",
    )
