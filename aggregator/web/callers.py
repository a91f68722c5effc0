"""By which name a desk that listens on this machine alone may be called.

A page of a stranger may have its own name lead to 127.0.0.1 once it is open in a browser (DNS
rebinding), and would then read the desk as if both were one site. Its name gives it away: a desk
on loopback answers as localhost, as an address in digits and as the `base_url` of feeds.toml.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datasette.utils.asgi import Response

from aggregator.homes import home_of
from aggregator.web.headers import App, Receive, Scope, Send

if TYPE_CHECKING:
    from datasette.app import Datasette


REFUSAL = (
    "This desk does not go by that name.\n\n"
    "Open it as http://127.0.0.1 with its port. If it is meant to be reached by this name, say so\n"
    'in feeds.toml, as for a proxy: base_url = "https://this-name/" under [aggregator].\n'
)


def named(app: App, datasette: Datasette) -> App:
    """Wrap an app so that it answers by its own names alone, where it has such."""
    home = home_of(datasette)
    names = home.names if home else None
    if names is None:
        return app

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if all(is_ours(value, names) for key, value in scope["headers"] if key == b"host"):
            await app(scope, receive, send)
        else:
            await Response.text(REFUSAL, status=421).asgi_send(send)

    return wrapped


def is_ours(host: bytes, names: frozenset[str]) -> bool:
    """Whether a Host header is one of the names, or an address in digits, which nobody rebinds."""
    try:
        name = (urlsplit(f"//{host.decode('latin-1')}").hostname or "").rstrip(".")
        return name in names or name.endswith(".localhost") or bool(ip_address(name))
    except ValueError:
        return False
