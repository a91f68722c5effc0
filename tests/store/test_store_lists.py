"""Lists: what they keep, in which order, and what nothing can do to them."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from aggregator.config import parse_config
from aggregator.curation import Item, Via
from aggregator.errors import UsageError
from aggregator.judge import Judge
from aggregator.model import Change, Enclosure, Selection, Source
from aggregator.store import effects, lists, open_store, stories
from tests.store.shelf import BLOG, NOW, entry, fill, known, plan_for, rows

LATER = NOW + 3600


@pytest.fixture
def week(store):
    """A list with three entries on it, the newest first; and the entries."""
    fill(store, [entry(number) for number in (1, 2, 3)])
    lists.create(store.conn, "week", title="The week", now=NOW)
    found = store.entries(Selection())
    for each in found:
        lists.add(store.conn, "week", each, now=NOW)
    return found


def on(store, slug="week", **options):
    return lists.items(store.conn, lists.need(store.conn, slug).id, **options)


def titles(store, slug="week"):
    return [each.title for each in on(store, slug)]


def outline(store):
    return [(each.place, each.section, each.title[-1]) for each in on(store)]


def nth(store, place):
    return on(store)[place - 1].item_id


def test_a_list_is_private_until_told_otherwise(store):
    """A new list has a title, a token nobody can guess, and nobody else sees it."""
    made = lists.create(store.conn, "my-week", now=NOW)
    other = lists.create(store.conn, "other", title=" Other ", now=NOW)

    assert (made.slug, made.title, made.visibility, made.items) == (
        "my-week",
        "My week",
        "private",
        0,
    )
    assert other.title == "Other"
    assert len(made.token) > 20
    assert made.token != other.token
    assert made == lists.find(store.conn, "my-week")
    assert lists.find(store.conn, "none") is None


@pytest.mark.parametrize("slug", ["", "Week", "a b", "-a", "a-", "é", "a/b", "a" * 65, "\ud800"])
def test_a_short_name_fits_an_address(store, slug):
    """Small letters, digits and hyphens; the hint is one that would do."""
    with pytest.raises(UsageError) as refused:
        lists.create(store.conn, slug, now=NOW)

    hint = refused.value.hint.removeprefix("For example ").removesuffix(".")
    assert lists.create(store.conn, hint, now=NOW).slug == hint


def test_a_short_name_is_taken_once(store):
    """A second list, and a list that was removed, keep theirs."""
    lists.create(store.conn, "week", now=NOW)
    lists.create(store.conn, "month", now=NOW)
    with pytest.raises(UsageError, match="already"):
        lists.create(store.conn, "week", now=NOW)
    with pytest.raises(UsageError, match="already"):
        lists.edit(store.conn, "month", slug="week", now=NOW)
    lists.remove(store.conn, "week", now=NOW)
    with pytest.raises(UsageError, match="was removed, and is kept"):
        lists.create(store.conn, "week", now=NOW)


def test_a_list_is_edited(store):
    """What is named changes, the rest stays; nonsense is refused."""
    made = lists.create(store.conn, "week", now=NOW)
    edited = lists.edit(
        store.conn, "week", slug="weekly", title="T", visibility="public", language="de", now=LATER
    )

    assert edited == replace(
        made, slug="weekly", title="T", visibility="public", language="de", updated_at=LATER
    )
    with pytest.raises(UsageError, match="visibility"):
        lists.edit(store.conn, "weekly", visibility="secret", now=NOW)
    with pytest.raises(UsageError, match="has a title"):
        lists.edit(store.conn, "weekly", title=" ", now=NOW)
    with pytest.raises(TypeError):
        lists.edit(store.conn, "weekly", id=3, now=NOW)


def test_the_last_changed_list_comes_first(store):
    """Lists are told in the order of their changes, by visibility where that is asked."""
    for slug in ("a", "b", "c"):
        lists.create(store.conn, slug, now=NOW)
    lists.edit(store.conn, "a", visibility="public", now=LATER)

    assert [each.slug for each in lists.all_lists(store.conn)] == ["a", "c", "b"]
    assert [each.slug for each in lists.all_lists(store.conn, visibility="public")] == ["a"]


def test_a_removed_list_comes_back_whole(store, week):
    """Nothing is lost by removing; deleting for good is another step."""
    before = on(store)
    lists.remove(store.conn, "week", now=LATER)

    assert lists.all_lists(store.conn) == []
    assert [each.slug for each in lists.all_lists(store.conn, removed=True)] == ["week"]
    with pytest.raises(UsageError, match="was removed"):
        lists.need(store.conn, "week")
    lists.restore(store.conn, "week", now=LATER)
    assert before == on(store)
    with pytest.raises(UsageError, match="no removed list"):
        lists.forget(store.conn, "week")
    lists.remove(store.conn, "week", now=LATER)
    lists.forget(store.conn, "week")
    assert rows(store, "SELECT count(*) FROM list_items") == [(0,)]
    with pytest.raises(UsageError, match="no list 'week'"):
        lists.need(store.conn, "week")


def test_an_item_is_a_copy(store):
    """Title, link, source, credit, picture, media and discussion are the item's own."""
    fields = {
        "author": "Ana",
        "image": "https://blog.example/a.jpg",
        "rights": "CC BY 4.0",
        "summary": "Few words.",
        "language": "en",
        "comments_url": "https://forum.example/1",
        "enclosures": (Enclosure(url="https://blog.example/a.mp3", type="audio/mpeg", length=9),),
        "tags": ("the", "feed's"),
    }
    [entry_id] = fill(store, [entry(1, **fields)])
    lists.create(store.conn, "week", now=NOW)
    stored = store.entry(entry_id)
    picked = lists.pick(
        store.conn, "week", stored, note=" Read it. ", tags=["#sea", "sea"], now=NOW
    )
    [item] = on(store)

    assert picked == (item.item_id, "added")
    for name in ("id", "feed_id", "url", "title", "source", "published_at", "guid", "category"):
        assert getattr(item, name) == getattr(stored, name), name
    for name in ("author", "image", "rights", "summary", "language", "comments_url", "enclosures"):
        assert getattr(item, name) == fields[name], name
    assert (item.note, item.tags, item.place, item.added_at) == ("Read it.", ("sea",), 1, NOW)
    assert item == lists.item(store.conn, item.item_id)


