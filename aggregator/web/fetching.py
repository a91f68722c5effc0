"""Fetches that the desk starts: on the owner's word, and by itself every so often.

Each is `aggregate fetch` in a process of its own, so that pages are not held up by it, the one
lock is the same for all, and Ctrl-C ends it as it ends that: what was done is kept.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Request, Response

from aggregator.errors import ConfigError, UsageError
from aggregator.homes import Home, home_of
from aggregator.store import Store
from aggregator.web import curating, ours
from aggregator.web.ours import hook

if TYPE_CHECKING:
    from datasette.app import Datasette


GRACE = 4.0
"""Seconds that a fetch has to keep what it did, when the desk ends."""

LONGEST = 400
"""Letters of what a fetch says in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A fetch in figures, under way or the last one; `said` is what it said in the end.

    `every` is how often the desk fetches by itself, in seconds; `next_at` is when it will.
    """

    running: bool = False
    started_at: int | None = None
    ended_at: int | None = None
    due: int = 0
    done: int = 0
    new: int = 0
    failed: int = 0
    title: str = ""
    said: str = ""
    every: int | None = None
    next_at: int | None = None


class Fetcher:
    """Starts fetches for one desk, one at a time, and knows how far the one is that runs."""

    def __init__(self, home: Home) -> None:
        self.round = Round(every=home.every)
        self._home = home
        self._free = asyncio.Lock()
        self._rounds: set[asyncio.Task[None]] = set()

    def start(self, due: int, *options: str) -> None:
        """Begin a fetch, after the one that may be under way."""
        if not self.round.running:  # the next page is to show it
            self.round = self._begun(due)
        task = asyncio.ensure_future(self.fetch(due, *options))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def stop(self) -> None:
        """End what is under way, and wait until what it did is kept."""
        for task in self._rounds:
            if not task.cancelling():  # a second time would cut short what it has to keep
                task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)

    async def keep_on(self, due: Callable[[], Awaitable[int]]) -> None:
        """Fetch what is due, again and again; `due` says how many feeds that are."""
        assert self._home.every
        while True:
            await self.fetch(await due())
            self.round = replace(self.round, next_at=int(time.time()) + self._home.every)
            await asyncio.sleep(self._home.every)

    async def fetch(self, due: int, *options: str) -> None:
        """Run one fetch to its end; a fetch that is cancelled keeps what it did."""
        async with self._free:
            self.round = self._begun(due)
            process = self._process(*options)
            told = asyncio.gather(
                asyncio.to_thread(self._hear, process), asyncio.to_thread(self._listen, process)
            )
            try:
                await asyncio.shield(told)
            except asyncio.CancelledError:
                process.send_signal(signal.SIGINT)
                raise
            finally:
                await _ended(process)
                await asyncio.gather(told, return_exceptions=True)
                _close(process)
                self.round = replace(self.round, running=False, ended_at=int(time.time()))

    def _begun(self, due: int) -> Round:
        now = int(time.time())
        return Round(running=True, started_at=now, due=due, every=self._home.every)

    def _process(self, *options: str) -> Popen[bytes]:
        home = self._home
        return Popen(  # noqa: S603 - ourselves, with our own files
            [
                *(sys.executable, "-m", "aggregator.cli"),
                *("--db", str(home.db), "--config", str(home.config)),
                *("fetch", "--json", *options),
            ],
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            # Ctrl-C in the terminal is the desk's: it passes it on once.
            start_new_session=True,
        )

    def _hear(self, process: Popen[bytes]) -> None:
        """Count the feeds as they are done: an object a line."""
        assert process.stdout
        with process.stdout as lines:
            for line in lines:
                with suppress(ValueError):
                    told = json.loads(line)
                    self.round = replace(
                        self.round,
                        done=self.round.done + 1,
                        new=self.round.new + told["new"],
                        failed=self.round.failed + (told["status"] in {"error", "gone"}),
                        title=str(told["title"]),
                    )

    def _listen(self, process: Popen[bytes]) -> None:
        """Keep the last sentence that it says to people."""
        assert process.stderr
        with process.stderr as lines:
            for line in lines:
                if said := line.decode("utf-8", "replace").strip():
                    self.round = replace(self.round, said=said[:LONGEST])


async def _ended(process: Popen[bytes]) -> None:
    """Wait for a process; kill it where it does not end by itself."""
    try:
        await asyncio.to_thread(process.wait, GRACE)
    except TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)


def _close(process: Popen[bytes]) -> None:
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()


_fetchers: WeakKeyDictionary[Datasette, Fetcher] = WeakKeyDictionary()


def fetcher_of(datasette: Datasette) -> Fetcher:
    """Return who fetches for a desk; raises UsageError for a desk that follows nothing."""
    if datasette not in _fetchers:
        home = home_of(datasette)
        if home is None or home.config is None:
            raise UsageError("This desk was started without a feeds.toml.")
        _fetchers[datasette] = Fetcher(home)
    return _fetchers[datasette]


def round_of(datasette: Datasette) -> Round | None:
    """Return how far the desk's fetch is, or the last one was; None where there was none."""
    fetcher = _fetchers.get(datasette)
    return fetcher.round if fetcher else None


@hook
def startup(datasette: Datasette) -> None:
    """Fetch every so often, where the desk was told to; end with the server what is under way."""
    home = home_of(datasette)
    if home is None or home.config is None:
        return
    fetcher = fetcher_of(datasette)

    async def fetching(_datasette: Datasette) -> None:
        try:
            if fetcher.round.every:
                await fetcher.keep_on(lambda: due_in(datasette))
            await asyncio.Event().wait()
        finally:
            await fetcher.stop()

    datasette.add_background_task(fetching, name="fetching")


async def due_in(datasette: Datasette) -> int:
    """Return how many feeds are due now."""
    now = int(time.time())
    return len(await ours.read(datasette, lambda store: store.due(now=now)))


async def start(datasette: Datasette, request: Request) -> Response:
    """Begin a fetch: of all that is due, or of one feed, due or not."""
    if refused := curating.refusal(datasette, request):
        return refused
    form = dict(await curating.fields_of(request))
    try:
        await fetch_now(datasette, form.get("feed", ""))
    except (UsageError, ConfigError) as error:
        return curating.failed(datasette, request, error)
    done = curating.Done(target="/-/health", words=STARTED)
    return curating.answered(datasette, request, done, form)


async def fetch_now(datasette: Datasette, feed: str = "") -> None:
    """Begin a fetch of a feed, by its number, or of what is due."""
    fetcher = fetcher_of(datasette)
    if not feed:
        fetcher.start(await due_in(datasette))
        return
    number = curating.number_of(feed)
    found = await ours.read(datasette, lambda store: _followed(store, number))
    if not found:
        raise UsageError("There is no such source.")
    fetcher.start(1, "--force", "--only", str(number))


def _followed(store: Store, number: int) -> bool:
    feed = store.feed(number)
    return feed is not None and feed.state not in {"unsubscribed", "paused"}


async def progress(datasette: Datasette, request: Request) -> Response:
    """Tell a script how far the fetch is; the owner's script alone, for titles are in it."""
    if not ours.is_owner(request):
        return Response.json({"ok": False}, status=403)
    found = round_of(datasette) or Round()
    names = ("running", "due", "done", "new", "failed", "title", "said")
    told = {name: getattr(found, name) for name in names}
    return Response.json({"ok": True, **told}, headers={"Cache-Control": "no-store"})


def _(text: str) -> str:
    return text


STARTED = _("The fetch has begun")
