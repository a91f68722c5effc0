"""The curator's lists: `/lists`, `/lists/<slug>`, `/lists/<slug>/<token>` and their feeds.

A public list is for everybody, an unlisted one for whoever has its address with the token, a
private one for the owner. To others it is as if it were not there.
"""

from __future__ import annotations

from secrets import compare_digest
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator import export as exports
from aggregator.curation import CuratedList, Item
from aggregator.export import Channel, export
from aggregator.store import Store, lists
from aggregator.store.covers import Cover, covers
from aggregator.web import answers, ours
from aggregator.web.curating import is_owner
from aggregator.web.feeds import FORMATS, MEDIA_TYPES, own_path
from aggregator.web.frame import Rail, rail

if TYPE_CHECKING:
    from datasette.app import Datasette


MOST = 500
"""So many items are in a feed."""

EXPORTS = tuple(each.name for each in exports.FORMATS)

REMOVED = 20
"""So many removed items are offered to be brought back."""

Covers = dict[int, list[Cover]]

MISSING = "There is no such list."


async def index(datasette: Datasette, request: Request) -> Response:
    """Show the lists that are there for everybody; to the owner, all."""
    owner = is_owner(request)

    def work(store: Store) -> tuple[Rail, list[CuratedList], Covers, list[CuratedList]]:
        found = lists.all_lists(store.conn, visibility=None if owner else "public")
        gone = lists.all_lists(store.conn, removed=True) if owner else []
        shown = covers(store.conn, [each.id for each in found])
        return rail(store, request), found, shown, gone

    beside, found, shown, gone = await ours.read(datasette, work)
    return answers.page(
        datasette,
        request,
        "lists.html",
        rail=beside,
        lists=found,
        covers=shown,
        gone=gone,
        owner=owner,
    )


async def page(datasette: Datasette, request: Request) -> Response:
    """Show one list with the curator's words; to the owner, with forms to work on it."""
    owner = is_owner(request)

    def work(store: Store) -> tuple[Rail, CuratedList | None, list[list[Item]]]:
        found = shown_to(store, request)
        if found is None:
            return rail(store, request), None, []
        gone = lists.items(store.conn, found.id, removed=True)[:REMOVED] if owner else []
        return rail(store, request), found, [lists.items(store.conn, found.id), gone]

    beside, found, items = await ours.read(datasette, work)
    if found is None:
        return answers.missing(datasette, request, MISSING)
    return answers.page(
        datasette,
        request,
        "list.html",
        rail=beside,
        list=found,
        items=items[0],
        gone=items[1],
        owner=owner,
        visibilities=lists.VISIBILITIES,
        exports=EXPORTS,
        address=ours.absolute(datasette, request, path_of(found)),
        feed_name="" if found.visibility == "private" else f"list/{_tail(found)}",
        feed_query="",
    )


async def feed(datasette: Datasette, request: Request) -> Response:
    """Answer with a list as a feed, the curator's words in it."""
    writer = FORMATS[request.url_vars["format"]]

    def work(store: Store) -> tuple[CuratedList | None, list[Item]]:
        found = shown_to(store, request)
        return found, lists.items(store.conn, found.id)[:MOST] if found else []

    found, items = await ours.read(datasette, work)
    # A reader does not sign in: what the owner alone may see is no feed.
    if found is None or found.visibility == "private":
        return answers.missing(datasette, request, MISSING)
    channel = Channel(
        title=found.title,
        url=ours.absolute(datasette, request, path_of(found)),
        feed_url=ours.absolute(datasette, request, own_path(request)),
        description=found.description,
        updated=found.updated_at,
        language=found.language,
    )
    body = export(writer, channel, items)
    return answers.feed(request, body, media_type=MEDIA_TYPES[writer], updated=found.updated_at)


def shown_to(store: Store, request: Request) -> CuratedList | None:
    """Return the list that the address names, if whoever asks may see it."""
    found = lists.find(store.conn, request.url_vars["slug"])
    token = request.url_vars.get("token")
    if found is None:
        return None
    if token:
        right = compare_digest(token.encode(), found.token.encode())
        return found if right and found.visibility == "unlisted" else None
    return found if found.visibility == "public" or is_owner(request) else None


def path_of(found: CuratedList) -> str:
    """Return the address that a list is to be shared by, within the desk."""
    return f"/lists/{_tail(found)}"


def _tail(found: CuratedList) -> str:
    return f"{found.slug}/{found.token}" if found.visibility == "unlisted" else found.slug
