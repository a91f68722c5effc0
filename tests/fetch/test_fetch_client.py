"""What a client makes of a server that behaves."""

import asyncio
import ssl
from itertools import count
from pathlib import Path

import pytest
from xxhash import xxh3_128_digest

from aggregator.errors import FetchError
from aggregator.fetch import Client, user_agent
from tests.rawserver import Cut, moved, ok, until

DATA = Path(__file__).resolve().parents[1] / "data" / "fetch"


def test_a_document_comes_with_all_its_facts(raw):
    """Body, hash, charset, headers and size are told as they came."""
    raw.answers["/"] = ok(
        b"<rss>x</rss>",
        "Content-Type: application/rss+xml; Charset='UTF-8'",
        "Link: <a>; rel=hub",
        "LINK: <b>; rel=self",
        'ETag: W/"é"',
    )

    fetched = raw.get(client={"clock": count().__next__})

    assert fetched.status == 200
    assert fetched.body == b"<rss>x</rss>"
    assert fetched.digest == xxh3_128_digest(b"<rss>x</rss>")
    assert fetched.charset == "UTF-8"
    assert fetched.headers["link"] == "<a>; rel=hub, <b>; rel=self"
    assert fetched.headers["etag"].encode("latin-1") == 'W/"é"'.encode()
    assert fetched.final_url == raw.url + "/"
    assert fetched.permanent_url is None
    assert fetched.wire_bytes == 12
    assert fetched.ms == 1000


def test_a_request_says_who_asks_and_nothing_else(raw):
    """User-Agent, Accept and Accept-Encoding are sent; cookies and referrers are not."""
    raw.answers["/"] = ok(b"x", "Set-Cookie: a=b; Path=/")

    async def twice(client):
        await client.get(raw.url + "/")
        await client.get(raw.url + "/")

    raw.run(twice, user_agent=user_agent("https://example.org/me"))
    last = raw.requests[-1][1].lower()
    names = {line.partition(":")[0] for line in last.splitlines()[1:] if line}

    assert "user-agent: aggregator/0.1.0 (+https://example.org/me)" in last
    assert "accept-encoding: zstd, br, gzip, deflate\r\n" in last
    assert names == {"host", "user-agent", "accept", "accept-encoding"}


def test_without_a_contact_the_name_stands_alone():
    """A User-Agent has no empty brackets."""
    assert user_agent() == "Aggregator/0.1.0"


@pytest.mark.parametrize("etag", ['"abc"', "W/unquoted", 'W/"é"', '"a,b"', '"tab\there"'])
def test_validators_go_back_byte_for_byte(raw, etag):
    """What came as ETag and Last-Modified goes back as it was, even if it is no proper one."""
    as_stored = etag.encode().decode("latin-1")
    raw.answers["/"] = ok(b"", status="304 Not Modified")

    fetched = raw.get(etag=as_stored, last_modified="Monday-ish")
    head = raw.requests[0][1]

    assert (fetched.status, fetched.body, fetched.digest) == (304, None, None)
    assert f"if-none-match: {as_stored}\r\n" in head
    assert "if-modified-since: Monday-ish\r\n" in head


@pytest.mark.parametrize("etag", ['"\xe9"', "\u20ac", "a\r\nX: y", "\x00"])
def test_a_validator_that_can_not_go_back_whole_stays_at_home(raw, etag):
    """Bytes that aiohttp can't write are not sent changed, nor do they break the request."""
    raw.answers["/"] = ok()

    fetched = raw.get(etag=etag)

    assert fetched.status == 200
    assert "if-none-match" not in raw.requests[0][1].lower()


def test_a_304_brings_its_headers(raw):
    """New validators and freshness come with a 304 too."""
    raw.answers["/"] = ok(b"", 'ETag: "2"', "Cache-Control: max-age=60", status="304 N")

    fetched = raw.get(etag='"1"')

    assert fetched.headers["etag"] == '"2"'
    assert fetched.headers["cache-control"] == "max-age=60"


def test_a_304_that_nobody_asked_for_is_an_error(raw):
    """Without validators there is nothing that could be unmodified."""
    raw.answers["/"] = ok(b"", status="304 Not Modified")

    with pytest.raises(FetchError) as caught:
        raw.get()

    assert caught.value.kind == "protocol"


