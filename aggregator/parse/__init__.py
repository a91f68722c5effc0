"""Bytes → `Parsed`: what a document says, and of its entries only those not seen before.

    encoding  any encoding → UTF-8, DOCTYPE out
    split     where the entries are, a hash for each; known ones are cut out
    strict    expat and our table of fields, for well-formed documents
    loose     feedparser, for all others
    jsonfeed  JSON Feed
    mapping   any other JSON, by a row that says what is what (mappings, picking, bbcode)
    endpoints which row is for which address
    telegram  the public page of a channel (tree)
    entries   feedparser's keys → RawEntry, for both

Start with `document.parse`, then `fields`, which is the table from element to field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aggregator.parse.document import parse
    from aggregator.parse.endpoints import mapping_for

__all__ = ["mapping_for", "parse"]


def __getattr__(name: str) -> Any:
    """Import what is asked for (PEP 562): only workers read documents, only parents need rows."""
    if name == "parse":
        from aggregator.parse.document import parse  # noqa: PLC0415 — 20 ms

        return parse
    if name == "mapping_for":
        from aggregator.parse.endpoints import mapping_for  # noqa: PLC0415 — 1 ms

        return mapping_for
    raise AttributeError(name)
