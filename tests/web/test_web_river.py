"""The river's views: filters, layouts, the mosaic, what a search shows, and endless scrolling."""

import re

import pytest

from aggregator.model import Selection
from aggregator.store import open_store
from aggregator.web.asked import asked, location
from aggregator.web.pages import mosaic
from aggregator.web.reader import zone_of
from tests.desk import NOW, ask, ask_all, entry, fill, source

OWNER = {"id": "root"}


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    fill(
        path,
        {
            source(): [
                entry(number, tags=("sea",) if number == 2 else ()) for number in range(1, 60)
            ]
        },
    )
    return path


def cards(answer):
    return re.findall(r'<article class="card[^"]*" data-id="(\d+)"', answer.text)


def test_an_address_is_what_it_asks():
    """`location` is the inverse of `asked`, days being those of the reader."""
    zone = zone_of("Asia/Tokyo")
    args = {"q": "a b", "tag": "x", "feed": "3", "unread": "1", "starred": "1", "before": "9"}
    args |= {"since": "2026-11-01", "until": "2026-11-02"}
    wanted = asked(args, category="video", owner=True, zone=zone)

    assert wanted.since == 1793458800
    assert wanted.until == wanted.since + 2 * 86400
    assert asked(args, category="video", zone=zone).unread is False
    assert location(wanted, zone) == (
        "/c/video?q=a+b&tag=x&feed=3&unread=1&starred=1&since=2026-11-01&until=2026-11-02&before=9"
    )
    assert location(Selection()) == "/"


