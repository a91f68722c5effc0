"""Folding is a question of which entries there are, not of how they came."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Change, Source
from aggregator.store import open_store, stories
from aggregator.stories import folding
from tests.store.shelf import NOW, entry, insert, known, plan_for, rows

HOURS = 3600
FEEDS = [
    Source(url=f"https://site{n}.example/feed", category=category)
    for n, category in enumerate(("blogs", "forums", "microblogs", "blogs"))
]
TITLES = (
    "Short",
    "Harbour authority opens the third quay at last",
    "Weekly question thread for everybody and everything",
    "Lighthouse keeper retires after fifty-one years",
)
WORDS = " ".join(f"remarkable{n} things happened{n} yesterday" for n in range(20))
TEXTS = ("", WORDS, WORDS.replace("things", "matters"), f"DATELINE - {WORDS}")
LINKS = tuple(
    f'<p><a href="https://page{n}.example/a">https://page{n}.example/a</a></p>' for n in range(3)
)

# What an entry is made of: feed, time, page, title, text, link; few of each, so that they meet.
PARTS = st.tuples(
    st.integers(0, 3),
    st.integers(0, 60),
    st.integers(0, 3),
    st.sampled_from(TITLES),
    st.sampled_from(TEXTS),
    st.sampled_from(("", *LINKS)),
)


def made(number, parts):
    """An entry, its feed, and an id that says when it was published."""
    feed, hours, page, title, text, html = parts
    at = NOW - 12 * HOURS * (60 - hours)
    url = f"https://page{page}.example/a" if page else f"https://own{number}.example/b"
    one = entry(number, url=url, canonical_url=url, title=title, text=text, html=html)
    return FEEDS[feed], insert(one, at, entry_id=(at << 20) + number)


def stored(store, pieces, first=0):
    """Store entries, numbered from `first`; returns their ids."""
    store.sync(FEEDS, now=NOW)
    found = []
    for number, parts in enumerate(pieces, first):
        source, one = made(number, parts)
        store.apply([plan_for(known(store, source), inserts=[one])], now=NOW)
        found.append(one.entry_id)
    return found


def unfolded(store):
    """Undo all folding that the store may have done by itself."""
    for table in ("stories", "story_keys", "story_marks"):
        store.conn.execute(f"DELETE FROM {table}")
    store.conn.execute("UPDATE entries SET story_id = NULL")


def folded(store):
    """All that folding writes."""
    return [
        rows(store, "SELECT * FROM stories ORDER BY id"),
        rows(store, "SELECT id, story_id FROM entries ORDER BY id"),
    ]


def batches(draw, ids):
    """The ids in any order, in batches of any size."""
    order = draw(st.permutations(ids))
    cuts = sorted(draw(st.sets(st.integers(0, len(ids)), max_size=6)))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(ids)], strict=True)]


def some(draw, ids):
    """Some of the ids, three at most."""
    return draw(st.lists(st.sampled_from(ids), max_size=3, unique=True))


@pytest.mark.parametrize("hub", [3, 100])
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), pieces=st.lists(PARTS, min_size=2, max_size=14))
def test_folding_does_not_depend_on_arrival(hub, data, pieces):
    """Batch by batch in any order, with splits and joins between, it is what a rebuild makes."""
    with pytest.MonkeyPatch.context() as patch, open_store(":memory:", now=NOW) as store:
        patch.setattr(folding, "HUB", hub)
        patch.setattr(stories, "HUB", hub)
        ids = stored(store, pieces)
        unfolded(store)
        for batch in batches(data.draw, ids):
            stories.fold(store.conn, batch)
            for entry_id in some(data.draw, ids):
                story = rows(store, "SELECT story_id FROM entries WHERE id = ?", entry_id)[0][0]
                if story is not None:
                    stories.split(store.conn, story, [entry_id], now=NOW)
            for entry_id in some(data.draw, ids):
                stories.join(store.conn, entry_id)
        grown = folded(store)

        stories.rebuild(store.conn)

        assert folded(store) == grown


@settings(max_examples=100, deadline=None)
@given(data=st.data(), pieces=st.lists(PARTS, min_size=3, max_size=12))
def test_changed_and_forgotten_entries_leave_nothing_behind(data, pieces):
    """What an entry said before it changed, or was deleted, holds nothing together any more."""
    with open_store(":memory:", now=NOW) as store:
        ids = stored(store, pieces)
        stories.rebuild(store.conn)
        for number in data.draw(st.lists(st.integers(0, len(ids) - 1), max_size=3, unique=True)):
            parts = (*pieces[number][:2], *data.draw(PARTS)[2:])
            source, one = made(number, parts)
            change = Change(entry_id=ids[number], entry=one.entry)
            store.apply([plan_for(known(store, source), changes=[change])], now=NOW)
            stories.fold(store.conn, [ids[number]])
        gone = some(data.draw, ids)
        stories.forget(store.conn, gone)
        store.conn.executemany("DELETE FROM entries WHERE id = ?", [(each,) for each in gone])
        left = folded(store)

        stories.rebuild(store.conn)

        assert folded(store) == left
        assert rows(store, "SELECT entry_id FROM story_keys EXCEPT SELECT id FROM entries") == []


def test_a_split_pair_is_never_together(store):
    """Whatever comes later, and whatever is rebuilt, what was split stays split."""
    same = (0, 10, 1, TITLES[1], "", "")
    ids = stored(store, [same, (1, *same[1:])])
    stories.fold(store.conn, ids)

    assert stories.split(store.conn, ids[0], [ids[1]], now=NOW) == [ids[1]]
    assert stories.split(store.conn, ids[0], ids, now=NOW) == []

    late = stored(store, [(3, *same[1:])], first=2)
    stories.fold(store.conn, late)
    stories.rebuild(store.conn)
    placed = dict(rows(store, "SELECT id, story_id FROM entries"))

    assert placed[ids[0]] != placed[ids[1]]
    assert placed[late[0]] in {placed[ids[0]], placed[ids[1]]}

    assert stories.join(store.conn, ids[1]) == [ids[0]]
    assert set(dict(rows(store, "SELECT id, story_id FROM entries")).values()) == {ids[0]}
