"""References to feeds that a bridge makes, and the addresses that they stand for today.

A subscription keeps the reference (`rsshub:/telegram/channel/durov`); where the bridge stands,
and its key, is known only when something is asked. So neither a move nor a secret gets stored.
"""

from __future__ import annotations

from hashlib import md5
from urllib.parse import quote

from aggregator.errors import SourceError
from aggregator.rules import Bridges

SCHEMES = ("rsshub", "rssbridge", "nitter")

NAMES = {"rsshub": "RSSHub", "rssbridge": "RSS-Bridge", "nitter": "Nitter"}


def is_reference(url: str) -> bool:
    """Tell whether a feed's address is a reference to what a bridge makes."""
    return url.partition(":")[0] in SCHEMES


def expand(reference: str, bridges: Bridges) -> str:
    """Write the address that a reference stands for; raises SourceError (kind "bridge").

    `rsshub:/route`, `rssbridge:bridge=Name&…` and `nitter:/user/rss` are references. RSSHub is
    given a code made of the route and its key, never the key, which would open every route.
    """
    scheme, _, rest = reference.partition(":")
    base = getattr(bridges, scheme) if scheme in SCHEMES else ""
    if not base:
        raise _missing(scheme)
    base = base.rstrip("/")
    if scheme == "rsshub":
        return _rsshub(base, rest, bridges.rsshub_key)
    if scheme == "rssbridge":
        return _rssbridge(base, f"action=display&{rest}&format=Atom", bridges.rssbridge_token)
    return f"{base}/{rest.lstrip('/')}"


def detection(page: str, bridges: Bridges) -> str:
    """Write the address where RSS-Bridge says which of its bridges know a page."""
    asked = f"action=findfeed&format=Atom&url={quote(page, safe='')}"
    return _rssbridge(bridges.rssbridge.rstrip("/"), asked, bridges.rssbridge_token)


def _rsshub(base: str, route: str, key: str) -> str:
    route = f"/{route.lstrip('/')}"
    if not key:
        return base + route
    path = route.partition("?")[0]
    code = md5(f"{path}{key}".encode(), usedforsecurity=False).hexdigest()
    return f"{base}{route}{'&' if '?' in route else '?'}code={code}"


def _rssbridge(base: str, asked: str, token: str) -> str:
    # What is filled in from the environment later (`${NAME}`) is escaped then.
    written = token if token.startswith("${") else quote(token, safe="")
    secret = f"&token={written}" if token else ""
    return f"{base}{'' if base.endswith('.php') else '/'}?{asked}{secret}"


def _missing(scheme: str) -> SourceError:
    if scheme not in SCHEMES:
        return SourceError(
            "This is no reference to a bridge.",
            kind="bridge",
            hint="References begin with rsshub:, rssbridge: or nitter:.",
        )
    return SourceError(
        f"This feed is made by {NAMES[scheme]}, and feeds.toml does not say where one runs.",
        kind="bridge",
        hint=f"Set {scheme} under [bridges] in feeds.toml.",
    )
