"""`aggregate list`: lists of picked entries; this file makes and shows them, `items` fills them."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli import items
from aggregator.cli.common import App, Group, ago, console, echo_json, json_option, pass_app, safe
from aggregator.cli.listing import document, item_document, lines, meant, name_of, say
from aggregator.errors import UsageError

VISIBILITY = click.Choice(["private", "unlisted", "public"])
WIDTH = 80


@click.group("list", cls=Group)
def list_() -> None:
    """Make lists of what is worth sharing, with your own words.

    A list keeps copies: whatever happens to feeds and entries, it stays as you made it. LIST is
    its short name; ITEM is a place in it (3), an address, the number of an entry, words of one
    title, or item:N as --json has it.

    \b
      aggregate list create week --title "My week"
      aggregate list add week 1876543210000000000 --note "Read this first."
      aggregate list show week
    """  # noqa: D301 — click's mark for "do not fold" is a backspace


@list_.command()
@click.argument("slug", metavar="LIST")
@click.option("--title", metavar="TEXT", default="", help="What it is called.")
@click.option("--description", metavar="TEXT", default="", help="What it is about.")
@click.option("--language", metavar="CODE", help="Language of your words: en, de …")
@click.option("--visibility", type=VISIBILITY, default="private", show_default=True)
@pass_app
def create(app: App, /, slug: str, **words: Any) -> None:
    """Make an empty list.

    LIST is a short name of small letters, digits and hyphens. A private list is yours alone, an
    unlisted one is seen by whoever has its address, a public one is on the desk.
    """
    from aggregator.store import lists

    with app.open_store(create=True) as store:
        made = lists.create(store.conn, slug, now=app.now(), **words)
    say(app, f"Made the list {made.slug} ({made.visibility}).")


@list_.command()
@click.option("--removed", is_flag=True, help="Those that were removed.")
@json_option
@pass_app
def ls(app: App, *, removed: bool, as_json: bool) -> None:
    """List the lists, the last changed first."""
    from aggregator.store import lists

    with app.open_store() as store:
        found = lists.all_lists(store.conn, removed=removed)
    if as_json:
        echo_json([document(each) for each in found])
    elif not found:
        none = "No list was removed." if removed else "No lists yet: `aggregate list create`."
        click.echo(none, err=True)
    for each in [] if as_json else found:
        count = "1 item" if each.items == 1 else f"{each.items} items"
        when = ago(each.updated_at, now=app.now())
        line = f"{each.slug}  {safe(each.title)}  ({each.visibility}, {count}, {when})"
        click.echo(line)


@list_.command()
@click.argument("slug", metavar="LIST")
@click.option("--removed", is_flag=True, help="What was taken off it.")
@json_option
@pass_app
def show(app: App, slug: str, *, removed: bool, as_json: bool) -> None:
    """Show what is on a list, in order, with your words.

    Marked are items whose entry was changed since you picked it, and what `list check` found.
    """
    from aggregator.store import lists

    with app.open_store() as store:
        found = lists.need(store.conn, slug)
        on_it = lists.items(store.conn, found.id, removed=removed)
    if as_json:
        echo_json({**document(found), "items": [item_document(each) for each in on_it]})
        return
    out = console()
    for line in lines(found, on_it, width=min(out.width, WIDTH)):
        out.print(line, soft_wrap=True)


for command in items.COMMANDS:
    list_.add_command(command)


@list_.command()
@click.argument("slug", metavar="LIST")
@click.option("--title", metavar="TEXT", help="What it is called.")
@click.option("--description", metavar="TEXT", help="What it is about; empty: nothing.")
@click.option("--language", metavar="CODE", help="Language of your words; empty: not said.")
@click.option("--visibility", type=VISIBILITY)
@click.option("--rename", metavar="LIST", help="Another short name: addresses change with it.")
@click.option("--new-address", is_flag=True, help="Another address while it is unlisted.")
@pass_app
def edit(app: App, /, slug: str, *, rename: str | None, new_address: bool, **words: Any) -> None:
    """Change what a list says of itself, and who may see it."""
    import secrets

    from aggregator.store import lists

    changes = {name: value for name, value in words.items() if value is not None}
    if changes.get("language") == "":
        changes["language"] = None
    changes |= {"slug": rename} if rename else {}
    changes |= {"token": secrets.token_urlsafe(16)} if new_address else {}
    if not changes:
        raise UsageError("There is nothing to change.", hint="`aggregate list edit --help`")
    with app.open_store() as store:
        found = lists.edit(store.conn, slug, now=app.now(), **changes)
    say(app, f"Changed the list {found.slug} ({found.visibility}).")


@list_.command()
@click.argument("slug", metavar="LIST")
@click.option("--for-good", is_flag=True, help="Delete a removed list with all your words on it.")
@pass_app
def rm(app: App, slug: str, *, for_good: bool) -> None:
    """Remove a list; `aggregate list restore LIST` brings it back."""
    from aggregator.store import lists

    with app.open_store() as store:
        if not for_good:
            lists.remove(store.conn, slug, now=app.now())
        else:
            if lists.find(store.conn, slug):
                lists.remove(store.conn, slug, now=app.now())
            lists.forget(store.conn, slug)
    say(app, f"Deleted {slug}." if for_good else f"Removed {slug}; `list restore` brings it back.")


@list_.command()
@click.argument("slug", metavar="LIST")
@click.argument("words", metavar="[ITEM...]", nargs=-1)
@pass_app
def restore(app: App, slug: str, words: tuple[str, ...]) -> None:
    """Bring a removed list back, or removed items of a list.

    `list show LIST --removed` shows what was taken off, with the numbers to name it by.
    """
    from aggregator.store import lists

    with app.open_store() as store:
        if not words:
            found = lists.restore(store.conn, slug, now=app.now())
            say(app, f"{found.slug} is back, with {found.items} items.")
        for item in meant(store.conn, slug, words, removed=True) if words else ():
            lists.restore_item(store.conn, item.item_id or 0, now=app.now())
            say(app, f"{name_of(item)} is back.")
