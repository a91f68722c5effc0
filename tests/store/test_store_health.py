"""Health, the log of fetches, and statistics: small questions to small tables."""

import pytest

from aggregator.model import Source
from aggregator.store import health, lists, pulse
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for

DAY = 86_400


def feeds(number):
    """So many sources."""
    return [Source(url=f"https://{n}.example/feed", title=f"Feed {n}") for n in range(number)]


def state(store, source, *, ms=0, now=NOW, **fields):
    """Store what a look at a feed came to."""
    plan = plan_for(known(store, source), **fields)
    record = plan.record.__class__(status="ok", ms=ms, error=fields.get("error"))
    store.apply([plan.__class__(feed_id=plan.feed_id, state=plan.state, record=record)], now=now)


def titles(found):
    return [each.feed.title for each in found]


@pytest.fixture
def troubled(store):
    """A store with a feed of each kind of trouble, and one that is well."""
    names = ("failing", "slow", "silent", "moved", "gone", "well", "new", "paused")
    sources = {
        name: Source(url=f"https://{name}.example/feed", title=name, paused=name == "paused")
        for name in names
    }
    store.sync(sources.values(), now=NOW)
    state(store, sources["failing"], state="failing", failures=3, failing_since=NOW - DAY)
    state(store, sources["slow"], ms=9_000, last_entry_at=NOW - DAY)
    state(store, sources["silent"], last_entry_at=NOW - 30 * DAY, rhythm=DAY)
    state(store, sources["moved"], moved_to="https://new.example/feed", moved_since=NOW - DAY)
    state(store, sources["gone"], state="gone", failing_since=NOW - DAY)
    state(store, sources["well"], ms=100, last_entry_at=NOW - DAY, rhythm=DAY)
    return store


@pytest.mark.parametrize("kind", [*health.TROUBLES, "well", "new", "paused"])
def test_each_kind_has_its_feed(troubled, kind):
    """A feed is found under its trouble and counted there."""
    assert [kind] == titles(health.health(troubled.conn, kind, now=NOW))
    assert health.counts(troubled.conn, now=NOW)[kind] == 1


def test_all_feeds_are_listed_the_worst_first(troubled):
    """Whoever looks at health sees first what needs a hand."""
    found = titles(health.health(troubled.conn, "all", now=NOW))

    assert found[:5] == ["gone", "failing", "moved", "slow", "silent"]
    assert len(found) == health.counts(troubled.conn, now=NOW)["all"] == 8


def test_a_feed_that_writes_seldom_is_not_silent(store):
    """Silence is measured by a feed's own rhythm."""
    store.sync([BLOG, VIDEO], now=NOW)
    state(store, BLOG, last_entry_at=NOW - 60 * DAY, rhythm=30 * DAY)
    state(store, VIDEO, last_entry_at=NOW - 60 * DAY, rhythm=DAY)

    assert [VIDEO.title] == titles(health.health(store.conn, "silent", now=NOW))


def test_one_feed_may_be_in_several_kinds_of_trouble(store):
    """Slow and silent are told of one feed."""
    store.sync([BLOG], now=NOW)
    state(store, BLOG, ms=5_000, last_entry_at=NOW - 60 * DAY, rhythm=DAY)

    assert health.health(store.conn, "all", now=NOW)[0].troubles == ("slow", "silent")


