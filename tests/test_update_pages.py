"""Pages as sources: followed like feeds, on real servers."""

import pytest

from aggregator.config import parse_config
from aggregator.model import Rules
from aggregator.store import open_store
from aggregator.update import run_update
from aggregator.update.pages import leader
from tests.loopback import Answer, feed

NOW = 1_790_000_000
HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<html><head><link rel=alternate type='application/rss+xml' href='/feed'></head></html>"


@pytest.fixture
def follow(tmp_path):
    """Run an update that follows these addresses; returns (summary, feeds)."""

    def run(*urls, more="", now=NOW):
        feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
        config = parse_config(f'{feeds}\n[network]\nallow = ["127.0.0.0/8"]\n{more}')
        db = tmp_path / "a.db"
        summary = run_update(db=db, config=config, now=lambda: now, force=True)
        with open_store(db, now=now) as store:
            return summary, store.feeds()

    return run


def paths(web):
    return [path for path, _ in web.requests]


def test_a_page_is_led_to_its_feed(follow, web):
    """The first look finds the feed and reads it; later ones ask the feed alone."""
    page = web.serve("/blog/", Answer(200, PAGE, HTML))
    web.serve("/feed", feed(("a", "Alpha")))
    summary, (row,) = follow(page)

    assert (summary.new, summary.errors) == (1, 0)
    assert (row.url, row.feed_url, row.title) == (page, web.url + "/feed", "A feed")
    web.requests.clear()
    follow(page, now=NOW + 9999)
    assert paths(web) == ["/feed"]


def test_a_page_without_feed_fails_and_stays_itself(follow, web):
    """A page that leads nowhere is an error, and is asked itself the next time."""
    page = web.serve("/blog/", Answer(200, b"<html>nothing</html>", HTML))
    summary, (row,) = follow(page)

    assert (summary.errors, row.state, row.feed_url) == (1, "failing", page)


def test_a_page_whose_feed_is_away_is_tried_again(follow, web):
    """Where the feed can't be read, the page is asked again: it may name another one then."""
    page = web.serve("/blog/", Answer(200, PAGE, HTML))
    web.serve("/feed", Answer(503, b"away"))
    assert follow(page)[1][0].feed_url == page

    web.serve("/feed", feed(("a", "Alpha")))
    assert follow(page, now=NOW + 9999)[0].new == 1


def test_a_feed_that_answers_with_a_page_is_not_looked_through(follow, web):
    """A feed with entries whose server shows a page today stays what it is."""
    url = web.serve("/was", feed(("a", "Alpha")))
    follow(url)
    web.serve("/was", Answer(200, PAGE, HTML))
    web.serve("/feed", feed(("b", "Beta")))
    _, (row,) = follow(url, now=NOW + 9999)

    assert (row.state, row.feed_url) == ("failing", url)


def test_rules_lead_without_asking(follow, web):
    """A page that rules know is never asked itself."""
    web.serve("/members/ana.rss", feed(("a", "Alpha")))
    port = web.url.rpartition(":")[2]
    rule = (
        f"[[recipes]]\npattern = '127\\.0\\.0\\.1:{port}/members/(?P<m>\\w+)'\n"
        f'template = "{web.url}/members/{{m}}.rss"\n'
    )
    summary, (row,) = follow(web.url + "/members/ana", more=rule)

    assert summary.new == 1
    assert paths(web) == ["/members/ana.rss"]
    assert row.url == web.url + "/members/ana"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://fosstodon.org/@python", "https://fosstodon.org/@python.rss"),
        ("https://example.org/", "https://example.org/"),
        ("https://www.youtube.com/@nasa", "https://www.youtube.com/@nasa"),
        ("https://join.skype.com/x", "https://join.skype.com/x"),
    ],
)
def test_what_rules_do_not_know_is_its_own_feed(url, expected):
    """Where a page has to be looked at, its own address is asked first."""
    assert leader(Rules())(url) == expected
