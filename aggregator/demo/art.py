"""Pictures drawn by us: a vertical gradient with translucent convex shapes, written as PNG.

A row of pixels is cut where shapes begin and end; between two cuts the colour is constant. That
makes a picture a few thousand multiplications instead of a million, in plain Python, and lets the
pixel at a cut be mixed from both sides, so that edges are smooth.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Sequence
from colorsys import hls_to_rgb
from dataclasses import dataclass
from itertools import pairwise
from random import Random

Colour = tuple[float, float, float]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ink:
    """A shape: `span` gives where it begins and ends in a row, None where it isn't."""

    span: Callable[[float], Span | None]
    colour: Colour
    opacity: float


def picture(seed: int, *, hue: int, motif: str, size: tuple[int, int]) -> bytes:
    """A PNG file; the same arguments give the same picture."""
    # Pretty, not secret: a repeatable generator is the point.
    chance = Random(seed)  # noqa: S311
    tone = (hue + chance.uniform(-24, 24)) % 360
    inks = MOTIFS[motif](chance, tone, *size)
    top, bottom = _sky(chance, tone)
    return _png(size, [_row(y, size, top, bottom, inks) for y in range(size[1])])


def colour(hue: float, light: float, strength: float) -> Colour:
    """A colour by hue in degrees, lightness and saturation between 0 and 1; parts 0–255."""
    red, green, blue = hls_to_rgb(hue % 360 / 360, light, strength)
    return (red * 255, green * 255, blue * 255)


def mix(below: Colour, above: Colour, share: float) -> Colour:
    """`above` laid over `below` with opacity `share`."""
    return (
        below[0] + (above[0] - below[0]) * share,
        below[1] + (above[1] - below[1]) * share,
        below[2] + (above[2] - below[2]) * share,
    )


def _sky(chance: Random, tone: float) -> tuple[Colour, Colour]:
    if chance.random() < 0.2:
        return colour(tone + 10, 0.16, 0.5), colour(tone - 40, 0.42, 0.55)
    drift = chance.choice([-45, -25, 30, 50])
    return colour(tone, 0.78, 0.6), colour(tone + drift, 0.5, 0.62)


def _row(
    y: int, size: tuple[int, int], top: Colour, bottom: Colour, inks: Sequence[Ink]
) -> bytearray:
    width, height = size
    ground = mix(top, bottom, y / height)
    spans = [(ink.span(y + 0.5), ink) for ink in inks]
    here = [
        (max(span[0], 0.0), min(span[1], float(width)), ink)
        for span, ink in spans
        if span and span[0] < width and span[1] > 0
    ]
    cuts = sorted({0.0, float(width), *(s[0] for s in here), *(s[1] for s in here)})
    row = bytearray()
    spill: Colour = (0.0, 0.0, 0.0)
    for left, right in pairwise(cuts):
        tint = _over(ground, here, (left + right) / 2)
        spill = _segment(row, tint, left, right, spill)
    return row


def _over(ground: Colour, here: Sequence[tuple[float, float, Ink]], x: float) -> Colour:
    for left, right, ink in here:
        if left <= x < right:
            ground = mix(ground, ink.colour, ink.opacity)
    return ground


def _segment(row: bytearray, tint: Colour, left: float, right: float, spill: Colour) -> Colour:
    """Append a run of pixels; `spill` is the colour that the open pixel has gathered so far."""
    first, last = math.floor(left), math.floor(right)
    if first == last:
        share = right - left
        return (
            spill[0] + tint[0] * share,
            spill[1] + tint[1] * share,
            spill[2] + tint[2] * share,
        )
    begun = left - first
    if begun:
        share = 1 - begun
        row.extend(int(spill[part] + tint[part] * share) for part in range(3))
        first += 1
    row.extend(bytes(map(int, tint)) * (last - first))
    share = right - last
    return (tint[0] * share, tint[1] * share, tint[2] * share)


