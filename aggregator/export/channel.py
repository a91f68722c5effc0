"""What is exported, besides the entries: the name and the addresses of the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.model import FeedRow, StoredEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The head of an export.

    `url` is the page that shows the same, `feed_url` the address this very export has, if it
    has one. `updated` is a time (epoch seconds): the caller has the clock. `feeds` is for OPML;
    `secrets` says that their addresses are written whole.
    """

    title: str
    updated: int
    url: str | None = None
    feed_url: str | None = None
    description: str = ""
    author: str | None = None
    feeds: Sequence[FeedRow] = ()
    secrets: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write entries down; `write` expects values that `safe` has cleaned.

    `about` is a half sentence for the documentation's table.
    """

    name: str
    suffix: str
    media_type: str
    about: str
    write: Callable[[Channel, Sequence[StoredEntry]], str]