def test_headers_of_a_feed_replace_ours(raw):
    """A header from the configuration wins over ours of the same name."""
    raw.answers["/"] = ok()

    raw.get(headers=[("user-agent", "Me"), ("Authorization", "Bearer é")])
    head = raw.requests[0][1].encode("latin-1").decode()

    assert head.lower().count("user-agent") == 1
    assert "user-agent: Me\r\n" in head
    assert "authorization: Bearer é\r\n" in head


def test_secrets_stay_with_their_host(raw):
    """Headers of a feed and a login in its address go to its own host alone."""
    raw.answers |= {"/": moved(302, "/here"), "/here": moved(302, "OTHER/there"), "/there": ok()}

    raw.run(
        lambda client: client.get(
            raw.url.replace("//", "//me:secret@") + "/", headers=[("X-Token", "t")]
        )
    )

    for path, told in (("/", True), ("/here", True), ("/there", False)):
        head = raw.heads(path)[0]
        assert ("x-token: t" in head) is told
        assert ("Authorization: Basic bWU6c2VjcmV0" in head) is told


def test_a_login_in_the_address_survives_a_redirect_within_its_host(raw):
    """The target of a redirect to the same host is asked with the same login, and remembered so."""
    raw.answers |= {"/": b"", "/here": ok()}

    async def scenario(client):
        raw.answers["/"] = moved(301, f"{raw.url}/here")
        return await client.get(raw.url.replace("//", "//me:secret@") + "/")

    fetched = raw.run(scenario)

    assert "Authorization: Basic bWU6c2VjcmV0" in raw.heads("/here")[0]
    assert fetched.permanent_url == raw.url.replace("//", "//me:secret@") + "/here"


def test_validators_never_reach_the_target_of_a_redirect(raw):
    """They belong to the address they came from."""
    raw.answers |= {"/": moved(301, "/new"), "/new": ok()}

    raw.get(etag='"1"', last_modified="x")

    assert "if-none-match" in raw.heads("/")[0]
    assert "if-none-match" not in raw.heads("/new")[0]
    assert "if-modified-since" not in raw.heads("/new")[0]


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [
        ((301,), "/1"),
        ((308, 301), "/2"),
        ((301, 302), "/1"),
        ((302, 301), None),
        ((303,), None),
        ((307,), None),
    ],
)
def test_permanence_ends_at_the_first_hop_that_is_not(raw, statuses, permanent):
    """The permanent address is the last one that only 301 and 308 led to."""
    for hop, status in enumerate(statuses):
        raw.answers[f"/{hop}"] = moved(status, f"{hop + 1}#fragment")
    raw.answers[f"/{len(statuses)}"] = ok()

    fetched = raw.get("/0")

    assert fetched.final_url == f"{raw.url}/{len(statuses)}"
    assert fetched.permanent_url == (raw.url + permanent if permanent else None)


@pytest.mark.parametrize(
    ("location", "path"),
    [("/ü", "/%C3%BC"), ("  /a b ", "/a%20b"), ("?q=1", "/?q=1"), ("\\x", "/x")],
)
def test_sloppy_redirects_are_followed(raw, location, path):
    """Locations in UTF-8, with blanks, relative or with backslashes lead where browsers go."""
    raw.answers |= {"/": moved(302, location), path: ok(b"there")}

    assert raw.get().body == b"there"


@pytest.mark.parametrize(
    "location", ["/", "/circle", "", "ftp://example.org/", "file:///etc/passwd", "data:,x"]
)
def test_redirects_that_lead_nowhere_are_errors(raw, location):
    """Circles, empty targets and other schemes are refused by name."""
    raw.answers |= {"/": moved(301, location), "/circle": moved(302, "/")}

    with pytest.raises(FetchError) as caught:
        raw.get()

    assert caught.value.kind == "redirect"
    assert caught.value.http_status in (301, 302)


