"""Feeds of the desk made feeds of the site: their own addresses, and nothing else, are changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape


def moved(text: str, *, desk: str, resolve: Callable[[str], str | None]) -> str:
    """Return a feed in which addresses of the desk are those of the site.

    `desk` is the desk's own address without the slash at its end. An address that is none of
    the site's is left as it is: somebody's pages may lie beside the desk's.
    """

    def change(match: re.Match[str]) -> str:
        target = resolve(unescape(match[1]))
        return match[0] if target is None else escape(target)

    # An address ends where a quotation mark, a tag or white space begins.
    return re.sub(rf"""(?<=[">]){re.escape(desk)}(/[^\s"'<>\\]*)(?=["<])""", change, text)
