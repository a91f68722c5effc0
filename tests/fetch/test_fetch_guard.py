"""The guard: which addresses may be connected to."""

import asyncio

import pytest

from aggregator.errors import FetchError
from aggregator.fetch import Client
from aggregator.fetch.guard import Guard
from tests.loopback import Answer

PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "no address",
)


def get(url, **options):
    async def run():
        async with Client(jobs=2, timeout=5, guarded=True, **options) as client:
            return await client.get(url)

    return asyncio.run(run())


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address):
    """Loopback, private, link-local, shared, multicast and reserved, also within IPv6."""
    assert not Guard().may(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8"])
def test_public_addresses_may_be_asked(address):
    """Addresses of the Internet are what feeds are at."""
    assert Guard().may(address)


def test_blocks_may_be_allowed():
    """`[network] allow` opens what it names, and nothing beside it."""
    guard = Guard(["10.0.0.0/8", "fd00::/8", "nas.local"])

    assert guard.may("10.200.0.1")
    assert guard.may("fd12::1")
    assert not guard.may("192.168.0.1")


def test_hosts_may_be_allowed_by_name():
    """A name is allowed with or without a port."""
    guard = Guard(["nas.local", "box.local:8080"])

    assert guard.knows("http://nas.local")
    assert guard.knows("https://NAS.local:8443")
    assert guard.knows("http://box.local:8080")
    assert not guard.knows("http://box.local")
    assert not guard.knows("http://other.local")


def test_a_guarded_client_connects_to_no_private_address(web):
    """The server is not even connected to, and the error says why."""
    url = web.serve("/picture.png", Answer(200, b"\x89PNG"))

    with pytest.raises(FetchError, match="private") as caught:
        get(url)
    assert caught.value.kind == "unreachable"
    assert web.requests == []


@pytest.mark.parametrize("allow", ["127.0.0.0/8", "127.0.0.1"])
def test_a_guarded_client_connects_to_what_is_allowed(web, allow):
    """The block or the host of `[network] allow` is enough."""
    url = web.serve("/picture.png", Answer(200, b"\x89PNG"))

    assert get(url, allow=(allow,)).body == b"\x89PNG"


def test_a_redirect_does_not_get_past_the_guard(web):
    """Each hop is looked at: one that leads from an allowed name to loopback is refused."""
    web.serve("/picture.png", Answer(200, b"\x89PNG"))
    port = web.url.rpartition(":")[2]
    url = web.serve("/away", Answer(302, b"", {"Location": f"http://127.0.0.1:{port}/picture.png"}))

    with pytest.raises(FetchError, match="private"):
        get(url.replace("127.0.0.1", "localhost"), allow=("localhost",))
    assert [path for path, _ in web.requests] == ["/away"]
