"""Which mapping row is for which address of a JSON source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote_plus

from aggregator.parse.mappings import ROWS
from aggregator.rules import JsonRow, Mapping

_ADDRESS = re.compile(r"https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#]*)([^#]*)", re.IGNORECASE)
_NAME = re.compile(r"\{([a-z_]\w*)\}")
_LITERAL = re.compile(r"(?:[\w/-]|\\\.)*(?![*+?{\w/-])")


def mapping_for(feed_url: str, extra: Sequence[JsonRow] = ()) -> Mapping | None:
    """Find the row for the address of a JSON source; the rows of feeds.toml go first.

    An endpoint's pattern must match from the start of the address, without scheme and `www.`;
    `{name}` in it is short for a named piece of a path or query.
    """
    address = _ADDRESS.match(feed_url)
    if not address:
        return None
    subject = address[1].lower() + address[2]
    for row in (*extra, *ROWS):
        # Most feeds have no row: what an endpoint begins with tells so before it is compiled.
        if not subject.startswith(_beginning(row.endpoint)):
            continue
        if match := _endpoint(row.endpoint).match(subject):
            groups = (
                (name, unquote_plus(value or "")) for name, value in match.groupdict().items()
            )
            return Mapping(row=row, groups=tuple(groups))
    return None


@lru_cache(maxsize=256)
def _beginning(pattern: str) -> str:
    """The plain text that whatever matches a pattern begins with; empty where it can't be told."""
    depth = 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            return ""
    found = _LITERAL.match(pattern)
    return found[0].replace("\\.", ".") if found else ""


@lru_cache(maxsize=256)
def _endpoint(pattern: str) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>[^/?#&]+)", pattern))
