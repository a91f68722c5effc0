"""Servers that lie, stall and attack: each fault has a name on its feed, and harms nothing else."""

import gzip
import sqlite3
import time
import zlib

import pytest

from aggregator.config import Network
from tests.hostile.world import GOOD, NOW, drip, entries, feeds, ok, run

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PACKED = gzip.compress(GOOD)
PAGE = b"<!doctype html><html><head><title>Welcome</title></head><body>%s</body></html>"
LOGIN = PAGE % b"<form><input name=u><input type='password' name=p></form>"
WALL = PAGE % b"<script src='/cdn-cgi/challenge-platform/x.js'></script>"


def packed(body, coding="gzip"):
    return ok(body, f"Content-Encoding: {coding}")


def lengthy(length, body=GOOD):
    return f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + body


def page(status, body=PAGE % b"", *headers):
    return ok(body, *headers, status=status, kind="text/html")


def for_ever(start, piece):
    """Write without an end."""

    def write(connection):
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return write


def silence(connection):
    connection.recv(1)


def waiting(connection):
    """Send interim answers for ever, slowly."""
    while True:
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        time.sleep(0.05)


# Name: what a server says, and the word for it (see errors.FetchError and ParseError).
FAULTS = {
    "gzip cut short": (packed(PACKED[:-30]), "encoding"),
    "gzip cut within its check sum": (packed(PACKED[:-4]), "encoding"),
    "gzip with a wrong check sum": (packed(PACKED[:-8] + b"12345678"), "encoding"),
    "gzip that is none": (packed(GOOD), "encoding"),
    "gzip with garbage within": (packed(PACKED[:40] + b"\xff" * 20 + PACKED[60:]), "encoding"),
    "deflate cut short": (packed(zlib.compress(GOOD)[:-30], "deflate"), "encoding"),
    "brotli that is none": (packed(b"\xff" * 99, "br"), "encoding"),
    "zstd that is none": (packed(GOOD, "zstd"), "encoding"),
    "encodings stacked": (packed(gzip.compress(PACKED), "gzip, gzip"), "encoding"),
    "encodings stacked in two headers": (
        ok(gzip.compress(PACKED), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        "encoding",
    ),
    "an unknown encoding": (packed(GOOD, "rot13"), "encoding"),
    "a bomb": (packed(gzip.compress(b"\0" * (64 << 20))), "too_large"),
    "a bomb within many members": (packed(gzip.compress(b"\0" * (4 << 20)) * 16), "too_large"),
    "a length beyond the body": (lengthy(len(GOOD) + 99), "protocol"),
    "a length short of the body": (lengthy(len(GOOD) - 200), "protocol"),
    "a negative length": (lengthy(-1), "protocol"),
    "a length that is no number": (lengthy("many"), "protocol"),
    "two lengths": (lengthy("5\r\nContent-Length: 6"), "protocol"),
    "a length beyond all limits": (lengthy(10**11), "too_large"),
    "a chunk without a number": (CHUNKED + b"zz\r\n<rss\r\n", "protocol"),
    "a chunk with a negative number": (CHUNKED + b"-5\r\n<rss\r\n", "protocol"),
    "a chunk that is cut": (CHUNKED + b"ff\r\n<rss", "protocol"),
    "no last chunk": (CHUNKED + b"4\r\n<rss\r\n", "protocol"),
    "chunks without an end": (
        for_ever(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        "too_large",
    ),
    "a body without an end": (for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), "too_large"),
    "headers without an end": (
        for_ever(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n" * 99),
        "too_large",
    ),
    "a header without an end": (for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536), "too_large"),
    "a thousand headers": (ok(GOOD, *["X: y"] * 1000), "too_large"),
    "interim answers for ever": (waiting, "timeout"),
    "silence": (silence, "timeout"),
    "headers drop by drop": (drip(ok(GOOD), 0.05), "timeout"),
    "a hang-up": (b"", "protocol"),
    "a hang-up within the status": (b"HTTP/1.1 2", "protocol"),
    "a hang-up within the headers": (b"HTTP/1.1 200 OK\r\nContent-", "protocol"),
    "garbage": (b"\x00\x01\x02garbage\r\n\r\n", "protocol"),
    "garbage before the status": (b"junk junk\r\n" + ok(GOOD), "protocol"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
    "a status that is none": (b"HTTP/1.1 9999 Odd\r\n\r\n", "protocol"),
    "another protocol offered": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "http"),
    "no content": (ok(b"", status="204 No Content"), "http"),
    "reset content": (ok(b"", status="205 Reset Content"), "http"),
    "a part": (ok(GOOD[:99], "Content-Range: bytes 0-98/999", status="206 Partial"), "http"),
    "an empty document": (ok(b""), "http"),
    "blanks for a document": (ok(b" \r\n\t"), "not_a_feed"),
    "bad request": (page("400 Bad"), "http"),
    "a login wanted": (page("401 No", PAGE, "WWW-Authenticate: Basic"), "blocked"),
    "forbidden": (page("403 No"), "blocked"),
    "not found": (page("404 No"), "http"),
    "gone": (page("410 Gone"), "gone"),
    "too many requests": (page("429 Slow", PAGE, "Retry-After: 99999999999999999"), "rate_limited"),
    "a wall of Cloudflare's": (page("403 No", WALL, "cf-mitigated: challenge"), "blocked"),
    "a wall of Amazon's": (page("202 Ok", WALL, "x-amzn-waf-action: challenge"), "blocked"),
    "a wall with status 200": (page("200 OK", WALL), "not_a_feed"),
    "a login page with status 200": (page("200 OK", LOGIN), "not_a_feed"),
    "a web page with status 200": (page("200 OK"), "not_a_feed"),
    "a web page that says it is a feed": (ok(PAGE % b"x"), "not_a_feed"),
    "a captive portal": (page("511 Network Authentication Required"), "blocked"),
    "server error": (page("500 Oh"), "http"),
    "a feed with status 500": (ok(GOOD, status="500 Oh"), "http"),
    "unavailable": (page("503 Oh", PAGE, "Retry-After: Sun, 06 Nov 9999 08:49:37 GMT"), "http"),
    "a circle": (ok(b"", "Location: /feed", status="301 Moved"), "redirect"),
    "a redirect to nowhere": (ok(b"", status="302 Moved"), "redirect"),
    "a redirect to a file": (ok(b"", "Location: file:///etc/passwd", status="302 M"), "redirect"),
    "a redirect to FTP": (ok(b"", "Location: ftp://127.0.0.1/", status="302 M"), "redirect"),
    "a redirect to a port of nobody": (ok(b"", "Location: http://x/:y", status="302 M"), None),
    "a redirect to the keys of a cloud": (
        ok(b"", "Location: http://169.254.169.254/latest/meta-data/", status="302 M"),
        "private",
    ),
    "a redirect to this machine by number": (
        ok(b"", "Location: http://0x7f.0.0.2/", status="307 M"),
        "private",
    ),
    "a redirect to this machine by IPv6": (
        ok(b"", "Location: http://[::1]/", status="308 M"),
        "private",
    ),
    "a redirect to the neighbour": (
        ok(b"", "Location: http://127.0.0.2/", status="301 M"),
        "private",
    ),
    "a redirect to a mapped neighbour": (
        ok(b"", "Location: http://[::ffff:192.168.1.1]/", status="301 M"),
        "private",
    ),
}


def kind_of(db, url):
    with sqlite3.connect(db) as conn:
        found = conn.execute("SELECT error_kind, error FROM feeds WHERE url = ?", (url,)).fetchone()
    conn.close()
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_harms_nothing(db, world, fault):
    """What was stored stays, validators too; the feed says why; the next good answer heals it."""
    answer, kind = FAULTS[fault]
    timeout = 1 if kind == "timeout" else 20
    url = world.serve("/feed", ok(GOOD, 'ETag: "1"'))
    run(db, url)
    before = entries(db)
    world.serve("/feed", answer)
    told = run(db, url, at=NOW + 9000, timeout=timeout, max_body=8 << 20, max_wire=4 << 20)[url]
    named, sentence = kind_of(db, url)
    bad = feeds(db)[url]
    world.serve("/feed", ok(GOOD, 'ETag: "1"'))
    run(db, url, at=NOW + 90_000)

    assert named == (kind or named)
    assert told.status in {"error", "gone"}
    assert sentence.endswith((".", "?")), sentence
    assert "Traceback" not in sentence
    assert "/feed" not in sentence
    assert bad.state == "failing"
    assert bad.next_check_at <= NOW + 9000 + 8 * 86400
    assert entries(db) == before
    assert 'if-none-match: "1"' in world.heads[-1].lower()
    assert feeds(db)[url].state == "ok"


HARMLESS = {
    "HTTP/1.0 without a length": b"HTTP/1.0 200 OK\r\n\r\n" + GOOD,
    "HTTP/1.1 without a length": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD,
    "chunks": CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD),
    "chunks with extensions and trailers": (
        CHUNKED + b"%x;a=b\r\n%s\r\n0\r\nX-Trailer: y\r\n\r\n" % (len(GOOD), GOOD)
    ),
    "continue, then the answer": b"HTTP/1.1 100 Continue\r\n\r\n" + ok(GOOD),
    "early hints, then the answer": b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" * 9 + ok(GOOD),
    "a second answer nobody asked for": ok(GOOD) + ok(b"<rss>planted</rss>"),
    "padding after gzip": packed(PACKED + b"\0" * 99),
    "gzip in members": packed(gzip.compress(GOOD[:99]) + gzip.compress(GOOD[99:])),
    "bare deflate": packed(zlib.compress(GOOD)[2:-4], "deflate"),
    "a wrong type": ok(GOOD, kind="text/html; charset=utf-8"),
    "an absurd max-age": ok(GOOD, "Cache-Control: max-age=999999999999999999999"),
    "a cookie": ok(GOOD, "Set-Cookie: id=1; Path=/; Max-Age=99999999"),
    "an ETag that is none": ok(GOOD, 'ETag: \xe9\x80"odd'),
    "a blank before the XML": ok(b"\n\n  " + GOOD),
    "a warning behind the XML": ok(GOOD + b"\n<b>Warning</b>: mysql_close() in x.php on line 3"),
}


