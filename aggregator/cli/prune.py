"""`aggregate prune`: let old entries go, after showing which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import App, echo_json, iso, json_option, parse_moment, pass_app, safe
from aggregator.cli.keeping import stoppable

if TYPE_CHECKING:
    from aggregator.store import Store
    from aggregator.store.pruning import Doomed

YEAR = "365d"
SHOWN = 10


@click.command()
@click.option(
    "--older-than",
    "age",
    metavar="TIME",
    help="What was published before: 365d, 2y or a date.  [default: 365d, without --keep]",
)
@click.option("--keep", type=click.IntRange(0), metavar="N", help="The newest N of each feed stay.")
@click.option("--spare-unread", is_flag=True, help="What is unread stays, too.")
@click.option("--yes", is_flag=True, help="Do it; without, it is only shown.")
@json_option
@pass_app
def prune(
    app: App, *, age: str | None, keep: int | None, spare_unread: bool, yes: bool, as_json: bool
) -> None:
    """Let old entries go, after showing which.

    Without --yes they are only shown. With both --older-than and --keep, only what is old and not
    among the newest of its feed goes. Whatever you starred, noted, tagged, put on a list, parted
    from a story or exported stays, and so do lists, which are copies. What went does not come back
    with the next fetch, even if its feed still lists it. A fetch may run beside it; `aggregate
    vacuum` gives the room back to the disk.
    """
    from aggregator.store import pruning

    with app.open_store() as store, stoppable():
        # A clock that is ahead would make everything old.
        present = pruning.present(store.conn, app.now())
        text = age or (YEAR if keep is None else None)
        before = None if text is None else parse_moment(text, now=present)
        unread = not spare_unread
        found = pruning.doomed(store.conn, before=before, keep=keep or 0, unread=unread)
        gone = pruning.prune(store.conn, found.ids, unread=unread) if yes else 0
        feeds = _feeds(store, found)
    if as_json:
        echo_json(_document(found, feeds, before=before, gone=gone))
    elif app.verbosity >= 0:
        _tell(found, feeds, before=before, gone=gone, yes=yes)


def _feeds(store: Store, found: Doomed) -> list[tuple[int, str, int]]:
    """Return number, title and how many of each feed, the most first."""
    titles = {row.id: row.title for row in store.feeds()}
    counts = sorted(found.feeds.items(), key=lambda each: (-each[1], each[0]))
    return [(feed_id, titles.get(feed_id, ""), n) for feed_id, n in counts]


def _document(
    found: Doomed, feeds: list[tuple[int, str, int]], *, before: int | None, gone: int
) -> dict[str, Any]:
    return {
        "before": iso(before),
        "entries": len(found.ids),
        "unread": found.unread,
        "spared": found.spared,
        "pruned": gone,
        "feeds": [{"id": feed_id, "title": title, "entries": n} for feed_id, title, n in feeds],
    }


def _tell(
    found: Doomed, feeds: list[tuple[int, str, int]], *, before: int | None, gone: int, yes: bool
) -> None:
    spared = f" {found.spared:,} as old stay: you rely on them." if found.spared else ""
    if yes:
        click.echo(f"{gone:,} entries went.{spared}")
        return
    if not found.ids:
        click.echo(f"Nothing would go.{spared}")
        return
    since = f" published before {str(iso(before))[:10]}" if before is not None else ""
    unread = f", {found.unread:,} of them unread" if found.unread else ""
    click.echo(f"{len(found.ids):,} entries{since} would go{unread}.{spared}")
    for _id, title, n in feeds[:SHOWN]:
        click.echo(f"  {n:>9,}  {safe(title)[:60]}")
    if len(feeds) > SHOWN:
        click.echo(f"  and of {len(feeds) - SHOWN} more feeds")
    click.echo("Nothing was deleted: --yes does it.")
