"""Which entries the sample web has at a moment.

Each site writes about every `every` hours, from a fixed day on. Its entry number n has its time,
words, addresses and picture by arithmetic on (site, n) alone: nothing is remembered, the same
clock shows the same web, and an hour later some sites have written something new.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from aggregator.demo.sites import Pattern, Shape, Site, dice, shapes, sites, words

FIRST_DAY = 1_704_067_200  # 2024-01-01, before which nobody wrote
REMEMBERED = 60  # older entries whose pages are still there
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An entry of the sample web. `page`, `link` and `image` are paths on it.

    `link` differs from `page` where the entry passes on somebody else's (`origin`).
    """

    site: Site
    number: int
    time: int
    title: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    author: str
    guid: str
    page: str
    link: str
    image: str | None
    size: tuple[int, int]
    duration: int
    origin: Piece | None


def moment(site: Site, number: int) -> int:
    """When a site wrote its entry number `number`; later numbers are always later."""
    period = int(site.every * 3600)
    return FIRST_DAY + number * period + dice(site.slug, number, "time") % (period * 7 // 10)


def newest(site: Site, now: int) -> int:
    """The number of the last entry that a site has written at `now`."""
    number = (now - FIRST_DAY) // int(site.every * 3600)
    return number if moment(site, number) <= now else number - 1


def shown(site: Site, now: int) -> list[Piece]:
    """The entries in a site's feed, newest first: each of its texts once."""
    last = newest(site, now)
    return [piece(site.slug, number) for number in range(last, last - len(site.patterns), -1)]


def remembered(site: Site, now: int) -> list[Piece]:
    """All entries that have a page: those in the feed, and some older ones."""
    last = newest(site, now)
    return [piece(site.slug, number) for number in range(last, last - REMEMBERED, -1)]


@lru_cache(maxsize=8192)
def piece(slug: str, number: int) -> Piece:
    """Entry number `number` of a site."""
    site = sites()[slug]
    shape = shapes()[site.shape]
    time = moment(site, number)
    pattern = site.patterns[number % len(site.patterns)]
    origin = _origin(site, number, time) if pattern.passed_on else None
    title = origin.title if origin else fill(pattern.title, site, number)
    paragraphs = tuple(fill(text, site, number) for text in pattern.paragraphs)
    names = _names(site, number, time, title or paragraphs[0])
    page = f"/{slug}/{shape.page.format_map(names)}"
    return Piece(
        site=site,
        number=number,
        time=time,
        title=title or headline(paragraphs[0]),
        paragraphs=paragraphs,
        tags=pattern.tags or (origin.tags if origin else ()),
        author=site.authors[dice(slug, number, "author") % len(site.authors)],
        guid=shape.guid.format_map(names),
        page=page,
        link=origin.link if origin else page,
        image=_image(site, number, origin),
        size=origin.size if origin else shape.size,
        duration=_between(shape, dice(slug, number, "duration")),
        origin=origin,
    )


def headline(text: str, limit: int = 60) -> str:
    """The first words of a text without a title."""
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0] + "…"


def fill(text: str, site: Site, number: int) -> str:
    """A text with its `{gaps}` filled; the same gap gets the same word within an entry."""
    filled = re.sub(r"\{(\w+)\}", lambda gap: _word(gap[1], site, number), text)
    return filled[0].upper() + filled[1:] if text.startswith("{") else filled


def _word(gap: str, site: Site, number: int) -> str:
    roll = dice(site.slug, number, gap)
    if gap.startswith("n"):
        return str(3 + roll % 46)
    kind = gap.rstrip("0123456789")
    choice = words().get(site.language, {}).get(kind) or words()["en"][kind]
    return choice[(roll + number) % len(choice)]


def _origin(site: Site, number: int, time: int) -> Piece:
    other = sites()[site.passes_on[number % len(site.passes_on)]]
    before = newest(other, time - 1800 - dice(site.slug, number, "delay") % 14400)
    while _pattern(other, before).passed_on:
        before -= 1
    return piece(other.slug, before)


def _pattern(site: Site, number: int) -> Pattern:
    return site.patterns[number % len(site.patterns)]


def _image(site: Site, number: int, origin: Piece | None) -> str | None:
    if origin:
        return origin.image
    drawn = dice(site.slug, number, "picture") % 100 < site.pictures * 100
    return f"/{site.slug}/media/{number}.png" if drawn else None


def _between(shape: Shape, roll: int) -> int:
    low, high = shape.durations
    return low + roll % (high - low) if high else 0


def _names(site: Site, number: int, time: int, title: str) -> dict[str, str]:
    roll = dice(site.slug, number, "id")
    day = datetime.fromtimestamp(time, UTC)
    return {
        "slug": site.slug,
        "number": str(number),
        "year": f"{day:%Y}",
        "month": f"{day:%m}",
        "day": f"{day:%d}",
        "words": _in_address(title),
        "id": str(110_000_000_000_000_000 + time * 65536 + roll % 65536),
        "short": _code(roll, 6),
        "code": _code(roll, 11),
    }


def _code(roll: int, length: int) -> str:
    # The last character of a real video's id carries two bits less; ours need not care.
    return "".join(_ALPHABET[roll >> (5 * place) & 63] for place in range(length))


def _in_address(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    dashed = "-".join(re.findall(r"[a-z0-9]+", plain)[:7])
    return dashed or quote("-".join(title.split()[:4])[:24])