def test_one_page_is_on_a_list_once(store, week):
    """The same page under another address is the same item, and its words stay."""
    lists.change(store.conn, nth(store, 2), note="Mine.", now=NOW)
    again = replace(week[1], url="http://www.blog.example/2/?utm_source=x", id=0)

    assert lists.pick(store.conn, "week", again, note="Other.", now=LATER) == (
        nth(store, 2),
        "there",
    )
    assert on(store)[1].note == "Mine."


def test_the_curators_note_and_tags_go_along(store):
    """Words on the entry become words on the item, unless others are given."""
    [entry_id] = fill(store, [entry(1)])
    store.conn.execute("INSERT INTO notes VALUES (?, 'Good.', ?)", (entry_id, "2023-11-14"))
    store.conn.execute("INSERT INTO entry_tags VALUES (?, 'b'), (?, 'a')", (entry_id, entry_id))
    for slug in ("one", "two"):
        lists.create(store.conn, slug, now=NOW)
    stored = store.entry(entry_id)
    lists.add(store.conn, "one", stored, now=NOW)
    lists.add(store.conn, "two", stored, note="Else.", now=NOW)

    assert [(each.note, each.tags) for each in on(store, "one")] == [("Good.", ("a", "b"))]
    assert [(each.note, each.tags) for each in on(store, "two")] == [("Else.", ("a", "b"))]


