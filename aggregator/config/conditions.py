"""Read `when` and `then` of `[[rules]]`: what a rule is about, and what it does.

A condition on text is plain words, a glob (where it has `*` or `?`), or `/a regular expression/i`,
which takes linear time whatever the text is: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from aggregator.config import values
from aggregator.config.problems import Problem
from aggregator.config.tables import several, slug, table
from aggregator.config.values import Reader, Wrong
from aggregator.curation import Condition, Effects, Pattern, Span

MEDIA = ("audio", "video", "image", "file", "none")

_REGEX = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)
_FLAGS = "ims"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_BOUND = re.compile(r"(>=|<=|>|<)\s*(\d{1,9}\s*[smhdw]?)")
_BETWEEN = re.compile(r"(\d{1,9}\s*[smhdw]?)\s*\.\.\s*(\d{1,9}\s*[smhdw]?)")
_AND = re.compile(r"\s*(?:,|\band\b)\s*")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BOUND_EXAMPLE = 'expected bounds such as "> 1h", "< 7d" or "1h..3h"'


def pattern(value: Any) -> Pattern:
    """Read a condition on text."""
    written = values.text(value)
    if match := _REGEX.fullmatch(written):
        return _regular(*match.groups())
    if "*" in written or "?" in written:
        return Pattern(kind="glob", text=written)
    return Pattern(kind="plain", text=written)


def _regular(written: str, flags: str) -> Pattern:
    import re2  # noqa: PLC0415 — few have regular expressions in their rules

    if unknown := set(flags) - set(_FLAGS):
        raise Wrong(f"has the unknown flag {min(unknown)!r}; there are i, m and s")
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(written, options)
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        raise Wrong(f"is no regular expression of RE2: {reason}") from error
    return Pattern(kind="regex", text=written, flags="".join(sorted(set(flags))))


def language(value: Any) -> str:
    """Read a language's code; "en" stands for en-GB too."""
    code = values.text(value).lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise Wrong(f"expected a code such as en, de or pt-br, not {code!r}")
    return code


def span(value: Any) -> Span:
    """Read bounds of a time, all of which hold: "> 1h", "> 1h and < 3h", "1h..3h"."""
    written = values.text(value).lower()
    if between := _BETWEEN.fullmatch(written):
        least, most = (_seconds(each) for each in between.groups())
        return _possible(written, least, most)
    found = [_BOUND.fullmatch(part) for part in _AND.split(written)]
    if not all(found):
        raise Wrong(f"{_BOUND_EXAMPLE}, not {written!r}")
    bounds = [(match[1], _seconds(match[2])) for match in found if match]
    lowest = [number + (sign == ">") for sign, number in bounds if sign[0] == ">"]
    highest = [number - (sign == "<") for sign, number in bounds if sign[0] == "<"]
    return _possible(written, max(lowest, default=None), min(highest, default=None))


def _seconds(written: str) -> int:
    number = written.rstrip("smhdw").strip()
    return int(number) * _UNITS.get(written[-1], 1)


def _possible(written: str, least: int | None, most: int | None) -> Span:
    if (most is not None and most < 0) or (least is not None and most is not None and least > most):
        raise Wrong(f"{written!r} can never be: nothing is between these bounds")
    return Span(least=least, most=most)


def _nested(value: Any) -> Condition:
    return condition(value)


_PATTERNS = several(pattern)
_SPANS = several(span)
_WHEN: dict[str, Reader] = {
    "category": several(values.category),
    "platform": several(values.platform),
    "feed": _PATTERNS,
    "title": _PATTERNS,
    "author": _PATTERNS,
    "url": _PATTERNS,
    "text": _PATTERNS,
    "tag": _PATTERNS,
    "language": several(language),
    "media": several(values.choice("media", MEDIA)),
    "view": several(slug),
    "age": _SPANS,
    "duration": _SPANS,
    "is_short": values.flag,
    "per_day": values.whole(1, 10_000),
    "any": several(_nested),
    "not": several(_nested),
}


def condition(value: Any) -> Condition:
    """Read `when`, or a table within it; raises Wrong also where it could never hold."""
    found = table(value, _WHEN)
    if not found:
        raise Wrong("has no condition: it would hold for everything")
    none = found.pop("not", ())
    made = Condition(**found, none=none)
    if wrong := list(_never(made)):
        raise Wrong(problems=wrong)
    return made


def _never(when: Condition) -> Iterator[Problem]:
    """Yield why a condition can never hold."""
    if when.duration and when.media and "none" in when.media and len(when.media) == 1:
        yield ("duration",), "can never match: what has no media has no duration"
    for excluded in when.none:
        if all(_implied(when, excluded, name) for name in _said(excluded)):
            yield ("not",), "can never match: it excludes all that the rest asks for"


def _said(when: Condition) -> list[str]:
    """Return the keys that a condition sets."""
    return [each.name for each in fields(when) if getattr(when, each.name) not in {None, ()}]


def _implied(when: Condition, excluded: Condition, name: str) -> bool:
    """Whether an entry that `when` holds for has what `excluded` says under this key, for sure."""
    wanted, unwanted = getattr(when, name), getattr(excluded, name)
    if isinstance(unwanted, tuple) and name != "none":
        return bool(wanted) and set(wanted) <= set(unwanted)
    return bool(wanted == unwanted)


_THEN: dict[str, Reader] = {
    "hide": values.flag,
    "star": values.flag,
    "mark_read": values.flag,
    "score": values.whole(-1000, 1000),
    "tag": several(values.text),
    "list": several(slug),
}


def effects(value: Any) -> Effects:
    """Read `then`; raises Wrong where it does nothing."""
    made = Effects(**table(value, _THEN))
    if made == Effects():
        raise Wrong("does nothing: say hide, star, mark_read, score, tag or list")
    return made
