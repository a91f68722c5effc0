"""`aggregate stories`: what several sources report, the weightiest first, and what folds it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import (
    App,
    Group,
    ago,
    category_option,
    console,
    echo_json,
    iso,
    json_option,
    limit_option,
    pass_app,
    safe,
    since_option,
)
from aggregator.errors import StoreError, UsageError

if TYPE_CHECKING:
    from aggregator.curation import Story
    from aggregator.model import StoredEntry
    from aggregator.store import Store

BACKLOG = 20_000
"""So many entries of new feeds are folded before stories are shown."""

WHICH = click.IntRange(0, 2**63 - 1)


@click.group("stories", cls=Group, invoke_without_command=True)
@since_option
@category_option
@limit_option(20)
@json_option
@click.option("--rebuild", is_flag=True, help="Fold all entries anew first.")
@click.pass_context
def stories(ctx: click.Context, /, *, as_json: bool, rebuild: bool, **chosen: Any) -> None:
    """Show what several sources report, the weightiest story first.

    Entries are folded into a story when they have a page in common (also as the page that they
    discuss), or within days a title or a text. Weight is how many independent sources there are
    and how soon they followed each other, halved for every day of silence.
    """
    if ctx.invoked_subcommand:
        return
    from aggregator.store import storybook

    app = ctx.ensure_object(App)
    with app.open_store() as store:
        _fold(store, rebuild=rebuild)
        found = storybook.ranked(store.conn, now=app.now(), **chosen)
    if as_json:
        echo_json([document(each) for each in found])
    elif found:
        _list(found, now=app.now())
    else:
        click.echo("No stories: nothing is reported by two sources.", err=True)


def _fold(store: Store, *, rebuild: bool) -> None:
    from aggregator.store import stories as folding

    if rebuild:
        count = folding.rebuild(store.conn)
        click.echo(f"Folded anew: {count} {'story' if count == 1 else 'stories'}.", err=True)
        return
    with suppress(StoreError):
        # Somebody else writes, or nobody may: then what is folded has to do.
        store.index_backlog(BACKLOG)


@stories.command()
@click.argument("story_id", metavar="ID", type=WHICH)
@json_option
@pass_app
def show(app: App, story_id: int, *, as_json: bool) -> None:
    """Show one story with all its entries, the first to report it on top.

    ID is the number of the story, or of any entry in it.
    """
    with app.open_store() as store:
        found = _found(store, story_id)
    if as_json:
        echo_json(document(found))
        return
    from rich.text import Text

    out = console()
    _list([found], now=app.now())
    if found.entry.url:
        out.print(Text(f"  {safe(found.entry.url)}", style="cyan"), soft_wrap=True)
    for each in found.members:
        does = "discusses it" if each.id in found.discussing else "reports it"
        out.print()
        _line(safe(each.title) or "(untitled)", "")
        _line(f"  {each.id}  {safe(each.source)} {does}, {_when(each, app)}", "dim")


def _when(entry: StoredEntry, app: App) -> str:
    return ago(entry.published_at, now=app.now())


@stories.command()
@click.argument("story_id", metavar="ID", type=WHICH)
@click.argument("entries", metavar="ENTRY...", nargs=-1, required=True, type=WHICH)
@pass_app
def split(app: App, story_id: int, entries: tuple[int, ...]) -> None:
    """Take entries out of a story where they do not belong; they stay out for good.

    Those that are taken out together stay together if something holds them. `aggregate stories
    join ENTRY` takes it back.
    """
    from aggregator.store import stories as folding

    with app.open_store() as store:
        found = _found(store, story_id)
        if strange := set(entries) - {each.id for each in found.members}:
            raise UsageError(
                f"The entry {min(strange)} is not in the story.",
                hint=f"`aggregate stories show {found.id}` prints those that are.",
            )
        parted = folding.split(store.conn, found.id, entries, now=app.now())
    if not parted:
        raise UsageError("These are all its entries: name those that do not belong.")
    if app.verbosity >= 0:
        count = "1 entry" if len(parted) == 1 else f"{len(parted)} entries"
        click.echo(f"Took {count} out of the story.", err=True)


@stories.command()
@click.argument("entry", metavar="ENTRY", type=WHICH)
@pass_app
def join(app: App, entry: int) -> None:
    """Take back what was split: the entry may be folded with the others again."""
    from aggregator.store import stories as folding

    with app.open_store() as store:
        if not folding.join(store.conn, entry):
            raise UsageError(f"The entry {entry} was never split from any story.")
    if app.verbosity >= 0:
        click.echo("It is folded with what it has in common again.", err=True)


def _found(store: Store, story_id: int) -> Story:
    from aggregator.store import storybook

    found = storybook.story(store.conn, story_id)
    if found is None:
        raise UsageError(
            f"There is no story {story_id}.", hint="`aggregate stories` prints the numbers."
        )
    return found


def _list(found: list[Story], *, now: int) -> None:
    for each in found:
        _line(safe(each.entry.title) or "(untitled)", "bold")
        _line(f"  {each.id}  {told(each)}, {ago(each.last_at, now=now)}", "dim")


def told(story: Story) -> str:
    """Say how many report and discuss a story."""
    parts = [(story.sources, "source"), (story.discussions, "discussion"), (story.entries, "entry")]
    return ", ".join(_count(n, what) for n, what in parts if n)


def _count(n: int, what: str) -> str:
    several = what[:-1] + "ies" if what.endswith("y") else f"{what}s"
    return f"{n} {what if n == 1 else several}"


def _line(words: str, style: str) -> None:
    from rich.text import Text

    out = console()
    text = Text(words, style=style)
    text.truncate(out.width, overflow="ellipsis")
    out.print(text, soft_wrap=True)


def document(story: Story) -> dict[str, Any]:
    """Return a story as the JSON output has it; `via` are whom to thank besides its source."""
    from aggregator.cli.read import document as entry_document
    from aggregator.stories import via_of

    told = {
        "id": story.id,
        "title": story.entry.title,
        "url": story.entry.url,
        "category": story.entry.category,
        "sources": story.sources,
        "discussions": story.discussions,
        "entries": story.entries,
        "first_at": iso(story.first_at),
        "last_at": iso(story.last_at),
        "score": story.score,
        "entry_id": story.entry.id,
    }
    if story.members:
        told["via"] = [{"name": each.name, "url": each.url} for each in via_of(story)]
        told["discussing"] = list(story.discussing)
        told["members"] = [entry_document(each) for each in story.members]
    return told
