"""A selection of entries → text, in the format asked for. No clock, no disk, no network.

    export(name, channel, entries) = write(clean channel, clean entries)

`safe` cleans all that comes in, once; each format is a module with one public function that
escapes for its own syntax; `words` holds what several say alike; `xml` builds trees. To add a
format, write its module and add its row to FORMATS: the command line, the table in docs/export.md
and the contract test follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.errors import UsageError
from aggregator.export import (
    atom,
    csv,
    html,
    json,
    jsonfeed,
    markdown,
    ndjson,
    opml,
    rss,
    safe,
)
from aggregator.export.channel import Channel, Format
from aggregator.model import StoredEntry

__all__ = ["Channel", "FORMATS", "Format", "export", "format_named"]  # noqa: RUF022 (plain order)

FORMATS: tuple[Format, ...] = (
    Format("markdown", ".md", "text/markdown", "a draft to edit and publish", markdown.write),
    Format("html", ".html", "text/html", "a page of its own, with microformats", html.write),
    Format("atom", ".atom", "application/atom+xml", "Atom 1.0 (RFC 4287)", atom.write),
    Format("rss", ".rss", "application/rss+xml", "RSS 2.0", rss.write),
    Format("jsonfeed", ".json", "application/feed+json", "JSON Feed 1.1", jsonfeed.write),
    Format("opml", ".opml", "text/x-opml", "OPML 2.0: the feeds, not their entries", opml.write),
    Format("csv", ".csv", "text/csv", "a table for spreadsheets (RFC 4180)", csv.write),
    Format("json", ".json", "application/json", "every field, as a list of objects", json.write),
    Format("ndjson", ".ndjson", "application/x-ndjson", "every field, a line each", ndjson.write),
)
_BY_NAME = {each.name: each for each in FORMATS}


def export(name: str, channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the entries written in the format called `name`; the same input, the same text.

    The text has no lone surrogates, so UTF-8 takes it. Raises UsageError for an unknown name.
    """
    return format_named(name).write(safe.channel(channel), [safe.entry(each) for each in entries])


def format_named(name: str) -> Format:
    """Returns the format of that name. Raises UsageError when there is none."""
    if name not in _BY_NAME:
        known = ", ".join(_BY_NAME)
        raise UsageError(f"There is no export format “{name}”.", hint=f"Choose one of {known}.")
    return _BY_NAME[name]