@pytest.mark.parametrize("kind", ["all", "failing"])
def test_pages_follow_each_other_without_a_gap(store, kind):
    """The feeds after the last one of a page are the next page, whatever they are sorted by."""
    sources = feeds(7)
    store.sync(sources, now=NOW)
    for n, source in enumerate(sources):
        state(store, source, state="failing", failing_since=NOW - n // 2)
    whole = [each.feed.id for each in health.health(store.conn, kind, now=NOW)]
    seen, after = [], None
    while page := health.health(store.conn, kind, now=NOW, after=after, limit=3):
        seen += [each.feed.id for each in page]
        after = seen[-1]

    assert seen == whole
    assert len(seen) == len(sources)


def test_sources_are_found_by_category_and_words(store):
    """The page of sources is narrowed down by category and by text in title or address."""
    store.sync([BLOG, VIDEO], now=NOW)

    assert titles(health.sources(store.conn, now=NOW)) == [VIDEO.title, BLOG.title]
    assert titles(health.sources(store.conn, now=NOW, category="video")) == [VIDEO.title]
    assert titles(health.sources(store.conn, now=NOW, words="BLOG.ex")) == [BLOG.title]


def test_pages_of_sources_follow_each_other(store):
    """The sources after the last one of a page are the next page."""
    store.sync(feeds(5), now=NOW)
    first = health.sources(store.conn, now=NOW, limit=3)
    rest = health.sources(store.conn, now=NOW, after=first[-1].feed.id)

    assert titles(first + rest) == titles(health.sources(store.conn, now=NOW))


def test_one_feed_is_told_by_its_number(store):
    """What is not followed any more is not told."""
    store.sync([BLOG], now=NOW)
    number = known(store).feed_id

    assert health.one(store.conn, number, now=NOW).feed.url == BLOG.url

    store.sync([], now=NOW)

    assert health.one(store.conn, number, now=NOW) is None
    assert [each.id for each in health.left(store.conn)] == [number]


def test_the_log_is_paged_from_the_newest(store):
    """Lines before a number are the next page; a feed and a status narrow it down."""
    store.sync([BLOG, VIDEO], now=NOW)
    for n in range(3):
        state(store, BLOG, now=NOW + n)
        state(store, VIDEO, now=NOW + n)
    lines = health.log(store.conn, limit=4)
    rest = health.log(store.conn, before=lines[-1].id)

    assert [line.id for line in lines + rest] == [6, 5, 4, 3, 2, 1]
    assert {line.title for line in health.log(store.conn, feed_id=lines[0].feed_id)} == {
        lines[0].title
    }
    assert health.log(store.conn, status="error") == []


def test_statistics_count_by_day_hour_and_feed(store):
    """What is stored is counted once in each small table."""
    fill(store, [entry(1), entry(2)])

    assert pulse.days(store.conn, since=NOW) == [("2023-11-14", "blogs", 2)]
    assert pulse.hours(store.conn, since=NOW) == [(NOW - NOW % 3600, 2)]
    assert [(each.title, each.n) for each in pulse.busiest(store.conn, since=NOW)] == [
        ("The blog", 2)
    ]


def test_what_is_hidden_or_deleted_is_not_counted(store):
    """Counters follow when an entry is hidden, shown again, and deleted."""
    first, second = fill(store, [entry(1), entry(2)])
    store.conn.execute("UPDATE entries SET hidden = 1 WHERE id = ?", (first,))

    assert pulse.hours(store.conn, since=NOW)[0][1] == pulse.busiest(store.conn, since=NOW)[0].n
    assert pulse.busiest(store.conn, since=NOW)[0].n == 1

    store.conn.execute("UPDATE entries SET hidden = 0 WHERE id = ?", (first,))
    store.conn.execute("DELETE FROM unread")
    store.conn.execute("DELETE FROM entries WHERE id = ?", (second,))

    assert pulse.hours(store.conn, since=NOW)[0][1] == 1
    assert pulse.busiest(store.conn, since=NOW)[0].n == 1


def test_a_week_begins_on_monday_for_the_batch_and_for_the_trigger(store):
    """A Sunday counts to the week before it, in Python as in SQLite."""
    sunday = 1_700_352_000  # 2023-11-19T00:00:00Z
    store.sync([BLOG], now=NOW)
    plan = plan_for(known(store), inserts=[insert(entry(), sunday)])
    store.apply([plan], now=sunday)

    assert list(store.conn.execute("SELECT week, n FROM weekly_counts")) == [("2023-11-13", 1)]

    store.conn.execute("UPDATE entries SET hidden = 1")

    assert list(store.conn.execute("SELECT week, n FROM weekly_counts")) == [("2023-11-13", 0)]


def test_what_was_picked_is_told_by_source_and_category(store):
    """A page on a list counts for its source, and once for its category however often starred."""
    first, second = fill(store, [entry(1), entry(2)])
    lists.create(store.conn, "picks", title="Picks", now=NOW)
    lists.add(store.conn, "picks", store.entry(first), now=NOW)
    for each in (first, second):
        store.conn.execute("INSERT INTO stars VALUES (?, '2023-11-14T23:00:00Z')", (each,))

    assert pulse.curated(store.conn, since=NOW) == {"blogs": 2}
    assert [(each.title, each.n) for each in pulse.most_shared(store.conn, since=NOW)] == [
        ("The blog", 1)
    ]


def test_an_older_database_gets_its_counters_filled(store):
    """The step that makes the small tables counts what is there already."""
    from aggregator.store.steps.pulse import DDL

    fill(store, [entry(1), entry(2)])
    counted = (pulse.hours(store.conn, since=0), pulse.busiest(store.conn, since=NOW))
    for kind, name in (
        ("TRIGGER", "entries_unpulsed"),
        ("TRIGGER", "entries_repulsed"),
        ("TABLE", "hourly_counts"),
        ("TABLE", "weekly_counts"),
        ("TABLE", "paces"),
    ):
        store.conn.execute(f"DROP {kind} {name}")
    store.conn.executescript(DDL)

    assert counted == (pulse.hours(store.conn, since=0), pulse.busiest(store.conn, since=NOW))
