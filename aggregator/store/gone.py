"""What has gone to a target already, by page and by story, and what is no news to it.

Two items are the same when their page is the same for everybody, or when both are in one story
*now*: what a curator splits or a rebuild folds is heeded for exports of long ago, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aggregator import urls
from aggregator.curation import Item
from aggregator.export import words
from aggregator.model import StoredEntry
from aggregator.store.base import id_list, texts_to_json


def key(item: Item) -> str:
    """Return what makes an item one, whoever published it: its page, or a name of its own."""
    if item.canonical_url:
        return item.canonical_url
    address = words.address(item)
    return urls.canonical(address) if address else words.identity(item)


def marked(conn: sqlite3.Connection, items: Iterable[StoredEntry]) -> list[Item]:
    """Return items with `canonical_url`, which is their key, and with the story they are in now."""
    plain = [Item.of(item) for item in items]
    rows = conn.execute(
        "SELECT id, canonical_url, story_id FROM entries "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(item.id for item in plain),),
    )
    stored = {entry_id: (url, story) for entry_id, url, story in rows}
    keyed = [
        replace(
            item, canonical_url=item.canonical_url or stored.get(item.id, (None,))[0] or key(item)
        )
        for item in plain
    ]
    stories = _stories(conn, [item.canonical_url or "" for item in keyed])
    return [
        replace(
            item,
            story_id=stored.get(item.id, (None, None))[1] or stories.get(item.canonical_url or ""),
        )
        for item in keyed
    ]


def left(
    conn: sqlite3.Connection,
    target: str,
    items: Sequence[StoredEntry],
    *,
    subject: str | None = None,
) -> list[int | None]:
    """Return of each item the last export in which it, or a copy in its story, went to the target.

    None where it did not go. What the first export of `subject` passed over counts as gone.
    """
    known = marked(conn, items)
    copies = conn.execute(
        "SELECT story_id, canonical_url FROM entries WHERE canonical_url IS NOT NULL "
        "AND story_id IN (SELECT value FROM json_each(?))",
        (id_list({item.story_id for item in known if item.story_id is not None}),),
    ).fetchall()
    keys = {key(item) for item in known} | {url for _story, url in copies}
    gone = _gone(conn, target, keys, subject)
    told = {story: gone[url] for story, url in copies if url in gone}
    return [gone.get(key(item)) or told.get(item.story_id) for item in known]


def fresh(
    conn: sqlite3.Connection,
    candidates: Sequence[StoredEntry],
    *,
    subject: str,
    target: str,
    news: bool,
) -> list[Item]:
    """Return what has not gone to the target, one of each page and each story, in its order.

    Of `news`, what is old is left out, too: see `_old`.
    """
    known = marked(conn, candidates)
    # The first time nothing is old and nothing was passed over: it takes the newest there is.
    goes_on = continued(conn, subject, target)
    has_left = left(conn, target, known, subject=subject if goes_on else None)
    old = _old(conn, known, subject, target) if news and goes_on else set()
    seen: set[str | int | None] = set()
    found = []
    for item, went_in in zip(known, has_left, strict=True):
        names = {key(item), item.story_id} - {None}
        if went_in is None and item.id not in old and not names & seen:
            found.append(item)
            seen |= names
    return found


def continued(conn: sqlite3.Connection, subject: str, target: str) -> bool:
    """Say whether the subject has continued to the target before."""
    row = conn.execute(
        "SELECT 1 FROM exports WHERE subject = ? AND target = ? AND continues "
        "AND undone_at IS NULL LIMIT 1",
        (subject, target),
    ).fetchone()
    return row is not None


def _old(conn: sqlite3.Connection, items: Sequence[Item], subject: str, target: str) -> set[int]:
    """Return the entries that are no news: below the floor, or older than we follow their feed."""
    floor = conn.execute(
        "SELECT max(floor) FROM exports WHERE subject = ? AND target = ?",
        (subject, target),
    ).fetchone()[0]
    rows = conn.execute(
        "SELECT entries.id FROM entries JOIN feeds ON feeds.id = feed_id "
        "WHERE entries.id IN (SELECT value FROM json_each(?)) "
        "AND (published_at < added_at OR entries.id < ?)",
        (id_list(item.id for item in items), floor),
    )
    return {entry_id for (entry_id,) in rows}


def _stories(conn: sqlite3.Connection, pages: Iterable[str]) -> dict[str, int]:
    """Return the stories that are told on these pages."""
    rows = conn.execute(
        "SELECT canonical_url, max(story_id) FROM json_each(?) "
        "CROSS JOIN entries ON canonical_url = value "
        "WHERE story_id IS NOT NULL GROUP BY canonical_url",
        (texts_to_json(pages),),
    )
    return dict(rows.fetchall())


def _gone(
    conn: sqlite3.Connection, target: str, keys: Iterable[str], subject: str | None
) -> dict[str, int]:
    """Return which of the keys have gone, and in which export.

    Undoing the first export gives nothing back that it passed over: that would be the flood which
    passing over is there to prevent.
    """
    rows = conn.execute(
        "SELECT canonical_url, max(export_id) FROM json_each(?) "
        "CROSS JOIN export_entries INDEXED BY export_entries_url ON canonical_url = value "
        "CROSS JOIN exports ON exports.id = export_id "
        "WHERE target = ? AND CASE WHEN passed_over THEN subject = ? ELSE undone_at IS NULL END "
        "GROUP BY canonical_url",
        (texts_to_json(keys), target, subject),
    )
    return dict(rows.fetchall())
