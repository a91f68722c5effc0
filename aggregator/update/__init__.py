"""The pipeline, from feeds.toml to committed entries.

    read lists of feeds | sync sources | pick what is due | by domain, politely:
        get  →  (unchanged? plan)  →  cut, parse, refine in a worker  →  match  →  plan
                                      (a page? find its feed, and get that)
    | commit in batches | tell

Only the network runs in parallel; parsing lives in child processes, writing in one thread.
Expected failures are values that end as a row of the store; bugs end the run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.asking import answered
from aggregator.config import Config
from aggregator.errors import AggregatorError, ParseError, SourceError
from aggregator.fetch import client_for, headers_for, is_host_event, key_for, policy_for, run
from aggregator.model import Document, Fetched, HostPolicy, Known, Match, Outcome
from aggregator.plan import plan
from aggregator.store import HostState, Store, fetch_lock, open_store
from aggregator.store.writelog import shorten
from aggregator.update import results
from aggregator.update.asker import Answer, Asker, without_secrets
from aggregator.update.outlines import expanded
from aggregator.update.pages import from_elsewhere, is_page, leader, resolved, rules_with
from aggregator.update.results import FeedResult, Summary
from aggregator.update.writer import Writer
from aggregator.workers import Job, Workers

if TYPE_CHECKING:
    from aggregator.judge import Judge

__all__ = ["FeedResult", "Summary", "run_update"]

CATCH_UP = 100
"""So many entries that came with new feeds get their whole text indexed at the end of a run."""

NEVER_BEFORE = 1_577_836_800
"""2020-01-01: a machine without a clock starts in 1970, until it has asked for the time."""

Clock = Callable[[], int]


def run_update(
    *,
    db: Path,
    config: Config,
    now: Clock = lambda: int(time.time()),
    only: str | None = None,
    category: str | None = None,
    force: bool = False,
    jobs: int | None = None,
    on_due: Callable[[int], None] = lambda _count: None,
    on_result: Callable[[FeedResult], None] = lambda _result: None,
    chance: Callable[[], float] = random.random,
    environ: Mapping[str, str] = os.environ,
) -> Summary:
    """Look at every feed that is due and store what is new.

    `only` and `category` narrow it down, `force` looks at all of them now; `jobs` replaces the
    configured number of requests at once. `on_due` is told how many there are, `on_result` of each
    one, when it has been stored. Keys and tokens are taken from `environ` when a feed is asked for,
    and kept nowhere. SIGINT and SIGTERM end it early and keep what was done. Raises
    Locked when another run is under way, and StoreError.
    """
    if now() < NEVER_BEFORE:
        raise AggregatorError(
            "The clock of this machine is years behind: entries would be filed under its time.",
            hint="Set the clock, and fetch again.",
        )
    with (
        fetch_lock(db),
        open_store(db, now=now(), lasting=False) as writing,
        open_store(db, now=now()) as reading,
    ):
        listed, unread = expanded(config, writing, now=now(), force=force)
        sources = [without_secrets(source) for source in listed]
        writing.sync(sources, now=now(), lead=leader(rules_with(config, environ)))
        due = reading.due(now=now(), only=only, category=category, force=force)
        on_due(len(due))
        update = _Update(
            config,
            reading,
            writing,
            now=now,
            chance=chance,
            jobs=jobs,
            told=on_result,
            environ=environ,
        )
        for result in unread:
            update.tell(result)
        started = time.perf_counter()
        interrupted = asyncio.run(_interruptible(update.run(due, force=force))) if due else False
        if not interrupted:
            writing.index_backlog(CATCH_UP)
            shorten(writing.conn, db)
        ms = round((time.perf_counter() - started) * 1000)
        return replace(update.summary, due=len(due), ms=ms, interrupted=interrupted)


async def _interruptible(work: Coroutine[None, None, None]) -> bool:
    """Run to the end, or until SIGINT or SIGTERM says stop; return whether it was stopped."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with suppress(ValueError, RuntimeError, NotImplementedError):
        # Only the main thread gets signals; a desk that fetches in the background does not.
        for name in signals:
            loop.add_signal_handler(name, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return True
    finally:
        for name in signals:
            loop.remove_signal_handler(name)
    return False


def judge_of(config: Config) -> Judge | None:
    """Return who knows the curator's rules; None, and nothing imported, where there are none."""
    if not config.judging:
        return None
    from aggregator.judge import Judge  # noqa: PLC0415 — see above

    return Judge(config.judging, config.views)


async def _first_to_end(looking: asyncio.Future[None], writing: asyncio.Future[None]) -> None:
    """Wait for the looks; when nothing can be written any more, nothing is asked for either."""
    try:
        await asyncio.wait({looking, writing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


def _without_frames(error: SourceError) -> SourceError:
    """Return an error that holds nothing any more of where it came up.

    The frames of a traceback hold the body that was too large, and the error itself: such rings
    are left to the collector of garbage, which comes by too seldom for 20 MiB a feed.
    """
    chain: list[BaseException | None] = [error]
    while chain:
        if each := chain.pop():
            each.__traceback__ = None
            chain += [each.__cause__, each.__context__]
    return error


class _Update:
    """One run: what it works with, and the way of one feed through it."""

    def __init__(
        self,
        config: Config,
        reading: Store,
        writing: Store,
        *,
        now: Clock,
        chance: Callable[[], float],
        jobs: int | None,
        told: Callable[[FeedResult], None],
        environ: Mapping[str, str],
    ) -> None:
        self.summary = Summary()
        self._asker = Asker(config, environ)
        self._config = config
        self._settings = config.settings
        self._hosts = config.hosts
        self._rules = rules_with(config, environ)
        self._reading = reading
        self._writing = writing
        self._now = now
        self._chance = chance
        self._jobs = jobs or config.settings.jobs
        self._told = told
        self._policies: dict[str, HostPolicy] = {}
        self._keys: dict[str, str] = {}
        self._held: dict[str, HostState] = {}

    async def run(self, due: Sequence[Known], *, force: bool) -> None:
        """Look at the feeds; whatever ends it, what was planned is committed."""
        judge = judge_of(self._config)
        self._writer = Writer(self._writing, now=self._now, told=self.tell, judge=judge)
        self._client = client_for(self._config, jobs=self._jobs, now=self._now)
        self._workers = Workers(self._settings.workers)
        writing = asyncio.ensure_future(self._writer.run())
        try:
            async with self._client, self._workers:
                looking = asyncio.ensure_future(self._look_at(due if force else self._allowed(due)))
                await _first_to_end(looking, writing)
        finally:
            self._writer.close()
            await writing
            self._writing.save_hosts(self._held)

    async def _look_at(self, feeds: Sequence[Known]) -> None:
        await run(
            feeds,
            self._look,
            key=self._key,
            policy=self._policy,
            jobs=self._jobs,
            skip=lambda known, reason: self.tell(results.skipped(known, reason)),
        )

    def tell(self, result: FeedResult) -> None:
        """Count what came of a feed, and hand it on."""
        self.summary = results.counted(self.summary, result)
        self._told(result)

    def _key(self, known: Known) -> str:
        """Name whom a look bothers; asked for twice a look, so it is remembered."""
        address = known.state.feed_url
        if address not in self._keys:
            self._keys[address] = key_for(self._asker.address(known), self._hosts)
        return self._keys[address]

    def _policy(self, key: str) -> HostPolicy:
        if key not in self._policies:
            self._policies[key] = policy_for(key, self._hosts)
        return self._policies[key]

    def _allowed(self, due: Sequence[Known]) -> list[Known]:
        """Leave out the feeds of hosts that are to be left alone since an earlier run."""
        now = self._now()
        held = {host for host, state in self._reading.hosts().items() if state.rests(now)}
        resting = [known for known in due if self._key(known) in held] if held else []
        for known in resting:
            self.tell(results.skipped(known, "Its host is left alone for a while."))
        left_out = {known.feed_id for known in resting}
        return [known for known in due if known.feed_id not in left_out]

    async def _look(self, known: Known) -> SourceError | None:
        """Take one feed all the way: get, parse, match, plan; the writer does the rest."""
        key = self._key(known)
        policy = self._policy(key)
        document: Document | None = None
        matches: list[Match] = []
        outcome: Outcome
        try:
            known, outcome, document = await self._read(known, policy)
            if document is not None:
                matches = self._matches(known, document)
        except SourceError as error:
            outcome = self._asker.hushed(known, policy, _without_frames(error))
        decided = plan(
            known,
            outcome,
            document,
            matches,
            now=self._now(),
            policy=policy,
            intervals=(self._settings.min_every, self._settings.max_every),
            chance=self._chance(),
            insecure=self._asker.is_insecure(known),
        )
        failed = outcome if isinstance(outcome, SourceError) else None
        self._note_host(key, policy, failed, decided.state.next_check_at)
        await self._writer.put(decided, results.of_plan(known, decided))
        return failed

    async def _read(
        self, known: Known, policy: HostPolicy
    ) -> tuple[Known, Fetched, Document | None]:
        """Get a feed's document, None where it is the last one; a page is led to its feed first."""
        answer = await self._get(known, policy)
        fetched = answer.fetched
        if fetched.body is None or fetched.digest == known.state.body_hash:
            return known, fetched, None
        try:
            return known, fetched, await self._digest(known, answer)
        except ParseError as error:
            led = await self._led(known, fetched) if is_page(known, error) else None
            if led is None:
                raise from_elsewhere(known, fetched, error) from error.__cause__
        answer = await self._get(led, self._policy(self._key(led)))
        return led, answer.fetched, await self._digest(led, answer)

    async def _led(self, known: Known, page: Fetched) -> Known | None:
        """Return the same feed with the address that its page leads to; None where there is none.

        What else is asked for that goes past the queue of its domain: once in the life of a feed.
        """

        async def get(url: str) -> Fetched:
            policy = self._policy(key_for(url, self._hosts))
            return await self._client.get(url, headers=headers_for(policy))

        found = await resolved(known.url, self._rules, page, get)
        if found.feed_url is None:
            return None
        return replace(known, state=replace(known.state, feed_url=found.feed_url))

    def _matches(self, known: Known, document: Document) -> list[Match]:
        """Look up what is stored; a feed that never had an entry has nothing to look up."""
        if known.state.last_entry_at is None:
            return []
        return self._reading.matches(known.feed_id, document.entries)

    async def _get(self, known: Known, policy: HostPolicy) -> Answer:
        asked = self._asker.request(known, policy)
        fetched = await self._client.get(
            asked.address,
            etag=known.state.etag,
            last_modified=known.state.last_modified,
            headers=asked.headers,
            insecure=asked.insecure,
        )
        return Answer(asked, *answered(asked, fetched))

    async def _digest(self, known: Known, answer: Answer) -> Document:
        fetched = answer.fetched
        assert fetched.body is not None
        return await self._workers.digest(
            Job(
                body=fetched.body,
                url=answer.base,
                charset=fetched.charset,
                content_type=fetched.headers.get("content-type"),
                known_hashes=self._reading.hashes(known.feed_id),
                identity=known.state.identity,
                backlog=known.state.last_entry_at is None,
                max_entries=self._settings.max_entries,
                mapping=answer.asked.mapping,
            )
        )

    def _note_host(
        self, key: str, policy: HostPolicy, error: SourceError | None, next_check_at: int
    ) -> None:
        """Remember across runs what a host asked for: a pause, or a gap between requests."""
        now = self._now()
        if is_host_event(error):
            self._held[key] = HostState(next_at=next_check_at, failures=1, last_at=now)
        elif policy.gap >= 1:
            self._held[key] = HostState(next_at=now + round(policy.gap), last_at=now)
