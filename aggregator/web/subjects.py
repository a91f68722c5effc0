"""What of the desk can be shared: an entry, a story, a list, a view, the river and its categories.

A subject is found by the path of its page, for whoever asks: what they may not see is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import compare_digest
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request

from aggregator import taxonomy
from aggregator.curation import CuratedList, Item
from aggregator.store import Store, lists, storybook, views
from aggregator.urls import clean
from aggregator.web import ours
from aggregator.web.views import is_public
from aggregator.web.words import web

if TYPE_CHECKING:
    from datasette.app import Datasette


SHOWN = 5
"""So many items of a list are shown where it is embedded."""

_SLUGS = "|".join(taxonomy.CATEGORY_SLUGS)
PAGE = (
    r"/(?:e/\d{1,18}|s/\d{1,18}|v/[a-z0-9-]{1,64}|lists/[a-z0-9-]{1,64}(?:/[\w-]{1,64})?"
    rf"|c/(?:{_SLUGS}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is shared: `link` is the address that others get, `page` the path within the desk.

    An entry's link is the original; `key` is its name in the ledger; `public` says that whoever
    gets the link can open it; `listed` that it may be found by anybody. `items` are of a list.
    """

    key: str
    page: str
    link: str
    title: str
    text: str = ""
    source: str = ""
    image: str = ""
    kind: str = "website"
    public: bool = True
    listed: bool = True
    entry: Item | None = None
    items: tuple[Item, ...] = ()


Find = Callable[[Store, "Datasette", Request, str], Subject | None]


def subject(store: Store, datasette: Datasette, request: Request, page: str) -> Subject | None:
    """Return what the page at a path within the desk is about; None where nothing is to be seen."""
    if not re.fullmatch(PAGE, page):
        return None
    kind, _, name = page.strip("/").partition("/")
    return _FINDERS[kind](store, datasette, request, name)


def _entry(store: Store, datasette: Datasette, request: Request, name: str) -> Subject | None:
    found = store.entry(int(name))
    if found is None:
        return None
    page = f"/e/{found.id}"
    return Subject(
        key=f"entry:{found.id}",
        page=page,
        link=web(clean(found.url or "")) or ours.absolute(datasette, request, page),
        title=found.title or found.summary or found.source,
        text=found.summary,
        source=found.source,
        image=web(found.image),
        kind="article",
        entry=Item.of(found),
    )


def _story(store: Store, datasette: Datasette, request: Request, name: str) -> Subject | None:
    found = storybook.story(store.conn, int(name))
    if found is None:
        return None
    page = f"/s/{found.id}"
    return Subject(
        key=f"story:{found.id}",
        page=page,
        link=ours.absolute(datasette, request, page),
        title=found.entry.title or found.entry.source,
        text=found.entry.summary,
        image=web(found.entry.image),
    )


def _list(store: Store, datasette: Datasette, request: Request, name: str) -> Subject | None:
    slug, _, token = name.partition("/")
    found = lists.find(store.conn, slug)
    if found is None or not may_see(found, token, owner=ours.is_owner(request)):
        return None
    tail = f"{found.slug}/{found.token}" if found.visibility == "unlisted" else found.slug
    picked = tuple(lists.items(store.conn, found.id)[:SHOWN])
    return Subject(
        key=f"list:{found.slug}",
        page=f"/lists/{tail}",
        link=ours.absolute(datasette, request, f"/lists/{tail}"),
        title=found.title,
        text=found.description,
        image=next((web(each.image) for each in picked if web(each.image)), ""),
        public=found.visibility != "private",
        listed=found.visibility == "public",
        items=picked,
    )


def may_see(found: CuratedList, token: str, *, owner: bool) -> bool:
    """Whether a list may be seen by who has this token, or none."""
    if token:
        right = compare_digest(token.encode(), found.token.encode())
        return right and found.visibility == "unlisted"
    return owner or found.visibility == "public"


def _view(store: Store, datasette: Datasette, request: Request, name: str) -> Subject | None:
    found = views.find(store.conn, name, ours.views_of(datasette))
    if found is None or not (is_public(found) or ours.is_owner(request)):
        return None
    page = f"/v/{found.slug}"
    return Subject(
        key=f"view:{found.slug}",
        page=page,
        link=ours.absolute(datasette, request, page),
        title=f"{found.title} · {ours.title_of(datasette)}",
        public=is_public(found),
    )


def _river(_store: Store, datasette: Datasette, request: Request, name: str) -> Subject:
    page = f"/c/{name}" if name else "/"
    desk = ours.title_of(datasette)
    return Subject(
        key=f"page:{page}",
        page=page,
        link=ours.absolute(datasette, request, page),
        title=f"{taxonomy.category(name).name} · {desk}" if name else desk,
    )


_FINDERS: Mapping[str, Find] = {
    "": _river,
    "c": _river,
    "e": _entry,
    "lists": _list,
    "s": _story,
    "v": _view,
}
