"""Documents are digested in processes that may die without taking anything along."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Document, Enclosure, Entry, FeedInfo
from aggregator.workers import Job, Workers
from aggregator.workers.__main__ import digest, work_off
from aggregator.workers.pool import IN_FLIGHT, QUEUE, WORTH
from aggregator.workers.wire import LENGTH, WireError, dump, load
from tests.rawserver import until

CHILD = (sys.executable, str(Path(__file__).parent / "worker_child.py"))

RSS = b"""<rss version="2.0"><channel><title>T</title><link>https://example.org/</link>
<item><guid>1</guid><title>One</title><link>/1</link><description>&lt;b>x&lt;/b></description>
</item></channel></rss>"""


def work(scenario, count=1, **settings):
    """Run a scenario, a function of workers."""

    async def run():
        async with Workers(count, command=CHILD, **settings) as workers:
            return await scenario(workers)

    return asyncio.run(run())


def job(body, **fields):
    return Job(body=body, url="https://example.org/feed", **fields)


async def pid(workers):
    return int((await workers.digest(job(b"pid"))).feed.title)


def test_a_document_is_parsed_and_refined():
    """The child of the real command reads RSS and hands back refined entries."""

    async def scenario():
        async with Workers() as workers:
            return await workers.digest(job(RSS))

    document = asyncio.run(scenario())

    assert document.feed.title == "T"
    assert [entry.url for entry in document.entries] == ["https://example.org/1"]
    assert document.entries[0].html == "<b>x</b>"


def test_what_is_no_feed_is_told():
    """A page yields a ParseError of its kind, and the child lives on."""

    async def scenario():
        async with Workers() as workers:
            with pytest.raises(ParseError) as caught:
                await workers.digest(job(b"<html><body>Hello</body></html>"))
            return caught.value.kind, len((await workers.digest(job(RSS))).entries)

    assert asyncio.run(scenario()) == ("not_a_feed", 1)


def test_a_job_goes_over_whole():
    """Every field of a job reaches the child, and every field of a document comes back."""
    sent = Job(
        body=b"x" * 300_000,
        url="https://example.org/é",
        charset="utf-8",
        content_type="text/xml",
        known_hashes=b"\x00" * 32,
        identity=2,
        max_entries=7,
    )

    document = work(lambda workers: workers.digest(sent))

    assert document == Document(
        feed=FeedInfo(title="utf-8", description="text/xml"),
        entries=(Entry(guid=sent.url, html="x" * 300_000, enclosures=(Enclosure(url="u"),)),),
        hashes=b"\x00" * 32,
        identity=2,
        listed=7,
    )


def test_the_error_of_a_document_comes_back_whole():
    """Kind, message and hint cross the pipe."""
    with pytest.raises(ParseError, match=r"^This is a page\.$") as caught:
        work(lambda workers: workers.digest(job(b"not a feed")))

    assert (caught.value.kind, caught.value.hint) == ("not_a_feed", "Look for its feed.")


FATAL = {
    b"die": ("crashed", r"\(3\): second / third / fourth"),
    b"cpu": ("timeout", "within 20 seconds"),
    b"hang": ("timeout", "within 2 seconds"),
    b"memory": ("crashed", "too much memory"),
    b"bug": ("crashed", r"ZeroDivisionError in worker_child\.py:\d+: "),
    b"recursion": ("crashed", r"RecursionError"),
    b"foreign": ("crashed", "WireError"),
    b"other answer": ("crashed", "WireError"),
    b"nonsense": ("crashed", "nonsense"),
    b"endless": ("crashed", "nonsense"),
}


@pytest.mark.parametrize("body", FATAL)
def test_a_document_that_harms_its_child_fails_alone(body):
    """It becomes a ParseError; the next document is digested by a new child."""
    kind, words = FATAL[body]

    async def scenario(workers):
        before = await pid(workers)
        with pytest.raises(ParseError, match=words) as caught:
            await workers.digest(job(body))
        return caught.value.kind, before, await pid(workers)

    told, before, after = work(scenario, deadline=2 if body == b"hang" else 20)

    assert told == kind
    assert before != after


def test_a_child_that_can_not_start_is_told():
    """A missing program is an error of the document, not the end of a run."""

    async def scenario():
        async with Workers(1, command=("/nonexistent/python",)) as workers:
            await workers.digest(job(b""))

    with pytest.raises(ParseError, match="No process could be started") as caught:
        asyncio.run(scenario())

    assert caught.value.kind == "crashed"


def test_a_child_that_died_between_two_jobs_is_replaced():
    """The next document is not blamed for it."""

    async def scenario(workers):
        first = await pid(workers)
        os.kill(first, signal.SIGKILL)
        (place,) = workers._places
        await place._child.wait()
        return first, await pid(workers)

    first, second = work(scenario)

    assert first != second


def test_ctrl_c_is_the_parents_affair():
    """A child ignores SIGINT."""

    async def scenario(workers):
        first = await pid(workers)
        os.kill(first, signal.SIGINT)
        return first, await pid(workers)

    first, second = work(scenario)

    assert first == second


def test_a_child_is_recycled():
    """After so many jobs a fresh one takes over."""

    async def scenario(workers):
        return [await pid(workers) for _ in range(4)]

    a, b, c, d = work(scenario, recycle=2)

    assert a == b != c == d


def test_a_library_that_prints_does_no_harm():
    """The stdout of the child carries answers alone."""
    document = work(lambda workers: workers.digest(job(b"talk")))

    assert document.feed.title == "talked"


def test_no_child_is_started_before_there_is_a_job():
    """Entering and leaving costs nothing."""

    async def scenario(workers):
        return list(workers._places)

    assert work(scenario, count=2) == []


class Hours:
    """A clock that says that every job took as long as this."""

    def __init__(self, step):
        self.step = step
        self.now = 0.0

    def __call__(self):
        self.now += self.step
        return self.now


@pytest.mark.parametrize(
    ("jobs", "step", "children"),
    [(1 + QUEUE, WORTH, 1), (2 + QUEUE, WORTH, 2), (9, WORTH / 99, 1)],
)
def test_a_second_child_is_started_when_it_pays(jobs, step, children):
    """Enough must be waiting, and the first one must have worked for some time."""

    async def scenario(workers):
        await pid(workers)
        return len(set(await asyncio.gather(*(pid(workers) for _ in range(jobs)))))

    assert work(scenario, count=2, clock=Hours(step)) == children


def test_only_so_many_bodies_are_in_flight():
    """Who brings more waits outside."""

    async def scenario(workers):
        tasks = [asyncio.ensure_future(pid(workers)) for _ in range(IN_FLIGHT * 2)]
        await asyncio.sleep(0)
        inside = len(workers._waiting) + len(workers._places)
        await asyncio.gather(*tasks)
        return inside

    assert work(scenario) == IN_FLIGHT


def test_who_is_cancelled_while_waiting_leaves_the_queue():
    """The others get their turn."""

    async def scenario(workers):
        tasks = [asyncio.ensure_future(pid(workers)) for _ in range(3)]
        await until(lambda: len(workers._waiting) == 2)
        tasks[1].cancel()
        return [type(it) for it in await asyncio.gather(*tasks, return_exceptions=True)]

    assert work(scenario) == [int, asyncio.CancelledError, int]


def test_a_place_handed_to_one_who_leaves_goes_on():
    """Cancelled between the hand-over and its turn, a job passes its place to the next."""

    async def scenario(workers):
        await pid(workers)
        place = workers._idle.pop()
        leaver, stayer = (asyncio.ensure_future(pid(workers)) for _ in range(2))
        await asyncio.sleep(0)
        workers._give_back(place)
        leaver.cancel()
        return [type(it) for it in await asyncio.gather(leaver, stayer, return_exceptions=True)]

    assert work(scenario) == [asyncio.CancelledError, int]


def test_a_cancelled_job_costs_its_child():
    """Its answer would be taken for the next one's."""

    async def scenario(workers):
        before = await pid(workers)
        hanging = asyncio.ensure_future(workers.digest(job(b"hang")))
        await until(lambda: not workers._idle)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        return before, await pid(workers)

    before, after = work(scenario)

    assert before != after


