"""`python -m benchmarks.pages`: how long the desk's pages take over a million entries.

A database is made by SQL (see pile.py) and served by `aggregate serve`. Every page of visits.py is
asked for over HTTP, warm, by one client whom the cache does not know; then come eight clients whom
it does, then reading while a fetch of a thousand feeds writes, then what a first visit weighs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks import pile
from benchmarks.asking import Client, crowd
from benchmarks.documents import World
from benchmarks.feedserver import FeedServer
from benchmarks.visits import ABSENT, PAGES, VIEWS, words
from benchmarks.weights import weights

MEDIAN, P95 = 50, 100  # milliseconds
CACHED = 1000  # pages a second
CLIENTS = 8
WHILE_WRITING = 150  # milliseconds, 95 of 100 pages

READ = ("/", "/c/blogs", "/?q=the", "/stories")  # while a fetch writes


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that is served: its port, the owner's cookie, and the database below it."""

    port: int
    cookie: str
    database: Path
    process: int

    def cpu(self) -> float:
        """Return how many milliseconds of CPU its server has used; 0 where nobody tells."""
        tasks = Path(f"/proc/{self.process}/task").glob("*/schedstat")
        return sum(int(each.read_text("ascii").partition(" ")[0]) for each in tasks) / 1e6


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="aggregator-pages-") as folder:
        database = options.database or Path(folder) / "pile.db"
        if not database.exists():
            started = time.perf_counter()
            pile.fill(database, options.entries, now=int(time.time()))
            print(f"{options.entries:,} entries made in {time.perf_counter() - started:.0f} s")
        missed = _measured(database, Path(folder), options)
    print(f"\n{missed} bars missed" if missed else "\nall bars met")


def _measured(database: Path, folder: Path, options: argparse.Namespace) -> int:
    toml = folder / "feeds.toml"
    with FeedServer(World(options.feeds)) as web:
        # Those of the pile are listed too, as the desk shows them as followed.
        listed = [*pile.listed(), *(f'[[feeds]]\nurl = "{url}"\n' for url in web.urls())]
        toml.write_text('[network]\nallow = ["127.0.0.0/8"]\n' + "".join(listed) + VIEWS, "utf-8")
        with served(database, toml) as desk:
            missed = _pages(desk, options.times, options.only)
            if not options.only:
                missed += _cached(desk, options.seconds)
                missed += _writing(desk, toml)
                missed += weights(Client(desk.port))
    return missed


def _pages(desk: Desk, times: int, only: str) -> int:
    given, missed = words(desk.database) | {"host": f"127.0.0.1:{desk.port}"}, 0
    heads = f"{'page':34} {'median':>9} {'p95':>7} {'CPU':>7} {'p95':>6}"
    print(f"\n{heads}   bars {MEDIAN} and {P95} ms")
    for name, path, by_owner in PAGES:
        if only not in name:
            continue
        client = Client(desk.port, desk.cookie if by_owner else "unknown=1")
        pairs = [_timed(desk, client, path.format(**given)) for _ in range(times + 3)][3:]
        took, used = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        status = 200 if name == ABSENT and client.status == 404 else client.status
        good = status == 200 and median(took) < MEDIAN and _p95(took) < P95
        missed += not good
        cpu = f"{median(used):7.1f} {_p95(used):6.1f}"
        print(_line(name, took), cpu, "" if good else f"  MISSED ({status})", flush=True)
    return missed


def _timed(desk: Desk, client: Client, path: str) -> tuple[float, float]:
    """Ask for a page; return milliseconds on the wall, and of the server's CPU."""
    before = desk.cpu()
    took = client.get(path)
    return took, desk.cpu() - before


def _cached(desk: Desk, seconds: float) -> int:
    Client(desk.port).get("/")
    rate, failed = crowd(desk.port, "/", clients=CLIENTS, seconds=seconds)
    print(
        f"\nfor strangers, {CLIENTS} clients: {rate:,.0f} pages/s (bar {CACHED:,}), {failed} failed"
    )
    return int(rate < CACHED or failed > 0)


def _writing(desk: Desk, toml: Path) -> int:
    """Read while a fetch writes, as the owner and as a visitor."""
    command = [*_aggregate(desk.database, toml), "-q", "fetch"]
    clients = [Client(desk.port, desk.cookie), Client(desk.port, "unknown=1")]
    took: list[float] = []
    failed = 0
    fetch = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while fetch.poll() is None:
        for path in READ:
            for client in clients:
                took.append(client.get(path))
                failed += client.status != 200
    good = _p95(took) < WHILE_WRITING and not failed and not fetch.returncode
    print(_line("while a fetch writes", took), f"  bar {WHILE_WRITING} ms p95;", end=" ")
    print(f"{len(took)} read, {failed} failed, the fetch ended with {fetch.returncode}")
    return int(not good)


def _line(name: str, took: Sequence[float]) -> str:
    return f"{name:34} {median(took):6.1f} ms {_p95(took):7.1f}"


def _p95(took: Sequence[float]) -> float:
    return quantiles(took, n=20, method="inclusive")[-1]


@contextmanager
def served(database: Path, toml: Path) -> Iterator[Desk]:
    """Run the desk on a free port and sign its owner in."""
    command = [*_aggregate(database, toml), "serve", "--port", "0", "--sign-in"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        first, second = process.stderr.readline(), process.stderr.readline()
        if "http://" not in second:
            raise SystemExit(f"The desk could not start: {first}{second}")
        port = int(first.partition("127.0.0.1:")[2].partition("/")[0])
        signing = Client(port)
        signing.get("/" + second.strip().partition("127.0.0.1:")[2].partition("/")[2])
        yield Desk(port, signing.cookie, database, process.pid)
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


def _aggregate(database: Path, toml: Path) -> list[str]:
    return [sys.executable, "-m", "aggregator.cli", "--db", str(database), "--config", str(toml)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--feeds", type=int, default=1000, help="of the fetch meanwhile")
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--seconds", type=float, default=5, help="of the crowd")
    parser.add_argument("--only", default="", help="pages with these words in their name")
    parser.add_argument("--database", type=Path, help="kept there, and made if it is missing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
