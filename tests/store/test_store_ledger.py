"""The ledger: what left, what goes next, and what taking an export back means."""

from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.curation import Item
from aggregator.errors import Locked
from aggregator.model import Selection, Source
from aggregator.store import gone, ledger, open_store
from aggregator.store.ledger import FIRST, KEPT, Journey
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows

VIEW = Journey(subject="view:news", format="text", target="x")
LIST = Journey(subject="list:picks", format="text", target="x", news=False)
HOUR = 3600


def added(store, entries, *, at, source=BLOG):
    """Store more entries of a feed, published at a time; the first is the newest."""
    inserts = [insert(one, at - age) for age, one in enumerate(entries)]
    store.apply([plan_for(known(store, source), inserts=inserts)], now=at)


def all_of(store, **selection):
    return store.entries(Selection(limit=1000, **selection))


def shelf(store, count):
    """The titles "Entry 0" (the newest) to "Entry count - 1" of one feed, followed since long."""
    fill(store, [entry(number) for number in range(count)])
    store.conn.execute("UPDATE feeds SET added_at = '2000-01-01T00:00:00Z'")


def take(store, journey=VIEW, *, candidates=None, limit=None, now=NOW, **options):
    """Begin what goes next; a limit holds for the first time, too."""
    if limit is not None:
        options |= {"limit": limit, "at_first": limit}
    found = all_of(store) if candidates is None else candidates
    return ledger.take(store.conn, journey, found, now=now, **options)


def taken(store, journey=VIEW, **options):
    """The titles that go next, and that they went."""
    chosen = take(store, journey, **options)
    if chosen.export_id is not None:
        ledger.finish(store.conn, chosen.export_id, now=NOW)
    return [item.title for item in chosen.items]


def named(*numbers):
    return [f"Entry {number}" for number in numbers]


def fold(store, *titles):
    """Make one story of these."""
    marks = ", ".join("?" * len(titles))
    store.conn.execute(
        f"UPDATE entries SET story_id = (SELECT min(id) FROM entries WHERE title IN ({marks})) "
        f"WHERE title IN ({marks})",
        (*titles, *titles),
    )


def test_an_export_is_written_down(store):
    """The ledger has what, how, where to and when, and each entry with page and title."""
    shelf(store, 2)
    export_id = ledger.record(store.conn, VIEW, all_of(store), now=NOW)
    line = ledger.export(store.conn, export_id)

    assert (line.subject, line.format, line.target) == ("view:news", "text", "x")
    assert (line.entries, line.exported_at, line.finished, line.undone_at) == (2, NOW, True, None)
    assert ledger.exports(store.conn) == [line]
    assert [
        (each.position, each.title, each.canonical_url)
        for each in ledger.lines(store.conn, export_id)
    ] == [(1, "Entry 0", "https://blog.example/0"), (2, "Entry 1", "https://blog.example/1")]


def test_there_is_no_export_of_an_unknown_number(store):
    """Asking for an export that never was gives None, and nothing to undo."""
    assert ledger.export(store.conn, 7) is None
    assert ledger.undo(store.conn, 7, now=NOW) is False


def test_the_log_is_newest_first_and_by_target(store):
    """The newest export comes first; a target's own log leaves out the others."""
    shelf(store, 1)
    elsewhere = Journey(subject="view:news", format="atom", target="feed.atom")
    first = ledger.record(store.conn, VIEW, all_of(store), now=NOW)
    second = ledger.record(store.conn, elsewhere, all_of(store), now=NOW)

    assert [each.id for each in ledger.exports(store.conn)] == [second, first]
    assert [each.id for each in ledger.exports(store.conn, target="x")] == [first]
    assert [each.id for each in ledger.exports(store.conn, limit=1)] == [second]


def test_the_same_again_is_one_line(store):
    """A file that is written anew without news is the same export, made twice."""
    shelf(store, 2)
    once = ledger.record(store.conn, VIEW, all_of(store), now=NOW)
    twice = ledger.record(store.conn, VIEW, all_of(store), now=NOW + HOUR)
    other = ledger.record(store.conn, VIEW, all_of(store)[:1], now=NOW + HOUR)
    line = ledger.export(store.conn, once)

    assert once == twice != other
    assert (line.times, line.exported_at) == (2, NOW + HOUR)


