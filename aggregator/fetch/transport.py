"""httpx on aiohttp: a transport per origin, kept open while it is of use.

httpx's requests and responses, aiohttp's connections (a fifth of the CPU), without the machinery
of httpx's client: redirects, cookies, decoding and deadlines are ours.

The guard makes the sockets: aiohttp asks it for each connection, with the address that is about to
be connected to, also for addresses written as numbers.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from functools import partial
from typing import Any

from aggregator.fetch.foreign import aiohttp, httpx  # isort: skip — before what imports them
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest, ClientResponse
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport

from aggregator.fetch.guard import Guard
from aggregator.fetch.resolver import Resolver

__all__ = ["Connections", "Kept", "httpx"]

MAX_LINE = 8190
MAX_HEADERS = 128
"""The headers of an answer are 1 MiB at most."""

_NOT_MODIFIED = re.compile(rb"HTTP/1\.[01] 304 ")

AT_ONCE = 8
"""So many requests of one server run at once, whoever led to it: many feeds may redirect to one."""

KEEP_SECONDS = 15.0
READ_BUFFER = 1 << 18


class _CleanRequest(ClientRequest):
    """A request that takes no connection on which bytes arrived that nobody asked for.

    They would be read as the answer to it (RFC 9112 section 9.2 forbids that). aiohttp sends it
    again on a fresh connection.
    """

    async def send(self, conn: Connection) -> ClientResponse:
        if conn.protocol is not None and conn.protocol.should_close:
            raise aiohttp.ServerDisconnectedError
        return await super().send(conn)


class _PatientHandler(ResponseHandler):
    """Drops the body that some servers send with a 304, which has none (RFC 9110, 15.4.5).

    aiohttp would take it for the next answer, and the 304 for a broken one.
    """

    def data_received(self, data: bytes) -> None:
        end = data.find(b"\r\n\r\n") + 4 if _NOT_MODIFIED.match(data) else 0
        if 4 < end < len(data):
            self.force_close()
            data = data[:end]
        super().data_received(data)


@dataclass(slots=True)
class Kept:
    """A transport to one origin, and how many requests use it now."""

    transport: AiohttpTransport
    users: int = 0


class Connections:
    """Transports by origin; those not in use are closed, oldest first, beyond `keep` of them.

    No more than `keep` may be lent at once.
    """

    def __init__(
        self,
        *,
        keep: int,
        guard: Guard,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self._guard = guard
        self._keep = keep
        self._tls = tls
        self._resolver = resolver or Resolver()
        self._jar = aiohttp.DummyCookieJar()
        # The transport wants a context of its own though it never uses it: one that trusts none.
        self._unused = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._by_origin: dict[str, Kept] = {}

    def take(self, address: httpx.URL, *, insecure: bool = False) -> Kept:
        """Lend the transport to an address's origin; it must be given back.

        One that is `insecure` takes any certificate, and is kept apart from the others.
        """
        origin = f"{address.scheme}://{address.netloc.decode()}{' insecure' * insecure}"
        kept = self._by_origin.pop(origin, None) or self._open(address, insecure=insecure)
        kept.users += 1
        self._by_origin[origin] = kept
        return kept

    async def give_back(self, kept: Kept) -> None:
        """Take a transport back."""
        kept.users -= 1
        if len(self._by_origin) > self._keep:
            await self._close_oldest()

    async def close(self) -> None:
        """Close all."""
        while self._by_origin:
            _, kept = self._by_origin.popitem()
            await kept.transport.aclose()

    async def _close_oldest(self) -> None:
        # There is one: fewer requests run at once than transports are kept.
        oldest = next(origin for origin, kept in self._by_origin.items() if not kept.users)
        await self._by_origin.pop(oldest).transport.aclose()

    def _trusting(self, address: httpx.URL) -> ssl.SSLContext | bool:
        """Say whom to trust; reading the authorities' certificates takes 20 ms."""
        if self._tls is None and address.scheme == "https":
            self._tls = ssl.create_default_context()
        return self._tls or True

    def _open(self, address: httpx.URL, *, insecure: bool) -> Kept:
        connector = aiohttp.TCPConnector(
            limit=AT_ONCE,
            socket_factory=self._guard.sockets(address.host),
            keepalive_timeout=KEEP_SECONDS,
            resolver=self._resolver,
            ssl=False if insecure else self._trusting(address),
        )
        # There is no public way to bring a protocol along.
        patient: Any = partial(_PatientHandler, loop=asyncio.get_running_loop())
        connector._factory = patient  # noqa: SLF001
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=self._jar,
            request_class=_CleanRequest,
            auto_decompress=False,
            trust_env=False,
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            max_headers=MAX_HEADERS,
            read_bufsize=READ_BUFFER,
        )
        return Kept(AiohttpTransport(verify=self._unused, client=session))
