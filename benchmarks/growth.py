"""`python -m benchmarks.growth`: what a refresh costs as the database grows.

The same feeds, 10 % of them changed, with 10,000 and with 1,000,000 entries stored. The added
entries are lean, older, and belong to the same feeds, so that looking something up among a
feed's entries would be seen.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from aggregator.model import Entry, FetchRecord, Insert, Known, Plan
from aggregator.plan import entry_id
from aggregator.store import open_store
from benchmarks import contenders, measure
from benchmarks.contenders import CONTENDERS
from benchmarks.documents import START, World
from benchmarks.feedserver import FeedServer
from benchmarks.measure import Cost

BAR = 1.3
BATCH = 20_000  # entries a transaction while filling
FIRST, AGAIN = False, True
CHANGES = (1, 2, 3)  # rounds that are measured; the cheapest counts


def main() -> None:
    options = _options()
    world = World(options.feeds)
    costs = []
    with FeedServer(world) as server:
        for size in options.sizes:
            with tempfile.TemporaryDirectory(prefix="aggregator-growth-") as folder:
                cost = _refresh(server, Path(folder) / "ours", size)
            costs.append(cost)
            print(
                f"{cost.stored:>9} entries: {cost.cpu:.2f} CPU s, {cost.wall:.2f} s, "
                f"{cost.memory:.0f} MB",
                flush=True,
            )
    if len(costs) > 1:
        print(f"ratio {costs[-1].cpu / costs[0].cpu:.2f} (bar {BAR})")


def _refresh(server: FeedServer, folder: Path, size: int) -> Cost:
    """Fetch all, fill up to `size` entries, and measure rounds in which a tenth has changed."""
    ours = CONTENDERS["ours"]
    contenders.prepare(ours, folder, server.urls())
    server.round(0)
    measure.run(ours.refresh(folder, FIRST), cwd=folder)
    _fill(folder / "feeds.db", size)
    costs = []
    for number in CHANGES:
        server.round(number)
        cost = measure.run(ours.refresh(folder, AGAIN), cwd=folder)
        costs.append(Cost(cost.cpu, cost.wall, cost.memory, contenders.stored(folder)))
    return min(costs, key=lambda cost: cost.cpu)


def _fill(database: Path, size: int) -> None:
    with open_store(database, now=START) as store:
        feeds = store.due(now=START, force=True)
        (there,) = store.conn.execute("SELECT count(*) FROM entries").fetchone()
        each, more = divmod(max(size - there, 0), len(feeds))
        step = max(BATCH // len(feeds), 1)
        for first in range(0, each + bool(more), step):
            numbers = range(first, min(first + step, each + bool(more)))
            plans = [_padding(known, numbers) for known in feeds]
            store.apply(plans, now=START)


def _padding(known: Known, numbers: range) -> Plan:
    inserts = tuple(_inserts(known.feed_id, numbers))
    record = FetchRecord(status="ok", new=len(inserts))
    return Plan(feed_id=known.feed_id, state=known.state, record=record, insert=inserts)


def _inserts(feed: int, numbers: range) -> Iterator[Insert]:
    for number in numbers:
        guid, time = f"padding-{feed}-{number}", START - 600 * number - feed
        url = f"https://site{feed}.example/padding/{number}"
        entry = Entry(
            guid=guid,
            url=url,
            canonical_url=url,
            title=f"Padding {number} of {feed}",
            summary="An older entry.",
            html="<p>An older entry.</p>",
            text="An older entry.",
            content_hash=guid.encode()[-16:],
        )
        yield Insert(entry_id=entry_id(feed, guid, time), entry=entry, published_at=time)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(size) for size in text.split(",")],
        default=[10_000, 1_000_000],
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
