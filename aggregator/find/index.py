"""The rows, compiled when they are first needed, and where they lie: by host, by engine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from aggregator import taxonomy
from aggregator.find.hosts import ALIASES, ENGINES
from aggregator.find.nouns import Recipe
from aggregator.find.patterns import Pattern, Template
from aggregator.find.recipes import ENGINE_RECIPES, RECIPES, SIGNATURES
from aggregator.rules import JsonRow, RecipeRow

Fields = dict[str, str | None]

# A pattern that begins with anybody's name, rather than with one of some words.
_FIRST = re.compile(
    r"(?!\{dir)[^/]*/(?:\[[^\]]*\])*\{(\w+)(?:\}|:(?:name|twitter|telegram)\}|:(?:[\[\\]|\(\?!))"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row, compiled."""

    recipe: Recipe
    pattern: Pattern
    first: str
    category: str | None
    platform: str | None
    feeds: tuple[tuple[str, str, Template], ...]
    references: tuple[tuple[str, str, Template], ...]
    ask: Template | None
    via: Template | None
    hint: Template | None


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that an address follows, with what the pattern's names stand for."""

    rule: Rule
    fields: Fields


class Home(NamedTuple):
    """Where the rows of a name lie: under a host or `*.host`, else nowhere; `name` is tidied."""

    key: str
    sub: str
    name: str


@lru_cache(maxsize=4096)
def lodge(name: str) -> Home:
    """Find where the rows of a host's name lie."""
    name = ALIASES.get(name, name)
    if ".m." in name:
        name = name.replace(".m.", ".", 1)
    if name in SITES:
        return Home(name, "", name)
    label, _, rest = name.partition(".")
    if label in ("m", "mobile", "amp", "touch") and rest in SITES:
        return Home(rest, "", rest)
    sub, parent = label, rest
    while parent:
        if f"*.{parent}" in SITES:
            return Home(f"*.{parent}", sub, name)
        label, _, parent = parent.partition(".")
        sub = f"{sub}.{label}"
    return Home("", "", name)


def engine_of(name: str, extra: Mapping[str, str]) -> str:
    """Name the engine that is known to run on a host; empty for the others."""
    for hosts in (extra, ENGINES):
        if name in hosts or f"www.{name}" in hosts:
            return hosts.get(name) or hosts[f"www.{name}"]
        parent = name.partition(".")[2]
        if f"*.{parent}" in hosts:
            return hosts[f"*.{parent}"]
    return ""


def host_of(pattern: str) -> str:
    """Name the host of a pattern or template, `*.host` for one with subdomains."""
    host = pattern.partition("/")[0]
    return re.sub(r"^\{[^}]*\}", "*", host)


def _index() -> dict[str, list[Recipe]]:
    found: dict[str, list[Recipe]] = defaultdict(list)
    for recipe in RECIPES:
        found[host_of(recipe.pattern)].append(recipe)
    for engine, recipes in ENGINE_RECIPES.items():
        found[f"/{engine}"] = [replace(each, platform=each.platform or engine) for each in recipes]
    found["/"] = list(SIGNATURES)
    return found


SITES = _index()


@lru_cache(maxsize=1024)
def rules_of(key: str) -> tuple[Rule, ...]:
    """Return the rows of a host, of an engine ("/mastodon"), or the signatures ("/"), compiled."""
    return tuple(compiled(recipe) for recipe in SITES.get(key, ()))


def compiled(recipe: Recipe) -> Rule:
    """Compile a row; raises re.error and KeyError where it is written wrongly."""
    pattern = Pattern(recipe.pattern)
    said = {name for text in (*recipe.look, *recipe.also) for name in re.compile(text).groupindex}

    def template(text: str) -> Template:
        return Template(text, asked=pattern.asked, said=said)

    platform, category = home_of(recipe)
    named = [(recipe.kind, recipe.label, recipe.feed), ("json", "JSON", recipe.json)]
    named[1:1] = [("feed", label, text) for label, text in recipe.more]
    bridged = [
        ("rsshub", "RSSHub", recipe.rsshub),
        ("rssbridge", "RSS-Bridge", recipe.rssbridge),
        ("nitter", "Nitter", recipe.nitter),
    ]
    first = _FIRST.match(recipe.pattern)
    return Rule(
        recipe=recipe,
        pattern=pattern,
        first=first[1] if first else "",
        platform=platform,
        category=category,
        feeds=tuple((kind, label, template(text)) for kind, label, text in named if text),
        references=tuple((kind, label, template(text)) for kind, label, text in bridged if text),
        ask=template(recipe.ask) if recipe.ask else None,
        via=template(recipe.via) if recipe.via else None,
        hint=template(recipe.hint) if recipe.hint else None,
    )


def home_of(recipe: Recipe) -> tuple[str | None, str | None]:
    """Say which platform a row is about and where that is at home, unless it says so itself."""
    slug = recipe.platform
    if not slug:
        host = host_of(recipe.pattern).replace("*", "any")
        found = taxonomy.platform_of(f"https://{host}/")
        slug = found.slug if found else ""
    known = taxonomy.platform(slug).category if slug in taxonomy.PLATFORM_SLUGS else None
    return slug or None, recipe.category or known


_OWN_NAME = re.compile(r"\{([a-z_]\w*)\}")


def _own_name(found: re.Match[str]) -> str:
    """Write a name in braces as a group: a segment of the path, or a value of the query."""
    ends = "&#" if "?" in found.string[: found.start()] else "/?#"
    return f"(?P<{found[1]}>[^{ends}]+)"


@lru_cache(maxsize=1024)
def own_pattern(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a user's row: a regular expression that may hold `{name}`."""
    return re.compile(_OWN_NAME.sub(_own_name, pattern))


@lru_cache(maxsize=1024)
def own(row: RecipeRow | JsonRow) -> Rule | None:
    """Compile what a user's row makes of a page; None for a JSON row that knows no pages."""
    if not row.pattern or not row.template:
        return None
    if isinstance(row, JsonRow):
        recipe = Recipe("/", json=row.template)
    else:
        recipe = Recipe("/", row.template, label=row.label, more=row.alternatives)
    return compiled(replace(recipe, platform=row.platform or "", category=row.category or ""))
