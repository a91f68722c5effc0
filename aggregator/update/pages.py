"""Sources that are pages: led to their feeds, by rules at once, else at the first look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.config import Config
from aggregator.errors import FetchError, ParseError, SourceError
from aggregator.model import Fetched, Known, Rules
from aggregator.urls import host

if TYPE_CHECKING:
    from aggregator.find import Page, Resolution

# The rules cost 30 ms to import, and most runs meet no new address and no page: hence the
# imports within functions.

Get = Callable[[str], Awaitable[Fetched]]


def rules_with(config: Config, environ: Mapping[str, str]) -> Rules:
    """Return the rules of feeds.toml, with the names of the keys that there are."""
    return replace(config.rules, keys=frozenset(environ))


def leader(rules: Rules) -> Callable[[str], str]:
    """Make the function that says of a new source's address where its feed is.

    Only what rules know without asking; every other address is its own.
    """

    def lead(url: str) -> str:
        from aggregator.find import rewrite  # noqa: PLC0415

        found = rewrite(url, rules)
        return found.feed_url if found and found.feed_url else url

    return lead


def is_page(known: Known, error: SourceError) -> bool:
    """Tell a page that was written into feeds.toml from a feed that answers with a page today.

    Only what never was a feed under this address is looked through.
    """
    state = known.state
    return (
        isinstance(error, ParseError)
        and error.kind == "not_a_feed"
        and state.feed_url == known.url
        and state.last_entry_at is None
    )


def from_elsewhere(known: Known, fetched: Fetched, error: ParseError) -> ParseError:
    """Say where a page came from that stands in a feed's place: it may be the network's own."""
    there = host(fetched.final_url)
    if error.kind != "not_a_feed" or there in {host(known.url), host(known.state.feed_url)}:
        return error
    told = f"{error.message} It came from {there}: does the network here want a login first?"
    return ParseError(told, kind=error.kind, hint=error.hint)


async def resolved(url: str, rules: Rules, page: Fetched, get: Get) -> Resolution:
    """Find the feed of a page that has been fetched; what else has to be seen is asked by `get`."""
    from aggregator.find import resolve  # noqa: PLC0415

    steps = resolve(url, rules)
    try:
        ask = next(steps)
        while True:
            said = _page(page) if ask.url == url else await _looked(ask.url, get)
            ask = steps.send(said)
    except StopIteration as end:
        found: Resolution = end.value
        return found


async def _looked(url: str, get: Get) -> Page | FetchError:
    try:
        return _page(await get(url))
    except FetchError as error:
        return error


def _page(fetched: Fetched) -> Page:
    from aggregator.find import Page  # noqa: PLC0415

    return Page(
        url=fetched.final_url,
        status=fetched.status,
        headers=fetched.headers,
        body=fetched.body or b"",
    )
