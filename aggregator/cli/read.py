"""`aggregate search` and `aggregate show`: reading in the terminal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import (
    App,
    ago,
    category_option,
    console,
    echo_json,
    feed_option,
    iso,
    json_option,
    limit_option,
    make_selection,
    of_view,
    pass_app,
    safe,
    since_option,
    tag_option,
    until_option,
    view_option,
)
from aggregator.errors import StoreError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from aggregator.model import StoredEntry

MEASURE = 80
"""Text is set no wider than this, however wide the terminal: long lines are hard to read."""

BACKLOG = 20_000
"""So many entries of new feeds are indexed before a search looks, a second's work at most."""


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@view_option
@category_option
@feed_option
@tag_option
@since_option
@until_option
@limit_option(20)
@json_option
@pass_app
def search(
    app: App, /, *, words: tuple[str, ...], view: str | None, as_json: bool, **chosen: Any
) -> None:
    """Find entries by their words, newest first.

    \b
      aggregate search climate policy        both words
      aggregate search '"climate policy"'    the phrase
      aggregate search climate -podcast      without the second
      aggregate search clim*                 words that begin so

    Accents and case do not matter. With --json it is an array of objects.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(
                word, possibilities=_close(word), ctx=click.get_current_context()
            )
    if all(word.startswith("-") for word in words):
        raise UsageError(
            "There is nothing to find: all words are excluded.",
            hint="Give at least one word without a minus.",
        )
    selection = make_selection(search=" ".join(words), **chosen)
    if view is not None:
        selection = of_view(view, selection)
    with app.open_store() as store:
        with suppress(StoreError):
            # Somebody else writes, or nobody may: then what is indexed has to do.
            store.index_backlog(BACKLOG)
        found = store.entries(selection)
    if as_json:
        echo_json([document(entry) for entry in found])
    elif found:
        _list(found, now=app.now())
    else:
        click.echo("Nothing found.", err=True)


def _close(word: str) -> list[str]:
    from difflib import get_close_matches

    options = [name for each in search.params for name in each.opts if name.startswith("--")]
    return get_close_matches(word.partition("=")[0], options, n=1)


def _list(entries: list[StoredEntry], *, now: int) -> None:
    """Print two lines an entry: its title; its number, source and time."""
    from rich.text import Text

    out = console()
    for entry in entries:
        title = Text(safe(entry.title) or "(untitled)", style="bold")
        title.truncate(out.width, overflow="ellipsis")
        below = Text(f"  {entry.id}  {safe(entry.source)}, {ago(entry.published_at, now=now)}")
        below.stylize("dim")
        below.truncate(out.width, overflow="ellipsis")
        out.print(title, soft_wrap=True)
        out.print(below, soft_wrap=True)


@click.command()
@click.argument("entry_id", metavar="[ID]", required=False, type=click.IntRange(0, 2**63 - 1))
@click.option("--latest", type=click.IntRange(1, 1000), metavar="N", help="The newest entries.")
@view_option
@category_option
@feed_option
@json_option
@pass_app
def show(
    app: App,
    *,
    entry_id: int | None,
    latest: int | None,
    view: str | None,
    category: str | None,
    feed: str | None,
    as_json: bool,
) -> None:
    """Read an entry in the terminal, or the newest ones.

    The ID is the number that `aggregate search` prints, and this command before the date; lists
    take it too. With --json it is an object, and with --latest an
    array of objects.
    """
    if (entry_id is None) == (latest is None):
        raise UsageError("Name one entry or say --latest N.", hint="`aggregate show --latest 3`")
    with app.open_store() as store:
        if latest is None:
            entry = store.entry(entry_id or 0)
            entries = [entry] if entry else []
        else:
            selection = make_selection(category=category, feed=feed, limit=latest)
            if view is not None:
                selection = replace(of_view(view, selection), limit=latest)
            entries = store.entries(selection, content=True)
    if latest is None and not entries:
        raise UsageError(
            f"There is no entry {entry_id}.", hint="`aggregate search` prints the numbers."
        )
    if as_json:
        documents = [document(entry, content=True) for entry in entries]
        echo_json(documents if latest is not None else documents[0])
        return
    if not entries:
        click.echo("No entries yet.", err=True)
    _read(entries, now=app.now())


def _read(entries: list[StoredEntry], *, now: int) -> None:
    out = console()
    for index, entry in enumerate(entries):
        if index:
            out.print()
        _entry(out, entry, now=now)


def _entry(out: Console, entry: StoredEntry, *, now: int) -> None:
    from rich.text import Text

    width = min(out.width, MEASURE)
    author = f"{safe(entry.author)}, " if entry.author else ""
    when = f"{entry.id}  {iso(entry.published_at)} ({ago(entry.published_at, now=now)})"
    _wrapped(out, Text(safe(entry.title) or "(untitled)", style="bold"), width)
    _wrapped(out, Text(f"{author}{safe(entry.source)}, {entry.category}", style="dim"), width)
    _wrapped(out, Text(when, style="dim"), width)
    for link in _links(entry):
        # Whole, on a line of its own: a folded address can't be opened or copied.
        out.print(Text(link, style="cyan"), soft_wrap=True)
    for paragraph in safe(entry.text or entry.summary, lines=True).strip().split("\n"):
        if paragraph.strip():
            out.print()
            _wrapped(out, Text(paragraph.strip()), width)


def _links(entry: StoredEntry) -> list[str]:
    media = [each.url for each in entry.enclosures]
    comments = [entry.comments_url] if entry.comments_url else []
    every = ([entry.url] if entry.url else []) + media + comments
    return list(dict.fromkeys(safe(url) for url in every))


def _wrapped(out: Console, text: Any, width: int) -> None:
    for line in text.wrap(out, width):
        line.rstrip()
        out.print(line, soft_wrap=True)


def document(entry: StoredEntry, *, content: bool = False) -> dict[str, Any]:
    """Return an entry as the JSON output has it; times are ISO 8601."""
    from dataclasses import asdict

    told = asdict(entry)
    for key in ("published_at", "updated_at", "first_seen_at"):
        told[key] = iso(told[key])
    told["tags"] = list(entry.tags)
    if not content:
        del told["html"], told["text"]
    return told
