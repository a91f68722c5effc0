"""The benchmark's own feed server: a process that speaks just enough HTTP/1.1, and fast.

It listens on many loopback addresses, so that readers which go easy on a host have many hosts.
`FeedServer` starts it and talks to it through its standard input and output; it ends when its
standard input does, so that none is left behind.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from typing import Any, Self

from benchmarks.documents import MEDIA_TYPES, World, dice

ROOT = Path(__file__).resolve().parents[1]
SIGMA = 0.5  # of the lognormal latency: one in forty answers takes 2.7 times the median


class Spoken:
    """A server's process that is asked on its standard input, and answers on its output, in JSON.

    It is a module that is run with its options; it says first on which port it listens.
    """

    def __init__(self, module: str, options: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, json.dumps(options)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port: int = self._answer()["port"]

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask, and return the answer."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("The benchmark's feed server could not start.")
        answer: dict[str, Any] = json.loads(line)
        return answer


class FeedServer:
    """A context manager around the server's process.

    `latency` is the median in seconds; `faults` is the share of requests that fail: half of them
    with a 500, half with a connection that ends in the middle of the body.
    """

    def __init__(
        self, world: World, *, addresses: int = 200, latency: float = 0.0, faults: float = 0.0
    ) -> None:
        self.world = world
        self.addresses = addresses
        options = {
            "feeds": world.feeds,
            "share": world.share,
            "addresses": addresses,
            "latency": latency,
            "faults": faults,
        }
        self._spoken = Spoken("benchmarks.feedserver", options)
        self.port = self._spoken.port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._spoken.end()

    def url(self, feed: int) -> str:
        """Return the address of a feed."""
        return f"http://{address(feed % self.addresses)}:{self.port}/feed/{feed}.xml"

    def urls(self) -> list[str]:
        """Return the addresses of all feeds."""
        return [self.url(feed) for feed in range(self.world.feeds)]

    def round(self, number: int) -> None:
        """Go to a round, and forget what was counted."""
        self._spoken.ask({"round": number})

    def counts(self) -> dict[str, int]:
        """Return how many answers were given since the round began, by status."""
        return dict(self._spoken.ask({"counts": True})["counts"])


class _Web:
    """What all connections share."""

    def __init__(self, world: World, *, latency: float, faults: float) -> None:
        self.world = world
        self.latency = latency
        self.faults = faults
        self.round = 0
        self.counts: Counter[str] = Counter()

    def answer(self, feed: int, headers: dict[bytes, bytes]) -> bytes:
        world, now = self.world, self.round
        if not 0 <= feed < world.feeds:
            return respond("404 Not Found", "text/plain", "", b"no such feed\n")
        etag, modified = world.etag(feed, now), world.modified(feed, now)
        validators = f"ETag: {etag}\r\nLast-Modified: {modified}\r\n"
        if _unchanged(headers, etag, modified):
            return f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode()
        body = world.document(feed, now)
        return respond("200 OK", MEDIA_TYPES[world.kind(feed)], validators, body)

    def delay(self, feed: int) -> float:
        if not self.latency:
            return 0.0
        chance = Random(dice(feed, self.round, 6))
        return math.exp(chance.gauss(math.log(self.latency), SIGMA))

    def fault(self, feed: int) -> str | None:
        roll = dice(feed, self.round, 7) % 10_000 / 10_000
        return None if roll >= self.faults else ("500" if roll < self.faults / 2 else "cut")


def _unchanged(headers: dict[bytes, bytes], etag: str, modified: str) -> bool:
    seen = headers.get(b"if-none-match")
    if seen is not None:
        return etag.encode() in seen
    return headers.get(b"if-modified-since") == modified.encode()


def respond(status: str, media_type: str, more: str, body: bytes) -> bytes:
    """Make an answer; `more` are other headers, each with its line end."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Connection(asyncio.Protocol):
    """A connection: requests come one after the other, bodies of requests are not expected."""

    def __init__(self, web: _Web) -> None:
        self.web = web
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self._request(head)

    def _request(self, head: bytes) -> None:
        line, *lines = head.split(b"\r\n")
        fields = (field.partition(b":") for field in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        feed = feed_of(line)
        delay = self.web.delay(feed)
        if delay:
            asyncio.get_running_loop().call_later(delay, self._answer, feed, headers)
        else:
            self._answer(feed, headers)

    def _answer(self, feed: int, headers: dict[bytes, bytes]) -> None:
        if self.transport.is_closing():
            return
        fault = self.web.fault(feed)
        answer = self.web.answer(feed, headers)
        if fault == "500":
            answer = respond("500 Internal Server Error", "text/plain", "", b"oh\n")
        cut = fault == "cut"
        self.web.counts["cut" if cut else answer[9:12].decode()] += 1
        self.transport.write(answer[: len(answer) // 2] if cut else answer)
        if cut or headers.get(b"connection", b"").lower() == b"close":
            self.transport.close()


def feed_of(line: bytes) -> int:
    """Return the number of the feed that a request line asks for, -1 for what is none."""
    try:
        path = line.split(b" ")[1].partition(b"?")[0]
        return int(path.removeprefix(b"/feed/").removesuffix(b".xml"))
    except (IndexError, ValueError):
        return -1


def address(number: int) -> str:
    """Return one of many loopback addresses: 127.0.0.1 to 127.0.0.250, 127.0.1.1 and so on."""
    return f"127.0.{number // 250}.{1 + number % 250}"


def listen(addresses: int) -> list[socket.socket]:
    """Open sockets of one port on so many addresses; another port where one is taken."""
    for _ in range(20):
        with ExitStack() as opened:
            first = opened.enter_context(_socket(0, 0))
            port = first.getsockname()[1]
            with suppress(OSError):
                others = range(1, addresses)
                sockets = [first, *(opened.enter_context(_socket(each, port)) for each in others)]
                opened.pop_all()
                return sockets
    raise SystemExit("No port is free on all loopback addresses; try fewer (--addresses 1).")


def _socket(number: int, port: int) -> socket.socket:
    return socket.create_server((address(number), port), backlog=1024)


async def _serve(options: dict[str, Any]) -> None:
    world = World(options["feeds"], options["share"])
    web = _Web(world, latency=options["latency"], faults=options["faults"])
    world.document(0, 0)  # fills the pool of paragraphs before anybody measures
    loop = asyncio.get_running_loop()
    sockets = listen(options["addresses"])
    for each in sockets:
        await loop.create_server(lambda: _Connection(web), sock=each)
    say({"port": sockets[0].getsockname()[1]})
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        question = json.loads(line)
        if "round" in question:
            web.round = question["round"]
            web.counts.clear()
        say({"counts": dict(web.counts)})


def say(answer: dict[str, Any]) -> None:
    """Tell whoever started this process."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
