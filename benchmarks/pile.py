"""A database of as many entries as wanted, written by SQL: what a desk has after years.

Feeds, days, words and marks are dealt out by fixed chance, so that two piles of a size are the
same. Every entry has the word "the"; every fortieth is in a story; what is younger than a month
is unread. The counters are made from the entries, as the store keeps them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from aggregator.model import Source
from aggregator.store import open_store
from aggregator.store.base import iso
from aggregator.taxonomy import CATEGORY_SLUGS

FEEDS = 1000
DAYS = 800  # the span of all entries
BATCH = 20_000
COMMONEST = "the"
STARRED = 97  # one of so many
STORY = 40
UNREAD = 30 * 86_400
HOT = {"blogs": 4, "microblogs": 4, "video": 3, "forums": 3}  # feeds of these are more

_FIELDS = "id, feed_id, category, guid, url, canonical_url, title, author, published_at"
_FIELDS += ", first_seen_at, summary, image, tags, content_hash"
_ENTRY = f"INSERT INTO entries({_FIELDS}) VALUES ({', '.join('?' * 14)})"
_CONTENT = "INSERT INTO entry_content(entry_id, text, html) VALUES (?, ?, ?)"

# What a fetch counts and marks as entries come, made at once.
_AFTER = f"""
INSERT INTO entries_fts(entries_fts) VALUES ('rebuild');
INSERT INTO daily_counts SELECT substr(published_at, 1, 10), category, count(*)
  FROM entries GROUP BY 1, 2;
INSERT INTO hourly_counts SELECT substr(published_at, 1, 13), count(*) FROM entries GROUP BY 1;
INSERT INTO weekly_counts SELECT date(published_at, 'weekday 0', '-6 days'), feed_id, count(*)
  FROM entries GROUP BY 1, 2;
UPDATE categories SET total = (SELECT count(*) FROM entries WHERE category = slug);
UPDATE feeds SET fetch_state = 'ok', feed_title = title, site_url = rtrim(url, 'feed.xml'),
  checked_at = :now, changed_at = :now, next_check_at = :now,
  total = (SELECT count(*) FROM entries WHERE feed_id = feeds.id),
  last_entry_at = (SELECT max(published_at) FROM entries WHERE feed_id = feeds.id);
UPDATE feeds SET fetch_state = 'failing', failures = 4, failing_since = :past,
  error = 'The server answered 503.', error_kind = 'http', http_status = 503 WHERE id % 20 = 0;
INSERT INTO unread SELECT id, category, feed_id FROM entries WHERE id > :recent;
INSERT INTO stars SELECT id, published_at FROM entries WHERE rowid % {STARRED} = 0;
INSERT INTO entry_tags SELECT entry_id, 'kept' FROM stars WHERE entry_id % 7 = 0;
INSERT INTO stories SELECT id, id, 3, 3, 0, published_at, published_at, 1 + id % 9
  FROM entries WHERE guid LIKE '%0' AND cast(guid AS INTEGER) % {STORY} = 0;
UPDATE entries SET story_id = (SELECT id FROM stories
    WHERE stories.id <= entries.id ORDER BY id DESC LIMIT 1)
  WHERE cast(guid AS INTEGER) % {STORY} < 3;
INSERT INTO story_marks SELECT id, feed_id, x'' FROM entries WHERE story_id IS NOT NULL;
INSERT INTO fetches(feed_id, started_at, status, http_status, new, ms, wire_bytes)
  SELECT feeds.id, :now, 'ok', 200, 1, 120 + feeds.id % 300, 40000
  FROM feeds CROSS JOIN (SELECT DISTINCT category FROM entries);
INSERT INTO paces SELECT id, 120 + id % 300 FROM feeds;
INSERT INTO lists(slug, title, description, visibility, token, created_at, updated_at)
  SELECT 'list-' || slug, 'A list of ' || name, 'Picked by hand.',
    iif(position % 2, 'public', 'private'), 'a-token-of-' || slug, :past, :now FROM categories;
