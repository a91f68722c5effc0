"""Break it: `python -m benchmarks.fuzz feeds --seconds 600 --seed 1`.

There are feeds, opml, config, csv, cli and json-imports (all lists that are no OPML).

Cases come from `mutate`, what must hold from `oracles` and `typed`. They run in a child, which is
started anew when it dies: a crash in a library's C code, memory beyond a gibibyte, or a case that
takes ten seconds of CPU ends it, and is a finding like an exception, or a case that takes two. The
seconds are of CPU, the child's. Each finding is made smaller, and written to a file, which

    python -m benchmarks.fuzz feeds --case FILE

runs again. It ends by itself, with 1 where something was found.
"""

from __future__ import annotations

import argparse
import mmap
import os
import re
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.mutate import LONGEST
from benchmarks.oracles import TARGETS, Broken, Target

SLOW = 2.0
"""Seconds of CPU that a case may take."""
HANGS = 10.0
"""Seconds of CPU after which it is not waited for any longer."""
MEMORY = 1 << 30
ATTEMPTS = 400
"""So often a finding is tried smaller."""

_NUMBERS = struct.Struct("=QdQQ")  # cases, seconds of the slowest, length of it, length of this one
_ROOM = LONGEST + 64


class Board:
    """What parent and child both see: how many cases there were, the slowest, the present one."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _NUMBERS.size + 2 * _ROOM)
        self._told: tuple[int, float, int, int] = (0, 0.0, 0, 0)

    def begin(self, case: bytes) -> None:
        """Write down the case that is about to run."""
        cases, slowest, length, _ = self._told
        at = _NUMBERS.size + _ROOM
        self._shared[at : at + len(case)] = case
        self._tell(cases + 1, slowest, length, len(case))

    def end(self, case: bytes, seconds: float) -> None:
        """Write down how long it took, if it was the slowest."""
        cases, slowest, _, now = self._told
        if seconds > slowest:
            self._shared[_NUMBERS.size : _NUMBERS.size + len(case)] = case
            self._tell(cases, seconds, len(case), now)

    def _tell(self, *numbers: float) -> None:
        self._told = numbers  # type: ignore[assignment]
        _NUMBERS.pack_into(self._shared, 0, *numbers)

    def read(self) -> tuple[int, float, bytes, bytes]:
        """Return the number of cases, the slowest one's seconds and bytes, and the present one."""
        self._told = cases, slowest, length, now = _NUMBERS.unpack_from(self._shared)
        at, then = _NUMBERS.size, _NUMBERS.size + _ROOM
        return cases, slowest, self._shared[at : at + length], self._shared[then : then + now]


class Finding(NamedTuple):
    """What went wrong: a name that the same mistake has each time, and all that is known of it."""

    name: str
    told: str


