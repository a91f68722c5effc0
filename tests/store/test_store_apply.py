"""Carrying out plans: what is written, what is left alone, and all or nothing."""

from dataclasses import replace

import pytest

from aggregator.errors import StoreError
from aggregator.model import Change, Enclosure, Selection
from aggregator.store.base import iso
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


@pytest.fixture
def feed(store):
    store.sync([BLOG, VIDEO], now=NOW)
    return known(store)


def test_a_new_entry_is_stored_whole(store, feed):
    """Every field of an entry comes back, with its feed's category and name."""
    one = entry(
        7,
        author="A. Writer",
        published=NOW - 60,
        updated=NOW - 30,
        summary="In short",
        image="https://blog.example/7.jpg",
        enclosures=(Enclosure(url="https://blog.example/7.pdf", type="application/pdf"),),
        tags=("Ünï", "two words"),
        language="en",
        rights="CC BY",
        comments_url="https://talk.example/7",
    )
    store.apply([plan_for(feed, inserts=[insert(one, NOW - 60)], hashes=b"h" * 16)], now=NOW)
    stored = store.entry((NOW - 60) << 20)
    names = set(type(one).__dataclass_fields__) & set(type(stored).__dataclass_fields__)

    assert {name: getattr(one, name) for name in names} == {
        name: getattr(stored, name) for name in names
    }
    assert (
        stored.source,
        stored.category,
        stored.published_at,
        stored.updated_at,
        stored.first_seen_at,
    ) == ("The blog", "blogs", NOW - 60, NOW - 30, NOW)
    assert store.hashes(feed.feed_id) == b"h" * 16
    assert store.check() == []


@pytest.mark.parametrize(
    ("files", "columns"),
    [
        ([], (None, None, None)),
        ([{"url": "u", "type": "image/png"}], ("u", "image/png", None)),
        (
            [{"url": "p"}, {"url": "a", "type": "audio/mpeg", "duration": 61}],
            ("a", "audio/mpeg", 61),
        ),
        ([{"url": "v", "type": "video/mp4", "duration": 10**30}], ("v", "video/mp4", 2**31 - 1)),
    ],
)
def test_the_medium_of_an_entry_is_its_first_that_plays(store, feed, files, columns):
    """Sound and film come before other files; no length is too long to be stored."""
    one = entry(1, enclosures=tuple(Enclosure(**each) for each in files))
    store.apply([plan_for(feed, inserts=[insert(one)])], now=NOW)

    assert [columns] == rows(store, "SELECT media_url, media_type, duration FROM entries")
    assert [one.enclosures] == [each.enclosures for each in store.entries(Selection())]


def test_the_state_of_a_feed_is_what_the_plan_says(store, feed):
    """A plan's state comes back, to the byte, and the log has a line of it."""
    state = {
        "state": "failing",
        "feed_url": "https://blog.example/atom",
        "feed_title": "Its own title",
        "site_url": "https://blog.example/",
        "description": "About",
        "language": "de",
        "icon": "https://blog.example/i.png",
        "etag": 'W/"\xe4"',
        "last_modified": "yesterday",
        "body_hash": b"\0\xff",
        "http_status": 503,
        "error": "It is ill.",
        "error_kind": "http",
        "failures": 3,
        "failing_since": NOW - 500,
        "gone": 1,
        "checked_at": NOW,
        "changed_at": NOW - 900,
        "last_entry_at": NOW - 950,
        "next_check_at": NOW + 1800,
        "moved_to": "https://else.example/",
        "moved_since": NOW - 100,
        "rhythm": 86_400,
        "identity": 2,
        "notice": "Look.",
        "ttl": 3600,
        "skips": "h0 d6",
    }
    plan = plan_for(feed, **state)
    store.apply([plan], now=NOW + 9)
    row = store.feed(feed.feed_id)

    assert plan.state == known(store).state
    assert (
        row.title,
        row.state,
        row.http_status,
        row.failures,
        row.next_check_at,
    ) == ("The blog", "failing", 503, 3, NOW + 1800)
    assert (iso(NOW), "ok", 200) == tuple(
        store.fetches()[0][name] for name in ("started_at", "status", "http_status")
    )


def test_a_look_without_a_time_is_logged_as_now(store, feed):
    """A plan that does not say when it looked counts from now."""
    store.apply([plan_for(feed, checked_at=None)], now=NOW + 9)

    assert iso(NOW + 9) == store.fetches()[0]["started_at"]


def test_hashes_stay_unless_the_plan_has_new_ones(store, feed):
    """None leaves what is remembered of the document; bytes replace it."""
    for hashes in (b"one", None):
        store.apply([plan_for(feed, hashes=hashes)], now=NOW)

        assert store.hashes(feed.feed_id) == b"one"
    store.apply([plan_for(feed, hashes=b"two")], now=NOW)

    assert store.hashes(feed.feed_id) == b"two"


