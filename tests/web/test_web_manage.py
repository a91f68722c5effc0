"""The owner adds, changes, pauses and leaves sources in the browser; feeds.toml stays the truth."""

import asyncio
import sqlite3
import tomllib

import pytest

from aggregator.config import parse_config
from aggregator.serve import make_datasette
from tests.desk import NOW, entry, fill, source
from tests.loopback import Answer

OWNER = {"id": "root"}
FILE = """\
# My feeds.

[[feeds]] # the first of all
url = "https://example.org/feed.xml"
title = "A blog"

# By hand.
[[feeds]]
url = "https://example.net/private.xml?token=s3cr3tt0k3n99"
category = "video"
title = "A channel"
"""
RSS = """<rss version="2.0"><channel><title>Pasted</title><link>https://a.example/</link>
<item><title>First thing</title><guid>1</guid><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item>
</channel></rss>"""


@pytest.fixture
def toml(tmp_path):
    """A feeds.toml with remarks, and a database that follows it."""
    path = tmp_path / "feeds.toml"
    path.write_text(FILE)
    private = source(
        "https://example.net/private.xml?token=s3cr3tt0k3n99", category="video", title="A channel"
    )
    fill(tmp_path / "a.db", {source(): [entry(1)], private: []})
    return path


def send(toml, *requests, actor=OWNER):
    """The answers to requests (address, or address and form) of one desk."""
    config = parse_config(toml.read_text() if toml.exists() else "")
    datasette = make_datasette(toml.with_name("a.db"), config, now=NOW, feeds_file=toml)

    async def run():
        found = []
        for each in requests:
            address, form = each if isinstance(each, tuple) else (each, None)
            if form is None:
                found.append(await datasette.client.get(address, actor=actor))
            else:
                if callable(form):
                    form = form(found)
                found.append(await datasette.client.post(address, data=form, actor=actor))
        return found

    try:
        return asyncio.run(run())
    finally:
        datasette.close()


@pytest.mark.parametrize("address", ["/-/sources", "/-/sources/1", "/-/sources.opml"])
def test_sources_are_the_owners(toml, address):
    """Nobody else sees what is followed from where."""
    assert send(toml, address, actor=None)[0].status_code == 403
    assert send(toml, address)[0].status_code == 200


@pytest.mark.parametrize("action", ["look", "add", "edit", "remove", "adopt"])
def test_only_the_owner_changes_feeds_toml(toml, action):
    """A form of anybody else does nothing."""
    answer = send(toml, (f"/-/desk/sources/{action}", {"feed": "1"}), actor={"id": "bob"})[0]

    assert answer.status_code == 403
    assert toml.read_text() == FILE


def test_pages_of_sources_show_no_tokens(toml):
    """Addresses are shown without what would let others in."""
    pages = send(toml, "/-/sources", "/-/sources/2", "/-/sources?q=channel")

    assert all("s3cr3tt0k3n99" not in page.text for page in pages)
    assert "A channel" in pages[2].text
    assert "A blog" not in pages[2].text


def test_a_source_is_changed_and_remarks_stay(toml):
    """Title, category, tags and interval are written into feeds.toml, and taken over at once."""
    form = {"feed": "1", "title": "New", "category": "wikis", "tags": "a, b", "every": "6h"}
    answer, page = send(toml, ("/-/desk/sources/edit", form), "/-/sources/1")

    assert answer.headers["location"] == "/-/sources/1"
    text = toml.read_text()
    assert tomllib.loads(text)["feeds"][0] == {
        "url": "https://example.org/feed.xml",
        "title": "New",
        "category": "wikis",
        "tags": ["a", "b"],
        "every": "6h",
    }
    assert "# the first of all" in text
    assert "# By hand." in text
    assert 'value="New"' in page.text
    assert 'value="a, b"' in page.text


def test_what_makes_no_sense_is_refused_and_nothing_written(toml):
    """An interval that is none, a category that is none: the page says so."""
    odd = ({"every": "soon"}, {"category": "birds"}, {"feed": "99"}, {"feed": "x"})
    answers = send(toml, *(("/-/desk/sources/edit", {"feed": "1", **each}) for each in odd))

    assert [each.status_code for each in answers] == [400] * 4
    assert toml.read_text() == FILE


