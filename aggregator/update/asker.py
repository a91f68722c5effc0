"""What a run asks for: each feed's request, and what of it the store may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from aggregator import urls
from aggregator.asking import Request, hushed, request, with_headers
from aggregator.config import Config
from aggregator.errors import SourceError
from aggregator.fetch import headers_for
from aggregator.model import Fetched, HostPolicy, Known, Source


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for a request, without secrets; `base` is what relative addresses refer to."""

    asked: Request
    fetched: Fetched
    base: str


class Asker:
    """Turns the feeds of a run into requests; headers come from feeds.toml, never the store."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self._rules = config.rules
        self._sources = {source.url: source for source in config.feeds}
        self._environ = environ
        self._found: dict[str, Request | SourceError] = {}

    def address(self, known: Known) -> str:
        """Return the address to ask; the feed's own where that can't be known."""
        found = self._request(known)
        return found.address if isinstance(found, Request) else known.state.feed_url

    def request(self, known: Known, policy: HostPolicy) -> Request:
        """Make the whole request; raises SourceError where something that it needs is missing."""
        found = self._request(known)
        if isinstance(found, SourceError):
            raise found
        own = self._own(known)
        asked = with_headers(found, headers_for(policy, own.headers if own else ()), self._environ)
        return replace(asked, insecure=True) if self.is_insecure(known) else asked

    def is_insecure(self, known: Known) -> bool:
        """Tell whether feeds.toml makes an exception for a feed: any certificate is taken."""
        source = self._sources.get(known.url)
        return bool(source and source.insecure and self._own(known))

    def _own(self, known: Known) -> Source | None:
        """Return what feeds.toml says for a feed, unless it is asked at somebody else's domain.

        A page or a redirect may have led there; a token is not for them, nor is an exception.
        """
        source = self._sources.get(known.url)
        address = known.state.feed_url
        if not source or address == known.url or not (source.headers or source.insecure):
            return source
        return source if urls.domain_key(address) == urls.domain_key(known.url) else None

    def hushed(self, known: Known, policy: HostPolicy, error: SourceError) -> SourceError:
        """Take out of an error what nobody may read."""
        try:
            return hushed(self.request(known, policy), error)
        except SourceError:
            return error

    def _request(self, known: Known) -> Request | SourceError:
        url = known.state.feed_url
        if url not in self._found:
            try:
                self._found[url] = request(url, rules=self._rules, environ=self._environ)
            except SourceError as error:
                self._found[url] = error
        return self._found[url]


def without_secrets(source: Source) -> Source:
    """Put sums in the place of a feed's headers: enough for the store to see that they differ."""
    if not source.headers:
        return source
    return replace(
        source,
        headers=tuple(
            (name, blake2b(value.encode(), digest_size=8).hexdigest())
            for name, value in source.headers
        ),
    )
