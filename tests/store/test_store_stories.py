"""Entries are folded into stories as they come."""

import pytest

from aggregator.model import Source
from aggregator.store import stories, storybook
from aggregator.stories import folding
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows

HN = "https://news.example/item?id=1"


def place(store, source, *entries, now=NOW):
    """Store entries of a source, a minute apart, and return their ids, in the order given."""
    inserts = [insert(one, now - 60 * age) for age, one in enumerate(entries)]
    store.apply([plan_for(known(store, source), inserts=inserts)], now=now)
    return [each.entry_id for each in inserts]


def two(store, one, other):
    """Two entries, one of each source."""
    store.sync([BLOG, VIDEO], now=NOW)
    return [*place(store, BLOG, one, now=NOW - 500), *place(store, VIDEO, other)]


def test_entries_with_one_page_are_a_story(store):
    """Two feeds that link to the same page report the same thing."""
    ids = two(store, entry(1), entry(1, guid="x", title="Other words"))

    stories.fold(store.conn, ids)

    assert [(ids[0], ids[0], 2, 2)] == rows(
        store, "SELECT id, entry_id, entries, sources FROM stories"
    )
    assert [(ids[0],)] * 2 == rows(store, "SELECT story_id FROM entries")


def test_entries_of_one_feed_are_no_story(store):
    """A feed that repeats itself is no second source."""
    ids = fill(store, [entry(1), entry(1, guid="again")])

    stories.fold(store.conn, ids)

    assert rows(store, "SELECT * FROM stories") == []


def test_folding_twice_changes_nothing(store):
    """Entries that were folded and have not changed stay where they are."""
    ids = two(store, entry(1), entry(1, guid="x"))
    stories.fold(store.conn, ids)
    before = rows(store, "SELECT * FROM stories")

    stories.fold(store.conn, ids)
    stories.fold(store.conn, [])

    assert before == rows(store, "SELECT * FROM stories")


def test_a_storys_row_tells_of_all_its_entries(store):
    """Who reports and discusses it, since when, and by which entry it is shown."""
    ids = two(store, entry(1), entry(1, guid="x", comments_url=HN))

    stories.fold(store.conn, ids)
    told = storybook.story(store.conn, ids[1])

    assert (told.id, told.entry.id, told.discussing) == (ids[0], ids[0], (ids[1],))
    assert (told.entries, told.sources, told.discussions) == (2, 2, 1)
    assert (told.first_at, told.last_at) == (NOW - 500, NOW)
    assert [each.id for each in told.members] == ids
    assert storybook.shared(store.conn, [*ids, 7]) == dict.fromkeys(ids, (ids[0], 2, 2))
    assert storybook.story(store.conn, 7) is None


def test_a_story_whose_entry_is_hidden_is_shown_by_another(store):
    """What is hidden is neither listed nor told of; a story of hidden entries is none."""
    ids = two(store, entry(1), entry(1, guid="x"))
    stories.fold(store.conn, ids)
    store.conn.execute("UPDATE entries SET hidden = 1 WHERE id = ?", (ids[0],))

    assert storybook.story(store.conn, ids[0]).entry.id == ids[1]
    assert storybook.ranked(store.conn) == []

    store.conn.execute("UPDATE entries SET hidden = 1")

    assert storybook.story(store.conn, ids[0]) is None


def test_a_key_that_is_full_does_not_grow(store, monkeypatch):
    """A page of very many entries folds none of them, and is not written down for more."""
    monkeypatch.setattr(stories, "HUB", 1)
    monkeypatch.setattr(folding, "HUB", 1)
    store.sync([BLOG, VIDEO], now=NOW)
    for n in range(4):
        one = entry(1, guid=f"g{n}", title=f"{n}")
        stories.fold(store.conn, place(store, BLOG, one, now=NOW - n))

    assert rows(store, "SELECT * FROM stories") == []
    assert rows(store, "SELECT count(*) FROM story_keys") == [(2,)]


def test_entries_left_out_are_not_needed(store):
    """An id that nobody has is no reason to fail."""
    stories.fold(store.conn, [7])
    stories.forget(store.conn, [7])

    assert stories.rebuild(store.conn) == 0


def test_stories_are_ranked_by_weight_and_age(store):
    """Of a category, since a time, so many; the weight halves for every day of silence."""
    store.sync([BLOG, VIDEO], now=NOW)
    old, new = NOW - 5 * 86_400, NOW - 600
    ids = []
    for number, at in ((1, old), (2, new)):
        ids += place(store, BLOG, entry(number), now=at)
        ids += place(store, VIDEO, entry(number, guid=f"v{number}"), now=at + 60)
    stories.fold(store.conn, ids)

    assert [each.id for each in storybook.ranked(store.conn)] == [ids[2], ids[0]]
    assert [each.id for each in storybook.ranked(store.conn, limit=1, now=NOW)] == [ids[2]]
    assert [each.id for each in storybook.ranked(store.conn, since=NOW - 86_400)] == [ids[2]]
    assert storybook.ranked(store.conn, category="video") == []


@pytest.mark.parametrize(
    ("feeds", "sources"),
    [
        (("https://news.example.com/a.xml", "https://www.example.com/b.xml"), 1),
        (("https://one.example/feed", "https://two.example/feed"), 2),
        (("https://www.youtube.com/feeds/videos.xml?channel_id=A",
          "https://www.youtube.com/feeds/videos.xml?channel_id=B"), 2),
        (("http://127.0.0.1:1200/a", "http://127.0.0.1:1200/b"), 2),
    ],
)  # fmt: skip
def test_a_domain_is_one_source_but_a_platform_is_many(store, feeds, sources):
    """The sections of a newspaper are one voice, the channels of a platform are each their own."""
    sources_ = [Source(url=url) for url in feeds]
    store.sync(sources_, now=NOW)
    for number, source in enumerate(sources_):
        told = entry(number, canonical_url="https://e.org/quay", title="The third quay opens")
        store.apply([plan_for(known(store, source), inserts=[insert(told, NOW - number)])], now=NOW)

    assert rows(store, "SELECT entries, sources FROM stories") == [(2, sources)]
