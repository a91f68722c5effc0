"""Few words for entries, plans and full stores."""

from dataclasses import replace

from aggregator.model import Entry, FetchRecord, Insert, Plan, Selection, Source

NOW = 1_700_000_000  # 2023-11-14T22:13:20Z
BLOG = Source(url="https://blog.example/feed", title="The blog", category="blogs")
VIDEO = Source(url="https://video.example/feed", title="Moving pictures", category="video")


def entry(number=1, **fields):
    """An entry with a GUID, an address and a title of its own."""
    return Entry(
        **{
            "guid": f"guid-{number}",
            "url": f"https://blog.example/{number}",
            "canonical_url": f"https://blog.example/{number}",
            "title": f"Entry {number}",
            "text": f"Words of number {number}.",
            "html": f"<p>Words of number {number}.</p>",
            "content_hash": b"%d" % number,
            **fields,
        }
    )


def insert(one, published_at=NOW, *, entry_id=None):
    """A new entry under the id of its time."""
    return Insert(entry_id=entry_id or published_at << 20, entry=one, published_at=published_at)


def known(store, source=BLOG, *, now=NOW):
    """What the store remembers of a feed."""
    return next(each for each in store.due(now=now, force=True) if each.url == source.url)


def plan_for(feed, *, inserts=(), changes=(), rekeys=(), hashes=None, status="ok", **state):
    """A plan that also says what `state` says of the feed."""
    return Plan(
        feed_id=feed.feed_id,
        state=replace(feed.state, **{"state": "ok", "checked_at": NOW, **state}),
        record=FetchRecord(status=status, http_status=200, new=len(inserts), updated=len(changes)),
        insert=tuple(inserts),
        change=tuple(changes),
        rekey=tuple(rekeys),
        hashes=hashes,
    )


def fill(store, entries, source=BLOG, *, sources=(BLOG, VIDEO)):
    """Subscribe to the sources, and store entries of one, a second apart, the first the newest.

    Returns their ids.
    """
    store.sync(sources, now=NOW)
    inserts = [insert(one, NOW - age) for age, one in enumerate(entries)]
    store.apply([plan_for(known(store, source), inserts=inserts)], now=NOW)
    return [each.entry_id for each in inserts]


def titles(store, **selection):
    """The titles of a selection, newest first."""
    return [each.title for each in store.entries(Selection(**selection))]


def rows(store, sql, *values):
    """The answer of the database itself."""
    return [tuple(row) for row in store.conn.execute(sql, values)]
