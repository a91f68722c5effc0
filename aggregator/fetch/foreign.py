"""aiohttp and httpx, imported without what nobody here needs: half of the time that takes."""

from __future__ import annotations

import ssl
import sys


def _trust_nobody(self: ssl.SSLContext) -> None:
    """Read no certificates."""


if "aiohttp.connector" not in sys.modules:
    # aiohttp reads the certificates of all authorities twice when it is imported. We bring a
    # context of our own for the origins that want one; aiohttp's then trust nobody, so that a
    # request by one of them would fail rather than go unchecked.
    _read_authorities = ssl.SSLContext.set_default_verify_paths
    ssl.SSLContext.set_default_verify_paths = _trust_nobody  # type: ignore[method-assign]
    try:
        import aiohttp
    finally:
        ssl.SSLContext.set_default_verify_paths = _read_authorities  # type: ignore[method-assign]
else:
    import aiohttp

if "httpx" not in sys.modules:
    # httpx imports its own command line with rich and pygments, unless that import fails, as it
    # does where they are not installed. None here makes it fail; httpx provides for that.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    import httpx

    del sys.modules["httpx._main"]
else:
    import httpx

__all__ = ["aiohttp", "httpx"]
