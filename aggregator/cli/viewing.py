"""Views on the command line: which one is meant, and what the options make of it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import click

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.cli.common import App
    from aggregator.config import Config
    from aggregator.curation import View
    from aggregator.model import Selection


def config_of(app: App) -> Config:
    """Return feeds.toml, or what holds without one."""
    from aggregator.config import Config

    return app.config() if app.config_path.exists() else Config()


def need(app: App, slug: str) -> View:
    """Return a view by its short name; raises UsageError where there is none."""
    from aggregator.config.problems import suggest
    from aggregator.store import views

    ours = config_of(app).views
    with app.open_store() as store:
        found = views.find(store.conn, slug, ours)
        known = [each.slug for each in views.every(store.conn, ours)]
    if found is None:
        raise UsageError(
            f"There is no view {slug!r}{suggest(slug, known) or '.'}",
            hint="`aggregate view ls` lists them; `aggregate view save` makes one.",
        )
    return found


def narrowed(app: App, slug: str, chosen: Selection) -> Selection:
    """Return a view's selection, changed by the options that were given beside its name.

    Words to search for are added to the view's own; any other option stands in place of its.
    """
    which = need(app, slug).at(app.now())
    words = " ".join(each for each in (which.search, chosen.search) if each)
    said = {name: getattr(chosen, name) for name in given(chosen)}
    return replace(which, **said | {"search": words or None})


def given(chosen: Selection) -> list[str]:
    """Return the fields of a selection whose options were given on the command line."""
    from click.core import ParameterSource

    context = click.get_current_context()
    usual: tuple[Any, ...] = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP)
    names = [each.name for each in fields(chosen) if each.name in context.params]
    return [name for name in names if context.get_parameter_source(name) not in usual]
