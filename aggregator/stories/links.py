"""Which page a short entry is about, when it is about somebody else's."""

from __future__ import annotations

import re
from html import unescape

from aggregator.urls import canonical, host

POINTING = frozenset({"microblogs", "messaging", "social", "professional", "forums", "curation"})
"""Where people say that there is something to read elsewhere."""

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


def is_hub(url: str) -> bool:
    """Tell of a canonical address whether it is nobody's subject: a home, a profile, a shop."""
    return bool(_HOME.match(url) or _PEOPLE.match(url))


def target_of(html: str, text: str, own: str, category: str) -> str | None:
    """Return the canonical address of the one page elsewhere that a short entry links to.

    None where it links to none or to several: who lists many things is about none of them.
    Reddit says itself which link is meant.
    """
    if category not in POINTING or "http" not in html + text:
        return None
    anchors = _ANCHOR.findall(html)
    meant = [href for href, words in anchors if words == "[link]"]
    hrefs = meant or [href for href, words in anchors if not _is_mention(words)]
    pages = {
        canonical(unescape(href)) for href in hrefs or ([] if anchors else _BARE.findall(text))
    }
    site = host(own)
    elsewhere = {page for page in pages if not _is_aside(page, site)}
    return elsewhere.pop() if len(elsewhere) == 1 else None


def _is_mention(words: str) -> bool:
    """Tell whether a link is somebody's name or a tag."""
    return _TAG.sub("", words).lstrip().startswith(("#", "@", "/u/", "/r/"))


def _is_aside(page: str, site: str) -> bool:
    return host(page) == site or is_hub(page) or bool(_PICTURE.search(page))
