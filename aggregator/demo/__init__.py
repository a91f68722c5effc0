"""The sample web: feeds and pages of all twelve categories on 127.0.0.1, no internet needed.

Every text, picture and sound was made for it; the documents have the shape of the real
platforms' output. What a site says at a given moment is a pure function of that moment, so that
the same clock gives the same web, and a clock that has moved on gives some new entries.

    data/sites/*.toml   who writes, where, how often, and the texts
    data/shapes.toml    how each platform addresses its feeds, pages and entries
    data/shapes/*.xml   the platforms' documents, with $placeholders
    data/bodies/*.html  the HTML that platforms wrap around a text
    sites.py            reads these files
    world.py            which entries there are at a moment
    shapes.py           entries → a feed document
    pages.py            entries → web pages
    art.py, sound.py    pictures and tones
    web.py              an address → an answer
    server.py           SampleWeb: a real HTTP server in a thread
"""

from __future__ import annotations

from aggregator.demo.server import SampleWeb

__all__ = ["SampleWeb"]
