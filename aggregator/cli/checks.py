"""`aggregate list check`: do the links still lead there, and is it still what was picked?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aggregator.cli.common import App, echo_json, json_option, pass_app, safe
from aggregator.cli.listing import item_document, name_of, say

if TYPE_CHECKING:
    from aggregator.checking import Checked
    from aggregator.curation import CuratedList, Item
    from aggregator.store import Store

DAY = 86_400


@click.command()
@click.argument("slugs", metavar="[LIST...]", nargs=-1)
@click.option("--again", is_flag=True, help="Ask for those too that were looked at today.")
@click.option("--follow", is_flag=True, help="Take the new address of what moved for good.")
@json_option
@pass_app
def check(app: App, slugs: tuple[str, ...], *, again: bool, follow: bool, as_json: bool) -> None:
    """Look whether links still work, and what was changed.

    Without LIST all lists are looked at. Sites are asked one page at a time, at most once a day
    each. A link is ok, moved (for good), dead, or unsure: a server in trouble, or one that refuses
    programs, proves nothing. Ends with 1 when a link is dead.
    """
    from aggregator.store import lists

    with app.open_store() as store:
        chosen = [lists.need(store.conn, slug) for slug in slugs] or lists.all_lists(store.conn)
        _look(app, store, chosen, again=again)
        if follow:
            _follow(app, store, chosen)
        found = [(each, lists.items(store.conn, each.id)) for each in chosen]
    if as_json:
        echo_json(
            [{"list": each.slug, **item_document(item)} for each, on_it in found for item in on_it]
        )
    else:
        for each, on_it in found:
            _tell(app, each, on_it)
    if any(item.check_status == "dead" for _, on_it in found for item in on_it):
        raise click.exceptions.Exit(1)


def _look(app: App, store: Store, chosen: list[CuratedList], *, again: bool) -> None:
    """Ask for the pages of these lists, and keep what came of each."""
    from aggregator.checking import check as look
    from aggregator.config import Config
    from aggregator.store import lists

    now = app.now()
    due = [
        item
        for each in chosen
        for item in lists.items(store.conn, each.id)
        if item.url and (again or now - (item.checked_at or 0) >= DAY)
    ]
    # One page on several lists is asked for once.
    pages = {item.canonical_url: item for item in due}
    done: list[Checked] = []
    if not pages:
        return
    config = app.config() if app.config_path.exists() else Config()
    try:
        _, held = look(
            list(pages.values()),
            config=config,
            hosts=store.hosts(),
            on_checked=done.append,
            now=app.now,
        )
        store.save_hosts(held)
    finally:  # also what was learnt before Ctrl-C
        _keep(store, due, done, now=now)


def _keep(store: Store, due: list[Item], done: list[Checked], *, now: int) -> None:
    from aggregator.store import lists

    found = {each.item.canonical_url: each for each in done}
    for item in due:
        if checked := found.get(item.canonical_url):
            lists.checked(
                store.conn,
                item.item_id or 0,
                status=checked.status,
                note=checked.note,
                moved_to=checked.moved_to,
                now=now,
            )


def _follow(app: App, store: Store, chosen: list[CuratedList]) -> None:
    """Give what moved its new address, unless that is on the list too."""
    from aggregator.errors import UsageError
    from aggregator.store import lists

    for each in chosen:
        for item in lists.items(store.conn, each.id):
            if item.moved_to is None:
                continue
            try:
                lists.change(store.conn, item.item_id or 0, url=item.moved_to, now=app.now())
                say(app, f"{name_of(item)} links to {safe(item.moved_to)} now.")
            except UsageError as error:
                click.echo(f"{name_of(item)}: {error.message}", err=True)


def _tell(app: App, found: CuratedList, on_it: list[Item]) -> None:
    """Print what is to be said of a list: a line of counts, and a line for each that is not ok."""
    from collections import Counter

    counts = Counter(item.check_status or "not looked at" for item in on_it if item.url)
    total = "1 link" if counts.total() == 1 else f"{counts.total()} links"
    said = ", ".join(f"{number} {status}" for status, number in counts.most_common())
    say(app, f"{found.slug}: {total}{f': {said}' if said else ''}.")
    for item in on_it:
        if item.check_status not in {None, "ok"}:
            click.echo(f"{item.check_status:>8}  {item.place:>3}  {name_of(item)}  {_note(item)}")
        if item.changed:
            click.echo(f" changed  {item.place:>3}  {name_of(item)}  since you picked it")


def _note(item: Item) -> str:
    return safe(item.check_note or "")
