"""What rules look at in an entry, and what can be told from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.judge.words import Text
from aggregator.taxonomy import PLATFORMS

SHORT = 60
"""A video of so many seconds or fewer is a short one."""

_SHORT_PAGE = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?(?:shorts|reels?)/[^/?#]", re.IGNORECASE)
_SHORT_MARK = re.compile(r"#shorts\b", re.IGNORECASE)
_SHORT_FEED = re.compile(r"playlist_id=UUSH", re.IGNORECASE)
_OF_VIDEO = frozenset(each.slug for each in PLATFORMS if each.category == "video")


@dataclass(slots=True, kw_only=True)
class Facts:
    """An entry as rules see it: nothing in it depends on what rules or the curator did to it.

    `feeds` are title and addresses of its feed; `tags` are its own and its feed's; `text` is all
    of its words, the title's too. `earlier` is how many entries its feed published before it on
    the same day (UTC), `views` which views select it; both only where a rule asks.
    """

    id: int
    feed_id: int
    feeds: tuple[Text, ...]
    category: str
    platform: str | None
    title: Text
    author: Text
    url: Text
    tags: tuple[Text, ...]
    text: Text
    published_at: int
    language: str | None = None
    media_url: str | None = None
    media_type: str | None = None
    duration: int | None = None
    earlier: int = 0
    views: frozenset[str] = frozenset()


def media(media_type: str | None, media_url: str | None, platform: str | None) -> str:
    """Return what an entry brings: audio, video, image, file or none.

    What a video platform publishes is video, though its feeds name no file.
    """
    kind = (media_type or "").partition("/")[0].lower()
    if kind in {"audio", "video"}:
        return kind
    if platform in _OF_VIDEO:
        return "video"
    if kind == "image":
        return kind
    return "file" if media_url else "none"


def speaks(language: str | None, wanted: str) -> bool:
    """Whether a language is the one that is wanted: en is for en-GB too, not the reverse."""
    code = (language or "").lower()
    return code == wanted or code.startswith(f"{wanted}-")


def is_short(facts: Facts) -> bool:
    """Whether an entry is a short video: by its page, its feed, its title or its length."""
    if facts.duration is not None and 0 < facts.duration <= SHORT:
        return media(facts.media_type, facts.media_url, facts.platform) == "video"
    return bool(
        _SHORT_PAGE.match(facts.url.plain)
        or _SHORT_MARK.search(facts.title.plain)
        or any(_SHORT_FEED.search(each.plain) for each in facts.feeds)
    )
