"""Pages of no recipe: markers of engines, links, bridges that know them, usual places."""

import json

import pytest

from aggregator.errors import FetchError
from aggregator.find import Ask
from aggregator.rules import Bridges, Rules
from tests.find.tables import RSS, answer, page

URL = "https://example.org/some/page"


@pytest.mark.parametrize(
    ("path", "text", "headers", "feed", "platform"),
    [
        ("/@ann/1", '<div id="mastodon">', {}, "/@ann.rss", "mastodon"),
        ("/@ann", "<html>", {"server": "Mastodon"}, "/@ann.rss", "mastodon"),
        ("/@ann", '<meta name="generator" content="Mastodon v4">', {}, "/@ann.rss", "mastodon"),
        ("/@ann", '<script id="misskey_meta">', {}, "/@ann.atom", "misskey"),
        ("/@ann", "<meta name=application-name content='Sharkey'>", {}, "/@ann.atom", "misskey"),
        (
            "/users/ann",
            '<meta name="generator" content="Akkoma 3">',
            {},
            "/users/ann/feed.atom",
            "pleroma",
        ),
        (
            "/t/hello/12/3",
            '<meta name="generator" content="Discourse 3.2">',
            {},
            "/t/hello/12.rss",
            "discourse",
        ),
        ("/", "<html>", {"x_discourse_route": "list/latest"}, "/latest.rss", "discourse"),
        ("/c/a/1", '<meta id="data-discourse-setup">', {}, "/c/a/1.rss", "discourse"),
        ("/c/cats", '<div class="lemmy-site">', {}, "/feeds/c/cats.xml", "lemmy"),
        (
            "/c/news/videos",
            "<html>",
            {"x_powered_by": "PeerTube"},
            "/feeds/videos.xml?videoChannelName=news",
            "peertube",
        ),
        ("/category/2/x", "<html>", {"x_powered_by": "NodeBB"}, "/category/2.rss", "nodebb"),
        ("/ann", '<meta name="generator" content="Pixelfed">', {}, "/users/ann.atom", "pixelfed"),
        (
            "/channels/ann",
            '<meta name="generator" content="Funkwhale">',
            {},
            "/api/v1/channels/ann/rss",
            "funkwhale",
        ),
        (
            "/profile/ann",
            '<meta name="generator" content="Friendica">',
            {},
            "/feed/ann",
            "friendica",
        ),
        ("/profile/ann", "<html>", {"x_friendica_version": "2024"}, "/feed/ann", "friendica"),
        (
            "/@ann",
            '<script>fetch("/api/pleroma/x")</script>',
            {},
            "/users/ann/feed.atom",
            "pleroma",
        ),
        (
            "/o/r",
            '<meta content="GitLab" property="og:site_name">',
            {},
            "/o/r/-/releases.atom",
            "gitlab",
        ),
        ("/o/r", "<html>", {"x_gitlab_meta": "{}"}, "/o/r/-/releases.atom", "gitlab"),
        ("/links/", '<div id="shaarli-menu">', {}, "/links/feed/rss", "shaarli"),
        ("/", "<html>", {"set_cookie": "shaarli=abc; path=/"}, "/feed/rss", "shaarli"),
        ("/journal/x", "<html>", {"server": "Squarespace"}, "/journal?format=rss", "squarespace"),
        ("/blog", "<html>", {"x_wix_request_id": "1"}, "/blog-feed.xml", "wix"),
        (
            "/blog",
            '<meta name="generator" content="Wix.com Website Builder">',
            {},
            "/blog-feed.xml",
            "wix",
        ),
        ("/start", "<html>", {"set_cookie": "DokuWiki=x"}, "/feed.php", "dokuwiki"),
    ],
)
def test_an_engine_is_known_by_its_mark(path, text, headers, feed, platform):
    """A page that says which engine made it gets the feed of that engine's row."""
    url = f"https://social.example{path}"
    found, asks = answer(url, {url: page(text, url, **headers)})

    assert f"https://social.example{feed}" == found.feed_url
    assert (platform, "recipe", 1) == (found.platform, found.how, len(asks))


@pytest.mark.parametrize(
    ("mark", "platform"),
    [
        ('<html id="XF" lang="en">', "xenforo"),
        ('<html id="XenForo">', "xenforo"),
        ('<body id="phpbb">', "phpbb"),
        ('<script>var smf_scripturl = "x"</script>', "smf"),
        ('<script>var cookiePrefix = ""; var cookieDomain = "";</script>', "mybb"),
        ('<script src="clientscript/vbulletin-core.js"></script>', "vbulletin"),
    ],
)
def test_a_board_names_its_feeds(mark, platform):
    """A forum's page that names its feed is the platform's that its marks tell."""
    named = '<link rel="alternate" type="application/rss+xml" href="/community/index.rss">'
    found, _ = answer(URL, {URL: mark + named})

    assert found.feed_url == "https://example.org/community/index.rss"
    assert (found.platform, found.category, found.how) == (platform, "forums", "page")