def test_a_source_is_paused_and_goes_on(toml):
    """Pausing marks it in feeds.toml; the database follows at once."""
    paused, health = send(toml, ("/-/desk/sources/pause", {"feed": "1"}), "/-/health?state=paused")

    assert paused.status_code == 303
    assert tomllib.loads(toml.read_text())["feeds"][0]["paused"] is True
    assert "A blog" in health.text


def undo(number=1):
    return "/-/desk/undo", {"act": str(number)}


def test_a_removed_source_is_brought_back_as_it_stood(toml):
    """Undo puts the very text back, once, though the desk was started anew meanwhile."""
    gone, page = send(toml, ("/-/desk/sources/remove", {"feed": "1"}), "/-/sources")

    assert gone.headers["location"] == "/-/sources"
    assert "example.org" not in toml.read_text()
    assert "A blog" not in page.text.split("<table")[1].split("</table")[0]

    back, again = send(toml, undo(), undo())
    assert [back.status_code, again.status_code] == [303, 400]
    assert toml.read_text() == FILE


def test_what_was_done_to_a_source_is_said_with_a_way_back(toml):
    """The page that follows says what was done, with the source's name and a button."""
    config = parse_config(FILE)
    datasette = make_datasette(toml.with_name("a.db"), config, now=NOW, feeds_file=toml)

    async def run():
        client = datasette.client
        done = await client.post("/-/desk/sources/remove", data={"feed": "1"}, actor=OWNER)
        where = done.headers["location"]
        return await client.get(where, actor=OWNER, cookies={"done": done.cookies["done"]})

    try:
        page = asyncio.run(run()).text
    finally:
        datasette.close()
    toast = page.split('id="toast"')[1]

    assert "A blog is removed" in toast
    assert 'action="/-/desk/undo"' in toast


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("edit", {"title": "New", "tags": "a", "every": "6h", "category": "wikis"}),
        ("pause", {}),
        ("remove", {}),
        ("add", {"feed_url": "https://127.0.0.1:9/new.xml", "category": "photo"}),
    ],
)
def test_what_was_done_to_a_source_is_taken_back(toml, action, form):
    """Another change elsewhere in the file stays."""
    send(toml, (f"/-/desk/sources/{action}", {"feed": "1", **form}))
    changed = toml.read_text()
    toml.write_text(changed.replace("# My feeds.", "# Ours."))
    answer = send(toml, undo())[0]

    assert changed != FILE
    assert answer.status_code == 303
    assert toml.read_text() == FILE.replace("# My feeds.", "# Ours.")


def test_undo_leaves_alone_what_was_changed_meanwhile(toml):
    """A removed source whose place is another by then is added; other changes stay as they are."""
    send(toml, ("/-/desk/sources/remove", {"feed": "1"}))
    toml.write_text(toml.read_text().replace("# My feeds.", "# later").replace("# By", "# With"))
    send(toml, undo())
    text = toml.read_text()

    assert "# later" in text
    assert tomllib.loads(text)["feeds"][-1]["title"] == "A blog"

    send(toml, ("/-/desk/sources/pause", {"feed": "1"}))
    toml.write_text(toml.read_text().replace("paused = true", "paused = true # away"))
    assert send(toml, undo(2))[0].status_code == 400
    assert "# away" in toml.read_text()


def test_a_source_that_moved_takes_its_new_address(toml, tmp_path):
    """One form writes the address down that a feed has answered from."""
    with sqlite3.connect(tmp_path / "a.db") as conn:
        conn.execute("UPDATE feeds SET moved_to = 'https://new.example/feed' WHERE id = 1")
    conn.close()
    answers = send(
        toml,
        ("/-/desk/sources/adopt", {"feed": "1"}),
        ("/-/desk/sources/adopt", {"feed": "2"}),
    )

    assert [each.status_code for each in answers] == [303, 400]
    assert tomllib.loads(toml.read_text())["feeds"][0]["url"] == "https://new.example/feed"


