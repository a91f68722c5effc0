"""Which page a short entry is about, when it is about somebody else's."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import NamedTuple

from aggregator.urls import canonical, host


class Told(NamedTuple):
    """What an entry says of itself: the columns that its marks are made of.

    `url` is the canonical address of its page; `text` may be its beginning alone; `html` is only
    looked at in POINTING categories, where the text is short.
    """

    entry_id: int
    feed_id: int
    category: str
    title: str
    url: str | None
    comments_url: str | None
    text: str
    html: str


POINTING = frozenset({"microblogs", "messaging", "social", "professional", "forums", "curation"})
"""Where people say that there is something to read elsewhere."""

LINKING = 700
"""A text longer than this says more than that there is something to read elsewhere."""

_ANCHOR = re.compile(r'(?is)<a\s[^>]*?href="(https?://[^"]+)"[^>]*>(.*?)</a>')
_TAG = re.compile(r"<[^>]*>")
_BARE = re.compile(r"https?://[^\s<>\"'\u2026]+(?![\w\u2026])")

# Pages that are about nothing in particular: homes, people, shops, invitations.
_HOME = re.compile(r"(?i)https?://[^/?#]*/?(?:(?:home|blog|news|feed|rss|en|de|fr)/?)?\Z")
_PEOPLE = re.compile(
    r"(?i)https://(?:"
    r"(?:x|github|gitlab|instagram|facebook|patreon|ko-fi|buymeacoffee|threads|pinterest|twitch"
    r"|medium|tiktok)\.(?:com|net|tv)/@?[^/?]+"
    r"|youtube\.com/(?:@|c/|channel/|user/)[^?]+"
    r"|linkedin\.com/(?:in|company)/[^?]+"
    r"|reddit\.com/(?:r|u|user)/[^/?]+"
    r"|bsky\.app/profile/[^/?]+"
    r"|(?:t\.me|discord\.gg|linktr\.ee|paypal\.me)/[^?]*"
    r"|discord\.com/invite/.*"
    r"|(?:podcasts|apps|music)\.apple\.com/.*|play\.google\.com/store/.*"
    r"|open\.spotify\.com/(?:show|artist|playlist)/.*"
    r"|[^/]+/(?:@[^/?]+|users/[^/?]+)"
    r"|[^/]+/(?:tags?|hashtag|explore/tags|category|topics?|search|login|signup|subscribe|about"
    r"|privacy|contact|donate)(?:[/?].*)?"
    r")\Z"
)
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|avif|svg|mp4|webm|mp3)\Z")


# What a page's address may have or not: who sent the reader, and what kind of file it is.
_SENDER = re.compile(
    r"(?i)(?<=[?&])(?:(?:ref|src|smid|trk|cmp|via|share|source|referrer)=[^&]*|r=[a-z0-9]{4,7})(?:&|\Z)"
)
_ARCHIVED = re.compile(r"(?i)https://web\.archive\.org/web/\d+[a-z_]*/(https?:/.+)\Z")
_SUFFIX = re.compile(r"(?i)(?<=[^/])\.html?\Z")


def subject_of(url: str) -> str:
    """Return what the canonical addresses of one page still have in common, only to be compared.

    Too bold to be an address that anybody is sent to: `ref` may mean something somewhere.
    """
    if "/web/" in url and (kept := _ARCHIVED.match(url)):
        url = canonical(kept[1])
    if "?" in url:
        url = _SENDER.sub("", url).rstrip("?&")
    return _SUFFIX.sub("", url) if url.endswith((".html", ".htm")) else url


def is_hub(url: str) -> bool:
    """Tell of a canonical address whether it is nobody's subject: a home, a profile, a shop."""
    # Most pages are deeper than any of these, but for shops, which are asked for by name.
    shallow = url.count("/") < 5 or ".apple." in url or ".google." in url
    return shallow and bool(_HOME.match(url) or _PEOPLE.match(url))


def target_of(told: Told) -> str | None:
    """Return the canonical address of the one page elsewhere that a short entry is about.

    None where it links to none or to several: who lists many things is about none of them. A link
    counts if it shows its address or bears the title; others are in passing, or stand below every
    entry of a feed. Reddit says itself which link is meant.
    """
    if told.category not in POINTING or len(told.text) > LINKING:
        return None
    site = host(told.url or "")
    anchors = _ANCHOR.findall(told.html)
    hrefs = [href for href, words in anchors if words == "[link]"] or [
        href for href, words in anchors if _shows(words, href, told.title)
    ]
    if not anchors:
        hrefs = _BARE.findall(told.text)
    pages = {canonical(unescape(href)) for href in hrefs}
    elsewhere = {page for page in pages if not _is_aside(page, site)}
    return elsewhere.pop() if len(elsewhere) == 1 else None


def _shows(markup: str, href: str, title: str) -> bool:
    """Tell whether a link says where it leads: by its address, or by the title of the entry."""
    words = _TAG.sub("", markup).strip()
    return href.split("/")[2].removeprefix("www.") in words or words == escape(title)


def _is_aside(page: str, site: str) -> bool:
    return host(page) == site or is_hub(page) or bool(_PICTURE.search(page))
