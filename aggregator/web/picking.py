"""Put entries on lists, with words and tags, from anywhere: `/-/desk/shelve?entry=<id>`.

The form is a page without scripts, and a dialog with them (`_fragment=1`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator.errors import AggregatorError, UsageError
from aggregator.model import Selection, StoredEntry
from aggregator.store import Store, lists, reading
from aggregator.store.base import transaction
from aggregator.store.states import states
from aggregator.web import answers, curating, ours
from aggregator.web.asked import LARGEST_ID
from aggregator.web.curating import Done, number_of
from aggregator.web.frame import Rail, rail
from aggregator.web.saying import THERE
from aggregator.web.shelving import Back

if TYPE_CHECKING:
    from datasette.app import Datasette


MOST = 500
"""So many entries are put on a list at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A list, and whether all of the entries are on it."""

    slug: str
    title: str
    holds: bool


async def shelve(datasette: Datasette, request: Request) -> Response:
    """Show the form, or do what it says."""
    if request.method == "POST":
        return await _put(datasette, request)
    if not ours.is_owner(request):
        what = "Only the owner of this desk sees that."
        return answers.page(datasette, request, "refused.html", status=403, what=what)
    ids = tuple(
        int(each)
        for each in request.args.getlist("entry")[:MOST]
        if each.isascii() and each.isdigit() and int(each[:20]) <= LARGEST_ID
    )

    def work(store: Store) -> tuple[Rail, list[StoredEntry], list[Holding], list[str]]:
        found = store.entries(Selection(ids=ids, limit=MOST)) if ids else []
        return rail(store, request), found, _holdings(store, ids), _tags(store, ids)

    beside, entries, holdings, tags = await ours.read(datasette, work)
    if not entries:
        return answers.missing(datasette, request, "There is no such entry.")
    return answers.page(
        datasette,
        request,
        "_shelve.html" if request.args.get("_fragment") else "shelve.html",
        rail=beside,
        entries=entries,
        holdings=holdings,
        tags=tags,
        next=request.args.get("next") or datasette.urls.path(f"/e/{entries[0].id}"),
    )


def _holdings(store: Store, ids: Sequence[int]) -> list[Holding]:
    """Return the lists, the last changed first."""
    on = [{each.id for each in lists.holding(store.conn, entry_id)} for entry_id in ids]
    return [
        Holding(slug=each.slug, title=each.title, holds=all(each.id in some for some in on))
        for each in lists.all_lists(store.conn)
    ]


def _tags(store: Store, ids: Sequence[int]) -> list[str]:
    """Return the owner's tags of a single entry."""
    return list(states(store.conn, ids)[ids[0]].tags) if len(ids) == 1 else []


async def _put(datasette: Datasette, request: Request) -> Response:
    if refused := curating.refusal(datasette, request):
        return refused
    fields = await curating.fields_of(request)
    now = int(time.time())
    try:
        done = await curating.write(datasette, lambda store: _shelved(store, fields, now))
    except AggregatorError as error:
        return curating.failed(datasette, request, error)
    return curating.answered(datasette, request, done, dict(fields))


def _shelved(store: Store, fields: Sequence[tuple[str, str]], now: int) -> Done:
    """Tag the entries, then put them on the lists: an item begins with its entry's tags."""
    form = dict(fields)
    ids = [number_of(value) for name, value in fields if name == "entry"][:MOST]
    entries = [found for each in dict.fromkeys(ids) if (found := store.entry(each))]
    if not entries:
        raise UsageError("There is no such entry.")
    with transaction(store.conn):
        back = _tagged(store, [each.id for each in entries], form.get("tags"), now)
        slugs, made = _lists(store, fields, now)
        back = [*made, *back]
        for slug in slugs:
            back = [*_picked(store, slug, entries, form, now), *back]
        target = f"/lists/{slugs[0]}" if slugs else f"/e/{entries[0].id}"
        if not back:
            return Done(target=target, words=THERE)
        what = "list/add" if slugs else "list/change"
        act = reading.record(store.conn, what, json.dumps(back), now=now)
    return Done(target=target, act=act)


def _tagged(store: Store, ids: list[int], text: str | None, now: int) -> Back:
    """Give the entries these tags; of a single entry, take away those that are not among them."""
    if text is None:
        return []
    wanted = [each for part in re.split(r"[,\n]", text) if (each := " ".join(part.split()))]
    have = _tags(store, ids)
    done = [reading.mark(store.conn, "tag", ids, value=tag, now=now) for tag in wanted]
    done += [
        reading.mark(store.conn, "untag", ids, value=tag, now=now)
        for tag in have
        if tag not in wanted
    ]
    return [("undo", {"act": str(each.id)}) for each in done if each]


def _lists(store: Store, fields: Sequence[tuple[str, str]], now: int) -> tuple[list[str], Back]:
    """Return the lists that are meant, and how a new one among them is taken back."""
    slugs = [value for name, value in fields if name == "list"]
    title = dict(fields).get("title", "").strip()
    if not title:
        return slugs, []
    made = lists.create(store.conn, lists.slug_of(title), title=title, now=now)
    return [*slugs, made.slug], [("remove", {"list": made.slug})]


def _picked(
    store: Store, slug: str, entries: Sequence[StoredEntry], form: curating.Form, now: int
) -> Back:
    """Put the entries on a list, in their order."""
    words = {"note": form.get("note", ""), "section": form.get("section", "")}
    found = [lists.pick(store.conn, slug, each, revive=True, now=now, **words) for each in entries]
    return [
        ("remove-item", {"item": str(each.item_id)}) for each in found if each.outcome != "there"
    ]
