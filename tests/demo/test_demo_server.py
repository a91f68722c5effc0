"""The sample web behind HTTP."""

import gzip
import tomllib
import urllib.error
import urllib.request

import pytest

from aggregator.config import parse_config
from aggregator.demo import SampleWeb
from aggregator.demo.sites import feed_path, sites
from aggregator.taxonomy import CATEGORIES

NOW = 1_795_000_000


@pytest.fixture(scope="module")
def web():
    with SampleWeb(now=lambda: NOW) as web:
        yield web


def get(url, **headers):
    request = urllib.request.Request(
        url, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_feed_and_validators(web):
    """A feed has validators, and who sends them back hears that nothing has changed."""
    status, headers, body = get(f"{web.url}/slow-relay/feed/")
    by_tag = get(f"{web.url}/slow-relay/feed/", If_None_Match=headers["ETag"])
    by_date = get(f"{web.url}/slow-relay/feed/", If_Modified_Since=headers["Last-Modified"])

    assert (status, headers["Content-Type"]) == (200, "application/rss+xml; charset=UTF-8")
    assert body.startswith(b"<?xml")
    assert (by_tag[0], by_tag[2], by_date[0]) == (304, b"", 304)


def test_other_validators_get_the_feed(web):
    """A validator of another version is no reason for a 304."""
    assert get(f"{web.url}/slow-relay/feed/", If_None_Match='"other"')[0] == 200


def test_gzip_when_asked(web):
    """A text is compressed for those who say that they can read it; a picture is not."""
    plain = get(f"{web.url}/tinker/@tinker.rss")
    packed = get(f"{web.url}/tinker/@tinker.rss", Accept_Encoding="gzip")
    picture = get(f"{web.url}/tinker/media/icon.png", Accept_Encoding="gzip")

    assert packed[1]["Content-Encoding"] == "gzip"
    assert plain[2] == gzip.decompress(packed[2])
    assert picture[2].startswith(b"\x89PNG")


def test_failing_feed_fails_alone(web):
    """The failing feed answers 503: no validators, and no pause asked for the host of all."""
    status, headers, _ = get(f"{web.url}/quiet-commit/index.atom")

    assert (status, headers["Retry-After"], headers["ETag"]) == (503, None, None)


def test_head_has_no_body(web):
    """HEAD is GET without the body."""
    request = urllib.request.Request(f"{web.url}/", method="HEAD")
    with urllib.request.urlopen(request, timeout=10) as answer:
        length, body = answer.headers["Content-Length"], answer.read()

    assert int(length) > 1000
    assert body == b""


def test_quiet(web, capfd):
    """Nothing is written to the terminal, whatever is asked."""
    get(f"{web.url}/nothing/")
    get(f"{web.url}/")

    assert tuple(capfd.readouterr()) == ("", "")


def test_config_lists_every_feed(web):
    """The configuration has every feed with its category, and allows the loopback network."""
    config = tomllib.loads(web.config_text())
    parsed = parse_config(web.config_text())

    assert config["network"]["allow"] == ["127.0.0.0/8"]
    assert [site.category for site in sites().values()] == [f["category"] for f in config["feeds"]]
    assert all(feed["url"].startswith(f"{web.url}/") for feed in config["feeds"])
    assert get(config["feeds"][0]["url"])[0] == 200
    assert [feed.category for feed in parsed.feeds] == [f["category"] for f in config["feeds"]]
    assert {"linkedin", "facebook", "mastodon", "steam"} < {feed.platform for feed in parsed.feeds}


def test_a_page_of_each_category(web):
    """One source of each category is a page, which names its feed; all others are feeds."""
    feeds = tomllib.loads(web.config_text())["feeds"]
    feed_urls = {web.url + feed_path(site) for site in sites().values()}
    pages = [each for each in feeds if each["url"] not in feed_urls]

    assert len({each["category"] for each in pages}) == len(pages) == len(CATEGORIES)
    assert all(b'rel="alternate"' in get(each["url"])[2] for each in pages)


def test_config_for_another_address(web):
    """The configuration can be written for another address."""
    assert 'url = "http://example.org/dice-tower/feed/"' in web.config_text("http://example.org")


def test_taken_port(web):
    """A port in use is an OSError, before anything is served."""
    port = int(web.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"):
        SampleWeb(port=port)
