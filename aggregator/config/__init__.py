"""feeds.toml: text in, `Config` out, and every problem at once.

tomllib reads the text, cattrs makes the frozen dataclasses (each key checked by a function of
`values`), `problems` turns what went wrong into sentences with their place. Nothing is read from
disk or from the environment here: both are arguments.

The tables: `[aggregator]` is `Settings`, each `[[feeds]]` a `Source`, each `[[outlines]]` an
`Outline`, each `[hosts."…"]` a `HostPolicy`, `[network]` is `Network`, `[desk]` is `Desk`,
`[bridges]` is `Bridges`, each `[[recipes]]` a `RecipeRow` and each `[[json]]` a `JsonRow`;
`[engines]` maps hosts to engines. A new key is a new field and its row in `_READERS`. `[[rules]]`
and `[[views]]`, whose tables hold tables, are read by `curating`, `[mail]` is read by `mail`.

What is secret stays what it is in the file: `${NAME}` is checked here, and filled in only when
something is asked for (see `asking`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from aggregator.config import rows, values
from aggregator.config.problems import Path, Problem, report, suggest, syntax, walk
from aggregator.errors import ConfigError
from aggregator.model import Bridges, HostPolicy, JsonRow, Outline, RecipeRow, Rules, Source
from aggregator.taxonomy import PLATFORM_SLUGS, platform, platform_of

if TYPE_CHECKING:  # what few files have is imported where it is met
    from aggregator.config.mail import Mail
    from aggregator.curation import Rule, View

__all__ = ["Config", "Desk", "Network", "Settings", "parse_config"]

Table = TypeVar("Table")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[aggregator]`: what holds for every feed. Times are seconds, sizes bytes.

    `contact` goes into the User-Agent, so that an operator can complain. `jobs` is how many
    requests may be under way, `workers` how many processes parse. `timeout` is for a whole fetch,
    redirects included. `max_wire` is before and `max_body` after decompression. `min_every` and
    `max_every` bound the interval that follows a feed's own rhythm.
    """

    contact: str | None = None
    title: str | None = None
    base_url: str | None = None
    jobs: int = 128
    workers: int = 2
    timeout: int = 30
    max_body: int = 20 * 1024 * 1024
    max_wire: int = 10 * 1024 * 1024
    max_entries: int = 2000
    min_every: int = 15 * 60
    max_every: int = 24 * 60 * 60
    fail_on: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`[network]`: the private addresses (CIDR blocks) and hosts that may be connected to."""

    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`[desk]`: who reads it, and how its pages get pictures.

    `public` is what visitors who have not signed in may read: everything, or only the lists that
    say so. `pictures` are kept (fetched once by us, shrunk), direct (each reader's browser asks
    each site) or none. `password` is the hash of the owner's, as written, `${NAME}` not filled in.
    """

    public: str = "everything"
    pictures: str = "kept"
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A feeds.toml, read and checked. `hosts` are only the file's own policies.

    `rules` are its additions to the built-in rules, with the names of the environment's variables;
    `judging` are its `[[rules]]`.
    """

    settings: Settings = Settings()
    feeds: tuple[Source, ...] = ()
    hosts: tuple[HostPolicy, ...] = ()
    network: Network = Network()
    desk: Desk = Desk()
    outlines: tuple[Outline, ...] = ()
    rules: Rules = field(default_factory=Rules)
    judging: tuple[Rule, ...] = ()
    views: tuple[View, ...] = ()
    mail: Mail | None = None


SECTIONS = (
    "aggregator",
    "feeds",
    "outlines",
    "hosts",
    "network",
    "desk",
    "recipes",
    "json",
    "bridges",
    "engines",
    "rules",
    "views",
    "mail",
)

# Which function reads which key. A table has the keys that have a row here, and no others.
_READERS: dict[type, dict[str, values.Reader]] = {
    Settings: {
        "contact": values.header_text,
        "title": values.text,
        "base_url": values.url,
        "jobs": values.whole(1, 1000),
        "workers": values.whole(1, 64),
        "timeout": values.seconds(1, 600),
        "max_body": values.size,
        "max_wire": values.size,
        "max_entries": values.whole(1, 100_000),
        "min_every": values.seconds(values.SHORTEST),
        "max_every": values.seconds(values.SHORTEST),
        "fail_on": values.choice("value", ("none", "any", "all")),
    },
    Source: {
        "url": values.address,
        "category": values.category,
        "title": values.text,
        "platform": values.platform,
        "tags": values.texts,
        "every": values.seconds(values.SHORTEST),
        "paused": values.flag,
        "insecure": values.flag,
        "headers": values.headers,
    },
    Outline: {
        "url": values.url,
        "category": values.category,
        "tags": values.texts,
        "every": values.seconds(values.SHORTEST),
    },
    HostPolicy: {
        "host": values.domain,
        "gap": values.gap,
        "floor": values.seconds(0),
        "per_run": values.whole(1, 1000),
        "parallel": values.whole(1, 8),
        "transient": values.statuses,
        "retry": values.seconds(1),
        "user_agent": values.header_text,
        "headers": values.headers,
        "note": values.text,
    },
    Network: {"allow": values.networks},
    Desk: {
        "public": values.choice("value", ("everything", "lists")),
        "pictures": values.choice("value", ("kept", "direct", "none")),
        "password": values.secret,
    },
    **rows.READERS,
}


def parse_config(
    text: str, *, environ: Mapping[str, str] | None = None, name: str = "feeds.toml"
) -> Config:
    """Read the text of a feeds.toml; each `${NAME}` must be a name in `environ`.

    Raises ConfigError with all problems, each as "name:line: place: what is wrong".
    """
    try:
        document = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        # Not only TOMLDecodeError: a number of 5,000 digits is one of int's own complaints.
        raise ConfigError((syntax(str(error), text, name),), hint=_HINT) from error
    reader = _Reader(environ or {})
    config = reader.config(document)
    if reader.problems:
        raise ConfigError(report(reader.problems, text, name), hint=_HINT)
    return config


_HINT = "The comments in the feeds.toml that `aggregate init` writes explain every key."


class _Reader:
    """Reads the sections one after the other and keeps the problems of all."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        # cattrs costs 30 ms to import: who needs only the types above does not pay for it.
        from cattrs import BaseValidationError, Converter  # noqa: PLC0415

        self.problems: list[Problem] = []
        self._environ = environ
        self._converter = Converter()
        self._refused = (BaseValidationError, values.Wrong)
        self._made: dict[type, values.Reader] = {}

    def _structure(self, kind: type) -> values.Reader:
        """Return cattrs' function for a table; it is generated when the first one comes."""
        from cattrs.gen import make_dict_structure_fn, override  # noqa: PLC0415

        hooks: dict[str, Any] = {
            key: override(struct_hook=values.bind(read, self._environ))
            for key, read in _READERS[kind].items()
        }
        return make_dict_structure_fn(
            kind, self._converter, _cattrs_forbid_extra_keys=True, **hooks
        )

    def config(self, document: dict[str, Any]) -> Config:
        for unknown in [key for key in document if key not in SECTIONS]:
            self.problems.append(((unknown,), f"unknown section{suggest(unknown, SECTIONS)}"))
        feeds = tuple(self._feeds(document.get("feeds", [])))
        views = self._views(document)
        return Config(
            settings=self._one(Settings, document, "aggregator") or Settings(),
            feeds=feeds,
            hosts=tuple(self._hosts(document.get("hosts", {}))),
            network=self._one(Network, document, "network") or Network(),
            desk=self._one(Desk, document, "desk") or Desk(),
            outlines=tuple(self._rows(Outline, document, "outlines")),
            rules=self._rules(document),
            judging=self._judging(document, feeds, views),
            views=views,
            mail=self._mail(document),
        )

    def _mail(self, document: dict[str, Any]) -> Mail | None:
        if "mail" not in document:
            return None
        from aggregator.config import mail  # noqa: PLC0415

        found, wrong = mail.read(document["mail"], self._environ)
        self.problems += wrong
        return found

    def _views(self, document: dict[str, Any]) -> tuple[View, ...]:
        if "views" not in document:
            return ()
        from aggregator.config import curating  # noqa: PLC0415

        found, wrong = curating.views(document["views"])
        self.problems += wrong
        return found

    def _judging(
        self, document: dict[str, Any], feeds: tuple[Source, ...], views: tuple[View, ...]
    ) -> tuple[Rule, ...]:
        if "rules" not in document:
            return ()
        from aggregator.config import curating  # noqa: PLC0415

        found, wrong = curating.rules(
            document["rules"],
            sources=feeds,
            views=views,
            more_feeds="outlines" in document,
        )
        self.problems += wrong
        return found

    def _rules(self, document: dict[str, Any]) -> Rules:
        return Rules(
            recipes=tuple(self._rows(RecipeRow, document, "recipes")),
            json=tuple(self._rows(JsonRow, document, "json")),
            engines=self._engines(document.get("engines", {})),
            bridges=self._one(Bridges, document, "bridges") or Bridges(),
            keys=frozenset(self._environ),
        )

    def _one(self, kind: type[Table], document: dict[str, Any], section: str) -> Table | None:
        return self._table(kind, document[section], (section,)) if section in document else None

    def _table(self, kind: type[Table], row: object, path: Path) -> Table | None:
        """Make one table's dataclass; where that fails, keep the problems and return None."""
        if not isinstance(row, dict):
            self.problems.append((path, "expected a table of keys"))
            return None
        if kind not in self._made:
            self._made[kind] = self._structure(kind)
        try:
            made: Table = self._made[kind](row, kind)
        except self._refused as error:
            self.problems += walk(error, path, tuple(_READERS[kind]))
            return None
        return made

    def _rows(self, kind: type[Table], document: dict[str, Any], section: str) -> Iterator[Table]:
        given = document.get(section, [])
        if not isinstance(given, list):
            message = f"write [[{section}]], with two brackets, for each of them"
            self.problems.append(((section,), message))
            return
        for index, row in enumerate(given):
            if made := self._table(kind, row, (section, index)):
                yield made

    def _engines(self, hosts: object) -> dict[str, str]:
        if not isinstance(hosts, dict):
            self.problems.append((("engines",), 'write "social.example" = "mastodon" below it'))
            return {}
        found, wrong = rows.engines(hosts)
        self.problems += [(("engines", *path), message) for path, message in wrong]
        return found

    def _feeds(self, rows: object) -> Iterator[Source]:
        if not isinstance(rows, list):
            self.problems.append((("feeds",), "write [[feeds]], with two brackets, for each feed"))
            return
        first: dict[str, int] = {}
        for index, row in enumerate(rows):
            if made := self._table(Source, _at_home(row), ("feeds", index)):
                yield made
            url = row.get("url") if isinstance(row, dict) else None
            if isinstance(url, str) and (earlier := first.setdefault(url.strip(), index)) != index:
                message = f"the same address as feeds[{earlier}]"
                self.problems.append((("feeds", index, "url"), message))

    def _hosts(self, rows: object) -> Iterator[HostPolicy]:
        if not isinstance(rows, dict):
            self.problems.append((("hosts",), 'write [hosts."example.org"] for each host'))
            return
        for host, row in rows.items():
            named = {**row, "host": host} if isinstance(row, dict) else row
            if made := self._table(HostPolicy, named, ("hosts", host)):
                yield made


def _at_home(row: Any) -> Any:
    """Fill in what the address tells: the platform, and its category."""
    if not isinstance(row, dict):
        return row
    named, url = row.get("platform"), row.get("url")
    if named in PLATFORM_SLUGS:
        return {"category": platform(named).category, **row}
    found = platform_of(url) if isinstance(url, str) else None
    return {"platform": found.slug, "category": found.category, **row} if found else row
