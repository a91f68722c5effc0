import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.find import ENGINE_RECIPES, RECIPES, SIGNATURES, rewrite
from aggregator.find.hosts import ENGINES
from aggregator.find.index import compiled, lodge
from aggregator.find.nouns import Recipe
from aggregator.find.reserved import RESERVED
from aggregator.parse import mapping_for
from aggregator.rules import Bridges, JsonRow, RecipeRow, Rules
from aggregator.taxonomy import CATEGORY_SLUGS, PLATFORM_SLUGS, PLATFORMS
from aggregator.urls import host
from tests.find.tables import BRIDGED, rows, table


@pytest.mark.parametrize(
    ("page", "feed", "platform", "category"),
    rows("rewrites", "page", "feed", "platform", "category"),
)
def test_a_page_is_rewritten_to_its_feed(page, feed, platform, category):
    """Each page of the table has its feed, platform and category, without network."""
    found = rewrite(page)

    assert (feed, platform, category) == (found.feed_url, found.platform, found.category)
    assert found.how == ("feed" if page == feed else "recipe")


@pytest.mark.parametrize("bridge", ["rsshub", "rssbridge"])
@pytest.mark.parametrize("row", table("bridged"), ids=lambda row: row["page"])
def test_a_bridge_is_referred_to(row, bridge):
    """Each page of the table has its reference when that bridge is configured, and only then."""
    page = row["page"]
    found = rewrite(page, Rules(bridges=Bridges(**{bridge: "https://bridge.example"})))
    references = [each.feed_url for each in found.candidates if each.kind == "bridge"]

    assert references == ([] if row[bridge] == "-" else [f"{bridge}:{row[bridge]}"])
    assert (row["platform"], row["category"]) == (found.platform, found.category)
    assert not any(each.kind == "bridge" for each in rewrite(page).candidates)


@pytest.mark.parametrize(
    ("page", "endpoint", "platform", "category"),
    rows("json", "page", "endpoint", "platform", "category"),
)
def test_a_json_source_is_offered(page, endpoint, platform, category):
    """Each page of the table has its JSON endpoint, after a feed where there is one."""
    found = rewrite(page)

    assert [each.feed_url for each in found.candidates if each.kind == "json"] == [endpoint]
    assert (platform, category) == (found.platform, found.category)
    assert found.how == ("json" if found.feed_url == endpoint else "recipe")


@pytest.mark.parametrize("page", [page for (page,) in rows("nothing", "page")])
def test_a_page_without_a_feed_gets_none(page):
    """No page of the table has a feed that could be known without network."""
    found = rewrite(page)

    assert found is None or (found.feed_url is None and found.reason)


@pytest.mark.parametrize(
    "recipe", [*RECIPES, *SIGNATURES], ids=lambda recipe: recipe.pattern.replace("/", "|")
)
def test_a_row_holds_its_example(recipe):
    """Each row makes its own example of its example's page."""
    found = rewrite(recipe.page, BRIDGED)

    assert recipe.expected == (found.feed_url or "")
    assert found.platform is None or found.platform in PLATFORM_SLUGS
    assert found.category in CATEGORY_SLUGS
    assert bool(found.reason) == (not found.feed_url)


@pytest.mark.parametrize(
    ("engine", "recipe"),
    [(engine, recipe) for engine, recipes in ENGINE_RECIPES.items() for recipe in recipes],
    ids=lambda value: value if isinstance(value, str) else value.page.replace("/", "|"),
)
def test_a_row_of_an_engine_holds_its_example(engine, recipe):
    """Each row of an engine makes its own example, at a known host or one that is told of."""
    told = {} if host(recipe.page) in ENGINES else {host(recipe.page): engine}
    found = rewrite(recipe.page, Rules(engines=told))

    assert recipe.expected == (found.feed_url or "")


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        # Stack Exchange tags end in escapes and signs.
        (
            "https://stackoverflow.com/questions/tagged/c%23?tab=Newest",
            "https://stackoverflow.com/feeds/tag/c%23?sort=newest",
        ),
        # XenForo lives below a folder as often as not.
        (
            "https://www.example.net/community/forums/news.2/",
            "https://www.example.net/community/forums/news.2/index.rss",
        ),
        # An account that is seen from another instance has its feed at home.
        ("https://hachyderm.io/@ann@example.org/1", "https://example.org/@ann.rss"),
        ("https://mastodon.social/@ann@misskey.io", "https://misskey.io/@ann.atom"),
        # Medium's subdomains have their own feed.
        ("https://somebody.medium.com/", "https://somebody.medium.com/feed"),
        # A title with a sign that means something in a query.
        (
            "https://en.wikipedia.org/wiki/AT&T_C++",
            "https://en.wikipedia.org/w/index.php?title=AT%26T_C%2B%2B&action=history&feed=atom",
        ),
        ("youtube.com/user/NASA", "https://www.youtube.com/feeds/videos.xml?user=NASA"),
    ],
)
def test_what_others_get_wrong(page, feed):
    """The faults that other finders have with these pages are not ours."""
    assert feed == rewrite(page).feed_url


