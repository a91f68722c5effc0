"""`aggregate find`: what `aggregate add` would do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from aggregator.cli.common import App, pass_app, safe
from aggregator.errors import UsageError
from aggregator.find import Resolution, resolve
from aggregator.following.followed import rules_of
from aggregator.model import Rules

# how: what is said of it
HOW = {
    "feed": "it is a feed",
    "recipe": "by its address",
    "json": "from its JSON",
    "bridge": "through a bridge",
    "page": "named by the page",
    "closed": "can't be followed",
    "none": "no feed",
}


@click.command()
@click.argument("urls", metavar="URL...|-", nargs=-1, required=True)
@click.option("--offline", is_flag=True, help="By the addresses alone: ask nobody.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object an address (NDJSON).")
@pass_app
def find(app: App, urls: tuple[str, ...], *, offline: bool, as_json: bool) -> None:
    """Say where the feed of a page is, and write nothing.

    With - the addresses are read from standard input, one a line. With --json, each line has
    url, feed_url (null where there is none), platform, category, how (feed, recipe, json, bridge,
    page, closed, none) and reason, in the order of the addresses. Ends with 1 when none of them
    has a feed.
    """
    from aggregator.config import Config

    config = app.config() if app.config_path.exists() else Config()
    found: Iterable[Resolution]
    if offline:
        found = (from_address(url, rules_of(config)) for url in asked(urls))
    else:
        from aggregator.cli.discovery import discovered

        found = [each.resolution for each in discovered(app, asked(urls), config)]
    any_feed = False
    for each in found:
        any_feed = any_feed or each.feed_url is not None
        click.echo(json.dumps(document(each), ensure_ascii=False) if as_json else _line(each))
    if not any_feed:
        raise click.exceptions.Exit(1)


def asked(words: Sequence[str]) -> list[str]:
    """Return the addresses that were named; "-" stands for a list on standard input.

    Raises UsageError for a word that is no address. On standard input every line with content
    counts, so that answers and questions stay in step.
    """
    from aggregator.imports import address, addresses

    found: list[str] = []
    for word in words:
        if word == "-":
            found += addresses(sys.stdin.read())
        elif url := address(word):
            found.append(url)
        else:
            raise UsageError(
                f"{safe(word)!r} is no address.", hint="Copy it from the browser's bar."
            )
    if not found:
        raise UsageError("There is no address in the list.")
    return found


def from_address(url: str, rules: Rules) -> Resolution:
    """Resolve an address without asking anybody."""
    steps = resolve(url, rules, offline=True)
    try:
        next(steps)
    except StopIteration as end:
        found: Resolution = end.value
        return found
    message = "an offline resolution asks for nothing"
    raise AssertionError(message)


def document(found: Resolution) -> dict[str, Any]:
    """Return what was found, as every JSON output has it."""
    return {
        "url": found.url,
        "feed_url": found.feed_url,
        "platform": found.platform,
        "category": found.category,
        "how": found.how,
        "reason": found.reason,
    }


def _line(found: Resolution) -> str:
    """Return what was found in a paragraph of two or three lines; addresses are kept whole."""
    kind = kind_of(found)
    if found.feed_url:
        return f"{safe(found.url)}\n  {safe(found.feed_url)}\n  {kind}"
    hint = f"\n  {safe(found.hint)}" if found.hint else ""
    return f"{safe(found.url)}\n  {safe(found.reason or 'There is no feed.')}{hint}"


def kind_of(found: Resolution) -> str:
    """Return platform, category and how it was found: "YouTube, video, by its address"."""
    from aggregator.taxonomy import PLATFORM_SLUGS, platform

    known = found.platform in PLATFORM_SLUGS
    name = platform(str(found.platform)).name if known else found.platform
    return ", ".join(filter(None, (name, found.category, HOW[found.how])))
