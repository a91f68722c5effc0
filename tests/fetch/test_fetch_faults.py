"""What a client makes of a world that misbehaves: a FetchError, in time and within its limits."""

import asyncio
import gzip
import ssl

import aiohttp
import pytest

from aggregator.errors import FetchError
from aggregator.fetch.failures import explain
from aggregator.fetch.transport import httpx
from tests.rawserver import Cut, moved, ok

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def endless_headers(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: 1\r\n" * 100)
        await writer.drain()
        await asyncio.sleep(0)


async def endless_body(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()
        await asyncio.sleep(0)


async def endless_102(_reader, writer):
    while True:
        writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def silent(reader, _writer):
    return await reader.read() is None


FAULTS = {
    "hangs up at once": (Cut(b""), "protocol"),
    "hangs up in the headers": (Cut(b"HTTP/1.1 200 OK\r\nContent-Le"), "protocol"),
    "hangs up in the body": (Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss"), "protocol"),
    "no last chunk": (Cut(CHUNKED + b"4\r\n<rss\r\n"), "protocol"),
    "no number of a chunk": (Cut(CHUNKED + b"zz\r\n<rss\r\n"), "protocol"),
    "garbage": (Cut(b"\x00\x01garbage before anything\r\n\r\n"), "protocol"),
    "garbage before the status": (Cut(b"junk\r\n" + ok()), "protocol"),
    "another protocol": (Cut(b"SSH-2.0-OpenSSH_9.2\r\n"), "protocol"),
    "two lengths": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "protocol",
    ),
    "a negative length": (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", "protocol"),
    "switches protocols": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "http"),
    "a long header": (ok(b"x", "X: " + "y" * 20_000), "too_large"),
    "many headers": (ok(b"x", *["X: y"] * 200), "too_large"),
    "endless headers": (endless_headers, "too_large"),
    "endless body": (endless_body, "too_large"),
    "says it is too large": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "too_large",
    ),
    "says an absurd length": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999999\r\n\r\n",
        "protocol",
    ),
    "endless 102": (endless_102, "timeout"),
    "says nothing": (silent, "timeout"),
    "drips": (Cut(ok(b"x" * 1000), pause=0.02), "timeout"),
    "drips its body": (Cut(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000, pause=0.005), "timeout"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_a_named_error(raw, fault):
    """A fault becomes a FetchError of its kind, chained or not, without the address in it."""
    answer, kind = FAULTS[fault]
    raw.answers["/secret-token"] = answer

    with pytest.raises(FetchError) as caught:
        raw.get(
            "/secret-token",
            client={"timeout": 0.3 if kind == "timeout" else 20, "max_wire": 1 << 20},
        )

    assert caught.value.kind == kind
    assert "secret" not in caught.value.message
    assert "Traceback" not in caught.value.message
    assert caught.value.message.endswith(".")


def test_the_deadline_covers_all_redirects_together(raw):
    """Ten slow hops have the time of one."""

    async def slowly(_reader, writer):
        await asyncio.sleep(0.15)
        writer.write(moved(302, f"/{len(raw.requests)}"))
        return True

    raw.answers |= {f"/{hop}": slowly for hop in range(12)}

    with pytest.raises(FetchError, match=r"within 0\.2 seconds") as caught:
        raw.get("/0", client={"timeout": 0.2})

    assert caught.value.kind == "timeout"
    assert len(raw.requests) <= 2


def test_a_truncated_gzip_with_a_right_length_is_an_error(raw):
    """A body cut before it was sent is not taken for a short feed."""
    raw.answers["/"] = ok(gzip.compress(b"<rss>" * 1000)[:-20], "Content-Encoding: gzip")

    with pytest.raises(FetchError) as caught:
        raw.get()

    assert caught.value.kind == "encoding"


def test_a_bomb_is_too_large(raw):
    """What unpacks beyond the limit is refused by that limit."""
    raw.answers["/"] = ok(gzip.compress(b"\0" * (8 << 20)), "Content-Encoding: gzip")

    with pytest.raises(FetchError, match="larger than 1 MiB") as caught:
        raw.get(client={"max_body": 1 << 20})

    assert caught.value.kind == "too_large"


def test_after_a_fault_the_host_can_be_asked_again(raw):
    """A broken answer takes its connection with it and nothing else."""
    raw.answers |= {"/bad": Cut(CHUNKED + b"zz"), "/large": ok(b"x" * 99), "/good": ok(b"good")}

    async def scenario(client):
        for path in ("/bad", "/large"):
            with pytest.raises(FetchError):
                await client.get(raw.url + path)
        return (await client.get(raw.url + "/good")).body

    assert raw.run(scenario, max_wire=50) == b"good"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:1/", "unreachable"),
        ("http://nonexistent.invalid/", "unreachable"),
        (f"http://{'x' * 64}.invalid/", "unreachable"),
        ("http://127.0.0.1:99999/", "protocol"),
        ("http://[::1/", "protocol"),
        ("http:///path", "protocol"),
        ("http://exa mple.org/", "unreachable"),
        ("ftp://example.org/", "protocol"),
        ("file:///etc/passwd", "protocol"),
        ("data:,x", "protocol"),
        ("", "protocol"),
        ("/only/a/path", "protocol"),
        ("http://\ud800.org/", "protocol"),
    ],
)
def test_addresses_that_lead_nowhere_are_errors(raw, url, kind):
    """A host that is not there, and an address that is none, are told apart."""
    with pytest.raises(FetchError) as caught:
        raw.run(lambda client: client.get(url))

    assert caught.value.kind == kind


@pytest.mark.parametrize("header", [("X", "a\r\nY: b"), ("X\r\nY", "b"), ("X", "a\x00")])
def test_a_header_can_not_smuggle_another(raw, header):
    """A line break in a configured header is refused before anything is sent."""
    raw.answers["/"] = ok()

    with pytest.raises(FetchError) as caught:
        raw.get(headers=[header])

    assert caught.value.kind == "protocol"
    assert raw.requests == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ssl.SSLError(1, "bad record mac"), "tls"),
        (ConnectionResetError(104, "Connection reset by peer"), "unreachable"),
        (TimeoutError(110, "Connection timed out"), "timeout"),
        (aiohttp.SocketTimeoutError(), "timeout"),
        (aiohttp.ClientOSError(104, "Connection reset by peer"), "unreachable"),
        (httpx.ReadError("odd"), "protocol"),
        (aiohttp.ClientError("odder"), "protocol"),
    ],
)
def test_what_tests_can_not_make_a_system_do_is_explained_too(error, kind):
    """Every foreign exception has a kind and a sentence."""
    explained = explain(error, "https://example.org/secret")

    assert explained.kind == kind
    assert "secret" not in explained.message
    assert "example.org" in explained.message
