"""Feeds of the desk made feeds of the site."""

from aggregator.site.feeds import moved

DESK = "https://example.org/desk"
FILES = {"/": f"{DESK}/", "/-/feed/all.atom": f"{DESK}/feed/all.atom", "/?a=1&b=2": "x&y"}


def test_its_own_addresses_are_moved():
    """Addresses of the desk are those of the site, in XML and in JSON."""
    before = f'<a href="{DESK}/-/feed/all.atom"/><link>{DESK}/?a=1&amp;b=2</link>{{"u": "{DESK}/"}}'
    after = f'<a href="{DESK}/feed/all.atom"/><link>x&amp;y</link>{{"u": "{DESK}/"}}'

    assert after == moved(before, desk=DESK, resolve=FILES.get)


def test_neighbours_are_left_alone():
    """What lies beside the desk, or is said in a text, stays."""
    text = f'<a href="{DESK}/other"/><p>see {DESK}/-/feed/all.atom or</p><b>{DESK}er/</b>'

    assert text == moved(text, desk=DESK, resolve=FILES.get)