def test_a_pasted_address_is_shown_before_it_is_followed(toml, web):
    """The page shows what the feed calls itself and its newest entries; nothing is written."""
    address = web.serve("/feed", Answer(body=RSS.encode(), headers={"Content-Type": "text/xml"}))
    toml.write_text(FILE + '[network]\nallow = ["127.0.0.1"]\n')
    page = send(toml, ("/-/desk/sources/look", {"url": address}))[0]

    assert page.status_code == 200
    assert "Pasted" in page.text
    assert "First thing" in page.text
    assert 'name="feed_url"' in page.text
    assert "127.0.0.1" not in toml.read_text().split("[network]")[0]


def test_what_is_no_feed_says_why(toml):
    """An address that leads nowhere is told, with no button to follow it."""
    page = send(toml, ("/-/desk/sources/look", {"url": "https://www.linkedin.com/in/ana"}))[0]

    assert page.status_code == 200
    assert "can’t be followed" in page.text
    assert 'name="feed_url"' not in page.text


def test_what_was_looked_at_is_followed(toml):
    """The form writes it into feeds.toml with a remark; a second time it is refused."""
    form = {
        "feed_url": "https://127.0.0.1:9/new.xml",
        "category": "photo",
        "tags": "x",
        "remark": "Its page",
        "every": "1d",
    }
    first, second = send(
        toml, ("/-/desk/sources/add", form), ("/-/desk/sources/add", {**form, "feed_url": "odd"})
    )
    again = send(toml, ("/-/desk/sources/add", form))[0]
    text = toml.read_text()

    assert first.headers["location"].startswith("/-/sources/")
    assert [second.status_code, again.status_code] == [400, 400]
    assert "# Its page" in text
    assert tomllib.loads(text)["feeds"][-1] == {
        "url": "https://127.0.0.1:9/new.xml",
        "category": "photo",
        "tags": ["x"],
        "every": "1d",
    }


def test_a_source_that_was_left_is_followed_again(toml):
    """It is listed below the others, with a button."""
    page, back = send(
        toml,
        ("/-/desk/sources/remove", {"feed": "1"}),
        ("/-/desk/sources/follow", {"feed": "1"}),
    )

    assert [page.status_code, back.status_code] == [303, 303]
    assert tomllib.loads(toml.read_text())["feeds"][-1]["url"] == "https://example.org/feed.xml"


def test_opml_goes_out_and_comes_in(toml, tmp_path):
    """What is exported from one desk is imported into another, and known there the second time."""
    opml = send(toml, "/-/sources.opml")[0]
    other = tmp_path / "other" / "feeds.toml"
    other.parent.mkdir()
    fill(other.with_name("a.db"), {})

    async def bring(datasette):
        files = {"list": ("feeds.opml", opml.content, "text/x-opml")}
        return await datasette.client.post("/-/desk/bring", files=files, actor=OWNER)

    datasette = make_datasette(other.with_name("a.db"), parse_config(""), now=NOW, feeds_file=other)
    try:
        first = asyncio.run(bring(datasette))
        second = asyncio.run(bring(datasette))
    finally:
        datasette.close()

    assert "attachment" in opml.headers["content-disposition"]
    assert "told=2.0.0" in first.headers["location"]
    assert "told=0.2.0" in second.headers["location"]
    assert [each["url"] for each in tomllib.loads(other.read_text())["feeds"]] == [
        each["url"] for each in tomllib.loads(FILE)["feeds"]
    ]


def test_a_desk_without_a_file_says_so(tmp_path):
    """A desk that was not told of a feeds.toml changes none."""
    fill(tmp_path / "a.db", {source(): [entry(1)]})
    datasette = make_datasette(tmp_path / "a.db", parse_config(""), now=NOW)

    async def run():
        return await datasette.client.post("/-/desk/sources/pause", data={"feed": "1"}, actor=OWNER)

    try:
        answer = asyncio.run(run())
    finally:
        datasette.close()

    assert answer.status_code == 400
    assert "without a feeds.toml" in answer.text
