"""What the commands of `aggregate list` share: which item is meant, and how lists are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import App, iso, safe
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from aggregator.curation import CuratedList, Item

SHOWN = 5
"""So many of the items that may be meant are named."""


def meant(
    conn: sqlite3.Connection, slug: str, words: Iterable[str], *, removed: bool = False
) -> list[Item]:
    """Return the items that are named; raises UsageError unless each word means exactly one.

    A word is a place, `item:N`, the number of an entry, an address, or text in one title. Places
    are those before anything is changed. Removed items have no place.
    """
    from aggregator.store import lists

    on_it = lists.items(conn, lists.need(conn, slug).id, removed=removed)
    return [_one(word, on_it, removed=removed) for word in words]


def _one(word: str, on_it: Sequence[Item], *, removed: bool) -> Item:
    found = _named(word.strip(), on_it, places=not removed)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(
            f"There is no item {safe(word)!r}.", hint="`aggregate list show LIST` numbers them."
        )
    names = ", ".join(name_of(each) for each in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    raise UsageError(f"{safe(word)!r} means {len(found)} items: {names}{more}.")


def _named(word: str, on_it: Sequence[Item], *, places: bool) -> list[Item]:
    from aggregator.imports import address
    from aggregator.urls import canonical

    if word.startswith("item:"):
        return [each for each in on_it if f"item:{each.item_id}" == word]
    if word.isdecimal():
        number = int(word)
        at_place = [each for each in on_it if places and each.place == number]
        return at_place or [each for each in on_it if number and each.id == number]
    page = canonical(address(word) or word)
    if there := [each for each in on_it if each.canonical_url == page]:
        return there
    folded = word.casefold()
    return [each for each in on_it if folded and folded in each.title.casefold()]


def name_of(item: Item) -> str:
    """Return the title of an item in quotes, or what stands for it."""
    title = safe(item.title) or safe(item.url or "") or "Untitled"
    return f"“{title[:59]}…”" if len(title) > 60 else f"“{title}”"


def lines(found: CuratedList, on_it: Sequence[Item], *, width: int) -> Iterator[Text]:
    """Yield the lines of a list for the terminal."""
    from rich.text import Text

    count = "1 item" if found.items == 1 else f"{found.items} items"
    yield Text(safe(found.title), style="bold")
    yield Text(f"{found.slug}, {found.visibility}, {count}", style="dim")
    if found.visibility == "unlisted":
        yield Text(f"on the desk: /lists/{found.slug}/{found.token}", style="dim")
    if found.description:
        yield from _wrapped(found.description, "", "", width)
    section = ""
    for item in on_it:
        yield Text("")
        if item.section != section:
            section = item.section
            yield Text(safe(section), style="bold underline")
        yield from _item(item, width)


def _item(item: Item, width: int) -> Iterator[Text]:
    from rich.text import Text

    number = f"item:{item.item_id}" if item.removed_at else f"{item.place:>3}"
    title = Text(f"{number}  ")
    title.append(safe(item.title) or "(untitled)", style="bold")
    title.truncate(width, overflow="ellipsis")
    yield title
    author = f"{safe(item.author)}, " if item.author else ""
    yield from _wrapped(
        f"{author}{item.source}, {str(iso(item.published_at))[:10]}", "dim", "", width
    )
    if item.url:
        # Whole, on a line of its own: a folded address can't be opened or copied.
        yield Text(f"     {safe(item.url)}", style="cyan")
    if item.changed:
        yield Text("     changed since you picked it", style="yellow")
    if item.check_status not in {None, "ok"}:
        yield from _wrapped(f"{item.check_status}: {item.check_note}", "red", "", width)
    yield from _wrapped(item.note, "", "", width)
    yield from _wrapped(item.quote, "italic", "> ", width)
    credit = [f"#{tag}" for tag in item.tags] + [f"via {each.name}" for each in item.via]
    yield from _wrapped("  ".join(credit), "dim", "", width)


def _wrapped(text: str, style: str, mark: str, width: int) -> Iterator[Text]:
    from textwrap import wrap

    from rich.text import Text

    for line in safe(text, lines=True).splitlines():
        for piece in wrap(line, max(20, width - 5 - len(mark))):
            yield Text(f"     {mark}{piece}", style=style)


def say(app: App, line: str) -> None:
    """Print what was done, unless it is to be quiet."""
    if app.verbosity >= 0:
        click.echo(line)


def document(found: CuratedList) -> dict[str, Any]:
    """Return a list as the JSON output has it."""
    return {
        "slug": found.slug,
        "title": found.title,
        "description": found.description,
        "language": found.language,
        "visibility": found.visibility,
        "token": found.token,
        "count": found.items,
        "created_at": iso(found.created_at),
        "updated_at": iso(found.updated_at),
        "removed_at": iso(found.removed_at),
    }


_TOLD = (
    "place",
    "section",
    "title",
    "url",
    "canonical_url",
    "author",
    "source",
    "source_url",
    "category",
    "platform",
    "note",
    "quote",
    "image",
    "image_alt",
    "summary",
    "rights",
    "language",
    "comments_url",
    "added_by",
    "changed",
    "check_status",
    "check_note",
    "moved_to",
)


def item_document(item: Item) -> dict[str, Any]:
    """Return an item as the JSON output has it."""
    return {
        "id": item.item_id,
        "entry_id": item.id or None,
        **{name: getattr(item, name) for name in _TOLD},
        "tags": list(item.tags),
        "via": [{"name": each.name, "url": each.url} for each in item.via],
        "published_at": iso(item.published_at),
        "added_at": iso(item.added_at),
        "removed_at": iso(item.removed_at),
        "checked_at": iso(item.checked_at),
    }
