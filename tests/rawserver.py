"""A server that says exactly the bytes it is told to, so that every fault can be expressed."""

import asyncio
from dataclasses import dataclass, field

from aggregator.fetch import Client


@dataclass(frozen=True)
class Cut:
    """Bytes after which the server hangs up; `pause` seconds between one byte and the next."""

    data: bytes
    pause: float = 0.0


def ok(body=b"<rss/>", *headers, status="200 OK"):
    """A whole, proper answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def until(condition):
    """Let the others go on until something holds."""
    while not condition():  # noqa: ASYNC110 — what is waited for knows of no event
        await asyncio.sleep(0)


def moved(status, location):
    return ok(b"", f"Location: {location}", status=f"{status} Moved")


@dataclass
class Raw:
    """`answers` maps a path to bytes, a Cut or a coroutine function of (reader, writer).

    OTHER in an answer stands for the address of the same server under another host.
    `requests` holds (number of the connection, head of the request).
    """

    answers: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    connections: int = 0
    url: str = ""
    other: str = ""
    tls: object = None

    def get(self, path="/", *, client=None, **asked):
        """Get a path with a client of its own."""
        return self.run(lambda it: it.get(self.url + path, **asked), **(client or {}))

    def run(self, scenario, **client):
        """Run a scenario, a function of a client, beside the server."""
        return asyncio.run(self._run(scenario, client))

    async def _run(self, scenario, settings):
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        port = server.sockets[0].getsockname()[1]
        second = await asyncio.start_server(self._serve, "127.0.0.2", port, ssl=self.tls)
        scheme = "https" if self.tls else "http"
        self.url, self.other = (f"{scheme}://127.0.0.{n}:{port}" for n in (1, 2))
        try:
            asked = {"jobs": 4, "timeout": 5, "allow": ("127.0.0.0/8",), **settings}
            async with Client(**asked) as client:
                return await scenario(client)
        finally:
            server.close()
            second.close()
            await self._settle()

    async def _settle(self):
        """Let the connections end, so that none is left to be warned about."""
        handlers = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
        for task in handlers:
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)

    async def _serve(self, reader, writer):
        self.connections += 1
        number = self.connections
        try:
            while await self._answer(number, reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, number, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append((number, head.decode("latin-1")))
        answer = self.answers[head.split()[1].decode()]
        if callable(answer):
            return await answer(reader, writer)
        cut = isinstance(answer, Cut)
        data = (answer.data if cut else answer).replace(b"OTHER", self.other.encode())
        step = 1 if cut and answer.pause else len(data)
        for at in range(0, len(data), step):
            writer.write(data[at : at + step])
            await writer.drain()
            if cut and answer.pause:
                await asyncio.sleep(answer.pause)
        return not cut

    def heads(self, path):
        """The heads of all requests for a path."""
        return [head for _, head in self.requests if head.split()[1] == path]
