"""How domains are treated, by rows."""

import pytest

from aggregator.fetch.hosts import POLICIES, POLITE, headers_for, key_for, policy_for
from aggregator.model import HostPolicy


@pytest.mark.parametrize("row", POLICIES, ids=lambda row: row.host)
def test_every_row_says_why(row):
    """A row has a reason, a host in lower case, and treats nobody worse than the default."""
    assert row.note.endswith(".")
    assert row.host == row.host.lower().strip(".")
    assert row.parallel == 1
    assert row.per_run is None or row.per_run > 0


def test_hosts_are_named_once():
    """Two rows for a host would hide each other."""
    hosts = [row.host for row in POLICIES]

    assert len(set(hosts)) == len(hosts)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("reddit.com", "reddit.com"),
        ("old.Reddit.com.", "reddit.com"),
        ("notreddit.com", ""),
        ("de.wikipedia.org", "wikipedia.org"),
        ("api.deezer.com", "api.deezer.com"),
        ("deezer.com", ""),
        ("127.0.0.1:8080", ""),
        ("", ""),
    ],
)
def test_a_row_holds_for_its_host_and_all_below(host, expected):
    """The longest row that a host ends with, at a dot, is its row."""
    assert policy_for(host).host == expected


def test_rows_of_the_user_go_first():
    """A row of feeds.toml replaces ours, and a narrower one beats a wider one."""
    mine = HostPolicy(host="Reddit.com", gap=2.0)
    port = HostPolicy(host="127.0.0.1:8080", gap=3.0)
    address = HostPolicy(host="127.0.0.1", gap=4.0)
    feeds = HostPolicy(host="feeds.example.org", gap=5.0)

    extra = (mine, port, address, feeds)

    assert policy_for("www.reddit.com", extra) is mine
    assert policy_for("127.0.0.1:8080", extra) is port
    assert policy_for("127.0.0.1:9", extra) is address
    assert policy_for("a.feeds.example.org", extra) is feeds
    assert policy_for("example.org", extra) is POLITE


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.co.uk/feed", "example.co.uk"),
        ("https://someone.github.io/feed", "someone.github.io"),
        ("https://old.reddit.com/r/x.rss", "reddit.com"),
        ("https://api.deezer.com/artist/27", "api.deezer.com"),
        ("https://itunes.apple.com/lookup", "itunes.apple.com"),
        ("https://podcasts.apple.com/x", "apple.com"),
        ("http://127.0.0.1:8080/feed", "127.0.0.1:8080"),
    ],
)
def test_whom_a_request_bothers(url, key):
    """It is the registrable domain, or the part of it that has a row of its own."""
    assert key_for(url) == key


def test_a_row_of_the_user_makes_a_key():
    """A part of a domain that the user treats apart keeps its own time."""
    extra = (HostPolicy(host="feeds.example.org"),)

    assert key_for("https://feeds.example.org/1", extra) == "feeds.example.org"
    assert policy_for("feeds.example.org", extra) is extra[0]


def test_headers_of_a_row_are_said_to_its_host():
    """User-Agent and headers of a row are sent; the feed's own win."""
    policy = HostPolicy(host="x", user_agent="Mine", headers=(("X-Key", "row"), ("X-Row", "r")))

    assert headers_for(policy, (("x-key", "feed"),)) == (
        ("User-Agent", "Mine"),
        ("X-Row", "r"),
        ("x-key", "feed"),
    )
    assert headers_for(POLITE) == ()
