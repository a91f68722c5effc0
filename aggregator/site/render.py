"""What was reached, as the files of a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from aggregator.model import StoredEntry
from aggregator.site import cards, feeds, html, maps, search
from aggregator.site.crawl import Page, Reached, is_page
from aggregator.site.kinds import ASSET, ENTRY, FEED, MISSING, below, place, relative

Resolve = Callable[[str], str | None]

NOWHERE = "http://localhost"
"""What the desk calls itself where nobody told it an address."""


class Site:
    """The files of a site: `reached` is what the desk showed, `entries` what it showed of.

    `base_url` ends with a slash; `prefix` is the path that the desk puts before its addresses,
    without a slash at its end.
    """

    def __init__(
        self,
        reached: Reached,
        entries: Sequence[StoredEntry],
        *,
        base_url: str | None,
        prefix: str,
        searched: int,
    ) -> None:
        self._reached, self._searched = reached, entries[:searched]
        self._base, self._prefix = base_url, prefix
        self._originals = {str(each.id): cards.original(each) for each in entries}
        self._icons = html.symbols(self._sprite())

    def files(self) -> dict[str, bytes]:
        """Return the files by name, but for the sitemap, which depends on what was there before."""
        files = {page.place.file: self._file(page) for page in self._reached.pages.values()}
        made, texts = cards.make(self._searched, self._reached.file)
        for name, text in search.index(made, texts).items():
            files[f"search/{name}.js"] = text.encode()
        files["robots.txt"] = maps.robots(self._base).encode()
        return files

    def sitemap(self, files: Mapping[str, bytes], changed: Callable[[str, bytes], str]) -> bytes:
        """Return the sitemap; `changed` tells since when a file is what it is.

        Pages of entries are left out: each of them names the original as the page to be found.
        """
        names = sorted(p.place.file for p in self._reached.pages.values() if p.place.kind.listed)
        rows = [(below(self._base or "", each), changed(each, files[each])) for each in names]
        return maps.sitemap(rows).encode()

    def _file(self, page: Page) -> bytes:
        if page.place.kind is FEED:
            return self._feed(page)
        return self._page(page) if is_page(page) else page.body

    def _page(self, page: Page) -> bytes:
        rewriter = html.Rewriter(
            partial(self._resolve, self._link(page)),
            head=html.policy_tag(page.policy),
            top=html.drawn(page.icons, self._icons),
        )
        return rewriter.of(page.body.decode()).encode()

    def _feed(self, page: Page) -> bytes:
        parts = urlsplit(self._base or NOWHERE)
        desk = f"{parts.scheme}://{parts.netloc}{self._prefix}"
        start = page.place.file
        link = partial(below, self._base) if self._base else partial(relative, start)

        def resolve(address: str) -> str | None:
            file = self._reached.file(address)
            return link(file) if file else None

        return feeds.moved(page.body.decode(), desk=desk, resolve=resolve).encode()

    def _link(self, page: Page) -> Callable[[str], str]:
        """Return the way to link from a page to a file.

        The page for what is missing is shown at any address: its links begin at the root.
        """
        if page.place.kind is MISSING and self._base:
            return partial(below, urlsplit(self._base).path)
        return partial(relative, page.place.file)

    def _resolve(self, link: Callable[[str], str], address: str) -> str | None:
        """Return where an address of the desk is; an entry that has no page is at its origin."""
        local = html.within(address, self._prefix)
        if local is None:
            return None
        where = place(local)
        if file := self._reached.file(local):
            # Styles keep their hash: browsers keep a style until its address changes.
            return link(file) + (_query(local) if where and where.kind is ASSET else "")
        return self._originals.get(where.key) if where and where.kind is ENTRY else None

    def _sprite(self) -> str:
        pages = self._reached.pages.values()
        found = (page.body.decode() for page in pages if page.place.file == "static/icons.svg")
        return next(found, "")


def _query(address: str) -> str:
    _, mark, query = address.partition("?")
    return mark + query
