"""When a feed is looked at again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import schedule
from aggregator.model import FeedInfo
from aggregator.schedule import DAY, HOUR, MINUTE, WEEK

NOW = int(datetime(2026, 11, 23, 12, 30, tzinfo=UTC).timestamp())  # a Monday


def test_a_feed_of_unknown_rhythm_is_looked_at_hourly():
    """Nothing known means an hour."""
    assert schedule.adaptive(rhythm=None, last_entry_at=None, now=NOW) == HOUR


@pytest.mark.parametrize(
    ("rhythm", "silence", "expected"),
    [
        (MINUTE, 0, 15 * MINUTE),
        (4 * HOUR, 0, 2 * HOUR),
        (30 * DAY, 0, DAY),
        (4 * HOUR, 100 * HOUR, 10 * HOUR),
        (4 * HOUR, 400 * DAY, DAY),
    ],
)
def test_the_interval_follows_rhythm_and_silence(rhythm, silence, expected):
    """Half of the usual gap, within a quarter of an hour and a day, longer after long silence."""
    found = schedule.adaptive(rhythm=rhythm, last_entry_at=NOW - silence, now=NOW)

    assert expected == found


def test_the_user_bounds_the_interval():
    """min_every and max_every of feeds.toml hold for whatever the rhythm says."""
    found = [
        schedule.adaptive(rhythm=rhythm, last_entry_at=NOW, now=NOW, bounds=(2 * HOUR, 3 * HOUR))
        for rhythm in (None, MINUTE, DAY)
    ]

    assert found == [2 * HOUR, 2 * HOUR, 3 * HOUR]


def test_a_feed_without_dated_entries_counts_as_not_silent():
    """Silence can't be told without a last entry."""
    assert schedule.adaptive(rhythm=2 * HOUR, last_entry_at=None, now=NOW) == HOUR


def test_the_rhythm_is_the_median_gap():
    """One long holiday does not make a daily feed slow."""
    times = (NOW, NOW - DAY, NOW - 2 * DAY, NOW - 60 * DAY)

    assert schedule.rhythm_of(times) == DAY


def test_one_entry_has_no_rhythm():
    """A gap needs two entries; before that nothing is known."""
    assert schedule.rhythm_of((NOW,)) is None


def test_entries_of_one_second_do_not_make_a_rhythm_of_nothing():
    """A burst counts as a minute at least."""
    assert schedule.rhythm_of((NOW, NOW - 1)) == MINUTE


def test_new_entries_move_a_known_rhythm_by_three_tenths():
    """One quick pair of entries does not turn a weekly feed into an hourly one."""
    found = schedule.rhythm_of((NOW, NOW - HOUR), known=10 * HOUR, last_entry_at=NOW - 2 * HOUR)

    assert found == (7 * 10 * HOUR + 3 * HOUR) // 10


def test_old_entries_leave_a_known_rhythm_alone():
    """What is older than the last entry says nothing new."""
    assert schedule.rhythm_of((NOW - DAY,), known=HOUR, last_entry_at=NOW) == HOUR


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'MAX-AGE="600"', "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "nonsense"}, 600),
        ({"cache-control": "max-age=10", "age": "99"}, 0),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "max-age=31536000"}, DAY),
        (
            {
                "expires": "Mon, 23 Nov 2026 13:00:00 GMT",
                "date": "Mon, 23 Nov 2026 12:00:00 GMT",
            },
            HOUR,
        ),
        ({"expires": "Mon, 23 Nov 2026 13:00:00 GMT"}, 30 * MINUTE),
        ({"expires": "Mon, 23 Nov 2026 13:00:00 -0000"}, 30 * MINUTE),
        ({"expires": "0"}, 0),
        ({"expires": "Mon, 23 Nov 2020 13:00:00 GMT"}, 0),
        ({"expires": "Mon, 23 Nov 0000 13:00:00 GMT"}, 0),
    ],
)
def test_http_says_how_long_an_answer_stays_fresh(headers, expected):
    """Cache-Control, Age and Expires are read as RFC 9111 says, capped at a day."""
    assert expected == schedule.freshness(headers, now=NOW)


