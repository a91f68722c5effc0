"""What finding works with, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aggregator.rules import Rules


@dataclass(frozen=True, slots=True)
class Recipe:
    """A row: pages like `pattern` have the feed `feed`; `page` and `expected` are its example.

    `pattern` and the templates are explained in `patterns`. `feed`, `more` (label and template
    each) and `json` are what can be followed, in the order of preference; templates that can't be
    filled are left out. `kind` is "page" where `feed` is a page that parse reads itself.

    `rsshub`, `rssbridge` and `nitter` are what a bridge calls it. `reason` says why there is no
    feed, `closed` that no bridge helps either; `hint` says what would.

    `look` are regular expressions for a page, the first that is found counts; `also` are further
    ones, each if found. Their groups fill the templates. The page is the one that was pasted, or
    `ask`. `via` is the page that this page stands for, with a recipe of its own.

    `key` names the environment variable that the JSON source needs; `needed` says that without it
    there is nothing to follow. `platform` and `category` are taken from the taxonomy unless given.
    """

    pattern: str
    feed: str = ""
    page: str = ""
    expected: str = ""
    label: str = ""
    kind: str = "feed"
    more: tuple[tuple[str, str], ...] = ()
    json: str = ""
    rsshub: str = ""
    rssbridge: str = ""
    nitter: str = ""
    look: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    ask: str = ""
    via: str = ""
    key: str = ""
    needed: bool = False
    closed: bool = False
    reason: str = ""
    hint: str = ""
    platform: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that may be meant: `kind` is feed, json, page (read as it is) or bridge."""

    feed_url: str
    label: str = ""
    kind: str = "feed"
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What an address comes to.

    `feed_url` is what to follow (an address, or a reference such as `rsshub:/…`), None where
    there is nothing; it is the first of `candidates`, in the order of preference. `how` it was
    found: feed (it is one), recipe, json, bridge, page (named by the page or tried), closed (can
    not be followed), none. `reason` and `hint` say why there is none, and what to do; a hint may
    also stand beside a feed ("set PEXELS_KEY").
    """

    url: str
    feed_url: str | None = None
    platform: str | None = None
    category: str | None = None
    how: str = "none"
    reason: str | None = None
    hint: str | None = None
    title: str | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server said: `url` is where it came from in the end, header names are lower-case."""

    url: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Ask:
    """An address that a resolution wants to see; `probe` tries a path that may not exist."""

    url: str
    probe: bool = False


NO_RULES = Rules()
