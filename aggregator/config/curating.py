"""Read `[[rules]]` and `[[views]]`: nouns and problems out; and write a view as a table again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, time
from typing import Any

from aggregator.config import values
from aggregator.config.conditions import MEDIA, condition, effects, language
from aggregator.config.problems import Problem, suggest
from aggregator.config.tables import slug, table
from aggregator.config.values import Reader, Wrong
from aggregator.curation import Condition, Mix, Rule, View
from aggregator.model import Selection, Source

SORTS = ("newest", "oldest", "score", "sources")


def search(value: Any) -> str:
    """Read words to search for."""
    words = values.text(value)
    if not any(map(str.isalnum, words)):
        raise Wrong("has no word to search for")
    return words


def moment(value: Any) -> int:
    """Read a date, or a date and time, UTC where no zone is said; epoch seconds."""
    given = _written_date(value) if isinstance(value, str) else value
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given, time())
    if not isinstance(given, datetime):
        raise Wrong("expected a date such as 2026-01-31")
    return int(given.replace(tzinfo=given.tzinfo or UTC).timestamp())


def _written_date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def mix(value: Any) -> Mix:
    """Read how much of one kind may be in a view."""
    return Mix(**table(value, dict.fromkeys(_MIX, values.whole(1, 1000))))


_MIX = tuple(each.name for each in fields(Mix))
_SELECTED: dict[str, Reader] = {
    "category": values.category,
    "platform": values.platform,
    "feed": values.text,
    "tag": values.text,
    "search": search,
    "author": search,
    "language": language,
    "media": values.choice("media", MEDIA),
    "unread": values.flag,
    "starred": values.flag,
    "min_score": values.whole(-100_000, 100_000),
    "since": moment,
    "until": moment,
    "limit": values.whole(1, 1000),
}
_VIEW: dict[str, Reader] = {
    "slug": slug,
    "title": values.text,
    **_SELECTED,
    "within": values.seconds(60, 100 * 366 * 86_400),
    "sort": values.choice("order", SORTS),
    "mix": mix,
}


def view(row: Any) -> View:
    """Read a view; raises Wrong with every problem, those of its keys together too."""
    found = table(row, _VIEW)
    if "slug" not in found:
        raise Wrong("needs a slug: the short name that commands and addresses use")
    chosen = {key: found.pop(key) for key in _SELECTED if key in found}
    title = found.pop("title", None) or found["slug"].replace("-", " ").capitalize()
    made = View(title=title, selection=Selection(**chosen), **found)
    if wrong := list(_impossible(made)):
        raise Wrong(problems=wrong)
    return made


def _impossible(made: View) -> Iterator[Problem]:
    chosen, least = made.selection, made.mix.categories or 1
    if least > 12 or least > chosen.limit:
        yield ("mix", "categories"), "there can't be so many: of 12, and within the limit"
    if chosen.category is not None and least > 1:
        yield ("mix", "categories"), "there is only one: the view is of a category"
    if chosen.since is not None and chosen.until is not None and chosen.since >= chosen.until:
        yield ("until",), "is not after since: nothing can lie between"
    if chosen.since is not None and made.within is not None:
        yield ("within",), "is said beside since: one of them is enough"


def definition(made: View) -> dict[str, Any]:
    """Return a view as the table that `view` reads, without what is usual; fit for JSON."""
    usual = View(slug="", title="")
    told: dict[str, Any] = {"slug": made.slug, "title": made.title}
    told |= _differing(made.selection, usual.selection, _SELECTED)
    told |= _differing(made, usual, ("within", "sort"))
    told |= {"mix": mixed} if (mixed := _differing(made.mix, usual.mix, _MIX)) else {}
    for key in {"since", "until"} & set(told):
        told[key] = datetime.fromtimestamp(told[key], UTC).isoformat()
    return told


def _differing(made: Any, usual: Any, names: Iterable[str]) -> dict[str, Any]:
    pairs = ((name, getattr(made, name)) for name in names)
    return {name: value for name, value in pairs if value != getattr(usual, name)}


def views(rows: object) -> tuple[tuple[View, ...], list[Problem]]:
    """Read `[[views]]`: those that can be used, and the problems."""
    found, wrong = _rows(rows, "views", view)
    wrong += _twice([(index, made.slug) for index, made in found], "views", "slug")
    return tuple(made for _, made in found), wrong


def rule(row: Any) -> Rule:
    """Read a rule."""
    found = table(row, {"name": values.text, "when": condition, "then": effects})
    missing = [((key,), "is missing") for key in ("name", "when", "then") if key not in found]
    if missing:
        raise Wrong(problems=list[Problem](missing))
    return Rule(**found)


def rules(
    rows: object, *, sources: Sequence[Source], views: Sequence[View], more_feeds: bool
) -> tuple[tuple[Rule, ...], list[Problem]]:
    """Read `[[rules]]`: those that can be used, and the problems.

    A rule may name addresses of `sources` only, unless `more_feeds` come from elsewhere, and views
    of the file only.
    """
    found, wrong = _rows(rows, "rules", rule)
    wrong += _twice([(index, made.name) for index, made in found], "rules", "name")
    urls = None if more_feeds else [source.url for source in sources]
    known = {each.slug: each for each in views}
    for index, made in found:
        wrong += [
            (("rules", index, "when", *path), message)
            for path, message in _unknown(made.when, urls, known)
        ]
    return tuple(made for _, made in found), wrong


def _unknown(
    when: Condition, urls: list[str] | None, known: Mapping[str, View]
) -> Iterator[Problem]:
    """Yield the names in a condition that nothing has, or that rules can't build on."""
    for name in when.view:
        if name not in known:
            yield ("view",), f"there is no view {name!r}{suggest(name, known)}"
        elif _marked(known[name].selection):
            yield ("view",), f"the view {name!r} is about marks, which rules set themselves"
    for pattern in when.feed:
        address = pattern.kind == "plain" and "://" in pattern.text
        if address and urls is not None and not any(pattern.text in url for url in urls):
            # Without a guess: an address may hold a secret.
            yield ("feed",), "no feed has this address"
    for key, inner in (("any", when.any), ("not", when.none)):
        for each in inner:
            yield from (((key, *path), message) for path, message in _unknown(each, urls, known))


def _marked(selection: Selection) -> bool:
    return selection.unread or selection.starred or selection.min_score is not None


def _rows(rows: object, section: str, read: Reader) -> tuple[list[tuple[int, Any]], list[Problem]]:
    if not isinstance(rows, list):
        return [], [((section,), f"write [[{section}]], with two brackets, for each of them")]
    found: list[tuple[int, Any]] = []
    wrong: list[Problem] = []
    for index, row in enumerate(rows):
        try:
            found.append((index, read(row)))
        except Wrong as error:
            wrong += [((section, index, *path), message) for path, message in error.problems]
    return found, wrong


def _twice(named: Iterable[tuple[int, str]], section: str, key: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, name in named:
        if (earlier := first.setdefault(name, index)) != index:
            yield (section, index, key), f"{name!r} is taken by {section}[{earlier}]"
