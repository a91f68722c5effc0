"""The desk of the soak: it is served, four clients read in it, and a curator works in it.

The curator sends the desk's own forms and keeps a log of what was acknowledged; nothing else
changes what is logged, so that in the end the database must say the same.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from benchmarks.asking import Client

CLIENTS = 4
PAUSE = 0.25  # seconds between two pages of a client
BETWEEN = 0.2  # seconds between two acts of the curator
FULL = 25  # items of a list
IDLE = 3.0  # seconds after which a connection is left: the desk closes it after five

VISITOR, OWNER = False, True
PAGES = (
    ("/", VISITOR),
    ("/", OWNER),
    ("/?before={id}", OWNER),
    ("/?before={id}&_fragment=1", VISITOR),
    ("/c/blogs", OWNER),
    ("/c/video", VISITOR),
    ("/?q=the", OWNER),
    ("/?q=ka+lu", VISITOR),
    ("/?unread=1", OWNER),
    ("/?starred=1", OWNER),
    ("/e/{id}", VISITOR),
    ("/e/{id}", OWNER),
    ("/stories", VISITOR),
    ("/lists", OWNER),
    ("/-/sources", OWNER),
    ("/-/health", OWNER),
    ("/-/fetches", OWNER),
    ("/-/stats", OWNER),
    ("/-/desk/acts", OWNER),
    ("/-/feed/all.atom", VISITOR),
    ("/-/feed/blogs.json", VISITOR),
    ("/-/feed/search.atom?q=the", VISITOR),
    ("/-/feed/all.opml", VISITOR),
)
_CARD = re.compile(rb'data-id="(\d+)"')
_ITEM = re.compile(rb'data-item="(\d+)"')


@dataclass
class Seen:
    """What clients and curator met: how often, how long it took in ms, and what went wrong."""

    pages: int = 0
    took: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    ids: deque[int] = field(default_factory=lambda: deque(maxlen=400))


class Browser:
    """A connection of somebody to the desk; what goes wrong is written down, never raised."""

    def __init__(self, port: int, cookie: str, seen: Seen) -> None:
        self._port = port
        self._headers = {"Cookie": cookie} if cookie else {}
        self._seen = seen
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._used = 0.0

    def get(self, path: str) -> bytes:
        """Return a page, nothing where there was none."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Sequence[tuple[str, object]]) -> dict[str, Any] | None:
        """Send a form; return the answer of the desk, None where it said no."""
        here = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self._port}",
            "Sec-Fetch-Site": "same-origin",
        }
        body = self._ask("POST", path, urlencode(fields), here)
        return json.loads(body) if body else None

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        started = time.perf_counter()
        if started - self._used > IDLE:
            self._connection.close()
        try:
            self._connection.request(method, path, body, {**self._headers, **headers})
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            self._seen.wrong[f"{method} {_kind(path)}: {error!r}"] += 1
            return b""
        finally:
            self._used = time.perf_counter()
        self._seen.pages += 1
        self._seen.took.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            words = b" ".join(re.sub(rb"<[^>]*>", b" ", content).split())[:200]
            self._seen.wrong[f"{method} {_kind(path)}: {answer.status} {words.decode()}"] += 1
            return b""
        self._seen.ids.extend(int(each) for each in _CARD.findall(content)[:40])
        return content


def _kind(path: str) -> str:
    return re.sub(r"\d+", "N", path)


