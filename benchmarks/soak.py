"""`python -m benchmarks.soak`: what is left after weeks with bad servers, kills, and readers.

Thousands of feeds of which 30 % misbehave in each round (faults.py) are fetched round after round
by `aggregate fetch` with a clock of its own; every tenth fetch is killed with SIGKILL, at any
moment. Meanwhile `aggregate serve` is under load, and a curator works in it (soakdesk.py). A ledger
(soakledger.py) knows what was committed. It ends with 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles

from aggregator.taxonomy import CATEGORY_SLUGS
from benchmarks.documents import START
from benchmarks.feedserver import Spoken, address
from benchmarks.soakdesk import Curator, Desk, Load, Seen, served
from benchmarks.soakledger import Ledger

STEP = 3 * 3600  # seconds of the simulated clock between two rounds
BEGIN = START + 40 * 86_400  # of the simulated clock: when all first entries have been written
CALM = 2  # rounds without faults in the end
FLAT = 1.25  # the last third ÷ the first one after the warming up
SLACK = 16  # MB, and handles, that are no growth
ADDRESSES = 500  # a reader goes easy on each
PROC = Path("/proc")
WELL = ("ok", "not_modified")
Told = list[dict[str, str]]

HEAD = """[aggregator]
timeout = "2s"
max_every = "2h"
fail_on = "none"
[network]
allow = ["127.0.0.0/8"]
"""


@dataclass
class Measured:
    """What was measured after each round, in MB, handles and seconds."""

    desk: list[float] = field(default_factory=list)
    handles: list[float] = field(default_factory=list)
    log: list[float] = field(default_factory=list)
    fetch: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


class Soak:
    """One soak: its servers, database, ledger and what was measured."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.options = options
        self.folder = folder
        self.chance = Random(options.seed)
        self.measured = Measured()
        self.done = 1
        addresses = min(ADDRESSES, options.feeds)
        wanted = {"seed": options.seed, "feeds": options.feeds, "faults": options.faults}
        self.web = Spoken("benchmarks.soakserver", {**wanted, "addresses": addresses})
        self.urls = [
            f"http://{address(number % addresses)}:{self.web.port}/feed/{number}.xml"
            for number in range(options.feeds)
        ]
        self.numbers = {url: number for number, url in enumerate(self.urls)}
        database, toml = folder / "soak.db", folder / "feeds.toml"
        toml.write_text(HEAD + "".join(_listed(n, url) for n, url in enumerate(self.urls)), "utf-8")
        self.ledger = Ledger(database, self.numbers)
        self.aggregate = [sys.executable, "-m", "aggregator.cli"]
        self.aggregate += ["--db", str(database), "--config", str(toml)]

    def run(self) -> tuple[Curator, Seen]:
        """Go through all rounds; return the curator's log, and what clients met."""
        self.round(0)
        with served(self.aggregate, self.folder / "desk.log") as desk:
            load = Load(desk.port, desk.cookie, self.options.seed)
            rounds, until = self.options.rounds, time.monotonic() + 60 * self.options.minutes
            while self.done < rounds and time.monotonic() < until:
                self.round(self.done)
                self.measure(desk)
                self.done += 1
                if self.done % 10 == 0 or self.done == rounds:
                    self.tell(load)
            load.end()
            for number in range(self.done, self.done + CALM):
                self.round(number, calm=True)
        return load.curator, load.seen

    def round(self, number: int, *, calm: bool = False) -> None:
        """Fetch once; killed in every tenth round, without faults and in full where it is calm."""
        share = 0.0 if calm else self.options.faults
        self.web.ask({"begin": number, "faults": share})
        usual = median(self.measured.walls or [1])
        every = self.options.kill_every
        kill = number % every == every - 1 and not calm
        after = self.chance.uniform(0.1, 0.95) * usual if kill else 300.0
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(BEGIN + number * STEP))
        forced = ["--force"] if calm else []
        told = self.fetch(["fetch", "--json", "--now", moment, *forced], after, expected=kill)
        stored = {self.numbers[each["url"]] for each in told if each["status"] in WELL}
        self.measured.answers.update(each["status"] for each in told)
        ended = self.web.ask({"arrived": sorted(stored)})
        self.measured.faults.update(ended["counts"])
        when = f"round {number}{' (killed)' if kill else ''}"
        self.ledger.observe(when)
        self.ledger.holds(ended["sent"], stored, when)
        if calm and (left := self.options.feeds - len(stored)):
            self.measured.wrong[f"feeds that still fail when all is well: {left}"] += 1

    def fetch(
        self, command: Sequence[str], after: float, *, expected: bool
    ) -> list[dict[str, str]]:
        """Run a fetch, killed after so many seconds; return what it told of each feed."""
        started = time.perf_counter()
        with (self.folder / "told").open("w+b") as out, (self.folder / "said").open("w+b") as said:
            process = subprocess.Popen(
                [*self.aggregate, "-q", *command],
                stdout=out,
                stderr=said,
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
            peak = _Peak(process.pid)
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            largest = peak.end()
            lines = _read(out).splitlines(keepends=True)
            errors = _read(said).decode(errors="replace")
        wall = time.perf_counter() - started
        killed = process.returncode == -signal.SIGKILL
        self.measured.killed += killed
        if not killed:
            self.measured.walls.append(wall)
            self.measured.fetch.append(largest)
        if killed != (killed and expected) or (not killed and process.returncode) or errors:
            self.measured.wrong[f"a fetch ended with {process.returncode}: {errors[-300:]}"] += 1
        if not _gone(process.pid):
            self.measured.wrong["a fetch left a process behind"] += 1
        return [json.loads(line) for line in lines if line.endswith(b"\n")]

    def measure(self, desk: Desk) -> None:
        """Note what the desk holds, and how long SQLite's log is."""
        log = self.folder / "soak.db-wal"
        self.measured.log.append(log.stat().st_size / (1 << 20) if log.exists() else 0.0)
        if PROC.exists():
            self.measured.desk.append(_megabytes(desk.pid, "VmRSS"))
            self.measured.handles.append(len(list((PROC / str(desk.pid) / "fd").iterdir())))

    def tell(self, load: Load) -> None:
        """Say how far it is."""
        one = self.measured
        print(
            f"{self.done} rounds: {len(self.ledger.ids):,} entries,"
            f" {sum(self.ledger.wrong.values())} wrong;"
            f" {load.seen.pages:,} pages, {sum(load.seen.wrong.values())} failed;"
            f" {load.curator.acts} acts; desk {(one.desk or [0])[-1]:.0f} MB,"
            f" {(one.handles or [0])[-1]:.0f} handles; log {one.log[-1]:.0f} MB;"
            f" fetch {one.fetch[-1]:.0f} MB, {one.walls[-1]:.1f} s",
            flush=True,
        )

    def finish(self) -> None:
        """Look over the file as SQLite and as `aggregate doctor` do."""
        self.ledger.whole()
        doctor = subprocess.run(
            [*self.aggregate, "doctor", "--json"], check=False, capture_output=True, text=True
        )
        if doctor.returncode:
            self.measured.wrong[f"doctor: {doctor.stdout[-600:]}{doctor.stderr[-300:]}"] += 1
        logged = (self.folder / "desk.log").read_text("utf-8", "replace")
        if "Traceback" in logged:
            self.measured.wrong[f"the desk logged: {logged[-1500:]}"] += logged.count("Traceback")


class _Peak:
    """Watches the largest memory, in MB, of a process and those it started."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._most = 0.0
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> float:
        """Stop watching, and return it."""
        self._over.set()
        self._thread.join()
        return self._most

    def _watch(self) -> None:
        while PROC.exists() and not self._over.wait(0.1):
            for pid in [self._pid, *_children(self._pid)]:
                self._most = max(self._most, _megabytes(pid, "VmHWM"))


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(x) for x in (PROC / f"{pid}/task/{pid}/children").read_text().split()]
    return []


def _megabytes(pid: int, name: str) -> float:
    with suppress(OSError):
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _gone(group: int) -> bool:
    """Whether all processes of a group end by themselves, within ten seconds; else end them."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


def _read(file: object) -> bytes:
    file.seek(0)  # type: ignore[attr-defined]
    return bytes(file.read())  # type: ignore[attr-defined]


def _listed(number: int, url: str) -> str:
    category = CATEGORY_SLUGS[number % len(CATEGORY_SLUGS)]
    return f'[[feeds]]\nurl = "{url}"\ncategory = "{category}"\n'


def _flat(name: str, values: Sequence[float]) -> tuple[str, bool]:
    """Compare the last third with the third after the first tenth, in which caches fill."""
    warm = values[len(values) // 10 :]
    third = len(warm) // 3
    if not third:
        return f"{name}: too few rounds to tell", True
    early, late = median(warm[:third]), median(warm[-third:])
    ratio = late / early if early else 1.0
    flat = ratio <= FLAT or late - early <= SLACK
    return f"{name}: {early:.0f} early, {late:.0f} late, ratio {ratio:.2f} (bar {FLAT})", flat


def report(soak: Soak, curator: Curator, seen: Seen) -> bool:
    """Print figures and broken promises; return whether all were kept."""
    one, ledger = soak.measured, soak.ledger
    print("\nfaults:", ", ".join(f"{name} {n}" for name, n in one.faults.most_common()))
    print("told by fetches:", ", ".join(f"{name} {n}" for name, n in one.answers.most_common()))
    print(f"entries {len(ledger.ids):,}; fetches killed at work {one.killed}")
    lists = sum(len(each) for each in curator.lists.values())
    print(
        f"curator: {curator.acts} acts; {len(curator.stars)} stars, {len(curator.tags)} tags,"
        f" {len(curator.unread)} marks of reading, {lists} items on {len(curator.lists)} lists"
    )
    if len(seen.took) > 20:
        p95 = quantiles(seen.took, n=20)[-1]
        print(f"pages and forms {seen.pages:,}: median {median(seen.took):.0f} ms, p95 {p95:.0f}")
    kept = True
    for name, values in (
        ("memory of the desk, MB", one.desk),
        ("handles of the desk", one.handles),
        ("memory of fetches, MB", one.fetch),
        ("SQLite's log, MB", one.log),
        ("seconds a round", one.walls),
    ):
        line, flat = _flat(name, values)
        promised = values is not one.walls
        kept = kept and (flat or not promised)
        print(line + ("" if flat or not promised else "   NOT FLAT"))
    for wrong, examples in ((ledger.wrong, ledger.examples), (seen.wrong, {}), (one.wrong, {})):
        for what, times in wrong.most_common(20):
            kept = False
            print(f"BROKEN: {what}: {times} times. {examples.get(what, '')[:600]}")
    print("\nall promises kept" if kept else "\npromises were broken")
    return kept


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # with all that was started
    with tempfile.TemporaryDirectory(prefix="aggregator-soak-") as name:
        started = time.perf_counter()
        soak = Soak(options.folder or Path(name), options)
        try:
            curator, seen = soak.run()
            soak.ledger.curated(curator)
            soak.finish()
        finally:
            soak.web.end()
        kept = report(soak, curator, seen)
        print(f"{options.feeds} feeds, {soak.done} rounds, seed {options.seed}:", end=" ")
        print(f"{time.perf_counter() - started:.0f} s")
    sys.exit(0 if kept else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=600, help="fewer rounds, after so many")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--faults", type=float, default=0.3, help="share of feeds, each round")
    parser.add_argument("--kill-every", type=int, default=10, help="one fetch of so many")
    parser.add_argument("--folder", type=Path, help="an empty one, in which all is kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
