"""Web pages of the sample web: an entry, a site's home, the list of sites.

Home pages name their feed by `<link rel="alternate">`, as the real ones do.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from aggregator.demo.shapes import rfc3339
from aggregator.demo.sites import Site, feed_path, shapes, sites
from aggregator.demo.world import Piece

_RIGHT_TO_LEFT = {"ar", "he", "fa"}
_STYLE = """\
:root { color-scheme: light dark }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 18px/1.6 Georgia, serif }
header, footer { font: 14px/1.5 system-ui, sans-serif; opacity: .75 }
h1 { line-height: 1.2 } img { max-width: 100%; height: auto; border-radius: 12px }
"""


def entry_page(each: Piece) -> bytes:
    """The page of an entry, with its picture and, where it has one, its sound."""
    site = each.site
    shape = shapes()[site.shape]
    when = rfc3339(each.time)
    sound = f'<audio controls src="/{site.slug}/media/{each.number}.wav"></audio>'
    lines = [
        f'<header><a href="/{site.slug}/">{escape(site.title)}</a></header>',
        f"<h1>{escape(each.title)}</h1>",
        f'<p>{escape(each.author)} · <time datetime="{when}">{when[:16]}</time></p>',
        _picture(each),
        sound if shape.sound else "",
        *(f"<p>{escape(text)}</p>" for text in each.paragraphs),
        _passed_on(each),
        f"<footer>{' '.join('#' + escape(tag) for tag in each.tags)}</footer>",
    ]
    return _page(site, each.title, lines)


def home_page(site: Site, pieces: Iterable[Piece]) -> bytes:
    """A site's home, which names its feed."""
    lines = [
        f"<h1>{escape(site.title)}</h1>",
        f"<p>{escape(site.about)}</p>",
        "<ul>",
        *(f'<li><a href="{escape(each.page)}">{escape(each.title)}</a></li>' for each in pieces),
        "</ul>",
    ]
    return _page(site, site.title, lines)


def front_page() -> bytes:
    """The list of all sites, with their feeds."""
    lines = ["<h1>The sample web</h1>", "<p>Invented sites, for trying things out.</p>", "<ul>"]
    for site in sites().values():
        feed = feed_path(site)
        lines.append(
            f'<li><a href="/{site.slug}/">{escape(site.title)}</a> '
            f'({site.category}, <a href="{escape(feed)}">feed</a>)</li>'
        )
    return _document("en", "The sample web", "", [*lines, "</ul>"])


def _page(site: Site, title: str, lines: list[str]) -> bytes:
    shape = shapes()[site.shape]
    kind = shape.media_type.partition(";")[0]
    address = escape(feed_path(site))
    head = (
        f'<link rel="alternate" type="{kind}" title="{escape(site.title)}" href="{address}">\n'
        f'<link rel="icon" type="image/png" href="/{site.slug}/media/icon.png">\n'
    )
    return _document(site.language, title, head, lines)


def _document(language: str, title: str, head: str, lines: list[str]) -> bytes:
    direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    body = "\n".join(line for line in lines if line)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n{head}<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def _picture(each: Piece) -> str:
    if not each.image:
        return ""
    wide, high = each.size
    return f'<p><img src="{each.image}" alt="" width="{wide}" height="{high}"></p>'


def _passed_on(each: Piece) -> str:
    if not each.origin:
        return ""
    return f'<p><a href="{escape(each.link)}">{escape(each.origin.site.title)} →</a></p>'
