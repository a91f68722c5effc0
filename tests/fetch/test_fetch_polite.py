"""Who is asked when, under a clock that jumps."""

import asyncio
import heapq
from itertools import count

import pytest

from aggregator.errors import FetchError, ParseError
from aggregator.fetch.polite import is_host_event, run
from aggregator.model import FeedState, HostPolicy, Known
from tests.rawserver import until


class Time:
    """A clock that jumps to the next sleeper when everybody sleeps."""

    def __init__(self):
        self.now = 0.0
        self._sleepers = []
        self._order = count()

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), awake))
        await awake

    async def pass_by(self):
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, awake = heapq.heappop(self._sleepers)
                if not awake.done():
                    awake.set_result(None)


def known(name, number=1):
    url = f"http://{name}/{number}"
    return Known(feed_id=number, url=url, state=FeedState(feed_url=url), category="blogs")


def many(name, number):
    return [known(name, n) for n in range(1, number + 1)]


def host_of(feed):
    return feed.url.split("/")[2]


class Run:
    """A run with a look of its own; what happened, when, and what was skipped."""

    def __init__(self, look=None, **policy):
        self.time = Time()
        self.seen = []
        self.skipped = []
        self._look = look
        self._policy = policy

    async def look(self, feed):
        self.seen.append((self.time.now, feed.url.removeprefix("http://")))
        return await self._look(feed) if self._look else None

    def go(self, feeds, jobs=8):
        asyncio.run(self._go(feeds, jobs))
        return self

    async def _go(self, feeds, jobs):
        passing = asyncio.ensure_future(self.time.pass_by())
        try:
            await run(
                feeds,
                self.look,
                key=host_of,
                policy=lambda host: HostPolicy(host=host, **self._policy),
                jobs=jobs,
                skip=lambda feed, reason: self.skipped.append((feed.feed_id, reason)),
                sleep=self.time.sleep,
                clock=self.time.clock,
            )
        finally:
            passing.cancel()

    @property
    def order(self):
        return [url for _, url in self.seen]


class Gauge:
    """Counts who is inside, by host and in all."""

    def __init__(self, rounds=5):
        self.inside = []
        self.most = 0
        self.most_of_a_host = 0
        self._rounds = rounds

    async def look(self, feed):
        self.inside.append(host_of(feed))
        self.most = max(self.most, len(self.inside))
        self.most_of_a_host = max(self.most_of_a_host, self.inside.count(host_of(feed)))
        for _ in range(self._rounds):
            await asyncio.sleep(0)
        self.inside.remove(host_of(feed))


def test_a_domain_is_asked_one_at_a_time_and_many_domains_at_once():
    """Keys run beside each other up to `jobs`; within a key there is one request."""
    gauge = Gauge()
    feeds = [known(f"h{host}", n) for n in range(4) for host in range(10)]

    done = Run(gauge.look).go(feeds, jobs=6)

    assert len(done.order) == 40
    assert gauge.most == 6
    assert gauge.most_of_a_host == 1


def test_a_row_may_allow_more_at_once():
    """`parallel` is the number of requests to a key at once."""
    gauge = Gauge()

    Run(gauge.look, parallel=3).go(many("h", 9))

    assert gauge.most_of_a_host == 3


def test_feeds_of_a_key_keep_their_order():
    """Those in greatest need come first."""
    assert Run().go(many("h", 4)).order == ["h/1", "h/2", "h/3", "h/4"]


def test_a_gap_is_kept_between_two_requests_and_holds_up_nobody_else():
    """Gaps count from start to start; with one job the others go on meanwhile."""
    feeds = [*many("slow", 3), *many("other", 2)]

    done = Run(gap=60.0).go(feeds, jobs=1)

    times = {url: now for now, url in done.seen}
    assert [times[f"slow/{n}"] for n in (1, 2, 3)] == [0.0, 60.0, 120.0]
    assert [times[f"other/{n}"] for n in (1, 2)] == [0.0, 60.0]


def test_a_gap_is_kept_between_requests_beside_each_other_too():
    """With `parallel` the gap lies between any two requests to the key."""
    done = Run(gap=1.0, parallel=3).go(many("h", 4))

    assert [now for now, _ in done.seen] == [0.0, 1.0, 2.0, 3.0]


def test_beyond_the_number_per_run_feeds_are_skipped():
    """The first ones are looked at; the rest are told as skipped, and why."""
    done = Run(per_run=2).go([*many("h", 4), known("other", 9)])

    assert sorted(done.order) == ["h/1", "h/2", "other/9"]
    assert [feed_id for feed_id, _ in done.skipped] == [3, 4]
    assert done.skipped[0][1] == "One run looks at 2 of h at most."