def test_places_that_discuss_an_entry_are_thanked(store):
    """Discussions of its story in other feeds are its via, unless the curator says whom."""
    page, talk = "https://blog.example/a-long-page-about-tides", "https://forum.example/t/1"
    one = entry(1, url=page, canonical_url=page, title="Tides")
    fill(store, [one])
    two = entry(2, url=page, canonical_url=page, title="Tides", comments_url=talk)
    forum = Source(url="https://forum.example/rss", title="The forum", category="forums")
    fill(store, [two], forum, sources=(BLOG, forum))
    stories.rebuild(store.conn)
    for slug in ("by-itself", "ben", "nobody"):
        lists.create(store.conn, slug, now=NOW)
    [blogged] = store.entries(Selection(category="blogs"))
    lists.add(store.conn, "by-itself", blogged, now=NOW)
    lists.add(store.conn, "ben", blogged, via=[Via(name="Ben")], now=NOW)
    lists.add(store.conn, "nobody", blogged, via=[], now=NOW)

    assert on(store, "by-itself")[0].via == (Via(name="The forum", url=talk),)
    assert on(store, "ben")[0].via == (Via(name="Ben"),)
    assert on(store, "nobody")[0].via == ()


def test_an_item_goes_to_another_list_with_its_words(store, week):
    """A copy of an item has its note, quote, tags, section and via."""
    words = {
        "note": "N",
        "quote": "Q",
        "tags": ("t",),
        "section": "S",
        "image_alt": "A",
        "via": (Via(name="Ben", url="https://ben.example/"), Via(name="Ann")),
    }
    lists.change(store.conn, nth(store, 1), now=NOW, **words)
    lists.create(store.conn, "other", now=NOW)
    lists.add(store.conn, "other", on(store)[2], now=LATER)
    [item] = on(store, "other")

    assert {name: getattr(item, name) for name in words} == words


def test_an_entry_without_a_page_has_its_place_too(store):
    """It links to its discussion or its media, and else to nothing."""
    entries = [
        entry(1, url=None, canonical_url=None, comments_url="https://forum.example/1"),
        entry(2, url=None, canonical_url=None, enclosures=(Enclosure(url="https://a.example/m"),)),
        entry(3, url=None, canonical_url=None),
    ]
    fill(store, entries)
    lists.create(store.conn, "week", now=NOW)
    for each in store.entries(Selection()) * 2:
        lists.add(store.conn, "week", each, now=NOW)

    assert [each.url for each in on(store)] == [
        "https://forum.example/1",
        "https://a.example/m",
        None,
    ]


@pytest.mark.parametrize(
    "site", [BLOG.url, "https://feeds.example/u?token=abcdef0123456789abcdef0123"]
)
def test_a_feeds_address_is_not_copied(store, week, site):
    """A source's page that is its feed, or holds a token, is nobody's business."""
    lists.create(store.conn, "other", now=NOW)
    lists.add(store.conn, "other", replace(week[0], source_url=site), now=NOW)

    assert on(store, "other")[0].source_url is None


def test_places_have_no_gaps(store, week):
    """Moving, removing and bringing back leave 1, 2, 3."""
    lists.move(store.conn, nth(store, 3), 1, now=LATER)
    assert outline(store) == [(1, "", "3"), (2, "", "1"), (3, "", "2")]
    lists.move(store.conn, nth(store, 1), 99, now=LATER)
    assert outline(store) == [(1, "", "1"), (2, "", "2"), (3, "", "3")]
    removed = lists.remove_item(store.conn, nth(store, 2), now=LATER)
    assert outline(store) == [(1, "", "1"), (2, "", "3")]
    assert [each.item_id for each in on(store, removed=True)] == [removed.item_id]
    lists.restore_item(store.conn, removed.item_id, now=LATER)
    lists.restore_item(store.conn, removed.item_id, now=LATER)
    assert outline(store) == [(1, "", "1"), (2, "", "2"), (3, "", "3")]
    assert lists.need(store.conn, "week").updated_at == LATER


