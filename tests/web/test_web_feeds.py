"""Feeds of the river and of Datasette's tables, read back by feedparser."""

import json
from xml.etree import ElementTree as ET

import feedparser
import pytest

from tests.desk import ask, ask_all, entry, fill, source

TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
}


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    video = source("https://example.org/video.xml", title="A channel", category="video")
    hostile = entry(3, title="Tidal <b>&</b> \x0b ]]>", html="<p>1 &lt; 2 ]]&gt;</p>")
    fill(path, {source(): [entry(1), entry(2)], video: [hostile]})
    return path


def titles(answer):
    if "json" in answer.headers["content-type"]:
        return [each["title"] for each in answer.json()["items"]]
    read = feedparser.parse(answer.content)

    assert not read.bozo
    return [each.title for each in read.entries]


@pytest.mark.parametrize("ending", ["atom", "rss", "json"])
def test_feeds_of_the_river_parse_back(db, ending):
    """A feed has all entries, newest first, one of a category only those, each with its link."""
    everything, video, none = ask_all(
        db, [f"/-/feed/{name}.{ending}" for name in ("all", "video", "gaming")]
    )

    assert titles(everything)[:2] == ["Entry number 1", "Entry number 2"]
    assert len(titles(everything)) == 3
    assert len(titles(video)) == 1
    assert titles(none) == []
    assert "https://example.org/1" in everything.text
    assert "All the words of 1." in everything.text


@pytest.mark.parametrize("ending", TYPES)
def test_feeds_say_what_they_are(db, ending):
    """Type, validators and CORS are as readers expect."""
    answer = ask(db, f"/-/feed/all.{ending}")

    assert answer.status_code == 200
    assert TYPES[ending] == answer.headers["content-type"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["etag"].startswith('"')
    assert "public" in answer.headers["cache-control"]


@pytest.mark.parametrize("ending", TYPES)
def test_who_has_the_feed_gets_nothing_new(db, ending):
    """A matching ETag, weak or in a list, is answered by 304 without a body."""
    address = f"/-/feed/all.{ending}"
    etag = ask(db, address).headers["etag"]

    for value in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = ask(db, address, headers={"If-None-Match": value})

        assert answer.status_code == 304
        assert answer.content == b""
        assert etag == answer.headers["etag"]
    assert ask(db, address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_date_is_a_validator_too(db):
    """Without an ETag, If-Modified-Since decides; nonsense in it does not."""
    address = "/-/feed/all.atom"
    modified = ask(db, address).headers["last-modified"]
    dates = (modified, "Mon, 23 Nov 2020 10:00:00 GMT", "yesterday")

    assert [
        ask(db, address, headers={"If-Modified-Since": date}).status_code for date in dates
    ] == [304, 200, 200]
    both = {"If-Modified-Since": modified, "If-None-Match": '"x"'}
    assert ask(db, address, headers=both).status_code == 200


def test_a_new_entry_changes_the_etag(db):
    """The validator follows the content."""
    before = ask(db, "/-/feed/all.atom").headers["etag"]
    fill(db, {source(): [entry(9)]}, now=1795428000 + 3600)

    assert before != ask(db, "/-/feed/all.atom").headers["etag"]


@pytest.mark.parametrize("ending", ["atom", "rss", "json"])
def test_a_search_is_a_feed(db, ending):
    """`search` takes the words, and a category if wanted; no words find nothing."""
    found, within, elsewhere, nothing = ask_all(
        db,
        [
            f"/-/feed/search.{ending}?q=tidal",
            f"/-/feed/search.{ending}?q=tidal&category=video",
            f"/-/feed/search.{ending}?q=tidal&category=blogs",
            f"/-/feed/search.{ending}",
        ],
    )

    assert [len(titles(each)) for each in (found, within, elsewhere, nothing)] == [1, 1, 0, 0]


def test_opml_lists_sources_by_category(db):
    """OPML is XML that names the sources, all, of a category, or of what a search found."""
    everything, video, found = ask_all(
        db, ["/-/feed/all.opml", "/-/feed/video.opml", "/-/feed/search.opml?q=tidal"]
    )

    def addresses(answer):
        outlines = ET.fromstring(answer.text).iter("outline")
        return {each.get("xmlUrl") for each in outlines if each.get("xmlUrl")}

    assert {"https://example.org/feed.xml", "https://example.org/video.xml"} == addresses(
        everything
    )
    assert {"https://example.org/video.xml"} == addresses(video) == addresses(found)


def test_pages_announce_their_feeds(db):
    """Readers find the feed of what is looked at in the page's head."""
    home, category, search = (
        each.text.partition("</head>")[0] for each in ask_all(db, ["/", "/c/video", "/c/video?q=a"])
    )

    assert 'type="application/atom+xml"' in home
    assert 'href="/-/feed/all.atom"' in home
    assert 'href="/-/feed/all.json"' in home
    assert 'href="/-/feed/video.rss"' in category
    assert 'href="/-/feed/search.atom?q=a&amp;category=video"' in search


@pytest.mark.parametrize("address", ["/-/feed/nothing.atom", "/-/feed/all.exe", "/-/feed/all"])
def test_other_feeds_are_not_there(db, address):
    """A feed of no category, or in no format, is not found."""
    assert ask(db, address).status_code == 404


@pytest.mark.parametrize("table", ["entries", "stream"])
@pytest.mark.parametrize("ending", ["atom", "rss", "jsonfeed"])
def test_every_filtered_table_is_a_feed(db, table, ending):
    """Datasette's filters, search and sizes hold for the feed of a table."""
    everything, video, found = ask_all(
        db,
        [
            f"/aggregator/{table}.{ending}",
            f"/aggregator/{table}.{ending}?category=video",
            f"/aggregator/{table}.{ending}?_search=tidal",
        ],
    )

    assert titles(everything)[:2] == ["Entry number 1", "Entry number 2"]
    assert 1 == len(titles(video)) == len(titles(found))
    assert everything.headers["etag"]


def test_the_owners_queries_are_feeds(db):
    """A query that has the columns is a feed; one that lacks some says which."""
    enough = "select+7+as+id,'A+title'+as+title,'https://example.org/q'+as+url,'2026-01-02'+as+published_at"
    address = "/aggregator/-/query"
    owner = {"id": "root"}

    assert titles(ask(db, f"{address}.atom?sql={enough}", actor=owner)) == ["A title"]
    lacking = ask(db, f"{address}.atom?sql=select+1+as+id,'x'+as+title", actor=owner)
    assert lacking.status_code == 400
    assert "published_at, url" in lacking.text


def test_tables_without_the_columns_offer_no_feed(db):
    """The formats stand only on pages that have something to put into them."""
    assert ".atom" in ask(db, "/aggregator/entries").text
    assert "sources.atom" not in ask(db, "/aggregator/sources").text


def test_a_row_may_be_odd(db):
    """Times in seconds, no time at all and tags that are no list still make a feed."""
    rows = (
        "select+1+as+id,'a'+as+title,null+as+url,1795428000+as+published_at,'[\"x\"]'+as+tags"
        "+union+select+2,'b',null,'never','{}'+union+select+3,'c',null,null,'no+json'"
    )
    answer = ask(db, f"/aggregator/-/query.jsonfeed?sql={rows}", actor={"id": "root"})
    entries = {each["title"]: each for each in json.loads(answer.text)["items"]}

    assert {"a", "b", "c"} == set(entries)
    assert entries["a"]["date_published"] == "2026-11-23T10:00:00Z"
