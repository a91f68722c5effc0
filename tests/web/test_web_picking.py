"""Putting entries on lists from anywhere, and seeing what comes of a list in each export."""

import asyncio
import re

import html5lib
import pytest

from aggregator.export import FORMATS
from aggregator.store import lists, open_store
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}
TABLES = ("lists", "list_items", "entry_tags")


@pytest.fixture
def ids(tmp_path):
    """Three entries, the first on the one list there is."""
    path = tmp_path / "aggregator.db"
    found = fill(path, {source(): [entry(1), entry(2), entry(3)]})
    with open_store(path, now=NOW) as store:
        lists.create(store.conn, "finds", title="Finds", now=NOW)
        lists.add(store.conn, "finds", store.entry(found[0]), note="My words.", now=NOW)
    return found


@pytest.fixture
def db(tmp_path, ids):
    return tmp_path / "aggregator.db"


def post(db, path, fields, *, actor=OWNER):
    with opened(db) as datasette:

        async def run():
            return await datasette.client.post(
                path, data=fields, actor=actor, headers={"Accept": "application/json"}
            )

        return asyncio.run(run())


def shelved(db, **fields):
    answer = post(db, "/-/desk/shelve", fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def state(db):
    """All that is to be seen of lists and tags."""
    with open_store(db, now=NOW) as store:
        rows = store.conn.execute("SELECT entry_id, tag FROM entry_tags ORDER BY 1, 2")
        return [tuple(row) for row in rows.fetchall()], {
            each.slug: [
                (item.id, item.note, item.section, item.tags)
                for item in lists.items(store.conn, each.id)
            ]
            for each in lists.all_lists(store.conn)
        }


def test_the_form_says_which_lists_there_are(db, ids):
    """A list that has the entry already is not offered; several entries are counted."""
    one, other, both = ask_all(
        db,
        [
            f"/-/desk/shelve?entry={ids[0]}",
            f"/-/desk/shelve?entry={ids[1]}&_fragment=1",
            f"/-/desk/shelve?entry={ids[0]}&entry={ids[1]}",
        ],
        actor=OWNER,
    )

    assert 'value="finds" checked disabled' in one.text
    assert 'value="finds"><span' in other.text
    assert "<html" not in other.text
    assert "2 entries" in both.text
    html5lib.HTMLParser(strict=True).parse(one.text)


def test_entries_are_put_on_lists_with_words_and_tags(db, ids):
    """On old lists and a new one, each with the words; one way back leads to how it was."""
    before = state(db)
    said = shelved(
        db,
        entry=[str(each) for each in ids[1:]],
        list="finds",
        title="New ones",
        note="Look",
        section="Sea",
        tags="deep  sea, sea,",
    )
    tags, on = state(db)
    back = post(db, said["undo"]["action"], {"act": said["undo"]["act"]})

    assert said["message"] == "Put on the list"
    assert tags == sorted((each, tag) for each in ids[1:] for tag in ("deep sea", "sea"))
    assert on["new-ones"] == [(each, "Look", "Sea", ("deep sea", "sea")) for each in ids[1:]]
    assert on["finds"][1:] == on["new-ones"]
    assert back.status_code == 200, back.text
    assert state(db) == before


def test_tags_alone_are_changed(db, ids):
    """Of one entry the field has all of its tags: those that are taken out go."""
    shelved(db, entry=str(ids[0]), tags="a, b")
    form = ask(db, f"/-/desk/shelve?entry={ids[0]}", actor=OWNER).text
    before = state(db)
    said = shelved(db, entry=str(ids[0]), tags="b, c")

    assert 'value="a, b"' in form
    assert state(db)[0] == [(ids[0], "b"), (ids[0], "c")]
    post(db, said["undo"]["action"], {"act": said["undo"]["act"]})
    assert state(db) == before


def test_nothing_new_is_said_so(db, ids):
    """An entry that is on the list already changes nothing."""
    before = state(db)
    said = shelved(db, entry=str(ids[0]), list="finds", note="Other words")

    assert (said["message"], said["undo"]) == ("It is there already", None)
    assert state(db) == before


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"entry": "5", "list": "finds"}, "no such entry"),
        ({"list": "finds"}, "no such entry"),
        ({"entry": "ENTRY", "list": "none"}, "no list"),
        ({"entry": "ENTRY", "list": "finds", "title": "Finds", "tags": "x"}, "already"),
        ({"entry": "x"}, "no number"),
    ],
)
def test_what_cannot_be_done_changes_nothing(db, ids, fields, why):
    """Not even half of it is done."""
    before = state(db)
    given = {name: value.replace("ENTRY", str(ids[1])) for name, value in fields.items()}
    answer = post(db, "/-/desk/shelve", given)

    assert answer.status_code == 400
    assert why in answer.json()["message"]
    assert state(db) == before


def test_lists_are_the_owners_to_fill_and_preview(db, ids):
    """Others are refused, and are told nothing of lists."""
    refused = ask_all(db, [f"/-/desk/shelve?entry={ids[0]}", "/-/desk/preview/finds"])

    assert [each.status_code for each in refused] == [403, 403]
    assert ">Finds" not in "".join(each.text for each in refused)
    assert post(db, "/-/desk/shelve", {"entry": ids[0]}, actor=None).status_code == 403


@pytest.mark.parametrize("query", ["", "?entry=", "?entry=9", "?entry=x", f"?entry={'9' * 40}"])
def test_an_entry_that_is_not_there(db, query):
    """Is told so."""
    assert ask(db, f"/-/desk/shelve{query}", actor=OWNER).status_code == 404


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_every_export_is_previewed(db, name):
    """As text on a page, and alone for scripts."""
    address = f"/-/desk/preview/finds?format={name}"
    page, alone = ask_all(db, [address, f"{address}&_fragment=1"], actor=OWNER)

    assert (page.status_code, alone.status_code) == (200, 200)
    assert alone.headers["content-type"].startswith("text/plain")
    assert alone.text.strip()
    assert f'<option value="{name}" selected>' in page.text
    html5lib.HTMLParser(strict=True).parse(page.text)


def test_a_preview_that_is_not_there(db):
    """Neither of lists nor of formats that there are not."""
    addresses = ["/-/desk/preview/none", "/-/desk/preview/finds?format=docx"]

    assert {each.status_code for each in ask_all(db, addresses, actor=OWNER)} == {404}


def test_the_river_has_the_owners_buttons(db, ids):
    """Each card has its form; what several are chosen with is there once. Others see neither."""
    page, other = ask(db, "/", actor=OWNER).text, ask(db, "/").text

    assert page.count('data-act="mark"') == len(ids) + 1
    assert len(re.findall(r'form="chosen"', page)) == len(ids)
    assert f'name="top" value="{ids[0]}"' in page
    assert "/-/desk/entries" not in other
    assert "/-/desk/sweep" not in other
    html5lib.HTMLParser(strict=True).parse(page)
