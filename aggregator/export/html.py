"""HTML: one page that needs nothing else, with microformats (h-feed, h-entry).

There is no script; the one style sheet is named by its hash in the page's own policy (CSP), so
that nothing else could run or load, even if something had got past the escaping.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from aggregator.export import words
from aggregator.export.channel import Channel
from aggregator.model import Enclosure, StoredEntry

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
a { color: var(--link); text-underline-offset: .15em; }
article { padding: 1.25rem 0; border-bottom: 1px solid var(--rule); }
article p { margin: .25rem 0 0; }
.credit, .tags, footer, header p { color: var(--soft); font-size: .9375rem; }
.tags { list-style: none; margin: .5rem 0 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: 0 .75rem; }
img { display: block; max-width: 100%; max-height: 20rem; border-radius: .375rem;
  margin: 0 0 .75rem; }
"""
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; img-src http: https:; style-src 'sha256-{_HASH}'"


def write(channel: Channel, entries: Sequence[StoredEntry]) -> str:
    """Returns the page."""
    parts = [_head(channel), '<main class="h-feed">', _header(channel)]
    for number, group in enumerate(words.groups(entries), 1):
        parts += [_section(number, group), *map(_entry, group.entries), "</section>"]
    if not entries:
        parts.append("<p>No entries.</p>")
    parts += ["</main>", _footer(channel), "</body>", "</html>"]
    return "\n".join(filter(None, parts)) + "\n"


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


def _header(channel: Channel) -> str:
    title = _link(channel.title, channel.url, "u-url")
    about = f'\n<p class="p-summary" dir="auto">{escape(channel.description)}</p>'
    return f"""<header>
<h1 class="p-name" dir="auto">{title}</h1>{about if channel.description else ""}
</header>"""


def _section(number: int, group: words.Group) -> str:
    name = escape(group.name)
    return f'<section aria-labelledby="category-{number}">\n<h2 id="category-{number}">{name}</h2>'


def _entry(entry: StoredEntry) -> str:
    parts = (
        f'<article class="h-entry"{_language(entry.language)}>',
        _image(entry.image),
        _title(entry),
        _credit(entry),
        _summary(words.more(entry)),
        _tags(entry.tags),
        *map(_media, entry.enclosures),
        "</article>",
    )
    return "\n".join(filter(None, parts))


def _title(entry: StoredEntry) -> str:
    title = _link(words.name(entry), words.address(entry), "u-url")
    return f'<h3 class="p-name" dir="auto">{title}</h3>'


def _credit(entry: StoredEntry) -> str:
    """Returns the line that says where it comes from, each name isolated (`bdi`)."""
    parts = [
        f'<bdi class="p-publication">{_link(entry.source, entry.source_url, "u-via")}</bdi>',
        entry.author and f'<bdi class="p-author h-card">{escape(entry.author)}</bdi>',
        _time(entry.published_at),
        entry.comments_url and _link("Comments", entry.comments_url, "u-comments"),
        entry.rights and f'<bdi class="p-rights">{escape(entry.rights)}</bdi>',
    ]
    return f'<p class="credit">{" · ".join(filter(None, parts))}</p>'


def _time(seconds: int) -> str:
    return f'<time class="dt-published" datetime="{words.iso(seconds)}">{words.day(seconds)}</time>'


def _summary(shown: str) -> str:
    return f'<p class="p-summary" dir="auto">{escape(shown)}</p>' if shown else ""


def _tags(tags: tuple[str, ...]) -> str:
    names = "".join(f'<li class="p-category" dir="auto">{escape(tag)}</li>' for tag in tags)
    return f'<ul class="tags">{names}</ul>' if tags else ""


def _media(enclosure: Enclosure) -> str:
    shown = enclosure.title or enclosure.type or "Media file"
    return f'<p class="credit">{_link(shown, enclosure.url, "u-enclosure")}</p>'


def _image(url: str | None) -> str:
    if url is None:
        return ""
    return (
        f'<img class="u-photo" src="{escape(url)}" alt="" loading="lazy" decoding="async" '
        'referrerpolicy="no-referrer">'
    )


def _link(shown: str, url: str | None, name: str) -> str:
    """Returns the words, linked where there is an address."""
    if url is None:
        return escape(shown)
    return f'<a class="{name}" href="{escape(url)}">{escape(shown)}</a>'


def _language(language: str | None) -> str:
    return f' lang="{language}"' if language else ""


def _footer(channel: Channel) -> str:
    made = f'<time datetime="{words.iso(channel.updated)}">{words.day(channel.updated)}</time>'
    author = f"<bdi>{escape(channel.author)}</bdi> · " if channel.author else ""
    return f"<footer><p>{author}{made} · {words.GENERATOR}</p></footer>"
