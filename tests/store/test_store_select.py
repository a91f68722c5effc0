"""Selections: what each field means, and that no page costs more when the table grows."""

import re
from dataclasses import replace

import pytest

from aggregator.model import Selection, Source
from aggregator.store import reading
from aggregator.store import selection as selecting
from tests.store.shelf import (
    BLOG,
    NOW,
    VIDEO,
    entry,
    fill,
    insert,
    known,
    plan_for,
    rows,
    titles,
)

TALK = Source(url="https://talk.example/feed", title="Ünder Talk", category="blogs", tags=("Ours",))


@pytest.fixture
def mixed(store):
    """Nine entries a second apart, of three feeds in turn; the newest is "talk 0"."""
    store.sync([BLOG, VIDEO, TALK], now=NOW)
    plans = []
    for place, (source, word) in enumerate([(TALK, "talk"), (VIDEO, "film"), (BLOG, "blog")]):
        inserts = [
            insert(
                entry(n, title=f"{word} {n}", tags=("Big Data",) if n == 1 else ("big", "data")),
                NOW - 3 * n - place,
            )
            for n in range(3)
        ]
        plans.append(
            plan_for(known(store, source), inserts=inserts, site_url=f"https://{word}.example/home")
        )
    store.apply(plans, now=NOW)
    return store


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "talk 0,film 0,blog 0,talk 1,film 1,blog 1,talk 2,film 2,blog 2"),
        ({"limit": 2}, "talk 0,film 0"),
        ({"limit": 0}, ""),
        ({"limit": 10**30, "category": "video"}, "film 0,film 1,film 2"),
        ({"category": "video"}, "film 0,film 1,film 2"),
        ({"category": "gaming"}, ""),
        ({"feed": "3", "limit": 2}, "talk 0,talk 1"),
        ({"feed": "33"}, ""),
        ({"feed": "blog.EXAMPLE/home"}, "blog 0,blog 1,blog 2"),
        ({"feed": "video.example"}, "film 0,film 1,film 2"),
        ({"feed": "ÜNDER"}, "talk 0,talk 1,talk 2"),
        ({"feed": "nowhere"}, ""),
        ({"feed": "example", "limit": 4}, "talk 0,film 0,blog 0,talk 1"),
        ({"feed": "example", "category": "blogs", "limit": 3}, "talk 0,blog 0,talk 1"),
        ({"feed": "example", "search": "film"}, "film 0,film 1,film 2"),
        ({"feed": "blog.example", "search": "-1"}, "blog 0,blog 2"),
        ({"tag": "big data"}, "talk 0,talk 1,film 1,blog 1,talk 2"),
        ({"tag": "ours"}, "talk 0,talk 1,talk 2"),
        ({"tag": "big data", "category": "video"}, "film 1"),
        ({"tag": "BIG", "search": "film", "limit": 1}, "film 0"),
        ({"tag": "🎉"}, ""),
        ({"tag": "🎉", "feed": "video.example"}, ""),
        ({"tag": "🎉", "feed": "example"}, ""),
        ({"search": "talk -2", "category": "blogs"}, "talk 0,talk 1"),
        ({"search": "-talk", "category": "blogs"}, "blog 0,blog 1,blog 2"),
        ({"search": "talk", "category": "video"}, ""),
        ({"search": "talk", "category": "!"}, ""),
        ({"max_per_feed": 1}, "talk 0,film 0,blog 0"),
        ({"max_per_feed": 2, "limit": 5}, "talk 0,film 0,blog 0,talk 1,film 1"),
        ({"max_per_feed": 1, "category": "blogs"}, "talk 0,blog 0"),
        ({"max_per_feed": 1, "feed": "2"}, "film 0"),
        ({"max_per_feed": 1, "search": "words"}, "talk 0,film 0,blog 0"),
        ({"max_per_feed": 1, "search": "-0"}, "talk 1,film 1,blog 1"),
        ({"max_per_feed": 1, "tag": "big", "category": "video"}, "film 0"),
        ({"since": NOW - 2}, "talk 0,film 0,blog 0"),
        ({"until": NOW - 6}, "film 2,blog 2"),
        ({"since": NOW - 4, "until": NOW - 2, "search": "film"}, "film 1"),
        ({"since": 10**20}, ""),
        ({"until": -(10**20)}, ""),
        ({"before": (NOW - 6) << 20, "until": NOW}, "film 2,blog 2"),
        ({"before": (NOW - 6) << 20, "feed": "example", "limit": 1}, "film 2"),
        ({"ids": ((NOW - 1) << 20, NOW << 20, 5)}, "talk 0,film 0"),
        ({"ids": ((NOW - 1) << 20, NOW << 20), "category": "video"}, "film 0"),
        ({"ids": ((NOW - 1) << 20, NOW << 20), "feed": "2"}, "film 0"),
        ({"ids": ((NOW - 1) << 20, NOW << 20), "search": "talk"}, "talk 0"),
        ({"ids": ((NOW - 1) << 20, NOW << 20), "search": "-talk"}, "film 0"),
        ({"ids": ((NOW - 1) << 20, NOW << 20), "max_per_feed": 1, "tag": "ours"}, "talk 0"),
    ],
)
def test_a_field_restricts_and_the_newest_come_first(mixed, fields, expected):
    """Each field, alone and with others, takes away what it does not mean."""
    if "tag" in fields and fields["tag"] == "big data":
        # An entry of the feed tagged so belongs to the tag too, whatever its own tags.
        mixed.sync([BLOG, VIDEO, replace(TALK, tags=("Big Data",))], now=NOW)

    assert expected == ",".join(titles(mixed, **fields))


