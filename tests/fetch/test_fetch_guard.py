"""The guard: no way to write an address, and no way around, leads to a private one."""

import ast
import asyncio
import socket
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import aggregator
from aggregator.config import Config, Network, Settings, parse_config
from aggregator.errors import FetchError
from aggregator.fetch import Client, client_for
from aggregator.fetch.guard import Guard, Refused, addresses_in, closed, ports_of
from aggregator.fetch.resolver import Resolver
from tests.rawserver import Raw, moved, ok

PUBLIC = "93.184.215.14"

CLOSED = {
    "loopback": ("127.0.0.1", "127.255.255.254", "::1"),
    "private": ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12:3456::1"),
    "link-local": ("169.254.0.1", "fe80::1", "fe80::1%eth0", "fec0::1"),
    "keys of clouds": ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"),
    "a provider's own": ("100.64.0.1", "100.127.255.255"),
    "multicast": ("224.0.0.1", "239.255.255.250", "ff02::1"),
    "broadcast": ("255.255.255.255", "240.0.0.1"),
    "unspecified": ("0.0.0.0", "0.1.2.3", "::"),
    "documentation": ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"),
    "benchmarks": ("198.18.0.1", "2001:2::1"),
    "mapped": ("::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.215.14"),
    "compatible": ("::10.0.0.1", "::93.184.215.14"),
    "translated": ("::ffff:0:127.0.0.1",),
    "NAT64": ("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "64:ff9b::5db8:d70e"),
    "6to4": ("2002:7f00:1::1", "2002:a00:1::", "192.88.99.1"),
    "Teredo": ("2001:0:4136:e378:8000:63bf:3fff:fdd2",),
    "nobody's": ("4000::1", "100::1", "5f00::1", "e000::1"),
    "no address": ("", "example.org", "1.2.3", "/tmp/socket"),
}


def asked(url, addresses=(), *, guard=(), **options):
    """Get a URL with a guard that counts the sockets; a name is at `addresses`, one set a look-up.

    Returns the kind of the error, and how many sockets were made.
    """
    made, answers = [], iter(addresses)

    def make(**_what):
        made.append(1)
        raise ConnectionRefusedError(111, "no sockets in this test")

    def look_up(host, port, **options):
        found = next(answers, None)
        if found is None:  # a number in any writing, but no name
            return socket.getaddrinfo(host, port, **{**options, "flags": socket.AI_NUMERICHOST})
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port))
            for each in found
        ]

    async def scenario():
        watching = Guard(guard, make=make, **options)
        async with Client(guard=watching, resolver=Resolver(look_up)) as client:
            kinds = []
            for _ in addresses or [0]:
                try:
                    await client.get(url)
                except FetchError as error:
                    kinds.append(error.kind)
                await client.__aexit__(None, None, None)  # forget what the name was
            return kinds

    return asyncio.run(scenario()), len(made)


@pytest.mark.parametrize("kind", CLOSED)
def test_what_is_not_public_is_refused(kind):
    """Every special range is closed, whatever its name, and what is no address too."""
    for address in CLOSED[kind]:
        with pytest.raises(Refused) as caught:
            Guard().check("example.org", address, 80)

        assert caught.value.kind == "private"


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:2800:21f:cb07::1", "2a00:1450::1"])
def test_what_is_public_is_open(address):
    """Nothing is said of an address that anybody may ask."""
    Guard().check("example.org", address, 443)


@settings(deadline=None)
@given(st.ip_addresses())
def test_what_python_knows_as_special_is_closed(address):
    """The table closes all that `ipaddress` doesn't call global."""
    assume(not address.is_global)

    assert closed(address)


