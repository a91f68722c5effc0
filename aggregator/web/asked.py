"""What an address asks for, as a Selection, and back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from aggregator.model import Selection

LONGEST_SEARCH = 200
LARGEST_ID = 2**63 - 1  # SQLite's integers end here


def asked(args: Mapping[str, str], *, category: str | None) -> Selection:
    """The selection that `?q=`, `?feed=` and `?before=` describe; what makes no sense is left out.

    `feed` is an id and nothing else: by title or address, anybody could guess at addresses.
    """
    search = " ".join((args.get("q") or "").split())[:LONGEST_SEARCH]
    feed = _whole(args.get("feed"))
    return Selection(
        category=category,
        search=search or None,
        feed=None if feed is None else str(feed),
        before=_whole(args.get("before")),
    )


def location(wanted: Selection) -> str:
    """The address of a selection within the desk: the inverse of `asked`."""
    base = f"/c/{wanted.category}" if wanted.category else "/"
    return base + query_of(search=wanted.search, feed=wanted.feed, before=wanted.before)


def query_of(
    *,
    search: str | None = None,
    category: str | None = None,
    feed: str | None = None,
    before: int | None = None,
) -> str:
    """The query string with its question mark; nothing when nothing is asked."""
    named = {"q": search, "category": category, "feed": feed, "before": before}
    given = {name: value for name, value in named.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _whole(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdigit():
        return None
    number = int(text[:20])
    return number if number <= LARGEST_ID else None