def test_a_tag_of_very_many_feeds_is_found(mixed, monkeypatch):
    """Where naming all feeds to the index would be too long, they are compared afterwards."""
    monkeypatch.setattr(selecting, "TOKENS", 0)

    assert titles(mixed, tag="ours") == ["talk 0", "talk 1", "talk 2"]
    assert titles(mixed, feed="example", search="film") == ["film 0", "film 1", "film 2"]


def test_candidates_come_page_after_page(mixed, monkeypatch):
    """A selection that is decided by hand goes on below the last candidate of a page."""
    monkeypatch.setattr(selecting, "PAGE", 2)

    assert titles(mixed, search="-talk", limit=3) == ["film 0", "blog 0", "film 1"]
    assert titles(mixed, tag="big data") == ["talk 1", "film 1", "blog 1"]
    assert titles(mixed, search="words", max_per_feed=1) == ["talk 0", "film 0", "blog 0"]
    monkeypatch.setattr(selecting, "LOOKED_AT", 2)
    assert titles(mixed, search="words", max_per_feed=1) == ["talk 0", "film 0", "blog 0"]


@pytest.mark.parametrize("few", [0, 500])
def test_a_search_among_marks_is_the_same_from_either_end(mixed, monkeypatch, few):
    """Few marks are looked up in the index, many are passed by for what it finds."""
    ids = [each.id for each in mixed.entries(Selection())]
    reading.mark(mixed.conn, "read", ids[1:4], now=NOW)
    reading.mark(mixed.conn, "star", ids[1:4], now=NOW)
    monkeypatch.setattr(selecting, "FEW", few)

    assert titles(mixed, search="words -film", starred=True) == ["blog 0", "talk 1"]
    assert titles(mixed, search="film", unread=True) == ["film 1", "film 2"]
    assert titles(mixed, search="words", unread=True, feed="2") == ["film 1", "film 2"]
    assert titles(mixed, search="fil*", starred=True) == ["film 0"]
    assert titles(mixed, unread=True, feed="2") == ["film 1", "film 2"]


def test_hidden_entries_are_in_no_list(mixed):
    """A hidden entry is in no selection and no counter, but can be opened."""
    entry_id = NOW << 20
    mixed.conn.execute("UPDATE entries SET hidden = 1 WHERE id = ?", (entry_id,))
    lists = [{}, {"search": "talk"}, {"category": "blogs"}, {"feed": "3"}, {"max_per_feed": 1}]

    assert ["talk 0" in titles(mixed, **each) for each in lists] == [False] * 5
    assert sum(row["total"] for row in mixed.categories()) == 8
    assert mixed.entry(entry_id).title == "talk 0"
    assert mixed.check() == []


def test_content_is_read_when_asked_for(mixed):
    """Lists do without text and HTML; one entry has them, and a selection on demand."""
    plain, full = (mixed.entries(Selection(limit=1), content=c)[0] for c in (False, True))

    assert (plain.text, plain.html) == ("", "")
    assert (full.text, full.html) == ("Words of number 0.", "<p>Words of number 0.</p>")
    assert full == mixed.entry(full.id)
    assert mixed.entry(7) is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"before": NOW << 20},
        {"since": NOW - 9, "until": NOW},
        {"category": "blogs"},
        {"category": "blogs", "since": NOW - 9, "search": "-talk"},
        {"feed": "1"},
        {"feed": "1", "before": NOW << 20},
        {"search": "talk"},
        {"search": "talk -film", "category": "blogs", "feed": "example"},
        {"search": "-talk"},
        {"tag": "big data"},
        {"tag": "🎉"},
        {"tag": "🎉", "category": "blogs"},
        {"search": "talk", "max_per_feed": 1},
        {"search": "talk", "starred": True},
        {"unread": True, "feed": "1"},
    ],
)
@pytest.mark.parametrize("analysed", [False, True], ids=["fresh", "analysed"])
def test_no_page_sorts_or_scans(mixed, fields, analysed):
    """Every statement walks one index in the order of the page, whatever the statistics say."""
    if analysed:
        mixed.conn.execute("ANALYZE")
    asked = selecting.ask(mixed.conn, Selection(**fields))
    plan = explained(mixed, asked)

    assert [step for step in plan if "TEMP B-TREE" in step] == []
    assert [step for step in plan if re.match(r"SCAN entries\b(?!_fts)", step)] == []


