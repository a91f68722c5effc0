"""The river, the categories, the search and the reading page, as a browser gets them."""

import asyncio
import re
from html.parser import HTMLParser

import pytest

from aggregator.config import Config, Settings
from aggregator.model import Enclosure
from aggregator.store import open_store
from aggregator.taxonomy import CATEGORIES
from aggregator.web import words
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

HOSTILE = '<script>alert(1)</script>"onmouseover="x'


class Page(HTMLParser):
    """The links, scripts, inline styles and handlers of a page; links to originals are apart."""

    def __init__(self, text):
        super().__init__()
        self.links, self.outward, self.tags, self.inline = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(f"{tag} src" if "src" in dict(attrs) else tag)
        links = self.outward if dict(attrs).get("rel") == "noopener noreferrer" else self.links
        links += [value for name, value in attrs if name in {"href", "src", "action"}]
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    video = source("https://example.org/video.xml", title="A channel", category="video")
    fill(path, {source(): [entry(1), entry(2)], video: [entry(3, title="Tidal energy")]})
    return path


def titles(answer):
    found = re.findall(r'<h3 dir="auto"><a [^>]*>(.*?)</a>', answer.text)
    return [re.sub(r"</?mark>", "", each) for each in found]


def test_the_river_shows_all_newest_first(db):
    """The first page has every entry in the order of publication."""
    assert titles(ask(db, "/")) == ["Entry number 1", "Entry number 2", "Tidal energy"]


def test_a_category_shows_its_own(db):
    """A category's page has the entries of its feeds only, and the rail counts them."""
    page = ask(db, "/c/video")

    assert titles(page) == ["Tidal energy"]
    assert re.search(r'href="/c/video" aria-current="page">.*?<b>1</b>', page.text, re.DOTALL)
    assert re.search(r'href="/c/blogs">.*?<b>2</b>', page.text, re.DOTALL)


def test_every_category_has_a_page(db):
    """All twelve answer, with their name, their icon and their colour."""
    pages = [each.text for each in ask_all(db, [f"/c/{each.slug}" for each in CATEGORIES])]
    style = ask(db, re.search(r'"(\S+colours\.css\S*)"', pages[0])[1]).text

    for each, page in zip(CATEGORIES, pages, strict=True):
        assert f'<span dir="auto">{each.name}</span></h1>' in page
        assert f"#{each.icon}" in page
        assert (
            f".cat-{each.slug} {{ --c: light-dark({each.colour_light}, {each.colour_dark});"
            f" --tint: light-dark({each.tint_light}, {each.tint_dark}); }}" in style
        )


def test_every_icon_is_drawn(db):
    """An icon that a page uses is in the sprite."""
    page = ask(db, "/")
    sprite = ask(db, re.search(r'"(\S+icons\.svg[^"#]*)', page.text)[1]).text
    used = set(re.findall(r"icons\.svg[^\"]*#([a-z0-9-]+)", page.text))

    assert used
    assert used <= set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))


def test_search_finds_words(db):
    """`?q=` searches everything, or within a category."""
    answers = ask_all(db, ["/?q=tidal", "/c/video?q=tidal", "/c/blogs?q=tidal"])

    assert [titles(each) for each in answers] == [["Tidal energy"], ["Tidal energy"], []]


def test_a_search_goes_along_to_other_categories(db):
    """In a search, the rail leads to the same search elsewhere."""
    page = ask(db, "/c/blogs?q=tidal%20%26")

    assert 'href="/c/video?q=tidal+%26"' in page.text
    assert 'href="/?q=tidal+%26"' in page.text


@pytest.mark.parametrize(
    "words", ['"', "-", "*", "AND", "a OR", "(", "^", "NEAR(", "title:", "\x00"]
)
def test_no_search_breaks_the_page(db, words):
    """Whatever is typed, the answer is a page."""
    with opened(db) as datasette:

        async def get():
            return await datasette.client.get("/", params={"q": words})

        assert asyncio.run(get()).status_code == 200