def test_more_than_ten_redirects_are_too_many(raw):
    """The chain is cut after ten."""
    raw.answers |= {f"/{hop}": moved(302, f"/{hop + 1}") for hop in range(20)}

    with pytest.raises(FetchError, match="10 times") as caught:
        raw.get("/0")

    assert caught.value.kind == "redirect"
    assert len(raw.requests) == 11


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, "http"),
        (206, "http"),
        (300, "http"),
        (400, "http"),
        (401, "blocked"),
        (403, "blocked"),
        (404, "http"),
        (410, "gone"),
        (429, "rate_limited"),
        (451, "blocked"),
        (500, "http"),
        (503, "http"),
        (999, "blocked"),
    ],
)
def test_statuses_without_a_document_are_named(raw, status, kind):
    """Each status has a kind, a sentence with its number, and its Retry-After."""
    raw.answers["/"] = ok(b"", "Retry-After: 120", status=f"{status} Whatever")

    with pytest.raises(FetchError, match=str(status)) as caught:
        raw.get()

    assert caught.value.kind == kind
    assert caught.value.http_status == status
    assert caught.value.retry_after == 120


def test_an_empty_document_is_an_error(raw):
    """A 200 with nothing in it is not a feed that lost its entries."""
    raw.answers["/"] = ok(b"", "Content-Encoding: gzip")

    with pytest.raises(FetchError, match="empty") as caught:
        raw.get()

    assert (caught.value.kind, caught.value.http_status) == ("http", 200)


def test_http_1_0_until_the_end_of_the_connection_is_fine(raw):
    """A body without a length ends with its connection."""
    raw.answers["/"] = Cut(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss/>")

    assert raw.get().body == b"<rss/>"


def test_early_hints_are_passed_over(raw):
    """1xx answers come before the real one (RFC 9110 section 15.2)."""
    raw.answers["/"] = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + ok(b"real")

    assert raw.get().body == b"real"


def test_chunks_are_joined(raw):
    """A chunked body comes out whole."""
    raw.answers["/"] = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3;x=y\r\ns/>\r\n0\r\n\r\n"
    )

    assert raw.get().body == b"<rss/>"


def test_feeds_of_a_host_share_a_connection(raw):
    """Back to back, requests to one origin use one connection; a 304 and an error keep it too."""
    raw.answers |= {
        "/a": ok(b"a" * 200_000),
        "/b": ok(b"", status="304 N"),
        "/c": ok(b"no", status="404 N"),
        "/d": ok(),
    }

    async def scenario(client):
        await client.get(raw.url + "/a")
        await client.get(raw.url + "/b", etag="x")
        with pytest.raises(FetchError):
            await client.get(raw.url + "/c")
        await client.get(raw.url + "/d")

    raw.run(scenario)

    assert raw.connections == 1


def test_connections_beyond_what_is_kept_are_closed(raw):
    """With one kept origin, going to another closes the first."""
    raw.answers["/"] = ok()

    async def scenario(client):
        for url in (raw.url, raw.other, raw.url):
            await client.get(url + "/")

    raw.run(scenario, jobs=1)

    assert raw.connections == 3


@pytest.mark.parametrize("late", [False, True])
def test_a_planted_answer_is_not_taken_for_the_next_one(raw, late):
    """Bytes after an answer, at once or later, end the connection (RFC 9112 section 9.2)."""
    planted = asyncio.Event()

    async def generous(_reader, writer):
        writer.write(ok(b"first"))
        if late:
            await planted.wait()
        writer.write(ok(b"planted"))
        return True

    raw.answers |= {"/": generous, "/next": ok(b"next")}

    async def scenario(client):
        first = await client.get(raw.url + "/")
        planted.set()
        for _ in range(5):
            await asyncio.sleep(0)
        return first.body, (await client.get(raw.url + "/next")).body

    assert raw.run(scenario) == (b"first", b"next")
    assert raw.connections == 2


def test_only_so_many_requests_run_at_once(raw):
    """`jobs` is the limit of requests under way."""
    under_way, most = 0, 0

    async def slow(_reader, writer):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(10):
            await asyncio.sleep(0)
        under_way -= 1
        writer.write(ok())
        return True

    raw.answers["/"] = slow

    async def scenario(client):
        await asyncio.gather(*(client.get(raw.url + "/") for _ in range(12)))

    raw.run(scenario, jobs=3)

    assert most == 3


