"""Feeds of the river: `/-/feed/<all|category|search>.<atom|rss|json|opml>`.

`q`, `feed` (a number), `tag`, `since` and `until` narrow one down as they do the page.

OPML lists the sources. Their addresses may hold a reader's token: a source whose address has
anything to hide is left out, whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.export import FORMATS as EXPORTS
from aggregator.export import Channel, export
from aggregator.model import FeedRow, Selection, StoredEntry
from aggregator.store import Store
from aggregator.urls import is_private
from aggregator.web import answers, ours
from aggregator.web.asked import asked, location

if TYPE_CHECKING:
    from datasette.app import Datasette


LENGTH = 50
# the address's ending: the writer's name
FORMATS = {"atom": "atom", "rss": "rss", "json": "jsonfeed", "opml": "opml"}
MEDIA_TYPES = {each.name: each.media_type for each in EXPORTS}


async def document(datasette: Datasette, request: Request) -> Response:
    """Answer with the feed that the address names."""
    wanted = _wanted(request)
    writer = FORMATS[request.url_vars["format"]]
    lists_sources = writer == "opml"

    def work(store: Store) -> tuple[list[StoredEntry], list[FeedRow], FeedRow | None]:
        entries = [] if _asks_nothing(request) else store.entries(wanted, content=True)
        sources = _sources(store, wanted, entries) if lists_sources else []
        return entries, sources, store.feed(int(wanted.feed)) if wanted.feed else None

    entries, sources, source = await ours.read(datasette, work)
    channel = Channel(
        title=_title(datasette, wanted, source),
        url=ours.absolute(datasette, request, location(wanted)),
        feed_url=ours.absolute(datasette, request, own_path(request)),
        description="",
        updated=newest(entries),
        author=None,
        feeds=_shareable(sources),
        language=None,
    )
    body = export(writer, channel, entries)
    updated = 0 if lists_sources else channel.updated
    return answers.feed(request, body, media_type=MEDIA_TYPES[writer], updated=updated)


def newest(entries: Sequence[StoredEntry]) -> int:
    """When the newest of the entries came or changed; 0 for none."""
    times = (max(each.first_seen_at, each.updated_at or 0) for each in entries)
    return max(times, default=0)


def own_path(request: Request) -> str:
    """The path that was asked, within the desk, with its query."""
    path = str(request.scope.get("route_path") or request.path)
    return f"{path}?{request.query_string}" if request.query_string else path


def _wanted(request: Request) -> Selection:
    name = request.url_vars["name"]
    slug = request.args.get("category") if name == "search" else name
    known = slug if slug in taxonomy.CATEGORY_SLUGS else None
    return replace(asked(request.args, category=known), before=None, limit=LENGTH)


def _asks_nothing(request: Request) -> bool:
    return request.url_vars["name"] == "search" and not asked(request.args, category=None).search


def _sources(store: Store, wanted: Selection, found: Sequence[StoredEntry]) -> list[FeedRow]:
    """Return the sources of what is asked; of a search, those of what was found."""
    if not (wanted.search or wanted.tag or wanted.feed):
        return store.feeds(category=wanted.category, followed=True)
    rows = [store.feed(each) for each in {each.feed_id for each in found}]
    return sorted(filter(None, rows), key=lambda each: (each.title.casefold(), each.id))


def _shareable(sources: Sequence[FeedRow]) -> tuple[FeedRow, ...]:
    """Sources that may be shown to anybody."""
    return tuple(
        each
        for each in sources
        if each.state != "unsubscribed"
        and not is_private(each.url)
        and not is_private(each.feed_url)
    )


def _title(datasette: Datasette, wanted: Selection, source: FeedRow | None) -> str:
    parts = [ours.title_of(datasette)]
    if wanted.category:
        parts.append(taxonomy.category(wanted.category).name)
    if source:
        parts.append(source.title)
    if wanted.tag:
        parts.append(f"#{wanted.tag}")
    if wanted.search:
        parts.append(f"“{wanted.search}”")
    return " · ".join(parts)