def test_old_lines_of_a_busy_file_are_dropped(store):
    """A file that always changes keeps its last hundred exports; what continues is kept."""
    shelf(store, 2)
    file = Journey(subject="view:news", format="atom", target="/srv/news.atom")
    taken(store, file)
    both = all_of(store)
    for number in range(KEPT + 3):
        ledger.record(store.conn, file, both[number % 2 :][:1], now=NOW + number)
        ledger.record(store.conn, VIEW, both[number % 2 :][:1], now=NOW + number)
    exports = ledger.exports(store.conn, target=file.target, limit=1000)

    assert len(exports) == KEPT + 1
    assert len(ledger.exports(store.conn, target="x", limit=1000)) == KEPT + 3
    assert exports[-1].continues
    assert rows(store, "SELECT count(*) FROM export_entries") == [(KEPT + 2 + KEPT + 3,)]


def test_the_first_time_does_not_flood(store):
    """The first export takes the newest ten, and the rest is passed over for good."""
    shelf(store, FIRST + 5)
    chosen = take(store)

    assert [item.title for item in chosen.items] == named(*range(FIRST))
    assert (chosen.first, chosen.passed, chosen.waiting) == (True, 5, 0)
    assert taken(store) == []
    assert sum(each.passed_over for each in ledger.lines(store.conn, chosen.export_id)) == 5


def test_who_asks_for_more_gets_it(store):
    """A limit of one's own holds for the first time, too."""
    shelf(store, FIRST + 5)

    assert taken(store, limit=12) == named(*range(12))


def test_what_comes_later_goes_next(store):
    """The second export has what is new since the first, once."""
    shelf(store, 3)
    taken(store)
    added(store, [entry(10), entry(11)], at=NOW + HOUR)

    assert taken(store) == named(10, 11)
    assert taken(store) == []


def test_an_empty_beginning_counts(store):
    """Where there was nothing the first time, all that comes is news: none of it is passed over."""
    shelf(store, 0)
    first = take(store, candidates=[])
    added(store, [entry(number) for number in range(FIRST + 5)], at=NOW + HOUR)

    assert first.first
    assert len(taken(store)) == FIRST + 5


def test_what_is_older_than_what_was_looked_at_is_passed_over(store):
    """Of a selection that was seen in part, older entries are none of the next export's."""
    shelf(store, 5)
    newest = all_of(store)[:3]
    take(store, candidates=newest, whole=False)

    assert taken(store) == []


def test_a_new_feed_brings_no_news_from_before(store):
    """Entries published before their feed was added are not exported as news."""
    shelf(store, 1)
    taken(store)
    late = Source(url="https://late.example/feed", title="Late", category="blogs")
    store.sync((BLOG, VIDEO, late), now=NOW + HOUR)
    added(
        store, [entry(20, url="https://late.example/20", canonical_url=None)], at=NOW, source=late
    )
    new = [entry(21, url="https://late.example/21", canonical_url="https://late.example/21")]
    added(store, new, at=NOW + 2 * HOUR, source=late)

    assert taken(store) == named(21)


def test_a_list_waits_instead_of_passing_over(store):
    """What a curator picked goes ten at first, and the rest the next time, in its order."""
    shelf(store, FIRST + 5)
    chosen = take(store, LIST)

    assert (len(chosen.items), chosen.waiting, chosen.passed) == (FIRST, 5, 0)
    assert taken(store, LIST, limit=2) == named(10, 11)
    assert taken(store, LIST) == named(12, 13, 14)


def test_the_oldest_go_first(store):
    """Where more wait than may go, those that have waited longest go."""
    shelf(store, 1)
    taken(store, oldest=True)
    added(store, [entry(number) for number in range(10, 15)], at=NOW + HOUR)
    chosen = take(store, limit=2, oldest=True)

    assert [item.title for item in chosen.items] == named(13, 14)
    assert chosen.waiting == 3
    assert taken(store, oldest=True) == named(10, 11, 12)


def test_one_target_does_not_know_of_another(store):
    """What went to one place may go to each other place once."""
    shelf(store, 2)
    other = Journey(subject="view:news", format="text", target="mastodon")

    assert taken(store) == taken(store, other) == named(0, 1)


