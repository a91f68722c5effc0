import pytest

from aggregator.find import ENGINE_RECIPES, RECIPES, SIGNATURES, rewrite
from aggregator.find.hosts import ENGINES
from aggregator.rules import Bridges, RecipeRow, Rules
from aggregator.taxonomy import CATEGORY_SLUGS, PLATFORM_SLUGS
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
