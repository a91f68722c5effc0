"""Stories on the desk: `/stories`, the weightiest of a week, and `/s/<id>`, one with all of it.

The owner takes entries out of a story where they do not belong, and puts them back:
`/-/desk/stories/<split or join>`, each with its way back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator.curation import Story
from aggregator.errors import UsageError
from aggregator.model import StoredEntry
from aggregator.store import Store, reading, storybook
from aggregator.store import stories as folding
from aggregator.store.base import transaction
from aggregator.store.states import State, states
from aggregator.stories import via_of
from aggregator.web import answers, ours
from aggregator.web.curating import Act, Done, Form, act, number_of
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

    def work(store: Store) -> tuple[Rail, list[Story], Mapping[int, State]]:
        found = storybook.ranked(store.conn, since=now - SPAN, limit=MOST, now=now)
        # A desk that was not fetched for a week still has something to show.
        found = found or storybook.ranked(store.conn, limit=MOST)
        return rail(store, request), found, _marks(store, request, [each.entry for each in found])

    beside, found, marks = await ours.read(datasette, work)
    return answers.page(
        datasette,
        request,
        "stories.html",
        rail=beside,
        stories=found,
        told=_told(found),
        states=marks,
    )


async def page(datasette: Datasette, request: Request) -> Response:
    """Show one story: who reports it, who discusses it, in the order in which they did.

    The number of any of its entries leads to it, also when an earlier one has changed its own.
    """
    story_id = int(request.url_vars["id"])

    def work(
        store: Store,
    ) -> tuple[Rail, Story | None, list[StoredEntry], Mapping[int, State]]:
        found = storybook.story(store.conn, story_id)
        members = list(found.members) if found else []
        owner = ours.is_owner(request)
        parted = folding.parted(store.conn, [each.id for each in members]) if owner else []
        away = [each for number in parted if (each := store.entry(number))]
        return rail(store, request), found, away, _marks(store, request, members)

    beside, found, away, marks = await ours.read(datasette, work)
    if found is None:
        return answers.missing(datasette, request, "There is no such story.")
    if found.id != story_id:
        return Response.redirect(datasette.urls.path(f"/s/{found.id}"))
    return answers.page(
        datasette,
        request,
        "story.html",
        rail=beside,
        story=found,
        reports=[each for each in found.members if each.id not in found.discussing],
        talks=[each for each in found.members if each.id in found.discussing],
        away=away,
        states=marks,
        via=via_of(found),
    )


def _marks(store: Store, request: Request, entries: list[StoredEntry]) -> Mapping[int, State]:
    """Return what the owner made of entries; nothing for others."""
    return states(store.conn, [each.id for each in entries]) if ours.is_owner(request) else {}


def _told(found: list[Story]) -> dict[int, storybook.Told]:
    return {each.entry.id: storybook.Told(each.id, each.sources, each.entries) for each in found}


async def do(datasette: Datasette, request: Request) -> Response:
    """Do what one of the owner's forms asks."""
    return await act(datasette, request, ACTS)


def _split(store: Store, form: Form, now: int) -> Done:
    """Take an entry out of its story for good."""
    entry_id = number_of(form.get("entry", ""))
    found = storybook.story(store.conn, entry_id)
    with transaction(store.conn):
        parted = folding.split(store.conn, found.id, [entry_id], now=now) if found else []
        if not found or not parted:
            raise UsageError("It is in no story with others.")
        back = json.dumps({"join": entry_id})
        done = reading.record(store.conn, "story/split", back, now=now)
    rest = [each.id for each in found.members if each.id != entry_id]
    return Done(target=f"/s/{rest[0]}" if len(rest) > 1 else f"/e/{rest[0]}", act=done)


def _join(store: Store, form: Form, now: int) -> Done:
    """Take back what was said of an entry when it was taken out."""
    entry_id = number_of(form.get("entry", ""))
    with transaction(store.conn):
        if not folding.join(store.conn, entry_id):
            raise UsageError("It was never taken out of a story.")
        back = json.dumps({"split": entry_id})
        done = reading.record(store.conn, "story/join", back, now=now)
    return Done(target=f"/s/{entry_id}", act=done)


def take_back(store: Store, done: reading.Act, now: int) -> None:
    """Take a split or a join back."""
    with transaction(store.conn):
        reading.undo(store.conn, done.id, now=now)
        for action, entry_id in json.loads(done.value).items():
            _BACK[action](store, entry_id, now)


def _split_again(store: Store, entry_id: int, now: int) -> None:
    if found := storybook.story(store.conn, entry_id):
        folding.split(store.conn, found.id, [entry_id], now=now)


_BACK: dict[str, Callable[[Store, int, int], object]] = {
    "join": lambda store, entry_id, _now: folding.join(store.conn, entry_id),
    "split": _split_again,
}
ACTS: dict[str, Act] = {"split": _split, "join": _join}