def test_one_page_goes_to_a_target_once_whatever_it_was_in(store):
    """A list leaves out what a view has brought to the same target, by its page."""
    shelf(store, 2)
    taken(store, limit=1)

    assert taken(store, LIST) == named(1)


def test_what_a_view_passed_over_may_be_picked(store):
    """Passing over holds for the view alone: who picks such an entry wants it out."""
    shelf(store, 3)
    taken(store, limit=1)

    assert taken(store, LIST) == named(1, 2)


def test_a_copy_of_the_same_story_does_not_go(store):
    """Neither in one export nor in a later one does a story go to a target twice."""
    shelf(store, 3)
    fold(store, "Entry 0", "Entry 1")

    assert taken(store) == named(0, 2)

    added(store, [entry(10)], at=NOW + HOUR)
    fold(store, "Entry 0", "Entry 1", "Entry 10")

    assert taken(store) == []


def test_a_split_is_heeded(store):
    """What is no longer the same story may go: stories count as they are now."""
    shelf(store, 2)
    fold(store, "Entry 0", "Entry 1")
    before = taken(store)
    store.conn.execute("UPDATE entries SET story_id = NULL")

    assert before == named(0)
    assert taken(store) == named(1)


def test_an_item_without_its_entry_is_known_by_its_page(store):
    """A list's item whose entry is gone is still the page that went, and in its story."""
    shelf(store, 2)
    fold(store, "Entry 0", "Entry 1")
    taken(store)
    lone = Item.of(all_of(store)[1])
    lone = Item(**{name: getattr(lone, name) for name in lone.__dataclass_fields__} | {"id": 0})

    assert gone.left(store.conn, "x", [lone]) == [1]


def test_an_entry_without_a_page_is_known_by_its_guid(store):
    """An entry that has no address has a name of its own, so it goes once, too."""
    fill(store, [entry(1, url=None, canonical_url=None), entry(2, url=None, canonical_url=None)])
    store.conn.execute("UPDATE feeds SET added_at = '2000-01-01T00:00:00Z'")

    assert taken(store) == named(1, 2)
    assert taken(store) == []
    assert gone.left(store.conn, "x", all_of(store)) == [1, 1]


def test_undone_goes_again(store):
    """What an undone export had may go again; nobody can undo it twice."""
    shelf(store, 3)
    taken(store)
    added(store, [entry(10)], at=NOW + HOUR)
    chosen = take(store)

    assert ledger.undo(store.conn, chosen.export_id, now=NOW + HOUR)
    assert not ledger.undo(store.conn, chosen.export_id, now=NOW + HOUR)
    assert ledger.export(store.conn, chosen.export_id).undone_at == NOW + HOUR
    assert taken(store) == named(10)


def test_undoing_the_first_is_no_flood(store):
    """What the first export passed over stays so when only that one is undone."""
    shelf(store, 4)
    first = take(store, limit=2)
    added(store, [entry(10)], at=NOW + HOUR)
    taken(store)
    ledger.undo(store.conn, first.export_id, now=NOW + HOUR)

    assert taken(store) == named(0, 1)


def test_undoing_all_begins_anew(store):
    """With every export undone, the next one is the first again."""
    shelf(store, 4)
    first = take(store, limit=2)
    ledger.undo(store.conn, first.export_id, now=NOW)

    assert taken(store) == named(0, 1, 2, 3)


def test_an_export_that_failed_never_was(store):
    """Cancelled, an export leaves no line; a repeated one is what it was."""
    shelf(store, 2)
    chosen = take(store)
    ledger.cancel(store.conn, chosen.export_id, now=NOW)

    assert ledger.exports(store.conn) == []

    once = ledger.record(store.conn, VIEW, all_of(store), now=NOW)
    again = ledger.begin(store.conn, VIEW, all_of(store), now=NOW + 1)
    ledger.cancel(store.conn, again, now=NOW + 2)

    assert once == again
    assert ledger.export(store.conn, once).times == 1
    assert ledger.export(store.conn, once).finished


