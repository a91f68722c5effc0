"""Addresses: what they point at, whose they are, and what in them is nobody's business.

Everything here is pure and takes whatever a feed says: garbage comes back unchanged or as
nothing, and no function raises. `absolute` makes an address out of a reference, `clean` is what
we show and share, `canonical` is what two addresses of one page have in common, `domain_key` is
whom a request would bother, `mask` is what may be seen by others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.urls.address import absolute, domain_key, host
from aggregator.urls.pages import canonical
from aggregator.urls.tracking import clean

if TYPE_CHECKING:
    from aggregator.urls.privacy import is_private, mask

__all__ = ["absolute", "canonical", "clean", "domain_key", "host", "is_private", "mask"]


def __getattr__(name: str) -> Any:
    """Import what hides secrets when asked for it (PEP 562): workers, who start often, never do."""
    if name not in {"is_private", "mask"}:
        raise AttributeError(name)
    from aggregator.urls import privacy  # noqa: PLC0415 — see above

    found = globals()[name] = getattr(privacy, name)
    return found
