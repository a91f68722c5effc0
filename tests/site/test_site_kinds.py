"""Which addresses of the desk become which files."""

import pytest

from aggregator.site.kinds import KINDS, Place, below, place, relative
from aggregator.taxonomy import CATEGORIES


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/c/video", "c/video.html"),
        ("/?feed=12", "source/12.html"),
        ("/e/1882632587147055", "e/1882632587147055.html"),
        ("/s/7", "s/7.html"),
        ("/v", "views.html"),
        ("/v/long-reads", "v/long-reads.html"),
        ("/lists", "lists.html"),
        ("/lists/best_of-2026", "lists/best_of-2026.html"),
        ("/stories", "stories.html"),
        ("/-/feed/all.atom", "feed/all.atom"),
        ("/-/feed/view/long-reads.json", "feed/view/long-reads.json"),
        ("/-/static-plugins/aggregator-desk/desk.css?_hash=0a1b", "static/desk.css"),
        ("/-/static-plugins/aggregator-desk/inter.woff2", "static/inter.woff2"),
    ],
)
def test_pages_that_people_read_have_files(address, file):
    """Each kind of page has its place in the site."""
    assert file == place(address).file


@pytest.mark.parametrize(
    "address",
    [
        "/aggregator",
        "/aggregator/entries.json",
        "/-/",
        "/-/desk/lists/x",
        "/-/static/app.css",
        "/-/static-plugins/other/desk.css",
        "/-/static-plugins/aggregator-desk/../x.css",
        "/-/feed/search.atom?q=x",
        "/-/feed/../x.atom",
        "/?q=x",
        "/?before=1",
        "/?feed=1&before=2",
        "/lists/x?token=y",
        "/lists/..",
        "/c/.hidden",
        "/e/1/../2",
        "/e/x",
        "/v/",
        "//",
        "/e/1\n",
    ],
)
def test_nothing_else_leaves_the_house(address):
    """An address without a row is none of the site's."""
    assert place(address) is None


def test_older_pages_are_numbered():
    """The second page of a river lies below the first."""
    river = place("/c/video")

    assert Place(river.kind, river.key, 2).file == "c/video/2.html"


def test_no_two_pages_share_a_file():
    """Kinds keep their files apart, older pages too."""
    files = [
        Place(kind, key, page).file
        for kind in KINDS
        for key in ("1", "index", "lists", *(each.slug for each in CATEGORIES))
        for page in ((1, 2) if kind.deep else (1,))
        if "{key}" in kind.file
    ] + [kind.file for kind in KINDS if "{key}" not in kind.file]

    assert len(files) == len(set(files))


@pytest.mark.parametrize(
    ("start", "target", "link"),
    [
        ("index.html", "c/video.html", "c/video.html"),
        ("c/video.html", "index.html", "../index.html"),
        ("c/video/2.html", "c/video.html", "../video.html"),
        ("c/video.html", "c/blogs.html", "blogs.html"),
    ],
)
def test_links_are_relative(start, target, link):
    """A site may lie anywhere: files lead to each other without knowing where they are."""
    assert link == relative(start, target)


def test_the_river_is_the_site_itself():
    """By whole address, the first page has the address of the site."""
    assert below("https://example.org/read/", "index.html") == "https://example.org/read/"
    assert below("https://example.org/read/", "e/1.html") == "https://example.org/read/e/1.html"
