"""Gets a picture from its folder, else from its site: once, however many ask at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

from aggregator.config import Config
from aggregator.errors import FetchError
from aggregator.fetch import Client, headers_for, key_for, policy_for, user_agent
from aggregator.pictures.child import Child
from aggregator.pictures.folder import SIZES, Folder, key

ACCEPT = "image/avif, image/webp, image/png, image/jpeg, image/gif;q=0.9"
JOBS = 8
TIMEOUT = 12.0
MOST = 12 << 20
"""Bytes of a picture as its site has it."""

AT_ONCE = 2
"""So many pictures are asked of one domain at once, where its row allows any."""

WAITING = 200
"""So many pictures may be on their way; further ones are asked for at another time."""

# What may hold pixels. A server that does not say is believed to mean them: Pillow will see.
_REFUSED = ("text/", "image/svg", "application/xml", "application/xhtml", "application/json")


class Keeper:
    """Pictures by address, kept in a folder. It begins to work in the event loop of its first use.

    `config` says which private networks may be asked, and what servers are told of us.
    """

    def __init__(
        self,
        path: Path,
        config: Config,
        *,
        now: Callable[[], float] = time.time,
        folder: Folder | None = None,
    ) -> None:
        self.folder = folder or Folder(path)
        self._config = config
        self._now = now
        self._client: Client | None = None
        self._child = Child()
        self._under_way: dict[str, asyncio.Task[tuple[bytes, ...] | None]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def get(self, url: str, size: str) -> bytes | None:
        """Return a picture as WebP in a size, None where there is none to be had."""
        name = key(url)
        kept = await asyncio.to_thread(partial(self.folder.read, name, size, now=self._now()))
        if kept is not None:
            return kept or None
        task = self._under_way.get(name)
        if task is None:
            if len(self._under_way) >= WAITING:
                return None
            task = asyncio.create_task(self._bring(url, name))
            self._under_way[name] = task
            task.add_done_callback(lambda _done: self._under_way.pop(name, None))
        # Who hangs up does not take the picture from the others that wait for it.
        made = await asyncio.shield(task)
        return made[SIZES.index(size)] if made else None

    async def close(self) -> None:
        """Ask for nothing more."""
        for task in list(self._under_way.values()):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._child.close()
        if self._client is not None:
            await self._client.__aexit__(None, None, None)
            self._client = None

    async def _bring(self, url: str, name: str) -> tuple[bytes, ...] | None:
        data = await self._fetch(url)
        made = await self._child.shrink(data) if data else None
        await asyncio.to_thread(self._keep, name, made or (b"",) * len(SIZES))
        return made

    def _keep(self, name: str, made: tuple[bytes, ...]) -> None:
        self.folder.write(name, made)
        self.folder.thin(now=self._now())

    async def _fetch(self, url: str) -> bytes | None:
        """Ask the site, in the domain's turn."""
        if self._client is None:
            self._client = Client(
                jobs=JOBS,
                timeout=TIMEOUT,
                max_body=MOST,
                max_wire=MOST,
                user_agent=user_agent(self._config.settings.contact),
                allow=self._config.network.allow,
                accept=ACCEPT,
            )
        domain = key_for(url, self._config.hosts)
        policy = policy_for(domain, self._config.hosts)
        turn = self._turns.setdefault(domain, asyncio.Semaphore(AT_ONCE))
        async with turn:
            try:
                got = await self._client.get(url, headers=_plain(headers_for(policy)))
            except FetchError:
                return None
        kind = got.headers.get("content-type", "").strip().lower()
        return None if kind.startswith(_REFUSED) else got.body


def _plain(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Leave out what a row says besides the name of the program: a picture needs no token."""
    return tuple(each for each in headers if each[0].lower() == "user-agent")