@pytest.mark.parametrize("oddity", HARMLESS)
def test_an_oddity_is_taken_as_it_is_meant(db, world, oddity):
    """Both entries arrive, and a second look asks without a cookie and with whole validators."""
    url = world.serve("/feed", HARMLESS[oddity])
    run(db, url)
    run(db, url, at=NOW + 9000)

    assert [entry.title for entry in entries(db)] == ["Beta", "Alpha"]
    assert feeds(db)[url].state == "ok"
    assert "cookie" not in world.heads[-1].lower()


def test_a_304_may_have_a_body(db, world):
    """What follows a 304 is nobody's answer; entries stay, and the feed is well."""
    url = world.serve("/feed", ok(GOOD, 'ETag: "1"'))
    run(db, url)
    world.serve("/feed", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello")
    told = run(db, url, at=NOW + 9000)[url]

    assert (told.status, len(entries(db))) == ("not_modified", 2)


def test_a_304_without_a_question_is_named(db, world):
    """Nothing was said to be known, so nothing can be unmodified."""
    url = world.serve("/feed", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    run(db, url)

    assert kind_of(db, url)[0] == "protocol"


def test_a_page_from_elsewhere_is_told_to_be_from_there(db, world):
    """A redirect to a page of another host is what captive portals do."""
    world.serve("/portal", page("200 OK", LOGIN))
    there = world.url.replace("127.0.0.1", "127.0.0.3")
    url = world.serve("/feed", ok(b"", f"Location: {world.url}/portal", status="302 Found"))
    run(db, url.replace("127.0.0.1", "localhost"), network=Network(allow=("127.0.0.0/8", "::1")))
    _, sentence = kind_of(db, url.replace("127.0.0.1", "localhost"))

    assert "This is a login page" in sentence
    assert "came from 127.0.0.1" in sentence
    assert there not in sentence


def test_a_bad_feed_takes_its_own_time_alone(db, world):
    """Beside one that drips for ever, all others are done, and the run ends in time."""
    slow = world.serve("/slow", drip(ok(GOOD), 0.05))
    good = [world.serve(f"/good{n}", ok(GOOD)) for n in range(4)]
    started = time.monotonic()
    told = run(db, slow, *good, timeout=2)

    assert [told[url].new for url in good] == [2, 2, 2, 2]
    assert told[slow].status == "error"
    assert time.monotonic() - started < 15


def test_the_deadline_is_for_all_hops_together(db, world):
    """Ten redirects, each slower than the last, have the time of one fetch."""

    def hop(number):
        def write(connection):
            time.sleep(0.4)
            connection.sendall(ok(b"", f"Location: /{number + 1}", status="302 F"))

        return write

    for number in range(12):
        world.serve(f"/{number}", hop(number))
    run(db, world.url + "/0", timeout=1)

    assert kind_of(db, world.url + "/0")[0] == "timeout"
    assert len(world.heads) < 5


def test_secrets_do_not_travel(db, world):
    """An error holds neither the path nor the token of an address."""
    url = world.serve("/feed/0123456789abcdef0123456789abcdef?token=s3cr3t", page("403 No"))
    run(db, url)
    _, sentence = kind_of(db, url)

    assert "s3cr3t" not in sentence
    assert "0123456789abcdef" not in sentence


@pytest.mark.parametrize("path", ["/a", "/%2e%2e/a", "/a?url=http://10.0.0.1/"])
def test_only_what_is_asked_for_is_asked(db, world, path):
    """One due feed is one request, with no referrer, and an address of ours goes nowhere else."""
    run(db, world.serve(path, ok(GOOD)))

    assert len(world.heads) == 1
    assert "referer" not in world.heads[0].lower()
