"""What every request goes through to Datasette and back: name, headers, packing, memory, gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.web.cache import cached
from aggregator.web.callers import named
from aggregator.web.gate import gated
from aggregator.web.headers import App, Receive, Scope, Send, with_headers
from aggregator.web.ours import database_of, hook
from aggregator.web.packing import packed

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.app import Datasette


@hook
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Wrap Datasette where it serves our database."""
    return lambda app: _wrapped(app, datasette)


def _wrapped(app: App, datasette: Datasette) -> App:
    inner: App | None = None

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal inner
        if scope["type"] != "http" or database_of(datasette) is None:
            await app(scope, receive, send)
            return
        if inner is None:  # databases are attached by now
            inner = with_headers(packed(named(cached(gated(app, datasette), datasette), datasette)))
        await inner(scope, receive, send)

    return wrapped
