"""The servers of the soak: thousands of feeds that grow, misbehave, and remember what they sent.

What a feed has written, and under which GUIDs, is a state, since it depends on what arrived: a feed
that gives all its entries new GUIDs does so only when the last ones have arrived, and writes
nothing new until these have; else nobody could tell what was doubled by whom.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks import faults
from benchmarks.documents import MEDIA_TYPES, SHAPES, World, dice
from benchmarks.feedserver import address, feed_of, listen, respond, say

RESTLESS = 50  # one feed of so many has other GUIDs whenever somebody looks


@dataclass(slots=True)
class Feed:
    """`written` entries so far, of which the first `arrived` are known to be stored somewhere."""

    written: int
    listed: int
    restless: bool
    arrived: int = 0
    epoch: int = 0
    frozen: bool = False

    @property
    def window(self) -> tuple[int, int]:
        """The first entry of the document, and the one after its last."""
        return max(0, self.written - self.listed), self.written


class Web:
    """What all connections share: the feeds, and what was sent in this round."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.seed, self.share = options["seed"], options["faults"]
        self.addresses = options["addresses"]
        self.world = World(options["feeds"])
        self.port = 0
        self.round = 0
        self.sent: dict[int, tuple[int, int]] = {}
        self.counts: Counter[str] = Counter()
        listed = [self.world.listed(number) for number in range(self.world.feeds)]
        self.feeds = [Feed(n, n, number % RESTLESS == 7) for number, n in enumerate(listed)]

    def ended(self, arrived: list[int]) -> dict[str, Any]:
        """End a round; `arrived` are the feeds whose answers are stored, as their reader says."""
        sent, counts = self.sent, self.counts
        for number in arrived:
            if number in sent:
                feed = self.feeds[number]
                feed.arrived, feed.frozen = sent[number][1], False
        self.sent, self.counts = {}, Counter()
        return {"sent": sent, "counts": counts}

    def begin(self, round_: int, share: float) -> None:
        """Begin a round: some feeds write, some give new GUIDs to what they have."""
        self.round, self.share = round_, share
        for number, feed in enumerate(self.feeds):
            whole = feed.arrived == feed.written
            if self.fault(number) == faults.REPUBLISH and whole:
                feed.epoch += 1
                feed.frozen = True
            elif not feed.frozen:
                added = self.world.added(number, round_)
                feed.written += min(added, int(whole)) if feed.restless else added

    def fault(self, number: int) -> str | None:
        """Return what goes wrong with a feed in this round."""
        return faults.fault_of(self.seed, number, self.round, self.share)

    def document(self, number: int) -> bytes:
        """Return a feed as it is now, the newest entry first."""
        feed = self.feeds[number]
        head, entry, tail = SHAPES[self.world.kind(number)]
        first, after = feed.window
        parts = [entry(number, each) for each in range(after - 1, first - 1, -1)]
        if feed.epoch:
            parts = [_renamed(each, feed.epoch) for each in parts]
        return "".join([head(number), *parts, tail]).encode()

    def etag(self, number: int) -> str:
        """Return the validator of a feed's document."""
        feed = self.feeds[number]
        return f'"{number:x}-{feed.written:x}-{feed.epoch:x}"'


def _renamed(entry: str, epoch: int) -> str:
    """Give an entry another GUID."""
    for end in ("</guid>", "</id>"):
        entry = entry.replace(end, f"-r{epoch}{end}", 1)
    return entry


class Connection(asyncio.Protocol):
    """A connection: requests come one after the other, without bodies."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are whole."""
        self.buffer += data
        while b"\r\n\r\n" in self.buffer and not self.transport.is_closing():
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            line, *fields = head.split(b"\r\n")
            path = line.split(b" ")[1].decode("latin-1")
            asked = [each for each in fields if each.lower().startswith(b"if-none-match:")]
            self._answer(feed_of(line), path, b"".join(asked))

    def _answer(self, number: int, path: str, asked: bytes) -> None:
        web = self.web
        if not 0 <= number < web.world.feeds:
            self.transport.write(respond("404 Not Found", "text/plain", "", b"no such feed\n"))
            return
        name = web.fault(number)
        web.counts[name or "none"] += 1
        if name in faults.BY_NAME:
            self._fail(faults.BY_NAME[name], number, path)
        elif name == faults.REDIRECT and "?hop" not in path:
            self._lead(number, path)
        else:
            self._well(number, asked)

    def _fail(self, fault: faults.Fault, number: int, path: str) -> None:
        web = self.web
        chance = Random(dice(web.seed, number, web.round, 12))
        body, kind = web.document(number), MEDIA_TYPES[web.world.kind(number)]
        fault.do(faults.Wire(self.transport, path, body, kind, chance))

    def _lead(self, number: int, path: str) -> None:
        web = self.web
        status = "301 Moved Permanently" if number % 2 else "307 Temporary Redirect"
        there = f"http://{address((number + 1) % web.addresses)}:{web.port}{path}?hop"
        self.transport.write(respond(status, "text/plain", f"Location: {there}\r\n", b""))

    def _well(self, number: int, asked: bytes) -> None:
        web = self.web
        feed = web.feeds[number]
        if feed.restless:
            feed.epoch += 1
        etag = web.etag(number)
        web.sent[number] = feed.window
        if etag.encode() in asked:
            answer = f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        else:
            kind = MEDIA_TYPES[web.world.kind(number)]
            answer = respond("200 OK", kind, f"ETag: {etag}\r\n", web.document(number))
        self.transport.write(answer)


async def _serve(options: dict[str, Any]) -> None:
    web = Web(options)
    web.document(0)
    loop = asyncio.get_running_loop()
    sockets = listen(options["addresses"])
    for each in sockets:
        await loop.create_server(lambda: Connection(web), sock=each)
    web.port = sockets[0].getsockname()[1]
    say({"port": web.port})
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        question = json.loads(line)
        if "begin" in question:
            web.begin(question["begin"], question["faults"])
            say({})
        else:
            say(web.ended(question["arrived"]))


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
