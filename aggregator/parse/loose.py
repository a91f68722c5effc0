"""The fallback: feedparser reads what the strict path does not.

It gets bytes, never a string (it would open files and addresses), and leaves the HTML as it is.
It raises on some garbage; that is a malformed document then.
"""

from __future__ import annotations

import io

from aggregator.errors import ParseError
from aggregator.parse.machine import Context


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
    return dict(found["feed"]), entries, found.get("version") or ""
