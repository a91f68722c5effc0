"""The fallback: feedparser reads what the strict path does not.

It gets bytes, never a string (it would open files and addresses), and leaves the HTML as it is.
It raises on some garbage; that is a malformed document then.
"""

from __future__ import annotations

import io
import re

from aggregator.errors import ParseError
from aggregator.parse.machine import Context

_OPENED = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_CLOSED = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry|channel|rss|feed|rdf)\s*>", re.IGNORECASE)


def read_loose(body: bytes, base: str, charset: str | None) -> tuple[Context, list[Context], str]:
    """The feed, its entries and the version of a document, as feedparser sees them."""
    import feedparser  # noqa: PLC0415 - 60 ms, and most documents never need it

    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        found = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-location": base, "content-type": kind},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        raise ParseError(
            "The document is too broken to be read.",
            kind="malformed",
            hint="Open the address in a feed validator.",
        ) from error
    # `dict` leaves feedparser's aliases behind: there, a missing `updated` reads as `published`.
    entries = [dict(entry) for entry in found["entries"]]
    if _breaks_off(body):
        # Half an entry may have no GUID yet, or half of one: it would be another one tomorrow.
        entries = entries[:-1]
    return dict(found["feed"]), entries, found.get("version") or ""


def _breaks_off(body: bytes) -> bool:
    """Whether a document ends in the middle of an entry: somebody sent less than there was."""
    last = max((found.end() for found in _OPENED.finditer(body)), default=len(body))
    return last < len(body) and not _CLOSED.search(body, last)
