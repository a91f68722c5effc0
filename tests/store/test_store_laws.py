"""Laws: counters are what is counted and the index matches, whatever was done in which order."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Change, Insert
from aggregator.store import open_store
from aggregator.store.base import EARLIEST, LATEST, epoch_of, iso, texts_to_json
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows, titles

WORDS = st.sampled_from(["", "Slow rail", "Ünder way", "slow rail in the text", "rail. …"])
NUMBERS = st.integers(1, 6)
ENTRIES = st.builds(
    lambda number, title, text, summary, author, tags: entry(
        number, title=title, text=text, summary=summary, author=author, tags=tags
    ),
    NUMBERS,
    WORDS,
    WORDS,
    WORDS,
    st.none() | WORDS,
    st.lists(WORDS, max_size=2).map(tuple),
)
TIMES = st.integers(NOW - 2, NOW)  # few, so that ids collide
STEPS = st.one_of(
    st.tuples(st.just("insert"), st.lists(st.tuples(ENTRIES, TIMES), max_size=4)),
    st.tuples(st.just("arrive"), st.lists(st.tuples(ENTRIES, TIMES), max_size=4)),
    st.tuples(st.just("change"), st.lists(st.tuples(ENTRIES, TIMES), max_size=3)),
    st.tuples(st.just("category"), st.sampled_from(["blogs", "wikis", "video"])),
    st.tuples(st.just("unsubscribe"), st.none()),
    st.tuples(st.just("hide"), NUMBERS),
    st.tuples(st.just("read"), NUMBERS),
)


def carry_out(store, name, what):
    feeds = {each.url: each for each in store.due(now=NOW, force=True)}
    if name in {"insert", "arrive"}:
        plans = [
            plan_for(feed, inserts=[insert(*pair) for pair in what]) for feed in feeds.values()
        ]
        store.apply([replace(plan, backlog=name == "arrive") for plan in plans], now=NOW)
    elif name == "change":
        ids = [entry_id for (entry_id,) in rows(store, "SELECT id FROM entries ORDER BY id")]
        changes = [
            Change(entry_id=i, entry=one) for i, (one, _time) in zip(ids, what, strict=False)
        ]
        store.apply([plan_for(feed, changes=changes) for feed in list(feeds.values())[:1]], now=NOW)
    elif name == "category":
        store.sync([replace(BLOG, category=what), VIDEO], now=NOW)
    elif name == "unsubscribe":
        store.sync([VIDEO], now=NOW)
    else:
        store.conn.execute(CURATED[name], (f"guid-{what}",))


CURATED = {
    "hide": "UPDATE entries SET hidden = 1 - hidden WHERE guid = ?",
    "read": "DELETE FROM unread WHERE entry_id IN (SELECT id FROM entries WHERE guid = ?)",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("laws") / "a.db", now=NOW) as opened:
        opened.sync([BLOG, VIDEO], now=NOW)
        yield opened


@settings(max_examples=60)
@given(steps=st.lists(STEPS, max_size=6))
def test_counters_and_index_hold_whatever_happens(shared, steps):
    """Random plans, edits of feeds.toml and a curator's work leave counters equal to a recount."""
    shared.conn.execute("SAVEPOINT example")
    try:
        for name, what in steps:
            carry_out(shared, name, what)

        assert shared.check() == []
    finally:
        shared.conn.execute("ROLLBACK TO example")
        shared.conn.execute("RELEASE example")


@given(wishes=st.lists(TIMES, min_size=1, max_size=12))
def test_every_entry_gets_an_id_of_its_own(shared, wishes):
    """However many entries wish for one id, all are stored, at or above their wish."""
    shared.conn.execute("SAVEPOINT example")
    inserts = [
        Insert(entry_id=wish << 20, entry=entry(n), published_at=wish)
        for n, wish in enumerate(wishes)
    ]
    shared.apply([plan_for(known(shared), inserts=inserts)], now=NOW)
    ids = dict(rows(shared, "SELECT guid, id FROM entries"))
    shared.conn.execute("ROLLBACK TO example")
    shared.conn.execute("RELEASE example")

    assert len(wishes) == len(ids)
    assert [True] * len(wishes) == [
        0 <= ids[f"guid-{n}"] - (wish << 20) < len(wishes) for n, wish in enumerate(wishes)
    ]


def test_deleted_entries_are_uncounted(store):
    """Whoever deletes an entry leaves the counters right, also those of a hidden one."""
    fill(store, [entry(1), entry(2), entry(3)])
    store.conn.execute("UPDATE entries SET hidden = 1 WHERE guid = 'guid-3'")
    store.conn.execute("DELETE FROM entries WHERE guid <> 'guid-1'")
    store.rebuild_search()

    assert store.check() == []
    assert titles(store, search="entry") == ["Entry 1"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE categories SET total = 7 WHERE slug = 'wikis'", "categories.total"),
        ("UPDATE categories SET unread = 7 WHERE slug = 'wikis'", "categories.unread"),
        ("UPDATE feeds SET total = 7", "feeds.total"),
        ("DELETE FROM daily_counts", "daily_counts is not what is counted: 2023-11-14 blogs"),
        ("UPDATE entries SET title = 'unknown to the index'", "search index"),
    ],
)
def test_damage_is_found(store, damage, said):
    """A check names each thing that does not agree, and a rebuilt index agrees again."""
    fill(store, [entry(1)])
    store.conn.execute(damage)
    problems = store.check()

    assert len(problems) == 1
    assert said in problems[0]
    store.rebuild_search()
    assert ("search" in said) == (store.check() == [])


def test_a_row_that_points_nowhere_is_found(store):
    """A check sees what a program without enforced keys left behind."""
    store.conn.execute("PRAGMA foreign_keys = OFF")
    store.conn.execute("INSERT INTO stars VALUES (5, 'then')")

    assert store.check() == ["A row of stars points to nothing in entries."]


@given(epoch=st.integers(EARLIEST, LATEST))
def test_times_are_written_as_the_calendar_has_them_and_read_back(epoch):
    """Text and epoch seconds say the same of every second from the year 1 to 9999."""
    time = datetime.fromtimestamp(epoch, UTC)

    assert time.strftime("%m-%dT%H:%M:%SZ") == iso(epoch)[5:]
    assert time.year == int(iso(epoch)[:4])
    assert epoch == epoch_of(iso(epoch))


@given(texts=st.lists(st.text()))
def test_texts_are_written_as_json_has_them(texts):
    """Whatever is in them: quotes, control characters, letters of any script."""
    assert json.dumps(texts, ensure_ascii=False, separators=(",", ":")) == texts_to_json(texts)
