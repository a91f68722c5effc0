"""Where the marks of a chart go: numbers in, boxes out, all in the units of the SVG's viewBox.

Pure; templates draw the boxes by attributes alone, since no page of ours has inline styles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

WIDTH, HEIGHT = 1000, 270
LEFT, BOTTOM = 44, 26
CELL = 38
ROUND = (1, 2, 2.5, 5, 10)


class Box(NamedTuple):
    """A rectangle, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    n: int


class Mark(NamedTuple):
    """A label at a place of an axis."""

    at: float
    text: str


class Column(NamedTuple):
    """A day's entries, a box a category, the first at the bottom."""

    day: date
    total: int
    boxes: tuple[Box, ...]


class Columns(NamedTuple):
    """A chart of columns: its days, the lines across, and the days that are named."""

    columns: tuple[Column, ...]
    lines: tuple[Mark, ...]
    days: tuple[tuple[float, date], ...]


def columns(
    counts: Sequence[tuple[str, str, int]], kinds: Sequence[str], *, last: date, days: int
) -> Columns:
    """Lay out entries a day and kind over so many days, the `last` at the right."""
    first = last - timedelta(days=days - 1)
    by_day: dict[date, dict[str, int]] = {}
    for day, kind, n in counts:
        by_day.setdefault(date.fromisoformat(day), {})[kind] = n
    shown = [first + timedelta(days=n) for n in range(days)]
    top = ceiling(max((sum(by_day.get(each, {}).values()) for each in shown), default=0))
    step = (WIDTH - LEFT) / days
    room = HEIGHT - BOTTOM - 8
    made = tuple(
        _column(each, by_day.get(each, {}), kinds, x=LEFT + n * step, step=step, scale=room / top)
        for n, each in enumerate(shown)
    )
    lines = tuple(Mark(HEIGHT - BOTTOM - room * n / 4, _short(top * n / 4)) for n in range(5))
    every = max(7, days // 56 * 7)
    named = tuple((LEFT + n * step, each) for n, each in enumerate(shown) if n % every == 0)
    return Columns(made, lines, named[: -1 if days - 1 - (len(named) - 1) * every < 4 else None])


def _column(
    day: date,
    counts: Mapping[str, int],
    kinds: Sequence[str],
    *,
    x: float,
    step: float,
    scale: float,
) -> Column:
    boxes = []
    y = float(HEIGHT - BOTTOM)
    width = max(step * 0.78, step - 4)
    for kind in kinds:
        if n := counts.get(kind, 0):
            height = n * scale
            y -= height
            boxes.append(Box(round(x, 2), round(y, 2), round(width, 2), round(height, 2), kind, n))
    return Column(day, sum(counts.values()), tuple(boxes))


def paths(made: Columns) -> dict[str, str]:
    """Return the boxes of each kind as one path: a tenth of the work of as many rectangles."""
    found: dict[str, list[str]] = {}
    for column in made.columns:
        for box in column.boxes:
            steps = f"M{box.x} {box.y}h{box.width}v{box.height}h-{box.width}z"
            found.setdefault(box.kind, []).append(steps)
    return {kind: "".join(steps) for kind, steps in found.items()}


def ceiling(most: int) -> float:
    """Return the least round number, in four steps, that is not below the largest."""
    size = 1.0
    while size * 40 < most:
        size *= 10
    return next(size * each * 4 for each in ROUND if size * each * 4 >= most)


def _short(n: float) -> str:
    if n >= 10_000:
        return f"{n / 1000:.0f}k"
    return f"{n:.0f}" if n == int(n) else f"{n:.1f}"


def rhythm(counts: Sequence[tuple[int, int]], zone: tzinfo = UTC) -> list[list[int]]:
    """Return entries by weekday (Monday first) and hour, where the reader is."""
    week = [[0] * 24 for _ in range(7)]
    for moment, n in counts:
        when = datetime.fromtimestamp(moment, zone)
        week[when.weekday()][when.hour] += n
    return week


class Cell(NamedTuple):
    """An hour of the week; `depth` is from 0, nothing, to 1, the most."""

    weekday: int
    hour: int
    n: int
    depth: float


def cells(week: Sequence[Sequence[int]]) -> list[Cell]:
    """Return the hours of a week with how much of the most each has."""
    most = max(max(hours) for hours in week) or 1
    return [
        Cell(weekday, hour, n, round((n / most) ** 0.7, 2))
        for weekday, hours in enumerate(week)
        for hour, n in enumerate(hours)
    ]


def share(n: int, total: int) -> float:
    """Return a part in percent of the whole; nothing of nothing is nothing."""
    return round(100 * n / total, 1) if total else 0.0