def test_an_engine_without_a_row_for_the_page_is_looked_through():
    """A page that an engine's rows say nothing of is read for links like any other."""
    url = "https://social.example/about"
    link = '<link rel="alternate" type="application/atom+xml" href="/news.atom">'
    found, _ = answer(url, {url: f'<div id="mastodon">{link}'})

    assert (found.feed_url, found.platform) == ("https://social.example/news.atom", "mastodon")


def test_a_wiki_that_names_no_scripts_is_looked_through():
    """A page by MediaWiki that does not tell where its scripts are is read for links."""
    text = '<meta name="generator" content="MediaWiki 1.39"><link rel=feed href="/changes">'
    found, _ = answer(URL, {URL: text})

    assert (found.feed_url, found.how) == ("https://example.org/changes", "page")


def test_the_usual_places_are_tried_thrice():
    """An unknown page costs one page and three probes, and nothing is found without a reason."""
    found, asks = answer(URL, {URL: "<html><title> Some  page </title>"})

    assert [each.url for each in asks] == [
        URL,
        "https://example.org/feed/",
        "https://example.org/atom.xml",
        "https://example.org/rss.xml",
    ]
    assert [each.probe for each in asks] == [False, True, True, True]
    assert (found.feed_url, found.how, found.category) == (None, "none", None)
    assert found.reason


def test_what_made_a_page_says_where_to_try():
    """The generator of a page says what its usual places are."""
    text = '<meta name="generator" content="Hugo 0.120"><title>Ann</title>'
    feed = "https://example.org/index.xml"
    found, asks = answer(URL, {URL: text, feed: RSS})

    assert (feed, "page", "Ann", "blogs") == (
        found.feed_url,
        found.how,
        found.title,
        found.category,
    )
    assert asks[1:] == [Ask(feed, probe=True)]


@pytest.mark.parametrize(
    "said",
    [
        page(RSS, "https://example.org/"),
        page("<html>not here", "https://example.org/feed/"),
        FetchError("The server is in trouble (500).", kind="http", http_status=500),
    ],
)
def test_a_probe_must_be_answered_by_a_feed(said):
    """A probe that is sent home, or answered by a page, is no feed."""
    found, _ = answer(URL, {URL: "<html>", "https://example.org/feed/": said})

    assert found.feed_url is None


def test_an_error_status_is_no_feed():
    """A probe that is answered with an error and a feed's body is no feed."""
    said = page(RSS, "https://example.org/feed/")
    object.__setattr__(said, "status", 404)
    found, _ = answer(URL, {URL: "<html>", "https://example.org/feed/": said})

    assert found.feed_url is None


DETECT = (
    "https://bridge.example/?action=findfeed&format=Atom"
    "&url=https%3A%2F%2Fexample.org%2Fsome%2Fpage&token=a%2Fb"
)


def test_rss_bridge_is_asked_what_it_knows():
    """RSS-Bridge says which of its bridges knows a page; its answer is kept as a reference."""
    rules = Rules(bridges=Bridges(rssbridge="https://bridge.example/", rssbridge_token="a/b"))
    rows = [
        {"url": 5},
        "nonsense",
        {"url": "./?action=display&format=Atom"},
        {
            "url": "./?action=display&bridge=Ann&u=x+y&format=Atom&token=a%2Fb",
            "bridgeMeta": {"name": "Ann Bridge"},
        },
        {"url": "./?action=display&bridge=Bob&format=Atom", "bridgeMeta": None},
    ]
    found, asks = answer(URL, {URL: "<html>", DETECT: json.dumps(rows)}, rules)

    assert [each.url for each in asks] == [URL, DETECT]
    assert [(each.feed_url, each.label) for each in found.candidates] == [
        ("rssbridge:bridge=Ann&u=x+y", "Ann Bridge"),
        ("rssbridge:bridge=Bob", "RSS-Bridge"),
    ]
    assert (found.how, found.category) == ("bridge", "blogs")


@pytest.mark.parametrize("said", ["not json", "{}", "[]", FetchError("No.", kind="http")])
def test_rss_bridge_may_know_nothing(said):
    """Whatever RSS-Bridge says that is no list of feeds, the search goes on."""
    rules = Rules(bridges=Bridges(rssbridge="https://bridge.example", rssbridge_token="a/b"))
    found, asks = answer(URL, {URL: "<html>", DETECT: said}, rules)

    assert found.feed_url is None
    assert len(asks) == 5


def test_an_error_of_rss_bridge_is_no_answer():
    """An error page of RSS-Bridge is not read."""
    rules = Rules(bridges=Bridges(rssbridge="https://bridge.example", rssbridge_token="a/b"))
    said = page('[{"url":"?bridge=A"}]', DETECT)
    object.__setattr__(said, "status", 404)
    found, _ = answer(URL, {URL: "<html>", DETECT: said}, rules)

    assert found.feed_url is None


