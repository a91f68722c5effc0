"""What the owner does to entries, and takes back: `/-/desk/entries`, `sweep` and `undo`.

Each is a form that works without scripts. `entries` takes `do` (star, unstar, read, unread, hide,
tag, untag) and any number of `entry`; `sweep` marks as read what is on a page (`where`): all,
or above, below, older; `undo` takes an act back. What changes many thousand goes by steps, with
time for others to write in between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.curation import View
from aggregator.errors import AggregatorError, UsageError
from aggregator.model import Selection
from aggregator.store import Store, reading, views
from aggregator.store.reading import Stretch
from aggregator.web import answers, curating, ours, stories, subscribing
from aggregator.web.asked import asked
from aggregator.web.curating import Done, Form, number_of
from aggregator.web.frame import Rail, rail
from aggregator.web.reader import reader_of
from aggregator.web.shelving import replay
from aggregator.web.words import compact

if TYPE_CHECKING:
    from datasette.app import Datasette


PAUSE = 0.01
"""Seconds between two steps: whoever waits to write gets its turn."""

WEEK = 7


async def entries(datasette: Datasette, request: Request) -> Response:
    """Star, hide, tag or mark the entries that are named."""
    if refused := curating.refusal(datasette, request):
        return refused
    fields = await curating.fields_of(request)
    form = dict(fields)
    try:
        what = form.get("do", "")
        if what in REACHES:  # a card's button for what is above or below it
            return await _swept(datasette, request, {**form, "reach": what})
        ids = [number_of(value) for name, value in fields if name == "entry"]
        done = await curating.write(datasette, lambda store: _mark(store, form, ids))
    except AggregatorError as error:
        return curating.failed(datasette, request, error)
    return curating.answered(datasette, request, done, {**form, "next": _back(request, form)})


def _mark(store: Store, form: Form, ids: list[int]) -> Done:
    what = form.get("do", "")
    if what not in reading.MARKS:
        raise UsageError("There is nothing of that name to do.")
    if not ids:
        raise UsageError("No entry was chosen.", hint="Choose some, then say what to do.")
    act = reading.mark(store.conn, what, ids, value=form.get("tag", ""), now=int(time.time()))
    return Done(target=f"/e/{ids[0]}", act=act, more=_left(store))


def _left(store: Store) -> dict[str, dict[str, str]]:
    """Return how many are unread by now, of each category and of all (without a name)."""
    counts = {each["slug"]: each["unread"] for each in store.categories()}
    counts[""] = sum(counts.values())
    return {"counts": {slug: compact(n) for slug, n in counts.items()}}


async def sweep(datasette: Datasette, request: Request) -> Response:
    """Mark as read what a page shows, all of it or a part."""
    if refused := curating.refusal(datasette, request):
        return refused
    form = dict(await curating.fields_of(request))
    try:
        return await _swept(datasette, request, form)
    except AggregatorError as error:
        return curating.failed(datasette, request, error)


async def _swept(datasette: Datasette, request: Request, form: Form) -> Response:
    now = int(time.time())
    where = form.get("where") or _back(request, form)
    selection = await _selection(datasette, request, where, now)
    rest: Stretch | None = _stretch(selection, form, now)
    act_id = await curating.write(
        datasette, lambda store: reading.begin(store.conn, "read", now=now)
    )
    while rest is not None:
        rest = await curating.write(datasette, _step(act_id, rest, now))
        await asyncio.sleep(PAUSE if rest else 0)
    act = await curating.write(datasette, lambda store: reading.end(store.conn, act_id))
    done = Done(target="/", act=act, more=await ours.read(datasette, _left))
    return curating.answered(datasette, request, done, {**form, "next": _back(request, form)})


def _step(act_id: int, rest: Stretch, now: int) -> Any:
    return lambda store: reading.sweep(store.conn, act_id, rest, now=now)


async def _selection(datasette: Datasette, request: Request, where: str, now: int) -> Selection:
    """Return what a page of the desk shows, by its address; raises UsageError for other pages."""
    parts = urlsplit(where)
    path = "/" + parts.path.removeprefix(datasette.urls.path("/"))
    kind, _, name = path.strip("/").partition("/")
    if kind == "v" and name:
        found = await ours.read(
            datasette, lambda store: views.find(store.conn, name, ours.views_of(datasette))
        )
        return _shown(found, now)
    if path == "/" or (kind == "c" and name in taxonomy.CATEGORY_SLUGS):
        return asked(
            dict(parse_qsl(parts.query)),
            category=name or None,
            owner=True,
            zone=reader_of(request).zone,
        )
    raise UsageError("That page has nothing to mark as read.")


def _shown(found: View | None, now: int) -> Selection:
    if found is None:
        raise UsageError("There is no such view.")
    return replace(found.at(now), own_tags=True)


def _stretch(selection: Selection, form: Form, now: int) -> Stretch:
    """Return which part of a page's entries is meant.

    `top` is the first entry that the page showed: what came since was seen by nobody.
    """
    reach = form.get("reach", "all")
    if reach not in REACHES:
        raise UsageError("There is nothing of that name to mark.")
    if reach in {"above", "below"}:
        stretch = reading.above if reach == "above" else reading.below
        return stretch(selection, number_of(form.get("entry", "")))
    if reach in {"day", "week"}:
        days = WEEK if reach == "week" else 1
        return reading.older(replace(selection, before=None), now=now, seconds=days * reading.DAY)
    top = form.get("top", "")
    before = number_of(top) + 1 if top else None
    return reading.everything(replace(selection, before=before))


REACHES = ("all", "above", "below", "day", "week")


async def undo(datasette: Datasette, request: Request) -> Response:
    """Take back what an act did."""
    if refused := curating.refusal(datasette, request):
        return refused
    form = dict(await curating.fields_of(request))
    try:
        act = await _taken_back(datasette, number_of(form.get("act", "")))
    except AggregatorError as error:
        return curating.failed(datasette, request, error)
    next_ = _back(request, form)
    done = Done(target="/", act=act, more=await ours.read(datasette, _left))
    return curating.answered(datasette, request, done, {"next": next_})


async def _taken_back(datasette: Datasette, act_id: int) -> reading.Act | None:
    now = int(time.time())
    act = await curating.write(datasette, lambda store: reading.need(store.conn, act_id))
    more = act.what in reading.MARKS
    if not more:
        await curating.write(datasette, lambda store: _replay(datasette, store, act, now))
    while more:
        more = await curating.write(
            datasette, lambda store: reading.undo(store.conn, act_id, now=now)
        )
        await asyncio.sleep(PAUSE if more else 0)
    return await ours.read(datasette, lambda store: reading.act(store.conn, act_id))


def _replay(datasette: Datasette, store: Store, act: reading.Act, now: int) -> None:
    """Take back what was done to a list, a source or a story."""
    kind = act.what.partition("/")[0]
    if kind == "source":
        subscribing.take_back(datasette, store, act, now)
    elif kind == "story":
        stories.take_back(store, act, now)
    else:
        replay(store, act, now)


async def history(datasette: Datasette, request: Request) -> Response:
    """Show the owner what was done lately, the last first, with the way back."""
    if not ours.is_owner(request):
        what = "Only the owner of this desk sees that."
        return answers.page(datasette, request, "refused.html", status=403, what=what)

    def work(store: Store) -> tuple[Rail, list[reading.Act]]:
        return rail(store, request), reading.acts(store.conn)

    beside, found = await ours.read(datasette, work)
    return answers.page(datasette, request, "acts.html", rail=beside, acts=found)


def _back(request: Request, form: Mapping[str, str]) -> str:
    """Return the page that a form was on: what it says, else what the browser says."""
    if form.get("next"):
        return form["next"]
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers.get("host", ""):
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path