PRIVATE = st.one_of(
    st.ip_addresses(v=4, network=network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16", "0.0.0.0/8")
)


def _dotted(address, form):
    return ".".join(form.format(int(part)) for part in str(address).split("."))


def _wide(text):
    return "".join(chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in text)


WRITINGS = {
    "dotted": str,
    "a number": lambda address: str(int(address)),
    "hexadecimal": lambda address: hex(int(address)),
    "octal": lambda address: f"0{int(address):o}",
    "dotted octal": lambda address: _dotted(address, "0{:o}"),
    "dotted hexadecimal": lambda address: _dotted(address, "0X{:02X}"),
    "two parts": lambda address: f"{int(address) >> 24}.{int(address) & 0xFFFFFF}",
    "three parts": lambda a: f"{int(a) >> 24}.{int(a) >> 16 & 255}.{int(a) & 0xFFFF}",
    "a dot at its end": "{}.".format,
    "wide digits": lambda address: _wide(str(address)),
    "ideographic dots": lambda address: str(address).replace(".", "\u3002"),
    "percent escapes": lambda a: str(a).replace(".", "%2E"),
    "a user in front": "user@{}".format,
    "another host in front": "example.org@{}".format,
    "a password in front": "example.org:80@{}".format,
    "mapped": "[::ffff:{}]".format,
    "mapped, in hexadecimal": lambda a: f"[::ffff:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}]",
    "mapped, in full": lambda a: f"[0:0:0:0:0:FFFF:{int(a) >> 16:X}:{int(a) & 0xFFFF:X}]",
    "compatible": "[::{}]".format,
    "NAT64": "[64:ff9b::{}]".format,
    "6to4": lambda a: f"[2002:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}::1]",
    "with a zone": "[::ffff:{}%251]".format,
}


@settings(deadline=None)
@given(PRIVATE, st.sampled_from(sorted(WRITINGS)), st.sampled_from(["http", "https", "HTTP"]))
def test_no_way_to_write_an_address_gets_past(address, writing, scheme):
    """However a private address is written, no socket is made, and a FetchError says why."""
    url = f"{scheme}://{WRITINGS[writing](IPv4Address(address))}/feed"

    kinds, sockets = asked(url)

    assert sockets == 0
    assert kinds[0] in {"private", "unreachable", "protocol"}


@pytest.mark.parametrize("writing", ["dotted", "hexadecimal", "mapped", "NAT64", "a user in front"])
def test_the_usual_ways_are_told_as_private(writing):
    """What a system takes for an address is refused by its own name."""
    kinds, _ = asked(f"http://{WRITINGS[writing](IPv4Address('127.0.0.1'))}/")

    assert kinds == ["private"]


@settings(deadline=None)
@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=5))
def test_of_a_name_only_the_public_addresses_are_tried(addresses):
    """A name with private addresses alone leads nowhere; no socket is made for one of them."""
    public = [each for each in addresses if not closed(ip_address(each))]

    kinds, sockets = asked("http://example.org/", [addresses])

    assert bool(sockets) is bool(public)
    assert kinds == ["private"] or public


def test_a_name_that_changes_its_mind_is_refused():
    """A name that was public a moment ago is looked at anew for each connection (rebinding)."""
    kinds, sockets = asked("http://example.org/", [[PUBLIC], ["127.0.0.1"], [PUBLIC]])

    assert kinds == ["unreachable", "private", "unreachable"]
    assert sockets == 2


def _at_home(*_asked, **_options):
    return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", _asked[1]))]


def through(raw, path="/", *, host="127.0.0.1", **options):
    """Get a path of the server under another name; every name is at 127.0.0.1."""
    return raw.run(
        lambda client: client.get(raw.url.replace("127.0.0.1", host) + path),
        resolver=Resolver(_at_home),
        **options,
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "feeds.example.org", "0x7f000001"])
def test_a_private_server_hears_nothing(raw, host):
    """It is not even connected to."""
    with pytest.raises(FetchError, match="private") as caught:
        through(raw, host=host, allow=())

    assert (caught.value.kind, raw.connections) == ("private", 0)
    assert "network" in caught.value.hint


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_server_is_refused(raw, status):
    """Every hop is a connection of its own, and looked at as the first one."""
    raw.answers |= {"/": moved(status, "OTHER/secret"), "/secret": ok(b"secret")}

    with pytest.raises(FetchError) as caught:
        raw.get(client={"allow": ("127.0.0.1",)})

    assert caught.value.kind == "private"
    assert [head.split()[1] for _, head in raw.requests] == ["/"]


@pytest.mark.parametrize(
    "allow", ["127.0.0.0/8", "127.0.0.1", "0.0.0.0/0", "NAS.local", "nas.local:PORT"]
)
def test_what_is_allowed_may_be_asked_at_any_port(raw, allow):
    """A block, an address, a host or a host with its port opens just that."""
    raw.answers["/"] = ok(b"mine")

    async def scenario(_client):
        port = raw.url.rpartition(":")[2]
        guard = Guard([allow.replace("PORT", port)])
        async with Client(guard=guard, resolver=Resolver(_at_home)) as client:
            return await client.get(f"http://nas.local:{port}/")

    assert raw.run(scenario).body == b"mine"


