"""iCalendar (RFC 5545): a calendar of what comes out when: planned times, else the entries' own.

Each item is an event without duration that keeps nobody busy. Lines are folded at 75 octets, and
never within a character.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from aggregator.curation import Item
from aggregator.export import words
from aggregator.export.channel import Channel

WIDTH = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the calendar."""
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", f"-//{words.GENERATOR}//Export//EN"),
        ("METHOD", "PUBLISH"),
        ("NAME", escape(channel.title)),  # RFC 7986
        ("X-WR-CALNAME", escape(channel.title)),
        ("DESCRIPTION", escape(channel.description)),
        ("URL", channel.url or ""),
        ("SOURCE;VALUE=URI", channel.feed_url or ""),
    ]
    texts = words.fitted(channel, items) or list(map(_description, items))
    for number, (item, text) in enumerate(zip(items, texts, strict=True)):
        lines += _event(channel, number, item, text)
    lines.append(("END", "VCALENDAR"))
    return "".join(fold(f"{name}:{value}") for name, value in lines if value)


def escape(text: str) -> str:
    """Returns a text as a value (RFC 5545, 3.3.11)."""
    return text.translate(_ESCAPES)


def fold(line: str) -> str:
    """Returns a content line in lines of 75 octets at most (RFC 5545, 3.1)."""
    return "\r\n ".join(_pieces(line)) + "\r\n"


def _pieces(line: str) -> Iterator[str]:
    """Yields what fits on a line; all but the first begin with a blank, which counts."""
    start = room = 0
    for at, letter in enumerate(line):
        size = len(letter.encode())
        if room + size > WIDTH - bool(start):
            yield line[start:at]
            start, room = at, 0
        room += size
    yield line[start:]


def _event(channel: Channel, number: int, item: Item, text: str) -> list[tuple[str, str]]:
    planned = channel.options.times[number : number + 1]
    kinds = (words.category_name(item.category), *item.tags)
    return [
        ("BEGIN", "VEVENT"),
        ("UID", words.identity(item)),
        ("DTSTAMP", _time(channel.updated)),
        ("DTSTART", _time(planned[0] if planned else item.published_at)),
        ("SUMMARY", escape(words.name(item))),
        ("DESCRIPTION", escape(text)),
        ("URL", words.address(item) or ""),
        ("CATEGORIES", ",".join(map(escape, filter(None, kinds)))),
        ("TRANSP", "TRANSPARENT"),
        ("END", "VEVENT"),
    ]


def _description(item: Item) -> str:
    parts = (item.note, words.quoted(item), words.told(item), words.credit_line(item))
    return "\n\n".join(filter(None, (*parts, words.address(item))))


def _time(seconds: int) -> str:
    return words.clock(seconds, UTC, "%Y%m%dT%H%M%SZ")
