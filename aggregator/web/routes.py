"""Which address is answered by what. Plugins' routes come before Datasette's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aggregator.taxonomy import CATEGORIES
from aggregator.web import (
    acts,
    feeds,
    fetching,
    health,
    lists,
    manage,
    manifest,
    pages,
    picking,
    pictures,
    posting,
    prefs,
    preview,
    reading,
    sharing,
    shelving,
    stats,
    still,
    stories,
    subscribing,
    views,
)
from aggregator.web.ours import database_of, hook
from aggregator.web.ours import still as is_still

if TYPE_CHECKING:
    from datasette.app import Datasette


_SLUGS = "|".join(each.slug for each in CATEGORIES)
_FORMATS = "|".join(feeds.FORMATS)
_LIST = r"(?P<slug>[a-z0-9-]{1,64})(?:/(?P<token>[\w-]{1,64}))?"
_VIEW = r"(?P<slug>[a-z0-9-]{1,64})"

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", pages.home),
    # Only the categories' own names: a database called `c` keeps its tables.
    (rf"^/c/(?P<category>{_SLUGS})$", pages.category),
    (r"^/e/(?P<id>\d{1,18})$", reading.page),
    (r"^/stories$", stories.index),
    (r"^/s/(?P<id>\d{1,18})$", stories.page),
    (rf"^/-/desk/stories/(?P<action>{'|'.join(stories.ACTS)})$", stories.do),
    (pictures.ROUTE, pictures.answer),
    (r"^/lists$", lists.index),
    (rf"^/lists/{_LIST}$", lists.page),
    (rf"^/-/feed/list/{_LIST}\.(?P<format>{_FORMATS})$", lists.feed),
    (rf"^/-/desk/lists/(?P<action>{'|'.join(shelving.ACTS)})$", shelving.do),
    (r"^/-/desk/posts/(?P<slug>[a-z0-9-]{1,64})$", posting.page),
    (rf"^/-/desk/exports/(?P<action>{'|'.join(posting.ACTS)})$", posting.do),
    (r"^/-/desk/prefs$", prefs.save),
    (r"^/-/desk/manifest\.webmanifest$", manifest.document),
    (r"^/-/desk/entries$", acts.entries),
    (r"^/-/desk/sweep$", acts.sweep),
    (r"^/-/desk/undo$", acts.undo),
    (r"^/-/desk/acts$", acts.history),
    (r"^/-/desk/shelve$", picking.shelve),
    (rf"^/-/desk/preview/{_VIEW}$", preview.page),
    (r"^/-/sources$", manage.index),
    (r"^/-/sources\.opml$", manage.outline),
    (r"^/-/sources/(?P<id>\d{1,18})$", manage.page),
    (r"^/-/desk/sources/look$", manage.look),
    (r"^/-/desk/bring$", subscribing.bring),
    (rf"^/-/desk/sources/(?P<action>{'|'.join(subscribing.ACTS)})$", subscribing.do),
    (r"^/-/stats$", stats.page),
    (r"^/-/health$", health.page),
    (r"^/-/fetches$", health.log),
    (r"^/-/desk/fetch$", fetching.start),
    (r"^/-/desk/fetching$", fetching.progress),
    (sharing.ROUTE, sharing.page),
    (r"^/-/desk/shared/(?P<action>copied|undo)$", sharing.do),
    (r"^/-/oembed$", sharing.oembed),
    (r"^/v$", views.index),
    (rf"^/v/{_VIEW}$", views.page),
    (rf"^/-/feed/view/{_VIEW}\.(?P<format>{_FORMATS})$", views.feed),
    (r"^/-/desk/views/(?P<action>save|remove)$", views.do),
    (rf"^/-/feed/(?P<name>all|search|{_SLUGS})\.(?P<format>{_FORMATS})$", feeds.document),
]

# Of a desk that is rendered to be kept as files.
STILL_ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/search$", still.search),
    (r"^/404$", still.nothing),
]


@hook
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    """Put the desk at `/`; Datasette's own index stays at `/-/`."""
    if database_of(datasette) is None:
        return []
    return [*STILL_ROUTES, *ROUTES] if is_still(datasette) else ROUTES
