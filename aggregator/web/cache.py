"""Pages and feeds for strangers, kept in memory: they are the same for everybody.

A page is good as long as nothing was written to the database, and for half a minute, since it
tells ages. It is found by its address and by all that changes it: the reader's language and
cookies of preferences, and the host that was asked. Whoever brings any other cookie, or a token,
is not answered from here, and what is answered to them does not come here.
"""

from __future__ import annotations

import gzip
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aggregator.web.headers import App, Message, Receive, Scope, Send
from aggregator.web.ours import database_of, still
from aggregator.web.reader import COOKIES, spoken

if TYPE_CHECKING:
    from datasette.app import Datasette

LIFETIME = 30.0
"""Seconds."""

MOST = 64 << 20
"""Bytes of pages that are kept."""

LARGEST = 1 << 20
WORTH = 1000
"""Bytes from which on a page is sent compressed to who takes that."""

LONGEST = 2000
"""Characters of an address with its query."""

PAGES = re.compile(r"/(?:(?:c|e|s|v|lists|share)(?:/.*)?|stories|-/feed/.*|-/oembed|-/stats)?")
_KEPT = (
    b"access-control-allow-origin",
    b"access-control-expose-headers",
    b"content-security-policy",
    b"content-type",
    b"last-modified",
    b"link",
    b"referrer-policy",
)

Headers = list[tuple[bytes, bytes]]
State = tuple[int, ...]


@dataclass(slots=True)
class Kept:
    """An answer, and until when and of which state of the database it is."""

    headers: Headers
    body: bytes
    etag: bytes
    state: State
    until: float
    packed: bytes = b""

    @property
    def size(self) -> int:
        """Bytes, about."""
        return len(self.body) + len(self.packed) + 1000


@dataclass(slots=True)
class Shelf:
    """Answers by what was asked, the last used at the end."""

    clock: Callable[[], float] = time.monotonic
    kept: OrderedDict[tuple[object, ...], Kept] = field(default_factory=OrderedDict)
    size: int = 0
    hits: int = 0

    def get(self, key: tuple[object, ...], state: State) -> Kept | None:
        """Return an answer that is still good."""
        found = self.kept.get(key)
        if found is None:
            return None
        if found.state != state or found.until < self.clock():
            self._drop(key)
            return None
        self.kept.move_to_end(key)
        self.hits += 1
        return found

    def put(self, key: tuple[object, ...], made: Kept) -> None:
        """Keep an answer; the least used go where there are too many."""
        self._drop(key)
        self.kept[key] = made
        self.size += made.size
        while self.size > MOST:
            self._drop(next(iter(self.kept)))

    def pack(self, made: Kept) -> bytes:
        """Return an answer's body compressed, once."""
        if not made.packed:
            made.packed = gzip.compress(made.body, 6, mtime=0)
            self.size += len(made.packed)
        return made.packed

    def _drop(self, key: tuple[object, ...]) -> None:
        if found := self.kept.pop(key, None):
            self.size -= found.size


_shelves: WeakKeyDictionary[Datasette, Shelf] = WeakKeyDictionary()


def shelf_of(datasette: Datasette) -> Shelf:
    """Return what is kept of a Datasette's pages."""
    return _shelves.setdefault(datasette, Shelf())


def cached(app: App, datasette: Datasette) -> App:
    """Wrap an app so that strangers' pages are made once."""
    if still(datasette):
        return app
    shelf = shelf_of(datasette)
    prefix = len(str(datasette.setting("base_url"))) - 1
    file = str(datasette.get_database(database_of(datasette)).path)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        asked = dict(scope["headers"])
        key = _key(scope, asked, prefix)
        if key is None:
            await app(scope, receive, send)
            return
        state = _state(file)
        found = shelf.get(key, state)
        if found is None:
            found = await _made(app, scope, receive, send, state=state, until=shelf.clock())
            if found:
                shelf.put(key, found)
            return
        await _send(shelf, found, asked, send, bodiless=scope["method"] == "HEAD")

    return wrapped


