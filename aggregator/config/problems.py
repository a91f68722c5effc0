"""Problems of feeds.toml: where they are, and how they are said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Path = tuple[str | int, ...]
Problem = tuple[Path, str]

_TABLE = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?")
_KEY = re.compile(
    r"\s*((?:\"[^\"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*="
)
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([\w-]+)")
_AT = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" where a known word is like this one, else an empty text."""
    # Only a file with problems pays for the import.
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(word.lower(), list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def walk(error: Any, path: Path, keys: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problems in an error tree of cattrs; `keys` are those that the table has."""
    if hasattr(error, "group_exceptions"):
        noted, plain = error.group_exceptions()
        for inner, note in noted:
            yield from walk(inner, (*path, note.name), keys)
        for inner in plain:
            yield from walk(inner, path, keys)
    elif hasattr(error, "extra_fields"):
        for key in sorted(error.extra_fields):
            yield (*path, key), f"unknown key{suggest(key, keys)}"
    elif isinstance(error, KeyError):
        yield path, "is missing"
    else:
        yield from (((*path, *below), message) for below, message in error.problems)


def report(problems: Iterable[Problem], text: str, name: str) -> tuple[str, ...]:
    """Return the problems as sentences with their places, in the order of the file."""
    lines = _lines(text)
    placed = [(_line(path, lines), path, message) for path, message in problems]
    placed.sort(key=lambda each: each[0])
    return tuple(
        f"{name}:{line}: {_dotted(path)}: {message}"
        if line
        else f"{name}: {_dotted(path)}: {message}"
        for line, path, message in placed
    )


def syntax(message: str, text: str, name: str) -> str:
    """Return tomllib's message with its place in front, as compilers do."""
    match = _AT.fullmatch(message)
    what, line, column = match.groups() if match else (message, None, None)
    line = line or str(text.count("\n") + 1)
    place = f"{line}:{column}" if column else line
    return f"{name}:{place}: {what[:1].lower()}{what[1:]}"


def _lines(text: str) -> dict[Path, int]:
    """Return the lines on which tables and keys stand, by their paths.

    Read line by line, after tomllib has accepted the text: a look-alike within a multi-line
    string may take a number from its neighbour, which is why the path is always said too.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    arrays: dict[Path, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _TABLE.fullmatch(line):
            table = _parts(match[2])
            if match[1] == "[[":
                found.setdefault(table, number)
                arrays[table] = arrays.get(table, -1) + 1
            table = _indexed(table, arrays)
            found[table] = number
        elif match := _KEY.match(line):
            found.setdefault((*table, *_parts(match[1])), number)
    return found


def _parts(dotted: str) -> Path:
    return tuple(double or single or bare for double, single, bare in _PART.findall(dotted))


def _indexed(table: Path, arrays: dict[Path, int]) -> Path:
    """Put the index of the current row behind the name of an array of tables."""
    for length in range(len(table), 0, -1):
        if table[:length] in arrays:
            return (*table[:length], arrays[table[:length]], *table[length:])
    return table


def _line(path: Path, lines: dict[Path, int]) -> int:
    """Return the line of the nearest thing that has one; 0 where nothing has."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), 0)


def _dotted(path: Path) -> str:
    """Write a path as TOML would: feeds[3].headers, hosts."reddit.com".gap."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        else:
            said += f".{step}" if re.fullmatch(r"[\w-]+", step) else f'."{step}"'
    return said.removeprefix(".")
