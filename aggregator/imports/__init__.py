"""Lists of subscriptions, as other readers write them: bytes in, Sources out.

`FORMATS` are asked in their order whether they know the document; a list of lines is what is left.
"""

from __future__ import annotations

from aggregator.errors import UsageError
from aggregator.imports import lists, objects, opml, takeout
from aggregator.imports.lists import address, addresses
from aggregator.imports.nouns import Format, Imported, Remark
from aggregator.imports.texts import decoded

__all__ = ["FORMATS", "Format", "Imported", "Remark", "address", "addresses", "read", "sniff"]

FORMATS = (
    Format(
        "opml",
        "OPML 1 and 2, from nearly every reader (FreshRSS and Miniflux too)",
        opml.recognises,
        opml.read,
    ),
    Format(
        "json", "Miniflux (`/v1/feeds`) and `aggregate ls --json`", objects.recognises, objects.read
    ),
    Format("youtube", "`subscriptions.csv` of Google Takeout", takeout.recognises, takeout.read),
    Format("newsboat", "Newsboat's `urls`", lists.is_newsboat, lists.read_newsboat),
    Format("list", "an address a line, feeds or pages", lambda _head: True, lists.read_plain),
)
_BY_NAME = {each.name: each for each in FORMATS}
_HEAD = 65_536


def sniff(data: bytes) -> Format:
    """Say which format a document has."""
    head = decoded(data[:_HEAD])
    return next(each for each in FORMATS if each.recognises(head))


def read(data: bytes, *, name: str | None = None) -> Imported:
    """Read a document in the named format, or in the one it looks like.

    Raises UsageError where it can't be read at all.
    """
    form = _BY_NAME[name] if name else sniff(data)
    found = form.read(data)
    if not (found.sources or found.remarks or found.outlines):
        raise UsageError("There is no feed in it.")
    return found
