"""Views on the desk: `/v`, `/v/<slug>`, their feeds, and the owner's forms that save and forget.

What a view selects is for everybody, as the river is; one that asks for what is unread or starred
shows the owner's marks and is the owner's alone. To others it is as if it were not there.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.config.curating import SORTS, view
from aggregator.config.values import Wrong
from aggregator.curation import View
from aggregator.errors import UsageError
from aggregator.export import Channel, export
from aggregator.model import StoredEntry
from aggregator.store import Store, lists, views
from aggregator.store.states import State, states
from aggregator.web import answers, ours
from aggregator.web.curating import Act, Form, act, is_owner
from aggregator.web.feeds import FORMATS, MEDIA_TYPES, newest, own_path
from aggregator.web.frame import Rail, rail
from aggregator.web.reader import reader_of
from aggregator.web.words import days

if TYPE_CHECKING:
    from datasette.app import Datasette


MISSING = "There is no such view."


async def index(datasette: Datasette, request: Request) -> Response:
    """Show the views that are there for whoever asks."""
    owner, ours_ = is_owner(request), ours.views_of(datasette)

    def work(store: Store) -> tuple[Rail, list[View]]:
        return rail(store, request), views.every(store.conn, ours_)

    beside, found = await ours.read(datasette, work)
    return answers.page(
        datasette,
        request,
        "views.html",
        rail=beside,
        views=[each for each in found if owner or is_public(each)],
        in_file={each.slug for each in ours_},
        owner=owner,
        sorts=SORTS,
        slugs=("", *taxonomy.CATEGORY_SLUGS),
    )


async def page(datasette: Datasette, request: Request) -> Response:
    """Show what a view selects, in its order."""

    def work(store: Store) -> tuple[Rail, View | None, list[StoredEntry], dict[int, State]]:
        found = _shown(store, datasette, request)
        owner = is_owner(request)
        asked = replace(found.at(int(time.time())), own_tags=owner) if found else None
        entries = store.entries(asked) if asked else []
        ids = [each.id for each in entries] if owner else []
        return rail(store, request), found, entries, states(store.conn, ids)

    beside, found, entries, marks = await ours.read(datasette, work)
    if found is None:
        return answers.missing(datasette, request, MISSING)
    return answers.page(
        datasette,
        request,
        "view.html",
        rail=beside,
        view=found,
        days=_days(found, entries, request),
        states=marks,
        total=len(entries),
        feed_name=f"view/{found.slug}" if is_public(found) else "",
        feed_query="",
    )


async def feed(datasette: Datasette, request: Request) -> Response:
    """Answer with a view as a feed."""
    writer = FORMATS[request.url_vars["format"]]

    def work(store: Store) -> tuple[View | None, list[StoredEntry]]:
        found = _shown(store, datasette, request)
        asked = found.at(int(time.time())) if found else None
        return found, store.entries(asked, content=True) if asked else []

    found, entries = await ours.read(datasette, work)
    # A reader does not sign in: what the owner alone may see is no feed.
    if found is None or not is_public(found):
        return answers.missing(datasette, request, MISSING)
    channel = Channel(
        title=f"{ours.title_of(datasette)} · {found.title}",
        url=ours.absolute(datasette, request, f"/v/{found.slug}"),
        feed_url=ours.absolute(datasette, request, own_path(request)),
        updated=newest(entries),
    )
    body = export(writer, channel, entries)
    return answers.feed(request, body, media_type=MEDIA_TYPES[writer], updated=channel.updated)


async def do(datasette: Datasette, request: Request) -> Response:
    """Do what one of the owner's forms asks."""
    taken = {each.slug for each in ours.views_of(datasette)}

    def save(store: Store, form: Form, now: int) -> str:
        made = _asked(form)
        if made.slug in taken:
            raise UsageError(f"feeds.toml has a view {made.slug!r}.", hint="Edit it there.")
        views.save(store.conn, made, now=now)
        return f"/v/{made.slug}"

    def forget(store: Store, form: Form, _now: int) -> str:
        views.remove(store.conn, form.get("view", ""))
        return "/v"

    acts: dict[str, Act] = {"save": save, "remove": forget}
    return await act(datasette, request, acts)


def is_public(found: View) -> bool:
    """Whether a view tells nothing of what the owner read or starred."""
    return not (found.selection.unread or found.selection.starred)


def _shown(store: Store, datasette: Datasette, request: Request) -> View | None:
    """Return the view that the address names, if whoever asks may see it."""
    found = views.find(store.conn, request.url_vars["slug"], ours.views_of(datasette))
    return found if found and (is_public(found) or is_owner(request)) else None


def _days(found: View, entries: list[StoredEntry], request: Request) -> list[list[StoredEntry]]:
    """Return entries by day where they stand in the order of their days, else all together."""
    if found.sort not in {"newest", "oldest"}:
        return [entries] if entries else []
    return days(entries, reader_of(request).zone)


_TEXTS = ("title", "search", "category", "platform", "feed", "tag", "language", "within", "sort")


def _asked(form: Form) -> View:
    """Return the view that a form describes; raises UsageError for what can't be one."""
    row: dict[str, Any] = {
        name: form[name].strip() for name in _TEXTS if form.get(name, "").strip()
    }
    row["slug"] = form.get("slug", "").strip() or lists.slug_of(row.get("title", ""))
    if (most := form.get("per_feed", "").strip()).isdecimal():
        row["mix"] = {"per_feed": int(most[:6])}
    try:
        return view(row)
    except Wrong as error:
        said = "; ".join(
            f"{'.'.join(map(str, path)) or 'the view'}: {message}"
            for path, message in error.problems
        )
        raise UsageError(f"This can't be a view: {said}.") from error
