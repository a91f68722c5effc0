"""A selection of entries, or a list → text, in the format asked for. No clock, disk or network.

    export(name, channel, items) = write(clean channel, clean items)

`safe` cleans all that comes in, once; each format is a module with one public function that
escapes for its own syntax; `words` holds what several say alike, `prose` what a curator wrote;
`xml` builds trees. To add a format, write its module and add its row to FORMATS: the command
line, the table in docs/export.md and the contract test follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.errors import UsageError
from aggregator.export import (
    atom,
    csv,
    eml,
    html,
    ics,
    json,
    jsonfeed,
    markdown,
    ndjson,
    newsletter,
    opml,
    rss,
    safe,
    schedulers,
    utm,
)
from aggregator.export.channel import Channel, ExportOptions, Format
from aggregator.model import StoredEntry

__all__ = [  # noqa: RUF022 (plain order)
    "Channel",
    "ExportOptions",
    "FORMATS",
    "Format",
    "export",
    "format_named",
]

FORMATS: tuple[Format, ...] = (
    Format("markdown", ".md", "text/markdown", "a draft to edit and publish", markdown.write),
    Format("html", ".html", "text/html", "a page of its own, with microformats", html.write),
    Format("html-fragment", ".html", "text/html", "the same, to embed in a page", html.fragment),
    Format(
        "newsletter",
        ".html",
        "text/html",
        "HTML for mail, its styles inline",
        newsletter.write,
    ),
    Format("newsletter-text", ".txt", "text/plain", "its twin in plain text", newsletter.text),
    Format("eml", ".eml", "message/rfc822", "both as a mail to open or to send", eml.write),
    Format("atom", ".atom", "application/atom+xml", "Atom 1.0 (RFC 4287)", atom.write),
    Format("rss", ".rss", "application/rss+xml", "RSS 2.0", rss.write),
    Format("jsonfeed", ".json", "application/feed+json", "JSON Feed 1.1", jsonfeed.write),
    Format(
        "opml",
        ".opml",
        "text/x-opml",
        "OPML 2.0: feeds, or a list's links",
        opml.write,
        shown=False,
    ),
    Format(
        "csv", ".csv", "text/csv", "a table for spreadsheets (RFC 4180)", csv.write, shown=False
    ),
    Format("csv-buffer", ".csv", "text/csv", "Buffer's bulk upload", schedulers.buffer, most=100),
    Format(
        "csv-hootsuite",
        ".csv",
        "text/csv",
        "Hootsuite's bulk composer",
        schedulers.hootsuite,
        most=350,
    ),
    Format("csv-publer", ".csv", "text/csv", "Publer's bulk import", schedulers.publer, most=500),
    Format("ics", ".ics", "text/calendar", "a calendar (RFC 5545): what comes when", ics.write),
    Format(
        "json",
        ".json",
        "application/json",
        "every field, as a list of objects",
        json.write,
        shown=False,
    ),
    Format(
        "ndjson",
        ".ndjson",
        "application/x-ndjson",
        "every field, a line each",
        ndjson.write,
        shown=False,
    ),
)
_BY_NAME = {each.name: each for each in FORMATS}


def export(name: str, channel: Channel, items: Sequence[StoredEntry]) -> str:
    """Returns the items written in the format called `name`; the same input, the same text.

    Entries are items without a curator's words. The text has no lone surrogates, so UTF-8 takes
    it. Raises UsageError for an unknown name, or an option that makes no sense.
    """
    wanted = format_named(name)
    head = safe.channel(channel)
    clean = [safe.item(each) for each in items]
    if wanted.shown:
        clean = [utm.mark(each, head, name) for each in clean]
    return wanted.write(head, clean)


def format_named(name: str) -> Format:
    """Returns the format of that name. Raises UsageError when there is none."""
    if name not in _BY_NAME:
        known = ", ".join(_BY_NAME)
        raise UsageError(f"There is no export format “{name}”.", hint=f"Choose one of {known}.")
    return _BY_NAME[name]
