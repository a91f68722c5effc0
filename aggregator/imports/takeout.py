"""`subscriptions.csv` of Google Takeout: the channels that somebody follows on YouTube."""

from __future__ import annotations

import csv
import re

from aggregator.errors import UsageError
from aggregator.imports.folders import line, source
from aggregator.imports.nouns import Imported, Remark
from aggregator.imports.texts import decoded
from aggregator.model import Source

_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_FEED = "https://www.youtube.com/feeds/videos.xml?channel_id="


def recognises(head: str) -> bool:
    """Tell it by its columns, whose names are in the language of the account."""
    first, _, rest = head.lstrip("\ufeff").partition("\n")
    cells = [cell.strip().casefold() for cell in first.split(",")]
    return cells[0] == "channel id" or (len(cells) >= 3 and bool(_row_id(rest.split("\n")[0])))


def _row_id(row: str) -> str | None:
    cell = row.split(",", maxsplit=1)[0].strip()
    return cell if _CHANNEL.fullmatch(cell) else None


def read(data: bytes) -> Imported:
    """Read the table: the id of a channel first, its name last; UsageError where it is none."""
    sources: list[Source] = []
    remarks: list[Remark] = []
    try:
        rows = [row for row in csv.reader(decoded(data).splitlines()) if any(row)]
    except csv.Error as error:
        raise UsageError(f"The CSV is broken: {error}.") from error
    for row in rows[1:]:
        if _CHANNEL.fullmatch(row[0].strip()):
            title = row[-1] if len(row) > 2 else None
            sources.append(source(_FEED + row[0].strip(), title=title))
        else:
            remarks.append(Remark(line(" ".join(row))[:60], "holds no id of a channel"))
    return Imported(sources=tuple(sources), remarks=tuple(remarks))