@pytest.mark.parametrize("allow", ["10.0.0.0/8", "nas.local:1", "other.local", "local", "::/0"])
def test_what_is_allowed_opens_nothing_beside_it(raw, allow):
    """Another block, another port, another host, a host above: none of them is this one."""
    with pytest.raises(FetchError) as caught:
        through(raw, host="nas.local", allow=(allow,))

    assert (caught.value.kind, raw.connections) == ("private", 0)


def test_an_allowed_name_vouches_for_no_other(raw):
    """A redirect from an allowed host to another name of the same machine is refused."""
    port = []
    raw.answers["/"] = lambda *_: None

    async def scenario(client):
        port.append(raw.url.rpartition(":")[2])
        raw.answers["/"] = moved(302, f"http://evil.example:{port[0]}/")
        return await client.get(f"http://nas.local:{port[0]}/")

    with pytest.raises(FetchError) as caught:
        raw.run(scenario, resolver=Resolver(_at_home), allow=("nas.local",))

    assert (caught.value.kind, len(raw.requests)) == ("private", 1)


def test_who_allows_nat64_has_not_allowed_what_is_behind_it():
    """An address within an address must be public, or allowed, itself."""
    guard = Guard(["64:ff9b::/96", "2002::/16", "192.168.0.0/16"])

    guard.check("", "64:ff9b::5db8:d70e", 80)
    guard.check("", "64:ff9b::192.168.1.1", 80)
    for address in ("64:ff9b::7f00:1", "2002:7f00:1::"):
        with pytest.raises(Refused):
            guard.check("", address, 80)


@pytest.mark.parametrize(
    ("port", "written", "open_"),
    [
        (80, "", True),
        (443, "", True),
        (25, "", False),
        (22, "", False),
        (8080, "", False),
        (8080, "http://example.org:8080/feed", True),
        (8080, "http://user:secret@EXAMPLE.org:8080/feed", True),
        (8081, "http://example.org:8080/feed", False),
        (8080, "http://other.example:8080/feed", False),
    ],
)
def test_ports_are_those_of_the_web_or_written_in_feeds_toml(port, written, open_):
    """A port counts for the host it was written with, and for no other."""
    kinds, sockets = asked(
        f"http://example.org:{port}/", [[PUBLIC]], written=ports_of([written] if written else [])
    )

    assert kinds == ["unreachable" if open_ else "port"]
    assert sockets == open_


def test_every_address_that_feeds_toml_writes_counts():
    """Feeds, lists of feeds, hosts, bridges and templates of recipes may have ports."""
    config = parse_config(
        """
        [[feeds]]
        url = "https://a.example:1/x"
        [[outlines]]
        url = "https://b.example:2/x"
        [hosts."c.example:3"]
        gap = 1
        [bridges]
        rsshub = "http://d.example:4"
        [[recipes]]
        pattern = "e.example/{name}"
        template = "http://e.example:5/{name}"
        """
    )

    ports = ports_of(addresses_in(config))

    assert ports == {(f"{letter}.example", port) for port, letter in enumerate("abcde", 1)}


def test_a_client_is_made_as_feeds_toml_wants_it(raw):
    """`[network] allow` reaches the guard; what a person has just written may have a port."""
    raw.answers["/"] = ok(b"mine")
    config = Config(settings=Settings(), network=Network(allow=("127.0.0.1",)))

    async def scenario(_client):
        async with client_for(config) as client, client_for(Config()) as strict:
            with pytest.raises(FetchError, match="private"):
                await strict.get(raw.url + "/")
            return await client.get(raw.url + "/")

    assert raw.run(scenario).body == b"mine"
    assert ports_of(["http://a.example:81/", "http://b.example/", "x:y:z"]) == {("a.example", 81)}


def test_a_server_may_not_send_to_another_scheme():
    """Only http and https are followed; files, FTP and inline data are refused by name."""
    for location in (
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://x/",
        "data:,x",
        "unix:/x",
    ):
        raw = Raw(answers={"/": moved(302, location)})
        with pytest.raises(FetchError) as caught:
            raw.get()

        assert caught.value.kind == "redirect"


NETWORK = ("aiohttp", "httpx", "http.client", "urllib.request", "socket", "smtplib", "ftplib")
# Who needs them all the same, and what for.
OTHERS = {
    "publish/mail.py": "sends to the server that feeds.toml names",
    "serve.py": "listens",
    "cli/serve.py": "listens",
}


def test_nobody_else_talks_to_the_network():
    """The guard is in the way of all requests, since only this room makes any."""
    root = Path(aggregator.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in _imported(node)
        if name in NETWORK
    }

    assert {each for each in found if not each.startswith(("fetch/", "demo/"))} <= set(OTHERS)


def _imported(node):
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return []
