"""Players of other sites, loaded only after a click: rows, and PeerTube by the shape of its links.

`see` is found in an entry's address or in its text; what it catches is put into `frame`. No third
party is asked before the click, and a page's policy allows the one player that it may load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from aggregator.model import StoredEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A site's player: `height` in pixels is for those that are as wide as the text; 0 is 16:9."""

    name: str
    see: re.Pattern[str]
    frame: str
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """What a click would load."""

    name: str
    url: str
    height: int = 0

    @property
    def origin(self) -> str:
        """The origin that the page's policy has to allow."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def _row(name: str, see: str, frame: str, height: int = 0) -> Row:
    return Row(name=name, see=re.compile(rf"https?://{see}"), frame=frame, height=height)


_END = r"(?![\w-])"

ROWS = (
    _row(
        "YouTube",
        r"(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#\s]*&)?v=|embed/|shorts/|live/|v/)"
        rf"|youtu\.be/)([\w-]{{11}}){_END}",
        "https://www.youtube-nocookie.com/embed/{}?autoplay=1",
    ),
    _row(
        "Vimeo",
        rf"(?:www\.)?(?:player\.)?vimeo\.com/(?:video/|channels/\w+/)?(\d{{5,12}}){_END}",
        "https://player.vimeo.com/video/{}?autoplay=1&dnt=1",
    ),
    _row(
        "SoundCloud",
        r"(?:www\.|m\.)?(soundcloud\.com/[\w-]+/(?:sets/)?[\w-]+)",
        "https://w.soundcloud.com/player/?url=https%3A//{}&auto_play=true",
        166,
    ),
    _row(
        "Spotify",
        r"open\.spotify\.com/(?:intl-\w\w/)?(?:embed/)?"
        rf"((?:track|album|episode|show|playlist)/\w{{22}}){_END}",
        "https://open.spotify.com/embed/{}",
        232,
    ),
    _row(
        "Bandcamp",
        r"bandcamp\.com/EmbeddedPlayer/((?:[\w#=-]+/)*(?:album|track)=\d+)",
        "https://bandcamp.com/EmbeddedPlayer/{}/size=large/tracklist=false/artwork=small/",
        120,
    ),
)

# PeerTube runs anywhere, so its name is taken from the feed's platform.
_PEERTUBE = re.compile(
    r"(https://[a-z0-9.-]+\.[a-z]{2,})/(?:videos/(?:watch|embed)|w)/([\w-]{22,36})(?![\w-])"
)


def player_of(entry: StoredEntry) -> Player | None:
    """Return the player that fits an entry: by its own address, else the first in its text."""
    return next(_players(entry), None)


def _players(entry: StoredEntry) -> Iterator[Player]:
    for text in (entry.url or "", *(each.url for each in entry.enclosures), entry.html):
        for row in ROWS:
            if found := row.see.search(text):
                url = row.frame.format(quote(found[1], safe="/=-_"))
                yield Player(name=row.name, url=url, height=row.height)
        if entry.platform == "peertube" and (found := _PEERTUBE.search(text)):
            yield Player(name="PeerTube", url=f"{found[1]}/videos/embed/{found[2]}?autoplay=1")
