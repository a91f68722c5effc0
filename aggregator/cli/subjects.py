"""What is exported: a list, a view, or the entries that options choose."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from aggregator.curation import CuratedList, Item, Mix
from aggregator.errors import UsageError
from aggregator.model import Selection

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.curation import View
    from aggregator.store import Store

WINDOW = 1_000
"""So many of the newest entries are compared with what has left already."""

# What says how much rather than what: it makes no subject of its own.
_AMOUNTS = frozenset({"limit", "since", "until", "before"})
_EMPTY = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was chosen. `name` stands in the ledger, `title` is for people.

    `selection` is None for a list. `news` says that feeds bring it rather than a curator's hand.
    """

    name: str
    title: str | None = None
    selection: Selection | None = None
    shown: CuratedList | None = None
    news: bool = True

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


def find(store: Store, config: Config, slug: str | None, chosen: Selection, *, now: int) -> Subject:
    """Return the list or view of that name, or without a name what the options choose.

    `list:SLUG` and `view:SLUG` say which is meant where both are there. Raises UsageError.
    """
    said = explicit()
    if slug is None:
        return Subject(name=_described(chosen), selection=chosen, news=not chosen.starred)
    kind, _, bare = slug.rpartition(":")
    found_list = _list(store, bare) if kind in {"", "list"} else None
    found_view = _view(store, config, bare) if kind in {"", "view"} else None
    if found_list and found_view:
        raise UsageError(
            f"There is a list {bare!r} and a view {bare!r}.",
            hint=f"Say list:{bare} or view:{bare}.",
        )
    if found_list:
        return _of_list(found_list, said)
    if found_view:
        return _of_view(found_view, chosen, said, now=now)
    raise UsageError(
        f"There is no list and no view {slug!r}.",
        hint="`aggregate list ls` and `aggregate view ls` say what there is.",
    )


def explicit() -> dict[str, Any]:
    """Return the options of a selection that were given, not those that have their default."""
    context = click.get_current_context()
    names = {field.name for field in fields(Selection)} & set(context.params)
    given = ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP
    return {
        name: context.params[name]
        for name in sorted(names)
        if context.get_parameter_source(name) not in given
    }


def _list(store: Store, slug: str) -> CuratedList | None:
    from aggregator.store import lists

    return lists.find(store.conn, slug)


def _view(store: Store, config: Config, slug: str) -> View | None:
    from aggregator.store import views

    return views.find(store.conn, slug, config.views)


def _of_list(found: CuratedList, said: Mapping[str, Any]) -> Subject:
    """A list is as its curator made it: the options choose nothing more, but how many."""
    if others := sorted(said.keys() - {"limit"}):
        raise UsageError(
            f"A list is exported as it is; {_option(others[0])} chooses among entries.",
            hint="Without the list's name, the options choose among all entries.",
        )
    return Subject(name=f"list:{found.slug}", title=found.title, shown=found, news=False)


def _of_view(found: View, chosen: Selection, said: Mapping[str, Any], *, now: int) -> Subject:
    """The options go before what the view says itself."""
    which = replace(found.at(now), **{name: getattr(chosen, name) for name in said})
    return Subject(
        name=f"view:{found.slug}", title=found.title, selection=which, news=not which.starred
    )


def _described(which: Selection) -> str:
    """Return a selection as the options that say it: the same words for the same question."""
    said = [
        f"{_option(field.name)} {shlex.quote(str(value))}"
        for field in fields(Selection)
        if field.name not in _AMOUNTS
        and (value := getattr(which, field.name)) != getattr(_EMPTY, field.name)
    ]
    return " ".join(["entries", *said])


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
