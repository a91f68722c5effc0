"""All of finding, in order, as a generator."""

from __future__ import annotations

from collections.abc import Generator

from aggregator import taxonomy
from aggregator.errors import FetchError
from aggregator.find.nouns import NO_RULES, Ask, Page, Resolution
from aggregator.find.rewrite import rewrite
from aggregator.rules import Rules


def resolve(
    url: str, rules: Rules = NO_RULES, *, offline: bool = False
) -> Generator[Ask, Page | FetchError, Resolution]:
    """Say what an address comes to, asking for pages where its looks do not tell."""
    found = rewrite(url, rules)
    yield from ()
    if found:
        return found
    home = taxonomy.platform_of(url)
    return Resolution(
        url=url,
        platform=home.slug if home else None,
        category=home.category if home else None,
        reason="Nothing is known of this address.",
        hint="Try again without --offline." if offline else None,
    )
