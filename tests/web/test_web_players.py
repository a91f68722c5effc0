"""Players of other sites: which entry has which, and that nobody is asked before a click."""

import re

import pytest

from aggregator.model import Enclosure, StoredEntry
from aggregator.web.players import player_of
from tests.desk import ask, entry, fill, source

VIDEO = "dQw4w9WgXcQ"


def stored(url=None, html="", platform=None, enclosures=()):
    return StoredEntry(
        id=1,
        feed_id=1,
        source="",
        source_url=None,
        category="video",
        platform=platform,
        guid="",
        url=url,
        title="",
        author=None,
        published_at=0,
        updated_at=None,
        first_seen_at=0,
        summary="",
        image=None,
        html=html,
        enclosures=enclosures,
    )


@pytest.mark.parametrize(
    ("url", "framed"),
    [
        (f"https://www.youtube.com/watch?v={VIDEO}", f"youtube-nocookie.com/embed/{VIDEO}?"),
        (f"https://m.youtube.com/watch?t=3&v={VIDEO}&x=1", f"embed/{VIDEO}?"),
        (f"https://youtu.be/{VIDEO}?si=abc", f"embed/{VIDEO}?"),
        (f"https://www.youtube.com/shorts/{VIDEO}", f"embed/{VIDEO}?"),
        ("https://vimeo.com/76979871", "player.vimeo.com/video/76979871?"),
        (
            "https://soundcloud.com/some-one/a-piece",
            "url=https%3A//soundcloud.com/some-one/a-piece",
        ),
        (
            "https://open.spotify.com/episode/4rOoJ6Egrf8K2IrywzwOMk",
            "open.spotify.com/embed/episode/4rOoJ6Egrf8K2IrywzwOMk",
        ),
        (
            "https://bandcamp.com/EmbeddedPlayer/album=123/size=large",
            "bandcamp.com/EmbeddedPlayer/album=123/",
        ),
    ],
)
def test_a_link_has_its_player(url, framed):
    """By the address of the entry, of a file of it, or of a link in its text."""
    file = Enclosure(url=url)

    assert framed in player_of(stored(url)).url
    assert framed in player_of(stored(html=f'<p><a href="{url}">x</a></p>')).url
    assert framed in player_of(stored(enclosures=(file,))).url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://example.org/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/@channel",
        "https://www.youtube.com/watch?v=short",
        f"https://www.youtube.com/watch?v={VIDEO}toolong",
        "https://vimeo.com/about",
        "https://tube.example.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d",
    ],
)
def test_other_links_have_none(url):
    """What is no page of a known player stays a link."""
    assert player_of(stored(url)) is None


def test_peertube_is_known_by_its_platform():
    """It runs on any host; the feed's platform says that it is one."""
    url = "https://tube.example.org/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d"
    player = player_of(stored(url, platform="peertube"))

    assert player.origin == "https://tube.example.org"
    assert "/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d" in player.url


def test_nobody_is_asked_before_a_click(tmp_path):
    """The page names the player for scripts, allows it alone, and loads nothing of it."""
    path = tmp_path / "aggregator.db"
    url = f"https://www.youtube.com/watch?v={VIDEO}"
    numbers = fill(path, {source(category="video"): [entry(1, url=url), entry(2)]})
    with_player, without = (ask(path, f"/e/{number}") for number in numbers)
    policy = with_player.headers["content-security-policy"]

    assert f'data-embed="https://www.youtube-nocookie.com/embed/{VIDEO}' in with_player.text
    assert "<iframe" not in with_player.text
    assert re.findall(r"frame-src ([^;]*)", policy) == ["https://www.youtube-nocookie.com"]
    assert "frame-src" not in without.headers["content-security-policy"]