@pytest.mark.parametrize("host", ["threads.com", "threads.net", "www.threads.com"])
def test_threads_has_two_names(host):
    """Threads is Threads under its old and its new domain."""
    found = rewrite(f"https://{host}/@zuck", BRIDGED)

    assert found.feed_url == "rsshub:/threads/zuck"


def test_users_rows_win():
    """A row of feeds.toml goes before ours, and may be about a platform of its own."""
    rules = Rules(
        recipes=(
            RecipeRow(
                pattern=r"vimeo\.com/(?P<user>\w+)",
                template="https://feeds.example/{user}",
                alternatives=(("likes", "https://feeds.example/{user}/likes"),),
                label="mine",
                platform="vimeo",
            ),
            RecipeRow(
                pattern="example.org/board/{board}",
                template="https://example.org/rss?b={board}",
                category="forums",
            ),
        )
    )
    vimeo = rewrite("https://www.vimeo.com/filmsupply", rules)
    board = rewrite("http://example.org/board/a&b?page=2", rules)

    assert vimeo.feed_url == "https://feeds.example/filmsupply"
    assert [each.label for each in vimeo.candidates] == ["mine", "likes"]
    assert (vimeo.platform, vimeo.category) == ("vimeo", "video")
    assert board.feed_url == "https://example.org/rss?b=a%26b"
    assert (board.platform, board.category) == (None, "forums")
    assert rewrite("https://example.org/other", rules) is None


PHOTOS = JsonRow(
    endpoint=r"photos\.example/api/{user}",
    list="[]",
    pattern="photos.example/{user}",
    template="https://photos.example/api/{user}",
    platform="flickr",
    category="curation",
)


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("https://photos.example/ann?x=1", "https://photos.example/api/ann"),
        ("https://photos.example/api/ann", "https://photos.example/api/ann"),
        ("https://elsewhere.example/ann", None),
    ],
)
def test_users_json_rows_count(url, feed):
    """A JSON row of feeds.toml knows its pages and its endpoints."""
    endpoint_only = replace(PHOTOS, endpoint="none", pattern="", template="")
    found = rewrite(url, Rules(json=(endpoint_only, PHOTOS)))

    assert feed == (found and found.feed_url)
    assert found is None or (found.how, found.platform) == ("json", "flickr")
    assert found is None or found.category == "curation"


@pytest.mark.parametrize(
    ("url", "how"),
    [
        ("https://api.deezer.com/artist/27/albums", "json"),
        ("https://api.unsplash.com/users/nasa/photos", "json"),
        ("https://slack.com/api/conversations.history?limit=5&channel=C012", "json"),
        ("https://www.youtube.com/feeds/videos.xml?user=NASA", "feed"),
        ("https://hnrss.org/newest?points=100", "feed"),
        ("https://x.stackexchange.com/feeds/tag/a", "feed"),
        ("https://forum.example.org/index.php?action=.xml;type=rss2;board=1", "feed"),
        ("https://en.wikipedia.org/w/index.php?title=A&feed=rss", "feed"),
        ("https://lemmy.world/feeds/local.xml?sort=New", "feed"),
        ("https://open.audio/api/v1/channels/blender/rss", "feed"),
        ("https://example.org//blog//feed.xml", "feed"),
    ],
)
def test_what_can_be_followed_already_stays(url, how):
    """Addresses of feeds and of JSON sources that a row reads are followed as they are."""
    found = rewrite(url)

    assert (how, url) == (found.how, found.feed_url)
    assert found.category in CATEGORY_SLUGS


def test_an_unknown_interface_is_nothing():
    """An address that looks like one of an API is nothing unless a row reads it."""
    assert rewrite("https://api.example.org/v1/things") is None


