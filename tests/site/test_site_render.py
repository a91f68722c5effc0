"""Pages of the desk between files."""

import zlib

import pytest

from aggregator.site.crawl import Page, Reached
from aggregator.site.kinds import place
from aggregator.site.render import Site
from tests.site.site_data import entry

STYLE = "/-/static-plugins/aggregator-desk/desk.css?_hash=0a1b"
DESK = {
    "/": "<p>home</p>",
    "/c/video": "<p>video</p>",
    "/404": "<p>nothing</p>",
    STYLE: "*{}",
    "/-/feed/all.atom": '<a href="http://localhost/c/video"/>',
}


def rendered(link, *, address="/c/video", base_url=None, prefix=""):
    """How a link is written in the page of an address."""
    bodies = DESK | {address: f'<a href="{link}">x</a>'}
    pages = {
        each: Page(place=place(each), packed=zlib.compress(body.encode()))
        for each, body in bodies.items()
    }
    site = Site(Reached(pages=pages), [entry(5)], base_url=base_url, prefix=prefix, searched=5)
    return site.files()[place(address).file].decode()


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("/", '<a href="../index.html">x</a>'),
        ("/c/video#a", '<a href="video.html#a">x</a>'),
        (STYLE, '<a href="../static/desk.css?_hash=0a1b">x</a>'),
        ("/e/5", '<a href="https://example.org/1" rel="noopener noreferrer">x</a>'),
        ("/e/6", "<a>x</a>"),
        ("/s/5", "<a>x</a>"),
        ("/aggregator", "<a>x</a>"),
    ],
)
def test_links_lead_to_files_or_originals(link, written):
    """A page that is none of the site's is no link, unless it is an entry: that has an original."""
    assert written == rendered(link)


def test_only_the_desk_is_moved():
    """Below its prefix the desk's addresses are moved; what lies beside is not the desk's."""
    given = {"base_url": "https://example.org/read/", "prefix": "/read"}

    assert rendered("/read/", **given) == '<a href="../index.html">x</a>'
    assert rendered("/c/video", **given) == "<a>x</a>"


def test_the_page_for_nothing_links_from_the_root():
    """Where the site will be, that page is shown at any depth; without an address it can't know."""
    base = "https://example.org/read/"

    assert rendered("/c/video", address="/404") == '<a href="c/video.html">x</a>'
    assert rendered("/", address="/404", base_url=base) == '<a href="/read/">x</a>'
    assert rendered("/c/video", address="/404", base_url=base) == (
        '<a href="/read/c/video.html">x</a>'
    )
