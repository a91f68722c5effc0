"""Tables that schedulers of posts import: Buffer, Hootsuite, Publer.

The columns are those of their public templates; docs/export.md says where each is from. A cell
that a spreadsheet would take for a formula is disarmed in a way that may be posted: `@ada` as
`.@ada`, all else with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from aggregator.curation import Item
from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.export.csv import neutral

BUFFER = ("Text", "Image URL", "Tags", "Posting Time")
PUBLER = (
    "Date - Intl. format or prompt",
    "Text",
    "Link(s) - Separated by comma for FB carousels",
    "Media URL(s) - Separated by comma",
    "Title - For the video, pin, PDF ..",
    "Label(s) - Separated by comma",
    "Alt text(s) - Separated by ||",
    "Comment(s) - Separated by ||",
    "Pin board, FB album, or Google category",
    "Post subtype - I.e. story, reel, PDF ..",
    "CTA - For Facebook links or Google",
    "Reminder - For stories, reels, shorts, and TikToks",
)
ROUND = 5 * 60  # Hootsuite takes minutes that end in 0 or 5


def buffer(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the table for Buffer. Its tags are the account's own, so that column is empty."""
    texts = words.fitted(channel, items) or [message(item) for item in items]
    rows = (
        (text, _picture(item), "", _time(channel, number, "%Y-%m-%d %H:%M"))
        for number, (item, text) in enumerate(zip(items, texts, strict=True))
    )
    return _table([BUFFER], rows)


def hootsuite(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the table for Hootsuite, which has no header: time, message, link."""
    texts = words.fitted(channel, items) or [message(item, link=False) for item in items]
    rows = (
        (
            _time(channel, number, "%m/%d/%Y %H:%M", every=ROUND),
            text,
            _link(channel, item),
        )
        for number, (item, text) in enumerate(zip(items, texts, strict=True))
    )
    return _table([], rows)


def publer(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the table for Publer: a picture with its alt text, or else a link with its card."""
    texts = words.fitted(channel, items) or [
        message(item, link=bool(_picture(item))) for item in items
    ]
    rows = (
        (_time(channel, number, "%Y-%m-%d %H:%M"), text, *_publer(channel, item))
        for number, (item, text) in enumerate(zip(items, texts, strict=True))
    )
    return _table([PUBLER], rows)


def _publer(channel: Channel, item: Item) -> tuple[str, ...]:
    """Returns the columns after the text; an address holds no comma, an alt text no two bars."""
    picture = _picture(item)
    if not picture:
        return (_link(channel, item), *[""] * 9)
    said = item.image_alt.replace("||", "| |")
    return ("", picture.replace(",", "%2C"), words.name(item), "", said, *[""] * 5)


def message(item: Item, *, link: bool = True) -> str:
    """Returns an item as a post of any length: what is said of it, the credit, the link."""
    parts = (
        item.note or words.name(item),
        words.name(item) if item.note else "",
        words.quoted(item),
        words.credit_line(item),
        (words.address(item) or "") if link else "",
    )
    return "\n\n".join(filter(None, parts))


def _link(channel: Channel, item: Item) -> str:
    """Returns the link, unless it is in the text that was made to fit."""
    return "" if channel.options.texts else words.address(item) or ""


def _picture(item: Item) -> str:
    return (item.image or "") if words.pictured(item) else ""


def _time(channel: Channel, number: int, shape: str, *, every: int = 60) -> str:
    """Returns when to post, at full minutes or such; "" leaves it to the scheduler."""
    times = channel.options.times
    if number >= len(times):
        return ""
    return words.clock(-(-times[number] // every) * every, channel.options.zone, shape)


def _table(head: list[tuple[str, ...]], rows: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerows(head)
    table.writerows([_disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


def _disarmed(cell: str) -> str:
    return f".{cell}" if cell.startswith(("@", "＠")) else neutral(cell)  # noqa: RUF001