def failing(**fields):
    async def look(feed):
        if host_of(feed) == "h":
            return FetchError("no", **fields)
        return None

    return look


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "rate_limited", "http_status": 429},
        {"kind": "http", "http_status": 503, "retry_after": 60},
    ],
)
def test_a_host_that_asks_for_a_pause_is_left_alone(fields):
    """After 429, or 503 with Retry-After, the rest of its feeds are skipped; others go on."""
    done = Run(failing(**fields)).go([*many("h", 3), *many("other", 3)])

    assert [url for url in done.order if url.startswith("h/")] == ["h/1"]
    assert sum(url.startswith("other/") for url in done.order) == 3
    assert [feed_id for feed_id, _ in done.skipped] == [2, 3]
    assert str(fields["http_status"]) in done.skipped[0][1]


@pytest.mark.parametrize("kind", ["unreachable", "timeout"])
def test_a_host_that_is_down_is_tried_three_times(kind):
    """Then the rest of its feeds are skipped, so that a run ends in time."""
    done = Run(failing(kind=kind)).go(many("h", 9))

    assert len(done.order) == 3
    assert len(done.skipped) == 6


def test_an_answer_in_between_shows_that_a_host_is_up():
    """Only failures in a row count; errors of the document or a 404 are answers."""
    outcomes = iter(
        [
            FetchError("", kind="timeout"),
            FetchError("", kind="timeout"),
            ParseError("", kind="malformed"),
            FetchError("", kind="unreachable"),
            FetchError("", kind="timeout"),
            FetchError("", kind="http", http_status=404),
            FetchError("", kind="timeout"),
            None,
        ]
    )

    async def look(_feed):
        return next(outcomes)

    assert len(Run(look).go(many("h", 8)).order) == 8


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, False),
        (ParseError("", kind="malformed"), False),
        (FetchError("", kind="http", http_status=503), False),
        (FetchError("", kind="http", http_status=503, retry_after=0), True),
        (FetchError("", kind="http", http_status=500, retry_after=9), False),
        (FetchError("", kind="rate_limited", http_status=429), True),
    ],
)
def test_what_is_about_the_host(error, expected):
    """429, and 503 with Retry-After, are about the host; all else is about the feed."""
    assert is_host_event(error) is expected


def test_a_bug_stops_no_other_feed_and_comes_out_at_the_end():
    """What a look raises is collected in a group."""

    async def look(feed):
        if feed.feed_id == 1:
            raise ZeroDivisionError(host_of(feed))

    done = Run(look)

    with pytest.raises(ExceptionGroup) as caught:
        done.go([*many("a", 3), *many("b", 3)], jobs=2)

    assert len(done.order) == 6
    assert sorted(str(bug) for bug in caught.value.exceptions) == ["a", "b"]


def test_cancelling_drops_the_rest_and_ends_what_runs():
    """Looks under way are cancelled, sleepers too, the others never begin."""
    ended = []

    async def endless(feed):
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append(feed.url)

    async def scenario():
        done = Run(endless, gap=9.0)
        feeds = [*many("a", 3), *many("b", 3), *many("c", 3)]
        task = asyncio.ensure_future(done._go(feeds, jobs=2))
        await until(lambda: len(done.seen) == 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return done

    done = asyncio.run(scenario())

    assert len(done.seen) == 2
    assert sorted(ended) == ["http://a/1", "http://b/1"]
    assert done.skipped == []


def test_cancelling_wakes_those_who_wait_for_their_turn():
    """A key in its gap ends as well."""

    async def scenario():
        done = Run(gap=9.0)
        asleep = asyncio.Event()

        async def sleep(_seconds):
            asleep.set()
            await asyncio.get_running_loop().create_future()

        done.time.sleep = sleep
        task = asyncio.ensure_future(done._go(many("a", 3), jobs=1))
        await asleep.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return done

    assert asyncio.run(scenario()).order == ["a/1"]


def test_nothing_to_do_is_done_at_once():
    """No feeds, no looks; and nobody needs to listen to what is skipped."""
    asyncio.run(run([], None, key=host_of, policy=None, jobs=1))
    row = HostPolicy(host="a", per_run=1)
    looked = []

    async def look(feed):
        looked.append(feed.feed_id)

    asyncio.run(run(many("a", 2), look, key=host_of, policy=lambda _: row, jobs=1))

    assert looked == [1]