def test_failures_double_the_wait_up_to_a_week():
    """30 minutes, an hour, two, … a week, and never for ever."""
    waits = [schedule.backoff(failures) for failures in (0, 1, 2, 3, 100, 10_000)]

    assert waits == [30 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, WEEK, WEEK]


def test_a_rate_limit_waits_six_hours_at_most():
    """429 starts with the host's own wait and stops growing at six hours."""
    waits = [schedule.rate_limited(failures, start=600) for failures in (1, 2, 20)]

    assert waits == [600, 1200, 6 * HOUR]


def test_a_host_may_ask_for_more_than_the_cap():
    """A policy row's own wait is never cut."""
    assert schedule.rate_limited(3, start=DAY) == DAY
    assert schedule.rate_limited(1, start=None) == 30 * MINUTE


def test_skip_hours_move_a_look_to_the_next_allowed_hour():
    """A feed that sleeps from 12 to 14 is looked at 14:00 (RSS 2.0 skipHours, GMT)."""
    moved = schedule.outside_skips(NOW, "h12 h13")

    assert moved == NOW + 90 * MINUTE


def test_skip_days_move_a_look_to_the_next_allowed_day():
    """A feed that rests on Mondays is looked at on Tuesday 00:00."""
    moved = schedule.outside_skips(NOW, "d0")

    assert moved == NOW + 11 * HOUR + 30 * MINUTE


def test_skips_are_written_in_a_few_words():
    """Hours and days that a feed names are kept as text."""
    feed = FeedInfo(skip_hours=(1, 0, 23), skip_days=(6,))

    assert schedule.skips_of(feed) == "h0 h1 h23 d6"


@pytest.mark.parametrize(
    "feed",
    [
        FeedInfo(),
        FeedInfo(skip_hours=tuple(range(24))),
        FeedInfo(skip_days=tuple(range(7))),
        FeedInfo(skip_hours=(99, -1)),
    ],
)
def test_a_feed_that_skips_nothing_or_everything_is_looked_at(feed):
    """Impossible wishes are ignored."""
    skips = schedule.skips_of(feed)

    assert skips is None
    assert schedule.outside_skips(NOW, skips) == NOW


def test_the_longest_of_all_waits_counts():
    """Interval, host floor, HTTP and ttl: the longest wins."""
    for place in range(4):
        waits = [MINUTE] * 4
        waits[place] = 3 * HOUR
        interval, floor, asked, ttl = waits
        due = schedule.after_success(
            now=NOW, interval=interval, floor=floor, asked=asked, ttl=ttl, skips=None, chance=0
        )

        assert due == NOW + 3 * HOUR


def test_a_ttl_beyond_a_day_is_cut():
    """Most feeds that ask for months mistook the unit."""
    due = schedule.after_success(
        now=NOW, interval=HOUR, floor=0, asked=0, ttl=90 * DAY, skips=None, chance=0
    )

    assert due == NOW + DAY


@given(chance=st.floats(0, 1, exclude_max=True), interval=st.integers(900, DAY))
def test_chance_only_shortens_and_by_a_tenth_at_most(chance, interval):
    """A wait that ran over its time would make cron miss a feed by a whole period."""
    due = schedule.after_success(
        now=NOW, interval=interval, floor=0, asked=0, ttl=None, skips=None, chance=chance
    )

    assert NOW + interval * 0.9 - 1 <= due <= NOW + interval


def test_retry_after_is_never_undercut():
    """The server's wish counts when it is longer than our own wait, and is capped at a week."""
    at = [
        schedule.after_failure(now=0, wait=HOUR, retry_after=asked, chance=0)
        for asked in (None, 60, 2 * HOUR, 99 * WEEK)
    ]

    assert at == [HOUR, HOUR, 2 * HOUR, WEEK]