def test_sections_stand_together(store, week):
    """Items without a heading come first; a place under another heading takes that."""
    lists.change(store.conn, nth(store, 1), section="News", now=NOW)
    assert outline(store) == [(1, "", "2"), (2, "", "3"), (3, "News", "1")]
    lists.add(store.conn, "week", replace(week[0], url="https://x.example/4", title="4"), now=NOW)
    assert outline(store) == [(1, "", "2"), (2, "", "3"), (3, "", "4"), (4, "News", "1")]
    lists.change(store.conn, nth(store, 1), section=" Tools  and toys ", now=NOW)
    new = replace(week[0], url="https://x.example/5", title="5")
    lists.add(store.conn, "week", new, section="News", now=NOW)
    assert outline(store) == [
        (1, "", "3"),
        (2, "", "4"),
        (3, "News", "1"),
        (4, "News", "5"),
        (5, "Tools and toys", "2"),
    ]
    lists.move(store.conn, nth(store, 1), 3, now=NOW)
    assert [each[1:] for each in outline(store)][:3] == [("", "4"), ("News", "1"), ("News", "3")]


def test_sections_are_renamed_and_moved(store, week):
    """A section moves with all its items; two of one title become one."""
    list_id = lists.need(store.conn, "week").id
    for place, section in ((1, "A"), (1, "B"), (1, "C")):
        lists.change(store.conn, nth(store, place), section=section, now=NOW)
    assert [each[1:] for each in outline(store)] == [("A", "1"), ("B", "2"), ("C", "3")]
    lists.rename_section(store.conn, list_id, "C", place=1, now=NOW)
    assert [each[1:] for each in outline(store)] == [("C", "3"), ("A", "1"), ("B", "2")]
    lists.rename_section(store.conn, list_id, "B", title="C", now=NOW)
    assert [each[1:] for each in outline(store)] == [("C", "3"), ("C", "2"), ("A", "1")]
    lists.rename_section(store.conn, list_id, "A", title="", now=NOW)
    assert [each[1:] for each in outline(store)] == [("", "1"), ("C", "3"), ("C", "2")]
    with pytest.raises(UsageError, match="no section 'A'"):
        lists.rename_section(store.conn, list_id, "A", title="B", now=NOW)


def test_what_was_removed_comes_back_only_when_asked(store, week):
    """A rule that picks an entry anew does not undo a curator's removal."""
    item_id = nth(store, 1)
    lists.remove_item(store.conn, item_id, now=NOW)

    assert lists.pick(store.conn, "week", week[0], by="a rule", now=LATER) == (item_id, "removed")
    assert len(on(store)) == 2
    assert lists.pick(store.conn, "week", week[0], note="So.", revive=True, now=LATER) == (
        item_id,
        "restored",
    )
    assert on(store)[0].note == "So."


def test_a_rule_takes_back_what_it_put_there(store, week):
    """Unless the curator had a hand in it, or another rule put it there."""
    lists.create(store.conn, "other", now=NOW)
    one, two, three = (
        lists.add(store.conn, "other", each, by="r", section="S", now=NOW) for each in week
    )
    lists.change(store.conn, two, note="Mine now.", now=LATER)
    lists.remove_item(store.conn, three, now=LATER)

    assert lists.withdraw(store.conn, one, by="", now=LATER) is False
    assert lists.withdraw(store.conn, one, by="s", now=LATER) is False
    assert [lists.withdraw(store.conn, each, by="r", now=LATER) for each in (one, two, three)] == [
        True,
        False,
        False,
    ]
    assert [each.item_id for each in on(store, "other")] == [two]


def test_places_have_no_gaps_where_a_rule_took_something_back(store, week):
    """What stood behind it moves up."""
    lists.create(store.conn, "other", now=NOW)
    one, two, three = (lists.add(store.conn, "other", each, by="r", now=NOW) for each in week)
    lists.withdraw(store.conn, two, by="r", now=NOW)

    assert [each.place for each in on(store, "other")] == [1, 2]
    assert [lists.item(store.conn, each).place for each in (one, three)] == [1, 2]


