"""CSV (RFC 4180): CRLF, quotes where needed, a header row; formulas are made text.

The text has no byte order mark: everything but Excel's double click takes UTF-8 without one, and
many tools take it for a part of the first column's name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from aggregator.curation import Item
from aggregator.export import safe, words
from aggregator.export.channel import Channel
from aggregator.model import Enclosure

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
    "note",
    "quote",
    "section",
    "via",
    "image_alt",
)


def write(_channel: Channel, items: Sequence[Item]) -> str:
    """Returns the table."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([neutral(cell) for cell in _row(item)] for item in items)
    return out.getvalue()


def _row(item: Item) -> tuple[str, ...]:
    media = item.enclosures[0] if item.enclosures else Enclosure(url="")
    return (
        words.iso(item.published_at),
        "" if item.updated_at is None else words.iso(item.updated_at),
        words.name(item),
        words.address(item) or "",
        item.source,
        item.source_url or "",
        item.author or "",
        item.category,
        item.platform or "",
        ", ".join(item.tags),
        safe.line(item.summary),
        item.image or "",
        media.url,
        media.type or "",
        "" if media.duration is None else str(media.duration),
        item.language or "",
        item.rights or words.rights(item),
        item.comments_url or "",
        safe.line(item.guid),
        safe.line(item.note),
        safe.line(item.quote),
        item.section,
        "; ".join(f"{via.name} <{via.url}>" if via.url else via.name for via in item.via),
        item.image_alt,
    )


def neutral(cell: str) -> str:
    """Returns the cell as text for spreadsheets, too (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