class Curator:
    """Somebody who stars, reads, tags and lists; the log is what the desk acknowledged."""

    def __init__(self, browser: Browser, seen: Seen, chance: Random) -> None:
        self.stars: set[int] = set()
        self.tags: set[tuple[int, str]] = set()
        self.unread: dict[int, bool] = {}
        self.lists: dict[str, list[tuple[int, int, str]]] = {}  # of item, entry and note
        self.acts = 0
        self._browser, self._seen, self._chance = browser, seen, chance

    def act(self) -> None:
        """Do something with an entry that is on some page."""
        if not self._seen.ids:
            self._browser.get("/")
            return
        entry = self._chance.choice(self._seen.ids)
        deeds: tuple[Callable[[int], bool], ...]
        deeds = (self._star, self._read, self._tag, self._list, self._list, self._note, self._tidy)
        self.acts += self._chance.choice(deeds)(entry)

    def _mark(self, what: str, entry: int, **more: str) -> dict[str, Any] | None:
        fields = [("do", what), ("entry", entry), *more.items()]
        return self._browser.post("/-/desk/entries", fields)

    def _star(self, entry: int) -> bool:
        """Star, take a star away, or take that back at once."""
        starred = entry in self.stars
        told = self._mark("unstar" if starred else "star", entry)
        if told is None:
            return False
        self.stars.symmetric_difference_update({entry})
        if told["undo"] and self._chance.random() < 0.2:
            undone = self._browser.post("/-/desk/undo", [("act", told["undo"]["act"])])
            self.stars.symmetric_difference_update({entry} if undone else set())
        return True

    def _read(self, entry: int) -> bool:
        unread = self._chance.random() < 0.3
        if self._mark("unread" if unread else "read", entry) is None:
            return False
        self.unread[entry] = unread
        return True

    def _tag(self, entry: int) -> bool:
        tag = self._chance.choice(("keep", "für später", "a <b> & c"))
        has = (entry, tag) in self.tags
        if self._mark("untag" if has else "tag", entry, tag=tag) is None:
            return False
        self.tags.symmetric_difference_update({(entry, tag)})
        return True

    def _list(self, entry: int) -> bool:
        """Put an entry on a list, a new one where the last is full."""
        slug = f"soak-{len(self.lists)}"
        if not self.lists or len(self.lists[slug]) >= FULL:
            slug = f"soak-{len(self.lists) + 1}"
            form = [("title", slug.title()), ("slug", slug), ("visibility", "public")]
            if self._browser.post("/-/desk/lists/create", form) is None:
                return False
            self.lists[slug] = []
        items = self.lists[slug]
        if entry in {listed for _, listed, _ in items}:
            return False
        note = f"Why, number {self.acts}: <b>&amp;"
        form = [("list", slug), ("entry", str(entry)), ("note", note)]
        if self._browser.post("/-/desk/lists/add", form) is None:
            return False
        shown = self._items(slug)
        known = {item for item, _, _ in items}
        new = [each for each in shown if each not in known]
        if len(new) != 1:
            self._seen.wrong[f"a list shows {len(new)} new items after one was added"] += 1
            return False
        items.insert(shown.index(new[0]), (new[0], entry, note))
        return True

    def _items(self, slug: str) -> list[int]:
        page = self._browser.get(f"/lists/{slug}")
        return list(dict.fromkeys(int(each) for each in _ITEM.findall(page)))

    def _note(self, _entry: int) -> bool:
        """Write another note."""
        slug, items = self._some_list()
        if not items:
            return False
        place = self._chance.randrange(len(items))
        item, entry, _ = items[place]
        note = f"Better words {self.acts}"
        if self._browser.post("/-/desk/lists/change", [("item", item), ("note", note)]) is None:
            return False
        self.lists[slug][place] = (item, entry, note)
        return True

    def _tidy(self, _entry: int) -> bool:
        """Move an item to another place, or take it away."""
        _slug, items = self._some_list()
        if len(items) < 3:
            return False
        chosen = self._chance.choice(items)
        if self._chance.random() < 0.4:
            if self._browser.post("/-/desk/lists/remove-item", [("item", chosen[0])]) is None:
                return False
            items.remove(chosen)
            return True
        place = self._chance.randint(1, len(items))
        form = [("item", chosen[0]), ("place", place)]
        if self._browser.post("/-/desk/lists/move", form) is None:
            return False
        items.remove(chosen)
        items.insert(place - 1, chosen)
        return True

    def _some_list(self) -> tuple[str, list[tuple[int, int, str]]]:
        if not self.lists:
            return "", []
        slug = self._chance.choice(list(self.lists))
        return slug, self.lists[slug]


class Load:
    """Four clients and a curator at work, until they are told to end."""

    def __init__(self, port: int, cookie: str, seed: int) -> None:
        self.seen = Seen()
        self.curator = Curator(Browser(port, cookie, self.seen), self.seen, Random(seed))
        self._port, self._cookie = port, cookie
        self._over = threading.Event()
        works = [self._curate, *(self._reading(Random(seed + n)) for n in range(1, CLIENTS + 1))]
        self._threads = [threading.Thread(target=each, daemon=True) for each in works]
        for each in self._threads:
            each.start()

    def end(self) -> None:
        """Let everybody finish what is begun."""
        self._over.set()
        for each in self._threads:
            each.join()

    def _curate(self) -> None:
        while not self._over.wait(BETWEEN):
            self.curator.act()

    def _reading(self, chance: Random) -> Callable[[], None]:
        def work() -> None:
            people = {
                VISITOR: Browser(self._port, "", self.seen),
                OWNER: Browser(self._port, self._cookie, self.seen),
            }
            while not self._over.wait(PAUSE):
                path, who = chance.choice(PAGES)
                ids = list(self.seen.ids) or [0]
                if ids != [0] or "{id}" not in path:
                    people[who].get(path.format(id=chance.choice(ids)))

        return work


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that is served: its process, its port, and the owner's cookie."""

    pid: int
    port: int
    cookie: str


@contextmanager
def served(aggregate: Sequence[str], log: Path) -> Iterator[Desk]:
    """Run the desk on a free port, and sign its owner in; what it prints is kept."""
    with log.open("w") as said:
        process = subprocess.Popen(
            [*aggregate, "serve", "--port", "0", "--sign-in"], stdout=said, stderr=said
        )
    try:
        found = None
        while process.poll() is None and not found:
            time.sleep(0.05)
            found = re.search(r"Sign in once with http://127\.0\.0\.1:(\d+)(/\S+)", log.read_text())
        if not found:
            raise SystemExit(f"The desk could not start: {log.read_text()}")
        signing = Client(int(found[1]))
        signing.get(found[2])
        yield Desk(process.pid, int(found[1]), signing.cookie)
    finally:
        process.terminate()
        process.wait(30)
