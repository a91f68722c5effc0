"""Pictures of entries and of items of lists, by their number: `/-/picture/<id>/<name>.webp`.

An address names no picture but one that an entry has: the name is a hash of it, looked for among
the entry's own, so nobody can have the desk ask for anything else. Of an item of a list the hash is
made with the list's token: who has not seen the list can't ask whether it has a picture.

`pictures` in `[desk]` says whether they come through us (kept), from their sites, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.utils.asgi import Request, Response
from jinja2 import pass_context
from jinja2.runtime import Context

from aggregator.curation import CuratedList, Item
from aggregator.model import StoredEntry
from aggregator.pictures.folder import key
from aggregator.pictures.keeper import Keeper
from aggregator.store import Store, items, lists
from aggregator.web import ours
from aggregator.web.words import web, whole

if TYPE_CHECKING:
    from datasette.app import Datasette


ROUTE = (
    r"^/-/picture/(?P<kind>item/)?(?P<id>\d{1,18})/(?P<name>[0-9a-f]{20})(?P<large>-large)?\.webp$"
)
LASTING = "public, max-age=31536000, immutable"
UNHAD = "public, max-age=600"

# The HTML was cleaned when it was stored: its attributes are quoted, what is in them is escaped.
_ADDRESS = re.compile(r'(<(?:img|video)\b[^>]*?\s(?:src|poster)=")([^"]*)(")')
_IMAGE = re.compile(r'<img\b[^>]*?\ssrc="([^"]*)"|<video\b[^>]*?\sposter="([^"]*)"')

_keepers: WeakKeyDictionary[Datasette, Keeper] = WeakKeyDictionary()


async def answer(datasette: Datasette, request: Request) -> Response:
    """Answer with a picture, 404 where there is none or it can't be had now."""
    wanted = request.url_vars
    number, name = int(wanted["id"]), wanted["name"]
    work = _of_item if wanted["kind"] else _of_entry
    url = None
    if ours.pictures(datasette) == "kept":
        url = await ours.read(datasette, lambda store: work(store, request, number, name))
    if url is None:
        return Response.text("There is no such picture.\n", status=404)
    size = "large" if wanted["large"] else "small"
    data = await keeper_of(datasette).get(url, size)
    if data is None:
        return _kept(request, Response.text("It can't be had.\n", status=404), UNHAD)
    answered = Response(data, content_type="image/webp")
    answered.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(request, answered, LASTING)


def keeper_of(datasette: Datasette) -> Keeper:
    """Return what gets and keeps pictures, in a folder beside the database."""
    from aggregator.serve import config_of  # noqa: PLC0415 — Datasette is loading plugins before

    if datasette not in _keepers:
        file = Path(datasette.get_database(ours.database_of(datasette)).path)
        _keepers[datasette] = Keeper(file.with_suffix(".pictures"), config_of(datasette))
    return _keepers[datasette]


@hookimpl(specname="shutdown")  # type: ignore[untyped-decorator]
async def end_pictures(datasette: Datasette) -> None:
    """Ask for no more pictures when the server ends."""
    if keeper := _keepers.pop(datasette, None):
        await keeper.close()


@pass_context
def picture(
    context: Context, entry: StoredEntry, size: str = "small", url: str | None = None
) -> str:
    """The address at which a browser gets an entry's picture, or another one that it has."""
    wanted = web(entry.image if url is None else url)
    if not wanted or context["pictures"] == "none":
        return ""
    if context["pictures"] == "direct":
        return wanted
    local = address(entry, wanted, size=size, holder=context.get("list"))
    return str(context["path"](local)) if local else wanted


@pass_context
def prose(context: Context, entry: StoredEntry) -> str:
    """An entry's HTML, its pictures from where this desk gets them."""
    html = whole(entry.html)
    if context["pictures"] == "direct":
        return html

    def local(found: re.Match[str]) -> str:
        if found[1].startswith("<video") and not found[1].endswith('poster="'):
            return found[0]
        shown = picture(context, entry, "large", unescape(found[2]))
        return f"{found[1]}{escape(shown)}{found[3]}"

    return _ADDRESS.sub(local, html)


def address(
    entry: StoredEntry, url: str, *, size: str = "small", holder: CuratedList | None = None
) -> str:
    """Return the address of a picture within the desk; nothing for what has no number."""
    end = f"{'-large' * (size == 'large')}.webp"
    if isinstance(entry, Item) and entry.item_id and holder:
        return f"/-/picture/item/{entry.item_id}/{key(url, holder.token)}{end}"
    return f"/-/picture/{entry.id}/{key(url)}{end}" if entry.id else ""


def urls_of(entry: StoredEntry) -> Iterator[str]:
    """Yield the addresses of all pictures that an entry shows."""
    yield entry.image or ""
    for media in entry.enclosures:
        yield media.url
    for image, poster in _IMAGE.findall(entry.html):
        yield unescape(image or poster)


def _of_entry(store: Store, _request: Request, number: int, name: str) -> str | None:
    entry = store.entry(number)
    return _named(entry, name, key) if entry else None


def _of_item(store: Store, request: Request, number: int, name: str) -> str | None:
    found = items.item(store.conn, number)
    if found is None or found.removed_at is not None:
        return None
    holder = lists.list_of(store.conn, number)
    if holder.removed_at is not None:
        return None
    if holder.visibility == "private" and not ours.is_owner(request):
        return None
    return _named(found, name, partial(key, secret=holder.token))


def _named(entry: StoredEntry, name: str, of: Callable[[str], str]) -> str | None:
    return next((url for url in urls_of(entry) if web(url) and of(url) == name), None)


def _kept(request: Request, answered: Response, how: str) -> Response:
    """Let browsers keep an answer though its request had cookies, which change nothing in it."""
    answered.headers["Cache-Control"] = how
    ours.box(request)["cache-control"] = how
    return answered
