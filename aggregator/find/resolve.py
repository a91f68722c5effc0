"""All of finding, in order, as a generator that asks for pages and is sent them.

a feed already · a recipe → no page at all, or the one that its row wants to look into
anything else            → the page, once:
    it is a feed · it leads to a page of a recipe · its engine's rows
    · what it names as feeds · what RSS-Bridge knows of it · three usual paths
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from aggregator import taxonomy, urls
from aggregator.errors import FetchError
from aggregator.find import bridges, links
from aggregator.find.feeds import looks_like_a_feed
from aggregator.find.index import Fields, Found, Rule
from aggregator.find.markers import engine_in
from aggregator.find.nouns import NO_RULES, Ask, Candidate, Page, Resolution
from aggregator.find.patterns import read
from aggregator.find.rewrite import by_engine, find, rewrite, told
from aggregator.rules import Rules

Steps = Generator[Ask, Page | FetchError, Resolution]
Asked = Generator[Ask, Page | FetchError, Resolution | None]

# Where feeds usually are, by what made the page; three of them are tried.
_USUAL = ("/feed/", "/atom.xml", "/rss.xml")
_USUAL_FOR = (
    ("hugo", ("/index.xml", "/feed.xml", "/feed/")),
    ("jekyll", ("/feed.xml", "/atom.xml", "/rss.xml")),
    ("hexo", ("/atom.xml", "/rss2.xml", "/feed.xml")),
    ("ghost", ("/rss/", "/feed/", "/rss.xml")),
    ("astro", ("/rss.xml", "/feed.xml", "/atom.xml")),
    ("eleventy", ("/feed.xml", "/feed/feed.xml", "/rss.xml")),
    ("pelican", ("/feeds/all.atom.xml", "/feed/", "/rss.xml")),
    ("drupal", ("/rss.xml", "/feed/", "/atom.xml")),
    ("wordpress", ("/feed/", "/?feed=rss2", "/rss.xml")),
)
# Engines that name their feeds in their pages, better than a row could.
_NAMES_THEM = {"squarespace", "wix", "dokuwiki", "shaarli", "xenforo", "phpbb"}
_MOST = 4 << 20
"""Bytes of a page that a row looks into: YouTube's have what we want at their end."""

_GENERATOR = re.compile(r"<meta\s[^<>]{0,300}\bgenerator\b[^<>]{0,300}>", re.IGNORECASE)


def resolve(url: str, rules: Rules = NO_RULES, *, offline: bool = False) -> Steps:
    """Say what an address comes to, asking for pages where its looks do not tell.

    Yields what it wants to see and is sent a Page or the FetchError. `offline` asks for nothing.
    """
    found = rewrite(url, rules)
    if offline:
        return found or nothing(url, hint="Try again without --offline.")
    place = read(url)
    if bridges.is_reference(url) or not place:
        return found or nothing(url, reason="This is no address of a page.")
    rule = find(place, rules)
    if isinstance(rule, Found) and rule.rule.recipe.look:
        return (yield from _look(url, rule, rules))
    guessed = looks_like_a_feed(place) and found is not None and found.platform is None
    if found and not guessed:
        return found
    page = yield Ask(_plain(place.url))
    if isinstance(page, FetchError):
        return found or _unreachable(url, page)
    return (yield from _read(url, page, rules))


def _plain(url: str) -> str:
    return url.partition("#")[0]


def _look(url: str, found: Found, rules: Rules) -> Steps:
    """Look into the page of a row for what its templates lack."""
    rule = found.rule
    place = read(url)
    assert place  # it matched a pattern
    offline = told(url, found, rules)
    if offline.how == "closed":
        return offline
    asked = rule.ask.fill(found.fields) if rule.ask else None
    page = yield Ask(asked or _plain(place.url))
    if isinstance(page, FetchError):
        return _given_up(url, found, rules, page.message, page.hint)
    if (said := said_by(rule, page)) is not None:
        resolution = _absolute(told(url, found, rules, said), page)
        if resolution.feed_url:
            return resolution
    if asked:
        return _given_up(url, found, rules, "It is not said where its feed is.")
    return (yield from _read(url, page, rules, found))


def _given_up(
    url: str, found: Found, rules: Rules, reason: str, hint: str | None = None
) -> Resolution:
    """Take what a row has besides what its page should have said: JSON, a bridge, or nothing."""
    resolution = told(url, found, rules)
    if resolution.feed_url or resolution.how == "closed":
        return resolution
    return replace(resolution, reason=reason, hint=hint)


