"""The network: what a server says, asked politely.

hosts       how to treat a domain: rows
polite      who is asked when: one request at a time per domain, many domains at once
client      one address, followed hop by hop to its document: the facts, or a FetchError
transport   httpx on aiohttp, a kept connection per origin
guard       who may be connected to
resolver    names to addresses, in threads that hold nobody up
decode      gzip, deflate, br and zstd, never larger than allowed
answers     what a status and its headers mean
failures    the seam: every foreign exception becomes a FetchError
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.fetch.hosts import headers_for, key_for, policy_for

if TYPE_CHECKING:
    from aggregator.fetch.client import Client, client_for, user_agent
    from aggregator.fetch.polite import is_host_event, run

__all__ = [
    "Client",
    "client_for",
    "headers_for",
    "is_host_event",
    "key_for",
    "policy_for",
    "run",
    "user_agent",
]


def __getattr__(name: str) -> Any:
    """Import what needs aiohttp (150 ms) when it is first asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(name)
    from aggregator.fetch import client, polite  # noqa: PLC0415 — see above

    return getattr(polite if name in ("is_host_event", "run") else client, name)
