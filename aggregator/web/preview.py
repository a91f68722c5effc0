"""What a list looks like in each export, while it is being made: `/-/desk/preview/<list>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator.curation import CuratedList, Item
from aggregator.errors import AggregatorError
from aggregator.export import Channel, export
from aggregator.store import Store, lists
from aggregator.web import answers, ours
from aggregator.web.frame import Rail, rail
from aggregator.web.lists import EXPORTS, path_of

if TYPE_CHECKING:
    from datasette.app import Datasette


USUAL = "markdown"


async def page(datasette: Datasette, request: Request) -> Response:
    """Show a list as an export, as text; to scripts, the text alone."""
    if not ours.is_owner(request):
        what = "Only the owner of this desk sees that."
        return answers.page(datasette, request, "refused.html", status=403, what=what)
    slug, name = request.url_vars["slug"], request.args.get("format") or USUAL

    def work(store: Store) -> tuple[Rail, CuratedList | None, list[Item]]:
        found = lists.find(store.conn, slug)
        return rail(store, request), found, lists.items(store.conn, found.id) if found else []

    beside, found, items = await ours.read(datasette, work)
    if found is None or name not in EXPORTS:
        return answers.missing(datasette, request, "There is no such list or format.")
    text = _written(name, _channel(datasette, request, found), items)
    if request.args.get("_fragment"):
        return Response.text(text)
    return answers.page(
        datasette,
        request,
        "preview.html",
        rail=beside,
        list=found,
        format=name,
        exports=EXPORTS,
        text=text,
    )


def _written(name: str, channel: Channel, items: list[Item]) -> str:
    """Return the export, or why the list can't be exported so."""
    try:
        return export(name, channel, items)
    except AggregatorError as error:
        return f"{error.message} {error.hint or ''}".strip()


def _channel(datasette: Datasette, request: Request, found: CuratedList) -> Channel:
    shared = found.visibility != "private"
    return Channel(
        title=found.title,
        url=ours.absolute(datasette, request, path_of(found)) if shared else None,
        feed_url=None,
        description=found.description,
        updated=found.updated_at,
        language=found.language,
    )
