"""Commits plans: many feeds to a transaction, in a thread, soon after they were made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from aggregator.model import Plan
from aggregator.store import Store
from aggregator.update.results import FeedResult

if TYPE_CHECKING:
    from aggregator.judge import Judge

BATCH_PLANS = 200
BATCH_SECONDS = 0.5
"""A plan waits for company for so long at most: that much a `kill -9` may cost."""

BATCH_ENTRIES = 3000
PENDING_ENTRIES = 2 * BATCH_ENTRIES
"""So many entries may wait for the disk before the network has to wait for them."""


class Writer:
    """The only one who writes during a run. `told` hears of each feed once it is committed.

    The `judge` is asked of all new entries.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], int],
        told: Callable[[FeedResult], None],
        judge: Judge | None = None,
    ) -> None:
        self._store = store
        self._judge = judge
        self._now = now
        self._told = told
        self._waiting: list[tuple[Plan, FeedResult]] = []
        self._entries = 0
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._full = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    async def put(self, plan: Plan, result: FeedResult) -> None:
        """Take a plan; waits while too many entries are ahead of it."""
        await self._room.wait()
        self._waiting.append((plan, result))
        self._entries += len(plan.insert) + len(plan.change)
        if len(self._waiting) >= BATCH_PLANS or self._entries >= BATCH_ENTRIES:
            self._full.set()
        elif len(self._waiting) == 1:
            self._timer = asyncio.get_running_loop().call_later(BATCH_SECONDS, self._full.set)
        if self._entries >= PENDING_ENTRIES:
            self._room.clear()

    def close(self) -> None:
        """Say that no more plans come."""
        self._closed = True
        self._full.set()

    async def run(self) -> None:
        """Commit batch after batch until closed and empty."""
        while not self._closed or self._waiting:
            await self._full.wait()
            self._full.clear()
            if self._waiting:
                await self._commit()

    async def _commit(self) -> None:
        batch, self._waiting, self._entries = self._waiting, [], 0
        self._room.set()
        if self._timer:
            # Else it would cut the next batch short.
            self._timer.cancel()
        plans = [plan for plan, _ in batch]
        await asyncio.to_thread(self._store.apply, plans, now=self._now(), judge=self._judge)
        for _, result in batch:
            self._told(result)
