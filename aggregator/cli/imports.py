"""`aggregate import`: take over what another reader follows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from aggregator.cli.common import App, echo_json, json_option, pass_app, safe
from aggregator.cli.subscriptions import read_feeds, stored_feeds
from aggregator.config import Config, edit
from aggregator.errors import UsageError
from aggregator.following.feeds_file import FeedsFile
from aggregator.following.followed import Followed, rules_of
from aggregator.following.lists import Sorted, sort
from aggregator.imports import FORMATS, read
from aggregator.model import Outline

TOLD = 20
"""So many remarks are printed, unless -v asks for all."""


@click.command("import")
@click.argument("origin", metavar="FILE|URL|-")
@click.option(
    "--format",
    "name",
    type=click.Choice([each.name for each in FORMATS]),
    help="How it is written, where it does not show.",
)
@click.option("--follow", is_flag=True, help="Keep following an OPML address, as it becomes.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and write nothing.")
@json_option
@pass_app
def import_(
    app: App, origin: str, *, name: str | None, follow: bool, dry_run: bool, as_json: bool
) -> None:
    """Add the feeds of a list to feeds.toml, in one step.

    \b
    opml      OPML 1 and 2: FreshRSS, Miniflux and nearly every other reader
    json      Miniflux (/v1/feeds), and what `aggregate ls --json` prints
    youtube   subscriptions.csv of Google Takeout
    newsboat  Newsboat's urls
    list      an address a line, of feeds or of pages

    Folders that are called like a category become it, others become tags. Feeds that are
    followed already are left out, whatever their address there. Nothing is asked of the network,
    but for the list itself where it is an address.

    With --follow, the address of an OPML document is written down instead, as [[outlines]]: it is
    read anew every day, its new feeds are followed and those taken out of it are left.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    file = read_feeds(app, must_exist=False)
    if follow:
        _follow(app, file, origin, dry_run=dry_run)
        return
    found = read(_bytes(origin, file.config), name=name)
    sorted_ = sort(found, Followed(file.config, stored_feeds(app)), rules_of(file.config))
    if sorted_.new and not dry_run:
        file.write(edit.add(file.text, sorted_.new))
    if as_json:
        echo_json(_document(sorted_))
    else:
        _tell(app, sorted_, path=file.path, dry_run=dry_run)
    if not sorted_.new and not sorted_.known:
        raise click.exceptions.Exit(1)


def _follow(app: App, file: FeedsFile, url: str, *, dry_run: bool) -> None:
    """Write down the address of a list, once it has been seen to be one."""
    if not url.startswith(("https://", "http://")):
        raise UsageError("--follow is for addresses.", hint="A file is imported without it.")
    if url in {each.url for each in file.config.outlines}:
        raise UsageError("That list is followed already.")
    found = read(_bytes(url, file.config), name="opml")
    if not dry_run:
        file.write(edit.add_outline(file.text, Outline(url=url)))
    if app.verbosity >= 0:
        verb = "Would follow" if dry_run else "Following"
        click.echo(f"{verb} a list of {_count(len(found.sources))}, as it becomes.")


def _bytes(origin: str, config: Config) -> bytes:
    """Read the list: from a file, from standard input, or from the network."""
    if origin == "-":
        return sys.stdin.buffer.read()
    if origin.startswith(("https://", "http://")):
        return asyncio.run(_fetched(origin, config))
    try:
        return Path(origin).read_bytes()
    except OSError as error:
        raise UsageError(f"{safe(origin)} can't be read: {error.strerror}.") from error


async def _fetched(url: str, config: Config) -> bytes:
    from aggregator.fetch import client_for, headers_for, key_for, policy_for

    async with client_for(config, jobs=1, written=[url]) as client:
        policy = policy_for(key_for(url, config.hosts), config.hosts)
        fetched = await client.get(url, headers=headers_for(policy))
    return fetched.body or b""


def _document(sorted_: Sorted) -> dict[str, object]:
    return {
        "added": [
            {"url": each.url, "title": each.title, "category": each.category, "tags": each.tags}
            for each in sorted_.new
        ],
        "followed": [each.url for each in sorted_.known],
        "left_out": [{"what": each.what, "why": each.why} for each in sorted_.remarks],
    }


def _tell(app: App, sorted_: Sorted, *, path: Path, dry_run: bool) -> None:
    """Print the sum on standard output, and on standard error what was left out."""
    limit = len(sorted_.remarks) if app.verbosity > 0 else TOLD
    for each in sorted_.remarks[:limit]:
        click.echo(f"{safe(each.what)}: {safe(each.why)}", err=True)
    if len(sorted_.remarks) > limit:
        click.echo(f"… and {len(sorted_.remarks) - limit} more; -v tells all.", err=True)
    if app.verbosity < 0:
        return
    verb = "Would add" if dry_run else "Added"
    line = f"{verb} {_count(len(sorted_.new))} to {safe(str(path))}"
    if sorted_.known:
        line += f"; {len(sorted_.known)} followed already"
    click.echo(f"{line}.")


def _count(number: int) -> str:
    return "1 feed" if number == 1 else f"{number:,} feeds"
