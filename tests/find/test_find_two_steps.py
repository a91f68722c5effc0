"""Rows that look into a page. The pages have the shape of the real ones, cut down."""

import pytest

from aggregator.errors import FetchError
from aggregator.find import resolve
from aggregator.rules import Bridges, Rules
from tests.find.tables import BRIDGED, answer, page

CHANNEL = "UCsXVk37bltHxD1rDPwtNM8Q"
FEATURED = "UCBJycsmduvYEL83R_U4JriQ"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"

CHANNEL_PAGE = f"""<!DOCTYPE html><html><head><title>Kurz - YouTube</title></head><body>
<script>var ytInitialData = {{"contents":{{"channelId":"{FEATURED}","title":"A friend"}},
"metadata":{{"channelMetadataRenderer":{{"title":"Kurz","externalId":"{CHANNEL}"}}}}}};</script>"""
WATCH_PAGE = f"""<html><script>var ytInitialPlayerResponse = {{"videoDetails":{{
"videoId":"dQw4w9WgXcQ","channelId":"{FEATURED}"}},"microformat":{{"playerMicroformatRenderer":{{
"externalChannelId":"{CHANNEL}"}}}}}};</script>"""
CANONICAL = f"""<html><link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">
<script>{{"channelId":"{FEATURED}"}}</script>"""


@pytest.mark.parametrize(
    ("url", "asked", "text"),
    [
        ("https://www.youtube.com/@kurz", None, CHANNEL_PAGE),
        ("https://www.youtube.com/c/kurz/videos", None, CHANNEL_PAGE),
        ("https://www.youtube.com/kurz", None, CHANNEL_PAGE),
        ("https://www.youtube.com/@kurz/community", None, CHANNEL_PAGE),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=WL", None, WATCH_PAGE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", None, WATCH_PAGE),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", WATCH_PAGE),
        (
            "https://www.youtube.com/embed/dQw4w9WgXcQ",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            WATCH_PAGE,
        ),
        ("https://www.youtube.com/@kurz/about", None, CANONICAL),
    ],
)
def test_a_youtube_page_tells_its_own_channel(url, asked, text):
    """A YouTube page is asked once and gives its own channel, not one that it features."""
    found, asks = answer(url, {asked or url: text})

    assert found.feed_url == f"{VIDEOS}?channel_id={CHANNEL}"
    assert (found.platform, found.category, found.how) == ("youtube", "video", "recipe")
    assert [each.url for each in asks] == [asked or url]
    assert [(each.label, each.feed_url.rpartition("=")[2]) for each in found.candidates[:4]] == [
        ("all", CHANNEL),
        ("videos without shorts", f"UULF{CHANNEL[2:]}"),
        ("shorts", f"UUSH{CHANNEL[2:]}"),
        ("live", f"UULV{CHANNEL[2:]}"),
    ]


SUBSTACK = '"primaryPublication":{"id":1,"subdomain":"ann","custom_domain":'


