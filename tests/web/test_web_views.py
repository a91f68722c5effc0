"""Views on the desk: pages, feeds, and the owner's forms."""

import asyncio

import feedparser
import html5lib
import pytest

from aggregator.config import parse_config
from aggregator.curation import View
from aggregator.model import Selection
from aggregator.store import open_store, views
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}
CONFIG = parse_config(
    '[[views]]\nslug = "films"\ntitle = "<Films> & more"\ncategory = "video"\nsort = "oldest"\n'
)


@pytest.fixture
def db(tmp_path):
    """Two entries of a blog and two films; a view of the file, and two saved ones."""
    path = tmp_path / "aggregator.db"
    video = source("https://example.org/video.xml", title="A channel", category="video")
    fill(path, {source(): [entry(1), entry(2)], video: [entry(3), entry(4, title="<b>Film</b>")]})
    with open_store(path, now=NOW) as store:
        starred = Selection(starred=True)
        views.save(store.conn, View(slug="picks", title="Picks", selection=starred), now=NOW)
        views.save(store.conn, View(slug="all", title="All", sort="score"), now=NOW)
    return path


def post(db, action, fields, actor=OWNER):
    with opened(db, CONFIG) as datasette:

        async def run():
            return await datasette.client.post(f"/-/desk/views/{action}", data=fields, actor=actor)

        return asyncio.run(run())


@pytest.mark.parametrize("address", ["/v", "/v/films", "/v/all"])
@pytest.mark.parametrize("actor", [None, OWNER], ids=["nobody", "owner"])
def test_pages_of_views_are_valid(db, address, actor):
    """Every page is HTML without a mistake, whoever asks and whatever entries say."""
    answer = ask(db, address, CONFIG, actor=actor)

    assert answer.status_code == 200
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_a_view_is_a_page_in_its_order(db):
    """What the view selects is shown, the oldest first where it says so."""
    page = ask(db, "/v/films", CONFIG).text

    assert "&lt;Films&gt; &amp; more" in page
    assert page.index("&lt;b&gt;Film&lt;/b&gt;") < page.index("Entry number 3")
    assert "Entry number 1" not in page


def test_a_view_is_a_feed(db):
    """The feed of a view has its entries."""
    read = feedparser.parse(ask(db, "/-/feed/view/films.atom", CONFIG).content)

    assert not read.bozo
    assert read.feed.title == "Aggregator · <Films> & more"
    assert len(read.entries) == 2


def test_views_of_marks_are_the_owner_s(db):
    """What is starred or unread is nobody else's business, and no feed."""
    addresses = ["/v/picks", "/-/feed/view/picks.atom", "/v"]
    other, owner = (ask_all(db, addresses, CONFIG, actor=actor) for actor in (None, OWNER))

    assert [each.status_code for each in other] == [404, 404, 200]
    assert [each.status_code for each in owner] == [200, 404, 200]
    assert ["Picks" in each[2].text for each in (other, owner)] == [False, True]
    assert ask(db, "/v/none", CONFIG).status_code == 404


def test_the_owner_saves_and_forgets_views(db):
    """A form of the owner's makes a view, and another one forgets it."""
    fields = {"title": "Long talks", "search": "words", "within": "7d", "per_feed": "2"}
    saved = post(db, "save", {**fields, "category": "", "sort": "newest"})

    assert (saved.status_code, saved.headers["location"]) == (303, "/v/long-talks")
    with open_store(db, now=NOW) as store:
        found = views.find(store.conn, "long-talks")
    assert (found.within, found.selection.search, found.mix.per_feed) == (604_800, "words", 2)
    assert post(db, "remove", {"view": "long-talks"}).headers["location"] == "/v"
    assert ask(db, "/v/long-talks", CONFIG).status_code == 404


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"slug": "films"}, "feeds.toml has a view"),
        ({"title": "x", "within": "soon"}, "within: expected a duration"),
        ({"slug": "../x"}, "is no short name"),
        ({"title": "x", "since": "a", "category": "x"}, "unknown category"),
    ],
)
def test_what_can_be_no_view_is_refused(db, fields, message):
    """A form with a mistake is told what is wrong, and changes nothing."""
    answer = post(db, "save", fields)

    assert answer.status_code == 400
    assert message in answer.text


def test_nobody_else_saves_views(db):
    """Who is not signed in is refused."""
    assert post(db, "save", {"title": "x"}, actor=None).status_code == 403
    assert ask(db, "/-/desk/views/save", CONFIG, actor=OWNER).status_code == 405
