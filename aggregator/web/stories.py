"""Stories on the desk: `/stories`, the weightiest of a week, and `/s/<id>`, one with all of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator.curation import Story
from aggregator.store import Store, storybook
from aggregator.stories import via_of
from aggregator.web import answers, ours
from aggregator.web.frame import Rail, rail
from aggregator.web.words import DAY

if TYPE_CHECKING:
    from datasette.app import Datasette

MOST = 40
"""So many stories are on the page."""

SPAN = 7 * DAY
"""What nobody has reported for so long is no news."""


async def index(datasette: Datasette, request: Request) -> Response:
    """Show what several sources report, the weightiest first."""
    now = int(time.time())

    def work(store: Store) -> tuple[Rail, list[Story]]:
        found = storybook.ranked(store.conn, since=now - SPAN, limit=MOST, now=now)
        # A desk that was not fetched for a week still has something to show.
        return rail(store, request), found or storybook.ranked(store.conn, limit=MOST)

    beside, found = await ours.read(datasette, work)
    return answers.page(
        datasette, request, "stories.html", rail=beside, stories=found, told=_told(found)
    )


async def page(datasette: Datasette, request: Request) -> Response:
    """Show one story: who reports it, who discusses it, in the order in which they did.

    The number of any of its entries leads to it, also when an earlier one has changed its own.
    """
    story_id = int(request.url_vars["id"])

    def work(store: Store) -> tuple[Rail, Story | None]:
        return rail(store, request), storybook.story(store.conn, story_id)

    beside, found = await ours.read(datasette, work)
    if found is None:
        return answers.missing(datasette, request, "There is no such story.")
    if found.id != story_id:
        return Response.redirect(datasette.urls.path(f"/s/{found.id}"))
    reports = [each for each in found.members if each.id not in found.discussing]
    talks = [each for each in found.members if each.id in found.discussing]
    return answers.page(
        datasette,
        request,
        "story.html",
        rail=beside,
        story=found,
        reports=reports,
        talks=talks,
        via=via_of(found),
    )


def _told(found: list[Story]) -> dict[int, storybook.Told]:
    return {each.entry.id: storybook.Told(each.id, each.sources, each.entries) for each in found}