def examine(target: Target, case: bytes) -> Finding | None:
    """Run a case in this process, and tell what is wrong, if anything."""
    signal.setitimer(signal.ITIMER_PROF, HANGS)
    start = time.process_time()
    try:
        target.check(case)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
        return Finding(_name(error), "".join(traceback.format_exception(error, limit=-8)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - start
    return Finding("slow", f"{seconds:.2f} s of CPU") if seconds > SLOW else None


def _name(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    ours = [
        each for each in traceback.extract_tb(error.__traceback__) if "aggregator" in each.filename
    ]
    frame = ours[-1] if ours and not isinstance(error, Broken) else frame
    what = str(error).partition(":")[0] if isinstance(error, Broken) else type(error).__name__
    place = "" if isinstance(error, Broken) else f" {Path(frame.filename).stem} {frame.lineno}"
    return re.sub(r"[^a-z0-9]+", "-", f"{what}{place}".lower()).strip("-")


def keep(folder: Path, finding: Finding, case: bytes) -> None:
    """Write a finding down, unless there is a smaller case of the same name."""
    file = folder / f"{finding.name}.case"
    if not file.exists() or file.stat().st_size > len(case):
        file.write_bytes(case)
        file.with_suffix(".txt").write_text(finding.told, "utf-8", "backslashreplace")


def child(target: Target, board: Board, folder: Path, chance: Random, seconds: float) -> None:
    """Try case after case until the CPU time is used up."""
    seeds = target.seeds()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    start = time.process_time()
    while (began := time.process_time()) - start < seconds:
        case = target.make(seeds, target.tokens, chance)
        case = case + b"\0" * (target.head - len(case))
        board.begin(case)
        began = time.process_time()
        if finding := examine(target, case):
            keep(folder, finding, case)
        board.end(case, time.process_time() - began)


def forked(work: object) -> tuple[int, resource.struct_rusage]:
    """Call it in a child, and return how that ended (0, or minus its signal) and what it used."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = work() or 0  # type: ignore[operator]
        except BaseException:  # noqa: BLE001 - the parent must hear of it, whatever it is
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used


def dead(code: int) -> Finding:
    """Return the finding that a child's end is."""
    name = "hangs" if code == -signal.SIGPROF else f"died-of-{abs(code)}"
    return Finding(name, f"The process ended with {code}.")


def verdict(target: Target, case: bytes) -> str:
    """Run a case in a child and return the name of the finding; empty when all is well."""
    with tempfile.TemporaryFile() as told:

        def work() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            if finding := examine(target, case):
                told.write(finding.name.encode())
                told.flush()

        code, _ = forked(work)
        told.seek(0)
        return told.read().decode() if code == 0 else dead(code).name


def smaller(target: Target, case: bytes, name: str) -> bytes:
    """Take pieces out of a case, large ones first, as long as it is the same finding."""
    attempts, size = ATTEMPTS, len(case) // 2
    while size >= 1:
        at = target.head
        while at < len(case):
            attempts -= 1
            if attempts < 0:
                return case
            shorter = case[:at] + case[at + size :]
            if verdict(target, shorter) == name:
                case = shorter
            else:
                at += size
        size //= 2
    return case


def run(name: str, seconds: float, seed: int, folder: Path) -> bool:
    """Fuzz a target for so many seconds of CPU, print what came of it, and tell if all was well."""
    target, board = target_named(name), Board()
    used = user = 0.0
    deaths = 0
    while used < seconds and deaths < 20:
        chance = Random(f"{name} {seed} {deaths}")
        left = seconds - used
        code, usage = forked(lambda: child(target, board, folder, chance, left))  # noqa: B023
        user += usage.ru_utime
        used += usage.ru_utime + usage.ru_stime
        if code:
            deaths += 1
            keep(folder, dead(code), board.read()[3])
    cases, slowest, case, _ = board.read()
    print(
        f"{name}: {cases:,} cases in {used:.0f} s of CPU ({user:.0f} user), {cases / used:,.0f} a"
    )
    print(f"second; the slowest took {slowest:.3f} s with {len(case):,} bytes; seed {seed}.")
    found = sorted(folder.glob("*.case"))
    (folder / f"{name}.slowest").write_bytes(case)
    for path in found:
        if path.stem not in {"slow", "hangs"}:
            path.write_bytes(smaller(target, path.read_bytes(), path.stem))
        last = path.with_suffix(".txt").read_text("utf-8").strip().splitlines()[-1]
        print(f"  {path.stem}: {last[:200]}\n    {path}")
    print("Nothing was found." if not found else f"{len(found)} findings.")
    return not found


def target_named(name: str) -> Target:
    """Return a target; the command line's is in a module of its own."""
    if name == "cli":
        from benchmarks.typed import TARGET

        return TARGET
    return TARGETS[name]


def main() -> int:
    """Read the question, and answer it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=[*TARGETS, "cli"])
    parser.add_argument("--seconds", type=float, default=60, help="of CPU (default 60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=Path, help="where to write them, else a new folder")
    parser.add_argument("--case", type=Path, help="run this file alone")
    asked = parser.parse_args()
    if asked.case:
        finding = examine(target_named(asked.target), asked.case.read_bytes())
        print(finding.told if finding else "All is well.")
        return int(finding is not None)
    folder = asked.findings or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    return int(not run(asked.target, asked.seconds, asked.seed, folder))


if __name__ == "__main__":
    sys.exit(main())
