"""Lists of feeds that others keep: read anew when they are due, followed as they are by then.

A list that can't be read stays what it was. What stands in feeds.toml itself goes first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aggregator import urls
from aggregator.config import Config
from aggregator.errors import SourceError, UsageError
from aggregator.fetch import Client, client_for, headers_for, key_for, policy_for
from aggregator.model import Outline, Source
from aggregator.store import Store
from aggregator.store.outlines import Listed
from aggregator.update.results import FeedResult

MOST = 10_000
"""So many feeds of a list are followed, the first: who keeps it is a stranger."""

PATIENCE = 60 * 60
"""Seconds; after a failure a list is read anew so soon, unless it is due before."""


def expanded(
    config: Config, store: Store, *, now: int, force: bool
) -> tuple[list[Source], list[FeedResult]]:
    """Return all that is to be followed, and which lists could not be read this time."""
    known = store.outlines()
    asked = due(config.outlines, known, now=now, force=force)
    if asked:
        known |= asyncio.run(_read(asked, known, config, now=now))
    kept = [known[each.url] for each in config.outlines]
    if asked or len(kept) < len(known):
        store.save_outlines(kept)
    failed = failures(kept, asked)
    return followed(config.feeds, config.outlines, known), failed


async def _read(
    asked: Iterable[Outline], known: Mapping[str, Listed], config: Config, *, now: int
) -> dict[str, Listed]:
    """Ask for lists, one after the other: there are few."""
    async with client_for(config, jobs=1) as client:
        return {
            each.url: await _read_anew(each.url, known.get(each.url), client, config, now=now)
            for each in asked
        }


async def _read_anew(
    url: str, last: Listed | None, client: Client, config: Config, *, now: int
) -> Listed:
    """Read a list; where that fails, what it held stays, with the reason."""
    before = last or Listed(url=url, checked_at=now)
    policy = policy_for(key_for(url, config.hosts), config.hosts)
    try:
        fetched = await client.get(
            url,
            etag=before.etag,
            last_modified=before.last_modified,
            headers=headers_for(policy),
        )
        if fetched.body is None:
            return replace(before, checked_at=now, error=None)
        feeds = _feeds(fetched.body)
    except (SourceError, UsageError) as error:
        return replace(before, checked_at=now, error=error.message)
    return Listed(
        url=url,
        checked_at=now,
        etag=fetched.headers.get("etag"),
        last_modified=fetched.headers.get("last-modified"),
        feeds=feeds,
    )


def due(
    outlines: Iterable[Outline], known: Mapping[str, Listed], *, now: int, force: bool
) -> list[Outline]:
    """Return the lists to read now."""
    return [each for each in outlines if force or _is_due(each, known.get(each.url), now)]


def _is_due(outline: Outline, last: Listed | None, now: int) -> bool:
    if last is None:
        return True
    wait = min(outline.every, PATIENCE) if last.error else outline.every
    return now - last.checked_at >= wait


def _feeds(body: bytes) -> tuple[Source, ...]:
    # Most runs read no list: they don't pay for the import.
    from aggregator.imports import read  # noqa: PLC0415

    found = read(body, name="opml").sources
    if not found:
        raise UsageError("There is no feed in the list.")
    return found[:MOST]


def followed(
    feeds: Sequence[Source], outlines: Iterable[Outline], known: Mapping[str, Listed]
) -> list[Source]:
    """Return the feeds of feeds.toml, and those of the lists that are not among them."""
    found = list(feeds)
    if not known:
        return found
    taken = {urls.canonical(each.url) for each in feeds}
    for outline in outlines:
        listed = known.get(outline.url)
        for source in listed.feeds if listed else ():
            key = urls.canonical(source.url)
            if key not in taken:
                taken.add(key)
                tags = tuple(dict.fromkeys((*outline.tags, *source.tags)))
                category = outline.category or source.category
                found.append(replace(source, tags=tags, category=category))
    return found


def failures(known: Iterable[Listed], asked: Iterable[Outline]) -> list[FeedResult]:
    """Tell which of the lists that were asked for could not be read."""
    named = {each.url for each in asked}
    return [
        FeedResult(
            url=each.url,
            feed_url=each.url,
            title=f"List at {urls.host(each.url)}",
            status="error",
            error=each.error,
            next_check_at=each.checked_at + PATIENCE,
        )
        for each in known
        if each.error and each.url in named
    ]
