"""Our database in Datasette's own pages: chips, titles that lead to the desk, the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request
from markupsafe import Markup

from aggregator import taxonomy
from aggregator.web.ours import assets, database_of, hook, read

if TYPE_CHECKING:
    from datasette.app import Datasette


ENTRIES = frozenset({"entries", "stream"})
NAMES = {each.slug: each.name for each in taxonomy.CATEGORIES}

_CHIP = Markup('<a class="ag-chip cat-{slug}" href="{href}">{name}</a>')
_LINK = Markup('<a href="{href}">{text}</a>')


@hook
def render_cell(  # noqa: PLR0917 - Datasette's hook decides
    row: Mapping[str, Any],
    value: Any,
    column: str,
    table: str | None,
    database: str,
    datasette: Datasette,
    request: Request | None,
) -> Any:
    """Show a category as a chip, an entry's title as a link to it, a feed by its title.

    Pictures stay addresses: looking at a table asks nobody else for anything.
    """
    if database != database_of(datasette) or value is None:
        return None
    plain = value["value"] if isinstance(value, dict) else value
    if column == "category":
        return _chip(datasette, plain)
    if column == "title" and table in ENTRIES and "id" in row.keys():  # noqa: SIM118 - no mapping
        href = datasette.urls.path(f"/e/{row['id']}")
        return _LINK.format(href=href, text=plain or "untitled")
    if column == "feed_id" and table in ENTRIES and request is not None:
        return _source(datasette, request, plain)
    return None


@hook
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """Lead back to the desk from Datasette's menu."""
    if database_of(datasette) is None:
        return []
    return [{"href": datasette.urls.path("/"), "label": "The desk"}]


@hook
def extra_css_urls(datasette: Datasette) -> list[str]:
    """Give Datasette's pages the few rules for what `render_cell` makes."""
    if database_of(datasette) is None:
        return []
    return [assets(datasette)[name] for name in ("colours.css", "explore.css")]


def _chip(datasette: Datasette, slug: object) -> Markup | None:
    if slug not in NAMES:
        return None
    return _CHIP.format(slug=slug, href=datasette.urls.path(f"/c/{slug}"), name=NAMES[str(slug)])


def _source(datasette: Datasette, request: Request, feed_id: int) -> Callable[[], Any]:
    """The feed's title, looked up once a page. The table of feeds itself is not for everybody."""
    known: dict[int, Markup] = request.scope.setdefault("aggregator_sources", {})

    async def look_up() -> Markup | None:
        if feed_id not in known:
            feed = await read(datasette, lambda store: store.feed(feed_id))
            if feed is None:
                return None
            href = datasette.urls.path(f"/?feed={feed_id}")
            known[feed_id] = _LINK.format(href=href, text=feed.title)
        return known[feed_id]

    return look_up
