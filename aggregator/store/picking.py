"""What a curator names, made into what lists are made of: pages, and whom to thank."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from aggregator import stories as credit
from aggregator.curation import Item, Via
from aggregator.errors import UsageError
from aggregator.imports import address
from aggregator.model import StoredEntry
from aggregator.store import storybook
from aggregator.store.base import encodable
from aggregator.store.selection import entry
from aggregator.taxonomy import platform_of
from aggregator.urls import absolute, canonical, clean, host

THANKED = 3
"""So many places where an entry is talked about are thanked, unless the curator says whom."""


def page(conn: sqlite3.Connection, word: str, *, title: str = "", now: int) -> StoredEntry:
    """Return the entry that has this page, else the page as an item that no feed brought.

    Without a title such an item is called by its address. Raises UsageError for what is none.
    """
    written = address(encodable(word))
    url = absolute(written, written) if written else None
    if url is None:
        raise UsageError(
            f"{word.strip()!r} is neither the number of an entry nor an address.",
            hint="Addresses begin with http:// or https://.",
        )
    (found,) = conn.execute(
        "SELECT min(id) FROM entries WHERE canonical_url = ?", (canonical(url),)
    ).fetchone()
    stored = entry(conn, found) if found is not None else None
    return stored or _made(clean(url), title.strip(), now)


def _made(url: str, title: str, now: int) -> Item:
    platform = platform_of(url)
    return Item(
        id=0,
        feed_id=0,
        source=platform.name if platform else host(url).removeprefix("www."),
        source_url=None,
        category=platform.category if platform else "blogs",
        platform=platform.slug if platform else None,
        guid=url,
        url=url,
        title=title or url.partition("://")[2],
        author=None,
        published_at=now,
        updated_at=None,
        first_seen_at=now,
        summary="",
        image=None,
    )


def discussed(conn: sqlite3.Connection, entry_id: int) -> tuple[Via, ...]:
    """Return the discussions of an entry's story in other places: whom a curator may thank."""
    story = storybook.story(conn, entry_id)
    mine = next((each for each in story.members if each.id == entry_id), None) if story else None
    if story is None or mine is None:
        return ()
    talked = tuple(each for each in story.members if each.id in story.discussing)
    return credit.via_of(replace(story, entry=mine, members=talked))[:THANKED]


def via_of(text: str) -> Via:
    """Return whom to thank, of "NAME", "ADDRESS" or "NAME ADDRESS"; raises UsageError for none."""
    name, _, last = text.strip().rpartition(" ")
    if absolute(last, last) is not None:
        return Via(name=name.strip() or host(last).removeprefix("www."), url=last)
    if not text.strip():
        raise UsageError("A via has a name.", hint="For example: Ana https://ana.example/")
    return Via(name=text.strip())
