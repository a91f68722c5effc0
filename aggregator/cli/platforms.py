"""`aggregate platforms`: what can be followed, and how; docs/platforms.md says the same.

    python -m aggregator.cli.platforms > docs/platforms.md

A test holds that docs/platforms.md is what this prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import click

from aggregator.cli.common import App, category_option, console, echo_json, json_option, pass_app
from aggregator.find import ENGINE_RECIPES, RECIPES, SIGNATURES, Recipe
from aggregator.taxonomy import CATEGORIES, PLATFORMS, Platform, platform_of

# How a platform is followed, best first: (word, what it means).
WAYS = (
    ("feed", "it has feeds; the rule leads from a page to its feed"),
    ("page", "its pages are looked through for a feed, or read themselves"),
    ("JSON", "it has none, but its open JSON is read as one"),
    ("token", "it wants a key or a token of yours, from the environment"),
    ("bridge", "it has none; a service of yours makes one (`[bridges]` in feeds.toml)"),
    ("closed", "it can't be followed, and `aggregate add` says why"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A platform: how it is followed, and an example of a page and of what it leads to."""

    platform: str
    name: str
    category: str
    ways: tuple[str, ...]
    example: str
    feed: str | None = None
    reason: str | None = None


@click.command()
@category_option
@json_option
@pass_app
def platforms(_app: App, *, category: str | None, as_json: bool) -> None:
    """List the platforms that are known, and how each is followed.

    \b
    feed     it has feeds; the rule leads from a page to its feed
    page     its pages are looked through for a feed, or read themselves
    JSON     it has none, but its open JSON is read as one
    token    it wants a key or a token of yours, from the environment
    bridge   it has none; a service of yours makes one ([bridges] in feeds.toml)
    closed   it can't be followed, and `aggregate add` says why

    Any other site is followed by the feeds that its pages name.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    rows = [each for each in coverage() if category in {None, each.category}]
    if as_json:
        echo_json([asdict(each) for each in rows])
        return
    from rich.text import Text

    out = console()
    for each in rows:
        line = f"{each.name:<24}{each.category:<14}{', '.join(each.ways):<22}"
        text = Text(f"{line}{each.example}")
        text.truncate(out.width, overflow="ellipsis")
        out.print(text, soft_wrap=True)


def coverage() -> list[Coverage]:
    """Return a row for each platform, in the order of the taxonomy."""
    rules: dict[str, list[Recipe]] = {each.slug: [] for each in PLATFORMS}
    for recipe in (*RECIPES, *SIGNATURES):
        home = platform_of(recipe.page)
        if slug := recipe.platform or (home.slug if home else ""):
            rules.setdefault(slug, []).append(recipe)
    for engine, recipes in ENGINE_RECIPES.items():
        rules.setdefault(engine, []).extend(recipes)
    return [_coverage(each, rules[each.slug]) for each in PLATFORMS]


def _coverage(platform: Platform, recipes: list[Recipe]) -> Coverage:
    found = {way for recipe in recipes for way in _ways(recipe)}
    ways = tuple(way for way, _ in WAYS if way in found and (way != "closed" or len(found) == 1))
    ways = ways or ("page",)
    best = min(
        (each for each in recipes if ways[0] in _ways(each)),
        key=lambda each: (not _leads(each, ways[0]), len(each.page)),
        default=None,
    )
    host = platform.hosts[0] if platform.hosts else "example.org"
    return Coverage(
        platform=platform.slug,
        name=platform.name,
        category=platform.category,
        ways=ways,
        example=best.page if best else f"https://{host}/",
        feed=best.expected if best and _leads(best, ways[0]) else None,
        reason=best.reason if best and ways == ("closed",) else None,
    )


def _leads(recipe: Recipe, way: str) -> bool:
    """Tell whether a row's example shows this way: its address may need a look at the page."""
    by_bridge = recipe.expected.startswith(("rsshub:", "rssbridge:", "nitter:"))
    return bool(recipe.expected) and by_bridge == (way == "bridge")


def _ways(recipe: Recipe) -> Iterator[str]:
    """Yield how a row's pages are followed."""
    if recipe.closed:
        yield "closed"
        return
    if recipe.feed or recipe.via:
        yield "page" if recipe.kind == "page" else "feed"
    if recipe.json:
        yield "token" if recipe.key else "JSON"
    if recipe.rsshub or recipe.rssbridge or recipe.nitter:
        yield "bridge"


HEAD = """\
# Platforms

<!-- Made by `python -m aggregator.cli.platforms > docs/platforms.md`; do not edit. -->

What `aggregate add` makes of an address, by platform. The rules are rows
(`aggregator/find/recipes/`), and `[[recipes]]` and `[[json]]` in feeds.toml add yours. Any other
site is followed by the feeds that its pages name.

| followed by | meaning |
|---|---|
"""


def page() -> str:
    """Return docs/platforms.md."""
    rows = coverage()
    parts = [HEAD + "".join(f"| {way} | {meaning} |\n" for way, meaning in WAYS)]
    for category in CATEGORIES:
        table = "".join(_rows(each for each in rows if each.category == category.slug))
        parts.append(
            f"## {category.name}\n\n| platform | followed by | a page | leads to |\n"
            f"|---|---|---|---|\n{table}"
        )
    return "\n".join(parts)


def _rows(rows: Iterable[Coverage]) -> Iterator[str]:
    for each in rows:
        leads = f"`{each.feed}`" if each.feed else each.reason or "what the page says"
        cells = (each.name, ", ".join(each.ways), f"`{each.example}`", leads)
        yield f"| {' | '.join(cell.replace('|', '%7C') for cell in cells)} |\n"


if __name__ == "__main__":
    click.echo(page(), nl=False)
