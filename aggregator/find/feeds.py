"""Addresses that are feeds already: by their looks, or because a row makes such addresses."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from aggregator import taxonomy
from aggregator.find.index import SITES, home_of, host_of
from aggregator.find.nouns import Candidate, Resolution
from aggregator.find.patterns import Place, recogniser

_FEED = re.compile(
    r"(?i)\.(?:rss|atom|rdf)\Z|/[\w-]*(?:rss|feed|atom)[\w-]*\.(?:xml|rdf|json|php)\Z"
    r"|/(?:index|posts|news|podcast)\.(?:xml|rdf)\Z"
)
_FEED_QUERY = re.compile(
    r"(?i)(?:^|[&;])(?:feed|format|feedformat|type|output|action|alt)=\.?"
    r"(?:rss(?:2|[._]?2\.0)?|atom(?:10?|1\.0)?|rdf|xml;type=\w+)(?:[&;]|\Z)"
)
_LIKE_A_FEED = re.compile(
    r"(?i)/(?:rss2?|feeds?|atom|rdf)(?:/|\Z)|/(?:external|syndication|rss2?)\.php\Z"
)
_API = re.compile(r"(?:api|catalog)\.|.*?/(?:api|napi|_matrix|catalog)/|.*?/lookup\?")
_FEED_HOST = re.compile(r"(?:feeds?|rss)\d?\.")


def recognised(place: Place, host: str, engine: str) -> Resolution | None:
    """Recognise an address that is followed as it is: a feed, or a JSON source we know."""
    if is_a_feed(place):
        return feed_at(place, "feed", engine)
    whole = f"{place.name}{place.path}" + (f"?{place.query}" if place.query else "")
    for key in {place.name, host, f"/{engine}"} - {"", "/"}:
        text = whole.removeprefix(place.name) if key.startswith("/") else whole
        for pattern, kind, platform in _made_at(key):
            if pattern.fullmatch(text):
                return feed_at(place, kind, platform)
    return _json_source(place) if _API.match(whole) else None


def _json_source(place: Place) -> Resolution | None:
    """Recognise an address that a mapping row can read."""
    # Reading JSON takes 0.2 s to import; few addresses look like that of an API.
    from aggregator.parse import mapping_for  # noqa: PLC0415

    mapping = mapping_for(place.url)
    return feed_at(place, "json", mapping.row.platform or "") if mapping else None


def feed_at(place: Place, kind: str, platform: str) -> Resolution:
    """Say that an address is to be followed as it is."""
    home = taxonomy.platform_of(place.url)
    slug = platform or (home.slug if home else "")
    known = slug in taxonomy.PLATFORM_SLUGS
    address = place.url.partition("#")[0]
    return Resolution(
        url=place.url,
        feed_url=address,
        platform=slug or None,
        category=taxonomy.platform(slug).category if known else taxonomy.DEFAULT_CATEGORY,
        how=kind,
        candidates=(Candidate(address, "", kind),),
    )


@lru_cache(maxsize=1)
def _makers() -> dict[str, dict[str, tuple[str, str]]]:
    """Index the templates by the host that they make addresses at: their kind and platform."""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for key, recipes in SITES.items():
        for recipe in recipes:
            made = [(recipe.kind, recipe.feed), ("json", recipe.json)]
            for kind, text in (*made, *(("feed", text) for _, text in recipe.more)):
                at = _made_where(key, text)
                if at and kind != "page":
                    found[at].setdefault(text, (kind, home_of(recipe)[0] or ""))
    return found


def _made_where(key: str, template: str) -> str:
    """Name the host of what a template makes; empty where that is any, or where it shows."""
    if not template or _FEED.search(re.sub(r"\{[^}]*\}", "x", template)):
        return ""
    if template.startswith("{origin}"):
        return key.rstrip("/")
    host = host_of(re.sub(r"^https?://(?:www\.)?", "", template))
    return "" if host.startswith("*") and "." not in host else host


@lru_cache(maxsize=1024)
def _made_at(key: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (
            re.compile(
                (r"[^/]+" if text.startswith("{origin}") and not key.startswith("/") else "")
                + recogniser(text).pattern
            ),
            kind,
            platform,
        )
        for text, (kind, platform) in _makers().get(key, {}).items()
    )


def looks_like_a_feed(place: Place) -> bool:
    """Tell whether an address at a host that no row knows may be a feed: `/feed/`, `feeds.host/x`.

    Pages are called that too; only asking tells.
    """
    return bool(_LIKE_A_FEED.search(place.path) or (_FEED_HOST.match(place.name) and place.path))


def is_a_feed(place: Place) -> bool:
    """Tell whether an address names a file that is a feed by its name or its query."""
    return bool(_FEED.search(place.path) or (place.query and _FEED_QUERY.search(place.query)))