def test_a_source_has_its_own_river(db):
    """The name of a source leads to its entries."""
    page = ask(db, "/").text
    link = re.search(r'href="(/\?feed=\d+)" dir="auto"><svg.*</svg>A channel', page)[1]

    assert titles(ask(db, link)) == ["Tidal energy"]
    assert ask(db, "/?feed=99").status_code == 404


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=", "feed=", "before=" + "9" * 30]
)
def test_nonsense_in_the_address_is_left_out(db, query):
    """A cursor or feed that is no number asks for nothing."""
    assert len(titles(ask(db, f"/?{query}"))) == 3


def test_older_pages_hold_every_entry_once(tmp_path):
    """Following “Older entries” to the end shows each entry once, in order."""
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(number) for number in range(1, 96)]})
    seen, address, pages = [], "/", 0
    with opened(path) as datasette:

        async def get(address):
            return await datasette.client.get(address)

        while address:
            page = asyncio.run(get(address))
            seen += titles(page)
            pages += 1
            older = re.search(r'rel="next" href="([^"]+)">Older', page.text)
            address = older and older[1].replace("&amp;", "&")

    assert [f"Entry number {number}" for number in range(1, 96)] == seen
    assert pages == 3


def test_older_pages_stay_within_what_was_asked(tmp_path):
    """The link to older entries keeps the category and the search."""
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(number) for number in range(1, 50)]})
    page = ask(path, "/c/blogs?q=number")

    assert re.search(r'rel="next" href="/c/blogs\?q=number&amp;before=\d+"', page.text)


def test_the_reading_page_shows_the_entry_with_its_credit(tmp_path):
    """Text, source, author, original, discussion, tags and media are all there."""
    path = tmp_path / "aggregator.db"
    shown = entry(
        1,
        author="Ana Author",
        html="<p>All of <em>it</em>.</p>",
        tags=("sea", "power"),
        rights="CC BY 4.0",
        comments_url="https://forum.example.org/1",
        enclosures=(
            Enclosure(url="https://example.org/a.mp3", type="audio/mpeg", duration=3723),
            Enclosure(url="https://example.org/b.mp4", type="video/mp4"),
            Enclosure(url="javascript:alert(1)", type="audio/mpeg"),
        ),
    )
    [number] = fill(path, {source(): [shown]})
    page = ask(path, f"/e/{number}").text

    assert "<p>All of <em>it</em>.</p>" in page
    assert "A blog" in page
    assert "Ana Author" in page
    assert '<link rel="canonical" href="https://example.org/1">' in page
    assert 'href="https://forum.example.org/1"' in page
    assert "CC BY 4.0" in page
    assert '<li dir="auto"><a href="/?tag=sea">sea</a></li>' in page
    assert '<audio controls preload="none" src="https://example.org/a.mp3">' in page
    assert "1:02:03" in page
    assert '<video controls preload="none" src="https://example.org/b.mp4">' in page
    assert "javascript:" not in page


def test_words_are_not_said_twice(tmp_path):
    """A title that is only the beginning of the text gives way to the text."""
    path = tmp_path / "aggregator.db"
    said = "Anyone in Tromsø want to meet up about maps this weekend?"
    words = {"summary": said, "text": said, "html": f"<p>{said}</p>"}
    [number] = fill(path, {source(): [entry(1, title="Anyone in Tromsø want…", **words)]})
    river, page = ask_all(path, ["/", f"/e/{number}"])

    assert [said] == titles(river)
    assert river.text.count("Anyone in Tromsø") == 1
    assert '<h1 dir="auto" class=hidden>Anyone' in page.text


@pytest.mark.parametrize("address", ["/e/1", "/e/abc", "/nothing/here", "/c/nothing"])
def test_what_is_not_there_is_a_page_too(db, address):
    """An unknown address answers 404 in the desk's own look."""
    answer = ask(db, address)

    assert answer.status_code == 404
    assert "Not found" in answer.text
    assert "desk.css" in answer.text


def test_what_is_not_there_as_json_stays_json(db):
    """A program that asks for JSON gets its error as JSON."""
    answer = ask(db, "/aggregator/nothing.json")

    assert answer.status_code == 404
    assert answer.json()["ok"] is False


