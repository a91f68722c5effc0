"""Which addresses of the desk become files: rows, and nothing else leaves the house.

Pages are found by following links of rendered pages. An address is followed when a row has its
shape; `file` is where it is kept, `{key}` being what the shape caught. `deep` is where older
pages of the same river are kept, numbered from 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import relpath


@dataclass(frozen=True, slots=True)
class Kind:
    """Pages of one kind: `most` of them, older pages not counted, and so many `pages` of each.

    `listed` says that they are named in the sitemap.
    """

    name: str
    shape: re.Pattern[str]
    file: str
    deep: str = ""
    pages: int = 1000
    most: int = 1
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """One page: its kind, which of that kind, and how far down its river."""

    kind: Kind
    key: str
    page: int = 1

    @property
    def file(self) -> str:
        """The name of its file within the site."""
        template = self.kind.file if self.page == 1 else self.kind.deep
        return template.format(key=self.key, page=self.page)


_SLUG = r"([a-z0-9_-]{1,100})"
_ENDING = r"\.(?:atom|rss|json|opml|ics)"


def _kind(
    name: str,
    shape: str,
    file: str,
    *,
    deep: str = "",
    pages: int = 1000,
    most: int = 1,
    listed: bool = True,
) -> Kind:
    return Kind(name, re.compile(shape), file, deep=deep, pages=pages, most=most, listed=listed)


HOME = "index.html"
ENTRY = _kind("entry", r"/e/(\d{1,18})", "e/{key}.html", most=0, listed=False)
ASSET = _kind(
    "asset",
    r"/-/static-plugins/aggregator-desk/([A-Za-z0-9-]+\.(?:css|svg|js|woff2|txt))(?:\?\w+=\w+)?",
    "static/{key}",
    most=50,
    listed=False,
)
FEED = _kind(
    "feed",
    rf"/-/feed/((?:[a-z]+/)?[a-z0-9_-]{{1,100}}{_ENDING})",
    "feed/{key}",
    most=5000,
    listed=False,
)
# Where there are fonts, their licences go with them.
LICENCES = tuple(
    f"/-/static-plugins/aggregator-desk/OFL-{font}.txt" for font in ("inter", "newsreader")
)
MISSING = _kind("missing", r"/404", "404.html", listed=False)
SEARCH = _kind("search", r"/search", "search.html", listed=False)

KINDS = (
    _kind("river", r"/", HOME, deep="older/{page}.html"),
    _kind("category", rf"/c/{_SLUG}", "c/{key}.html", deep="c/{key}/{page}.html", most=50),
    _kind(
        "source",
        r"/\?feed=(\d{1,18})",
        "source/{key}.html",
        deep="source/{key}/{page}.html",
        pages=2,
        most=2000,
    ),
    _kind("views", r"/v", "views.html"),
    _kind("view", rf"/v/{_SLUG}", "v/{key}.html", deep="v/{key}/{page}.html", most=200),
    _kind("lists", r"/lists", "lists.html"),
    _kind("list", rf"/lists/{_SLUG}", "lists/{key}.html", deep="lists/{key}/{page}.html", most=999),
    _kind("stories", r"/stories", "stories.html", deep="stories/{page}.html"),
    _kind("story", r"/s/(\d{1,18})", "s/{key}.html", most=999),
    ENTRY,
    FEED,
    MISSING,
    SEARCH,
    ASSET,
)


def place(address: str) -> Place | None:
    """Return the place of an address of the desk, None where it is none of a site's."""
    for kind in KINDS:
        if match := kind.shape.fullmatch(address):
            return Place(kind, match[1] if match.lastindex else "")
    return None


def relative(start: str, target: str) -> str:
    """Return the link from one file of the site to another."""
    folder = start.rpartition("/")[0]
    return relpath(target, folder or ".")


def below(base_url: str, target: str) -> str:
    """Return the address of a file on the site that lies at `base_url`."""
    return base_url if target == HOME else base_url + target