def _key(scope: Scope, asked: dict[bytes, bytes], prefix: int) -> tuple[object, ...] | None:
    """Return what an answer depends on; None where it is not for everybody."""
    path, query = scope["path"], scope["query_string"]
    if scope["method"] not in {"GET", "HEAD"} or b"authorization" in asked:
        return None
    if len(path) + len(query) > LONGEST or not PAGES.fullmatch(path[prefix:]):
        return None
    wishes = _wishes(asked.get(b"cookie", b""))
    if wishes is None or scope.get("actor"):
        return None
    speaks = _speaks(asked.get(b"accept-language", b"")[:200])
    raw = scope.get("raw_path") or path
    return (raw, query, wishes, speaks, scope.get("scheme"), asked.get(b"host"))


@lru_cache(maxsize=1024)
def _wishes(cookie: bytes) -> tuple[tuple[str, str], ...] | None:
    """Return a reader's preferences; None where there are other cookies."""
    try:
        found = SimpleCookie(cookie.decode("latin-1"))
    except CookieError:
        return None
    if set(found) - set(COOKIES) or (cookie and not found):
        return None
    return tuple(sorted((name, each.value) for name, each in found.items()))


@lru_cache(maxsize=1024)
def _speaks(languages: bytes) -> str:
    return spoken({"accept-language": languages.decode("latin-1")})


def _state(file: str) -> State:
    """Return what changes with every write: times and lengths of the database and its journal."""
    found: list[int] = []
    for each in (file, f"{file}-wal"):
        try:
            stat = Path(each).stat()
        except OSError:
            continue
        found += (stat.st_mtime_ns, stat.st_size)
    return tuple(found)


async def _made(
    app: App, scope: Scope, receive: Receive, send: Send, *, state: State, until: float
) -> Kept | None:
    """Let the app answer, and return its answer where everybody would get the same."""
    start: Message = {}
    body = bytearray()
    whole = False

    async def watched(message: Message) -> None:
        nonlocal start, whole
        if message["type"] == "http.response.start":
            start = message
            # The same address answers differently to conditions: what is kept is without any.
        elif len(body) <= LARGEST:
            body.extend(message.get("body", b""))
            whole = not message.get("more_body", False)
        await send(message)

    await app(scope, receive, watched)
    headers = [(name.lower(), value) for name, value in start.get("headers", [])]
    names = {name for name, _ in headers}
    if start.get("status") != 200 or not whole or len(body) > LARGEST or b"set-cookie" in names:
        return None
    if scope["method"] == "HEAD":
        return None
    etag = (
        dict(headers).get(b"etag") or b'W/"%s"' % blake2b(body, digest_size=12).hexdigest().encode()
    )
    kept = [each for each in headers if each[0] in _KEPT]
    lasting = dict(headers).get(b"cache-control", b"")
    # Datasette forbids to keep what was asked for with cookies; ours here change a page's look.
    lasting = lasting if lasting.startswith(b"public") else b"no-cache"
    kept += [(b"cache-control", lasting), (b"etag", etag)]
    kept += [(b"vary", b"Accept-Encoding, Accept-Language, Cookie, Authorization")]
    return Kept(kept, bytes(body), etag, state, until + LIFETIME)


async def _send(
    shelf: Shelf, found: Kept, asked: dict[bytes, bytes], send: Send, *, bodiless: bool
) -> None:
    headers, body, status = list(found.headers), found.body, 200
    if _knows(asked.get(b"if-none-match", b""), found.etag):
        headers = [each for each in headers if each[0] != b"content-type"]
        status, body = 304, b""
    else:
        if len(body) > WORTH and b"gzip" in asked.get(b"accept-encoding", b""):
            body = shelf.pack(found)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})


def _knows(condition: bytes, etag: bytes) -> bool:
    """Whether a reader has this answer already (RFC 9110, 13.1.2, by weak comparison)."""
    known = {each.strip().removeprefix(b"W/") for each in condition.split(b",")}
    return etag.removeprefix(b"W/") in known or b"*" in known
