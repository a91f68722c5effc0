"""From addresses that people paste to feeds that can be followed, asking the network politely.

    resolve (find)  ⇄  pages, got one at a time per domain
    | get the feed that is meant  →  parse and refine in a worker  →  its title, newest entries

A page is asked for once, also where it is the feed itself. What fails is told in the result of
its address and holds up no other.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.asking import Request, answered, hushed, request, with_headers
from aggregator.config import Config
from aggregator.errors import FetchError, SourceError
from aggregator.fetch import Client, client_for, headers_for, key_for, policy_for
from aggregator.find import Ask, Candidate, Page, Resolution, resolve
from aggregator.model import Document, Entry, Fetched
from aggregator.workers import Job, Workers

__all__ = ["Discovered", "discover"]

PATIENCE = 4
"""An address may take so many times the time that one request may take."""

MAX_GAP = 10.0
"""Seconds; who wants longer pauses between two requests is asked once."""

MAX_TRIES = 3
"""So many of the feeds that a page names are tried until one is a feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What an address comes to.

    `candidate` is the feed that is meant: the first, or the one that was chosen; `preview` is its
    document, `final_url` where that came from; `error` says why there is none. All are None where
    there is nothing to follow; `resolution.reason` says why.
    """

    resolution: Resolution
    candidate: Candidate | None = None
    preview: Document | None = None
    error: SourceError | None = None
    final_url: str | None = None

    @property
    def title(self) -> str | None:
        """What the feed calls itself, else what the page said of it."""
        named = self.preview.feed.title if self.preview else None
        return named or (self.candidate and self.candidate.title) or self.resolution.title

    def newest(self, count: int = 3) -> list[Entry]:
        """Return the newest entries, those without a time last."""
        entries = self.preview.entries if self.preview else ()
        return sorted(entries, key=lambda entry: -(entry.published or entry.updated or 0))[:count]


def discover(
    urls: Sequence[str],
    *,
    config: Config,
    environ: Mapping[str, str] = os.environ,
    choose: int | None = None,
    on_found: Callable[[Discovered], object] = lambda _found: None,
) -> list[Discovered]:
    """Find the feeds of pages, in their order; `on_found` is told of each when it is done.

    `choose` means another candidate than the first (1); where there are not so many, `candidate`
    is None. Keys and tokens are taken from `environ` when something is asked.
    """

    async def run() -> list[Discovered]:
        async with (
            client_for(config, written=urls) as client,
            Workers(config.settings.workers) as workers,
        ):
            desk = _Desk(config, environ, client, workers)
            slots = asyncio.Semaphore(config.settings.jobs)

            async def one(url: str) -> Discovered:
                async with slots:
                    found = await desk.discover(url, choose)
                on_found(found)
                return found

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(url)) for url in urls]
            return [task.result() for task in tasks]

    return asyncio.run(run())


class _Desk:
    """What all addresses share: the client, the workers, and whose turn it is at each domain."""

    def __init__(
        self, config: Config, environ: Mapping[str, str], client: Client, workers: Workers
    ) -> None:
        self._config = config
        self._rules = replace(config.rules, keys=frozenset(environ))
        self._environ = environ
        self._client = client
        self._workers = workers
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._next_at: dict[str, float] = {}
        self._asked: Counter[str] = Counter()

    async def discover(self, url: str, choose: int | None) -> Discovered:
        """Resolve one address and look at the feed that is meant."""
        resolution = Resolution(url=url)
        patience = self._config.settings.timeout * PATIENCE
        try:
            async with asyncio.timeout(patience):
                seen: dict[str, _Got] = {}
                resolution = await self._resolve(url, seen)
                return await self._preview(resolution, choose, seen)
        except TimeoutError as late:
            error = FetchError(f"It took longer than {patience} seconds.", kind="timeout")
            error.__cause__ = late
            if resolution.feed_url is None:
                resolution = replace(resolution, reason=error.message)
            candidate = _meant(resolution, choose)
            return Discovered(resolution=resolution, candidate=candidate, error=error)

    async def _resolve(self, url: str, seen: dict[str, _Got]) -> Resolution:
        steps = resolve(url, self._rules)
        try:
            ask = next(steps)
            while True:
                ask = steps.send(await self._page(ask, seen))
        except StopIteration as end:
            found: Resolution = end.value
            return found

    async def _page(self, ask: Ask, seen: dict[str, _Got]) -> Page | FetchError:
        try:
            got = await self._get(ask.url)
        except FetchError as error:
            return error
        except SourceError as error:
            return FetchError(error.message, kind=error.kind, hint=error.hint)
        if not ask.probe:
            seen[ask.url] = got
        seen[got.fetched.final_url] = got
        return Page(
            url=got.fetched.final_url,
            status=got.fetched.status,
            headers=got.fetched.headers,
            body=got.fetched.body or b"",
        )

    async def _preview(
        self, resolution: Resolution, choose: int | None, seen: dict[str, _Got]
    ) -> Discovered:
        """Read the feed that is meant; of those that a page names the first that is one."""
        candidate = _meant(resolution, choose)
        if candidate is None:
            return Discovered(resolution=resolution)
        first = await self._look(resolution, candidate, seen)
        tries = resolution.candidates[1:MAX_TRIES] if choose is None else ()
        for other in tries if resolution.how == "page" and first.error else ():
            rest = tuple(each for each in resolution.candidates if each != other)
            better = replace(resolution, feed_url=other.feed_url, candidates=(other, *rest))
            found = await self._look(better, other, seen)
            if found.preview:
                return found
        return first

    async def _look(
        self, resolution: Resolution, candidate: Candidate, seen: dict[str, _Got]
    ) -> Discovered:
        found = Discovered(resolution=resolution, candidate=candidate)
        try:
            got = seen.get(candidate.feed_url) or await self._get(candidate.feed_url)
            document = await self._digest(got)
        except SourceError as error:
            return replace(found, error=error)
        return replace(found, preview=document, final_url=got.fetched.final_url)

    async def _digest(self, got: _Got) -> Document:
        return await self._workers.digest(
            Job(
                body=got.fetched.body or b"",
                url=got.base,
                charset=got.fetched.charset,
                content_type=got.fetched.headers.get("content-type"),
                max_entries=self._config.settings.max_entries,
                mapping=got.asked.mapping,
            )
        )

    async def _get(self, url: str) -> _Got:
        """Get a document when it is its domain's turn; raises SourceError, without secrets."""
        hosts = self._config.hosts
        asked = request(url, rules=self._rules, environ=self._environ)
        key = key_for(asked.address, hosts)
        policy = policy_for(key, hosts)
        asked = with_headers(asked, headers_for(policy), self._environ)
        async with self._turns[key]:
            self._asked[key] += 1
            tired = policy.gap > MAX_GAP and self._asked[key] > 1
            if tired or self._asked[key] > (policy.per_run or self._asked[key]):
                raise FetchError(
                    f"{key} wants to be asked seldom: it was not asked again.", kind="rate_limited"
                )
            await asyncio.sleep(max(0.0, self._next_at.get(key, 0.0) - time.monotonic()))
            try:
                fetched = await self._client.get(asked.address, headers=asked.headers)
            except FetchError as error:
                raise hushed(asked, error) from error.__cause__
            finally:
                self._next_at[key] = time.monotonic() + policy.gap
        return _Got(asked, *answered(asked, fetched))


@dataclass(frozen=True, slots=True)
class _Got:
    """A document that came; `base` is what its relative addresses refer to."""

    asked: Request
    fetched: Fetched
    base: str


def _meant(resolution: Resolution, choose: int | None) -> Candidate | None:
    """Return the candidate that is meant, None where there are not so many."""
    return next(iter(resolution.candidates[(choose or 1) - 1 :][:1]), None)
