"""`aggregate export`: entries as a document or a feed, to stdout or into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from aggregator.cli.common import App, pass_app, safe, selection_options
from aggregator.cli.files import replace_file
from aggregator.export import FORMATS, Channel
from aggregator.export import export as write
from aggregator.export import safe as clean
from aggregator.model import FeedRow, Selection, StoredEntry
from aggregator.store import Store


@click.command()
@click.option(
    "--format",
    "name",
    type=click.Choice([each.name for each in FORMATS]),
    required=True,
    help="How to write them.",
)
@selection_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Replace this file, in one step.",
)
@click.option("--title", metavar="TEXT", help="What to call it.")
@click.option("--with-secrets", is_flag=True, help="OPML: whole addresses, also private ones.")
@pass_app
def export(
    app: App,
    *,
    name: str,
    selection: Selection,
    output: Path | None,
    title: str | None,
    with_secrets: bool,
) -> None:
    """Write entries as a document or a feed, the newest of those that are meant.

    \b
      aggregate export --format markdown --category video --since 7d
      aggregate export --format atom --search climate -o climate.atom
      aggregate export --format opml > feeds.opml

    OPML lists feeds instead: only --category and --feed matter to it. Addresses that hold a
    password or a token are left out, unless --with-secrets asks for them.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    with app.open_store() as store:
        entries = [] if name == "opml" else store.entries(selection, content=True)
        feeds = _feeds(store, selection) if name == "opml" else []
    channel = _channel(app, title, entries, feeds)
    text = write(name, replace(channel, secrets=with_secrets), entries)
    if output is None or str(output) == "-":
        click.echo(text.encode(), nl=False)
    else:
        replace_file(output, text.encode())
    if app.verbosity >= 0:
        _tell(entries, feeds, None if output is None else str(output), secrets=with_secrets)


def _feeds(store: Store, selection: Selection) -> list[FeedRow]:
    """Return the feeds that are followed and meant; a number means the feed that has it."""
    rows = store.feeds(category=selection.category)
    if selection.feed is not None:
        wanted = store.feeds(category=selection.category, only=selection.feed)
        ids = {int(selection.feed)} if selection.feed.isdecimal() else {row.id for row in wanted}
        rows = [row for row in rows if row.id in ids]
    return [row for row in rows if row.state != "unsubscribed"]


def _channel(
    app: App, title: str | None, entries: Sequence[StoredEntry], feeds: Sequence[FeedRow]
) -> Channel:
    """Return the head; its time is that of the newest change, so that no news change no file."""
    from aggregator.config import Config

    settings = (app.config() if app.config_path.exists() else Config()).settings
    times = [entry.updated_at or entry.published_at for entry in entries]
    times += [feed.changed_at for feed in feeds if feed.changed_at is not None]
    return Channel(
        title=title or settings.title or "Aggregator",
        updated=max(times, default=app.now()),
        url=settings.base_url,
        feeds=feeds,
    )


def _tell(
    entries: Sequence[StoredEntry],
    feeds: Sequence[FeedRow],
    output: str | None,
    *,
    secrets: bool,
) -> None:
    """Say on stderr what the export itself does not show."""
    if not entries and not feeds:
        click.echo("Nothing found.", err=True)
    elif output not in {None, "-"}:
        number, noun = (len(feeds), "feed") if feeds else (len(entries), "entry")
        plural = {"feed": "feeds", "entry": "entries"}[noun]
        click.echo(
            f"Wrote {number} {noun if number == 1 else plural} to {safe(str(output))}.", err=True
        )
    hidden = sum(not clean.feed(feed, secrets=secrets).feed_url for feed in feeds)
    if hidden:
        whose = "a feed was" if hidden == 1 else f"{hidden} feeds were"
        click.echo(f"The private address of {whose} left out; see --with-secrets.", err=True)
