"""A run in a process of its own, weighed: a child begins with the peak of whoever started it.

Linux gives a started program the peak memory of the process that it replaces, so that a child of
a large pytest would weigh as much as pytest. A fork server is small, and forks smaller ones.
"""

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.hostile.world import run


@dataclass(frozen=True)
class Weighed:
    """What a run told, by address; what it took: seconds, and KiB of itself and its children."""

    told: dict[str, Any]
    seconds: float
    own: int
    largest_child: int


def weigh(db, *sources):
    """Look at sources; return what was told and what it took. For a process that is new."""
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = run(db, *sources)
    return Weighed(
        told=told,
        seconds=time.monotonic() - started,
        own=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
        largest_child=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
    )


@contextmanager
def weighing():
    """Give a function like `weigh` that runs each call in a new process of a small server."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.hostile.scales"])
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        yield lambda *given: pool.submit(weigh, *given).result()
