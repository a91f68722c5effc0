"""Who reads: language, time zone, theme and layouts, as the browser says or its cookies remember.

Nothing of it is kept here. The cookies are set by forms that work without scripts (see `prefs`),
so that the first answer already looks as it should.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.web.tongues import LANGUAGES

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

THEMES = ("light", "dark")
LAYOUTS = ("cards", "compact", "grid")
COOKIES = ("theme", "lang", "tz", "layout")

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")
_LAYOUT = re.compile(rf"([a-z]{{1,20}})\.({'|'.join(LAYOUTS)})")
_WEIGHED = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([0-9.]{1,5}))?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is known of the one who asks; without anything, a page is English, in UTC.

    `theme` is empty where the system decides; `layouts` are by view.
    """

    language: str = "en"
    zone: tzinfo = UTC
    theme: str = ""
    layouts: Mapping[str, str] = field(default_factory=dict)

    def layout(self, view: str, usual: str = "cards") -> str:
        """Return how this reader wants a view shown."""
        return self.layouts.get(view, usual)


def reader_of(request: Request) -> Reader:
    """Return what cookies and headers say; what makes no sense in them is left out."""
    cookies = request.cookies
    theme, language = cookies.get("theme", ""), cookies.get("lang", "")
    return Reader(
        language=language if language in LANGUAGES else spoken(request.headers),
        zone=zone_of(cookies.get("tz", "")),
        theme=theme if theme in THEMES else "",
        layouts=layouts_of(cookies.get("layout", "")),
    )


def spoken(headers: Mapping[str, str]) -> str:
    """Return the first of our languages that the browser asks for (RFC 9110, 12.5.4)."""
    ranges = []
    for place, each in enumerate(headers.get("accept-language", "")[:200].split(",")):
        if match := _WEIGHED.fullmatch(each):
            ranges.append((-_weight(match[2]), place, match[1].lower()))
    wanted = [language for weight, _, language in sorted(ranges) if weight < 0]
    return next((each for each in wanted if each in LANGUAGES), "en")


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name; UTC where there is none of that name."""
    if not _ZONE.fullmatch(name):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def layouts_of(text: str) -> dict[str, str]:
    """Return layouts by view, as a cookie has them: `all.compact-video.grid`."""
    found = (_LAYOUT.fullmatch(each) for each in text[:400].split("-"))
    return {match[1]: match[2] for match in found if match}


def remembered(layouts: Mapping[str, str]) -> str:
    """Return layouts as a cookie has them."""
    return "-".join(f"{view}.{layout}" for view, layout in layouts.items())


def _weight(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
