"""`python -m benchmarks.pages`: how long the desk's pages take over a million entries.

A database is made by SQL (see pile.py) and served by `aggregate serve`. Every page is asked for
over HTTP, warm, by one client whom the cache does not know; then come eight clients whom it does,
then reading while a fetch of a thousand feeds writes, then what a first visit weighs.
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
from benchmarks.pile import COMMONEST
from benchmarks.weights import weights

MEDIAN, P95 = 50, 100  # milliseconds
CACHED = 1000  # pages a second
CLIENTS = 8
WHILE_WRITING = 150  # milliseconds, 95 of 100 pages

VISITOR, OWNER = False, True
# What is asked, and by whom; the words between braces come from the database.
PAGES = (
    ("river", "/", VISITOR),
    ("river, the owner's", "/", OWNER),
    ("a year back", "/?before={year}", VISITOR),
    ("its next entries, as scripts ask", "/?before={year}&_fragment=1", VISITOR),
    ("category", "/c/blogs", OWNER),
    ("grid", "/c/video", OWNER),
    ("source", "/?feed={feed}", OWNER),
    ("tag", "/?tag={tag}", OWNER),
    ("days", "/?since=2025-11-01&until=2025-11-20", OWNER),
    ("unread", "/?unread=1", OWNER),
    ("unread of a category", "/c/blogs?unread=1", OWNER),
    ("starred", "/?starred=1", OWNER),
    ("search, the commonest word", f"/?q={COMMONEST}", OWNER),
    ("search, a visitor's", f"/?q={COMMONEST}", VISITOR),
    ("search, a rare word", "/?q={tag}", OWNER),
    ("search, three words", f"/?q={COMMONEST}+of+{{tag}}", OWNER),
    ("search, a phrase", "/?q=%22{phrase}%22", OWNER),
    ("search in a category", f"/c/blogs?q={COMMONEST}", OWNER),
    ("entry", "/e/{entry}", VISITOR),
    ("entry, the owner's", "/e/{entry}", OWNER),
    ("stories", "/stories", OWNER),
    ("story", "/s/{story}", OWNER),
    ("lists", "/lists", OWNER),
    ("list of 100", "/lists/list-blogs", OWNER),
    ("views", "/v", OWNER),
    ("sources", "/-/sources", OWNER),
    ("health", "/-/health", OWNER),
    ("log of fetches", "/-/fetches", OWNER),
    ("statistics", "/-/stats", OWNER),
    ("Atom", "/-/feed/all.atom", VISITOR),
    ("JSON Feed of a category", "/-/feed/blogs.json", VISITOR),
    ("Atom of a search", f"/-/feed/search.atom?q={COMMONEST}", VISITOR),
    ("OPML", "/-/feed/all.opml", VISITOR),
)
READ = ("/", "/c/blogs", "/?q=the", "/stories")  # while a fetch writes


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that is served: its port, the owner's cookie, and the database below it."""

    port: int
    cookie: str
    database: Path


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
        toml.write_text('[network]\nallow = ["127.0.0.0/8"]\n' + "".join(listed), "utf-8")
        with served(database, toml) as desk:
            missed = _pages(desk, options.times)
            missed += _cached(desk, options.seconds)
            missed += _writing(desk, toml)
            missed += weights(Client(desk.port))
    return missed


def _pages(desk: Desk, times: int) -> int:
    words, missed = _words(desk.database), 0
    print(f"\n{'page':34} {'median':>9} {'p95':>7}   bars {MEDIAN} and {P95} ms")
    for name, path, by_owner in PAGES:
        client = Client(desk.port, desk.cookie if by_owner else "unknown=1")
        took = [client.get(path.format(**words)) for _ in range(times + 3)][3:]
        if client.status == 404:
            print(f"{name:34} there is no such page")
            continue
        good = client.status == 200 and median(took) < MEDIAN and _p95(took) < P95
        missed += not good
        print(_line(name, took) + ("" if good else f"   MISSED ({client.status})"), flush=True)
    return missed


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


def _words(database: Path) -> dict[str, object]:
    """What the addresses need of the database: an entry, a source, a story, words."""
    import sqlite3

    ask = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute
    (newest,) = ask("SELECT max(id) FROM entries").fetchone()
    row = "SELECT id, feed_id, json_extract(tags, '$[0]') FROM entries WHERE id < ?"
    entry, feed, tag = ask(f"{row} ORDER BY id DESC LIMIT 1", (newest - (9 << 20),)).fetchone()
    (story,) = ask("SELECT max(id) FROM stories").fetchone()
    (text,) = ask("SELECT text FROM entry_content WHERE entry_id = ?", (entry,)).fetchone()
    year = newest - ((365 * 86_400) << 20)
    phrase = "+".join(text.split()[1:3])
    return {
        "entry": entry,
        "feed": feed,
        "tag": tag,
        "story": story,
        "phrase": phrase,
        "year": year,
    }


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
        yield Desk(port, signing.cookie, database)
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
    parser.add_argument("--database", type=Path, help="kept there, and made if it is missing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
