"""Which feeds are followed already, under whatever address, and which of them a word means."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from aggregator.config import Config
from aggregator.errors import UsageError
from aggregator.find import rewrite
from aggregator.model import FeedRow, Rules, Source
from aggregator.plain import safe
from aggregator.urls import canonical, mask

SHOWN = 5
"""So many feeds are named where a word means several."""


def rules_of(config: Config) -> Rules:
    """Return the rules of feeds.toml, with the names of the keys that the environment has."""
    return replace(config.rules, keys=frozenset(os.environ))


class Followed:
    """Tells whether a feed is followed already, under this address or another."""

    def __init__(self, config: Config, rows: Iterable[FeedRow] = ()) -> None:
        self._rules = rules_of(config)
        self._names: dict[str, str] = {}
        urls = {source.url for source in config.feeds}
        for row in rows:
            if row.url in urls:
                self.add(row.url, row.feed_url, row.moved_to)
        for source in config.feeds:
            self.add(source.url)

    def add(self, url: str, *others: str | None) -> None:
        """Note that `url` is followed, and by which other addresses it is known."""
        for each in (url, *others):
            if each:
                for key in identities(each, self._rules):
                    self._names.setdefault(key, url)

    def under(self, *urls: str | None) -> str | None:
        """Return the address of feeds.toml under which one of these is followed, if any."""
        keys = (key for url in urls if url for key in identities(url, self._rules))
        return next((self._names[key] for key in keys if key in self._names), None)


def identities(url: str, rules: Rules) -> Iterator[str]:
    """Yield what two addresses of one feed have in common: http or https, www, a slash, a page."""
    yield canonical(url)
    if (found := rewrite(url, rules)) and found.feed_url:
        yield canonical(found.feed_url)


def pick(config: Config, rows: Sequence[FeedRow], words: Iterable[str]) -> list[Source]:
    """Return the feeds that are meant, one for each word; raises UsageError otherwise.

    A word is an address (of the feed or its page), a number that `aggregate ls` prints, or text
    in the title or the address of exactly one feed.
    """
    known = {row.url: row for row in rows}
    found = {}
    for word in words:
        matches = _matches(config, known, word.strip())
        if len(matches) != 1:
            raise _unclear(word, matches, known)
        found[matches[0].url] = matches[0]
    return list(found.values())


def _matches(config: Config, known: Mapping[str, FeedRow], word: str) -> list[Source]:
    """Return the feeds that a word means in the most exact sense that means any."""
    feeds = config.feeds
    if same := [each for each in feeds if each.url == word]:
        return same
    if word.isdecimal() and (
        numbered := [
            each for each in feeds if each.url in known and known[each.url].id == int(word)
        ]
    ):
        return numbered
    if "/" in word and (url := Followed(config, known.values()).under(word)):
        return [each for each in feeds if each.url == url]
    lower = word.casefold()
    return [each for each in feeds if lower and lower in _described(each, known).casefold()]


def _described(source: Source, known: Mapping[str, FeedRow]) -> str:
    row = known.get(source.url)
    return "\n".join(filter(None, (source.url, source.title, row.title if row else None)))


def _unclear(word: str, matches: Collection[Source], known: Mapping[str, FeedRow]) -> UsageError:
    if not matches:
        return UsageError(
            f"There is no feed {safe(word)!r} in feeds.toml.",
            hint="`aggregate ls` lists them; name one by number, address or title.",
        )
    names = [name_of(each, known) for each in matches][:SHOWN]
    more = f" and {len(matches) - SHOWN} more" if len(matches) > SHOWN else ""
    return UsageError(
        f"{safe(word)!r} means {len(matches)} feeds: {', '.join(names)}{more}.",
        hint="Say more of its title or address.",
    )


def name_of(source: Source, known: Mapping[str, FeedRow]) -> str:
    """Return how a feed is called where people read: its title, or its address without secrets."""
    row = known.get(source.url)
    titled = row.title if row and row.title != f"feed {row.id}" else None
    return safe(source.title or titled or mask(source.url))
