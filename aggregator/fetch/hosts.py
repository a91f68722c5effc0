"""How to treat a domain: a row each, most of them learnt by other readers the hard way.

A row holds for its host and everything below it; `[hosts."…"]` in feeds.toml goes first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from aggregator import urls
from aggregator.model import HostPolicy

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

POLICIES: tuple[HostPolicy, ...] = (
    HostPolicy(
        host="reddit.com",
        gap=60.0,
        per_run=1,
        retry=10 * MINUTE,
        note="Anonymous readers get one request a minute in all; its 429 names no time.",
    ),
    HostPolicy(
        host="youtube.com",
        floor=HOUR,
        transient=(404, 500),
        note="Its feeds answer 404 and 500 for hours and come back; they change hourly at most.",
    ),
    HostPolicy(
        host="wikipedia.org",
        note="Wikimedia asks for a User-Agent that names the program and a contact: ours does.",
    ),
    HostPolicy(host="wikimedia.org", note="As wikipedia.org."),
    HostPolicy(host="wiktionary.org", note="As wikipedia.org."),
    HostPolicy(
        host="tumblr.com",
        gap=1.0,
        retry=HOUR,
        transient=(403,),
        note="A wall against bots comes and goes; all blogs stand behind the same one.",
    ),
    HostPolicy(
        host="behance.net",
        gap=1.0,
        transient=(403,),
        note="A wall against bots comes and goes.",
    ),
    HostPolicy(
        host="pixabay.com",
        gap=0.6,
        floor=DAY,
        note="Its API's terms: 100 requests a minute, answers kept for 24 hours.",
    ),
    HostPolicy(
        host="pexels.com",
        gap=18.0,
        floor=HOUR,
        per_run=20,
        note="Its API's terms: 200 requests an hour and 20,000 a month.",
    ),
    HostPolicy(
        host="api.deezer.com",
        gap=0.1,
        note="Its API's terms: 50 requests in 5 seconds.",
    ),
    HostPolicy(
        host="itunes.apple.com",
        gap=3.0,
        note="Apple allows about 20 look-ups a minute.",
    ),
    HostPolicy(
        host="slack.com",
        gap=60.0,
        per_run=1,
        note="Apps outside its marketplace get one request a minute, 15 messages each.",
    ),
    HostPolicy(
        host="bsky.app",
        transient=(403,),
        note="Feeds by handle answer 302 to the lasting one by DID; 403 while hidden by its owner.",
    ),
)

POLITE = HostPolicy(host="", note="Everybody else: one request at a time, back to back.")


_ROWS = {row.host.lower(): row for row in POLICIES}
_PORT = re.compile(r":\d*\Z")


@lru_cache(maxsize=4096)
def policy_for(host: str, extra: tuple[HostPolicy, ...] = ()) -> HostPolicy:
    """Find the row for a host or a key: the longest that it ends with; `extra` wins a tie."""
    rows = _ROWS | {row.host.lower(): row for row in extra} if extra else _ROWS
    name = host.lower().rstrip(".")
    if name not in rows:
        # Keys of private addresses have a port.
        name = _PORT.sub("", name)
    while name and name not in rows:
        name = name.partition(".")[2]
    return rows.get(name, POLITE)


def key_for(url: str, extra: tuple[HostPolicy, ...] = ()) -> str:
    """Name whom a request to an address bothers, for `polite.run`.

    It is the registrable domain (`urls.domain_key`), unless a row is about a part of that:
    api.deezer.com keeps its own time.
    """
    domain = urls.domain_key(url)
    row = policy_for(urls.host(url), extra).host.lower()
    return row if row.endswith(f".{domain}") else domain


def headers_for(
    policy: HostPolicy, headers: Sequence[tuple[str, str]] = ()
) -> tuple[tuple[str, str], ...]:
    """Merge what a request to this host says besides: the feed's own headers win over the row's."""
    said = {name.lower() for name, _ in headers}
    agent = (("User-Agent", policy.user_agent),) if policy.user_agent else ()
    rows = (*agent, *policy.headers)
    return (*(pair for pair in rows if pair[0].lower() not in said), *headers)