def _png(size: tuple[int, int], rows: Sequence[bytearray]) -> bytes:
    """RFC 2083: signature, header, one compressed image of 8-bit RGB, end."""
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    image = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    chunks = ((b"IHDR", head), (b"IDAT", image), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def ellipse(x: float, y: float, wide: float, high: float) -> Callable[[float], Span | None]:
    """The spans of an ellipse around (x, y)."""

    def span(row: float) -> Span | None:
        inside = 1 - ((row - y) / high) ** 2
        if inside <= 0:
            return None
        half = wide * math.sqrt(inside)
        return (x - half, x + half)

    return span


def box(x: float, y: float, wide: float, high: float, lean: float = 0) -> Callable[[float], Span]:
    """The spans of a box whose upper left corner is (x, y); `lean` shifts each row sideways."""

    def span(row: float) -> Span:
        if not y <= row < y + high:
            return (-2.0, -1.0)
        shift = lean * (row - y)
        return (x + shift, x + shift + wide)

    return span


def peak(x: float, y: float, left: float, right: float) -> Callable[[float], Span | None]:
    """The spans of a mountain with its top at (x, y); slopes are pixels sideways per row."""
    return lambda row: (x - (row - y) * left, x + (row - y) * right) if row > y else None


def _orbs(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    inks = []
    for _ in range(chance.randint(6, 9)):
        radius = chance.uniform(0.12, 0.42) * high
        where = ellipse(chance.uniform(0, wide), chance.uniform(0, high), radius, radius)
        inks.append(Ink(where, _accent(chance, tone), chance.uniform(0.3, 0.65)))
    return inks


def _hills(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    sun = ellipse(
        chance.uniform(0.2, 0.8) * wide, chance.uniform(0.2, 0.45) * high, *[0.12 * high] * 2
    )
    inks = [Ink(sun, colour(45, 0.8, 0.9), 0.9)]
    for step in range(3):
        shade = colour(tone + 15 * step, 0.48 - 0.09 * step, 0.35)
        top = (0.3 + 0.09 * step + chance.uniform(0, 0.1)) * high
        inks.append(Ink(peak(chance.uniform(0, wide), top, *_slopes(chance)), shade, 0.85))
    for step in range(3):
        shade = colour(tone + 70 + 20 * step, 0.36 - 0.08 * step, 0.4)
        middle = chance.uniform(0, wide)
        inks.append(
            Ink(ellipse(middle, (1.1 + 0.1 * step) * high, wide * 0.8, high * 0.4), shade, 0.95)
        )
    return inks


def _slopes(chance: Random) -> tuple[float, float]:
    return chance.uniform(0.7, 1.6), chance.uniform(0.7, 1.6)


def _skyline(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    moon = ellipse(chance.uniform(0.1, 0.9) * wide, 0.22 * high, *[0.09 * high] * 2)
    inks = [Ink(moon, colour(50, 0.9, 0.7), 0.9)]
    for depth in range(3):
        shade = colour(tone + 12 * depth, 0.46 - 0.13 * depth, 0.38)
        x = -10.0
        while x < wide:
            broad = chance.uniform(0.05, 0.12) * wide
            top = chance.uniform(0.3 + 0.14 * depth, 0.55 + 0.14 * depth) * high
            inks.append(Ink(box(x, top, broad, high), shade, 0.92))
            inks += _windows(chance, x, top, broad) if depth == 1 else []
            x += broad * chance.uniform(0.9, 1.3)
    return inks


def _windows(chance: Random, x: float, top: float, broad: float) -> list[Ink]:
    light = colour(46, 0.75, 0.9)
    places = [(chance.uniform(0.1, 0.75), chance.uniform(8, 110)) for _ in range(5)]
    return [Ink(box(x + share * broad, top + down, 7, 10), light, 0.85) for share, down in places]


def _sprite(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    """A little creature of squares, the same on both sides, as old games drew them."""
    cell = high / 12
    left = wide / 2 - 4 * cell
    coat, mark = colour(tone + 160, 0.55, 0.7), colour(tone + 200, 0.3, 0.6)
    inks = [Ink(ellipse(wide / 2, 10.6 * cell, 4.5 * cell, 0.7 * cell), (20, 20, 30), 0.35)]
    for row in range(8):
        for column in range(4):
            if chance.random() < 0.62 or column == 3:
                shade = mark if chance.random() < 0.22 else coat
                y = (2 + row) * cell
                inks += [
                    Ink(box(left + place * cell, y, cell + 0.2, cell + 0.2), shade, 1)
                    for place in (column, 7 - column)
                ]
    eyes = (2, 5)
    return inks + [
        Ink(box(left + e * cell, 4 * cell, cell, cell), (250, 250, 240), 1) for e in eyes
    ]


def _record(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    x, y = chance.uniform(0.35, 0.65) * wide, high * 0.5
    inks = [Ink(ellipse(x, y, 0.44 * high, 0.44 * high), (24, 22, 30), 0.94)]
    for ring in range(7):
        radius = (0.41 - 0.035 * ring) * high
        shade = (58.0, 54.0, 66.0) if ring % 2 else (24.0, 22.0, 30.0)
        inks.append(Ink(ellipse(x, y, radius, radius), shade, 0.8))
    inks.append(Ink(ellipse(x, y, 0.16 * high, 0.16 * high), _accent(chance, tone), 1))
    inks.append(Ink(ellipse(x, y, 0.02 * high, 0.02 * high), (245, 243, 238), 1))
    for bar in range(12):
        tall = chance.uniform(0.03, 0.2) * high
        where = box(wide * (0.03 + bar * 0.08), high - tall, wide * 0.05, tall)
        inks.append(Ink(where, _accent(chance, tone), 0.6))
    return inks


def _stripes(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    lean = chance.choice([-0.8, -0.5, 0.5, 0.8])
    inks = []
    for _ in range(chance.randint(7, 11)):
        x = chance.uniform(-0.4, 1.2) * wide
        where = box(x, 0, chance.uniform(0.03, 0.16) * wide, high, lean)
        inks.append(Ink(where, _accent(chance, tone), chance.uniform(0.25, 0.6)))
    return inks


def _tiles(chance: Random, tone: float, wide: int, high: int) -> list[Ink]:
    cell = high / chance.choice([4, 5, 6])
    inks = []
    for row in range(math.ceil(high / cell)):
        for column in range(math.ceil(wide / cell)):
            shade, x, y = _accent(chance, tone), column * cell, row * cell
            round_one = ellipse(x + cell / 2, y + cell / 2, cell * 0.42, cell * 0.42)
            where = round_one if chance.random() < 0.4 else box(x, y, cell, cell)
            inks.append(Ink(where, shade, chance.uniform(0.15, 0.7)))
    return inks


def _accent(chance: Random, tone: float) -> Colour:
    return colour(tone + chance.choice([-60, -30, 0, 20, 45, 150]), chance.uniform(0.35, 0.7), 0.6)


MOTIFS: dict[str, Callable[[Random, float, int, int], list[Ink]]] = {
    "orbs": _orbs,
    "hills": _hills,
    "skyline": _skyline,
    "sprite": _sprite,
    "record": _record,
    "stripes": _stripes,
    "tiles": _tiles,
}
