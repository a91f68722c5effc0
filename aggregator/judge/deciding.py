"""Rules compiled, and asked of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from aggregator.curation import Condition, Effects, Pattern, Rule, Span, View
from aggregator.judge import words
from aggregator.judge.facts import Facts, is_short, media, speaks
from aggregator.judge.words import Text

Holds = Callable[[Facts, int], bool]
"""A condition, asked of an entry and the present time."""

HIDE, STAR, READ, SCORE, TAG, LIST = "hide", "star", "mark_read", "score", "tag", "list"


class Judge:
    """Rules, ready to be asked; `views` are those that they may name.

    The attributes `text`, `earlier` and `views` say which of the costlier facts any rule needs.
    """

    def __init__(self, rules: Sequence[Rule], views: Sequence[View] = ()) -> None:
        self.rules = tuple(rules)
        self._tests = [(rule, _holds(rule.when)) for rule in rules]
        every = [each for rule in rules for each in _conditions(rule.when)]
        self.text = any(each.text for each in every)
        self.earlier = any(each.per_day is not None for each in every)
        named = {slug for each in every for slug in each.view}
        self.views = tuple(view for view in views if view.slug in named)

    def decide(self, facts: Facts, now: int) -> list[Rule]:
        """Return the rules that hold for an entry, in their order."""
        return [rule for rule, holds in self._tests if holds(facts, now)]


def deeds(then: Effects) -> tuple[tuple[str, str], ...]:
    """Return what a rule does as pairs of effect and value; what is hidden is read, too."""
    flags = ((HIDE, then.hide), (STAR, then.star), (READ, then.mark_read or then.hide))
    found = [(name, "") for name, wanted in flags if wanted]
    found += [(SCORE, str(then.score))] if then.score else []
    found += [(TAG, tag) for tag in then.tag]
    found += [(LIST, slug) for slug in then.list]
    return tuple(found)


def _conditions(when: Condition) -> Iterator[Condition]:
    """Yield a condition and all within it."""
    yield when
    for inner in (*when.any, *when.none):
        yield from _conditions(inner)


def _holds(when: Condition) -> Holds:
    """Compile a condition: its tests stand in the order of what they cost."""
    tests = [make(value) for name, make in _TESTS.items() if (value := getattr(when, name))]
    if when.is_short is not None:
        wanted = when.is_short
        tests.append(lambda facts, _now: is_short(facts) == wanted)
    if when.any:
        some = [_holds(each) for each in when.any]
        tests.append(lambda facts, now: any(holds(facts, now) for holds in some))
    if when.none:
        none = [_holds(each) for each in when.none]
        tests.append(lambda facts, now: not any(holds(facts, now) for holds in none))
    return lambda facts, now: all(holds(facts, now) for holds in tests)


def _one_of(name: str) -> Callable[[Sequence[str]], Holds]:
    def make(wanted: Sequence[str]) -> Holds:
        values = frozenset(wanted)
        return lambda facts, _now: getattr(facts, name) in values

    return make


def _language(wanted: Sequence[str]) -> Holds:
    return lambda facts, _now: any(speaks(facts.language, each) for each in wanted)


def _media(wanted: Sequence[str]) -> Holds:
    return lambda facts, _now: media(facts.media_type, facts.media_url, facts.platform) in wanted


def _lies(spans: Iterable[Span], number: int) -> bool:
    return any(
        (span.least is None or number >= span.least) and (span.most is None or number <= span.most)
        for span in spans
    )


def _duration(spans: Sequence[Span]) -> Holds:
    return lambda facts, _now: facts.duration is not None and _lies(spans, facts.duration)


def _age(spans: Sequence[Span]) -> Holds:
    return lambda facts, now: _lies(spans, max(0, now - facts.published_at))


def _per_day(most: int) -> Holds:
    return lambda facts, _now: facts.earlier >= most


def _view(slugs: Sequence[str]) -> Holds:
    wanted = frozenset(slugs)
    return lambda facts, _now: not wanted.isdisjoint(facts.views)


def _text(name: str, plain: Callable[[str], words.Test]) -> Callable[[Sequence[Pattern]], Holds]:
    """Make the tests of a field that is one text."""

    def make(patterns: Sequence[Pattern]) -> Holds:
        tests = [words.compiled(each, plain) for each in patterns]

        def holds(facts: Facts, _now: int) -> bool:
            text = getattr(facts, name)
            return any(test(text) for test in tests)

        return holds

    return make


def _tags(patterns: Sequence[Pattern]) -> Holds:
    tests = [words.compiled(each, words.equal) for each in patterns]
    return lambda facts, _now: _some(tests, facts.tags)


def _feed(patterns: Sequence[Pattern]) -> Holds:
    """A number is a feed's own; anything else is looked for in its title and addresses."""
    numbers = {int(each.text) for each in patterns if each.text.isdecimal()}
    others = [each for each in patterns if not each.text.isdecimal()]
    tests = [words.compiled(each, words.within) for each in others]
    return lambda facts, _now: facts.feed_id in numbers or _some(tests, facts.feeds)


def _some(tests: Sequence[words.Test], texts: Sequence[Text]) -> bool:
    return any(test(text) for text in texts for test in tests)


_TESTS: dict[str, Callable[[Any], Holds]] = {
    "category": _one_of("category"),
    "platform": _one_of("platform"),
    "per_day": _per_day,
    "view": _view,
    "age": _age,
    "duration": _duration,
    "language": _language,
    "media": _media,
    "feed": _feed,
    "tag": _tags,
    "title": _text("title", words.words),
    "author": _text("author", words.words),
    "url": _text("url", words.within),
    "text": _text("text", words.words),
}
