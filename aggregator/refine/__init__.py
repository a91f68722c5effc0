"""Refining: what a document says becomes what we keep (Parsed → Document).

document  all of it, entry by entry; start here
html      markup made safe
text      plain words out of markup
links     absolute, web only
media     files and pictures
players   frames of known players become links
unusual   what is done to rare markup before it is made safe
pretending  links that look as if they led elsewhere
identity  guids, and the hash of what readers see
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aggregator.refine.document import refine
    from aggregator.refine.html import sanitise

__all__ = ["refine", "sanitise"]


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562): the store needs words, not a sanitiser (10 ms)."""
    if name == "refine":
        from aggregator.refine.document import refine  # noqa: PLC0415 — see above

        return refine
    if name == "sanitise":
        from aggregator.refine.html import sanitise  # noqa: PLC0415

        return sanitise
    raise AttributeError(name)
