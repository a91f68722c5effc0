"""What the servers of the soak do wrong, each a row: how often, and what goes over the wire.

A fault is chosen for a feed and a round by chance that depends on the seed alone. Dear ones (those
that cost a timeout, or a worker) are few, so that rounds stay short.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from benchmarks.documents import dice

DRIP = 0.3  # seconds between two bytes of a slow answer

HTML = b"""<!DOCTYPE html><html><head><title>Sign in</title></head><body>
<form action="/login" method="post"><input name="user"><input type="password" name="word">
<button>Sign in</button></form></body></html>"""

BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "haha">%s]>
<rss version="2.0"><channel><title>&j;</title></channel></rss>""" % b"".join(
    b'<!ENTITY %c "%s">' % (letter + 1, b"&%c;" % letter * 10) for letter in range(97, 106)
)


class Wire(NamedTuple):
    """A connection on which something goes wrong, and the good document of the feed."""

    transport: asyncio.Transport
    path: str
    body: bytes
    media_type: str
    chance: Random

    def say(self, status: str, *headers: str, body: bytes = b"", length: int | None = None) -> None:
        """Send an answer that says its length, the right one unless told otherwise."""
        size = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", ""]
        self.transport.write("\r\n".join(lines).encode() + body)

    def end(self) -> None:
        """Close the connection after what was sent."""
        self.transport.close()

    @property
    def type(self) -> str:
        """The header with the media type of a good document."""
        return f"Content-Type: {self.media_type}"


def silence(wire: Wire) -> None:
    """Say nothing, and let them wait."""
    asyncio.get_running_loop().call_later(60, wire.transport.abort)


def drip(wire: Wire) -> None:
    """Send the document, a byte now and then."""
    wire.say("200 OK", wire.type, length=len(wire.body))
    loop = asyncio.get_running_loop()

    def drop(at: int) -> None:
        if not wire.transport.is_closing():
            wire.transport.write(wire.body[at : at + 1])
            loop.call_later(DRIP, drop, at + 1)

    drop(0)


def reset(wire: Wire) -> None:
    """Break the connection in the middle of the body."""
    wire.say("200 OK", wire.type, body=wire.body[: len(wire.body) // 2], length=len(wire.body))
    raw = wire.transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wire.transport.abort()


def truncated_gzip(wire: Wire) -> None:
    packed = gzip.compress(wire.body, 1)
    wire.say("200 OK", wire.type, "Content-Encoding: gzip", body=packed[: len(packed) * 2 // 3])


def corrupt_gzip(wire: Wire) -> None:
    packed = bytearray(gzip.compress(wire.body, 1))
    packed[len(packed) // 2] ^= 0xFF
    wire.say("200 OK", wire.type, "Content-Encoding: gzip", body=bytes(packed))


def too_long(wire: Wire) -> None:
    """Promise more than comes."""
    wire.say("200 OK", wire.type, body=wire.body, length=len(wire.body) + 4000)
    wire.end()


def too_short(wire: Wire) -> None:
    """Promise less than comes: the document ends where nobody would end it."""
    wire.say("200 OK", wire.type, body=wire.body, length=wire.chance.randrange(1, len(wire.body)))
    wire.end()


def broken_chunks(wire: Wire) -> None:
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{wire.type}\r\n\r\n"
    half = wire.body[: len(wire.body) // 2]
    wire.transport.write(head.encode() + b"%x\r\n%b\r\nno number\r\n" % (len(half), half))
    wire.end()


def garbage(wire: Wire) -> None:
    wire.transport.write(wire.chance.randbytes(3000))
    wire.end()


def garbage_body(wire: Wire) -> None:
    wire.say("200 OK", wire.type, body=wire.chance.randbytes(20_000))


def endless_headers(wire: Wire) -> None:
    wire.transport.write(b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 20_000)
    wire.end()


def bomb(wire: Wire) -> None:
    wire.say("200 OK", wire.type, body=BOMB)


def zip_bomb(wire: Wire) -> None:
    wire.say("200 OK", wire.type, "Content-Encoding: gzip", body=ZIPPED)


def shrunk(wire: Wire) -> None:
    """Send a feed without entries, as some do on a bad day."""
    body = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'
    wire.say("200 OK", wire.type, body=body)


def not_modified(wire: Wire) -> None:
    """Say that nothing changed, whether anybody asked or not."""
    wire.transport.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")


def loop(wire: Wire) -> None:
    """Lead round and round."""
    wire.say("302 Found", f"Location: {wire.path.partition('?')[0]}?{wire.chance.random()}")


def _status(status: str, *headers: str, body: bytes = b"") -> Callable[[Wire], None]:
    return lambda wire: wire.say(status, *headers, body=body)


PART = "Content-Range: bytes 0-9/99"
LATER = "Retry-After: 3600"
PAGE = "Content-Type: text/html; charset=utf-8"
ZIPPED = gzip.compress(b"<rss>" + bytes(40 << 20), 9)


class Fault(NamedTuple):
    """`weight` is how often it is chosen, beside the others."""

    name: str
    weight: float
    do: Callable[[Wire], None]


FAULTS = (
    Fault("silence", 0.15, silence),
    Fault("slow drip", 0.15, drip),
    Fault("reset", 2, reset),
    Fault("truncated gzip", 1, truncated_gzip),
    Fault("corrupt gzip", 1, corrupt_gzip),
    Fault("length too long", 1, too_long),
    Fault("length too short", 1, too_short),
    Fault("broken chunks", 1, broken_chunks),
    Fault("garbage", 1, garbage),
    Fault("garbage as body", 0.5, garbage_body),
    Fault("endless headers", 0.2, endless_headers),
    Fault("entity bomb", 0.3, bomb),
    Fault("zip bomb", 0.1, zip_bomb),
    Fault("no entries", 1, shrunk),
    Fault("304 unasked", 1.5, not_modified),
    Fault("redirect loop", 1, loop),
    Fault("400", 0.5, _status("400 Bad Request")),
    Fault("401", 0.5, _status("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')),
    Fault("403", 1, _status("403 Forbidden", PAGE, body=HTML)),
    Fault("404", 1.5, _status("404 Not Found")),
    Fault("410", 1, _status("410 Gone")),
    Fault("429", 1, _status("429 Too Many Requests", LATER)),
    Fault("500", 2, _status("500 Internal Server Error")),
    Fault("503", 1, _status("503 Service Unavailable")),
    Fault("503 later", 0.5, _status("503 Service Unavailable", LATER)),
    Fault("204", 0.5, _status("204 No Content")),
    Fault(
        "206", 0.5, _status("206 Partial Content", "Content-Range: bytes 0-9/99", body=b"<rss/>")
    ),
    Fault("login page", 1, _status("200 OK", PAGE, body=HTML)),
    Fault("empty", 1, _status("200 OK", "Content-Type: text/xml")),
)

# What is no fault of the wire: it answers well, in a way that a reader may stumble over.
REDIRECT, REPUBLISH = "redirect", "new guids"
WELL = {REDIRECT: 1.5, REPUBLISH: 0.5}

_NAMES = [each.name for each in FAULTS] + list(WELL)
_WEIGHTS = [each.weight for each in FAULTS] + list(WELL.values())
BY_NAME = {each.name: each for each in FAULTS}


def fault_of(seed: int, feed: int, round_: int, share: float) -> str | None:
    """Return what goes wrong with a feed in a round, if anything does."""
    chance = Random(dice(seed, feed, round_, 11))
    if chance.random() >= share:
        return None
    return chance.choices(_NAMES, _WEIGHTS)[0]