def test_a_taken_id_moves_up(store, feed):
    """An id that an entry wishes for and another has is moved up until one is free."""
    wish = NOW << 20
    other = known(store, VIDEO)
    store.apply([plan_for(feed, inserts=[insert(entry(1)), insert(entry(2))])], now=NOW)
    store.apply([plan_for(other, inserts=[insert(entry(3)), insert(entry(4))])], now=NOW)

    assert [wish, wish + 1, wish + 2, wish + 3] == [
        entry_id for (entry_id,) in rows(store, "SELECT id FROM entries ORDER BY id")
    ]
    assert store.check() == []


def test_a_gap_between_taken_ids_is_used(store, feed):
    """Moving up stops at the first free id, whether the next ones were taken now or before."""
    wish = NOW << 20
    store.apply(
        [plan_for(feed, inserts=[insert(entry(1)), insert(entry(2), entry_id=wish + 2)])], now=NOW
    )
    more = [insert(entry(3)), insert(entry(4))]
    store.apply([plan_for(feed, inserts=more)], now=NOW)

    assert rows(store, "SELECT guid, id - ? FROM entries ORDER BY id", wish) == [
        ("guid-1", 0),
        ("guid-3", 1),
        ("guid-2", 2),
        ("guid-4", 3),
    ]


def test_what_a_feed_already_has_is_not_stored_twice(store, feed):
    """Two plans with the same entry, at once or later, leave one, read or unread as it was."""
    plan = plan_for(feed, inserts=[insert(entry(1))])
    store.apply([plan, plan], now=NOW)
    store.conn.execute("DELETE FROM unread")
    store.apply([plan], now=NOW)

    assert titles(store) == ["Entry 1"]
    assert rows(store, "SELECT * FROM unread") == []
    assert store.check() == []


def test_two_feeds_never_share_an_entry(store, feed):
    """The same GUID in two feeds is two entries."""
    plans = [plan_for(each, inserts=[insert(entry(1))]) for each in (feed, known(store, VIDEO))]
    store.apply(plans, now=NOW)

    assert len(titles(store)) == 2


def test_new_entries_are_unread(store, feed):
    """Each new entry is put in the queue of what is unread."""
    store.apply([plan_for(feed, inserts=[insert(entry(1))])], now=NOW)

    assert [(NOW << 20, "blogs", feed.feed_id)] == rows(
        store, "SELECT entry_id, category, feed_id FROM unread"
    )


@pytest.mark.parametrize(
    ("new", "old_word", "new_word"),
    [
        ({"title": "Sequoia"}, "entry", "sequoia"),
        ({"text": "Sequoia"}, "words", "sequoia"),
        ({"summary": "Sequoia"}, None, "sequoia"),
        ({"author": "Sequoia"}, None, "sequoia"),
        ({"tags": ("sequoia",)}, None, "sequoia"),
        ({"image": "https://blog.example/new.png"}, None, "entry"),
    ],
)
def test_a_change_is_stored_and_found(store, new, old_word, new_word):
    """A changed entry is found by its new words and no more by its old ones."""
    (entry_id,) = fill(store, [entry(1)])
    changed = entry(1, **new, content_hash=b"new")
    store.apply(
        [plan_for(known(store), changes=[Change(entry_id=entry_id, entry=changed)])], now=NOW
    )
    stored = store.entry(entry_id)

    assert new == {name: getattr(stored, name) for name in new}
    assert [changed.title] == titles(store, search=new_word)
    assert old_word is None or titles(store, search=old_word) == []
    assert store.check() == []


def test_a_change_leaves_the_curators_marks(store):
    """Read stays read, and stars, notes and tags stay, when a feed edits its entry."""
    (entry_id,) = fill(store, [entry(1)])
    store.conn.execute("DELETE FROM unread")
    for sql in (
        "INSERT INTO stars VALUES (?, 'then')",
        "INSERT INTO notes VALUES (?, 'mine', 'then')",
        "INSERT INTO entry_tags VALUES (?, 'mine')",
    ):
        store.conn.execute(sql, (entry_id,))
    change = Change(entry_id=entry_id, entry=entry(1, title="Edited", published=NOW + 5))
    store.apply([plan_for(known(store), changes=[change])], now=NOW)

    assert rows(store, "SELECT * FROM unread") == []
    assert rows(
        store,
        "SELECT (SELECT count(*) FROM stars), (SELECT count(*) FROM notes), "
        "(SELECT count(*) FROM entry_tags)",
    ) == [(1, 1, 1)]
    assert store.entry(entry_id).published_at == NOW


