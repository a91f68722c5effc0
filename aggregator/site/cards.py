"""Entries as the search of a site shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aggregator.model import StoredEntry
from aggregator.site.search import Card


def original(entry: StoredEntry) -> str | None:
    """Return the address of the entry itself, if a browser may be sent there."""
    return _web(entry.url)


def make(
    entries: Iterable[StoredEntry], file: Callable[[str], str | None]
) -> tuple[list[Card], list[str]]:
    """Return the cards and what is searched of each; `file` tells where an address is kept.

    An entry without a page of its own leads to the original; one without either is left out.
    """
    cards, texts = [], []
    for entry in entries:
        href = file(f"/e/{entry.id}") or original(entry)
        if href:
            cards.append(_card(entry, href, file(f"/?feed={entry.feed_id}") or ""))
            texts.append(_text(entry))
    return cards, texts


def _card(entry: StoredEntry, href: str, river: str) -> Card:
    moment = datetime.fromtimestamp(entry.published_at, UTC)
    start = entry.title.rstrip("… .").casefold()
    # A title that is only the beginning of the summary gives way to it, as in the river.
    echo = bool(start) and entry.summary.casefold().startswith(start)
    name = entry.summary if echo else entry.title
    return Card(
        href=href,
        title=name or urlsplit(original(entry) or "").hostname or "Untitled",
        summary="" if echo else entry.summary,
        source=entry.source,
        river=river,
        author=entry.author if entry.author and entry.author != entry.source else "",
        date=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        day=f"{moment.day} {moment:%b %Y}",
        image=_web(entry.image) or "",
        language=entry.language or "",
        category=entry.category,
    )


def _text(entry: StoredEntry) -> str:
    return " ".join((entry.title, entry.summary, entry.author or "", entry.source, *entry.tags))


def _web(url: str | None) -> str | None:
    """Return an address of the web; None for others, which come from feeds too."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else None
