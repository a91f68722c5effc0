"""The river, its categories, and the page of one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.model import FeedRow, Selection, StoredEntry
from aggregator.store import Store, lists, storybook
from aggregator.store.storybook import Told
from aggregator.urls import is_private
from aggregator.web import answers, ours
from aggregator.web.asked import asked, location, query_of
from aggregator.web.curating import is_owner
from aggregator.web.words import DAY

if TYPE_CHECKING:
    from datasette.app import Datasette


PAGE = 40
MORE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A category in the rail, and how many entries it has."""

    slug: str
    name: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A list, and whether an entry is on it."""

    slug: str
    title: str
    holds: bool


async def home(datasette: Datasette, request: Request) -> Response:
    """Show everything, newest first."""
    return await _river(datasette, request, None)


async def category(datasette: Datasette, request: Request) -> Response:
    """Show one category, newest first."""
    return await _river(datasette, request, request.url_vars["category"])


async def reading(datasette: Datasette, request: Request) -> Response:
    """Show one entry whole, with credit and the way to the original."""
    entry_id = int(request.url_vars["id"])
    owner = is_owner(request)

    def work(
        store: Store,
    ) -> tuple[list[dict[str, Any]], StoredEntry | None, list[StoredEntry], list[Holding]]:
        entry = store.entry(entry_id)
        more = store.entries(_more_of(entry)) if entry else []
        return store.categories(), entry, more, _holdings(store, entry_id) if owner else []

    categories, entry, more, holdings = await ours.read(datasette, work)
    if entry is None:
        return answers.missing(datasette, request, "There is no such entry.")
    return answers.page(
        datasette,
        request,
        "reading.html",
        rail=rail(categories),
        category=taxonomy.category(entry.category),
        entry=entry,
        more=more,
        owner=owner,
        holdings=holdings,
        wanted=Selection(category=entry.category),
        feed_name=entry.category,
        feed_query="",
    )


async def _river(datasette: Datasette, request: Request, slug: str | None) -> Response:
    wanted = asked(request.args, category=slug)

    def work(
        store: Store,
    ) -> tuple[list[dict[str, Any]], list[StoredEntry], dict[int, Told], FeedRow | None]:
        source = store.feed(int(wanted.feed)) if wanted.feed else None
        # One more than shown: it tells whether there are older ones.
        found = store.entries(replace(wanted, limit=PAGE + 1))
        told = storybook.shared(store.conn, [each.id for each in found])
        return store.categories(), found, told, source

    categories, found, told, source = await ours.read(datasette, work)
    if wanted.feed and source is None:
        return answers.missing(datasette, request, "There is no such source.")
    shown = found[:PAGE]
    older = replace(wanted, before=shown[-1].id) if len(found) > PAGE else None
    return answers.page(
        datasette,
        request,
        "river.html",
        rail=rail(categories),
        category=taxonomy.category(slug) if slug else None,
        days=_days(shown),
        told=told,
        source=source,
        site=_site(source),
        wanted=wanted,
        total=sum(each["total"] for each in categories),
        older=location(older) if older else None,
        newest=location(replace(wanted, before=None)),
        keep=query_of(search=wanted.search),
        feed_name="search" if wanted.search else slug or "all",
        feed_query=query_of(search=wanted.search, category=slug if wanted.search else None),
    )


def _days(entries: Sequence[StoredEntry]) -> list[list[StoredEntry]]:
    return [list(group) for _, group in groupby(entries, key=lambda each: each.published_at // DAY)]


def rail(stored: Sequence[Mapping[str, Any]]) -> list[Shelf]:
    """All twelve categories with their counts, those too that nothing was ever stored in."""
    totals = {each["slug"]: each["total"] for each in stored}
    return [
        Shelf(slug=each.slug, name=each.name, total=totals.get(each.slug, 0))
        for each in taxonomy.CATEGORIES
    ]


def _site(source: FeedRow | None) -> str | None:
    """The page of a source, unless it may tell where its private feed is."""
    if source is None or source.site_url in {source.url, source.feed_url}:
        return None
    return None if is_private(source.site_url or "") else source.site_url


def _holdings(store: Store, entry_id: int) -> list[Holding]:
    """Return the owner's lists, those first that were changed last, and which have the entry."""
    on = {each.id for each in lists.holding(store.conn, entry_id)}
    return [
        Holding(slug=each.slug, title=each.title, holds=each.id in on)
        for each in lists.all_lists(store.conn)
    ]


def _more_of(entry: StoredEntry) -> Selection:
    return Selection(feed=str(entry.feed_id), before=entry.id, limit=MORE)
