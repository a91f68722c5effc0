"""A real database, filled through the real store, and a real Datasette over it."""

import asyncio
from contextlib import contextmanager

from aggregator.config import Config
from aggregator.model import Entry, FetchRecord, Insert, Plan, Source
from aggregator.serve import make_datasette
from aggregator.store import open_store

NOW = 1795428000  # 2026-11-23T10:00:00Z


def entry(number=1, **fields):
    """An entry of a feed; `fields` are those of Entry."""
    given = {
        "guid": f"guid-{number}",
        "url": f"https://example.org/{number}",
        "title": f"Entry number {number}",
        "summary": f"A few words of {number}.",
        "html": f"<p>All the words of {number}.</p>",
        "text": f"All the words of {number}.",
        **fields,
    }
    return Entry(**given)


def source(url="https://example.org/feed.xml", **fields):
    """A feed as feeds.toml lists it."""
    return Source(**{"url": url, "category": "blogs", "title": "A blog", **fields})


def fill(path, entries_of, *, now=NOW):
    """Store entries as a fetch would: `entries_of` maps sources to entries, the newest first.

    They are a minute apart, across all sources. Returns the ids, the newest first.
    """
    store = open_store(path, now=now)
    store.sync(list(entries_of), now=now)
    known = {each.url: each for each in store.due(now=now, force=True)}
    age = 0
    for each, entries in entries_of.items():
        inserts = []
        for one in entries:
            age += 60
            inserts.append(Insert(entry_id=(now - age) << 20, entry=one, published_at=now - age))
        feed = known[each.url]
        plan = Plan(
            feed_id=feed.feed_id,
            state=feed.state,
            record=FetchRecord(status="ok", new=len(inserts)),
            insert=tuple(inserts),
        )
        store.apply([plan], now=now)
    store.conn.close()
    return [(now - minutes * 60) << 20 for minutes in range(1, age // 60 + 1)]


@contextmanager
def opened(path, config=None, **options):
    """A Datasette over the database, closed in the end."""
    datasette = make_datasette(path, config or Config(), now=NOW, **options)
    try:
        yield datasette
    finally:
        datasette.close()


def ask(path, address, config=None, *, actor=None, headers=None, **options):
    """The answer to one request by `actor`, by nobody in particular without one."""
    return ask_all(path, [address], config, actor=actor, headers=headers, **options)[0]


def ask_all(path, addresses, config=None, *, actor=None, headers=None, **options):
    """The answers to some requests, of one Datasette."""
    with opened(path, config, **options) as datasette:

        async def run():
            return [
                await datasette.client.get(address, actor=actor, headers=headers or {})
                for address in addresses
            ]

        return asyncio.run(run())
