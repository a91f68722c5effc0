"""What is done to the items of a list: the greater part of `aggregate list`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.checks import check
from aggregator.cli.common import App, on_terminal, pass_app, safe
from aggregator.cli.listing import meant, name_of, say
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.model import StoredEntry
    from aggregator.store import Store

list_argument = click.argument("slug", metavar="LIST")
item_argument = click.argument("word", metavar="ITEM")
_WORDS = (
    click.option("--quote", metavar="TEXT", help="Words of the page."),
    click.option("--section", metavar="TITLE", help="Heading to stand under."),
    click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag; repeat it."),
    click.option("--alt", "image_alt", metavar="TEXT", help="The picture in words."),
    click.option(
        "--via",
        metavar="WHO",
        multiple=True,
        help='Where you found it: "Ana https://ana.example/".',
    ),
)


def words_options(command: Any) -> Any:
    """Give a command the options for a curator's words, but the note."""
    for option in reversed(_WORDS):
        command = option(command)
    return command


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given; one empty tag or via means none of them."""
    from aggregator.store.lists import via_of

    found = {name: value for name, value in options.items() if value not in (None, ())}
    if "tags" in found:
        found["tags"] = tuple(tag for tag in found["tags"] if tag.strip())
    if "via" in found:
        found["via"] = tuple(via_of(each) for each in found["via"] if each.strip())
    return found


@click.command()
@list_argument
@click.argument("words", metavar="ENTRY...|-", nargs=-1, required=True)
@click.option("--note", metavar="TEXT", help="Your words.")
@words_options
@click.option("--title", metavar="TEXT", help="Title, for the address of a page.")
@click.option("--at", type=click.IntRange(1), metavar="PLACE", help="At this place, not the end.")
@pass_app
def add(
    app: App,
    /,
    slug: str,
    words: tuple[str, ...],
    *,
    title: str | None,
    at: int | None,
    **options: Any,
) -> None:
    """Put entries on a list, as copies.

    ENTRY is a number that `search` or `show` prints, or an address: of an entry that is stored,
    or of any page. With - they are read from standard input, one a line. What is on the list
    already stays as it is; what was taken off comes back.
    """
    from aggregator.store import lists

    with app.open_store() as store:
        given = _given(options)
        entries = [_entry(app, store, word, title) for word in _asked(words)]
        for number, entry in enumerate(entries):
            item_id, outcome = lists.pick(
                store.conn, slug, entry, revive=True, now=app.now(), **given
            )
            if at is not None and outcome != "there":
                lists.move(store.conn, item_id, at + number, now=app.now())
            item = lists.item(store.conn, item_id)
            assert item is not None
            say(app, f"{_OUTCOMES[outcome].format(name_of(item), slug, item.place)}")


_OUTCOMES = {
    "added": "Added {} to {} as number {}.",
    "restored": "Brought {} back to {} as number {}.",
    "there": "{} is on {} already, as number {}.",
}


def _asked(words: tuple[str, ...]) -> list[str]:
    """Return the words, with the lines of standard input in place of "-"."""
    found: list[str] = []
    for word in words:
        found += sys.stdin.read().split() if word == "-" else [word]
    return found


def _entry(app: App, store: Store, word: str, title: str | None) -> StoredEntry:
    """Return the entry that is meant, or a page as an item; raises UsageError."""
    from aggregator.store import lists

    if not word.isdecimal():
        return lists.page(store.conn, word, title=title or "", now=app.now())
    entry = store.entry(min(int(word), 2**63 - 1))
    if entry is None:
        raise UsageError(
            f"There is no entry {safe(word)}.", hint="`aggregate search` prints the numbers."
        )
    return entry


@click.command()
@list_argument
@item_argument
@click.argument("text", metavar="[TEXT|-]", required=False)
@pass_app
def note(app: App, slug: str, word: str, text: str | None) -> None:
    """Write your words beside an item; empty: none.

    Without TEXT the editor is opened ($EDITOR); with - it is read from standard input.
    """
    from aggregator.store import lists

    with app.open_store() as store:
        (item,) = meant(store.conn, slug, [word])
        written = sys.stdin.read() if text == "-" else text
        if written is None:
            written = _edited(item.note)
        lists.change(store.conn, item.item_id or 0, note=written, now=app.now())
    say(app, f"{'Noted beside' if written.strip() else 'No note beside'} {name_of(item)}.")


def _edited(before: str) -> str:
    if not on_terminal():
        raise UsageError("There is no note.", hint="Write it behind the item, or - to read it.")
    after = click.edit(before, extension=".md")
    return before if after is None else after


@click.command()
@list_argument
@item_argument
@click.argument("tags", metavar="[TAG...]", nargs=-1)
@click.option("--without", metavar="TAG", multiple=True, help="Take this tag off; repeat it.")
@pass_app
def tag(app: App, slug: str, word: str, tags: tuple[str, ...], *, without: tuple[str, ...]) -> None:
    """Put tags on an item, or take some off."""
    from aggregator.store import lists

    if not tags and not without:
        raise UsageError("There is no tag to put on or take off.")
    off = {each.removeprefix("#").casefold() for each in without}
    with app.open_store() as store:
        (item,) = meant(store.conn, slug, [word])
        kept = [
            each for each in (*item.tags, *tags) if each.removeprefix("#").casefold() not in off
        ]
        item = lists.change(store.conn, item.item_id or 0, tags=kept, now=app.now())
    names = " ".join(f"#{safe(each)}" for each in item.tags) or "no tags"
    say(app, f"{name_of(item)} has {names}.")


@click.command()
@list_argument
@item_argument
@click.option("--title", metavar="TEXT", help="Its title on this list.")
@click.option("--url", metavar="ADDRESS", help="The page it links to.")
@click.option("--note", metavar="TEXT", help="Your words.")
@words_options
@click.option("--author", metavar="NAME", help="Who wrote it.")
@click.option("--source", metavar="NAME", help="Where it was published.")
@click.option("--source-url", metavar="ADDRESS", help="Page of that.")
@click.option("--image", metavar="ADDRESS", help="Its picture.")
@click.option("--credit", "rights", metavar="TEXT", help="Copyright, licence or credit to show.")
@click.option("--language", metavar="CODE", help="Language of the page.")
@pass_app
def change(app: App, /, slug: str, word: str, **options: Any) -> None:
    """Change an item's own copy or your words on it.

    An empty text takes one away. The entry itself stays as its feed has it.
    """
    from aggregator.store import lists

    changes = _given(options)
    if not changes:
        raise UsageError("There is nothing to change.", hint="`aggregate list change --help`")
    with app.open_store() as store:
        (item,) = meant(store.conn, slug, [word])
        changed = lists.change(store.conn, item.item_id or 0, now=app.now(), **changes)
    say(app, f"Changed {name_of(changed)}.")


@click.command()
@list_argument
@item_argument
@click.argument("place", metavar="PLACE|first|last")
@pass_app
def move(app: App, slug: str, word: str, place: str) -> None:
    """Move an item to another place.

    It comes under the heading that is there.
    """
    from aggregator.store import lists

    named = {"first": 1, "last": 2**31}.get(place) or (int(place) if place.isdecimal() else 0)
    if named < 1:
        raise UsageError(f"{safe(place)!r} is no place.", hint="Places count from 1.")
    with app.open_store() as store:
        (item,) = meant(store.conn, slug, [word])
        moved = lists.move(store.conn, item.item_id or 0, min(named, 2**31), now=app.now())
    under = f" under “{safe(moved.section)}”" if moved.section else ""
    say(app, f"{name_of(moved)} is number {moved.place}{under}.")


@click.command()
@list_argument
@click.argument("title", metavar="TITLE")
@click.argument("words", metavar="[ITEM...]", nargs=-1)
@click.option("--rename", metavar="TITLE", help="Call the section so; empty: no heading.")
@click.option("--to", type=click.IntRange(1), metavar="N", help="Make it the Nth section.")
@pass_app
def section(
    app: App, slug: str, title: str, words: tuple[str, ...], *, rename: str | None, to: int | None
) -> None:
    """Put items under a heading, or rename or move a section.

    An empty TITLE takes items out of their section: they stand before all headings.
    """
    from aggregator.store import lists

    if not words and rename is None and to is None:
        raise UsageError("There is nothing to do.", hint="Name items, or say --rename or --to.")
    with app.open_store() as store:
        found = lists.need(store.conn, slug)
        for item in meant(store.conn, slug, words):
            lists.change(store.conn, item.item_id or 0, section=title, now=app.now())
            say(
                app,
                f"{name_of(item)} is under “{safe(title)}”."
                if title.strip()
                else f"{name_of(item)} is under no heading.",
            )
        if rename is not None or to is not None:
            lists.rename_section(store.conn, found.id, title, title=rename, place=to, now=app.now())
            say(app, f"Changed the section “{safe(title)}”.")


@click.command()
@list_argument
@click.argument("words", metavar="ITEM...", nargs=-1, required=True)
@pass_app
def remove(app: App, slug: str, words: tuple[str, ...]) -> None:
    """Take items off a list; `restore` brings them back."""
    from aggregator.store import lists

    with app.open_store() as store:
        for item in meant(store.conn, slug, words):
            lists.remove_item(store.conn, item.item_id or 0, now=app.now())
            say(
                app,
                f"Took {name_of(item)} off {slug}; `list restore {slug} item:{item.item_id}` "
                "brings it back.",
            )


@click.command()
@list_argument
@click.argument("words", metavar="[ITEM...]", nargs=-1)
@click.option("--keep", is_flag=True, help="Keep the copy, and call the change seen.")
@pass_app
def refresh(app: App, slug: str, words: tuple[str, ...], *, keep: bool) -> None:
    """Copy anew what was changed since you picked it.

    Title, author, picture, summary, media and credit become those of the entry; your words stay.
    Without ITEM, all that changed.
    """
    from aggregator.store import lists

    with app.open_store() as store:
        on_it = lists.items(store.conn, lists.need(store.conn, slug).id)
        chosen = meant(store.conn, slug, words) or [each for each in on_it if each.changed]
        for item in chosen:
            fresh = lists.refresh(store.conn, item.item_id or 0, keep=keep, now=app.now())
            done = "is as you keep it" if keep else "is copied anew"
            say(app, f"{name_of(fresh or item)} {done if fresh else 'is no longer stored'}.")
    if not chosen:
        click.echo("Nothing was changed since you picked it.", err=True)


COMMANDS = (add, note, tag, change, move, section, remove, refresh, check)