@pytest.mark.parametrize(
    ("url", "pages", "feed"),
    [
        (
            "https://soundcloud.com/ann",
            {"https://soundcloud.com/ann": '<meta content="soundcloud://users:4213">'},
            "https://feeds.soundcloud.com/users/soundcloud:users:4213/sounds.rss",
        ),
        (
            "https://podcasts.apple.com/us/podcast/a-show/id979020229",
            {
                "https://itunes.apple.com/lookup?id=979020229&entity=podcast": (
                    '{"resultCount":1,"results":[{"feedUrl":"https:\\/\\/example.org\\/a.xml"}]}'
                )
            },
            "https://example.org/a.xml",
        ),
        (
            "https://creators.spotify.com/pod/show/ann",
            {
                "https://creators.spotify.com/pod/show/ann": (
                    '{"rss":"https:\\/\\/anchor.fm\\/s\\/10cb1f\\/podcast\\/rss"}'
                )
            },
            "https://anchor.fm/s/10cb1f/podcast/rss",
        ),
        (
            "https://substack.com/@ann",
            {"https://substack.com/@ann": "<script>{" + SUBSTACK + "null}}"},
            "https://ann.substack.com/feed",
        ),
        (
            "https://substack.com/@ann",
            {
                "https://substack.com/@ann": (
                    '<script>window.x = JSON.parse("{'
                    + (SUBSTACK + '"www.example.org"').replace('"', r"\"")
                )
            },
            "https://www.example.org/feed",
        ),
        (
            "https://www.flickr.com/photos/flickr/",
            {"https://www.flickr.com/photos/flickr/": '{"nsid":"66956608@N06","x":"1@N01"}'},
            "https://www.flickr.com/services/feeds/photos_public.gne?id=66956608@N06",
        ),
        (
            "https://odysee.com/@Odysee",
            {
                "https://odysee.com/@Odysee": (
                    '<link rel="canonical" href="https://odysee.com/@Odysee:8"/>'
                )
            },
            "https://odysee.com/$/rss/@Odysee:8",
        ),
        (
            "https://archive.org/details/prelinger",
            {"https://archive.org/details/prelinger": '{"mediatype":"collection"}'},
            "https://archive.org/services/collection-rss.php?collection=prelinger",
        ),
        (
            "http://forum.example.org/b/viewtopic.php?p=77#p77",
            {
                "http://forum.example.org/b/viewtopic.php?p=77": (
                    '<link rel="canonical" href="http://forum.example.org/b/viewtopic.php?t=9">'
                )
            },
            "http://forum.example.org/b/feed.php?t=9",
        ),
        (
            "https://forum.example.org/showthread.php?tid=5",
            {
                "https://forum.example.org/showthread.php?tid=5": (
                    '<div class="navigation"><a href="forumdisplay.php?fid=12">General</a>'
                )
            },
            "https://forum.example.org/syndication.php?fid=12",
        ),
    ],
)
def test_a_page_tells_what_its_address_does_not(url, pages, feed):
    """A row that looks into a page asks for one and fills its template with what that says."""
    found, asks = answer(url, pages)

    assert (feed, "recipe") == (found.feed_url, found.how)
    assert [each.url for each in asks] == list(pages)


WIKI = """<html><head><link rel="EditURI" type="application/rsd+xml"
href="//wiki.example.org/w/api.php?action=rsd"/><script>RLCONF={"wgCanonicalNamespace":"",
"wgNamespaceNumber":%s,"wgPageName":"%s","wgTitle":"x"};</script>"""


@pytest.mark.parametrize(
    ("namespace", "name", "feed"),
    [
        (
            0,
            r"Caf\u00e9/AT&T",
            "https://wiki.example.org/w/index.php?title=Caf%C3%A9%2FAT%26T&action=history&feed=atom",
        ),
        (
            -1,
            "Special:Version",
            "https://wiki.example.org/w/index.php?title=Special:RecentChanges&feed=atom",
        ),
    ],
)
def test_any_mediawiki_tells_where_its_scripts_are(namespace, name, feed):
    """A wiki's page has a history at the scripts it names; a special page has recent changes."""
    url = "https://wiki.example.org/wiki/Somewhere"
    found, asks = answer(url, {url: WIKI.replace("\n", "") % (namespace, name)})

    assert feed == found.feed_url
    assert (found.platform, found.category, len(asks)) == ("mediawiki", "wikis", 1)


def test_a_page_that_says_nothing_is_read_for_links():
    """Where a row looks in vain, what the page names is taken."""
    url = "https://substack.com/@ann"
    found, asks = answer(
        url,
        {url: "<link rel=alternate type=application/rss+xml href=/feed/ann>"},
    )

    assert (found.feed_url, found.how) == ("https://substack.com/feed/ann", "page")
    assert len(asks) == 1


def test_a_bridge_helps_where_a_page_says_nothing():
    """Where a row looks in vain and a bridge knows the page, the bridge is taken."""
    url = "https://soundcloud.com/ann"
    found, asks = answer(url, {url: "<html>Please log in"}, BRIDGED)

    assert found.feed_url == "rssbridge:bridge=SoundcloudBridge&u=ann&t=tracks"
    assert (found.how, len(asks)) == ("bridge", 1)


