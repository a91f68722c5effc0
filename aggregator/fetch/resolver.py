"""Names to addresses, in threads that hold nobody up.

asyncio asks the system in a pool of six threads on two cores, and waits for all of them before
it ends: six dead name servers would stop a run, and one would hold up Ctrl-C. A daemon thread
for each name does neither.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_AddressInfo = tuple[socket.AddressFamily, int, int, str, tuple[Any, ...]]


class Resolver(AbstractResolver):
    """Asks the system; `look_up` is `socket.getaddrinfo` or what a test puts in its place."""

    def __init__(self, look_up: Callable[..., list[Any]] = socket.getaddrinfo) -> None:
        self._look_up = look_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve a name; raises OSError when it has no address."""
        return [_result(host, info) for info in await self._in_thread(host, port, family)]

    def _in_thread(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> asyncio.Future[list[_AddressInfo]]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[_AddressInfo]] = loop.create_future()

        def ask() -> None:
            try:
                infos = self._look_up(
                    host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
                )
                _tell(loop, future, future.set_result, infos)
            except (OSError, UnicodeError) as error:
                _tell(loop, future, future.set_exception, _as_os_error(error))

        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        return future

    async def close(self) -> None:
        """There is nothing to close."""


def _tell(
    loop: asyncio.AbstractEventLoop,
    future: asyncio.Future[Any],
    tell: Callable[[Any], None],
    what: object,
) -> None:
    """Bring an answer to the loop, unless nobody waits for it any more."""

    def unless_done() -> None:
        if not future.done():
            tell(what)

    if not loop.is_closed():
        loop.call_soon_threadsafe(unless_done)


def _as_os_error(error: OSError | UnicodeError) -> OSError:
    """A name that no name server could know (a label of 64 letters) is just unknown."""
    return error if isinstance(error, OSError) else socket.gaierror(socket.EAI_NONAME, str(error))


def _result(host: str, info: _AddressInfo) -> ResolveResult:
    family, _, proto, _, address = info
    return ResolveResult(
        hostname=host,
        host=address[0],
        port=address[1],
        family=family,
        proto=proto,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
