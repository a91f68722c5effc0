"""From a page's address to its feed's without asking anybody.

Rows lie by host; a host's patterns are compiled when the host is first met. An address goes
through the user's own rows, then what is a feed already, then the rows of its host, of the engine
that is known to run there, and at last the signatures that engines leave in any host's paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aggregator import taxonomy
from aggregator.find.bridges import is_reference
from aggregator.find.feeds import feed_at, looks_like_a_feed, recognised
from aggregator.find.index import (
    Fields,
    Found,
    Home,
    Rule,
    engine_of,
    lodge,
    own,
    own_pattern,
    rules_of,
)
from aggregator.find.nouns import NO_RULES, Candidate, Recipe, Resolution
from aggregator.find.patterns import Place, read
from aggregator.find.reserved import is_reserved
from aggregator.rules import JsonRow, RecipeRow, Rules


def rewrite(url: str, rules: Rules = NO_RULES) -> Resolution | None:
    """Say what an address comes to by its looks alone; None where that says nothing.

    A resolution without `feed_url` is one too: its `reason` says why there is none.
    """
    if is_reference(url):
        return Resolution(
            url=url, feed_url=url, how="bridge", candidates=(Candidate(url, "", "bridge"),)
        )
    place = read(url)
    if not place:
        return None
    found = find(place, rules)
    return told(url, found, rules) if isinstance(found, Found) else found


def find(place: Place, rules: Rules) -> Found | Resolution | None:
    """Find the rule that an address follows, or say that it is a feed."""
    if found := _users(place, rules):
        return found
    home = lodge(place.name)
    engine = engine_of(place.name, rules.engines)
    if feed := recognised(place, home.key, engine):
        return feed
    if engine:
        return by_engine(place, engine)
    return _by_host(place, home) if home.key else _by_signature(place)


def _by_host(place: Place, home: Home) -> Found | None:
    if home.sub and is_reserved(home.key, home.sub):
        return None
    origin = f"https://{home.name}"
    for rule in rules_of(home.key):
        if found := _match(rule, place, home.key, origin):
            if home.sub:
                found.fields["sub"] = home.sub
            return found
    return None


def by_engine(place: Place, engine: str) -> Found | None:
    """Find the rule of an engine that a page follows."""
    return next(
        (
            found
            for rule in rules_of(f"/{engine}")
            if (found := _match(rule, place, engine, place.origin))
        ),
        None,
    )


def _by_signature(place: Place) -> Found | Resolution | None:
    for rule in rules_of("/"):
        if found := _match(rule, place, "", place.origin):
            return found
    return feed_at(place, "feed", "") if looks_like_a_feed(place) else None


def _match(rule: Rule, place: Place, host: str, origin: str) -> Found | None:
    fields = rule.pattern.match(place)
    if fields is None:
        return None
    if rule.first and is_reserved(host, fields[rule.first] or ""):
        return None
    fields["origin"] = origin
    return Found(rule, fields)


def told(url: str, found: Found, rules: Rules, said: Fields | None = None) -> Resolution:
    """Say what a rule makes of an address; `said` is what its page said, if it was asked."""
    rule, fields = found.rule, {**found.fields, **(said or {})}
    recipe = rule.recipe
    if rule.via and (there := rule.via.fill(fields)):
        return _elsewhere(url, there, found, rules)
    lacking = recipe.needed and recipe.key not in rules.keys
    candidates = () if lacking else tuple(_candidates(rule, fields, rules, asked=said is not None))
    first = candidates[0] if candidates else None
    reason, hint = _reason(rule, fields, rules, first)
    return Resolution(
        url=url,
        feed_url=first.feed_url if first else None,
        platform=rule.platform,
        category=rule.category,
        how=_how(recipe, first, lacking=lacking),
        reason=reason,
        hint=hint,
        candidates=candidates,
    )


def _candidates(rule: Rule, fields: Fields, rules: Rules, *, asked: bool) -> Iterator[Candidate]:
    seen = set()
    for kind, label, template in rule.feeds:
        if rule.recipe.look and not asked and kind != "json":
            continue
        made = template.fill(fields)
        if made and made not in seen:
            seen.add(made)
            yield Candidate(made, label, kind)
    for bridge, label, template in rule.references:
        made = template.fill(fields) if getattr(rules.bridges, bridge) else None
        if made and made not in seen:
            seen.add(made)
            yield Candidate(f"{bridge}:{made}", label, "bridge")


def _how(recipe: Recipe, first: Candidate | None, *, lacking: bool) -> str:
    if first:
        return "recipe" if first.kind in ("feed", "page") else first.kind
    if recipe.closed or lacking:
        return "closed"
    bridged = recipe.rsshub or recipe.rssbridge or recipe.nitter
    return "bridge" if bridged and not recipe.look else "none"


def _reason(
    rule: Rule, fields: Fields, rules: Rules, first: Candidate | None
) -> tuple[str | None, str | None]:
    """Say why there is nothing to follow and what to do; a key that is missing is told anyway."""
    recipe = rule.recipe
    if first:
        missing = first.kind == "json" and recipe.key and recipe.key not in rules.keys
        return None, f"Set the environment variable {recipe.key}." if missing else None
    name = taxonomy.platform(rule.platform).name if rule.platform else "This system"
    hint = rule.hint.fill(fields) if rule.hint else None
    if recipe.closed or recipe.needed:
        return recipe.reason, hint
    bridges = " or ".join(
        bridge for bridge in ("rsshub", "rssbridge", "nitter") if getattr(recipe, bridge)
    )
    if recipe.look:
        return (
            recipe.reason or "The page itself has to be asked where its feed is.",
            "Try again without --offline.",
        )
    return (
        recipe.reason or f"{name} has no feeds.",
        f"Set {bridges} under [bridges] in feeds.toml.",
    )


def _elsewhere(url: str, there: str, found: Found, rules: Rules) -> Resolution:
    """Follow a page that stands for another one: an account's home on its own host."""
    place = read(there)
    inner = find(place, rules) if place else None
    if isinstance(inner, Found) and inner.rule is not found.rule and not inner.rule.via:
        return told(url, inner, rules)
    return told(url, Found(replace(found.rule, via=None), found.fields), rules)


def _users(place: Place, rules: Rules) -> Found | Resolution | None:
    """Match the user's own rows, which win over ours."""
    if not rules.recipes and not rules.json:
        return None
    whole = place.url.partition("://")[2].removeprefix("www.")
    for row in rules.json:
        if own_pattern(row.endpoint).match(whole):
            source = feed_at(place, "json", row.platform or "")
            return replace(source, category=row.category or source.category)
    rows: tuple[RecipeRow | JsonRow, ...] = (*rules.recipes, *rules.json)
    for each in rows:
        rule = own(each)
        if rule and (found := own_pattern(each.pattern).match(whole)):
            return Found(rule, {**found.groupdict(), "origin": place.origin})
    return None
