"""Text is compressed for whoever takes that, and nothing else is."""

import asyncio
import gzip

import pytest

from aggregator.web.packing import LARGEST, packed

LONG = b"All the words. " * 200


def answered(parts, *, kind=b"text/html; charset=utf-8", takes=b"gzip", method="GET", **options):
    """What comes of an answer of these parts: status, headers, body, and how many parts."""
    headers = [(b"content-type", kind), *options.get("headers", [])]
    sent = []

    async def app(_scope, _receive, send):
        start = {"type": "http.response.start", "status": options.get("status", 200)}
        await send({**start, "headers": headers})
        for number, part in enumerate(parts, start=1):
            message = {"type": "http.response.body", "body": part}
            await send({**message, "more_body": number < len(parts)})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "headers": [(b"accept-encoding", takes)]}
    asyncio.run(packed(app)(scope, None, send))
    return dict(sent[0]["headers"]), b"".join(each["body"] for each in sent[1:])


@pytest.mark.parametrize("parts", [[LONG], [LONG[:1500], LONG[1500:], b""]])
def test_text_is_compressed_whole(parts):
    """However many parts it came in, with its new length, and a word to caches."""
    headers, body = answered(parts, headers=[(b"content-length", b"3000"), (b"vary", b"Cookie")])

    assert gzip.decompress(body) == LONG
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"vary"] == b"Cookie, Accept-Encoding"


@pytest.mark.parametrize(
    "asked",
    [
        {"takes": b"br"},
        {"method": "HEAD"},
        {"kind": b"font/woff2"},
        {"headers": [(b"content-encoding", b"br")]},
        {"status": 304},
    ],
)
def test_what_is_not_text_or_not_wanted_so_is_left(asked):
    """Fonts and pictures, what is compressed already, and what others can't read."""
    headers, body = answered([LONG], **asked)

    assert body == LONG
    assert headers.get(b"content-encoding") != b"gzip"


def test_what_is_short_is_left():
    """A few words are not worth it."""
    assert answered([b"A few words."])[1] == b"A few words."


def test_what_is_very_long_leaves_as_it_comes():
    """It is not gathered beyond a megabyte."""
    parts = [b"x" * LARGEST, b"y", b"z"]

    assert answered(parts)[1] == b"".join(parts)
