"""What a page itself names as feeds: `<link rel=alternate>` and anchors that look like feeds.

Pages are hostile and large: only the first MiB is read, tags and attributes have an end, and
the work grows with the page's length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

from aggregator import urls
from aggregator.find.nouns import Candidate, Page
from aggregator.find.patterns import read

MAX_PAGE = 1 << 20
MAX_LINKS = 3000
MAX_CANDIDATES = 20

_TAG = re.compile(
    r"<(link|a|base|title|meta)\b((?:[^<>\"']{1,2000}+|\"[^\"]{0,8000}+\"|'[^']{0,8000}+'){0,60}+)/?>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"([a-zA-Z:-]{1,40}+)\s{0,20}+=\s{0,20}+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]{1,4000}+))"
)
_SHOWN = re.compile(r"\s{0,50}([^<]{1,100})<")
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{1,500})", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_FEED_BODY = re.compile(
    rb"\s*+(?:<\?xml[^>]{0,500}>|<\?[\w-]+[^>]{0,1000}>|<!--(?:[^-]|-(?!->)){0,4000}-->"
    rb"|<!DOCTYPE\s+rss[^>]{0,500}>|\s)*+<(?:rss|feed|rdf:RDF|atom:feed|channel)[\s>]",
    re.IGNORECASE,
)
_FEED_TYPES = re.compile(
    r"(?:application|text)/(?:x[-.])?(?:rss|atom|rdf)(?:\+xml)?\Z|application/feed\+json\Z"
)
_XML_TYPES = ("text/xml", "application/xml", "application/json")
_NO_FEED = re.compile(
    r"(?i)/wp-json(?:/|\Z)|oembed|opensearch|/xmlrpc\.php|/api/|manifest|sitemap|/\{|%7b"
)
_COMMENTS = re.compile(r"(?i)comment|kommentar|comentario|coment[aá]rio|commenti|reacties|replies")
_LOOKS = re.compile(
    r"(?i)(?:[/._=-](?:rss2?|atom|feeds?|rdf)(?:[/._?&=-]|\Z)|feed\.json|index\.xml\Z|rss\Z)"
)
_FOREIGN = re.compile(
    r"(?i)feedly\.com|inoreader|newsblur|netvibes|bloglines|my\.yahoo|my\.msn|podcasts\.apple"
    r"|subtome|feedvalidator|validator\.w3|addthis|facebook\.com|twitter\.com|/tag/|wikipedia\.org"
    r"|\.(?:png|svg|jpe?g|gif|css|js|ico|pdf)(?:\?|\Z)|help|faq|what-is|about-rss|\bhow"
)


class Link(NamedTuple):
    """An address that a page names; `place` counts the links before it."""

    url: str
    title: str
    type: str
    declared: bool
    place: int


def text_of(page: Page, most: int = MAX_PAGE) -> str:
    """Read the first bytes of a page as text."""
    found = _CHARSET.search(page.headers.get("content-type", ""))
    body = page.body[:most]
    try:
        return body.decode(found[1] if found else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def is_feed(page: Page) -> bool:
    """Tell whether what came is a feed, by how it begins."""
    start = page.body[:8192].removeprefix(b"\xef\xbb\xbf")
    if _FEED_BODY.match(start):
        return True
    if start.lstrip()[:1] == b"{":
        return b"jsonfeed.org/version" in start
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(_FEED_TYPES.match(kind)) and b"<html" not in start.lower()


def title_of(text: str) -> str | None:
    """Read a page's title."""
    found = _TITLE.search(text)
    return " ".join(unescape(found[1]).split()) or None if found else None


def candidates(page: Page, text: str) -> tuple[Candidate, ...]:
    """Return what a page names as feeds, the likeliest first; comments come last."""
    ranked = sorted(
        (link for link in links(page, text) if score(link, page.url) > 0),
        key=lambda link: (-score(link, page.url), link.place),
    )
    unique = {
        link.url: Candidate(link.url, _label(link), "feed", link.title or None)
        for link in reversed(ranked)
    }
    return tuple(reversed(unique.values()))[:MAX_CANDIDATES]


def _label(link: Link) -> str:
    return "comments" if _is_of_comments(link) else "named by the page"


def _is_of_comments(link: Link) -> bool:
    return bool(_COMMENTS.search(link.title) or _COMMENTS.search(link.url.partition("//")[2]))


def score(link: Link, page_url: str) -> int:
    """Weigh a link: 0 or less is no feed. Declared ones come before anchors, comments last."""
    if _NO_FEED.search(link.url):
        return 0
    points = _declared(link) if link.declared else _anchored(link, page_url)
    if points > 0 and _is_of_comments(link):
        points = max(1, points - 60)
    return points


def _declared(link: Link) -> int:
    kind = link.type.partition(";")[0].strip().lower()
    if _FEED_TYPES.match(kind):
        return 99 if "json" in kind else 100
    return 70 if kind in _XML_TYPES and _LOOKS.search(link.url) else 0


def _anchored(link: Link, page_url: str) -> int:
    if not _LOOKS.search(link.url.partition("//")[2]) or _FOREIGN.search(link.url):
        return 0
    here = urls.domain_key(link.url) == urls.domain_key(page_url)
    shows = bool(re.search(r"(?i)\brss\b|\batom\b|\bfeed\b", link.title))
    return 30 + 15 * here + 10 * shows


def links(page: Page, text: str) -> Iterator[Link]:
    """Read the links of a page that may lead to feeds, absolute."""
    base = page.url
    seen = 0
    for tag in _TAG.finditer(without(without(text, "<!--", "-->"), "<script", "</script")):
        name, attributes = tag[1].lower(), _attributes(tag[2])
        href = attributes.get("href", "")
        if name == "base" and href:
            base = urls.absolute(page.url, href) or base
        kind = _kind(name, attributes)
        if kind is None or not href:
            continue
        seen += 1
        if seen > MAX_LINKS:
            return
        if url := urls.absolute(base, href):
            words = attributes.get("title") or attributes.get("aria-label") or ""
            if name == "a" and not words:
                words = _words_after(tag)
            yield Link(url.partition("#")[0], words.strip()[:200], kind, name == "link", seen)


def _kind(name: str, attributes: Mapping[str, str]) -> str | None:
    """Return the type that a link declares ("" for an anchor); None for what is no feed."""
    if name == "a":
        return "" if _LOOKS.search(attributes.get("href", "")) else None
    if name != "link":
        return None
    relations = attributes.get("rel", "").lower().split()
    if "feed" in relations:
        return "application/rss+xml"
    return attributes.get("type", "") if "alternate" in relations else None


def _words_after(tag: re.Match[str]) -> str:
    """Read what an anchor shows, as far as it is plain."""
    found = _SHOWN.match(tag.string, tag.end())
    return unescape(found[1]) if found else ""


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


def without(text: str, start: str, end: str) -> str:
    """Cut out everything between two marks; what has no end is cut to the end."""
    starts, ends = (re.compile(re.escape(mark), re.IGNORECASE) for mark in (start, end))
    kept: list[str] = []
    at = 0
    while begin := starts.search(text, at):
        kept.append(text[at : begin.start()])
        stop = ends.search(text, begin.end())
        if not stop:
            return "".join(kept)
        at = stop.end()
    return "".join((*kept, text[at:]))


def same_page(one: str, other: str) -> bool:
    """Tell whether two addresses differ at most in scheme, `www.` and trailing slash."""
    first, second = read(one), read(other)
    return bool(
        first
        and second
        and (first.name, first.path, first.query) == (second.name, second.path, second.query)
    )
