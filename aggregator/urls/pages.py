"""What the addresses of one page have in common."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from aggregator.urls.address import EDGES, split
from aggregator.urls.tracking import clean, is_door, without_trackers

_SAME_HOST = {
    "twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "youtube-nocookie.com": "youtube.com",
}
_TO_NORMALISE = re.compile(r"%[0-9A-Fa-f]{2}|%|[^\x21-\x7e]|[\"<>\\^`{|}]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# An address without parameters, fragment, port or anything to normalise.
_ORDINARY = re.compile(r"https?://([a-z0-9.-]*[a-z0-9])((?:/[\w!$&'()*+,.:;=@~/-]*)?)\Z", re.ASCII)
_LONGEST = 1_000

_PREFIX_LABELS = {"www", "m", "mobile", "amp"}
_MOBILE_WIKI = re.compile(r"(?:\.m)+\.(?=(?:wik\w+|mediawiki)\.org\Z)")
_BLOGSPOT = re.compile(r"\.blogspot\.[a-z]{2,3}(?:\.[a-z]{2})?\Z")
_INDEX = re.compile(r"/(?:index\.(?:x?html?|php|aspx?|jsp)|default\.(?:html?|aspx?))\Z")
_AMP_TAIL = re.compile(r"(?<=.)\.amp(?=(?:\.html?)?\Z)")
_AMP_SLUG = re.compile(r"(/[^/]*[-0-9][^/]*)/amp\Z")
_TAILS = ("/", "amp", "html", "htm", "php", "asp", "aspx", "jsp")
_AMP_MARKS = {"amp", "amp=", "amp=1", "amp=true", "outputtype=amp", "output=amp"}
_AMP_CACHE = re.compile(
    r"https://(?:google\.[a-z.]+/amp/(?:s/)?|[^/]*\.cdn\.ampproject\.org/[a-z]+/(?:s/)?)(?=[^/]+\.)"
)
_YOUTUBE = re.compile(r"/(?:shorts|embed|live|v|e)/([\w-]{11})\Z", re.ASCII)
_VIDEO = re.compile(r"(?:^|&)v=([\w-]{11})(?:&|\Z)", re.ASCII)


def canonical(url: str) -> str:
    """Reduce an address to what it shares with the page's other addresses.

    For comparing, not for opening: https, lower-case host without www, m and amp, no default
    port, tracking parameter, fragment (except `#!` and `#/`, which are pages), index mark or
    trailing slash; parameters sorted by name. Doing it twice changes nothing, and addresses of
    distinct pages stay distinct.
    """
    plain = _ORDINARY.match(url) if len(url) <= _LONGEST else None
    home = _home(plain[1]) if plain else None
    if plain and home:
        return home + _page(plain[2])
    reduced = _reduce(clean(url.strip(EDGES)))
    while unwrapped := _AMP_CACHE.match(reduced):
        reduced = _reduce(clean("https://" + reduced[unwrapped.end() :]))
    # `m.` and `www.` are no part of the host any more: it may turn out to be a way station.
    if "?" in reduced and is_door(reduced) and clean(reduced) != reduced:
        return canonical(reduced)
    return reduced


@lru_cache(maxsize=4096)
def _home(name: str) -> str | None:
    """Write what the addresses of a host begin with; None for hosts that need a closer look."""
    bare = _bare(name)
    special = bare in {"youtube.com", "youtu.be"} or bare.startswith("google.")
    return None if special or bare.endswith(".cdn.ampproject.org") else f"https://{bare}"


def _reduce(url: str) -> str:
    address = split(url)
    if not address:
        return url
    name = _bare(address.host)
    query = _sorted_query(name, _normal(address.query))
    path = _page(_normal(address.path))
    if video := _video(name, path, query):
        return f"https://youtube.com/watch?v={video}"
    port = "" if address.port in {None, 80, 443} else f":{address.port}"
    mark = f"#{_normal(address.fragment)}" if address.fragment.startswith(("!", "/")) else ""
    return f"https://{name}{port}{path}{'?' if query else ''}{query}{mark}"


def _bare(name: str) -> str:
    """Take `www.`, `m.`, `mobile.` and `amp.` off a host that has a name without them."""
    label, _, rest = name.partition(".")
    while label in _PREFIX_LABELS and "." in rest:
        name = rest
        label, _, rest = name.partition(".")
    if ".m." in name:
        name = _MOBILE_WIKI.sub(".", name)
    elif ".blogspot." in name:
        name = _BLOGSPOT.sub(".blogspot.com", name)
    return _SAME_HOST.get(name, name)


def _normal(part: str) -> str:
    """Write percent-escapes one way (RFC 3986, 6.2.2)."""
    return _TO_NORMALISE.sub(_escape, part) if part else part


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) < 3:
        return quote(found, safe="", errors="replace")
    letter = chr(int(found[1:], 16))
    return letter if letter in _UNRESERVED else found.upper()


def _page(path: str) -> str:
    """Take off what marks the page's index or its AMP copy."""
    path = path.rstrip("/")
    while path.endswith(_TAILS):
        shorter = _INDEX.sub("", path.rstrip("/"))
        shorter = _AMP_TAIL.sub("", _AMP_SLUG.sub(r"\1", shorter))
        if shorter == path:
            break
        path = shorter
    return path or "/"


def _sorted_query(name: str, query: str) -> str:
    if not query:
        return ""
    parts = without_trackers(name, query).split("&")
    kept = [part for part in parts if part and part.lower() not in _AMP_MARKS]
    if name.endswith(".blogspot.com"):
        kept = [part for part in kept if part not in {"m=0", "m=1"}]
    return "&".join(sorted(kept, key=lambda part: part.partition("=")[0]))


def _video(name: str, path: str, query: str) -> str | None:
    """Find the id of a YouTube video in any of its addresses."""
    if name == "youtu.be":
        found = re.match(r"/([\w-]{11})\Z", path, re.ASCII)
    elif name != "youtube.com":
        return None
    else:
        found = _VIDEO.search(query) if path == "/watch" else _YOUTUBE.match(path)
    return found[1] if found else None
