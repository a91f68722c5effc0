"""One address, followed hop by hop to its document.

`get` states facts: a `Fetched`, or a `FetchError` for whatever the outside world did wrong.
What follows from them is decided by `plan`.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from xxhash import xxh3_128_digest

import aggregator
from aggregator import urls
from aggregator.config import Config
from aggregator.errors import FetchError
from aggregator.fetch.answers import PERMANENT, REDIRECTS, charset, named, refusal
from aggregator.fetch.decode import ACCEPTED, decode
from aggregator.fetch.failures import seam
from aggregator.fetch.foreign import httpx
from aggregator.fetch.guard import Guard, addresses_in, ports_of
from aggregator.fetch.resolver import Resolver
from aggregator.fetch.transport import Connections
from aggregator.model import Fetched

MAX_HOPS = 10

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)

_RawHeaders = list[tuple[bytes, bytes]]

_CONTROLS = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def user_agent(contact: str | None = None) -> str:
    """Name the program and whom to write to about it."""
    return f"Aggregator/{aggregator.__version__}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is asked: `plain` for every hop, `own` for the feed's host, `validators` for `url`."""

    url: str
    address: httpx.URL
    plain: _RawHeaders
    own: _RawHeaders
    validators: _RawHeaders
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one hop said; `body` is None for a redirect and for 304."""

    status: int
    headers: dict[str, str]
    body: bytes | None = None
    wire_bytes: int = 0


class Client:
    """Gets documents: so many at once, within so many seconds and bytes each.

    `jobs` requests run at once; `timeout` is seconds for all of a `get` with its redirects;
    `max_wire` bytes come over the wire and `max_body` out of decoding at most. `allow` names
    private networks and hosts that may be asked; a `guard` goes before it. `accept` are the types
    asked for. `now` tells epoch seconds, `clock` measures.
    """

    def __init__(
        self,
        *,
        jobs: int = 64,
        timeout: float = 30.0,
        max_body: int = 20 << 20,
        max_wire: int = 10 << 20,
        user_agent: str = f"Aggregator/{aggregator.__version__}",
        allow: tuple[str, ...] = (),
        guard: Guard | None = None,
        accept: str = ACCEPT,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._timeout = timeout
        self._max_body = max_body
        self._max_wire = max_wire
        self._now = now
        self._clock = clock
        self._slots = asyncio.Semaphore(jobs)
        self._connections = Connections(
            keep=jobs, guard=guard or Guard(allow), tls=tls, resolver=resolver
        )
        self._plain: _RawHeaders = [
            (b"User-Agent", user_agent.encode()),
            (b"Accept", accept.encode()),
            (b"Accept-Encoding", ACCEPTED.encode()),
        ]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._connections.close()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        insecure: bool = False,
    ) -> Fetched:
        """Get a document, or learn that it has not changed (status 304, body None).

        `etag` and `last_modified` go to `url` alone and exactly as they came; `headers` go to
        its host alone and replace ours of the same name. `insecure` takes any certificate of that
        host. Raises FetchError.
        """
        async with self._slots:
            started = self._clock()
            try:
                async with asyncio.timeout(self._timeout):
                    ask = self._ask(url, headers, _validators(etag, last_modified))
                    return await self._follow(replace(ask, insecure=insecure), started)
            except TimeoutError as error:
                raise FetchError(
                    f"{_host(url)} did not send its answer within {self._timeout:g} seconds.",
                    kind="timeout",
                ) from error

    def _ask(self, url: str, headers: Sequence[tuple[str, str]], validators: _RawHeaders) -> _Ask:
        own = [(name.encode(), value.encode()) for name, value in headers]
        replaced = {name.lower() for name, _ in own}
        kept = [pair for pair in self._plain if pair[0].lower() not in replaced]
        return _Ask(url, _address(url), self._plain, kept + own, validators)

    async def _follow(self, ask: _Ask, started: float) -> Fetched:
        """Go from redirect to redirect, ten at most, until there is an answer."""
        url, address, lasting, permanent = ask.url, ask.address, True, None
        seen = {url}
        for hop in range(MAX_HOPS + 1):
            answer = await self._hop(ask, address, first=hop == 0)
            if answer.status not in REDIRECTS:
                return self._fetched(answer, url, permanent, started)
            target = _target(url, answer)
            if target in seen:
                raise FetchError(
                    f"{_host(url)} redirects in a circle.",
                    kind="redirect",
                    http_status=answer.status,
                )
            seen.add(target)
            following = _address(target)
            downgrade = following.scheme == "http" and address.scheme == "https"
            lasting = lasting and answer.status in PERMANENT and not downgrade
            permanent = target if lasting else permanent
            url, address = target, following
        raise FetchError(f"{_host(url)} redirects more than {MAX_HOPS} times.", kind="redirect")

    def _fetched(self, answer: _Answer, url: str, permanent: str | None, started: float) -> Fetched:
        return Fetched(
            status=answer.status,
            final_url=url,
            headers=answer.headers,
            body=answer.body,
            digest=xxh3_128_digest(answer.body) if answer.body is not None else None,
            charset=charset(answer.headers),
            permanent_url=permanent,
            wire_bytes=answer.wire_bytes,
            ms=round((self._clock() - started) * 1000),
        )

    async def _hop(self, ask: _Ask, address: httpx.URL, *, first: bool) -> _Answer:
        """Make one request."""
        own = first or _trusted(ask.address, address)
        headers = ask.own if own else ask.plain
        conditions = ask.validators if first else []
        url = str(address)
        kept = self._connections.take(address, insecure=ask.insecure and own)
        try:
            with seam(url):
                response = await kept.transport.handle_async_request(
                    httpx.Request("GET", address, headers=headers + conditions)
                )
                stream = response.stream
                assert isinstance(stream, httpx.AsyncByteStream)
                try:
                    return await self._read(response, stream, conditional=bool(conditions))
                finally:
                    await stream.aclose()
        finally:
            await self._connections.give_back(kept)

    async def _read(
        self, response: httpx.Response, stream: httpx.AsyncByteStream, *, conditional: bool
    ) -> _Answer:
        status, headers = response.status_code, named(response.headers.raw)
        if status in REDIRECTS or (status == 304 and conditional):
            return _Answer(status, headers)
        if error := refusal(status, headers, now=self._now()):
            raise error
        wire = await self._wire(stream, headers.get("content-length", ""))
        body = decode(wire, headers.get("content-encoding", ""), limit=self._max_body)
        if not body:
            raise FetchError(
                f"The server answered {status} with an empty document.",
                kind="http",
                http_status=status,
            )
        return _Answer(status, headers, body, len(wire))

    async def _wire(self, stream: httpx.AsyncByteStream, declared: str) -> bytes:
        """Read the body as it is on the wire, up to the limit."""
        size = int(declared[:19]) if declared.isascii() and declared.isdigit() else 0
        pieces: list[bytes] = []
        if size <= self._max_wire:
            size = 0
            async for piece in stream:
                size += len(piece)
                if size > self._max_wire:
                    break
                pieces.append(piece)
        if size > self._max_wire:
            raise FetchError(
                f"The server sends more than {self._max_wire / (1 << 20):.3g} MiB.",
                kind="too_large",
                hint="Raise max_wire in feeds.toml if it is meant to be so large.",
            )
        return b"".join(pieces)


def client_for(
    config: Config,
    *,
    jobs: int | None = None,
    written: Iterable[str] = (),
    now: Callable[[], float] = time.time,
) -> Client:
    """Return a client as feeds.toml wants it; `jobs` replaces the number of requests at once.

    `written` are addresses that a person has just written: their ports may be asked, as may those
    of the addresses in feeds.toml.
    """
    settings = config.settings
    ports = ports_of((*addresses_in(config), *written))
    return Client(
        jobs=jobs or settings.jobs,
        timeout=settings.timeout,
        max_body=settings.max_body,
        max_wire=settings.max_wire,
        user_agent=user_agent(settings.contact),
        guard=Guard(config.network.allow, written=ports),
        now=now,
    )


def _validators(etag: str | None, last_modified: str | None) -> _RawHeaders:
    pairs = ((b"If-None-Match", etag), (b"If-Modified-Since", last_modified))
    return [(name, raw) for name, value in pairs if value and (raw := _as_it_came(value))]


def _as_it_came(value: str) -> bytes | None:
    """Make the bytes of a validator again (see answers.named); None if they can't be sent.

    aiohttp writes headers as UTF-8. A validator that is not, rare as it is, would go back changed,
    and a changed validator is worse than none.
    """
    try:
        raw = value.encode("latin-1")
        raw.decode("utf-8")
    except UnicodeError:
        return None
    return None if _CONTROLS.search(raw) else raw


def _address(url: str) -> httpx.URL:
    with seam(url):
        address = httpx.URL(url)
    if address.scheme not in ("http", "https") or not address.host:
        raise FetchError(
            "The address is not one of http or https.",
            kind="protocol",
            hint="Addresses of feeds begin with http:// or https://.",
        )
    return address


def _target(url: str, answer: _Answer) -> str:
    """Find where a redirect leads; a login in the address stays with its own host."""
    location = answer.headers.get("location", "")
    # RFC 9110 wants ASCII; servers write UTF-8.
    location = location.encode("latin-1").decode("utf-8", "replace")
    target = urls.absolute(url, location) if location.strip() else None
    if target is None:
        raise FetchError(
            f"{_host(url)} redirects to no address of http or https.",
            kind="redirect",
            http_status=answer.status,
        )
    target = target.partition("#")[0]
    here, there = _address(url), _address(target)
    if here.userinfo and not there.userinfo and _trusted(here, there):
        return str(there.copy_with(userinfo=here.userinfo))
    return target


def _trusted(first: httpx.URL, then: httpx.URL) -> bool:
    """Whether secrets meant for one address may go to another: same host, not less secure."""
    same = (first.host, first.port) == (then.host, then.port)
    return same and then.scheme in (first.scheme, "https")


def _host(url: str) -> str:
    return urls.host(url) or "The server"
