"""`aggregate demo`: everything at work in a minute, without the internet."""

from __future__ import annotations

import shlex
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from aggregator.cli.common import App, console, pass_app, safe
from aggregator.errors import AggregatorError, UsageError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.demo import SampleWeb
    from aggregator.store import Store
    from aggregator.update import FeedResult, Summary

USUAL_PORT = 8011  # of the sample web; entries link to it, so it is kept from run to run
INTERRUPTED = 130

# What to try next: (arguments of `aggregate`, what it does).
NEXT = (
    ("search '\"seed library\"'", "find a phrase in all of it"),
    ("show --latest 3", "read in the terminal"),
    ("status", "see what is broken, and why"),
    ("export --format html --since 1d", "share a selection"),
    ("fetch --force", "look again, while the demo runs"),
)


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the fetch.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the desk.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port of the desk; 0 takes a free one.",
)
@pass_app
def demo(app: App, *, no_serve: bool, host: str, port: int) -> None:
    """Show everything at work, without the internet.

    Starts a small web of invented sites of all twelve kinds on this machine, fetches it, shows
    what came, and serves the desk until Ctrl-C. All of it is kept in demo.db and demo.toml in
    the folder of --db; your own database and feeds.toml are not touched. Another run finds
    what the invented sites have written since.
    """
    from aggregator.config import parse_config
    from aggregator.store import open_store

    if not no_serve:
        _need_free(host, port)
    db, config_path = app.db.parent / "demo.db", app.db.parent / "demo.toml"
    _make_folder(db.parent)
    with _sample_web(app, db, config_path, desk_port=port) as web:
        config_path.write_text(web.config_text(), "utf-8")
        config = parse_config(web.config_text(), name=str(config_path))
        summary, results = _fetch(app, db, config)
        if app.verbosity >= 0:
            with open_store(db, now=app.now()) as store:
                _show_news(store, config, results)
                _show_rest(store, summary)
            _show_next(db, config_path)
        if not no_serve:
            _serve(app, db, config, host=host, port=port)


def _need_free(host: str, port: int) -> None:
    """Raise UsageError when the desk's address is taken: better now than after the fetch."""
    from aggregator.serve import listen

    listen(host, port).close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {safe(str(folder))} can't be made: {error.strerror}.",
            hint="Run it where you may write, or name another place with --db.",
        ) from error


def _sample_web(app: App, db: Path, config_path: Path, *, desk_port: int) -> SampleWeb:
    """Open the sample web on the port of the last run, so that its addresses stay the same."""
    from aggregator.demo import SampleWeb

    last = _last_port(config_path) if db.exists() else None
    wish = last or (USUAL_PORT if desk_port != USUAL_PORT else 0)
    try:
        return SampleWeb(port=wish, now=app.now)
    except OSError as error:
        if last is None:
            return SampleWeb(now=app.now)
        raise UsageError(
            f"Port {last}, where the sample web of {safe(str(db))} was, is in use.",
            hint=f"Is another demo running? To begin anew, delete {safe(str(db))}.",
        ) from error


def _last_port(config_path: Path) -> int | None:
    try:
        feeds = tomllib.loads(config_path.read_text("utf-8"))["feeds"]
        return urlsplit(str(feeds[0]["url"])).port
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _fetch(app: App, db: Path, config: Config) -> tuple[Summary, list[FeedResult]]:
    from aggregator.update import run_update

    results: list[FeedResult] = []
    summary = run_update(db=db, config=config, now=app.now, force=True, on_result=results.append)
    if summary.interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    if not summary.ok + summary.not_modified:
        reason = next((each.error for each in results if each.error), "nothing came")
        raise AggregatorError(f"The sample web could not be read: {safe(str(reason))}")
    return summary, results


def _show_news(store: Store, config: Config, results: list[FeedResult]) -> None:
    """Print a line a category: how much is new, and the newest entry."""
    from rich.table import Table
    from rich.text import Text

    from aggregator.model import Selection
    from aggregator.taxonomy import CATEGORIES

    category_of = {feed.url: feed.category for feed in config.feeds}
    new: Counter[str] = Counter()
    for each in results:
        new[category_of[each.url]] += each.new
    out = console()
    names = max(len(kind.name) for kind in CATEGORIES)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Category", width=names)
    table.add_column("New", justify="right", width=3)
    table.add_column("The newest", no_wrap=True, width=max(out.width - names - 28, 20))
    table.add_column("from", no_wrap=True, width=18, style="dim")
    for kind in CATEGORIES:
        for entry in store.entries(Selection(category=kind.slug, limit=1)):
            name = Text(kind.name, style=kind.fill)
            table.add_row(name, str(new[kind.slug]), safe(entry.title), safe(entry.source))
    out.print(table)


def _show_rest(store: Store, summary: Summary) -> None:
    """Print the sum, and which feeds failed."""
    out = console()
    out.print(f"\n{summary.new} new entries of {summary.checked} feeds, {summary.ms / 1000:.1f} s.")
    feeds = store.feeds()
    pages = sum(feed.url != feed.feed_url for feed in feeds)
    if pages:
        out.print(f"{pages} of them are listed by their pages: their feeds were found.")
    for feed in feeds:
        if feed.state == "failing":
            out.print(f"{safe(feed.title)}: {safe(feed.error or 'failed')}", style="red")


def _show_next(db: Path, config_path: Path) -> None:
    """Print what to try now, so that it can be copied into a shell."""
    out = console()
    out.print("\nNext, in another terminal:", style="bold")
    out.print(f"  export AGGREGATE_DB={shlex.quote(str(db))}", soft_wrap=True)
    out.print(f"  export AGGREGATE_CONFIG={shlex.quote(str(config_path))}", soft_wrap=True)
    width = max(len(command) for command, _ in NEXT)
    for command, purpose in NEXT:
        out.print(f"  aggregate {command:<{width}}  # {purpose}", soft_wrap=True)
    out.print("For your own feeds: unset both, and begin with `aggregate init`.\n")


def _serve(app: App, db: Path, config: Config, *, host: str, port: int) -> None:
    from aggregator.serve import serve

    def ready(url: str) -> None:
        if app.verbosity >= 0:
            click.echo(f"The desk is at {url} (Ctrl-C ends it).", err=True)

    serve(db, config, host=host, port=port, ready=ready)