INSERT INTO list_items(list_id, position, entry_id, guid, url, canonical_url, title, source,
    category, summary, published_at, note, added_at)
  SELECT lists.id, row_number() OVER (PARTITION BY lists.id ORDER BY stars.entry_id),
    entries.id, guid, url, canonical_url, entries.title, 'A source', category, summary,
    published_at, 'Why it is worth reading.', :now
  FROM lists CROSS JOIN (SELECT * FROM stars ORDER BY entry_id DESC LIMIT 100) AS stars
  CROSS JOIN entries ON entries.id = stars.entry_id;
"""


def fill(database: Path, size: int, *, now: int, feeds: int = FEEDS) -> None:
    """Make the database; it must not be there yet."""
    sources = list(_sources(feeds))
    with open_store(database, now=now) as store:
        store.sync(sources, now=now)
        conn = store.conn
        numbers = {url: number for number, url in conn.execute("SELECT id, url FROM feeds")}
        homes = [(numbers[each.url], str(each.category)) for each in sources]
        conn.execute("PRAGMA synchronous = OFF")
        rows = _entries(size, homes, now)
        while batch := list(islice(rows, BATCH)):
            with conn:
                conn.execute("BEGIN")
                conn.executemany(_ENTRY, [entry for entry, _ in batch])
                conn.executemany(_CONTENT, [content for _, content in batch])
        _finish(conn, now)


def listed(feeds: int = FEEDS) -> Iterator[str]:
    """The feeds of a pile as feeds.toml has them, paused: there is nobody to answer for them."""
    for each in _sources(feeds):
        head = f'[[feeds]]\nurl = "{each.url}"\ntitle = "{each.title}"\n'
        yield f'{head}category = "{each.category}"\npaused = true\n'


def _finish(conn: sqlite3.Connection, now: int) -> None:
    values = {"now": _iso(now), "past": _iso(now - 40 * 86_400), "recent": (now - UNREAD) << 20}
    with conn:
        conn.execute("BEGIN")
        for statement in _AFTER.split(";\n"):
            if statement.strip():
                conn.execute(statement, values)
    conn.execute("ANALYZE")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sources(feeds: int) -> Iterator[Source]:
    kinds = [slug for slug in CATEGORY_SLUGS for _ in range(HOT.get(slug, 1))]
    for number in range(feeds):
        kind = kinds[number % len(kinds)]
        url = f"https://site{number}.example/feed.xml"
        yield Source(url=url, category=kind, title=f"Source number {number}")


def _entries(
    size: int, homes: list[tuple[int, str]], now: int
) -> Iterator[tuple[tuple[object, ...], tuple[object, ...]]]:
    """Rows of `entries` and of `entry_content`, the oldest first."""
    chance = Random(5)
    passages = _passages(chance)
    gap = DAYS * 86_400 / size
    for number in range(size):
        feed, category = homes[chance.randrange(len(homes))]
        moment = int(now - (size - number) * gap)
        first, second = chance.choice(passages), chance.choice(passages)
        url = f"https://site{feed}.example/{number}"
        tags = json.dumps(sorted({first.split()[1], second.split()[1]}))
        title = second[: 30 + number % 50].rpartition(" ")[0].capitalize()
        image = f"https://site{feed}.example/{number}.jpg" if number % 3 == 0 else None
        day = _iso(moment)
        identity = (moment << 20) + (number & 0xFFFFF)
        entry = (identity, feed, category, str(number), url, url, title, f"Author {feed % 90}")
        entry += (day, day, f"{first[:200]} …", image, tags, number.to_bytes(8))
        html = f"<p>{first}</p>\n<h2>{title}</h2>\n<p>{second}</p>\n"
        yield entry, (identity, f"{first}\n\n{second}", html)


def _passages(chance: Random) -> list[str]:
    """Paragraphs of words as frequent as in a language (Zipf), each with the commonest of all."""
    parts = [a + b for a in "bdfklmnprstv" for b in "aeiou"]
    words = [COMMONEST, "of", "a", "to"]
    words += sorted({"".join(chance.choices(parts, k=2 + number % 3)) for number in range(8000)})
    weights = [1 / (rank + 2) for rank in range(len(words))]
    return [
        " ".join([COMMONEST, *chance.choices(words, weights, k=30 + number % 30)])
        for number in range(3000)
    ]


def _iso(seconds: float) -> str:
    return iso(int(seconds))
