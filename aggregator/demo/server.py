"""The sample web behind a real HTTP server on 127.0.0.1."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from aggregator.demo.sites import Site, feed_path, shapes, sites
from aggregator.demo.web import Answer, answer


def _clock() -> int:
    return int(time.time())


class SampleWeb:
    """A context manager that serves the sample web while it is open.

    Port 0 means any free one; `now` is the web's clock. `OSError` where the port is taken.
    """

    def __init__(self, *, port: int = 0, now: Callable[[], int] = _clock) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.now = now
        self._server.base = self.url
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the sample web, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def config_text(self, base_url: str | None = None) -> str:
        """A feeds.toml with every site of the sample web, by category."""
        return config_text(base_url or self.url)


def config_text(base_url: str) -> str:
    """A feeds.toml for a sample web at `base_url`: of each category one page, else feeds."""
    head = (
        "# The sites of the sample web. Written by `aggregate demo` on every run.\n"
        "# Some are named by their feeds, some by their pages: those are led to their feeds.\n\n"
        '[network]\nallow = ["127.0.0.0/8"]\n'
    )
    pages = {site.category: site for site in reversed(sites().values()) if site.status == 200}
    return head + "".join(
        _table(
            site,
            base_url,
            f"/{site.slug}/" if pages.get(site.category) is site else feed_path(site),
        )
        for site in sites().values()
    )


def _table(site: Site, base_url: str, path: str) -> str:
    # A JSON string is a TOML string too.
    url = json.dumps(base_url + path)
    named = site.platform or shapes()[site.shape].platform
    platform = f'platform = "{named}"\n' if named else ""
    # A feed that never answers has no title of its own.
    title = f'title = "{site.title}"\n' if site.status != 200 else ""
    return f'\n[[feeds]]\nurl = {url}\ncategory = "{site.category}"\n{platform}{title}'


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    base: str
    now: Callable[[], int]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a reader that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "SampleWeb"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer, or say that nothing has changed (RFC 9110, section 13)."""
        found = answer(self.path, base=self.server.base, now=self.server.now())
        if found.status == 200 and self._unchanged(found):
            self._send(304, found, b"")
        else:
            self._send(found.status, found, found.body)

    def do_HEAD(self) -> None:
        """Answer without the body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Say nothing."""

    def _unchanged(self, found: Answer) -> bool:
        seen = self.headers.get("If-None-Match")
        if seen is not None:
            return found.etag in (tag.strip().removeprefix("W/") for tag in seen.split(","))
        since = self.headers.get("If-Modified-Since")
        return found.modified is not None and since == formatdate(found.modified, usegmt=True)

    def _send(self, status: int, found: Answer, body: bytes) -> None:
        self.send_response(status)
        if found.status == 200:
            self.send_header("ETag", found.etag)
        if found.modified is not None:
            self.send_header("Last-Modified", formatdate(found.modified, usegmt=True))
        if status != 304:
            body = self._body_headers(found, body)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _body_headers(self, found: Answer, body: bytes) -> bytes:
        # No Retry-After with the 503: all sites share a host, and it would close it for all.
        self.send_header("Content-Type", found.media_type)
        text = found.media_type.startswith(("text/", "application/"))
        if text and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 5, mtime=0)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        return body
