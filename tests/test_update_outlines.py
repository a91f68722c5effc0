"""Lists of feeds that others keep: followed as they are, and as they become."""

import pytest

from aggregator.config import parse_config
from aggregator.store import open_store
from aggregator.update import run_update
from tests.loopback import Answer, feed

NOW = 1_790_000_000
DAY = 86_400


def opml(*urls, folder="Video"):
    rows = "".join(f'<outline text="Feed {n}" xmlUrl="{url}"/>' for n, url in enumerate(urls))
    return f"<opml><body><outline text='{folder}'>{rows}</outline></body></opml>".encode()


@pytest.fixture
def run(tmp_path):
    """Run an update with this feeds.toml; returns (summary, feeds by address)."""

    def run(text, *, at=NOW, force=False):
        config = parse_config(text + '\n[network]\nallow = ["127.0.0.0/8"]\n')
        summary = run_update(db=tmp_path / "a.db", config=config, now=lambda: at, force=force)
        with open_store(tmp_path / "a.db", now=at) as store:
            return summary, {row.url: row for row in store.feeds()}

    return run


@pytest.fixture
def two(web):
    """Two feeds on the server."""
    return web.serve("/a", feed(("a", "Alpha"))), web.serve("/b", feed(("b", "Beta")))


def follow(web, more=""):
    return f'[[outlines]]\nurl = "{web.url}/list.opml"\n{more}'


def test_a_list_is_followed(run, web, two):
    """Its feeds are fetched like those of feeds.toml, with its folders and our tags."""
    web.serve("/list.opml", Answer(200, opml(*two)))
    summary, feeds = run(follow(web, 'tags = ["theirs"]\n'))

    assert (summary.new, summary.errors) == (2, 0)
    assert {row.category for row in feeds.values()} == {"video"}
    assert feeds[two[0]].tags == ("theirs",)
    assert feeds[two[0]].title == "Feed 0"


def test_a_list_is_read_anew(run, web, two):
    """What is added to it is followed, what is taken out is left, and its entries stay."""
    web.serve("/list.opml", Answer(200, opml(two[0]), {"ETag": '"1"'}))
    run(follow(web))
    web.serve("/list.opml", Answer(200, opml(two[1]), {"ETag": '"2"'}))
    web.requests.clear()
    run(follow(web), at=NOW + 60)
    assert "/list.opml" not in [path for path, _ in web.requests]

    _, feeds = run(follow(web), at=NOW + DAY)
    headers = next(headers for path, headers in web.requests if path == "/list.opml")
    assert headers["if-none-match"] == '"1"'
    assert {url: row.state for url, row in feeds.items()} == {two[0]: "unsubscribed", two[1]: "ok"}
    assert feeds[two[0]].total == 1


def test_a_list_that_has_not_changed_stays(run, web, two):
    """304 keeps what was there."""
    web.serve("/list.opml", Answer(200, opml(*two), {"ETag": '"1"'}))
    run(follow(web))
    web.serve("/list.opml", Answer(304, b"", {"ETag": '"1"'}))

    assert {row.state for row in run(follow(web), force=True)[1].values()} == {"ok"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503, b"away"),
        Answer(200, b"<html></html>"),
        Answer(200, b"<opml><body/></opml>"),
        Answer(200, b'<opml><body><outline xmlUrl="ftp://a.example/"/></body></opml>'),
    ],
)
def test_a_list_that_can_not_be_read_stays_what_it_was(run, web, two, answer):
    """Nobody is unsubscribed for a server's bad day; the failure is counted, and tried again."""
    web.serve("/list.opml", Answer(200, opml(*two)))
    run(follow(web))
    web.serve("/list.opml", answer)
    summary, feeds = run(follow(web), at=NOW + DAY)

    assert summary.errors == 1
    assert {row.state for row in feeds.values()} == {"ok"}
    web.serve("/list.opml", Answer(200, opml(two[0])))
    run(follow(web), at=NOW + DAY + 60)
    assert run(follow(web), at=NOW + DAY + 60)[1][two[1]].state == "ok"
    assert run(follow(web), at=NOW + DAY + 3600)[1][two[1]].state == "unsubscribed"


def test_a_list_that_was_never_there_is_told(run, web):
    """A wrong address of a list is an error like a feed's."""
    summary, feeds = run(follow(web))

    assert (summary.errors, feeds) == (1, {})


def test_what_feeds_toml_says_goes_first(run, web, two):
    """A feed that stands there itself keeps its keys; of two lists the first counts."""
    web.serve("/list.opml", Answer(200, opml(*two)))
    web.serve("/other.opml", Answer(200, opml(two[1], folder="Music")))
    own = f'[[feeds]]\nurl = "{two[0]}"\ntitle = "Mine"\n'
    other = f'[[outlines]]\nurl = "{web.url}/other.opml"\n'
    _, feeds = run(own + follow(web, 'category = "photo"\n') + other)

    assert (feeds[two[0]].title, feeds[two[0]].category) == ("Mine", "blogs")
    assert feeds[two[1]].category == "photo"
    assert {row.state for row in feeds.values()} == {"ok"}


def test_a_list_that_is_no_longer_named_is_left(run, web, two):
    """Its feeds are unsubscribed, and it is forgotten."""
    web.serve("/list.opml", Answer(200, opml(*two)))
    run(follow(web))
    _, feeds = run("")

    assert {row.state for row in feeds.values()} == {"unsubscribed"}
    web.requests.clear()
    run(follow(web), at=NOW + 60)
    assert "/list.opml" in [path for path, _ in web.requests]
