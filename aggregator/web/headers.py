"""Security headers, on every answer of a Datasette that serves our database.

Our own pages load nothing but our style, fonts and scripts, and the pictures of entries; nothing
in them is inline. Pictures come through us, unless feeds.toml says that browsers ask their sites.
What a player of a stranger needs is added for the page that has one.
Datasette's pages use inline scripts and styles, so their policy is wider, but they load nothing
from elsewhere either. Static files and feeds get the same headers: they do no harm there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

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
    "img-src 'self' data:",
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


STRANGERS = "img-src 'self' https: http: data:"


def policy(directives: tuple[str, ...], *, strangers: bool = False) -> str:
    """The directives as the header wants them; with `strangers`, pictures come from anywhere."""
    return "; ".join(
        STRANGERS if strangers and each.startswith("img-src") else each for each in directives
    )


def with_headers(app: App) -> App:
    """Wrap an app so that no answer leaves without its headers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        said: dict[str, str] = scope.setdefault("aggregator", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = complete(message.get("headers", []), said)
                headers = [guarded(each, secure=scope.get("scheme") == "https") for each in headers]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def complete(
    headers: list[tuple[bytes, bytes]], said: Mapping[str, str]
) -> list[tuple[bytes, bytes]]:
    """The headers, with those of ours that the answer did not set itself.

    What a view has `said` (see `ours.box`) goes before everything.
    """
    ours = [(name.encode(), value.encode()) for name, value in said.items()]
    replaced = {name for name, _ in ours}
    kept = [row for row in headers if row[0].lower() not in replaced]
    there = {name.lower() for name, _ in kept} | replaced
    wanted = (*COMMON, ("Content-Security-Policy", policy(DATASETTE_POLICY)))
    rows = [(name.lower().encode(), value.encode()) for name, value in wanted]
    return [*kept, *ours, *(row for row in rows if row[0] not in there)]


def guarded(header: tuple[bytes, bytes], *, secure: bool) -> tuple[bytes, bytes]:
    """A header as it is, but a cookie stays with https where it was set there.

    The cookie that signs in, which Datasette leaves open to scripts, is kept from them.
    """
    name, value = header
    if name.lower() != b"set-cookie":
        return header
    flags = value.lower()
    if value.startswith(b"ds_") and b"httponly" not in flags:
        value += b"; HttpOnly"
    if secure and b"; secure" not in flags:
        value += b"; Secure"
    return name, value
