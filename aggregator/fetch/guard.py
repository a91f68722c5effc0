"""Who may be connected to: decided in one place, at the moment of connecting.

Feeds name addresses: in redirects, pictures, pages, lists. None of them may make this machine talk
to its own network. What counts is the address that a socket is made for, so neither a way to write
it, nor a redirect, nor a name that changes its mind gets past `sockets`.

Open are the addresses of the public internet, and what `[network] allow` names; of ports the two of
the web, and those that feeds.toml writes out or that lie at what is allowed.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from aggregator.config import Config
from aggregator.urls.address import split

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
Make = Callable[..., socket.socket]

PORTS = frozenset({80, 443})

# IANA's special-purpose registries (RFC 6890), and what lies outside of what is handed out.
_CLOSED = tuple(
    (ip_network(block), what)
    for block, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "a provider's own"),  # CGNAT, RFC 6598
        ("127.0.0.0/8", "this machine"),
        ("168.63.129.16/32", "a cloud's own"),  # Azure's, the same in every network
        ("169.254.0.0/16", "link-local"),  # and 169.254.169.254: keys of clouds
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "special"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "special"),  # AS112, RFC 7535
        ("192.52.193.0/24", "special"),  # AMT, RFC 7450
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "special"),  # AS112, RFC 7534
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),  # and 255.255.255.255: everybody
        ("2001::/23", "special"),  # Teredo and others
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "special"),  # AS112
        ("3fff::/20", "for documentation"),  # RFC 9637
    )
)
_GLOBAL = IPv6Network("2000::/3")
"""All that IANA has handed out of IPv6; the rest is private, mapped, multicast or nobody's."""

# Where IPv6 addresses hide IPv4 ones: block, bits behind them, and whether they are inverted.
_HIDING = (
    (IPv6Network("::/96"), 0, False),  # compatible, RFC 4291
    (IPv6Network("::ffff:0:0/96"), 0, False),  # mapped
    (IPv6Network("::ffff:0:0:0/96"), 0, False),  # translated, RFC 7915
    (IPv6Network("64:ff9b::/96"), 0, False),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80, False),  # 6to4, RFC 3056
    (IPv6Network("2001::/32"), 0, True),  # Teredo, RFC 4380
)


class Refused(OSError):
    """A connection that was not made; `kind` is private or port."""

    def __init__(self, kind: str, what: str) -> None:
        # The same for all addresses of a host: then aiohttp hands the first one on as it is.
        super().__init__("refused by the guard")
        self.kind = kind
        self.what = what


class Guard:
    """Lets sockets be made for what is public, and for what feeds.toml allows.

    `allow` holds blocks, addresses and hosts (as `nas.local` or `nas.local:5000`); `written` the
    hosts with the ports that feeds.toml names. `make` makes a socket.
    """

    def __init__(
        self,
        allow: Iterable[str] = (),
        *,
        written: Iterable[tuple[str, int]] = (),
        make: Make = socket.socket,
    ) -> None:
        self._blocks: list[IPv4Network | IPv6Network] = []
        self._hosts: set[str] = set()
        for each in allow:
            self._allow(each)
        self._written = frozenset(written)
        self._make = make

    def _allow(self, each: str) -> None:
        try:
            self._blocks.append(ip_network(each))
        except ValueError:
            self._hosts.add(each.lower().rstrip("."))

    def sockets(self, host: str) -> Callable[[AddressInfo], socket.socket]:
        """Return what makes the sockets to a host; it raises Refused."""
        name = host.lower().rstrip(".").strip("[]")

        def make(info: AddressInfo) -> socket.socket:
            family, kind, protocol, _, address = info
            self.check(name, str(address[0]), int(address[1]))
            return self._make(family=family, type=kind, proto=protocol)

        return make

    def check(self, name: str, address: str, port: int) -> None:
        """Raise Refused where a name at this address and port may not be talked to."""
        if {name, f"{name}:{port}"} & self._hosts:
            return
        try:
            parsed = ip_address(address)
        except ValueError as error:
            raise Refused("private", "no address that is known") from error
        allowed = self._is_allowed(parsed)
        if not allowed and (what := closed(parsed)):
            raise Refused("private", what)
        if not allowed and port not in PORTS and (name, port) not in self._written:
            raise Refused("port", str(port))

    def _is_allowed(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether a block names it; who allows NAT64 has not allowed the private ones behind it."""
        inner = hidden(address)
        if inner and closed(inner) and not self._is_allowed(inner):
            return False
        return any(address in block for block in self._blocks)


@lru_cache(maxsize=4096)
def closed(address: IPv4Address | IPv6Address) -> str | None:
    """Say what an address is that is not of the public internet; None of one that is."""
    for block, what in _CLOSED:
        if address in block:
            return what
    if address in _GLOBAL or address.version == 4:
        return None
    return "an IPv4 address in disguise" if hidden(address) else "private"


def hidden(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Take the IPv4 address out of an IPv6 one that stands for it."""
    for block, shift, inverted in _HIDING:
        if address in block:
            inner = (int(address) >> shift) & 0xFFFFFFFF
            return IPv4Address(inner ^ 0xFFFFFFFF if inverted else inner)
    return None


def ports_of(addresses: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Find the ports that addresses name, each with its host."""
    found = (split(each) for each in addresses if each.count(":") > 1)
    return frozenset((each.host.strip("[]"), each.port) for each in found if each and each.port)


def addresses_in(config: Config) -> Iterator[str]:
    """Yield the addresses that feeds.toml writes out."""
    rules = config.rules
    yield from (feed.url for feed in config.feeds)
    yield from (outline.url for outline in config.outlines)
    yield from (f"http://{row.host}/" for row in config.hosts)
    yield from (rules.bridges.rsshub, rules.bridges.rssbridge, rules.bridges.nitter)
    yield from (row.template for row in rules.recipes)
    yield from (row.template for row in rules.json)
