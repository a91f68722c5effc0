"""The newsletter: HTML as mail programs take it, with every style inline, and its plain twin.

Mail programs drop style sheets, scripts and much of CSS: there is one column, and each element
has its style with it. Both say the same in the same order; pictures carry their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import count
from textwrap import fill

from aggregator.curation import Item
from aggregator.export import prose, words
from aggregator.export.channel import Channel

WIDTH = 72
_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_SOFT = "color:#5c5952;font-size:14px;line-height:1.5"
STYLES = {
    "body": f"margin:0;padding:0;background-color:#f4f2ee;color:#1c1b19;{_FONT}",
    "hidden": "display:none;max-height:0;overflow:hidden",
    "page": "width:100%;border-collapse:collapse",
    "outer": "padding:24px 12px",
    "sheet": "width:100%;max-width:600px;margin:0 auto;background-color:#ffffff;"
    "border-collapse:collapse",
    "inner": f"padding:28px 24px;font-size:16px;line-height:1.55;{_FONT}",
    "h1": "margin:0 0 8px;font-size:26px;line-height:1.25",
    "h2": "margin:32px 0 0;padding-top:10px;border-top:2px solid #1c1b19;font-size:16px;"
    "line-height:1.3",
    "h3": "margin:24px 0 4px;font-size:19px;line-height:1.3",
    "p": "margin:10px 0 0",
    "soft": f"margin:4px 0 0;{_SOFT}",
    "footer": f"margin:36px 0 0;padding-top:12px;border-top:1px solid #dedad1;{_SOFT}",
    "quote": "margin:10px 0 0;padding:0 0 0 14px;border-left:3px solid #dedad1;color:#5c5952",
    "img": "display:block;max-width:100%;height:auto;margin:12px 0 0;border:0",
    "a": "color:#1f4f8f;text-decoration:underline",
}


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the HTML."""
    parts = [_head(channel, items), *_opening(channel)]
    for group in words.groups(channel, items):
        parts.append(f"<h2{_style('h2')}>{escape(group.name)}</h2>" if group.name else "")
        parts += map(_item, group.items)
    if not items:
        parts.append(f"<p{_style('p')}>No entries.</p>")
    parts += [f"<p{_style('footer')}>{escape(_footer(channel))}</p>", "</td></tr></table>"]
    parts += ["</td></tr></table>", "</body>", "</html>"]
    return "\n".join(filter(None, parts)) + "\n"


def text(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the plain text, wrapped at 72 columns; addresses stand whole on their own lines."""
    blocks = [_underlined(channel.title, "="), _wrapped(channel.description)]
    numbers = count(1)
    for group in words.groups(channel, items):
        blocks.append(_underlined(group.name, "-") if group.name else "")
        blocks += (_plain(next(numbers), item) for item in group.items)
    if not items:
        blocks.append("No entries.")
    blocks += [channel.url or "", _footer(channel)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _style(name: str) -> str:
    return f' style="{escape(STYLES[name])}"'


def _head(channel: Channel, items: Sequence[Item]) -> str:
    preview = channel.description or " · ".join(words.name(item) for item in items[:3])
    language = f' lang="{channel.language}"' if channel.language else ""
    return f"""<!DOCTYPE html>
<html{language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(channel.title)}</title>
</head>
<body{_style("body")}>
<div{_style("hidden")}>{escape(preview)}</div>
<table role="presentation"{_style("page")}><tr><td{_style("outer")}>
<table role="presentation"{_style("sheet")}><tr><td{_style("inner")}>"""


def _opening(channel: Channel) -> tuple[str, str]:
    about = f'<p{_style("p")} dir="auto">{escape(channel.description)}</p>'
    title = _link(channel.title, channel.url)
    return f'<h1{_style("h1")} dir="auto">{title}</h1>', about if channel.description else ""


def _item(item: Item) -> str:
    parts = (
        f'<h3{_style("h3")} dir="auto">{_link(words.name(item), words.address(item))}</h3>',
        _credit(item),
        _picture(item),
        _quote(item),
        prose.paragraphs(item.note, attributes=f'{_style("p")} dir="auto"'),
        prose.paragraphs(words.told(item), attributes=f'{_style("p")} dir="auto"'),
        _thanks(item),
    )
    return "\n".join(filter(None, parts))


def _credit(item: Item) -> str:
    rights = words.rights(item)
    parts = (
        f"<bdi>{_link(item.source, item.source_url)}</bdi>",
        item.author and f"<bdi>{escape(item.author)}</bdi>",
        words.day(item.published_at),
        rights and f"<bdi>{escape(rights)}</bdi>",
    )
    return f"<p{_style('soft')}>{' · '.join(filter(None, parts))}</p>"


def _picture(item: Item) -> str:
    if not item.image or not words.pictured(item):
        return ""
    return f'<img src="{escape(item.image)}" alt="{escape(item.image_alt)}"{_style("img")}>'


def _quote(item: Item) -> str:
    if not item.quote:
        return ""
    inside = prose.paragraphs(item.quote, attributes=f'{_style("p")} dir="auto"')
    return f"<blockquote{_style('quote')}>{inside}</blockquote>"


def _thanks(item: Item) -> str:
    thanked = ", ".join(f"<bdi>{_link(via.name, via.url)}</bdi>" for via in item.via)
    return f"<p{_style('soft')}>via {thanked}</p>" if thanked else ""


def _link(shown: str, url: str | None) -> str:
    return prose.link(shown, url, attributes=_style("a"))


def _footer(channel: Channel) -> str:
    named = (channel.author, words.day(channel.updated), words.GENERATOR)
    return " · ".join(filter(None, named))


def _plain(number: int, item: Item) -> str:
    """Returns an item as numbered text, its lines under its title."""
    mark = f"{number}. "
    indent = " " * len(mark)
    parts = (
        _wrapped(words.name(item), first=mark, rest=indent),
        _wrapped(_source(item), first=indent, rest=indent),
        _lines(item.quote, f"{indent}> "),
        _lines(item.note, indent),
        _wrapped(words.told(item), first=indent, rest=indent),
        _pictured(item, indent),
        *(f"{indent}via {via.name} {via.url or ''}".rstrip() for via in item.via),
        indent + address if (address := words.address(item)) else "",
    )
    return "\n".join(filter(None, parts))


def _source(item: Item) -> str:
    named = (item.source, item.author, words.day(item.published_at), words.rights(item))
    return " · ".join(filter(None, named))


def _pictured(item: Item, indent: str) -> str:
    if not item.image or not words.pictured(item):
        return ""
    said = _wrapped(f"[{item.image_alt}]", first=indent, rest=indent) if item.image_alt else ""
    return "\n".join(filter(None, (said, indent + item.image)))


def _lines(prose_text: str, mark: str) -> str:
    """Returns paragraphs wrapped behind a mark, a marked line between them."""
    blocks = (
        "\n".join(_wrapped(line, first=mark, rest=mark) for line in lines)
        for lines in words.paragraphs(prose_text)
    )
    return f"\n{mark.rstrip()}\n".join(blocks)


def _wrapped(line: str, *, first: str = "", rest: str = "") -> str:
    return fill(
        line,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _underlined(title: str, mark: str) -> str:
    shown = _wrapped(title)
    return f"{shown}\n{mark * min(WIDTH, max(map(len, shown.splitlines()), default=0))}"
