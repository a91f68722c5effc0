"""Who is asked when: one request at a time per domain, many domains at once.

The feeds of one key (a domain) are looked at one after the other, back to back, so that they
share a connection; a policy row may set a gap, a number at once, and a number per run. A key
that says "too much" or that is down is left alone for the rest of the run.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from aggregator.errors import FetchError, SourceError
from aggregator.model import HostPolicy, Known

DOWN_AFTER = 3
"""So many feeds of a key in a row that can't be reached mean that the rest can't either."""

Look = Callable[[Known], Awaitable[SourceError | None]]
"""Looks at a feed; returns what went wrong, if anything, so that its host can be spared."""

Sleep = Callable[[float], Awaitable[None]]
Skip = Callable[[Known, str], None]


@dataclass(slots=True)
class _Queue:
    """The feeds of one key that are yet to be looked at, and what is known of its host by now."""

    policy: HostPolicy
    feeds: deque[Known] = field(default_factory=deque)
    next_at: float = 0.0
    unreachable: int = 0
    closed: str = ""

    def note(self, error: SourceError | None) -> None:
        """Learn from a look whether the host can take more."""
        if not isinstance(error, FetchError):
            self.unreachable = 0
            return
        self.unreachable = self.unreachable + 1 if error.kind in ("unreachable", "timeout") else 0
        if is_host_event(error):
            self.closed = f"The host asked for a pause ({error.http_status})."
        elif self.unreachable >= DOWN_AFTER:
            self.closed = f"The host could not be reached {DOWN_AFTER} times in a row."


def is_host_event(error: SourceError | None) -> bool:
    """Whether an error is about the host rather than the feed: 429, or 503 with Retry-After."""
    if not isinstance(error, FetchError):
        return False
    paused = error.http_status == 503 and error.retry_after is not None
    return error.kind == "rate_limited" or paused


def _in_silence(_known: Known, _reason: str) -> None:
    """Skip without telling anybody."""


async def run(
    feeds: Sequence[Known],
    look: Look | Callable[[Known], Awaitable[None]],
    *,
    key: Callable[[Known], str],
    policy: Callable[[str], HostPolicy],
    jobs: int,
    skip: Skip = _in_silence,
    sleep: Sleep = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Look at every feed, `jobs` at once, politely.

    `feeds` come in the order of need: where a row limits the number per run, the first ones are
    looked at. `skip` is told of each feed that is left out, and why. When cancelled, the looks
    under way are cancelled and the others dropped. What a look raises is a bug: it stops no other
    feed and comes out at the end, in an ExceptionGroup.
    """
    slots = asyncio.Semaphore(jobs)
    bugs: list[Exception] = []

    async def lane(queue: _Queue) -> None:
        try:
            while queue.feeds and not queue.closed:
                known = queue.feeds.popleft()
                await _wait_for_turn(queue, slots, sleep, clock)
                try:
                    queue.note(await look(known))
                except Exception as bug:  # noqa: BLE001 — raised again at the end
                    bugs.append(bug)
        finally:
            slots.release()

    queues = _queues(feeds, key, policy, skip)
    async with asyncio.TaskGroup() as lanes:
        for queue in queues:
            for _ in range(min(queue.policy.parallel, len(queue.feeds))):
                await slots.acquire()
                lanes.create_task(lane(queue))
    for queue in queues:
        for known in queue.feeds:
            skip(known, queue.closed)
    if bugs:
        raise ExceptionGroup("looking at feeds failed", bugs)


async def _wait_for_turn(
    queue: _Queue, slots: asyncio.Semaphore, sleep: Sleep, clock: Callable[[], float]
) -> None:
    """Keep the gap between two requests to a key; the slot is lent to others meanwhile."""
    now = clock()
    turn = max(now, queue.next_at)
    queue.next_at = turn + queue.policy.gap
    if turn > now:
        slots.release()
        try:
            await sleep(turn - now)
        finally:
            await slots.acquire()


def _queues(
    feeds: Iterable[Known],
    key: Callable[[Known], str],
    policy: Callable[[str], HostPolicy],
    skip: Skip,
) -> list[_Queue]:
    """Line the feeds up by key, and leave out what is beyond the number per run."""
    queues: dict[str, _Queue] = {}
    for known in feeds:
        name = key(known)
        queue = queues.get(name) or queues.setdefault(name, _Queue(policy(name)))
        if queue.policy.per_run is not None and len(queue.feeds) >= queue.policy.per_run:
            skip(known, f"One run looks at {queue.policy.per_run} of {name} at most.")
        else:
            queue.feeds.append(known)
    return list(queues.values())
