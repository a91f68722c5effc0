"""CSV (RFC 4180): CRLF, quotes where needed, a header row; formulas are made text.

The text has no byte order mark: everything but Excel's double click takes UTF-8 without one, and
many tools take it for a part of the first column's name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from aggregator.export import safe, words
from aggregator.export.channel import Channel
from aggregator.model import Enclosure, StoredEntry

# What spreadsheets take for a formula's first character; the wide ones in East Asian versions.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001

COLUMNS = (
    "published_at",
    "updated_at",
    "title",
    "url",
    "source",
    "source_url",
    "author",
    "category",
    "platform",
    "tags",
    "summary",
    "image",
    "media_url",
    "media_type",
    "duration",
    "language",
    "rights",
    "comments_url",
    "guid",
)


def write(_channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the table."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([_neutral(cell) for cell in _row(entry)] for entry in entries)
    return out.getvalue()


def _row(entry: StoredEntry) -> tuple[str, ...]:
    media = entry.enclosures[0] if entry.enclosures else Enclosure(url="")
    return (
        words.iso(entry.published_at),
        "" if entry.updated_at is None else words.iso(entry.updated_at),
        words.name(entry),
        words.address(entry) or "",
        entry.source,
        entry.source_url or "",
        entry.author or "",
        entry.category,
        entry.platform or "",
        ", ".join(entry.tags),
        safe.line(entry.summary),
        entry.image or "",
        media.url,
        media.type or "",
        "" if media.duration is None else str(media.duration),
        entry.language or "",
        entry.rights or "",
        entry.comments_url or "",
        safe.line(entry.guid),
    )


def _neutral(cell: str) -> str:
    """Returns the cell as text for spreadsheets, too (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
