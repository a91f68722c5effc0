"""What in an address may be a secret."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_HIDDEN = "…"
_WHOLE = re.compile(r"(?is)([a-z][a-z0-9+.-]*:)?(?:(//)([^/?#]*))?([^?#]*)([^#]*)(.*)\Z")
# Names that say secret: whatever they hold is hidden.
_SECRET = re.compile(
    r"(?i)token|secret|passw|pwd|api_?-?key|auth|signature|credential|session|jwt"
    r"|(?:^|[_.-])(?:key|sig|hash|hmac|pass)\Z"
)
# Names that may: hidden when the value looks like nothing a person would write.
_MAYBE = re.compile(r"(?i)(?:^|[_.-])(?:k|s|h|feed|code|t|id|u|uid|user|p|x|e)\Z")
# Names whose long values are public.
_PUBLIC = {"channel_id", "playlist_id", "list", "v", "q", "query", "search_query", "url", "tag"}
_OPAQUE_PATHS_SHOWN = ("youtube.com", "spotify.com", "soundcloud.com", "bsky.app")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_HEX = re.compile(r"(?i)(?=[a-f]*\d)[0-9a-f]{20,}\Z")
_CHANGE = re.compile(r"(?<=[a-z])[A-Z]|(?<=[A-Za-z])\d|(?<=\d)[A-Za-z]")
_SUFFIX = re.compile(r"(?i)\.(?:xml|rss|atom|json|rdf|ics|php|html?)\Z")


def mask(url: str) -> str:
    """Hide what in an address may be a secret; ordinary addresses stay as they are.

    Hidden behind "…" are user and password, parameters that are called or look like tokens, and
    path segments nobody would write by hand (20 or more characters of hex or base64, UUIDs).
    """
    match = _WHOLE.match(url)
    assert match  # every part of the pattern may be empty
    scheme, slashes, authority, path, query, fragment = (part or "" for part in match.groups())
    user, at, name = authority.rpartition("@")
    shown = "/".join(_mask_segment(name, segment) for segment in path.split("/"))
    hidden = _HIDDEN if user else ""
    return (
        f"{scheme}{slashes}{hidden}{at}{name}{shown}"
        f"{_mask_query(name, query)}{_mask_query(name, fragment)}"
    )


@lru_cache(maxsize=8192)  # exports ask of the same feeds again and again
def is_private(url: str) -> bool:
    """Tell whether an address holds something that `mask` would hide."""
    return mask(url) != url


def _mask_segment(name: str, segment: str) -> str:
    if len(segment) < 20 or name.lower().endswith(_OPAQUE_PATHS_SHOWN):
        return segment
    suffix = _SUFFIX.search(segment)
    stem = segment[: suffix.start()] if suffix else segment
    return _HIDDEN + (suffix[0] if suffix else "") if _opaque(stem, 20) else segment


def _mask_query(name: str, query: str) -> str:
    """Hide secrets in `?a=b&c=d` or `#a=b`; the mark in front is part of it."""
    if "=" not in query:
        return query[:1] + _mask_segment("", query[1:])
    reddit = name.lower().endswith("reddit.com")
    parts = re.split(r"([&;])", query[1:])
    return query[:1] + "".join(_mask_part(part, everyone=reddit) for part in parts)


def _mask_part(part: str, *, everyone: bool) -> str:
    key, equals, value = part.partition("=")
    if not value or key.lower() in _PUBLIC:
        return part
    secret = _SECRET.search(key) or (everyone and key in {"user", "feed"})
    least = 8 if _MAYBE.search(key) else 20
    return f"{key}{equals}{_HIDDEN}" if secret or _opaque(value, least) else part


def _opaque(value: str, least: int) -> bool:
    """Tell whether a text of `least` or more characters looks drawn by lot, not written.

    Written text changes between letters, digits and capitals seldom within a word; a random
    text does so at every second or third character.
    """
    text = unquote(value)
    if len(text) < least or not re.fullmatch(r"[\w+/=.~-]+", text, re.ASCII):
        return False
    if _UUID.search(text) or any(_HEX.match(piece) for piece in re.split(r"[-_.~]", text)):
        return True
    changes = len(_CHANGE.findall(text))
    return changes * (6 if re.search(r"\d", text) else 3) >= len(text)
