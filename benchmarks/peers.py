"""`python -m benchmarks.peers`: what a refresh costs us, two peers, and at least.

Everything happens on loopback addresses of this machine. Trust CPU seconds and ratios, not walls.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import contenders, floors, measure
from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.documents import World
from benchmarks.feedserver import FeedServer
from benchmarks.measure import Cost

# name: (round of the server, whether it follows another run on the same database)
ROUNDS = {"cold": (0, False), "unchanged": (0, True), "changed": (1, True)}
# At most this share of reader's CPU seconds (the bar), at 1,000 feeds.
BARS = {"cold": 1 / 6, "unchanged": 1 / 2.2, "changed": 1 / 6}
LINE = "{:<16} {:<10} {:>9} {:>9} {:>8} {:>10}  {}"

Results = dict[tuple[str, str], Cost]


def main() -> None:
    options = _options()
    world = World(options.feeds, options.share)
    results: Results = {}
    with (
        tempfile.TemporaryDirectory(prefix="aggregator-benchmark-") as folder,
        FeedServer(world, addresses=options.addresses, latency=options.latency) as server,
    ):
        print(
            f"{world.feeds} feeds, {world.expected(0)} entries, {options.addresses} hosts, "
            f"median latency {options.latency * 1000:.0f} ms, {world.share:.0%} change a round\n"
        )
        print(LINE.format("who", "round", "CPU s", "wall s", "MB", "entries", ""))
        for name in options.peers:
            _contend(CONTENDERS[name], server, Path(folder), options.rounds, results)
        if options.floors:
            _show_floors(server, Path(folder))
    _show_ratios(results, options.rounds)
    for each in options.peers:
        print(f"{each}: {CONTENDERS[each].note}")


def _contend(
    contender: Contender, server: FeedServer, folder: Path, rounds: list[str], results: Results
) -> None:
    home = folder / contender.name
    contenders.prepare(contender, home, server.urls())
    for name, (number, again) in ROUNDS.items():
        if name not in rounds and name != "cold":
            continue  # all others need the database that the cold run fills
        server.round(number)
        cost = measure.run(contender.refresh(home, again), cwd=home)
        stored = contenders.stored(home)
        cost = Cost(cost.cpu, cost.wall, cost.memory, stored)
        remark = _remark(server, contender, number, stored, again=again)
        if name in rounds:
            results[contender.name, name] = cost
            _show(contender.name, name, cost, remark)


def _remark(
    server: FeedServer, contender: Contender, number: int, stored: int, *, again: bool
) -> str:
    """Say what is wrong, if anything: feeds not asked, bodies sent in vain, entries missing."""
    world, counts = server.world, server.counts()
    remarks = []
    if sum(counts.values()) < world.feeds:
        remarks.append(f"only {sum(counts.values())} of {world.feeds} feeds asked")
    if again and contender.conditional:
        changed = sum(world.added(feed, number) > 0 for feed in range(world.feeds))
        if counts.get("200", 0) != changed:
            remarks.append(f"{counts.get('200', 0)} bodies sent, {changed} had changed")
    if stored != world.expected(number):
        remarks.append(f"{world.expected(number)} entries expected")
    return "; ".join(remarks)


def _show(who: str, name: str, cost: Cost, remark: str = "") -> None:
    numbers = (f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.memory:.0f}", str(cost.stored or ""))
    print(LINE.format(who, name, *numbers, remark), flush=True)


def _show_floors(server: FeedServer, folder: Path) -> None:
    print("\nfloors, with our own rooms (cold = every body, unchanged = every 304):")
    _show("only fetching", "cold", floors.fetching(server, folder, known=False))
    _show("only fetching", "unchanged", floors.fetching(server, folder, known=True))
    parsing, inserting = floors.parsing_and_inserting(server.world, folder)
    _show("only parsing", "cold", parsing)
    _show("only inserting", "cold", inserting)


def _show_ratios(results: Results, rounds: list[str]) -> None:
    """Print how often our cost goes into theirs; `bar` is what we want to reach."""
    theirs = {who for who, _ in results} - {"ours"}
    if ("ours", rounds[0]) not in results or not theirs:
        return
    print("\ntheir cost / ours:")
    print(LINE.format("who", "round", "CPU", "wall", "MB", "", ""))
    for who in sorted(theirs, reverse=True):
        for name in rounds:
            ours, other = results["ours", name], results[who, name]
            ratios = (other.cpu / ours.cpu, other.wall / ours.wall, other.memory / ours.memory)
            bar = f"bar {1 / BARS[name]:.1f}" if who == "reader" else ""
            print(LINE.format(who, name, *(f"{ratio:.1f}" for ratio in ratios), "", bar))
    print()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.0, help="median seconds an answer takes")
    parser.add_argument("--share", type=float, default=0.1, help="of the feeds that change")
    parser.add_argument("--addresses", type=int, default=200, help="hosts (127.0.0.1, …)")
    parser.add_argument("--rounds", type=_names(ROUNDS), default=list(ROUNDS))
    parser.add_argument("--peers", type=_names(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--no-floors", dest="floors", action="store_false")
    return parser.parse_args()


def _names(known: Iterable[str]) -> Callable[[str], list[str]]:
    """Return what reads names with commas between them, in the order of `known`."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(known)}")
        return [name for name in known if name in names]

    return parse


if __name__ == "__main__":
    main()