def test_hostile_words_stay_words(tmp_path):
    """Markup in any field that feeds write is shown, not obeyed."""
    path = tmp_path / "aggregator.db"
    hostile = entry(
        1,
        title=HOSTILE,
        summary=f"Not an echo {HOSTILE}",
        author=HOSTILE,
        tags=(HOSTILE,),
        rights=HOSTILE,
        url="javascript:alert(1)",
        comments_url="data:text/html,x",
        image="javascript:alert(1)",
        language='en" onload="x',
    )
    [number] = fill(path, {source(title=HOSTILE): [hostile]})
    answers = ask_all(
        path, ["/", f"/e/{number}", "/?feed=1", "/aggregator/entries", "/aggregator/stream"]
    )

    for answer in answers:
        page = Page(answer.text)

        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert" in answer.text
        assert "onmouseover" not in page.inline
        assert "onload" not in page.inline
        assert [
            link
            for link in page.links + page.outward
            if link and link.startswith(("javascript:", "data:"))
        ] == []


def test_our_pages_hold_nothing_inline(db):
    """The policy allows our own scripts and styles alone, and nothing in the pages is inline."""
    addresses = ["/", "/c/video", "/?q=tidal", "/nothing", "/?before=1"]
    for answer in ask_all(db, addresses):
        page = Page(answer.text)

        assert page.inline == []
        assert {"script", "style", "iframe"}.isdisjoint(page.tags)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_datasettes_pages_have_a_policy_too(db):
    """Its own pages need inline scripts, but load nothing from elsewhere."""
    for answer in ask_all(db, ["/-/", "/aggregator", "/aggregator/entries.json"]):
        policy = answer.headers["content-security-policy"]

        assert answer.status_code == 200
        assert "default-src 'self'" in policy
        assert "http" not in policy


def test_nothing_is_loaded_from_elsewhere(tmp_path):
    """Style, icons, links and pictures of a page are the desk's own."""
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(1, image="https://pictures.example.org/1.jpg")]})
    links = Page(ask(path, "/").text).links

    assert [link for link in links if not link.startswith(("/", "#"))] == []


def test_a_path_prefix_is_in_every_link(db):
    """Behind a proxy that gives us `/desk/`, no link leaves it."""
    for address in ("/", "/c/video", "/?q=tidal", "/nothing"):
        answer = ask(db, address, base_url="/desk/")
        links = Page(answer.text).links + re.findall(r'<use href="([^"]+)"', answer.text)

        assert len(links) > 5
        assert [link for link in links if not link.startswith(("/desk/", "#"))] == []


def test_the_prefix_comes_from_the_configuration(db):
    """`base_url` of feeds.toml gives the prefix, and the origin of what feeds say of themselves."""
    config = Config(settings=Settings(base_url="https://read.example.org/desk", title="My desk"))
    feed = ask(db, "/-/feed/all.json", config).json()

    assert feed["home_page_url"] == "https://read.example.org/desk/"
    assert feed["feed_url"] == "https://read.example.org/desk/-/feed/all.json"
    assert feed["title"] == "My desk"


def test_the_title_of_the_desk_is_the_owners(db):
    """The title of feeds.toml heads every page, as text."""
    config = Config(settings=Settings(title="Bits & <pieces>"))

    assert "<title>Bits &amp; &lt;pieces&gt;</title>" in ask(db, "/", config).text


def test_an_empty_database_says_what_to_do(tmp_path):
    """A database that is not there is made, and the page teaches the next step."""
    path = tmp_path / "new.db"
    answer = ask(path, "/")

    assert answer.status_code == 200
    assert "aggregate fetch" in answer.text
    assert len(re.findall(r'<li><a class="cat-', answer.text)) == 12
    assert path.exists()


def test_the_file_names_the_database(tmp_path):
    """demo.db is served at /demo, and the desk links to it."""
    path = tmp_path / "demo.db"
    fill(path, {source(): [entry(1)]})

    assert 'href="/demo"' in ask(path, "/").text
    assert ask(path, "/demo/entries.json").status_code == 200


def test_the_desk_can_be_read_while_a_fetch_writes(db):
    """An open writing transaction neither stops readers nor shows them half of it."""
    store = open_store(db, now=NOW)
    with opened(db) as datasette:

        async def get():
            return await datasette.client.get("/")

        before = asyncio.run(get())
        store.conn.execute("BEGIN IMMEDIATE")
        store.conn.execute("UPDATE entries SET title = 'Half of it'")
        during = asyncio.run(get())
        store.conn.execute("COMMIT")
        after = asyncio.run(get())
    store.conn.close()

    assert during.status_code == 200
    assert titles(before) == titles(during)
    assert titles(after) == ["Half of it"] * 3