@pytest.mark.parametrize("day", ["", "x", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_left_out(day):
    """No calendar is an error."""
    assert asked({"since": day, "until": day}, category=None) == Selection()


def test_the_filter_leads_to_the_category(db):
    """`?category=` of the form is the category's own page."""
    answer = ask(db, "/?category=video&q=tide&tag=&since=")

    assert answer.status_code == 302
    assert answer.headers["location"] == "/c/video?q=tide"


def test_tags_select(db):
    """A tag has its own river, named after it."""
    page = ask(db, "/?tag=sea")

    assert len(cards(page)) == 1
    assert "#sea" in page.text


def test_only_the_owner_sees_what_is_unread(db):
    """To others, neither the filter nor a mark of it is there."""
    with open_store(db, now=NOW) as store:
        store.conn.execute(
            "INSERT OR IGNORE INTO unread SELECT id, category, feed_id FROM entries LIMIT 2"
        )
        store.conn.execute("INSERT INTO stars SELECT max(id), '2026-11-23T10:00:00Z' FROM entries")
        store.conn.commit()
        unread = store.conn.execute("SELECT count(*) FROM unread").fetchone()[0]
    owner, starred = ask_all(db, ["/?unread=1", "/?starred=1"], actor=OWNER)
    others = ask(db, "/?unread=1")

    assert len(cards(owner)) == min(unread, 40)
    assert ' unread"' in owner.text
    assert len(cards(starred)) == 1
    assert len(cards(others)) == 40
    assert ' unread"' not in others.text


def test_an_empty_view_teaches_the_next_step(db):
    """Nothing starred, nothing found and nothing of a category each say what to do."""
    starred, found, video = ask_all(db, ["/?starred=1", "/?q=zzzz", "/c/video"], actor=OWNER)

    assert "Press s on an entry" in starred.text
    assert "Try fewer or shorter words" in found.text
    assert "aggregate fetch" in video.text


def test_older_entries_come_as_a_part_of_a_page(db):
    """The fragment has the cards, no frame, and no heading that stands already."""
    page = ask(db, "/")
    older = re.search(r'rel="next" href="([^"]+)">Older', page.text)[1].replace("&amp;", "&")
    day = re.findall(r'data-day="([^"]+)"', page.text)[-1]
    part, again = ask_all(db, [f"{older}&_fragment=1", f"{older}&_fragment=1&_day={day}"])

    assert len(cards(part)) == 19
    assert set(cards(part)).isdisjoint(cards(page))
    assert "<html" not in part.text
    assert f'data-day="{day}"' in part.text
    assert f'data-day="{day}"' not in again.text


def test_a_day_begins_where_the_reader_is(tmp_path):
    """The same entries fall on one day in London and on two in Tokyo."""
    path = tmp_path / "aggregator.db"
    after_midnight = NOW + 5 * 3600 + 300  # in Tokyo
    fill(
        path,
        {source(): [entry(number) for number in range(1, 11)]},
        now=after_midnight,
    )
    london = ask(path, "/").text
    tokyo = ask(path, "/", headers={"cookie": "tz=Asia/Tokyo"}).text

    assert london.count('<h2 class="day"') == 1
    assert tokyo.count('<h2 class="day"') == 2


def test_matches_are_marked(tmp_path):
    """In titles and summaries, or in the text where only that has it; markup stays text."""
    path = tmp_path / "aggregator.db"
    long = "word " * 300 + "the <b>tide</b> comes " + "word " * 300
    fill(
        path,
        {
            source(): [
                entry(1, title="High tide <i>", summary="Nothing of it."),
                entry(2, summary="No match here.", text=long, html=f"<p>{long}</p>"),
            ]
        },
    )
    page = ask(path, "/?q=tide").text

    assert "High <mark>tide</mark> &lt;i&gt;</a>" in page
    assert "the &lt;b&gt;<mark>tide</mark>&lt;/b&gt; comes" in page
    assert "No match here" not in page
    assert "<mark>" not in ask(path, "/?q=-nothing").text


def test_pictures_are_above_the_river(tmp_path):
    """Five of the newest, of different categories first; those are not in the river again."""
    path = tmp_path / "aggregator.db"
    video = source("https://example.org/v.xml", title="V", category="video")
    pictured = [entry(number, image=f"https://example.org/{number}.jpg") for number in range(1, 8)]
    film = entry(9, image="https://example.org/9.jpg")
    fill(path, {source(): pictured, video: [film]})
    with open_store(path, now=NOW) as store:
        found = store.entries(Selection())
    page = ask(path, "/")
    tiles = re.findall(r'class="tile[^"]*" href="/e/(\d+)"', page.text)

    assert [each.category for each in mosaic(found)] == [
        "blogs",
        "video",
        "blogs",
        "blogs",
        "blogs",
    ]
    assert len(tiles) == 5
    assert set(tiles).isdisjoint(cards(page))
    assert len(cards(page)) == 3
    assert mosaic(found[:4]) == []
    assert 'class="tile' not in ask(path, "/c/blogs").text


def test_a_grid_is_how_pictures_are_shown(db):
    """Video, photo, music and gaming are grids unless the reader wants them otherwise."""
    video = ask(db, "/c/video").text
    cookie = {"cookie": "layout=video.cards"}

    assert 'class="river grid"' in video
    assert 'class="river cards"' in ask(db, "/c/blogs").text
    assert 'class="river cards"' in ask(db, "/c/video", headers=cookie).text


def test_an_entry_leads_to_its_neighbours(db):
    """Newer and older of the category, and what the owner did with it."""
    with open_store(db, now=NOW) as store:
        ids = [each.id for each in store.entries(Selection(limit=60))]
    first, middle, last = ask_all(db, [f"/e/{number}" for number in (ids[0], ids[5], ids[-1])])

    assert f'href="/e/{ids[4]}" rel="prev"' in middle.text
    assert f'href="/e/{ids[6]}" rel="next"' in middle.text
    assert 'rel="prev"' not in first.text
    assert 'rel="next"' not in last.text


def test_fonts_are_named_by_their_hash(db):
    """The style asks for fonts as the page preloads them, so none is loaded twice."""
    page = ask(db, "/").text
    style = ask(db, re.search(r'href="(\S+tokens\.css[^"]*)"', page)[1]).text
    preloaded = re.findall(r'href="[^"]*/((?:inter|newsreader)\.woff2\?_hash=\w+)"', page)

    assert len(preloaded) == 2
    for each in preloaded:
        assert f"url({each})" in style
    for each in re.findall(r"url\(([^)]+)\)", style):
        font = ask(db, f"/-/static-plugins/aggregator-desk/{each}")
        assert font.status_code == 200
        assert "immutable" in font.headers["cache-control"]
