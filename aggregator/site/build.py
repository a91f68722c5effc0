"""The whole public desk as plain files: rendered by the desk itself, then made to stand alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from datasette.app import Datasette

from aggregator.config import Config
from aggregator.errors import UsageError
from aggregator.model import Selection, StoredEntry
from aggregator.serve import make_datasette
from aggregator.site.crawl import Answer, Crawl, Reached, is_visible
from aggregator.site.folder import Changes, Folder
from aggregator.site.kinds import ENTRY, FEED
from aggregator.site.render import Site
from aggregator.store import Store, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """How much of the desk is kept, always the newest.

    `entries` have a page of their own, `pages` are kept of each river, `searched` are the entries
    that the search finds.
    """

    entries: int = 1000
    pages: int = 10
    searched: int = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of it: how many pages the site has, of them `entries` of entries; how many feeds.

    `changes` are what became of its files, `base_url` is where it will be, if that is known.
    """

    pages: int
    entries: int
    feeds: int
    changes: Changes
    base_url: str | None


def build(
    db: Path,
    config: Config,
    target: Path,
    *,
    base_url: str | None = None,
    options: SiteOptions | None = None,
    now: int | None = None,
) -> Report:
    """Write the public desk into a folder as files for any web server, or none.

    `base_url` is where the site will be, by default that of feeds.toml; without one there is no
    sitemap, and feeds say only relatively where they are. Raises UsageError for an address that
    is none and for a folder with files of somebody else, StoreError where there is no database.
    """
    chosen = options or SiteOptions()
    moment = int(time.time()) if now is None else now
    base = _base(base_url or config.settings.base_url)
    folder = Folder(target)
    with (
        closing(open_store(db, create=False, now=moment).conn) as conn,
        _desk(db, config, base, now=moment) as desk,
    ):
        reached, entries = asyncio.run(_reach(desk, Store(conn), chosen))
        prefix = _prefix(desk)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
    site = Site(reached, entries, base_url=base, prefix=prefix, searched=chosen.searched)
    files = site.files()
    if base:
        files["sitemap.xml"] = site.sitemap(files, partial(folder.changed, now=stamp))
    kinds = [page.place.kind for page in reached.pages.values()]
    return Report(
        pages=sum(is_visible(page) for page in reached.pages.values()),
        entries=sum(kind is ENTRY for kind in kinds),
        feeds=sum(kind is FEED for kind in kinds),
        changes=folder.replace(files, now=stamp),
        base_url=base,
    )


def _base(url: str | None) -> str | None:
    """Return the address of the site with a slash at its end; None where it has none."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good:
        raise UsageError(
            f"{url!r} is no address of a site.",
            hint="Write it whole, as in https://example.org/reading/",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def _prefix(desk: Datasette) -> str:
    return str(desk.setting("base_url")).rstrip("/")


@contextmanager
def _desk(db: Path, config: Config, base: str | None, *, now: int) -> Iterator[Datasette]:
    """Open the desk as it is for anybody, under the address that the site will have."""
    settings = replace(config.settings, base_url=base)
    desk = make_datasette(db, replace(config, settings=settings), now=now, still=True)
    try:
        yield desk
    finally:
        desk.close()


async def _reach(
    desk: Datasette, store: Store, options: SiteOptions
) -> tuple[Reached, list[StoredEntry]]:
    """Return what a visitor can come to, and the entries that were met on the way."""
    entries: list[StoredEntry] = []

    async def get(address: str) -> Answer:
        response = await desk.client.get(address)
        return Answer(
            status=response.status_code,
            body=response.content,
            is_page=response.headers.get("content-type", "").startswith("text/html"),
            location=response.headers.get("location", ""),
            policy=response.headers.get("content-security-policy", ""),
        )

    def publishable(numbers: Iterable[int]) -> list[int]:
        # What a rule has hidden is not in any selection.
        ids = tuple(numbers)
        entries.extend(store.entries(Selection(ids=ids, limit=len(ids))) if ids else ())
        return [each.id for each in entries]

    crawl = Crawl(get, prefix=_prefix(desk), depth=options.pages, publishable=publishable)
    return await crawl.run(entries=options.entries), entries
