"""What a curator wrote, as HTML: paragraphs, quotations, thanks. Everything is escaped here."""

from __future__ import annotations

from html import escape

from aggregator.curation import Item
from aggregator.export import words


def paragraphs(text: str, *, attributes: str = "") -> str:
    """Returns the text as HTML paragraphs, its line breaks kept; `attributes` are each one's."""
    return "".join(
        f"<p{attributes}>{'<br>'.join(map(escape, lines))}</p>" for lines in words.paragraphs(text)
    )


def link(shown: str, url: str | None, *, attributes: str = "") -> str:
    """Returns the words, linked where there is an address."""
    if url is None:
        return escape(shown)
    return f'<a{attributes} href="{escape(url)}">{escape(shown)}</a>'


def remarks(item: Item) -> str:
    """Returns what a curator added to an entry, for the content of a feed; "" for nothing."""
    return "".join((_picture(item), paragraphs(item.note), _quote(item), _thanks(item)))


def content(item: Item) -> str:
    """Returns the HTML content for feeds: the curator's words first, then the entry's own."""
    return remarks(item) + (item.html or escape(item.text))


def _picture(item: Item) -> str:
    if not item.image or not item.image_alt:
        return ""
    return f'<p><img src="{escape(item.image)}" alt="{escape(item.image_alt)}"></p>'


def _quote(item: Item) -> str:
    if not item.quote:
        return ""
    cite = f' cite="{escape(item.url)}"' if item.url else ""
    return f"<blockquote{cite}>{paragraphs(item.quote)}</blockquote>"


def _thanks(item: Item) -> str:
    thanked = ", ".join(link(via.name, via.url) for via in item.via)
    return f"<p>via {thanked}</p>" if thanked else ""
