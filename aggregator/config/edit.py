"""Edits of feeds.toml: text in, text out, and not a byte changes besides what was asked for.

`places` finds the `[[feeds]]` tables. One table is cut out, edited by tomlkit (which keeps its
remarks and its layout) and put back; new tables are appended as text. Whatever comes out is read
again by tomllib and compared with what was meant, so that an edit is right or refused
(UsageError), never half right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from aggregator.config.places import Span, feed_spans, without
from aggregator.errors import UsageError
from aggregator.model import Outline, Source
from aggregator.taxonomy import DEFAULT_CATEGORY, PLATFORM_SLUGS, platform, platform_of

__all__ = [
    "add",
    "add_outline",
    "edit",
    "edit_all",
    "every_text",
    "move",
    "pause",
    "remove",
    "resume",
]

Changes = Mapping[str, Any]

_HINT = "It was left as it is; edit it by hand."
# What no comment of TOML may hold, what reorders a line, and what would end it.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60))


def add(text: str, sources: Iterable[Source], *, remarks: Mapping[str, str] | None = None) -> str:
    """Append a `[[feeds]]` table for each source; `remarks` are comments for some, by address.

    Raises UsageError where no tables can be appended.
    """
    return _appended(text, "feeds", [_row(source) for source in sources], remarks or {})


def add_outline(text: str, outline: Outline) -> str:
    """Append an `[[outlines]]` table: a list of feeds that somebody else keeps."""
    row = {
        "url": outline.url,
        "category": outline.category,
        "tags": list(outline.tags) or None,
    }
    said = {key: value for key, value in row.items() if value is not None}
    return _appended(text, "outlines", [said], {})


def _appended(
    text: str, section: str, rows: Sequence[dict[str, Any]], remarks: Mapping[str, str]
) -> str:
    if not rows:
        return text
    wanted = _read(text)
    tables = wanted.setdefault(section, [])
    if not isinstance(tables, list):
        raise UsageError(f"`{section}` is not written as [[{section}]] tables.", hint=_HINT)
    tables.extend(rows)
    newline = _newline(text)
    blocks = (_block(section, row, remarks.get(row["url"])) for row in rows)
    body = text if text.endswith("\n") or not text.strip("\ufeff") else text + newline
    gap = newline if body.strip("\ufeff") and not body.endswith(newline * 2) else ""
    return _checked(body + gap + "\n".join(blocks).replace("\n", newline), wanted)


def remove(text: str, urls: Collection[str]) -> str:
    """Take out the tables with these addresses; remarks outside of them stay."""
    wanted = _read(text)
    tables = _tables(text, wanted, urls)
    wanted["feeds"] = [row for row in wanted["feeds"] if _address(row) not in urls]
    if not wanted["feeds"]:
        del wanted["feeds"]
    spans = [span for _, spans in tables for span in spans]
    return _checked(without(text, spans) if spans else text, wanted)


def edit(text: str, url: str, changes: Changes) -> str:
    """Set keys of one feed, and take out those that are None."""
    return edit_all(text, {url: changes})


def edit_all(text: str, changes: Mapping[str, Changes]) -> str:
    """Set keys of some feeds, by their addresses; a key that is None is taken out."""
    wanted = _read(text)
    newline, parts, at = _newline(text), [], 0
    for url, spans in _tables(text, wanted, changes):
        start, end = spans[0]
        parts += [text[at:start], _edited(text[start:end], changes[url], newline)]
        at = end
    for row in wanted.get("feeds", []):
        change = changes.get(_address(row), {})
        row.update(change)
        for key in [key for key, value in change.items() if value is None]:
            del row[key]
    return _checked("".join([*parts, text[at:]]), wanted)


def pause(text: str, urls: Iterable[str]) -> str:
    """Mark feeds as paused: they are kept, but not looked at."""
    return edit_all(text, {url: {"paused": True} for url in urls})


def resume(text: str, urls: Iterable[str]) -> str:
    """Take the mark off again."""
    return edit_all(text, {url: {"paused": None} for url in urls})


def move(text: str, old: str, new: str) -> str:
    """Give a feed another address."""
    return edit(text, old, {"url": new})


def every_text(seconds: int) -> str:
    """Write an interval as people do, "6h": in the longest unit that leaves nothing over."""
    unit, size = next((each for each in _UNITS if seconds % each[1] == 0), ("s", 1))
    return f"{seconds // size}{unit}"


def _row(source: Source) -> dict[str, Any]:
    """Return the keys that say the source, without those that its address says already."""
    known = platform_of(source.url)
    named = None
    if source.platform in PLATFORM_SLUGS and (not known or known.slug != source.platform):
        named, known = source.platform, platform(source.platform)
    home = known.category if known else DEFAULT_CATEGORY
    row = {
        "url": source.url,
        "title": source.title,
        "category": source.category if source.category != home else None,
        "platform": named,
        "tags": list(source.tags) or None,
        "every": every_text(source.every) if source.every else None,
        "paused": source.paused or None,
        "insecure": source.insecure or None,
        "headers": dict(source.headers) or None,
    }
    return {key: value for key, value in row.items() if value is not None}


def _block(section: str, row: Mapping[str, Any], remark: str | None) -> str:
    lines = [f"[[{section}]]"]
    if remark:
        lines.append(f"# {' '.join(_UNPRINTABLE.sub(' ', remark).split())}")
    return "\n".join([*lines, *(f"{key} = {_value(value)}" for key, value in row.items()), ""])


def _value(value: Any) -> str:
    """Write a value as TOML, on one line; tomlkit knows how strings are escaped."""
    # tomlkit costs 30 ms to import: who only reads feeds.toml does not pay for it.
    import tomlkit  # noqa: PLC0415

    if isinstance(value, str):
        return tomlkit.string(value).as_string()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_value(k)} = {_value(v)}' for k, v in value.items())} }}"
    return "true"  # the one other kind of value that a source has: paused, insecure


def _edited(block: str, changes: Changes, newline: str) -> str:
    """Edit the keys of one table's text, in its own layout."""
    import tomlkit  # noqa: PLC0415

    document = tomlkit.parse(block if block.endswith("\n") else block + newline)
    table: Any = document["feeds"][0]
    for key, value in changes.items():
        if value is not None:
            table[key] = value
        else:
            table.pop(key, None)
    return tomlkit.dumps(document).replace("\r\n", "\n").replace("\n", newline)


def _tables(
    text: str, document: Mapping[str, Any], urls: Collection[str]
) -> list[tuple[str, list[Span]]]:
    """Find the tables with these addresses; UsageError where one of them is not found."""
    rows = document.get("feeds", [])
    found = list(feed_spans(text))
    if len(found) != len(rows):
        raise UsageError("Its feeds are not written as [[feeds]] tables.", hint=_HINT)
    paired = ((_address(row), spans) for row, spans in zip(rows, found, strict=True))
    tables = [(url, spans) for url, spans in paired if url in urls]
    if set(urls) - {url for url, _ in tables}:
        raise UsageError("There is no feed with that address in it.")
    return tables


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise UsageError("The file is no TOML.", hint="`aggregate config` says where.") from error


def _checked(text: str, wanted: dict[str, Any]) -> str:
    """Return the text when it says what was wanted; anything else is refused."""
    try:
        good = _read(text) == wanted
    except UsageError:
        good = False
    if not good:
        raise UsageError("It is written in a way that can't be edited safely.", hint=_HINT)
    return text


def _address(row: Any) -> str:
    url = row.get("url") if isinstance(row, dict) else None
    return url.strip() if isinstance(url, str) else ""


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
