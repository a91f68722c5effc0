"""What whoever changes feeds.toml does to it and to the database, in one place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from aggregator.config import Config, edit
from aggregator.errors import UsageError
from aggregator.following.feeds_file import FeedsFile
from aggregator.following.followed import Followed
from aggregator.model import FeedRow, Source
from aggregator.store import Store
from aggregator.update.asker import without_secrets
from aggregator.update.outlines import followed
from aggregator.update.pages import leader, rules_with

KEYS = ("title", "category", "tags", "every")
"""What people change of a feed."""


def take_over(store: Store, config: Config, *, now: int) -> None:
    """Bring the database into line with feeds.toml at once, as the next fetch would."""
    listed = followed(config.feeds, config.outlines, store.outlines())
    rules = rules_with(config, os.environ)
    store.sync([without_secrets(each) for each in listed], now=now, lead=leader(rules))


def changes_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that are to be set; one that is empty is to be taken out."""
    return {key: given[key] or None for key in KEYS if given.get(key) is not None}


def edited(text: str, urls: Iterable[str], changes: Mapping[str, Any]) -> str:
    """Set the same keys of some feeds."""
    return edit.edit_all(text, dict.fromkeys(urls, changes))


def added(file: FeedsFile, source: Source, rows: Iterable[FeedRow], *, remark: str = "") -> str:
    """Return the text with one more feed; raises UsageError where it is followed already."""
    if Followed(file.config, rows).under(source.url):
        raise UsageError("That feed is followed already.")
    return edit.add(file.text, [source], remarks={source.url: remark})


def source_of(config: Config, row: FeedRow) -> Source:
    """Return what feeds.toml says of a feed; raises UsageError where that says nothing."""
    found = next((each for each in config.feeds if each.url == row.url), None)
    if found is None:
        raise UsageError(
            "That source is not in feeds.toml by itself.",
            hint="It comes from a list of feeds that is followed: [[outlines]].",
        )
    return found
