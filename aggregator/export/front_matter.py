"""Front matter: what static site generators read at the head of a Markdown file.

Values are written as JSON, which YAML 1.2 contains: no text can end its value or begin another.
Everything is a draft; who publishes takes that line away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from aggregator.curation import Item
from aggregator.errors import UsageError
from aggregator.export import words
from aggregator.export.channel import Channel

MOST_TAGS = 20
MOST_EXCERPT = 300  # characters; Ghost takes no more


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the block, between its lines of dashes; "" where none is wanted.

    Raises UsageError for a kind that does not exist.
    """
    kind = channel.options.front_matter
    if kind == "none":
        return ""
    if kind not in KINDS:
        known = ", ".join(("none", *KINDS))
        raise UsageError(f"There is no front matter “{kind}”.", hint=f"Choose one of {known}.")
    rows = KINDS[kind](channel, _tags(items))
    told = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in rows if value != ""]
    return "\n".join(("---", *told, "---"))


def _tags(items: Sequence[Item]) -> list[str]:
    """Returns the items' tags, in the order of their coming; not more than a post can bear."""
    return list(dict.fromkeys(tag for item in items for tag in item.tags))[:MOST_TAGS]


Rows = Sequence[tuple[str, Any]]


def _hugo(channel: Channel, tags: list[str]) -> Rows:
    return (
        ("title", channel.title),
        ("date", words.iso(channel.updated)),
        ("draft", True),
        ("description", channel.description),
        ("tags", tags),
        ("params", {"author": channel.author} if channel.author else ""),
    )


def _jekyll(channel: Channel, tags: list[str]) -> Rows:
    return (
        ("layout", "post"),
        ("title", channel.title),
        ("date", words.clock(channel.updated, UTC, "%Y-%m-%d %H:%M:%S +0000")),
        ("published", False),
        ("description", channel.description),
        ("author", channel.author or ""),
        ("tags", tags),
        ("lang", channel.language or ""),
    )


def _ghost(channel: Channel, tags: list[str]) -> Rows:
    return (
        ("title", channel.title),
        ("date", words.iso(channel.updated)),
        ("published", False),
        ("status", "draft"),
        ("excerpt", channel.description[:MOST_EXCERPT]),
        ("tags", tags),
    )


KINDS: dict[str, Callable[[Channel, list[str]], Rows]] = {
    "hugo": _hugo,
    "jekyll": _jekyll,
    "ghost": _ghost,
}
