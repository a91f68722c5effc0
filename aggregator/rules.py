"""What feeds.toml may add to the built-in rules: the nouns that config, parse and find share."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeRow:
    r"""One `[[recipes]]` of feeds.toml: from a page's address to the address of its feed.

    `pattern` is a regular expression that the address must match from its start, without scheme
    and `www.`: "example.org/board/(?P<board>\w+)". `template` is the feed's address, in which
    `{board}` stands for what the pattern found; `alternatives` are further feeds, each a label
    and a template. `category` is where the platform is at home, unless given.
    """

    pattern: str
    template: str
    platform: str | None = None
    category: str | None = None
    label: str = ""
    alternatives: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRow:
    """How a JSON answer becomes entries: a built-in row, or a `[[json]]` of feeds.toml.

    `endpoint` is a regular expression for the addresses that answer so, `pattern` and `template`
    (optional, as in `RecipeRow`) lead to such an address from a page. `headers` and `query` are
    added when asking; `${NAME}` in them is from the environment. `list` is the path to the
    records, `where` what a record must fulfil ("kind = episode"). The fields from `id` to
    `credit` are paths and templates (see parse.mapping); `date` is iso, date, unix or none,
    `format` (of `html`) html, bbcode or slack; `feed_title` and `site` are of the whole.
    """

    endpoint: str
    list: str
    pattern: str = ""
    template: str = ""
    platform: str | None = None
    category: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    where: tuple[str, ...] = ()
    date: str = "iso"
    format: str = "html"
    feed_title: str = ""
    site: str = ""
    id: str = "id"
    title: str = ""
    url: str = ""
    published: str = ""
    updated: str = ""
    author: str = ""
    summary: str = ""
    html: str = ""
    text: str = ""
    image: str = ""
    media: str = ""
    media_type: str = ""
    duration: str = ""
    tags: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A row found for an address, with what its endpoint's named groups found there."""

    row: JsonRow
    groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridges:
    """`[bridges]`: where the services stand that make feeds for systems without; empty is none.

    Keys may be `${NAME}`, which is filled in from the environment when something is asked.
    """

    rsshub: str = ""
    rsshub_key: str = ""
    rssbridge: str = ""
    rssbridge_token: str = ""
    nitter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What feeds.toml adds to the built-in rules; `engines` says which one a host runs.

    `keys` are the names of the environment's variables: where one is set, its API can be asked.
    """

    recipes: tuple[RecipeRow, ...] = ()
    json: tuple[JsonRow, ...] = ()
    engines: abc.Mapping[str, str] = field(default_factory=dict)
    bridges: Bridges = Bridges()
    keys: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPolicy:
    """How to treat a domain: data, a row each; `[hosts."…"]` in feeds.toml adds or replaces rows.

    `gap` is the least time between two requests, `floor` the least time between two looks at one
    feed, `per_run` how many of its feeds one run may look at (least recently checked first),
    `parallel` how many requests at once, `transient` the statuses that say nothing of the feed,
    `retry` the wait after a 429 that names none.
    """

    host: str
    gap: float = 0.0
    floor: int = 0
    per_run: int | None = None
    parallel: int = 1
    transient: tuple[int, ...] = ()
    retry: int | None = None
    user_agent: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())
    note: str = ""
