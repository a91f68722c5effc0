"""The child: reads jobs from stdin, writes documents to stdout, ends when its parent does.

`python -m aggregator.workers MEMORY SECONDS` limits its address space (bytes) and the CPU time of
each job (seconds).
"""

from __future__ import annotations

import fcntl
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from aggregator.errors import ParseError
from aggregator.model import Document
from aggregator.workers.wire import LENGTH, Job, dump, load


def digest(job: Job) -> Document:
    """Parse and refine a document; raises ParseError."""
    from aggregator.parse import parse  # noqa: PLC0415 — its trouble is answered, not fatal
    from aggregator.refine import refine  # noqa: PLC0415

    parsed = parse(
        job.body,
        url=job.url,
        charset=job.charset,
        content_type=job.content_type,
        known_hashes=job.known_hashes,
        max_entries=job.max_entries,
        mapping=job.mapping,
    )
    return refine(parsed, url=job.url, identity=job.identity, backlog=job.backlog)


def serve(work: Callable[[Job], Document]) -> None:
    """Be a child: confine yourself, and work off jobs until stdin ends."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    # Ctrl-C reaches the whole group of processes; what becomes of the children is their parent's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # whoever reads at the desk meanwhile goes first
    # A library that prints must not write into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    _widen(0)
    _widen(1)
    os.dup2(2, 1)
    # Documents are trees that go away by themselves: looking for cycles often finds little.
    gc.set_threshold(20_000, 20, 20)
    work_off(work, sys.stdin.buffer, answers, before=lambda: _limit_cpu(seconds))


def work_off(
    work: Callable[[Job], Document],
    jobs: BinaryIO,
    answers: BinaryIO,
    *,
    before: Callable[[], None],
) -> None:
    """Answer job after job; `before` is called ahead of each."""
    while frame := _read(jobs):
        before()
        answers.write(_answer(work, frame))
        answers.flush()


def _widen(pipe: int) -> None:
    """Let a whole job or answer fit into a pipe: its reader wakes up once for it, not thrice."""
    with suppress(AttributeError, OSError):  # Linux alone knows how, and may say no
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def _read(pipe: BinaryIO) -> bytes:
    """Read a frame; empty when the parent has gone."""
    head = pipe.read(LENGTH.size)
    return pipe.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def _limit_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))


def _answer(work: Callable[[Job], Document], frame: bytes) -> bytes:
    """Do a job; whatever goes wrong is an answer too, so that one document fails alone."""
    try:
        job = load(frame)
        assert isinstance(job, Job)
        return dump(work(job))
    except ParseError as error:
        return dump(error)
    except Exception as error:  # noqa: BLE001 — a document found a bug; it is told, with its place
        return dump(ParseError(_where(error), kind="crashed", hint="Please report this."))


def _where(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The document needs too much memory."
    import traceback  # noqa: PLC0415 — 3 ms, seldom needed

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"  # noqa: PTH119 — no pathlib here
    return f"Reading the document failed: {type(error).__name__} in {place}: {str(error)[:200]}"


if __name__ == "__main__":
    serve(digest)