def test_datasettes_tables_lead_to_the_desk(db):
    """In tables, a category is a chip, a title leads to the entry and a feed has its title."""
    page = ask(db, "/aggregator/entries").text

    assert '<a class="ag-chip cat-video" href="/c/video">Video</a>' in page
    assert re.search(r'<a href="/e/\d+">Tidal energy</a>', page)
    assert re.search(r'<a href="/\?feed=\d+">A channel</a>', page)
    assert "explore.css" in page


def test_tables_may_be_shown_in_part(db):
    """A row without its id has a title that leads nowhere, and one row alone is shown as well."""
    number = ask(db, "/aggregator/entries.json?_size=1").json()["rows"][0]["id"]
    addresses = [
        "/aggregator/stream?_nocol=id",
        "/aggregator/entries?_col=title",
        f"/aggregator/entries/{number}",
    ]
    part, column, row = ask_all(db, addresses)

    assert part.status_code == column.status_code == row.status_code == 200
    assert "Tidal energy" in part.text
    assert "/e/" not in part.text
    assert f'href="/e/{number}"' in column.text
    assert f'href="/e/{number}"' in row.text


def test_tables_are_described(db):
    """What a column means stands beside it in Datasette's own pages."""
    assert "Who wrote it" in ask(db, "/aggregator/entries").text


def test_tables_can_be_searched(db):
    """Datasette's own search knows our index, for the table and for the view."""
    for table in ("entries", "stream"):
        rows = ask(db, f"/aggregator/{table}.json?_search=tidal").json()["rows"]

        assert [row["title"] for row in rows] == ["Tidal energy"]


def test_pictures_stay_addresses_in_tables(tmp_path):
    """Looking at a table asks nobody else for anything."""
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(1, image="https://pictures.example.org/1.jpg")]})

    assert "<img" not in ask(path, "/aggregator/entries").text


def test_the_plugin_is_inert_elsewhere(tmp_path):
    """A Datasette over somebody else's database is as it was."""
    import sqlite3

    from datasette.app import Datasette

    path = tmp_path / "theirs.db"
    theirs = sqlite3.connect(path)
    theirs.executescript(
        "create table entries(id integer primary key, title, url, published_at, category);"
        "insert into entries values (1, 'Theirs', 'https://example.org', '2026-01-01', 'video');"
    )
    theirs.close()
    datasette = Datasette([str(path)])

    async def get():
        addresses = ("/", "/theirs/entries", "/theirs/entries.atom", "/c/video", "/-/feed/all.atom")
        return [await datasette.client.get(address) for address in addresses]

    home, table, atom, category, feed = asyncio.run(get())
    datasette.close()

    assert "desk.css" not in home.text
    assert "content-security-policy" not in home.headers
    assert "ag-chip" not in table.text
    assert "/e/1" not in table.text
    assert ".atom" not in table.text
    assert [atom.status_code, category.status_code, feed.status_code] == [400, 404, 404]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "now"), (-90, "now"), (300, "5m"), (7200, "2h"), (200_000, "2d"), (900_000, "13 Nov")],
)
def test_ages_are_short(seconds, said):
    """A river's times are one short word."""
    assert said == words.ago(NOW - seconds, NOW)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Today"),
        (1, "Yesterday"),
        (2, "Saturday 21 November"),
        (400, "19 October 2025"),
        (-2, "25 November 2026"),
    ],
)
def test_days_have_names(days, said):
    """Headings say the day as people do; far ones have their year."""
    assert said == words.day(NOW - days * 86400, NOW)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.0k"),
        (9949, "9.9k"),
        (9950, "10k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
    ],
)
def test_counts_are_short(number, said):
    """A count takes at most four characters and never says 1000k."""
    assert said == words.compact(number)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "http://[bad",
        "ftp://a/b",
    ],
)
def test_only_web_addresses_become_links(url):
    """What a browser must not be sent to is no link."""
    assert words.web(url) == ""
    assert words.host(url) == ""