@pytest.mark.parametrize("fields", [{"feed": "example"}, {"max_per_feed": 1}])
def test_many_feeds_are_looked_up_one_by_one(mixed, fields):
    """Of several feeds the newest of each are sorted, not the table."""
    asked = selecting.ask(mixed.conn, Selection(**fields))
    plan = explained(mixed, asked)

    assert any("USING INDEX entries_feed (feed_id=?" in step for step in plan)
    assert [step for step in plan if step.startswith(("SCAN entries", "SCAN chosen"))] == []


def explained(store, asked):
    values = asked.values | {"limit": 50}
    return [row[3] for row in store.conn.execute(f"EXPLAIN QUERY PLAN {asked.sql}", values)]


def test_matches_are_looked_up_by_index(store):
    """A document's entries are found by GUID, else by address and title, never by a scan."""
    fill(store, [entry(1), entry(2), entry(3, title="Other"), entry(4, canonical_url=None)])
    feed = known(store)
    asked = [
        entry(1, canonical_url="https://blog.example/else"),
        entry(2, guid="new"),
        entry(3, guid="newer"),
        entry(4, guid="newest", canonical_url=None),
    ]

    assert sorted(
        (each.guid, each.content_hash) for each in store.matches(feed.feed_id, asked)
    ) == [("guid-1", b"1"), ("guid-2", b"2")]
    assert store.matches(known(store, VIDEO).feed_id, asked) == []
    assert store.matches(feed.feed_id, []) == []
    assert [each.guid for each in store.matches(feed.feed_id, [entry(4)])] == ["guid-4"]


def test_what_moved_is_matched_by_time_and_title(store):
    """Where neither GUIDs nor addresses are left, several entries are known by these."""
    fill(store, [entry(1), entry(2), entry(3)])
    moved = [
        entry(n, guid=f"new-{n}", canonical_url=f"https://new.example/{n}", published=NOW + 1 - n)
        for n in (1, 2)
    ]
    feed_id = known(store).feed_id

    assert sorted(each.guid for each in store.matches(feed_id, moved)) == ["guid-1", "guid-2"]
    assert store.matches(feed_id, moved[:1]) == []


def test_a_feed_that_always_links_home_is_matched_among_its_newest(store):
    """Where many entries have one address, only the newest are compared by title."""
    home = "https://blog.example/"
    fill(store, [entry(n, canonical_url=home) for n in range(25)])
    asked = [entry(n, guid=f"new-{n}", canonical_url=home) for n in (19, 20)]

    assert [m.title for m in store.matches(known(store).feed_id, asked)] == ["Entry 19"]


@pytest.mark.parametrize("name", ["_BY_GUID", "_BY_ADDRESS", "_BY_TIME"])
def test_matching_scans_nothing_that_is_stored(store, name):
    """Only the document's own list is walked."""
    from aggregator.store import matching

    fill(store, [entry(1)])
    for _round in range(2):
        plan = rows(store, f"EXPLAIN QUERY PLAN {getattr(matching, name)}", 1, "[]")

        assert [step[3] for step in plan if step[3].startswith("SCAN entries")] == []
        assert any("INDEX" in step[3] and "feed_id=?" in step[3] for step in plan)
        store.conn.execute("ANALYZE")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "film 0,talk 1,film 1,blog 1"),
        ({"limit": 2}, "film 0,talk 1"),
        ({"sort": "oldest"}, "blog 1,film 1,talk 1,film 0"),
        ({"category": "video"}, "film 0,film 1"),
        ({"search": "film -1"}, "film 0"),
        ({"search": "talk"}, "talk 1"),
        ({"starred": True}, "film 0,talk 1"),
        ({"max_per_feed": 1}, "film 0,talk 1,blog 1"),
        ({"own_tags": False}, "talk 1,film 1,blog 1"),
        ({"tag": "mine"}, "film 0"),
        ({"tag": "🎉"}, "talk 1"),
    ],
)
def test_the_curators_own_tags_are_found_by_the_curator(mixed, fields, expected):
    """Beside those of feeds, in whatever case, with every other wish; for others they are not."""
    ids = {each.title: each.id for each in mixed.entries(Selection())}
    for title, tag in (("film 0", "BIG DATA"), ("film 0", "Mine"), ("talk 1", "🎉")):
        reading.mark(mixed.conn, "tag", [ids[title]], value=tag, now=NOW)
    reading.mark(mixed.conn, "star", [ids["film 0"], ids["talk 1"], ids["blog 0"]], now=NOW)
    found = titles(mixed, **{"tag": "Big Data", "own_tags": True, **fields})

    assert ",".join(found) == expected
