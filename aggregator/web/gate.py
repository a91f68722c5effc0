"""What strangers may ask for at all, before any page is looked up.

Where `public = "lists"`, that is lists, their feeds and pictures, the way in, and nothing else: a
page that a later version brings is closed until it is named here. Always closed are Datasette's
pages about itself, which tell paths of files and what is installed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datasette import TokenInvalid
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request, Response

from aggregator.web import answers, ours
from aggregator.web.headers import App, Receive, Scope, Send

if TYPE_CHECKING:
    from datasette.app import Datasette


INNARDS = re.compile(
    r"/-/(?:actions|allow-debug|allowed|api|check|config|databases|debug/.*|messages|metadata|password-tool"
    r"|patterns|permissions|plugins|queries|rules|schema|settings|tasks|threads|versions)(?:\.\w+)?/?"
)
OPEN = re.compile(
    r"/(?:lists(?:/.*)?|share/lists/.*|favicon\.ico|-/feed/list/.*|-/picture/item/.*"
    r"|-/static(?:-plugins)?/.*|-/oembed|-/login|-/logout|-/auth-token|-/desk/prefs"
    r"|-/desk/manifest\.webmanifest)"
)
START = "/lists"
LONGEST = 4_000
"""Bytes of an address: what a stranger asks must not be a long expression or a thousand filters."""

REFUSAL = "This page is not public."
WAY_IN = "Its owner reads it after signing in."


def gated(app: App, datasette: Datasette) -> App:
    """Wrap an app so that strangers get no further than they should."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if len(scope["path"]) + len(scope["query_string"]) > LONGEST and not await _knows(
            datasette, request
        ):
            await Response.text("This address is too long.\n", status=414).asgi_send(send)
        elif await _may(datasette, request):
            await app(scope, receive, send)
        else:
            await _refusal(datasette, request).asgi_send(send)

    return wrapped


def within(datasette: Datasette, path: str) -> str:
    """Return the path within the desk, without the prefix under which it is reached."""
    prefix = str(datasette.setting("base_url"))
    return f"/{path[len(prefix) :]}" if path.startswith(prefix) else path


async def actor_of(datasette: Datasette, request: Request) -> dict[str, object] | None:
    """Return who asks, as Datasette will find out again when it answers."""
    from datasette.plugins import pm  # noqa: PLC0415 — it imports us, half-made if we are first

    found = None
    for result in pm.hook.actor_from_request(datasette=datasette, request=request):
        try:
            found = await await_me_maybe(result) or found
        except TokenInvalid:
            continue
    return found


async def _may(datasette: Datasette, request: Request) -> bool:
    path = within(datasette, request.path)
    closed = ours.is_closed(datasette)
    if not INNARDS.fullmatch(path) and (not closed or OPEN.fullmatch(path)):
        return True
    return await _knows(datasette, request)


async def _knows(datasette: Datasette, request: Request) -> bool:
    """Whether the owner asks."""
    request.scope["actor"] = await actor_of(datasette, request)
    return ours.is_owner(request)


def _refusal(datasette: Datasette, request: Request) -> Response:
    if within(datasette, request.path) == "/":
        return Response.redirect(datasette.urls.path(START))
    if "." in request.path.rpartition("/")[2]:
        return Response.json({"ok": False, "error": REFUSAL}, status=403)
    return answers.page(datasette, request, "refused.html", status=403, what=REFUSAL, hint=WAY_IN)
