"""Posts to copy from the desk: a list's items as a network wants them, and what went already.

`/-/desk/posts/<list>?for=mastodon` is the owner's alone. There is no button that copies, for the
desk has no scripts; whoever copied a post says so, and the ledger knows of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from aggregator.compose import Post, posts
from aggregator.count import NETWORKS
from aggregator.curation import CuratedList, Item
from aggregator.errors import UsageError
from aggregator.store import Store, gone, ledger, lists
from aggregator.store.ledger import Journey
from aggregator.web import answers, ours
from aggregator.web.curating import Act, Form, act, is_owner
from aggregator.web.frame import Rail, rail

if TYPE_CHECKING:
    from datasette.app import Datasette


NAMES = {each.slug: each.name for each in NETWORKS}
USUAL = "mastodon"
LONGEST = 100
"""Letters of a place's name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item's post; `export` is the one in which it went to the place already.

    `alone` says that it was all of that one, so that undoing it lets nothing else go again.
    """

    item: Item
    post: Post
    export: int | None
    alone: bool


async def page(datasette: Datasette, request: Request) -> Response:
    """Show a list's items as posts for a network."""
    if not is_owner(request):
        what = "Only the owner of this desk sees that."
        return answers.page(datasette, request, "refused.html", status=403, what=what)
    network = request.args.get("for") or USUAL
    if network not in NAMES:
        return answers.missing(datasette, request, "There is no such network.")
    place = _place(request.args.get("to") or "", network)
    slug = request.url_vars["slug"]

    def work(store: Store) -> tuple[Rail, CuratedList | None, list[Shown]]:
        found = lists.find(store.conn, slug)
        made = _posts(store, found, network, place) if found else []
        return rail(store, request), found, made

    beside, found, made = await ours.read(datasette, work)
    if found is None:
        return answers.missing(datasette, request, "There is no such list.")
    return answers.page(
        datasette,
        request,
        "posts.html",
        rail=beside,
        list=found,
        posts=made,
        network=network,
        networks=NAMES,
        place=place,
    )


async def do(datasette: Datasette, request: Request) -> Response:
    """Do what a form asks: write down that a post was copied, or take that back."""
    return await act(datasette, request, ACTS)


def _posts(store: Store, found: CuratedList, network: str, place: str) -> list[Shown]:
    items = lists.items(store.conn, found.id)
    went = gone.left(store.conn, place, items)
    made = posts(items, network, campaign=found.title)
    alone = {number for number in went if number is not None and _is_alone(store, number)}
    return [
        Shown(item, post, number, number in alone)
        for item, post, number in zip(items, made, went, strict=True)
    ]


def _is_alone(store: Store, number: int) -> bool:
    found = ledger.export(store.conn, number)
    return found is not None and found.entries == 1


def _record(store: Store, form: Form, now: int) -> str:
    """Write down that one item went to a place."""
    found = lists.need(store.conn, form.get("list", ""))
    network = form.get("for", "")
    if network not in NAMES:
        raise UsageError("There is no such network.")
    place = _place(form.get("to", ""), network)
    chosen = [
        each
        for each in lists.items(store.conn, found.id)
        if str(each.item_id) == form.get("item", "")
    ]
    if not chosen:
        raise UsageError("It is not on the list any more.")
    journey = Journey(
        subject=f"list:{found.slug}", format=f"text for {network}", target=place, news=False
    )
    ledger.record(store.conn, journey, chosen, now=now)
    return _address(found.slug, network, place, chosen)


def _undo(store: Store, form: Form, now: int) -> str:
    """Take an export back, all that was in it."""
    number = form.get("export", "")
    if number.isascii() and number.isdigit():
        ledger.undo(store.conn, int(number[:18]), now=now)
    return _address(form.get("list", ""), form.get("for", ""), form.get("to", ""))


ACTS: dict[str, Act] = {"record": _record, "undo": _undo}


def _place(text: str, network: str) -> str:
    """Return what the ledger calls the place: the network's name, unless another is given."""
    return " ".join(text.split())[:LONGEST] or network


def _address(slug: str, network: str, place: str, items: Sequence[Item] = ()) -> str:
    anchor = f"#item-{items[0].item_id}" if items else ""
    return f"/-/desk/posts/{slug}?{urlencode({'for': network, 'to': place})}{anchor}"
