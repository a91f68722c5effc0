"""What pages are told about entries and lists: the owner's marks, where a search matched, covers."""

import pytest

from aggregator.model import Selection
from aggregator.store import lists, open_store
from aggregator.store import snippets as snippeting
from aggregator.store.covers import covers
from aggregator.store.snippets import BEGIN, END, snippets
from aggregator.store.states import State, states
from tests.desk import NOW, entry, fill, source


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "a.db"
    text = "word " * 200 + "the harbour sleeps " + "word " * 200
    entries = [
        entry(
            1, title="A harbour", summary="of the number harbour", image="https://e.example/1.jpg"
        ),
        entry(2, text=text, html=f"<p>{text}</p>"),
        *(entry(number) for number in range(3, 9)),
    ]
    fill(path, {source(): entries})
    with open_store(path, now=NOW) as opened:
        yield opened


def ids(store):
    return [each.id for each in store.entries(Selection())]


def test_marks_are_the_owners(store):
    """Unread, starred, tagged and listed, each for itself; no marks is a state as well."""
    first, second, third, *_ = ids(store)
    store.conn.execute("DELETE FROM unread")
    store.conn.execute(
        "INSERT INTO unread SELECT id, category, feed_id FROM entries WHERE id = ?", (first,)
    )
    store.conn.execute("INSERT INTO stars VALUES (?, '2026-11-23T10:00:00Z')", (second,))
    store.conn.execute("INSERT INTO entry_tags VALUES (?, 'b c'), (?, 'a')", (second, second))
    for slug in ("one", "two"):
        lists.create(store.conn, slug, title=slug, now=NOW)
        lists.add(store.conn, slug, store.entry(second), now=NOW)
    lists.remove(store.conn, "two", now=NOW)
    found = states(store.conn, [first, second, third])

    assert found[first] == State(unread=True)
    assert found[second] == State(starred=True, tags=("a", "b c"), lists=1)
    assert found[third] == State()


def test_a_snippet_is_where_it_matched(store):
    """In title and summary, else in the text around it; what is not asked for is not there."""
    first, second, third, *_ = ids(store)
    found = snippets(store.conn, "harbour -nothing", [first, second, third])

    assert set(found) == {first, second}
    assert found[first].title == f"A {BEGIN}harbour{END}"
    assert found[first].words == f"of the number {BEGIN}harbour{END}"
    assert f"the {BEGIN}harbour{END} sleeps" in found[second].words
    assert len(found[second].words.split()) < 40


@pytest.mark.parametrize("text", ["", "-harbour", '"', "---"])
def test_a_search_for_nothing_has_no_snippets(store, text):
    """Exclusions alone, and what has no word in it, match nowhere in particular."""
    assert snippets(store.conn, text, ids(store)) == {}


def test_a_cover_has_pictures_first(store):
    """The first four items, those with pictures before the others; what was removed is not there."""
    made = lists.create(store.conn, "one", title="One", now=NOW)
    empty = lists.create(store.conn, "none", title="None", now=NOW)
    for number in reversed(ids(store)):
        lists.add(store.conn, "one", store.entry(number), now=NOW)
    gone = lists.items(store.conn, made.id)[0]
    lists.remove_item(store.conn, gone.item_id, now=NOW)
    found = covers(store.conn, [made.id, empty.id])

    assert set(found) == {made.id}
    assert [each.image for each in found[made.id]] == ["https://e.example/1.jpg", None, None, None]
    assert gone.id not in {each.id for each in found[made.id]}


def test_snippets_of_few_among_many_matches_are_looked_up_each(store, monkeypatch):
    """It is the same where entries stand too far apart to walk from the first to the last."""
    shown = [ids(store)[0], ids(store)[-1]]
    walked = snippets(store.conn, "number", shown)
    monkeypatch.setattr(snippeting, "LOOKED_AT", 0)

    assert set(walked) == set(shown)
    assert walked == snippets(store.conn, "number", shown)