def test_a_server_hears_eight_requests_at_once(raw):
    """Also where thirty feeds of other names lead to it, and all of them are answered."""
    under_way, most = 0, 0

    async def slow(_reader, writer):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(20):
            await asyncio.sleep(0)
        under_way -= 1
        writer.write(ok())
        return True

    async def elsewhere(_reader, writer):
        writer.write(ok(b"", f"Location: {raw.url}/", status="302 Found"))
        return True

    raw.answers |= {"/": slow, "/feed": elsewhere}

    async def scenario(client):
        return await asyncio.gather(*(client.get(f"{raw.url}/feed") for _ in range(30)))

    found = raw.run(scenario, jobs=64)

    assert len(found) == 30
    assert 1 < most <= 8


def test_a_cancelled_get_ends_at_once(raw):
    """Cancelling leaves neither a task nor a connection behind."""

    async def silent(reader, _writer):
        return await reader.read() is None

    raw.answers["/"] = silent

    async def scenario(client):
        task = asyncio.ensure_future(client.get(raw.url + "/"))
        await until(lambda: raw.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    raw.run(scenario)

    assert len(raw.requests) == 1


def server_tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / "self-signed.pem", DATA / "self-signed.key")
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(raw):
    """TLS is checked, and the error says what is wrong with it."""
    raw.tls = server_tls()
    raw.answers["/"] = ok()

    with pytest.raises(FetchError, match=r"certificate of 127\.0\.0\.1 .*self.signed") as caught:
        raw.get()

    assert caught.value.kind == "tls"


def test_an_exception_holds_for_its_own_host_alone(raw):
    """Any certificate is taken of the host that was asked, none of the one it redirects to."""
    raw.tls = server_tls()
    raw.answers |= {"/": moved(302, "/here"), "/here": ok(b"here"), "/away": moved(302, "OTHER/")}

    async def scenario(client):
        fetched = await client.get(raw.url + "/", insecure=True)
        for path, insecure in (("/away", True), ("/", False)):
            with pytest.raises(FetchError) as caught:
                await client.get(raw.url + path, insecure=insecure)
            assert caught.value.kind == "tls"
        return fetched

    assert raw.run(scenario).body == b"here"


def test_a_trusted_certificate_is_accepted(raw):
    """A client may be told whom to trust; a step down to http is followed but never permanent."""
    raw.tls = server_tls()
    raw.answers["/"] = ok(b"safe")
    trust = ssl.create_default_context(cafile=DATA / "self-signed.pem")

    assert raw.get(client={"tls": trust}).body == b"safe"


def test_a_server_without_tls_is_a_tls_error(raw):
    """Plain bytes where a handshake was expected are named."""

    async def rude(_reader, writer):
        writer.write(b"220 mail.example.org ESMTP\r\n")
        writer.close()

    async def scenario(client):
        server = await asyncio.start_server(rude, "127.0.0.1", 0)
        try:
            await client.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        finally:
            server.close()

    with pytest.raises(FetchError) as caught:
        raw.run(scenario)

    assert caught.value.kind == "tls"


def test_a_step_down_to_http_is_never_permanent(raw):
    """From https to http is followed, without secrets, and not remembered."""
    plain = []

    async def insecure(reader, writer):
        plain.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(ok(b"plain"))
        writer.close()

    async def scenario(client):
        server = await asyncio.start_server(insecure, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        raw.answers["/"] = moved(301, f"http://127.0.0.1:{port}/")
        try:
            return await client.get(raw.url + "/", headers=[("X-Token", "t")])
        finally:
            server.close()

    raw.tls = server_tls()
    trust = ssl.create_default_context(cafile=DATA / "self-signed.pem")
    fetched = raw.run(scenario, tls=trust)

    assert fetched.body == b"plain"
    assert fetched.permanent_url is None
    assert b"x-token" not in plain[0]


def test_a_client_needs_nothing_but_its_defaults():
    """Limits have sensible defaults, and no private network may be asked."""

    async def scenario():
        async with Client() as client:
            return await client.get("http://127.0.0.1/")

    with pytest.raises(FetchError) as caught:
        asyncio.run(scenario())

    assert caught.value.kind == "private"