def test_an_items_address_may_change(store, week):
    """To another page, not to one that is on the list or to no page at all."""
    item_id = nth(store, 1)
    lists.checked(
        store.conn, item_id, status="moved", note="M", moved_to="https://b.example/", now=NOW
    )
    moved = lists.change(store.conn, item_id, url="https://new.example/1?utm_medium=x", now=NOW)

    assert (moved.url, moved.canonical_url) == (
        "https://new.example/1?utm_medium=x",
        "https://new.example/1",
    )
    assert (moved.check_status, moved.moved_to) == (None, None)
    with pytest.raises(UsageError, match="Another item"):
        lists.change(store.conn, item_id, url=week[1].url, now=NOW)
    for wrong in ("javascript:alert(1)", "", "nonsense"):
        with pytest.raises(UsageError, match="no address"):
            lists.change(store.conn, item_id, url=wrong, now=NOW)
    with pytest.raises(TypeError):
        lists.change(store.conn, item_id, guid="x", now=NOW)
    with pytest.raises(UsageError, match="no item 999"):
        lists.change(store.conn, 999, note="x", now=NOW)


def test_an_item_knows_that_its_entry_changed(store, week):
    """What was picked stays; the change is told, and taken over only when asked."""
    feed = known(store)
    new = entry(1, title="Corrected", content_hash=b"new", image="https://blog.example/i.png")
    store.apply([plan_for(feed, changes=[Change(entry_id=week[0].id, entry=new)])], now=LATER)

    assert [(each.title, each.changed) for each in on(store)] == [
        ("Entry 1", True),
        ("Entry 2", False),
        ("Entry 3", False),
    ]
    lists.refresh(store.conn, nth(store, 1), keep=True, now=LATER)
    assert (on(store)[0].title, on(store)[0].changed) == ("Entry 1", False)
    lists.change(store.conn, nth(store, 1), note="Mine.", now=LATER)
    fresh = lists.refresh(store.conn, nth(store, 1), now=LATER)
    assert (fresh.title, fresh.image, fresh.note) == (
        "Corrected",
        "https://blog.example/i.png",
        "Mine.",
    )


def test_what_came_of_a_check_is_remembered(store, week):
    """Status, sentence, new address and time are on the item."""
    item_id = nth(store, 1)
    lists.checked(store.conn, item_id, status="dead", note="Gone (410).", now=LATER)
    item = lists.item(store.conn, item_id)

    assert (item.check_status, item.check_note, item.checked_at) == ("dead", "Gone (410).", LATER)


def copies(store):
    """What a list is: its items without their pointers into the river."""
    return [
        replace(each, id=0, feed_id=0, story_id=None, changed=False)
        for each in lists.items(store.conn, lists.need(store.conn, "week").id)
    ]


@pytest.fixture
def written(store, week):
    """A list that a curator put work into."""
    lists.change(
        store.conn, nth(store, 2), note="N", section="S", via=(Via(name="Ben"),), now=LATER
    )
    return copies(store)


def test_a_list_survives_what_happens_to_entries(store, week, written):
    """Entries that are edited, hidden or deleted change nothing on it."""
    new = entry(1, title="Else", content_hash=b"new", url="https://blog.example/else")
    store.apply(
        [plan_for(known(store), changes=[Change(entry_id=week[0].id, entry=new)])], now=LATER
    )
    store.conn.execute("UPDATE entries SET hidden = 1, story_id = 7")
    assert written == copies(store)
    store.conn.execute("DELETE FROM entries")

    assert written == copies(store)
    assert [(each.id, each.feed_id) for each in on(store)] == [(0, 0)] * 3


def test_a_list_survives_stories_and_rules(store, week, written):
    """Stories that are made anew, and rules that are applied and undone, leave it alone."""
    rule = (
        '[[rules]]\nname = "r"\nwhen = { title = "entry" }\nthen = { list = "week", hide = true }'
    )
    config = parse_config(rule)
    judge = Judge(config.judging, config.views)
    lists.remove_item(store.conn, nth(store, 3), now=LATER)
    before = copies(store)
    for _ in range(2):
        stories.rebuild(store.conn)
        effects.apply(store.conn, judge, now=LATER)
    assert before == copies(store)
    effects.undo(store.conn, "r", now=LATER)

    assert before == copies(store)


