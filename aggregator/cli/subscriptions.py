"""feeds.toml as the commands that change it see it: read once, edited as text, written once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aggregator.cli.common import App, safe
from aggregator.cli.files import replace_file
from aggregator.config import Config, parse_config
from aggregator.errors import ConfigError, UsageError
from aggregator.find import rewrite
from aggregator.model import FeedRow, Rules, Source
from aggregator.urls import canonical, mask

HEAD = """\
# What Aggregator follows. `aggregate init` writes a file that explains every key.

"""
SHOWN = 5
"""So many feeds are named where a word means several."""


@dataclass(frozen=True, slots=True)
class FeedsFile:
    """A feeds.toml: its bytes when it was read (None where there is none), and what they say."""

    path: Path
    data: bytes | None
    config: Config

    @property
    def text(self) -> str:
        """The text to edit; that of a new file where there is none."""
        return HEAD if self.data is None else self.data.decode("utf-8")

    def write(self, text: str) -> Config:
        """Check the edited text and put it in place of the old one, in one step.

        Raises ConfigError when the edit would leave a file that can't be read, and UsageError
        when somebody else has changed the file meanwhile: nothing is written then.
        """
        config = parse_config(text, environ=os.environ, name=str(self.path))
        if self.data is None:
            _create(self.path, text)
            return config
        with self.path.open("rb") as held:
            # Two of us at once wait for each other here; the one who comes second is refused.
            fcntl.flock(held, fcntl.LOCK_EX)
            if self.path.read_bytes() != self.data:
                raise UsageError(
                    f"{safe(str(self.path))} was changed meanwhile; nothing was written.",
                    hint="Run the command again.",
                )
            replace_file(self.path, text.encode())
        return config


def read_feeds(app: App, *, must_exist: bool = True) -> FeedsFile:
    """Read and check feeds.toml; raises ConfigError, also where it has to be there and is not."""
    if not must_exist and not app.config_path.exists():
        return FeedsFile(app.config_path, None, Config())
    config = app.config()
    try:
        return FeedsFile(app.config_path, app.config_path.read_bytes(), config)
    except OSError as error:
        raise ConfigError((f"{app.config_path}: can't be read: {error.strerror}",)) from error


def _create(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(text.encode())
    except OSError as error:
        raise UsageError(f"{safe(str(path))} can't be written: {error.strerror}.") from error


def rules_of(config: Config) -> Rules:
    """Return the rules of feeds.toml, with the names of the keys that the environment has."""
    return replace(config.rules, keys=frozenset(os.environ))


def stored_feeds(app: App) -> list[FeedRow]:
    """Return what the database knows of feeds; nothing where there is no database yet."""
    if not app.db.exists():
        return []
    with app.open_store() as store:
        return store.feeds()


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


def pick(file: FeedsFile, rows: Sequence[FeedRow], words: Iterable[str]) -> list[Source]:
    """Return the feeds that are meant, one for each word; raises UsageError otherwise.

    A word is an address (of the feed or its page), a number that `aggregate ls` prints, or text
    in the title or the address of exactly one feed.
    """
    known = {row.url: row for row in rows}
    found = {}
    for word in words:
        matches = _matches(file.config, known, word.strip())
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
