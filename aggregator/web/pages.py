"""The river and all its views: category, source, tag, search, unread, starred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.model import FeedRow, Selection, StoredEntry
from aggregator.store import Store, storybook
from aggregator.store.selection import question_of
from aggregator.store.snippets import Snippet, snippets
from aggregator.store.states import State, states
from aggregator.store.storybook import Told
from aggregator.urls import is_private
from aggregator.web import answers, ours
from aggregator.web.asked import asked, day_of, location, query_of
from aggregator.web.frame import Rail, rail
from aggregator.web.reader import Reader, reader_of
from aggregator.web.words import days

if TYPE_CHECKING:
    from datasette.app import Datasette


PAGE = 40
GRIDS = frozenset({"video", "photo", "music", "gaming"})
"""Categories of which the pictures say most."""

TILES = 5
"""So many of the newest pictures are above the river."""


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """What a page of the river shows; `found` is one entry more where there are older ones."""

    rail: Rail
    found: Sequence[StoredEntry]
    told: Mapping[int, Told]
    source: FeedRow | None = None
    states: Mapping[int, State] = field(default_factory=dict)
    snippets: Mapping[int, Snippet] = field(default_factory=dict)


async def home(datasette: Datasette, request: Request) -> Response:
    """Show everything, newest first; `?category=` of the filters leads to the category's page."""
    slug = request.args.get("category")
    if slug in taxonomy.CATEGORY_SLUGS:
        target = location(replace(_wanted(request, None), category=slug), reader_of(request).zone)
        return Response.redirect(datasette.urls.path(target))
    return await _river(datasette, request, None)


async def category(datasette: Datasette, request: Request) -> Response:
    """Show one category, newest first."""
    return await _river(datasette, request, request.url_vars["category"])


def _wanted(request: Request, slug: str | None) -> Selection:
    reader, owner = reader_of(request), ours.is_owner(request)
    return asked(request.args, category=slug, owner=owner, zone=reader.zone)


async def _river(datasette: Datasette, request: Request, slug: str | None) -> Response:
    wanted = _wanted(request, slug)
    river = await ours.read(datasette, lambda store: _read(store, request, wanted))
    if wanted.feed and river.source is None:
        return answers.missing(datasette, request, "There is no such source.")
    reader = Reader() if ours.still(datasette) else reader_of(request)
    view = view_of(wanted)
    layout = reader.layout(view, "grid" if view in GRIDS else "cards")
    fragment = request.args.get("_fragment") == "1"
    return answers.page(
        datasette,
        request,
        "_rows.html" if fragment else "river.html",
        **_context(river, wanted, reader, layout=layout, said=request.args.get("_day") or ""),
        view=view,
        layout=layout,
        fragment=fragment,
    )


def _read(store: Store, request: Request, wanted: Selection) -> River:
    # One more than shown: it tells whether there are older ones.
    found = store.entries(replace(wanted, limit=PAGE + 1))
    ids = [each.id for each in found]
    return River(
        rail=rail(store, request),
        found=found,
        told=storybook.shared(store.conn, ids),
        source=store.feed(int(wanted.feed)) if wanted.feed else None,
        states=states(store.conn, ids) if ours.is_owner(request) else {},
        snippets=_snippets(store, wanted, ids),
    )


def _snippets(store: Store, wanted: Selection, ids: Sequence[int]) -> dict[int, Snippet]:
    if not wanted.search:
        return {}
    return snippets(store.conn, wanted.search, ids, within=question_of(store.conn, wanted))


def _context(
    river: River, wanted: Selection, reader: Reader, *, layout: str, said: str
) -> dict[str, Any]:
    """What the templates are told; `said` is the day whose heading stands above already."""
    shown = river.found[:PAGE]
    older = replace(wanted, before=shown[-1].id) if len(river.found) > PAGE else None
    tiles = mosaic(shown) if layout == "cards" and wanted == Selection() else []
    rest = [each for each in shown if each not in tiles]
    slug = wanted.category
    return {
        "rail": river.rail,
        "category": taxonomy.category(slug) if slug else None,
        "days": days(rest, reader.zone) if layout != "grid" else [rest] if rest else [],
        "said": said,
        "shown": shown,
        "tiles": tiles,
        "told": river.told,
        "states": river.states,
        "snippets": river.snippets,
        "source": river.source,
        "site": _site(river.source),
        "wanted": wanted,
        "since": day_of(wanted.since, reader.zone),
        "until": day_of(None if wanted.until is None else wanted.until - 1, reader.zone),
        "older": location(older, reader.zone) if older else None,
        "newest": location(replace(wanted, before=None), reader.zone),
        "link": lambda **changes: location(replace(wanted, before=None, **changes), reader.zone),
        "keep": query_of(search=wanted.search),
        # What the owner read or starred is no feed: a reader of feeds does not sign in.
        "feed_name": ""
        if wanted.unread or wanted.starred
        else "search"
        if wanted.search
        else slug or "all",
        "feed_query": query_of(
            search=wanted.search,
            category=slug if wanted.search else None,
            feed=wanted.feed,
            tag=wanted.tag,
        ),
    }


def view_of(wanted: Selection) -> str:
    """Return under which name a reader's layout for such a page is remembered."""
    names = {
        "search": wanted.search,
        "unread": wanted.unread,
        "starred": wanted.starred,
        "feed": wanted.feed,
        "tag": wanted.tag,
    }
    return next((name for name, is_set in names.items() if is_set), wanted.category or "all")


def mosaic(entries: Sequence[StoredEntry]) -> list[StoredEntry]:
    """Return the newest entries with pictures, each category once as long as there are others.

    Fewer than a full mosaic is none.
    """
    pictured = [each for each in entries if each.image]
    first: dict[str, StoredEntry] = {}
    for each in pictured:
        first.setdefault(each.category, each)
    others = [each for each in pictured if each not in first.values()]
    tiles = [*first.values(), *others][:TILES]
    return tiles if len(tiles) == TILES else []


def _site(source: FeedRow | None) -> str | None:
    """The page of a source, unless it may tell where its private feed is."""
    if source is None or source.site_url in {source.url, source.feed_url}:
        return None
    return None if is_private(source.site_url or "") else source.site_url
