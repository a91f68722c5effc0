"""Footnotes that lead down and back within our own page.

Feeds link them within the original: `…/post#fn1` and, behind the note, `…/post#fnref1` under an
arrow. What is stored has no ids, so the first mark is paired with the first arrow, and so on.
"""

from __future__ import annotations

import re
from html import unescape

from aggregator.urls import canonical

_LINK = re.compile(
    r'<a href="(?P<url>[^"#]*)#[^"]+"[^>]*>(?P<words>(?:(?!<a\b).){1,200}?)</a>', re.DOTALL
)
_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡]{1,3})[\])]?")
_ARROW = re.compile(r"(?:[↩⤴↑⬆⏎^]\ufe0e?\s*)+|back|return|zurück|retour", re.IGNORECASE)


def footnotes(html: str, url: str | None) -> str:
    """Return an entry's HTML, its footnotes' links within the page; `url` is the entry's own."""
    if not url or "#" not in html:
        return html
    own = canonical(url)
    links = [each for each in _LINK.finditer(html) if _is_own(each["url"], own)]
    marks = [each for each in links if _MARK.fullmatch(_plain(each))]
    arrows = [each for each in links if _ARROW.fullmatch(_plain(each))]
    if not marks or len(marks) != len(arrows) or marks[-1].end() > arrows[0].start():
        return html
    pairs = [
        *_numbered(marks, here="mark", there="note"),
        *_numbered(arrows, here="note", there="mark"),
    ]
    for link, made in reversed(pairs):
        html = html[: link.start()] + made + html[link.end() :]
    return html


def _numbered(
    links: list[re.Match[str]], *, here: str, there: str
) -> list[tuple[re.Match[str], str]]:
    return [
        (link, f'<a href="#{there}-{number}" id="{here}-{number}">{link["words"]}</a>')
        for number, link in enumerate(links, start=1)
    ]


def _is_own(url: str, own: str) -> bool:
    return not url or canonical(unescape(url)) == own


def _plain(link: re.Match[str]) -> str:
    return unescape(_TAG.sub("", link["words"])).strip()
