"""Every page of the desk that a visitor can reach, by following links from the river.

Entries come last: of all that the pages lead to, the newest get a page of their own. Their pages
may lead to stories and sources that nothing else leads to, but to no further entries.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from aggregator.errors import AggregatorError
from aggregator.site.html import Links, within
from aggregator.site.kinds import ASSET, ENTRY, FEED, LICENCES, MISSING, SEARCH, Place, place

START = ("/", "/search", "/404", *LICENCES)

# How a file of this kind names those that it loads.
_LOADS = {
    "css": re.compile(r"""url\(["']?([^"')]+)"""),
    "js": re.compile(r"""\b(?:from|import)\b\s*\(?\s*["'](\.[^"']+)"""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the desk says to an address within it.

    `location` is where it leads to instead, `policy` its Content-Security-Policy.
    """

    status: int
    body: bytes
    is_page: bool
    location: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as the desk rendered it, packed: a thousand of them are kept until all are known."""

    place: Place
    packed: bytes
    policy: str = ""
    icons: frozenset[str] = frozenset()

    @property
    def body(self) -> bytes:
        """The page's bytes."""
        return zlib.decompress(self.packed)


@dataclass(slots=True)
class Reached:
    """What was reached: pages by address, other addresses of pages, the numbers of all entries."""

    pages: dict[str, Page] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    entries: set[int] = field(default_factory=set)

    def file(self, address: str) -> str | None:
        """The file in which an address is kept, if it is."""
        page = self.pages.get(self.moved.get(address, address))
        return page.place.file if page else None


class Crawl:
    """One walk through the desk.

    `prefix` is the path that the desk puts before its addresses, without a slash at its end.
    `depth` is how many pages of a river are kept, `publishable` says which entries may have pages.
    """

    def __init__(
        self,
        get: Callable[[str], Awaitable[Answer]],
        *,
        prefix: str,
        depth: int,
        publishable: Callable[[Iterable[int]], list[int]],
    ) -> None:
        self._get, self._publishable = get, publishable
        self._prefix, self._depth = prefix, depth
        self._queue: deque[tuple[str, Place]] = deque()
        self._seen: set[str] = set()
        self._counts: Counter[str] = Counter()
        self.reached = Reached()

    async def run(self, *, entries: int) -> Reached:
        """Return everything that is to be kept, with pages for so many entries."""
        self._meet(START)
        await self._follow()
        newest = self._publishable(self.reached.entries)
        for number in newest[:entries]:
            self._queue.append((f"/e/{number}", Place(ENTRY, str(number))))
        await self._follow()
        return self.reached

    async def _follow(self) -> None:
        while self._queue:
            address, where = self._queue.popleft()
            answer = await self._get(address)
            if answer.status >= 500:
                raise AggregatorError(f"The desk fails to show {address}; nothing was written.")
            if answer.status == (404 if where.kind is MISSING else 200):
                self._keep(address, where, answer)
            elif target := within(answer.location, self._prefix):
                self.reached.moved[address] = target
                self._meet([target])

    def _keep(self, address: str, where: Place, answer: Answer) -> None:
        links = Links(answer.body.decode(), prefix=self._prefix) if answer.is_page else None
        self.reached.pages[address] = Page(
            place=where,
            packed=zlib.compress(answer.body, 1),
            policy=answer.policy,
            icons=frozenset(links.icons if links else ()),
        )
        if loads := _LOADS.get(where.key.rpartition(".")[2]):
            self._meet(urljoin(address, each) for each in loads.findall(answer.body.decode()))
        if links:
            self._meet(links.addresses)
            if links.next and where.kind.deep and where.page < min(self._depth, where.kind.pages):
                self._add(links.next, Place(where.kind, where.key, where.page + 1))

    def _meet(self, addresses: Iterable[str]) -> None:
        """Take note of the addresses of a page, so far as rows allow it."""
        for address in addresses:
            where = place(address)
            if where is None:
                continue
            if where.kind is ENTRY:
                self.reached.entries.add(int(where.key))
            elif address not in self._seen and self._counts[where.kind.name] < where.kind.most:
                self._counts[where.kind.name] += 1
                self._add(address, where)

    def _add(self, address: str, where: Place) -> None:
        if address not in self._seen:
            self._seen.add(address)
            self._queue.append((address, where))


_FILES = (ASSET, FEED)


def is_page(page: Page) -> bool:
    """Whether it is one of the desk's pages, rather than a style or a feed."""
    return page.place.kind not in _FILES


def is_visible(page: Page) -> bool:
    """Whether people come to it by links: neither the search nor the page for what is missing."""
    return is_page(page) and page.place.kind not in (MISSING, SEARCH)