def test_leaving_ends_the_children():
    """No process outlives its workers."""
    left = work(pid)

    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_jobs_are_worked_off_in_order_until_there_are_none():
    """A child answers a document, an error of the document and a bug alike, and goes on."""

    def by_body(sent):
        if sent.body == b"memory":
            raise MemoryError
        if sent.body == b"bug":
            raise KeyError("x" * 999)
        return digest(sent)

    bodies = [RSS, b"<html></html>", b"memory", b"bug", RSS]
    answers, limits = io.BytesIO(), []
    jobs = io.BytesIO(b"".join(dump(job(body)) for body in bodies) + b"\x00\x00")

    work_off(by_body, jobs, answers, before=lambda: limits.append(1))
    answers.seek(0)
    told = [load(answers.read(LENGTH.unpack(answers.read(LENGTH.size))[0])) for _ in bodies]

    assert [type(it) for it in told] == [Document, *[ParseError] * 3, Document]
    assert [it.kind for it in told[1:4]] == ["not_a_feed", "crashed", "crashed"]
    assert told[2].message == "The document needs too much memory."
    assert told[3].message.startswith("Reading the document failed: KeyError in test_workers.py:")
    assert len(told[3].message) < 300
    assert limits == [1] * 5


@pytest.mark.parametrize("frame", [b"", b"\x00", dump(job(b"pid")) + b"\x00\x00"])
def test_a_child_ends_with_its_parent(frame):
    """When stdin ends, between two jobs or within one, the child is done."""
    done = subprocess.run(
        [*CHILD, str(300 << 20), "5"], input=frame, capture_output=True, timeout=20, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_child_imports_no_network():
    """What is started for each run is light: no event loop, no HTTP, no command line."""
    program = (
        "import sys; from aggregator.workers.__main__ import Job, digest;"
        f"digest(Job(body={RSS!r}, url='https://example.org/')); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    heavy = {"asyncio", "aiohttp", "httpx", "click", "feedparser", "sqlite3"}

    assert heavy & set(done.stdout.split()) == set()


@given(
    st.builds(
        Document,
        feed=st.builds(
            FeedInfo, title=st.none() | st.text(), skip_days=st.tuples(st.integers(0, 6))
        ),
        entries=st.lists(
            st.builds(
                Entry,
                guid=st.text(),
                tags=st.tuples(st.text()),
                published=st.integers(-(2**63), 2**63 - 1),
            )
        ).map(tuple),
        hashes=st.binary(),
    )
)
def test_what_goes_through_a_pipe_comes_out_equal(document):
    """Reading undoes writing, for any document."""
    frame = dump(document)

    assert load(frame[LENGTH.size :]) == document
    assert LENGTH.unpack(frame[: LENGTH.size])[0] == len(frame) - LENGTH.size


@pytest.mark.parametrize("frame", [b"", b"x", b"d", b"d\x80", b"j\x01", b"e\x93\x01\x02\x03"])
def test_nothing_but_nouns_and_errors_comes_out_of_a_pipe(frame):
    """A child that was taken over can send its parent values of the declared types alone."""
    with pytest.raises(WireError):
        load(frame)


@given(st.binary(max_size=40))
def test_any_bytes_are_survived(data):
    """Garbage is a WireError or a harmless value."""
    try:
        value = load(data)
    except WireError:
        return

    assert isinstance(value, Job | Document | ParseError)


def test_what_has_no_utf_8_is_told():
    """Half a surrogate pair can't be sent: an error of one document, not of the pipe."""
    with pytest.raises(WireError, match="written"):
        dump(Document(feed=FeedInfo(title="\ud800"), entries=()))


def test_there_is_nothing_else_in_the_room():
    """An unknown name is an error as of any module."""
    import aggregator.workers

    with pytest.raises(AttributeError, match="nothing"):
        _ = aggregator.workers.nothing