@pytest.mark.parametrize(
    ("asked", "came_from", "feed"),
    [
        (URL, URL, URL),
        ("example.org/some/page", URL, URL),
        (
            URL,
            "https://www.example.org/some/page.php?x=1",
            "https://www.example.org/some/page.php?x=1",
        ),
        # A store of signed copies is not what to follow.
        (URL, "https://cdn.example.net/copy?sig=abc", URL),
    ],
)
def test_a_page_that_is_a_feed_is_followed(asked, came_from, feed):
    """What turns out to be a feed is followed where its own host has it."""
    found, asks = answer(asked, {URL: page(RSS, came_from)})

    assert (feed, "feed", 1) == (found.feed_url, found.how, len(asks))


@pytest.mark.parametrize(
    ("text", "content_type", "is_feed"),
    [
        (RSS, "text/html", True),
        ("\ufeff<feed xmlns='http://www.w3.org/2005/Atom'>", "text/plain", True),
        ("<?xml version='1.0'?><?xml-stylesheet href='x'?><rdf:RDF>", "", True),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "application/json", True),
        ('{"version": "1"}', "application/feed+json", False),
        ("<feed", "application/atom+xml; charset=utf-16", True),
        ("<html><body>", "application/rss+xml", False),
        ("<html>", "text/html", False),
    ],
)
def test_a_feed_is_known_by_its_beginning(text, content_type, is_feed):
    """A document is a feed by what it begins with, else by what it is declared to be."""
    found, _ = answer(URL, {URL: page(text, URL, content_type=content_type)})

    assert is_feed == (found.how == "feed")


@pytest.mark.parametrize("url", ["https://example.org/feed/", "https://feeds.example.org/ann"])
def test_what_only_looks_like_a_feed_is_asked(url):
    """An address that looks like a feed is believed without network, and looked at with it."""
    link = '<link rel="alternate" type="application/rss+xml" href="/real.xml">'
    offline, none = answer(url, {}, offline=True)
    found, _ = answer(url, {url: link})
    missing, _ = answer(url, {})

    assert (offline.feed_url, offline.how, none) == (url, "feed", [])
    assert (found.feed_url.endswith("/real.xml"), found.how) == (True, "page")
    assert missing.feed_url == url


@pytest.mark.parametrize(
    ("came_from", "feed", "how"),
    [
        ("https://github.com/simonw/datasette", "releases.atom", "recipe"),
        ("https://github.com/simonw/datasette/releases.atom", "releases.atom", "feed"),
    ],
)
def test_a_short_link_is_followed(came_from, feed, how):
    """A page that leads to one of a recipe is resolved by that."""
    found, asks = answer(URL, {URL: page("<html>", came_from)})

    assert (found.feed_url, found.url) == (f"https://github.com/simonw/datasette/{feed}", URL)
    assert (found.how, found.platform, len(asks)) == (how, "github", 1)


def test_a_short_link_to_a_closed_system_says_so():
    """A page that leads to a system without feeds gets that system's reason."""
    found, asks = answer("https://t.co/abc", {"https://t.co/abc": page("", "https://x.com/NASA")})

    assert (found.how, found.platform, len(asks)) == ("bridge", "twitter", 1)
    assert "Set rsshub" in found.hint


def test_a_page_that_can_not_be_had_says_why():
    """The network's reason is the resolution's."""
    found, asks = answer(URL, {})

    assert (found.reason, found.how, len(asks)) == (
        "There is nothing at this address (404).",
        "none",
        1,
    )


@pytest.mark.parametrize("url", ["ftp://example.org/", "javascript:alert(1)", "no address", ""])
def test_what_is_no_address_is_not_asked(url):
    """Only http and https can be asked."""
    found, asks = answer(url, {})

    assert (found.feed_url, found.how, asks) == (None, "none", [])
    assert found.reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://github.com/pricing", "No feed is known of this page of GitHub."),
        ("https://example.org/", "This page is not known."),
    ],
)
def test_offline_an_unknown_page_is_unknown(url, reason):
    """Without network, a page that no row knows is said to be unknown."""
    found, asks = answer(url, {}, offline=True)

    assert (found.feed_url, found.reason, asks) == (None, reason, [])
    assert found.hint == "Try again without --offline."


def test_a_reference_is_followed_as_it_is():
    """A reference to a bridge needs no finding."""
    found, asks = answer("rsshub:/a/b", {})

    assert (found.feed_url, found.how, asks) == ("rsshub:/a/b", "bridge", [])


def test_a_recipe_asks_for_no_page():
    """What an address tells is not asked for, with network or without."""
    found, asks = answer("https://vimeo.com/filmsupply", {})

    assert (found.feed_url, asks) == ("https://vimeo.com/filmsupply/videos/rss", [])


def test_a_wiki_may_name_nonsense():
    """Scripts at no address are not believed, on a host that is said to be a wiki either."""
    rules = Rules(engines={"example.org": "mediawiki"})
    text = (
        '<meta name="generator"><link rel="EditURI" href="javascript:x/api.php?action=rsd">'
        '<link rel="feed" href="/changes">'
    )
    found, asks = answer(URL, {URL: text}, rules)

    assert (found.feed_url, len(asks)) == ("https://example.org/changes", 1)
