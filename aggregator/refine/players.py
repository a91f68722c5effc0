"""Embedded players, as rows: frames are never kept, but what they would play gets a link."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

from aggregator.urls import absolute

_LONGEST = 4_000

# Name, what the frame's address looks like, where a reader would open it. First match counts.
PLAYERS = (
    (
        "YouTube",
        r"//(?:www\.)?youtube(?:-nocookie)?\.com/embed/videoseries\?(?:.*&)?list=([\w-]+)",
        r"https://www.youtube.com/playlist?list=\1",
    ),
    (
        "YouTube",
        r"//(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]{11})(?![\w-])",
        r"https://www.youtube.com/watch?v=\1",
    ),
    ("Vimeo", r"//player\.vimeo\.com/video/(\d+)", r"https://vimeo.com/\1"),
    (
        "Dailymotion",
        r"//(?:www\.)?dailymotion\.com/embed/video/(\w+)",
        r"https://www.dailymotion.com/video/\1",
    ),
    (
        "Spotify",
        r"//open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)",
        r"https://open.spotify.com/\1",
    ),
    (
        "Apple Podcasts",
        r"//embed\.podcasts\.apple\.com/([^?#]+)",
        r"https://podcasts.apple.com/\1",
    ),
    ("Internet Archive", r"//archive\.org/embed/([^/?#]+)", r"https://archive.org/details/\1"),
    ("PeerTube", r"//([^/?#]+)/videos/embed/([\w-]+)", r"https://\1/w/\2"),
    (
        "SoundCloud",
        r"//w\.soundcloud\.com/player/?\?.*?\burl=https?:(//soundcloud\.com/[^&]+)",
        r"https:\1",
    ),
    ("SoundCloud", r"//w\.soundcloud\.com/player/?\?.*", r"https:\g<0>"),
    ("Bandcamp", r"//bandcamp\.com/EmbeddedPlayer/.*", r"https:\g<0>"),
)
_PLAYERS = tuple((name, re.compile(f"(?i){form}"), target) for name, form, target in PLAYERS)
_SOURCE = re.compile(
    r"(?i)(?:^|[\s\"'])(?:data-(?:lazy-)?)?src\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)


def link_to_player(attributes: str) -> tuple[str, str] | None:
    """Find the player's name and the page's address in a frame's attributes; None for others."""
    for found in _SOURCE.findall(attributes[:_LONGEST]):
        source = unquote(unescape("".join(found))).strip()
        for name, form, target in _PLAYERS:
            match = form.match(source[source.find("//") :])
            url = absolute("", match.expand(target)) if match else None
            if url:
                return name, url
    return None
