"""Security headers, on every answer of a Datasette that serves our database.

Our own pages load nothing but our style, fonts and scripts, and the pictures of entries; nothing
in them is inline. What a player of a stranger needs is added for the page that has one.
Datasette's pages use inline scripts and styles, so their policy is wider, but they load nothing
from elsewhere either. Static files and feeds get the same headers: they do no harm there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from aggregator.web.ours import database_of, hook

if TYPE_CHECKING:
    from datasette.app import Datasette


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

DESK_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: http: data:",
    "media-src 'self' https: http:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
)
DATASETTE_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
)
# A reader's click tells the other site nothing of the desk's address.
COMMON = (
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
)


def policy(directives: tuple[str, ...]) -> str:
    """The directives as the header wants them."""
    return "; ".join(directives)


@hook
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Wrap Datasette so that no answer leaves without its headers."""
    return lambda app: _with_headers(app, datasette)


def _with_headers(app: App, datasette: Datasette) -> App:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or database_of(datasette) is None:
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": complete(message.get("headers", []))}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def complete(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers, with those of ours that the answer did not set itself."""
    there = {name.lower() for name, _ in headers}
    wanted = (*COMMON, ("Content-Security-Policy", policy(DATASETTE_POLICY)))
    rows = [(name.lower().encode(), value.encode()) for name, value in wanted]
    return [*headers, *(row for row in rows if row[0] not in there)]
