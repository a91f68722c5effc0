r"""Markdown (CommonMark): a draft with a heading for each group and for each item.

All text is escaped, the curator's too: nothing adds a link, heading, list, HTML, entity, table,
formula or template tag (`{{`, as Jekyll and Hugo have), and no bare address for GitHub to link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.curation import Item
from aggregator.export import front_matter, safe, words
from aggregator.export.channel import Channel

_SYNTAX = re.compile(r"([\\`*_{}\[\]<>#&!|~$^]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
# What opens a block at the start of a line: lists, rules, underlines, definitions.
_START = re.compile(r"^([-+=:]|[0-9]+(?=[.)]))")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the draft; front matter says the title where there is one."""
    matter = front_matter.write(channel, items)
    blocks = [matter or f"# {escape(channel.title)}", escape(channel.description)]
    for group in words.groups(channel, items):
        blocks.append(f"## {escape(group.name)}" if group.name else "")
        for item in group.items:
            blocks += _item(item)
    if not items:
        blocks.append("No entries.")
    return "\n\n".join(filter(None, blocks)) + "\n"


def escape(value: str) -> str:
    """Returns one line of text that Markdown reads as just that text."""
    words_only = _SYNTAX.sub(r"\\\1", safe.line(value))
    return _START.sub(_escape_start, words_only)


def link(words_shown: str, url: str | None) -> str:
    """Returns the words, linked where there is an address."""
    shown = escape(words_shown)
    return f"[{shown}]({_destination(url)})" if url else shown


def _destination(url: str) -> str:
    """Returns the address in angle brackets: it may hold parentheses, but no entity."""
    return f"<{_ENTITY.sub('&amp;', url)}>"


def _escape_start(found: re.Match[str]) -> str:
    marker = found[1]
    return f"{marker}\\" if marker.isdigit() else f"\\{marker}"


def _item(item: Item) -> list[str]:
    credit = (
        link(item.source, item.source_url),
        escape(item.author or ""),
        words.day(item.published_at),
        escape(words.rights(item)),
    )
    thanks = ", ".join(link(via.name, via.url) for via in item.via)
    return [
        f"### {link(words.name(item), words.address(item))}",
        _picture(item),
        " · ".join(filter(None, credit)),
        _prose(item.quote, "> "),
        _prose(item.note, ""),
        escape(words.told(item)),
        thanks and f"via {thanks}",
    ]


def _picture(item: Item) -> str:
    if not item.image or not words.pictured(item):
        return ""
    return f"![{escape(item.image_alt)}]({_destination(item.image)})"


def _prose(text: str, mark: str) -> str:
    """Returns the paragraphs, each line begun with the mark, line breaks kept by a backslash."""
    blocks = [
        f"\\\n{mark}".join(filter(None, map(escape, lines))) for lines in words.paragraphs(text)
    ]
    return f"\n{mark.rstrip()}\n".join(mark + block for block in blocks if block)
