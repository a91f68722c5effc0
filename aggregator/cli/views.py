"""`aggregate view`: selections with a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import (
    App,
    Command,
    Group,
    ago,
    echo_json,
    json_option,
    pass_app,
    safe,
    selection_options,
)
from aggregator.cli.viewing import config_of, need
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.curation import View
    from aggregator.model import Selection

EXAMPLES = 5


@click.group("view", cls=Group)
def view() -> None:
    """Give a selection a name, to read, share and export it.

    Views are saved here or written into feeds.toml as [[views]], which come first. Where options
    choose entries, --view NAME does; a view is also a page of the desk and a feed.

    \b
      aggregate view save talks --category video --within 7d --per-feed 2
      aggregate show --latest 5 --view talks
      aggregate export talks --format markdown
    """  # noqa: D301 — click's mark for "do not fold" is a backspace


@view.command()
@json_option
@pass_app
def ls(app: App, *, as_json: bool) -> None:
    """List the views: those of feeds.toml, then the saved ones."""
    from aggregator.config.curating import definition
    from aggregator.store import views

    ours = config_of(app).views
    with app.open_store() as store:
        every = views.every(store.conn, ours)
    if as_json:
        echo_json([{**definition(each), "saved": each not in ours} for each in every])
        return
    for each in every:
        place = "feeds.toml" if each in ours else "saved"
        click.echo(f"{each.slug}  {safe(each.title)}  ({place})")
    if not every:
        click.echo("No views yet: `aggregate view save`.", err=True)


@view.command()
@click.argument("slug", metavar="NAME")
@json_option
@pass_app
def show(app: App, *, slug: str, as_json: bool) -> None:
    """Show what a view selects: its definition, and its first entries."""
    from aggregator.config.curating import definition

    found = need(app, slug)
    told = definition(found)
    with app.open_store() as store:
        entries = store.entries(found.at(app.now()))
    if as_json:
        echo_json({**told, "entries": [each.id for each in entries]})
        return
    click.echo("[[views]]")
    for key, value in told.items():
        click.echo(f"{key} = {_toml(value)}")
    click.echo(f"\n# {len(entries)} entries now")
    for each in entries[:EXAMPLES]:
        title = safe(each.title) or "(untitled)"
        click.echo(f"# {title}  ({safe(each.source)}, {ago(each.published_at, now=app.now())})")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    return safe(json.dumps(value, ensure_ascii=False))


def _at_most(name: str, what: str) -> Callable[[Command], Command]:
    return click.option(f"--{name}", type=click.IntRange(1, 1000), metavar="N", help=what)


@view.command()
@click.argument("slug", metavar="NAME")
@click.option("--title", metavar="TEXT", help="What it is called.")
@selection_options
@click.option("--within", metavar="SPAN", help="Published in the last 36h, 7d, 2w.")
@_at_most("per-feed", "Mix: at most so many of a feed.")
@_at_most("per-platform", "Mix: at most so many of a platform.")
@_at_most("per-category", "Mix: at most so many of a category.")
@_at_most("per-story", "Mix: at most so many of a story.")
@_at_most("categories", "Mix: at least so many categories.")
@pass_app
def save(
    app: App,
    /,
    *,
    slug: str,
    title: str | None,
    selection: Selection,
    within: str | None,
    **mix: int | None,
) -> None:
    """Save a selection under a name, in place of what was saved under it."""
    from aggregator.config.curating import definition
    from aggregator.curation import View
    from aggregator.store import views

    if any(each.slug == slug for each in config_of(app).views):
        raise UsageError(f"feeds.toml has a view {slug!r}.", hint="Edit it there.")
    mixed = {key: value for key, value in mix.items() if value is not None}
    mixed |= {"per_feed": selection.max_per_feed} if selection.max_per_feed else {}
    like = View(slug="", title="", selection=selection, sort=selection.sort, mix=selection.mix)
    row = {key: value for key, value in definition(like).items() if key != "title"}
    row |= {"slug": slug, "mix": {**row.get("mix", {}), **mixed}}
    row |= {key: value for key, value in (("title", title), ("within", within)) if value}
    made = _checked(row)
    with app.open_store() as store:
        views.save(store.conn, made, now=app.now())
        number = len(store.entries(made.at(app.now())))
    if app.verbosity >= 0:
        click.echo(f"Saved the view {slug}: {number} {'entry' if number == 1 else 'entries'} now.")


def _checked(row: dict[str, Any]) -> View:
    """Return the view; raises UsageError with what feeds.toml would be told."""
    from aggregator.config.curating import view as read
    from aggregator.config.values import Wrong

    try:
        return read(row)
    except Wrong as error:
        said = (
            f"{'.'.join(map(str, path)) or 'the view'}: {message}"
            for path, message in error.problems
        )
        raise UsageError(f"This can't be a view: {'; '.join(said)}.") from error


@view.command()
@click.argument("slug", metavar="NAME")
@pass_app
def rm(app: App, *, slug: str) -> None:
    """Forget a saved view; `aggregate view show` prints it as feeds.toml would have it."""
    from aggregator.store import views

    ours = slug in {each.slug for each in config_of(app).views}
    with app.open_store() as store:
        removed = views.remove(store.conn, slug)
    if not removed:
        where = "It is in feeds.toml: take it out there." if ours else "`aggregate view ls`"
        raise UsageError(f"There is no saved view {slug!r}.", hint=where)
    if app.verbosity >= 0:
        click.echo(f"Forgot the view {slug}.")