def test_keys_are_asked_for():
    """A JSON source that lacks its key can be added, and says what to set; the private need it."""
    page = "https://www.pexels.com/search/ocean/"
    slack = "https://example.slack.com/archives/C012AB3CD"
    keys = Rules(keys=frozenset({"PEXELS_KEY", "SLACK_TOKEN"}))
    endpoint = "https://slack.com/api/conversations.history?channel=C012AB3CD"

    assert rewrite(page).hint == "Set the environment variable PEXELS_KEY."
    assert rewrite(page, keys).hint is None
    assert (rewrite(slack).how, rewrite(slack).feed_url) == ("closed", None)
    assert endpoint in rewrite(slack).hint
    assert (rewrite(slack, keys).how, rewrite(slack, keys).feed_url) == ("json", endpoint)


def test_every_json_source_can_be_read():
    """Each JSON endpoint that a row makes has a mapping that reads it."""
    keys = Rules(keys=frozenset({"SLACK_TOKEN", "MATRIX_TOKEN", "YAMMER_TOKEN"}))
    made = [
        each.feed_url
        for recipe in RECIPES
        if recipe.json and (found := rewrite(recipe.page, keys))
        for each in found.candidates
        if each.kind == "json"
    ]

    assert len(made) > 20
    assert [url for url in made if mapping_for(url) is None] == []


@pytest.mark.parametrize(
    ("name", "key", "sub"),
    [
        ("old.reddit.com", "reddit.com", ""),
        ("m.vimeo.com", "vimeo.com", ""),
        ("en.m.wikipedia.org", "*.wikipedia.org", "en"),
        ("a.b.stackexchange.com", "*.stackexchange.com", "a.b"),
        ("example.org", "", ""),
        ("localhost", "", ""),
    ],
)
def test_rows_lie_under_one_name_of_a_host(name, key, sub):
    """Other names of a host lead to its rows; a subdomain may be any."""
    assert lodge(name)[:2] == (key, sub)


@pytest.mark.parametrize(
    "engines", [{"*.example.org": "mastodon"}, {"www.a.example.org": "mastodon"}]
)
def test_users_may_say_what_hosts_run(engines):
    """An engine may be named for a host, with or without www, or for all below one."""
    found = rewrite("http://a.example.org:8080/@ann", Rules(engines=engines))

    assert (found.platform, found.feed_url) == ("mastodon", "http://a.example.org:8080/@ann.rss")


def test_known_hosts_below_a_domain():
    """A host below a domain that is given away runs the domain's engine."""
    found = rewrite("https://somebody.discourse.group/latest")

    assert found.feed_url == "https://somebody.discourse.group/latest.rss"


def test_reserved_names_are_written_once():
    """A place has the names of all places besides its own, in lower case."""
    for place, names in RESERVED.items():
        assert place == place.lower()
        assert all(name == name.lower() for name in names)


def test_platforms_of_the_rows_are_known():
    """Each platform of the taxonomy that a row is about exists, and many have rows."""
    about = {compiled(recipe).platform for recipe in (*RECIPES, *SIGNATURES)} | set(ENGINE_RECIPES)

    assert about - {None} <= set(PLATFORM_SLUGS)
    assert len(about) > len(PLATFORMS) * 0.7


@pytest.mark.parametrize(
    "row",
    [
        Recipe("example.org/{a:(}", "https://example.org/"),
        Recipe("example.org/{a}", "https://example.org/{a|nothing}"),
        Recipe("example.org/{a}", "https://example.org/", platform="example", look=("(",)),
    ],
)
def test_a_row_that_is_written_wrongly_is_told(row):
    """A mistake in a row is an error when it is compiled."""
    with pytest.raises((re.error, KeyError)):
        compiled(row)


@given(
    st.builds(
        "https://{}/{}?{}#{}".format,
        st.sampled_from(
            ["www.youtube.com", "github.com", "x.com", "en.wikipedia.org", "t.me", "a.b"]
        ),
        st.text(max_size=30),
        st.text(max_size=20),
        st.text(max_size=10),
    )
    | st.text(max_size=50)
)
def test_no_address_breaks_it(url):
    """Whatever is pasted, rewriting says something or nothing and never raises."""
    found = rewrite(url, BRIDGED)

    assert found is None or bool(found.feed_url) == bool(found.candidates)
