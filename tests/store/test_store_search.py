"""A reader's words: what they ask the index, and that no text is ever an error."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Change, Selection
from aggregator.store import open_store
from aggregator.store.search import NOTHING, Question, phrase, question
from tests.store.shelf import BLOG, NOW, entry, fill, insert, known, plan_for, rows, titles

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
LETTERS = st.characters(max_codepoint=0x24F, exclude_categories=["C"])  # refine leaves no controls


@pytest.mark.parametrize(
    ("words", "match", "exclude"),
    [
        ("", None, None),
        ("   ", None, None),
        ("slow travel", '"slow" "travel"', None),
        ('"slow travel" rail', '"slow travel" "rail"', None),
        ('"never closed', '"never closed"', None),
        ("rail -bus", '"rail"', '"bus"'),
        ('rail -"by bus" -car', '"rail"', '"by bus" OR "car"'),
        ("-bus", None, '"bus"'),
        ("trav*", '"trav"*', None),
        ('"slow trav"*', '"slow trav"*', None),
        ('"slow trav*"', '"slow trav"*', None),
        ("tra*", '"tra"*', None),
        ("tr*", '"tr"', None),
        ("\u6771\u4eac*", '"\u6771\u4eac"*', None),
        ("t*", '"t"', None),
        ("c++*", '"c++"', None),
        ("-trav*", None, '"trav"*'),
        ("AND OR NOT NEAR(a b)", '"AND" "OR" "NOT" "NEAR(a" "b)"', None),
        ("title:secret ^first {x}", '"title:secret" "^first" "{x}"', None),
        ("well-known", '"well-known"', None),
        ('half"joined"', '"half" "joined"', None),
        ("nul\0byte", '"nul" "byte"', None),
        ("\ud800lone", '"?lone"', None),
        ("!!! rail", '"rail"', None),
        ("!!!", NOTHING, None),
        ("-", NOTHING, None),
        ('""', NOTHING, None),
        ("*", NOTHING, None),
    ],
)
def test_words_become_a_question(words, match, exclude):
    """Words are all wanted, quotes hold together, a minus excludes, a star goes on."""
    assert Question(match=match, exclude=exclude) == question(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++", '"C++"'),
        ('say "so"', '"say  so "'),
        ("\ue000", '"\ue000"'),
        ("🎉", None),
        ("", None),
    ],
)
def test_a_phrase_has_a_word_in_it(text, expected):
    """A phrase is quoted whatever it holds; one without letters or digits is none."""
    assert expected == phrase(text)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("search") / "a.db", now=NOW) as opened:
        fill(opened, [entry(1, title="Slow travel by rail")])
        yield opened


@given(words=ANY_TEXT, tag=st.none() | ANY_TEXT)
def test_no_text_is_a_syntax_error(shelf, words, tag):
    """Whatever is typed, the index answers."""
    assert titles(shelf, search=words, tag=tag) in ([], ["Slow travel by rail"])


@given(title=st.text(LETTERS, min_size=1, max_size=40))
def test_every_word_of_a_title_is_found(shelf, title):
    """A word that stands in the title finds the entry, whatever stands around it."""
    shelf.conn.execute("SAVEPOINT example")
    shelf.apply([plan_for(known(shelf, BLOG), inserts=[insert(entry(2, title=title))])], now=NOW)
    words = [word.lstrip("-") for word in title.replace('"', " ").split()]
    missed = [word for word in words if phrase(word) and title not in titles(shelf, search=word)]
    shelf.conn.execute("ROLLBACK TO example")
    shelf.conn.execute("RELEASE example")

    assert missed == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zurich", ["Zürich by train", "Zürich"]),
        ("ZÜRICH train", ["Zürich by train"]),
        ('"by train"', ["Zürich by train"]),
        ('"train by"', []),
        ("zur*", ["Zürich by train", "Zürich"]),
        ("zurich -train", ["Zürich"]),
        ("-train", ["Zürich"]),
        ("-train -zurich", []),
        ("haven", ["Zürich by train"]),
        ("mann", ["Zürich"]),
        ("alps", ["Zürich"]),
        ("train \u19b0", ["Zürich by train"]),
        ("...", []),
        ("", ["Zürich by train", "Zürich"]),
    ],
)
def test_search_finds_by_title_text_author_and_tag(store, words, found):
    """Accents and case do not matter; a letter that SQLite does not know is passed over."""
    fill(
        store,
        [
            entry(1, title="Zürich by train", text="A haven"),
            entry(2, title="Zürich", author="Th. Mann", tags=("the alps",)),
        ],
    )

    assert found == titles(store, search=words)


def arrive(store, entries):
    """What a new feed brings along."""
    store.sync([BLOG], now=NOW)
    inserts = [insert(one, NOW - age) for age, one in enumerate(entries)]
    store.apply([replace(plan_for(known(store), inserts=inserts), backlog=True)], now=NOW)


def test_what_a_new_feed_brings_is_found_by_its_lead_at_once(store):
    """Title and summary can be searched when they are stored; the text follows."""
    arrive(store, [entry(1, title="Tidal power", summary="A lead", text="A lead and oysters")])
    before = titles(store, search="oysters"), titles(store, search="tidal lead")
    caught_up = store.index_backlog(10)

    assert before == ([], ["Tidal power"])
    assert caught_up == 1
    assert titles(store, search="oysters tidal") == ["Tidal power"]
    assert store.check() == []


def test_the_text_of_the_backlog_is_taken_from_its_html(store):
    """It comes without; who asks for an entry gets its text, and the index gets it later."""
    arrive(store, [entry(1, text="", html="<p>Eels &amp; <b>oys</b>ters</p><p>by night</p>")])
    (asked,) = store.entries(Selection(), content=True)
    store.index_backlog(10)

    assert asked.text == "Eels & oysters\nby night"
    assert rows(store, "SELECT text FROM entry_content") == [("Eels & oysters\nby night",)]
    assert titles(store, search="oysters") == ["Entry 1"]
    assert store.check() == []


def test_news_is_indexed_whole(store):
    """A later entry of the feed waits for nobody."""
    fill(store, [entry(1, text="About oysters")])

    assert titles(store, search="oysters") == ["Entry 1"]
    assert store.index_backlog(10) == 0


def test_the_backlog_is_indexed_from_the_newest_on(store):
    """What is most likely to be looked for comes first."""
    arrive(store, [entry(number, text=f"Oyster {number}") for number in range(1200)])
    first = store.index_backlog(3)
    found = titles(store, search="oyster")
    rest = store.index_backlog(5000)

    assert (first, rest) == (3, 1197)
    assert found == ["Entry 0", "Entry 1", "Entry 2"]
    assert store.index_backlog(5000) == 0
    assert store.check() == []


def test_a_change_of_the_backlog_keeps_the_index_true(store):
    """An entry that changes before its text was indexed is found by its new words."""
    arrive(store, [entry(1, title="Old", summary="Old lead")])
    (entry_id,) = rows(store, "SELECT id FROM entries")[0]
    new = Change(entry_id=entry_id, entry=entry(1, title="New", summary="New lead", text="Eels"))
    store.apply([plan_for(known(store), changes=[new])], now=NOW)

    assert store.check() == []
    assert titles(store, search="old") == []
    store.index_backlog(10)
    assert titles(store, search="new eels") == ["New"]
    assert store.check() == []
