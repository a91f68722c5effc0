"""What a command costs, with everything that it started."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_BECOME_REAPER = 36  # PR_SET_CHILD_SUBREAPER, Linux


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu` is user and system seconds of all processes, `memory` MB of the largest one."""

    cpu: float
    wall: float
    memory: float = 0.0
    stored: int = 0


def run(command: Sequence[str], *, cwd: Path, timeout: float = 1800) -> Cost:
    """Run a command to its end and return its cost; SystemExit where it fails or hangs.

    A child's usage is counted when its parent waits for it. We adopt orphans (on Linux), so
    that a process whose parent did not wait is counted too.
    """
    with _adopted_orphans(), tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        alarm = threading.Timer(timeout, _kill, [process.pid])
        alarm.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        usages = [usage, *_orphans(process.pid)]
        if process.returncode:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace")[-2000:])
            raise SystemExit(f"{command[0]} … ended with {process.returncode}.")
    return Cost(
        cpu=sum(each.ru_utime + each.ru_stime for each in usages),
        wall=wall,
        memory=max(each.ru_maxrss for each in usages) / 1024,
    )


@contextmanager
def _adopted_orphans() -> Iterator[None]:
    _adopt(1)
    try:
        yield
    finally:
        _adopt(0)


def _adopt(wanted: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_BECOME_REAPER, wanted, 0, 0, 0)


def _orphans(group: int) -> list[resource.struct_rusage]:
    """Wait for what a command left running or unwaited-for, all of which is in its group."""
    usages = []
    with suppress(ChildProcessError):
        while True:
            _, _, usage = os.wait4(-group, 0)
            usages.append(usage)
    return usages


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