def test_a_list_survives_its_feed(store, week, written):
    """A feed that is taken out, moved or deleted takes nothing along."""
    store.sync([Source(url="https://other.example/")], now=LATER)
    assert written == copies(store)
    store.conn.execute("PRAGMA foreign_keys = OFF")
    store.conn.execute("DELETE FROM entry_content")
    store.conn.execute("DELETE FROM entries")
    store.conn.execute("DELETE FROM feeds")

    assert written == copies(store)


def test_an_id_that_is_taken_anew_is_not_the_entry_that_was_picked(store, week, written):
    """Where another entry got the number of a deleted one, the item points at nothing."""
    store.conn.execute(
        "UPDATE entries SET guid = 'other', canonical_url = 'https://other.example/' WHERE id = ?",
        (week[0].id,),
    )

    assert [each.id == 0 for each in on(store)] == [True, False, False]
    assert written == copies(store)


def test_a_list_survives_in_a_backup(store, week, written, tmp_path):
    """A copy of the file by SQLite's own backup holds the very same list."""
    path = tmp_path / "backup.db"
    with closing(sqlite3.connect(path)) as copy:
        store.conn.backup(copy)
    before = lists.need(store.conn, "week")
    with open_store(path, now=LATER) as restored:
        assert written == copies(restored)
        assert before == lists.need(restored.conn, "week")


def test_what_has_no_utf8_is_written_with_question_marks(store, week):
    """A curator's terminal may hand over anything."""
    changed = lists.change(store.conn, nth(store, 1), note="a\ud800b", tags=["\udcff"], now=NOW)

    assert (changed.note, changed.tags) == ("a?b", ("?",))


def test_an_item_that_was_made_by_hand_needs_no_entry(store):
    """A page that no feed brought is an item like any other."""
    lists.create(store.conn, "week", now=NOW)
    made = Item(
        id=0,
        feed_id=0,
        source="other.example",
        source_url=None,
        category="blogs",
        platform=None,
        guid="https://other.example/a",
        url="https://other.example/a",
        title="A page",
        author=None,
        published_at=NOW,
        updated_at=None,
        first_seen_at=NOW,
        summary="",
        image=None,
    )
    item_id = lists.add(store.conn, "week", made, now=NOW)

    assert on(store) == [
        replace(
            made,
            item_id=item_id,
            canonical_url="https://other.example/a",
            place=1,
            added_at=NOW,
        )
    ]
    assert lists.refresh(store.conn, item_id, now=LATER) is None


def test_a_list_is_arranged_as_told(store):
    """Order and sections at once: what is not named comes after, what is not there is nothing."""
    lists.create(store.conn, "finds", now=NOW)
    pages = [lists.page(store.conn, f"https://a.example/{each}", now=NOW) for each in "abcd"]
    a, b, c, d = (lists.add(store.conn, "finds", page, now=NOW) for page in pages)
    found = lists.need(store.conn, "finds")
    lists.arrange(store.conn, found.id, [(c, "News"), (99, "None"), (a, ""), (b, "News")], now=NOW)
    items = lists.items(store.conn, found.id)

    assert [(each.item_id, each.section) for each in items] == [
        (a, ""),
        (d, ""),
        (c, "News"),
        (b, "News"),
    ]


def test_an_item_is_moved_under_a_heading(store):
    """A section that is named counts more than that of the item whose place is taken."""
    lists.create(store.conn, "finds", now=NOW)
    pages = [lists.page(store.conn, f"https://a.example/{each}", now=NOW) for each in "abc"]
    a, b, c = (
        lists.add(store.conn, "finds", page, section=section, now=NOW)
        for page, section in zip(pages, ("One", "One", "Two"), strict=True)
    )
    lists.move(store.conn, b, 3, section=" Two ", now=NOW)
    items = lists.items(store.conn, lists.need(store.conn, "finds").id)

    assert [(each.item_id, each.section) for each in items] == [
        (a, "One"),
        (c, "Two"),
        (b, "Two"),
    ]
