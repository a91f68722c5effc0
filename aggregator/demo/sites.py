"""What is in `data/`: the sites, their texts, the shapes of platforms, the words for gaps.

The texts of a site are blocks with a line `--` between them. The first line of a block is the
title (on platforms without titles it is text like the rest), or `>` where the site passes on
somebody else's entry; a line of `#words` holds the tags; every other line is a paragraph.
A `{word}` is a gap that is filled from `words.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A text with gaps; `passed_on` says that title and link are somebody else's."""

    title: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    passed_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One source of the sample web; `every` is hours, `pictures` a share between 0 and 1.

    `platform` is named where the shape does not tell it (bridges serve many).
    """

    slug: str
    category: str
    shape: str
    title: str
    about: str
    authors: tuple[str, ...]
    hue: int
    motif: str
    every: float
    patterns: tuple[Pattern, ...]
    platform: str = ""
    language: str = "en"
    pictures: float = 0.7
    passes_on: tuple[str, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a platform's documents look: address patterns, media type, and where its text goes.

    `titles` is False where entries have none; `size` is the width and height of pictures.
    """

    media_type: str
    feed: str
    page: str
    guid: str
    template: str
    platform: str = ""
    body: str = "plain"
    titles: bool = True
    size: tuple[int, int] = (800, 500)
    sound: bool = False
    durations: tuple[int, int] = field(default=(0, 0))


def data() -> Traversable:
    """The folder of the sample web's files, wherever the package is installed."""
    return files("aggregator.demo") / "data"


def dice(*parts: object) -> int:
    """A number that depends on nothing but `parts`: chance that can be repeated."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest())


@cache
def sites() -> dict[str, Site]:
    """Every site by its slug, in the order of the files (which is the order of categories)."""
    tables = sorted((table for table in (data() / "sites").iterdir()), key=lambda t: t.name)
    rows = [row for table in tables for row in _rows(table)]
    return {row.slug: row for row in rows}


@cache
def shapes() -> dict[str, Shape]:
    """Every shape of document by its name."""
    table = tomllib.loads((data() / "shapes.toml").read_text("utf-8"))
    return {name: Shape(**_tuples(row)) for name, row in table.items()}


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """What fills the gaps: language → gap → words."""
    return tomllib.loads((data() / "words.toml").read_text("utf-8"))


def feed_path(site: Site) -> str:
    """The path of a site's feed on the sample web."""
    return f"/{site.slug}/{shapes()[site.shape].feed.format(slug=site.slug)}"


def _rows(table: Traversable) -> list[Site]:
    document = tomllib.loads(table.read_text("utf-8"))
    return [_site(document["category"], row) for row in document["site"]]


def _site(category: str, row: dict[str, Any]) -> Site:
    titled = shapes()[row["shape"]].titles
    blocks = row.pop("texts").strip().split("\n--\n")
    patterns = tuple(_pattern(block, titled=titled) for block in blocks)
    return Site(category=category, patterns=patterns, **_tuples(row))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def _pattern(block: str, *, titled: bool) -> Pattern:
    lines = block.strip().splitlines()
    tags = [line for line in lines if line.startswith("#")]
    passed_on = lines[0] == ">"
    first = 1 if passed_on or titled else 0
    return Pattern(
        title=lines[0] if first and not passed_on else "",
        paragraphs=tuple(line for line in lines[first:] if line not in tags),
        tags=tuple(tag.strip("#") for line in tags for tag in line.split()),
        passed_on=passed_on,
    )
