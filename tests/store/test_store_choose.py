"""Selections by marks, platform, author, language and media; sorted and mixed."""

import pytest

from aggregator.model import Enclosure, Mix, Selection, Source
from aggregator.store import selection as selecting
from tests.store.shelf import NOW, entry, fill, rows, titles

REDDIT = Source(url="https://www.reddit.com/r/a.rss", category="forums", platform="reddit")
TUBE = Source(url="https://www.youtube.com/feeds/x", category="video", platform="youtube")
BOTH = (REDDIT, TUBE)


@pytest.fixture
def shelf(store):
    """Four posts and two films: r0, f0, r1, f1, r2, r3 by age."""
    fill(
        store,
        [
            entry(10, title="f0", language="en"),
            entry(
                11,
                title="f1",
                enclosures=(Enclosure(url="https://a.example/a.mp3", type="audio/mpeg"),),
            ),
        ],
        TUBE,
        sources=BOTH,
    )
    fill(
        store,
        [
            entry(0, title="r0", author="Ana Maria", language="en"),
            entry(1, title="r1", author="Maria", language="de-AT"),
            entry(2, title="r2"),
            entry(3, title="r3", author="Ana", language="en-GB"),
        ],
        REDDIT,
        sources=BOTH,
    )
    return store


def number(store, title):
    return rows(store, "SELECT id FROM entries WHERE title = ?", title)[0][0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"platform": "reddit"}, "r0,r1,r2,r3"),
        ({"platform": "youtube", "limit": 1}, "f0"),
        ({"platform": "youtube", "search": "words"}, "f0,f1"),
        ({"platform": "reddit", "category": "video"}, ""),
        ({"platform": "vimeo"}, ""),
        ({"author": "ana"}, "r0,r3"),
        ({"author": "maria ana"}, "r0"),
        ({"author": "?"}, ""),
        ({"author": "ana", "search": "r3"}, "r3"),
        ({"language": "en"}, "r0,f0,r3"),
        ({"language": "EN-gb"}, "r3"),
        ({"language": "en", "category": "forums"}, "r0,r3"),
        ({"language": "en", "feed": "reddit"}, "r0,r3"),
        ({"language": "en", "max_per_feed": 1}, "r0,f0"),
        ({"media": "video"}, "f0"),
        ({"media": "audio"}, "f1"),
        ({"media": "none", "limit": 2}, "r0,r1"),
        ({"starred": True}, "f0,r2"),
        ({"starred": True, "search": "f0"}, "f0"),
        ({"starred": True, "category": "forums"}, "r2"),
        ({"starred": True, "unread": True}, "f0"),
        ({"unread": True}, "r0,f0,r1,f1"),
        ({"unread": True, "category": "forums"}, "r0,r1"),
        ({"unread": True, "search": "r1"}, "r1"),
        ({"unread": True, "limit": 1}, "r0"),
        ({"sort": "oldest"}, "r3,r2,f1,r1,f0,r0"),
        ({"sort": "oldest", "limit": 2}, "r3,r2"),
        ({"sort": "oldest", "category": "video"}, "f1,f0"),
        ({"sort": "oldest", "search": "words", "limit": 1}, "r3"),
        ({"sort": "oldest", "starred": True}, "r2,f0"),
        ({"sort": "oldest", "unread": True}, "f1,r1,f0,r0"),
        ({"sort": "oldest", "language": "en"}, "r3,f0,r0"),
        ({"sort": "oldest", "max_per_feed": 1}, "r3,f1"),
        ({"mix": Mix(per_feed=1)}, "r0,f0"),
        ({"mix": Mix(per_platform=1), "limit": 1}, "r0"),
        ({"mix": Mix(categories=2), "limit": 2}, "r0,f0"),
        ({"mix": Mix(per_category=3), "sort": "oldest"}, "r3,r2,f1,r1,f0"),
        ({"mix": Mix(per_category=1), "max_per_feed": 1}, "r0,f0"),
        ({"sort": "score", "limit": 3}, "r3,r1,r0"),
        ({"sort": "score", "max_per_feed": 1}, "r0,f0"),
        ({"sort": "sources", "limit": 3}, "f1,r2,r0"),
        ({"sort": "sources", "mix": Mix(per_story=1)}, "f1,r0,f0,r1,r3"),
    ],
)
def test_selections_choose_and_sort(shelf, fields, expected):
    """Each field restricts, each order orders, and they go together."""
    for title in ("f0", "r2"):
        shelf.conn.execute("INSERT INTO stars VALUES (?, 'x')", (number(shelf, title),))
    for title in ("r2", "r3"):
        shelf.conn.execute("DELETE FROM unread WHERE entry_id = ?", (number(shelf, title),))
    for title, score in (("r3", 5), ("r1", 2)):
        shelf.conn.execute(
            "INSERT INTO rule_effects VALUES (?, 'a', 'score', ?, 'x')",
            (number(shelf, title), str(score)),
        )
    story = number(shelf, "r2")
    shelf.conn.execute(
        "INSERT INTO stories(id, entry_id, entries, sources, discussions, first_at, last_at) "
        "VALUES (?1, ?1, 2, 2, 0, 'x', 'x')",
        (story,),
    )
    for title in ("r2", "f1"):
        shelf.conn.execute("UPDATE entries SET story_id = ? WHERE title = ?", (story, title))

    assert expected.split(",") == (titles(shelf, **fields) or [""])


@pytest.mark.parametrize(
    "fields",
    [
        {"platform": "reddit"},
        {"author": "ana"},
        {"starred": True},
        {"starred": True, "sort": "oldest"},
        {"unread": True},
        {"unread": True, "category": "forums", "sort": "oldest"},
        {"language": "en", "media": "none"},
        {"sort": "oldest", "category": "video"},
        {"sort": "oldest", "search": "words"},
        {"min_score": 0},
    ],
)
@pytest.mark.parametrize("analysed", [False, True], ids=["fresh", "analysed"])
def test_no_page_sorts_or_scans(shelf, fields, analysed):
    """Every statement walks one index in the order of the page, whatever the statistics say."""
    if analysed:
        shelf.conn.execute("ANALYZE")
    asked = selecting.ask(shelf.conn, Selection(**fields))
    plan = [
        row[3]
        for row in shelf.conn.execute(
            f"EXPLAIN QUERY PLAN {asked.sql}", asked.values | {"limit": 50}
        )
    ]

    assert [step for step in plan if "TEMP B-TREE" in step] == []
    assert [step for step in plan if step in {"SCAN entries", "SCAN marked"}] == []


def test_hidden_entries_can_be_meant(shelf):
    """Whoever has to know finds hidden entries, too."""
    shelf.conn.execute("UPDATE entries SET hidden = 1 WHERE title = 'f0'")
    asked = Selection(ids=(NOW << 20,))

    assert selecting.chosen(shelf.conn, asked) == []
    assert selecting.chosen(shelf.conn, asked, hidden=True) == [NOW << 20]