def said_by(rule: Rule, page: Page) -> Fields | None:
    """Return what a page says of the names that a row looks for; None when it says nothing."""
    text = links.text_of(page, _MOST)
    for expression in rule.recipe.look:
        if found := re.search(expression, text):
            said = _spoken(found)
            for also in rule.recipe.also:
                if further := re.search(also, text, re.DOTALL):
                    said |= _spoken(further)
            return said
    return None


def _spoken(found: re.Match[str]) -> Fields:
    r"""Read the groups of a match, in which JSON may have escaped letters (`\u00e9`, `\/`)."""
    return {name: _unescaped(value) for name, value in found.groupdict().items() if value}


def _unescaped(value: str) -> str:
    if "\\" in value:
        with suppress(ValueError):
            return str(json.loads(f'"{value}"'))
    return value


def _absolute(resolution: Resolution, page: Page) -> Resolution:
    """Make the addresses absolute that a page wrote without scheme; leave out what is none."""
    kept = []
    for each in resolution.candidates:
        known = each.kind == "bridge" or "{" in each.feed_url
        address = each.feed_url if known else urls.absolute(page.url, each.feed_url)
        if address:
            kept.append(replace(each, feed_url=address))
    return replace(
        resolution,
        candidates=tuple(kept),
        feed_url=kept[0].feed_url if kept else None,
        how=resolution.how if kept else "none",
    )


class _Seen(NamedTuple):
    """A page that was brought: what was asked, what came, its text, the engine that made it."""

    url: str
    page: Page
    text: str
    engine: str


def _read(url: str, page: Page, rules: Rules, tried: Found | None = None) -> Steps:
    """Find a feed with the page at hand; `tried` is the row that looked into it in vain."""
    if links.is_feed(page):
        return _is_feed(url, page)
    text = links.text_of(page)
    seen = _Seen(url, page, text, engine_in(text, page.headers))
    if named := _named(seen, rules, tried):
        return replace(named, title=links.title_of(text))
    if tried:
        return _given_up(url, tried, rules, "The page does not say where its feed is.")
    if bridged := (yield from _detected(seen, rules)):
        return bridged
    if probed := (yield from _probed(seen)):
        return probed
    reason = "The page names no feed, and none is where feeds usually are."
    return _homed(nothing(url, reason=reason), page.url, seen.engine)


def _named(seen: _Seen, rules: Rules, tried: Found | None) -> Resolution | None:
    """Read from a page what to follow: by where it led, by its engine, by what it names."""
    ways: list[Callable[[], Resolution | None]] = [
        lambda: _led_elsewhere(seen, rules, tried),
        lambda: _by_its_engine(seen, rules),
        lambda: _by_its_links(seen),
    ]
    if seen.engine in _NAMES_THEM:
        ways.reverse()
    return next((found for way in ways if (found := way()) and _settles(found)), None)


def _settles(found: Resolution) -> bool:
    """Tell whether there is something to follow, or a reason why there is not."""
    return found.feed_url is not None or found.how in ("closed", "bridge")


def _is_feed(url: str, page: Page) -> Resolution:
    """Follow a feed where its own host sends everybody, else where it was asked for."""
    place = read(url)
    assert place  # it was asked for
    at_home = urls.domain_key(place.url) == urls.domain_key(page.url)
    address = page.url if at_home else _plain(place.url)
    found = Resolution(
        url=url, feed_url=address, how="feed", candidates=(Candidate(address, "", "feed"),)
    )
    return _homed(found, address, "")


def _led_elsewhere(seen: _Seen, rules: Rules, tried: Found | None) -> Resolution | None:
    """Try the rows at the address where a short link, or a redirect, ended."""
    place = read(seen.page.url)
    if not place or links.same_page(seen.url, seen.page.url):
        return None
    found = find(place, rules)
    if not isinstance(found, Found):
        return replace(found, url=seen.url) if found else None
    if not found.rule.recipe.look:
        return replace(told(seen.page.url, found, rules), url=seen.url)
    in_vain = found.rule.ask or (tried and found.rule is tried.rule)
    said = None if in_vain else said_by(found.rule, seen.page)
    return (
        replace(_absolute(told(seen.page.url, found, rules, said), seen.page), url=seen.url)
        if said is not None
        else None
    )


