"""Where the `[[feeds]]` tables stand in the text of a feeds.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

# What a scanner must step over, and what it counts: strings, comments, brackets, ends of lines.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})'
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[{]|[\]}]|\n',
    re.DOTALL,
)
_HEADER = re.compile(r"[ \t]*(\[\[?)([^\n]*)")
_FEEDS = re.compile(r"[ \t]*(?:feeds|\"feeds\"|'feeds')[ \t]*([.\]])")
_BLANK = re.compile(r"(?:[ \t]*\r?\n)*")
_LAST_BLANK = re.compile(r"(?:(?<=\n)|\A)(?:[ \t]*\r?\n)+\Z")


def feed_spans(text: str) -> Iterator[list[Span]]:
    """Yield the spans of each `[[feeds]]` table: its own keys first, then its sub-tables.

    A span goes from a header to the end of the last line that holds a key: remarks that follow
    belong to what comes next. The text must be TOML.
    """
    spans: list[Span] = []
    for is_row, span in _sections(text):
        if is_row and spans:
            yield spans
            spans = []
        spans.append(span)
    if spans:
        yield spans


def without(text: str, spans: list[Span]) -> str:
    """Return the text without these spans, nor the blank lines that would stand there twice."""
    kept, at = [], 0
    for start, end in _merged(text, sorted(spans)):
        before, after = text[at:start], _end(_BLANK, text, end)
        blank = _LAST_BLANK.search(before)
        if blank and (after == len(text) or blank.end() - blank.start() <= after - end):
            kept.append(before[: blank.start()])
            at = end
        else:
            kept.append(before)
            at = after if blank or not before.strip("\ufeff") else end
    return "".join([*kept, text[at:]])


def _merged(text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield spans as one that have nothing but blank lines between them."""
    start, end = spans[0]
    for following in spans[1:]:
        if text[end : following[0]].strip():
            yield start, end
            start = following[0]
        end = following[1]
    yield start, end


def _sections(text: str) -> Iterator[tuple[bool, Span]]:
    """Yield each section that belongs to `feeds`: whether it begins a row, and where it is."""
    name, row, start, end = None, False, 0, 0
    for at, stop in _statements(text):
        header = _HEADER.match(text, at, stop)
        if not header:
            end = stop
            continue
        if name:
            yield row, (start, end)
        name = _FEEDS.match(header[2])
        row = header[1] == "[[" and name is not None and name[1] == "]"
        start, end = at, stop
    if name:
        yield row, (start, end)


def _statements(text: str) -> Iterator[Span]:
    """Yield the lines with content; lines that brackets or strings hold together are one."""
    start = 1 if text.startswith("\ufeff") else 0
    depth, content, at = 0, False, start
    for token in _TOKEN.finditer(text, start):
        first = token[0][0]
        content = content or first not in "#\n" or bool(text[at : token.start()].strip())
        at = token.end()
        depth += (first in "[{") - (first in "]}")
        if first == "\n" and depth == 0:
            if content:
                yield start, at
            start, content = at, False
    if content or text[at:].strip():
        yield start, len(text)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    assert match  # the pattern may match nothing
    return match.end()
