"""What a status and its headers mean, without regard to any feed (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime

from aggregator.errors import FetchError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})

RETRY_AFTER_CAP = 7 * 24 * 3600
"""Nobody means more than a week; some say 10^18 seconds (RFC 9110 section 10.2.3)."""

_CHALLENGES = ("cf-mitigated", "x-amzn-waf-action")
"""Headers of a wall that asks a browser to prove itself: Cloudflare, Amazon."""

_CHARSET = re.compile(r"""(?i);\s*charset\s*=\s*["']?([^\s;"']{1,40})""")

_MEANINGS: dict[int, tuple[str, str, str | None]] = {
    204: ("http", "The server answered 204: it has no document.", None),
    205: ("http", "The server answered 205: it has no document.", None),
    206: ("http", "The server answered 206: only a part of the document.", None),
    226: ("http", "The server answered 226: only a difference to another document.", None),
    304: ("protocol", "The server answered 304 though nothing was said to be known.", None),
    401: ("blocked", "The server wants a login (401).", "Give a token under `headers`."),
    402: ("blocked", "The server wants to be paid (402).", None),
    403: ("blocked", "The server refuses us (403).", "It may want a token, or no programs at all."),
    404: ("http", "There is nothing at this address (404).", "Look for its new address."),
    407: ("blocked", "A proxy wants a login (407).", None),
    410: ("gone", "The server says it is gone for good (410).", "Look for its new address."),
    429: ("rate_limited", "The server says we ask too often (429).", None),
    451: ("blocked", "The server may not show it, for legal reasons (451).", None),
    511: (
        "blocked",
        "The network here wants a login first (511).",
        "Open any page in a browser on this machine.",
    ),
    999: ("blocked", "The server refuses programs (999).", None),
}


def refusal(status: int, headers: Mapping[str, str], *, now: float) -> FetchError | None:
    """Say why an answer is no document; None when it may be one. `now` is epoch seconds."""
    if any(headers.get(name, "").lower() == "challenge" for name in _CHALLENGES):
        return FetchError(
            f"A wall asks for a browser ({status}).",
            kind="blocked",
            http_status=status,
            retry_after=retry_after(headers, now=now),
            hint="The site's owner would have to let feed readers in.",
        )
    if 200 <= status < 300 and status not in _MEANINGS:
        return None
    kind, message, hint = _MEANINGS.get(status) or ("http", _in_general(status), None)
    return FetchError(
        message,
        kind=kind,
        hint=hint,
        http_status=status,
        retry_after=retry_after(headers, now=now),
    )


def _in_general(status: int) -> str:
    if status >= 500:
        return f"The server is in trouble ({status})."
    return f"The server answered {status}."


def retry_after(headers: Mapping[str, str], *, now: float) -> int | None:
    """Read Retry-After, seconds or an HTTP date, as seconds from now; None for anything else."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:19]), RETRY_AFTER_CAP)
    try:
        wait = parsedate_to_datetime(value).timestamp() - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(0, round(wait)), RETRY_AFTER_CAP)


def charset(headers: Mapping[str, str]) -> str | None:
    """Read the charset that Content-Type declares, as it stands there."""
    found = _CHARSET.search(headers.get("content-type", ""))
    return found[1] if found else None


def named(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Make a mapping of raw headers: names lower-case, several of one name joined by commas.

    Values are Latin-1, which keeps every byte: validators must go back as they came.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
