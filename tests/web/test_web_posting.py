"""Posts on the desk: shown as a network wants them, and written down when they were copied."""

import asyncio
import re

import html5lib
import pytest

from aggregator.store import ledger, lists, open_store
from aggregator.store.ledger import Journey
from tests.desk import NOW, ask, entry, fill, opened, source

OWNER = {"id": "root"}
HOSTILE = "</textarea><script>alert(1)</script>"


@pytest.fixture
def db(tmp_path):
    """A database with a private list of two entries, of which one is hostile."""
    path = tmp_path / "aggregator.db"
    ids = fill(path, {source(): [entry(1), entry(2, title=HOSTILE)]})
    with open_store(path, now=NOW) as store:
        lists.create(store.conn, "week", title="My week", now=NOW)
        for entry_id in ids:
            lists.add(store.conn, "week", store.entry(entry_id), note="My words.", now=NOW)
    return path


def get(db, address="/-/desk/posts/week", actor=OWNER):
    return ask(db, address, actor=actor)


def post(db, action, actor=OWNER, **fields):
    with opened(db) as datasette:

        async def run():
            address = f"/-/desk/exports/{action}"
            return await datasette.client.post(address, data=fields, actor=actor)

        return asyncio.run(run())


def logged(db):
    with open_store(db, now=NOW) as store:
        return ledger.exports(store.conn)


def item_ids(db):
    with open_store(db, now=NOW) as store:
        return [each.item_id for each in lists.items(store.conn, lists.need(store.conn, "week").id)]


def test_the_owner_sees_posts_with_their_count(db):
    """Each item is a post in a field to copy from, with its length and limit."""
    page = get(db).text

    assert "Posts for Mastodon" in page
    assert page.count("<textarea readonly") == 2
    assert "My words." in page
    assert re.search(r"\d+ of 500", page)
    assert 'href="/-/desk/posts/week"' in get(db, "/lists/week").text


def test_the_network_can_be_chosen(db):
    """Another network has other limits; one that does not exist is no page."""
    assert re.search(r"\d+ of 280", get(db, "/-/desk/posts/week?for=x").text)
    assert get(db, "/-/desk/posts/week?for=nowhere").status_code == 404
    assert get(db, "/-/desk/posts/none").status_code == 404


def test_others_see_nothing(db):
    """Posts and their forms are the owner's alone."""
    assert get(db, actor=None).status_code == 403
    assert post(db, "record", actor=None, list="week").status_code == 403
    assert get(db, "/-/desk/exports/record").status_code == 405


def test_what_is_hostile_stays_text(db):
    """No title ends the field that it stands in, and the page is valid HTML."""
    page = get(db).text

    assert "<script>" not in page
    html5lib.HTMLParser(strict=True).parse(page)


def test_what_was_copied_is_written_down(db):
    """Saying that a post went out puts it into the ledger, where exports find it."""
    first, _second = item_ids(db)
    answer = post(db, "record", **{"list": "week", "for": "x", "to": "@me", "item": first})
    (line,) = logged(db)
    page = get(db, "/-/desk/posts/week?for=x&to=%40me").text

    assert answer.headers["location"] == f"/-/desk/posts/week?for=x&to=%40me#item-{first}"
    assert (line.subject, line.format, line.target) == ("list:week", "text for x", "@me")
    assert line.entries == 1
    assert page.count("with export 1.") == 1
    assert page.count("I posted it") == 1
    assert "with export" not in get(db, "/-/desk/posts/week?for=x").text


def test_it_can_be_taken_back(db):
    """Undone, the post is there to go again."""
    post(db, "record", **{"list": "week", "for": "x", "item": item_ids(db)[0]})
    answer = post(db, "undo", **{"list": "week", "for": "x", "to": "x", "export": 1})

    assert answer.status_code == 303
    assert logged(db)[0].undone_at is not None
    assert get(db, "/-/desk/posts/week?for=x").text.count("I posted it") == 2


def test_what_went_with_others_is_not_undone_here(db):
    """A post that was one of several is marked, but the page does not undo the others with it."""
    with open_store(db, now=NOW) as store:
        both = lists.items(store.conn, lists.need(store.conn, "week").id)
        way = Journey(subject="list:week", format="text for x", target="x", news=False)
        ledger.record(store.conn, way, both, now=NOW)
    page = get(db, "/-/desk/posts/week?for=x").text

    assert page.count("with export 1.") == 2
    assert "It did not: undo" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"list": "none", "for": "x", "item": "1"}, "none"),
        ({"list": "week", "for": "nowhere", "item": "1"}, "There is no such network."),
        ({"list": "week", "for": "x", "item": "999"}, "It is not on the list any more."),
        ({"list": "week", "for": "x"}, "It is not on the list any more."),
    ],
)
def test_what_can_not_be_written_down_is_said(db, fields, words):
    """A form that means nothing is refused with a sentence, and leaves no line."""
    answer = post(db, "record", **fields)

    assert answer.status_code == 400
    assert words in answer.text
    assert logged(db) == []


def test_an_undo_of_nothing_is_nothing(db):
    """A number that is none changes nothing."""
    answer = post(db, "undo", **{"list": "week", "for": "x", "to": "x", "export": "-1"})

    assert answer.status_code == 303
