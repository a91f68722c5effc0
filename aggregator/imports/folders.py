"""From what another reader says of a feed (folders, tags, a name) to a Source of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from aggregator.config import values
from aggregator.model import Source
from aggregator.taxonomy import CATEGORIES, DEFAULT_CATEGORY, platform_of

_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# How readers call the folder of what has none.
_NO_FOLDER = {"", "all", "default", "uncategorized", "uncategorised", "unsorted", "subscriptions"}
_CATEGORY = {
    name.casefold(): each.slug
    for each in CATEGORIES
    for name in (each.slug, each.name, *each.names.values())
}
# Names of folders that say a category without being one: they stay as tags, too.
_LIKE = {
    "videos": "video",
    "photos": "photo",
    "photography": "photo",
    "podcasts": "music",
    "podcast": "music",
    "audio": "music",
    "blog": "blogs",
    "forum": "forums",
    "wiki": "wikis",
    "games": "gaming",
    "bookmarks": "curation",
    "jobs": "professional",
}


def line(text: str) -> str:
    """Return a stranger's words as one line that feeds.toml can hold."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def source(
    url: str,
    *,
    title: str | None = None,
    folders: Iterable[str] = (),
    tags: Sequence[str] = (),
    paused: bool = False,
) -> Source:
    """Make a Source; a folder called like a category is the category, any other one a tag.

    The innermost folder decides. Raises values.Wrong for an address that can't be followed.
    """
    address = values.address(url, environ={})
    home = platform_of(address)
    category = home.category if home else DEFAULT_CATEGORY
    kept: list[str] = []
    for folder in map(line, folders):
        name = folder.casefold()
        category = _CATEGORY.get(name) or _LIKE.get(name) or category
        if name not in _CATEGORY and name not in _NO_FOLDER:
            kept.append(folder)
    kept += filter(None, map(line, tags))
    named = line(title or "")
    return Source(
        url=address,
        title=named if named and named != address else None,
        category=category,
        platform=home.slug if home else None,
        tags=tuple(dict.fromkeys(kept)),
        paused=paused,
    )
