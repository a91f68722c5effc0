"""What the work must cost at least, measured with our own rooms: fetching, parsing, inserting.

`python -m benchmarks.floors fetch FILE` is the process that only fetches: FILE is JSON, a list of
[address, ETag or null]. It asks with the same politeness as a real run and throws answers away.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from aggregator.fetch import Client, key_for, policy_for, run
from aggregator.model import Document, FeedState, Fetched, Known, Source
from aggregator.parse import parse
from aggregator.plan import plan
from aggregator.refine import refine
from aggregator.store import Store, open_store
from benchmarks import measure
from benchmarks.documents import World
from benchmarks.feedserver import ROOT, FeedServer
from benchmarks.measure import Cost

CHUNK = 100  # feeds that are in memory at once, and in one transaction
NOW = 1_790_000_000


def fetching(server: FeedServer, folder: Path, *, known: bool) -> Cost:
    """Only fetch: every body (cold), or every 304 (`known`: validators of round 0 are sent)."""
    world = server.world
    tags = [world.etag(feed, 0) if known else None for feed in range(world.feeds)]
    file = folder / "fetch.json"
    file.write_text(json.dumps(list(zip(server.urls(), tags, strict=True))), "utf-8")
    server.round(0)
    return measure.run([sys.executable, "-m", "benchmarks.floors", "fetch", str(file)], cwd=ROOT)


def parsing_and_inserting(world: World, folder: Path) -> tuple[Cost, Cost]:
    """Only parse and refine, only plan and insert: every document of round 0, in one process."""
    parsing = inserting = 0.0
    with open_store(folder / "floor.db", now=NOW) as store:
        sources = [Source(url=f"https://site{feed}.example/feed") for feed in range(world.feeds)]
        store.sync(sources, now=NOW)
        known = store.due(now=NOW, force=True)
        _digest(world.document(0, 0))  # imports and tables are not what is measured
        for chunk in _chunks(world.feeds):
            bodies = [world.document(feed, 0) for feed in chunk]
            started = time.process_time()
            documents = [_digest(body) for body in bodies]
            parsed = time.process_time()
            _insert(store, [known[feed] for feed in chunk], documents)
            parsing += parsed - started
            inserting += time.process_time() - parsed
        (stored,) = store.conn.execute("SELECT count(*) FROM entries").fetchone()
    return Cost(cpu=parsing, wall=parsing), Cost(cpu=inserting, wall=inserting, stored=stored)


def _chunks(feeds: int) -> Iterator[range]:
    return (range(first, min(first + CHUNK, feeds)) for first in range(0, feeds, CHUNK))


def _digest(body: bytes) -> Document:
    url = "https://site.example/feed"
    return refine(parse(body, url=url, charset="utf-8"), url=url, identity=0)


def _insert(store: Store, feeds: list[Known], documents: list[Document]) -> None:
    plans = [
        plan(
            known,
            Fetched(status=200, final_url=known.url, headers={}, body=b"", sha256=b""),
            document,
            now=NOW,
            policy=policy_for(key_for(known.url)),
        )
        for known, document in zip(feeds, documents, strict=True)
    ]
    store.apply(plans, now=NOW)


async def _fetch_all(wanted: list[tuple[str, str | None]]) -> None:
    feeds = [
        Known(feed_id=number, url=url, state=FeedState(feed_url=url, etag=tag), category="blogs")
        for number, (url, tag) in enumerate(wanted)
    ]
    async with Client(jobs=64, allow=("127.0.0.0/8",)) as client:

        async def look(known: Known) -> None:
            await client.get(known.url, etag=known.state.etag)

        await run(feeds, look, key=lambda k: key_for(k.url), policy=policy_for, jobs=64)


if __name__ == "__main__":
    asyncio.run(_fetch_all(json.loads(Path(sys.argv[2]).read_text("utf-8"))))
