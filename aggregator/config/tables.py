"""Read a table key by key, and keep every problem: for tables that hold other tables.

A reader takes a value and raises `Wrong`, as those of `values` do; so tables nest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aggregator.config import values
from aggregator.config.problems import Problem, suggest
from aggregator.config.values import Reader, Wrong

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def table(value: Any, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return what the readers make of a table; raises Wrong with the problems of all its keys."""
    if not isinstance(value, dict):
        raise Wrong('expected a table such as { category = "video" }')
    found: dict[str, Any] = {}
    wrong: list[Problem] = []
    for key, content in value.items():
        if key not in readers:
            wrong.append(((key,), f"unknown key{suggest(key, readers)}"))
            continue
        try:
            found[key] = readers[key](content)
        except Wrong as error:
            wrong += [((key, *below), message) for below, message in error.problems]
    if wrong:
        raise Wrong(problems=wrong)
    return found


def several(read: Reader) -> Reader:
    """Make a reader of one value or a list of them, of which one has to fit."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (read(value),)
        if not value:
            raise Wrong("is an empty list: nothing could ever match")
        found: list[Any] = []
        wrong: list[Problem] = []
        for index, each in enumerate(value):
            try:
                found.append(read(each))
            except Wrong as error:
                wrong += [((index, *below), message) for below, message in error.problems]
        if wrong:
            raise Wrong(problems=wrong)
        return tuple(dict.fromkeys(found))

    return read_all


def slug(value: Any) -> str:
    """Read a short name that can stand in an address: small letters, digits and hyphens."""
    word = values.text(value)
    if not _SLUG.fullmatch(word):
        raise Wrong(f"{word!r} is no short name: small letters, digits and hyphens only")
    return word
