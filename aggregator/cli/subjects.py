"""What is exported: a list, a view, or the entries that options choose."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli import viewing
from aggregator.curation import CuratedList, Item, Mix
from aggregator.errors import UsageError
from aggregator.model import Selection

if TYPE_CHECKING:
    from aggregator.cli.common import App
    from aggregator.curation import View
    from aggregator.store import Store

WINDOW = 1_000
"""So many of the newest entries are compared with what has left already."""

# What says how much rather than what: it makes no subject of its own.
_AMOUNTS = frozenset({"limit", "since", "until", "before"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was chosen. `name` stands in the ledger, `title` is for people.

    `selection` is None for a list. `news` says that feeds bring it rather than a curator's hand.
    `page` is where the desk shows the same to everybody, if it does.
    """

    name: str
    title: str | None = None
    selection: Selection | None = None
    shown: CuratedList | None = None
    news: bool = True
    page: str = ""

    @property
    def free(self) -> bool:
        """Say whether its limit is how many go at once, rather than who is in it at all."""
        which = self.selection
        return which is not None and (which.sort, which.mix, which.max_per_feed) == (
            "newest",
            Mix(),
            None,
        )

    def items(self, store: Store, *, window: int | None = None) -> list[Item]:
        """Return its items in order; of a free selection, up to `window` where that is given."""
        if self.shown is not None:
            from aggregator.store.items import items

            return items(store.conn, self.shown.id)
        assert self.selection is not None
        which = replace(self.selection, limit=window) if window and self.free else self.selection
        return [Item.of(each) for each in store.entries(which, content=True)]


def find(app: App, store: Store, slug: str | None, chosen: Selection) -> Subject:
    """Return the list or view of that name, or without a name what the options choose.

    `list:SLUG` and `view:SLUG` say which is meant where both are there. `chosen` is what the
    options say, `--view` included. Raises UsageError.
    """
    shown = click.get_current_context().params.get("view")
    if slug is None:
        name = f"view:{shown}" if shown else "entries"
        title = viewing.need(app, shown).title if shown else None
        return _chosen(name, title, chosen)
    kind, _, bare = slug.rpartition(":")
    found_list = _list(store, bare) if kind in {"", "list"} else None
    found_view = _view(app, store, bare) if kind in {"", "view"} else None
    if found_list and found_view:
        raise UsageError(
            f"There is a list {bare!r} and a view {bare!r}.",
            hint=f"Say list:{bare} or view:{bare}.",
        )
    if found_list:
        return _of_list(found_list, chosen)
    if found_view:
        if shown:
            raise UsageError("One view at a time: name it, or say --view.")
        which = viewing.narrowed(app, bare, chosen)
        return _chosen(f"view:{bare}", found_view.title, which)
    raise UsageError(
        f"There is no list and no view {slug!r}.",
        hint="`aggregate list ls` and `aggregate view ls` say what there is.",
    )


def limit_given(chosen: Selection) -> int | None:
    """Return --limit where somebody gave it."""
    return chosen.limit if "limit" in viewing.given(chosen) else None


def _list(store: Store, slug: str) -> CuratedList | None:
    from aggregator.store import lists

    return lists.find(store.conn, slug)


def _view(app: App, store: Store, slug: str) -> View | None:
    from aggregator.store import views

    return views.find(store.conn, slug, viewing.config_of(app).views)


def _of_list(found: CuratedList, chosen: Selection) -> Subject:
    """A list is as its curator made it: the options choose nothing more, but how many."""
    params = click.get_current_context().params
    others = [name for name in viewing.given(chosen) if name != "limit"]
    if params.get("view"):
        others.insert(0, "view")
    if others:
        raise UsageError(
            f"A list is exported as it is; {_option(others[0])} chooses among entries.",
            hint="Without the list's name, the options choose among all entries.",
        )
    return Subject(
        name=f"list:{found.slug}",
        title=found.title,
        shown=found,
        news=False,
        page=f"lists/{found.slug}" if found.visibility == "public" else "",
    )


def _chosen(name: str, title: str | None, which: Selection) -> Subject:
    """Return a selection as a subject; the options that made it are a part of the name."""
    given = [each for each in viewing.given(which) if each not in _AMOUNTS]
    said = [_as_said(each, getattr(which, each)) for each in given]
    is_view = name.startswith("view:") and not said and not which.starred and not which.unread
    return Subject(
        name=" ".join([name, *said]),
        title=title,
        selection=which,
        news=not which.starred,
        page=f"v/{name.removeprefix('view:')}" if is_view else "",
    )


def _as_said(name: str, value: Any) -> str:
    return _option(name) if value is True else f"{_option(name)} {shlex.quote(str(value))}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
