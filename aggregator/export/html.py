"""HTML: one page that needs nothing else, or a fragment to embed, with microformats 2.

Each item is an h-entry, the curator's, that bookmarks (`u-bookmark-of`) an h-cite: the entry with
its source, author and time. `p-content` is the quote in the one and the note in the other.

There is no script; the page's one style sheet is named by its hash in its own policy (CSP), so
that nothing else could run or load, even if something had got past the escaping. The fragment has
neither: it looks like the page that it is put into.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from aggregator.curation import Item
from aggregator.export import prose, words
from aggregator.export.channel import Channel
from aggregator.model import Enclosure

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c1b19, #e8e6e1);
  --soft: light-dark(#5c5952, #a8a49b); --paper: light-dark(#fbfaf7, #181715);
  --rule: light-dark(#dedad1, #37342f); --link: light-dark(#1f4f8f, #9cc3f5); }
body { margin: 0 auto; max-width: 42rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--paper); font: 1.0625rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0; }
h2 { font-size: 1rem; margin: 3rem 0 0; padding-top: .75rem; border-top: 2px solid; }
h3 { font-size: 1.1875rem; margin: 0 0 .25rem; }
blockquote { margin: .5rem 0 0; padding-inline-start: 1rem;
  border-inline-start: 3px solid var(--rule); color: var(--soft); }
a { color: var(--link); text-underline-offset: .15em; }
article { padding: 1.25rem 0; border-bottom: 1px solid var(--rule); }
article p { margin: .25rem 0 0; }
article .p-content { margin-top: .75rem; }
article .p-content p + p { margin-top: .75rem; }
.credit, .tags, footer, header p { color: var(--soft); font-size: .9375rem; }
.tags { list-style: none; margin: .5rem 0 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: 0 .75rem; }
img { display: block; max-width: 100%; max-height: 20rem; border-radius: .375rem;
  margin: 0 0 .75rem; }
"""
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; img-src http: https:; style-src 'sha256-{_HASH}'"


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the page."""
    parts = [
        _head(channel),
        '<main class="h-feed">',
        _header(channel, 1),
        *_groups(channel, items, 1),
        "</main>",
        _footer(channel),
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def fragment(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the same as an element to put into another page, its headings one level lower."""
    parts = [
        f'<section class="h-feed"{_language(channel.language)}>',
        _header(channel, 2),
        *_groups(channel, items, 2),
        "</section>",
    ]
    return "\n".join(parts) + "\n"


def _groups(channel: Channel, items: Sequence[Item], level: int) -> list[str]:
    """Returns the items under headings, all below the heading of that level."""
    parts = [] if items else ["<p>No entries.</p>"]
    for group in words.groups(channel, items):
        lower = level + bool(group.name)
        heading = f'<h{lower} dir="auto">{escape(group.name)}</h{lower}>\n' if group.name else ""
        inside = "\n".join(_item(item, lower + 1) for item in group.items)
        parts.append(f"<section>\n{heading}{inside}\n</section>")
    return parts


def _head(channel: Channel) -> str:
    return f"""<!DOCTYPE html>
<html{_language(channel.language or "en")}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="{words.GENERATOR}">
<title>{escape(channel.title)}</title>
<style>{STYLE}</style>
</head>
<body>"""


def _header(channel: Channel, level: int) -> str:
    title = _link(channel.title, channel.url, "u-url")
    about = f'\n<p class="p-summary" dir="auto">{escape(channel.description)}</p>'
    return f"""<header>
<h{level} class="p-name" dir="auto">{title}</h{level}>{about if channel.description else ""}
</header>"""


def _item(item: Item, level: int) -> str:
    parts = (
        f'<article class="h-entry" id="{words.anchor(item)}"{_language(item.language)}>',
        '<div class="u-bookmark-of h-cite">',
        _image(item),
        _title(item, level),
        _credit(item),
        _quote(item),
        _paragraph("p-summary", words.told(item)),
        "</div>",
        _note(item),
        _thanks(item),
        _tags(item.tags),
        *map(_media, item.enclosures),
        "</article>",
    )
    return "\n".join(filter(None, parts))


def _title(item: Item, level: int) -> str:
    title = _link(words.name(item), words.address(item), "u-url")
    return f'<h{level} class="p-name" dir="auto">{title}</h{level}>'


def _credit(item: Item) -> str:
    """Returns the line that says where it comes from, each name isolated (`bdi`)."""
    rights = words.rights(item)
    parts = [
        f'<bdi class="p-publication">{_link(item.source, item.source_url, "u-via")}</bdi>',
        item.author and f'<bdi class="p-author h-card">{escape(item.author)}</bdi>',
        _time(item.published_at),
        item.comments_url and _link("Comments", item.comments_url, "u-comments"),
        rights and f'<bdi class="p-rights">{escape(rights)}</bdi>',
    ]
    return f'<p class="credit">{" · ".join(filter(None, parts))}</p>'


def _time(seconds: int) -> str:
    return f'<time class="dt-published" datetime="{words.iso(seconds)}">{words.day(seconds)}</time>'


def _quote(item: Item) -> str:
    if not item.quote:
        return ""
    inside = prose.paragraphs(item.quote, attributes=' dir="auto"')
    return f'<blockquote class="p-content">{inside}</blockquote>'


def _note(item: Item) -> str:
    if not item.note:
        return ""
    inside = prose.paragraphs(item.note, attributes=' dir="auto"')
    return f'<div class="p-content">{inside}</div>'


def _thanks(item: Item) -> str:
    thanked = ", ".join(f"<bdi>{_link(via.name, via.url, 'u-via')}</bdi>" for via in item.via)
    return f'<p class="credit">via {thanked}</p>' if thanked else ""


def _paragraph(name: str, shown: str) -> str:
    return f'<p class="{name}" dir="auto">{escape(shown)}</p>' if shown else ""


def _tags(tags: tuple[str, ...]) -> str:
    names = "".join(f'<li class="p-category" dir="auto">{escape(tag)}</li>' for tag in tags)
    return f'<ul class="tags">{names}</ul>' if tags else ""


def _media(enclosure: Enclosure) -> str:
    shown = enclosure.title or enclosure.type or "Media file"
    return f'<p class="credit">{_link(shown, enclosure.url, "u-enclosure")}</p>'


def _image(item: Item) -> str:
    if item.image is None:
        return ""
    return (
        f'<img class="u-photo" src="{escape(item.image)}" alt="{escape(item.image_alt)}" '
        'loading="lazy" decoding="async" referrerpolicy="no-referrer">'
    )


def _link(shown: str, url: str | None, name: str) -> str:
    """Returns the words, linked where there is an address."""
    return prose.link(shown, url, attributes=f' class="{name}"')


def _language(language: str | None) -> str:
    return f' lang="{language}"' if language else ""


def _footer(channel: Channel) -> str:
    made = f'<time datetime="{words.iso(channel.updated)}">{words.day(channel.updated)}</time>'
    author = f"<bdi>{escape(channel.author)}</bdi> · " if channel.author else ""
    return f"<footer><p>{author}{made} · {words.GENERATOR}</p></footer>"