def test_nothing_helps_where_a_page_says_nothing():
    """Where neither page nor bridge helps, that is said, without further questions."""
    url = "https://soundcloud.com/ann"
    found, asks = answer(url, {url: "<html>Please log in"})

    assert (found.feed_url, found.how, found.platform) == (None, "none", "soundcloud")
    assert found.reason == "The page does not say where its feed is."
    assert len(asks) == 1


@pytest.mark.parametrize(
    ("rules", "feed"), [(Rules(), None), (BRIDGED, "rsshub:/youtube/user/@kurz")]
)
def test_an_unreachable_page_leaves_the_bridge(rules, feed):
    """Where a page can't be had, a bridge is taken, else the network's reason is told."""
    url = "https://www.youtube.com/@kurz"
    error = FetchError("www.youtube.com could not be reached.", kind="unreachable", hint="Wait.")
    found, _ = answer(url, {url: error}, rules)

    assert feed == found.feed_url
    assert (found.reason, found.hint) == ((None, None) if feed else (error.message, "Wait."))


def test_a_lookup_without_feed_leaves_the_json():
    """A podcast that Apple knows no feed of is followed by the look-up itself."""
    asked = "https://itunes.apple.com/lookup?id=1&entity=podcast"
    found, _ = answer("https://podcasts.apple.com/podcast/id1", {asked: '{"resultCount":0}'})

    assert (asked, "json") == (found.feed_url, found.how)


def test_what_a_page_says_must_be_an_address():
    """An address that a page makes up of something else is not followed."""
    asked = "https://itunes.apple.com/lookup?id=1&entity=podcast"
    found, _ = answer(
        "https://podcasts.apple.com/podcast/id1", {asked: '{"feedUrl":"https://:1/"}'}
    )

    assert [each.feed_url for each in found.candidates] == [asked]


def test_a_room_is_found_by_its_name_with_a_token():
    """With a token, the name of a Matrix room is looked up; without one it is not asked."""
    url = "https://matrix.to/#/#news:matrix.org"
    asked = "https://matrix.org/_matrix/client/v3/directory/room/%23news:matrix.org"
    rules = Rules(keys=frozenset({"MATRIX_TOKEN"}))
    found, asks = answer(url, {asked: '{"room_id":"!abc:matrix.org"}'}, rules)
    without, none = answer(url, {})

    assert found.feed_url == (
        "https://matrix.org/_matrix/client/v3/rooms/!abc:matrix.org/messages?dir=b&limit=50"
    )
    assert (found.how, [each.url for each in asks]) == ("json", [asked])
    assert (without.feed_url, without.how, none) == (None, "closed", [])
    assert "MATRIX_TOKEN" in without.hint


def test_a_page_is_read_again_where_it_led():
    """A short link is asked once: the page it leads to is the one that its row looks into."""
    url = "https://example.org/short"
    led = page(CHANNEL_PAGE, "https://www.youtube.com/@kurz")
    found, asks = answer(url, {url: led})
    nowhere, _ = answer(url, {url: page("<html>", "https://www.youtube.com/@kurz")})

    assert (found.url, found.feed_url) == (url, f"{VIDEOS}?channel_id={CHANNEL}")
    assert len(asks) == 1
    assert nowhere.feed_url is None


def test_offline_nothing_is_asked():
    """Offline, a page that has to be looked into says so, and a bridge stands in."""
    steps = resolve("https://www.youtube.com/@kurz", Rules(), offline=True)
    with pytest.raises(StopIteration) as end:
        next(steps)
    bridged, asks = answer(
        "https://www.youtube.com/@kurz", {}, Rules(bridges=Bridges(rsshub="x")), offline=True
    )

    assert end.value.value.feed_url is None
    assert end.value.value.hint == "Try again without --offline."
    assert (bridged.feed_url, asks) == ("rsshub:/youtube/user/@kurz", [])
