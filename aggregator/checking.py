"""Whether the links on a list still lead where they led: asked politely, one by one a domain.

    items  →  get (as feeds are got: one request at a time per domain, private networks refused)
           →  verdict: ok, moved, dead or unsure

A page is got rather than asked for its head alone: servers that refuse, or answer wrongly, a HEAD
are too many. What a page sends beyond a bound is not read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from aggregator.config import Config
from aggregator.curation import Item
from aggregator.errors import FetchError, SourceError
from aggregator.fetch import (
    Client,
    client_for,
    headers_for,
    is_host_event,
    key_for,
    policy_for,
    run,
)
from aggregator.model import FeedState, Fetched, HostPolicy, Known
from aggregator.store import HostState
from aggregator.urls import canonical, host

__all__ = ["Checked", "check", "verdict"]

DAY = 86_400
PAUSE = 3_600
"""Seconds for which a host is left alone that asks for a pause and names no time."""

MOST = 2 << 20
"""So many bytes of a page are read, at most."""

ACCEPT = ("Accept", "text/html, application/xhtml+xml, */*;q=0.8")

_GONE = frozenset({404, 410})
_THERE = frozenset({"too_large", "encoding"})
"""Kinds of errors that say: there is a document, and it is not for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a look at an item's link; `status` is ok, moved, dead or unsure."""

    item: Item
    status: str
    note: str
    moved_to: str | None = None


def check(
    items: Sequence[Item],
    *,
    config: Config,
    hosts: Mapping[str, HostState],
    on_checked: Callable[[Checked], object] = lambda _checked: None,
    now: Callable[[], float] = time.time,
) -> tuple[list[Checked], dict[str, HostState]]:
    """Look at the links of items, those first that were not looked at for the longest time.

    Items whose host is to be left alone, since an earlier run or by now, are left out. Returns
    what came of the others, and what hosts asked for. `on_checked` is told of each when it is done.
    """

    async def look() -> tuple[list[Checked], dict[str, HostState]]:
        async with client_for(_bounded(config), now=now) as client:
            desk = _Desk(config, client, hosts, on_checked, now)
            await desk.run(sorted(items, key=lambda each: each.checked_at or 0))
            return desk.found, desk.held

    return asyncio.run(look())


def _bounded(config: Config) -> Config:
    """Return the configuration with less to read: a page is looked at, not kept."""
    settings = config.settings
    return replace(config, settings=replace(settings, max_wire=min(settings.max_wire, MOST)))


class _Desk:
    """What all looks share: the client, the hosts' wishes, and what came of it so far."""

    def __init__(
        self,
        config: Config,
        client: Client,
        hosts: Mapping[str, HostState],
        on_checked: Callable[[Checked], object],
        now: Callable[[], float],
    ) -> None:
        self.found: list[Checked] = []
        self.held: dict[str, HostState] = {}
        self._config = config
        self._client = client
        self._hosts = hosts
        self._told = on_checked
        self._now = now
        self._items: dict[int, Item] = {}

    async def run(self, items: Iterable[Item]) -> None:
        resting = {name for name, state in self._hosts.items() if state.next_at > self._now()}
        self._items = {
            number: each
            for number, each in enumerate(items)
            if each.url and key_for(each.url, self._config.hosts) not in resting
        }
        # The queues of fetching know feeds: an item is to them a feed with one address.
        asked = [
            Known(
                feed_id=number,
                url=str(each.url),
                state=FeedState(feed_url=str(each.url)),
                category=each.category,
            )
            for number, each in self._items.items()
        ]
        await run(asked, self._look, key=self._key, policy=self._policy, jobs=self._jobs)

    @property
    def _jobs(self) -> int:
        return self._config.settings.jobs

    def _key(self, known: Known) -> str:
        return key_for(known.url, self._config.hosts)

    def _policy(self, key: str) -> HostPolicy:
        return policy_for(key, self._config.hosts)

    async def _look(self, known: Known) -> SourceError | None:
        item, key = self._items[known.feed_id], self._key(known)
        outcome: Fetched | FetchError
        try:
            headers = (*headers_for(self._policy(key)), ACCEPT)
            outcome = await self._client.get(known.url, headers=headers)
        except FetchError as error:
            outcome = error
        checked = verdict(item, outcome, now=int(self._now()))
        self.found.append(checked)
        self._told(checked)
        if not isinstance(outcome, FetchError):
            return None
        if is_host_event(outcome):
            now = int(self._now())
            wait = outcome.retry_after or self._policy(key).retry or PAUSE
            self.held[key] = HostState(next_at=now + wait, failures=1, last_at=now)
        return outcome


def verdict(item: Item, outcome: Fetched | FetchError, *, now: int) -> Checked:
    """Say what an answer means for an item's link.

    A server in trouble proves nothing; one that can't be reached, today and a day ago, does.
    """
    if isinstance(outcome, Fetched):
        return _answered(item, outcome)
    if outcome.kind in _THERE:
        return Checked(item=item, status="ok", note="It is there.")
    if outcome.http_status in _GONE:
        return Checked(item=item, status="dead", note=outcome.message)
    lasting = (
        outcome.kind == "unreachable"
        and item.check_note == outcome.message
        and now - (item.checked_at or now) >= DAY
    )
    known = outcome.kind == "unreachable" and item.check_status == "dead"
    return Checked(item=item, status="dead" if lasting or known else "unsure", note=outcome.message)


def _answered(item: Item, fetched: Fetched) -> Checked:
    """Say whether a page that is there is the one that was picked."""
    here, there = str(item.url), fetched.permanent_url
    if there is None or canonical(there) == canonical(here):
        return Checked(item=item, status="ok", note="It is there.")
    if _is_front(there) and not _is_front(here):
        note = f"It leads to the front page of {host(there)}: the page itself may be gone."
        return Checked(item=item, status="unsure", note=note)
    return Checked(item=item, status="moved", note=f"It moved to {there}.", moved_to=there)


def _is_front(url: str) -> bool:
    parts = urlsplit(canonical(url))
    return parts.path in {"", "/"} and not parts.query