def test_an_export_that_was_cut_short_counts(store):
    """Nobody knows whether it arrived, so nothing of it goes again until it is undone."""
    shelf(store, 2)
    chosen = take(store)

    assert not ledger.export(store.conn, chosen.export_id).finished
    assert taken(store) == []


def test_a_lenders_transaction_is_kept(store):
    """The web lends a connection with a transaction open: what it rolls back was not recorded."""
    shelf(store, 1)
    store.conn.execute("BEGIN")
    ledger.record(store.conn, VIEW, all_of(store), now=NOW)
    store.conn.execute("ROLLBACK")

    assert ledger.exports(store.conn) == []


@settings(max_examples=25, deadline=None)
@given(
    runs=st.lists(st.tuples(st.integers(0, 15), st.none() | st.integers(1, 4), st.booleans())),
    undone=st.booleans(),
)
def test_nothing_goes_twice_and_nothing_new_is_lost(runs, undone, tmp_path_factory):
    """Whatever comes between exports of whatever size, each news leaves exactly once."""
    path = tmp_path_factory.mktemp("ledger") / "a.db"
    with open_store(path, now=NOW) as store:
        shelf(store, 0)
        taken(store)
        sent, number = [], 0
        for step, (count, limit, oldest) in enumerate(runs, 1):
            batch = [entry(number + each) for each in range(count)]
            number += count
            added(store, batch, at=NOW + step * HOUR)
            sent += taken(store, limit=limit, oldest=oldest)
            if undone:
                last = ledger.exports(store.conn, limit=1)[0]
                before = [each.title for each in ledger.lines(store.conn, last.id)]
                if last.entries and ledger.undo(store.conn, last.id, now=NOW):
                    sent = sent[: -len(before)]
        sent += taken(store)

        assert sorted(sent) == sorted(named(*range(number)))


def test_a_long_ledger_is_looked_up_by_index(store):
    """What left long ago is found by its page: no table is read from end to end."""
    asked = []
    store.conn.set_trace_callback(asked.append)
    gone.left(store.conn, "x", [Item.of(each) for each in []])
    store.conn.set_trace_callback(None)
    steps = [
        row[3]
        for statement in asked
        for row in store.conn.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]

    assert any("export_entries_url" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN") and "json_each" not in step] == []


def test_two_at_once_take_nothing_twice(store, path):
    """Exports that run at the same time to one target share what there is between them."""
    shelf(store, 0)
    taken(store)
    added(store, [entry(number) for number in range(40)], at=NOW + HOUR)
    found = []

    def run():
        with open_store(path, now=NOW) as mine:
            for _ in range(4):
                found.extend(taken(mine, limit=3))

    threads = [Thread(target=run) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(found) == len(set(found)) == 36


def test_a_ledger_that_somebody_writes_to_is_told(store, path):
    """While another program writes, each act on the ledger is refused in a sentence, not done."""
    shelf(store, 1)
    items = all_of(store)
    export_id = ledger.record(store.conn, VIEW, items, now=NOW)
    acts = (
        lambda conn: ledger.record(conn, LIST, items, now=NOW),
        lambda conn: ledger.take(conn, LIST, items, now=NOW),
        lambda conn: ledger.finish(conn, export_id, now=NOW),
        lambda conn: ledger.cancel(conn, export_id, now=NOW),
        lambda conn: ledger.leave_out(conn, export_id, [1]),
        lambda conn: ledger.undo(conn, export_id, now=NOW),
    )
    with open_store(path, now=NOW, wait=0) as other:
        store.conn.execute("BEGIN IMMEDIATE")
        for act in acts:
            with pytest.raises(Locked):
                act(other.conn)
        store.conn.execute("ROLLBACK")

    assert [each.id for each in ledger.exports(store.conn)] == [export_id]
    assert ledger.export(store.conn, export_id).entries == 1


def test_what_did_not_fit_is_left_out(store):
    """What turned out not to go is taken out of its export, and may go the next time."""
    shelf(store, 3)
    chosen = take(store)
    ledger.leave_out(store.conn, chosen.export_id, [2])
    ledger.finish(store.conn, chosen.export_id, now=NOW)

    assert ledger.export(store.conn, chosen.export_id).entries == 2
    assert taken(store) == named(1)