def _by_its_engine(seen: _Seen, rules: Rules) -> Resolution | None:
    """Try the rows of the engine that made a page."""
    place = read(seen.page.url)
    found = by_engine(place, seen.engine) if place and seen.engine else None
    if not found:
        return None
    if not found.rule.recipe.look:
        return replace(told(seen.url, found, rules), how="recipe")
    said = said_by(found.rule, seen.page)
    return _absolute(told(seen.url, found, rules, said), seen.page) if said is not None else None


def _by_its_links(seen: _Seen) -> Resolution | None:
    """Take what a page names as feeds."""
    named = links.candidates(seen.page, seen.text)
    if not named:
        return None
    found = Resolution(url=seen.url, feed_url=named[0].feed_url, how="page", candidates=named)
    return _homed(found, seen.page.url, seen.engine)


def _homed(resolution: Resolution, address: str, engine: str) -> Resolution:
    """Say which platform a resolution belongs to: the host's, else the engine's."""
    home = taxonomy.platform_of(address)
    slug = home.slug if home else engine if engine in taxonomy.PLATFORM_SLUGS else None
    category = taxonomy.platform(slug).category if slug else None
    if category is None and resolution.feed_url:
        category = taxonomy.DEFAULT_CATEGORY
    return replace(resolution, platform=slug, category=category)


def _detected(seen: _Seen, rules: Rules) -> Asked:
    """Ask RSS-Bridge whether one of its bridges knows the seen.page."""
    if not rules.bridges.rssbridge:
        return None
    answer = yield Ask(bridges.detection(seen.page.url, rules.bridges))
    if isinstance(answer, FetchError) or answer.status >= 400:
        return None
    made = tuple(
        Candidate(f"rssbridge:{query}", name, "bridge") for query, name in _bridged(answer.body)
    )
    if not made:
        return None
    found = Resolution(url=seen.url, feed_url=made[0].feed_url, how="bridge", candidates=made)
    return _homed(found, seen.page.url, "")


def _bridged(body: bytes) -> Iterator[tuple[str, str]]:
    """Read RSS-Bridge's list of feeds: their queries without what `expand` adds, their names."""
    try:
        rows = json.loads(body[: links.MAX_PAGE])
    except (ValueError, RecursionError):
        return
    for row in rows if isinstance(rows, list) else ():
        address = row.get("url") if isinstance(row, dict) else None
        if not isinstance(address, str):
            continue
        asked = parse_qsl(address.partition("?")[2])
        kept = [(key, value) for key, value in asked if key not in ("action", "format", "token")]
        if any(key == "bridge" for key, _ in kept):
            meta = row.get("bridgeMeta")
            name = meta.get("name") if isinstance(meta, dict) else None
            yield urlencode(kept), name if isinstance(name, str) else "RSS-Bridge"


def _probed(seen: _Seen) -> Asked:
    """Try where feeds usually are. A server that sends every unknown path elsewhere has none."""
    place = read(seen.page.url)
    assert place  # a page came from there
    generator = _GENERATOR.search(seen.text)
    said = generator[0].lower() if generator else ""
    paths = next((paths for name, paths in _USUAL_FOR if name in said), _USUAL)
    for path in paths:
        address = f"{place.origin}{path}"
        answer = yield Ask(address, probe=True)
        if isinstance(answer, FetchError) or answer.status != 200:
            continue
        if links.same_page(address, answer.url) and links.is_feed(answer):
            made = (Candidate(address, "usual place", "feed"),)
            found = Resolution(url=seen.url, feed_url=address, how="page", candidates=made)
            return _homed(
                replace(found, title=links.title_of(seen.text)), seen.page.url, seen.engine
            )
    return None


def nothing(url: str, *, reason: str | None = None, hint: str | None = None) -> Resolution:
    """Say that nothing was found."""
    place = read(url)
    home = taxonomy.platform_of(place.url) if place else None
    name = home.name if home else None
    return Resolution(
        url=url,
        platform=home.slug if home else None,
        category=home.category if home else None,
        reason=reason
        or (f"No feed is known of this page of {name}." if name else "This page is not known."),
        hint=hint,
    )


def _unreachable(url: str, error: FetchError) -> Resolution:
    return replace(nothing(url, reason=error.message), hint=error.hint)