def test_only_what_a_reader_can_search_goes_through_the_index(store):
    """A change of a picture does not touch the index at all."""
    (entry_id,) = fill(store, [entry(1)])
    before = rows(store, "SELECT id, block FROM entries_fts_data ORDER BY id")
    change = Change(entry_id=entry_id, entry=entry(1, image="https://blog.example/new.png"))
    store.apply([plan_for(known(store), changes=[change])], now=NOW)

    assert before == rows(store, "SELECT id, block FROM entries_fts_data ORDER BY id")


def test_a_change_of_what_is_not_there_is_nothing(store, feed):
    """A plan for an entry that was deleted meanwhile does no harm."""
    store.apply([plan_for(feed, changes=[Change(entry_id=5, entry=entry(1))])], now=NOW)

    assert titles(store) == []
    assert store.check() == []


def test_guids_are_changed_unless_another_entry_has_them(store):
    """Rekeying renames, and leaves an entry alone where the name is taken."""
    first, second = fill(store, [entry(1), entry(2)])
    plan = plan_for(
        known(store),
        rekeys=[(first, "new-1"), (second, "new-1")],
        changes=[Change(entry_id=second, entry=entry(2, guid="new-2", title="Also new"))],
    )
    store.apply([plan], now=NOW)

    assert rows(store, "SELECT guid, title FROM entries ORDER BY id DESC") == [
        ("new-1", "Entry 1"),
        ("new-2", "Also new"),
    ]


def test_a_plan_for_a_feed_that_is_gone_is_nothing(store, feed):
    """A feed that somebody deleted meanwhile gets no entries, no log and no hashes."""
    lost = replace(plan_for(feed, inserts=[insert(entry(1))], hashes=b"x"), feed_id=99)
    store.apply([lost, plan_for(feed)], now=NOW)

    assert titles(store) == []
    assert [(feed.feed_id,)] == rows(store, "SELECT feed_id FROM fetches")
    assert store.hashes(99) == b""


def test_half_a_letter_is_stored_as_a_question_mark(store, feed):
    """A lone surrogate, which has no UTF-8, does not keep the rest of the batch out."""
    broken = entry(1, title="half \ud83d", tags=("\udc00",))
    entry_id = NOW << 20
    store.apply([plan_for(feed, inserts=[insert(broken), insert(entry(2), NOW - 1)])], now=NOW)
    store.apply([plan_for(feed, changes=[Change(entry_id=entry_id, entry=broken)])], now=NOW)

    assert titles(store) == ["half ?", "Entry 2"]
    asked = [broken, entry(3, guid="\udfff")]
    assert [entry_id] == [match.entry_id for match in store.matches(feed.feed_id, asked)]


def test_a_batch_is_all_or_nothing(store, feed):
    """What fails in the last plan leaves nothing of the first."""
    bad = plan_for(known(store, VIDEO), failures=object())
    with pytest.raises(Exception, match="type 'object' is not supported"):
        store.apply([plan_for(feed, inserts=[insert(entry(1))]), bad], now=NOW)

    assert titles(store) == []
    assert store.check() == []
    assert not store.conn.in_transaction


def test_within_a_lent_transaction_a_savepoint_is_enough(store, feed):
    """On a connection in its own transaction, a batch neither commits nor undoes the lender's."""
    store.conn.execute("BEGIN")
    store.conn.execute("UPDATE feeds SET custom_title = 'Mine' WHERE id = ?", (feed.feed_id,))
    store.apply([plan_for(feed, inserts=[insert(entry(1))])], now=NOW)
    with pytest.raises(Exception, match="object"):
        store.apply([plan_for(feed, failures=object())], now=NOW)

    assert store.conn.in_transaction
    assert [each.title for each in store.feeds(only="blog.example")] == ["Mine"]
    store.conn.execute("ROLLBACK")
    assert titles(store) == []


def test_a_full_disk_is_a_sentence(store, feed):
    """When the file can't grow, the batch is undone and says so."""
    (pages,) = rows(store, "PRAGMA page_count")[0]
    store.conn.execute(f"PRAGMA max_page_count = {pages}")
    big = [insert(entry(n, text="wood " * 5000), NOW - n) for n in range(20)]
    with pytest.raises(StoreError, match="full"):
        store.apply([plan_for(feed, inserts=big)], now=NOW)

    assert not store.conn.in_transaction
    assert titles(store) == []


@pytest.mark.parametrize("published_at", [-(10**11), -1, 0, 253_402_300_799])
def test_far_times_are_stored(store, feed, published_at):
    """An entry of any year has a place, and is found by its time."""
    store.apply([plan_for(feed, inserts=[insert(entry(1), published_at)])], now=NOW)

    assert titles(store, since=published_at, until=published_at + 1) == ["Entry 1"]
    assert titles(store, since=published_at + 1) == []
    assert titles(store, until=published_at) == []
