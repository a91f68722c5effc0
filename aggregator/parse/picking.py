"""Small expressions that pick values out of decoded JSON: what the columns of a mapping row hold.

    artist.name                         a path; a key may itself hold dots
    images[0].url, tags[].name          one of a list, all of a list
    pictures[kind=large].url            those of a list that have this value under that key
    users[id=.sender_id].name           ... or the value that the record has under another
    $.title                             from the whole answer instead of from the record
    @user                               what the named group of the endpoint's pattern found
    https://example.org/{id}            a template; it needs all its values
    'New games'                         a text
    cover_xl | cover_big                the first alternative that has a value

Nothing here raises: what is not there, or has another shape, is no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

_STEP = re.compile(r"([^.\[\]]*)((?:\[[^\[\]]*\])*)(?:\.|\Z)")
_SELECTOR = re.compile(r"\[([^\[\]]*)\]")
_HOLE = re.compile(r"\{([^{}]*)\}")
_OR = re.compile(r"\s+\|\s+(?![^{}]*\})")

_RESERVED = "/:@!$&'()*+,;=~%?#[]"

MOST = 5_000
"""Values that one expression gives at most; answers are strangers'."""

Step = str | int | None | tuple[str, str]
"""A key, a place in a list, all places, or a key and the value it must have."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression looks: the whole answer, a record of it, the endpoint's groups."""

    root: Any
    record: Any
    groups: Mapping[str, str]


def values(expression: str, scope: Scope) -> list[Any]:
    """Return the values of the first alternative that has any."""
    for alternative in _alternatives(expression):
        if found := _values(alternative, scope):
            return found
    return []


def text(
    expression: str, scope: Scope, *, escape: Callable[[str], str] = lambda value: value
) -> str | None:
    """Return the first alternative as a text, several values joined by commas.

    `escape` is applied to every value, and to nothing else of a template.
    """
    for alternative in _alternatives(expression):
        if (found := _text(alternative, scope, escape)) is not None:
            return found
    return None


def texts(expression: str, scope: Scope) -> tuple[str, ...]:
    """Return the values of the first alternative that has any, as texts, each once."""
    written = (as_text(value) for value in values(expression, scope))
    return tuple(dict.fromkeys(value for value in written if value))


def as_text(value: Any) -> str | None:
    """Write a scalar as a text without blanks around it; None for what is none, or empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    written = str(value)
    if not written.isascii():
        # An escaped half of a surrogate pair is no character, and no database takes it.
        written = written.encode("utf-8", "replace").decode()
    return written.strip() or None


def at(path: str, value: Any) -> list[Any]:
    """Return what stands at a path below a value."""
    return _walk(value, steps(path), value)[:MOST]


@lru_cache(maxsize=1024)
def steps(path: str) -> tuple[Step, ...]:
    """Take a path apart."""
    found: list[Step] = []
    for name, selectors in _STEP.findall(path):
        if name:
            found.append(name)
        found += map(_selector, _SELECTOR.findall(selectors))
    return tuple(found)


@lru_cache(maxsize=1024)
def _alternatives(expression: str) -> tuple[str, ...]:
    return tuple(filter(None, _OR.split(expression.strip())))


def _selector(inside: str) -> Step:
    if not inside:
        return None
    name, equals, wanted = inside.partition("=")
    if equals:
        return name, wanted
    return int(inside) if inside.isascii() and inside.isdigit() else inside


def _values(alternative: str, scope: Scope) -> list[Any]:
    if _is_template(alternative):
        filled = _filled(alternative, scope, str)
        return [] if filled is None else [filled]
    if alternative.startswith("@"):
        given = scope.groups.get(alternative[1:])
        return [given] if given else []
    start, path = scope.record, alternative
    if alternative.startswith("$"):
        start, path = scope.root, alternative[1:].removeprefix(".")
    return _walk(start, steps(path), scope.record)[:MOST]


def _text(alternative: str, scope: Scope, escape: Callable[[str], str]) -> str | None:
    if _is_template(alternative):
        return _filled(alternative, scope, escape)
    written = [as_text(value) for value in _values(alternative, scope)]
    joined = ", ".join(dict.fromkeys(value for value in written if value))
    return escape(joined) if joined else None


def _is_template(alternative: str) -> bool:
    return "{" in alternative or "://" in alternative or alternative[0] in "'\""


def _filled(template: str, scope: Scope, escape: Callable[[str], str]) -> str | None:
    """Fill a template; None where one of its values is missing."""
    if template.startswith(("https://", "http://")):
        escape = _in_address
    found = {inside: text(inside, scope, escape=escape) for inside in _HOLE.findall(template)}
    if None in found.values():
        return None
    if len(template) > 1 and template[0] == template[-1] and template[0] in "'\"":
        template = template[1:-1]
    return _HOLE.sub(lambda hole: found[hole[1]] or "", template).strip()


def _in_address(value: str) -> str:
    return quote(value, safe=_RESERVED)


def _walk(value: Any, path: tuple[Step, ...], record: Any) -> list[Any]:
    if not path:
        return [] if value is None or value == "" else [value]
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        return _below(value, step, rest, record)
    if not isinstance(value, list):
        return []
    if step is None:
        return [found for each in value for found in _walk(each, rest, record)]
    if isinstance(step, int):
        return _walk(value[step], rest, record) if step < len(value) else []
    return [
        found for each in value if _has(each, *step, record) for found in _walk(each, rest, record)
    ]


def _below(value: Any, key: str, rest: tuple[Step, ...], record: Any) -> list[Any]:
    """Go below a key; where there is none, one that holds the dot itself may be meant."""
    if not isinstance(value, dict):
        return []
    if key in value and (found := _walk(value[key], rest, record)):
        return found
    if rest and isinstance(rest[0], str):
        return _below(value, f"{key}.{rest[0]}", rest[1:], record)
    return []


def _has(each: Any, key: str, wanted: str, record: Any) -> bool:
    """Whether an element has the wanted value under a key."""
    if wanted.startswith("."):
        meant = _walk(record, steps(wanted[1:]), record)
        wanted = (as_text(meant[0]) or "") if meant else ""
    return bool(wanted) and any(as_text(found) == wanted for found in at(key, each))
