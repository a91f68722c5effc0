r"""Markdown (CommonMark): a draft with a heading for each category and for each entry.

All text is escaped: a feed can add no link, heading, list, HTML, entity, table, formula or
template tag (`{{`, as Jekyll and Hugo have), and no bare address for GitHub to link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.export import safe, words
from aggregator.export.channel import Channel
from aggregator.model import StoredEntry

_SYNTAX = re.compile(r"([\\`*_{}\[\]<>#&!|~$^]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
# What opens a block at the start of a line: lists, rules, underlines, definitions.
_START = re.compile(r"^([-+=:]|[0-9]+(?=[.)]))")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")


def write(channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the draft."""
    blocks = [f"# {escape(channel.title)}", escape(channel.description)]
    for group in words.groups(entries):
        blocks.append(f"## {escape(group.name)}")
        for entry in group.entries:
            blocks += _entry(entry)
    if not entries:
        blocks.append("No entries.")
    return "\n\n".join(filter(None, blocks)) + "\n"


def escape(value: str) -> str:
    """Returns one line of text that Markdown reads as just that text."""
    words_only = _SYNTAX.sub(r"\\\1", safe.line(value))
    return _START.sub(_escape_start, words_only)


def link(words_shown: str, url: str | None) -> str:
    """Returns the words, linked where there is an address.

    In angle brackets a destination may hold parentheses; an entity would still be decoded.
    """
    shown = escape(words_shown)
    return f"[{shown}](<{_ENTITY.sub('&amp;', url)}>)" if url else shown


def _escape_start(found: re.Match[str]) -> str:
    marker = found[1]
    return f"{marker}\\" if marker.isdigit() else f"\\{marker}"


def _entry(entry: StoredEntry) -> list[str]:
    credit = (
        link(entry.source, entry.source_url),
        escape(entry.author or ""),
        words.day(entry.published_at),
        escape(entry.rights or ""),
    )
    return [
        f"### {link(words.name(entry), words.address(entry))}",
        " · ".join(filter(None, credit)),
        escape(words.more(entry)),
    ]
