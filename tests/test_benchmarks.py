"""The benchmark's own documents, server and stop-watch."""

import http.client
import io
import sqlite3
import subprocess
import sys
from contextlib import closing

import feedparser
import pytest

from benchmarks import contenders, measure
from benchmarks.documents import KINDS, World
from benchmarks.feedserver import FeedServer

WORLD = World(40, share=0.1)


@pytest.fixture(scope="module")
def server():
    with FeedServer(WORLD, addresses=3) as server:
        yield server


def get(server, feed, path=None, **headers):
    connection = http.client.HTTPConnection(f"127.0.0.{1 + feed % 3}", server.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path or f"/feed/{feed}.xml", headers=named)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


@pytest.mark.parametrize("feed", range(len(KINDS)))
def test_documents_are_well_formed(feed):
    """Feedparser finds the entries that a document says it lists, each with a name of its own."""
    parsed = feedparser.parse(io.BytesIO(WORLD.document(feed, 0)))

    assert not parsed.bozo
    assert len({entry.id for entry in parsed.entries}) == WORLD.listed(feed)
    assert all(entry.title and entry.link and entry.published for entry in parsed.entries)


def test_documents_are_as_large_as_real_ones():
    """A feed has 10 to 46 entries, 28 or so on average, and about 95 KB."""
    world = World(400)
    sizes = [len(world.document(feed, 0)) for feed in range(0, 400, 5)]
    listed = [world.listed(feed) for feed in range(400)]

    assert (min(listed), max(listed)) == (10, 46)
    assert 26 < sum(listed) / len(listed) < 30
    assert 80_000 < sum(sizes) / len(sizes) < 110_000


def test_a_tenth_changes_in_a_round():
    """A tenth of the feeds has one to three new entries, and a new validator."""
    added = [WORLD.added(feed, 1) for feed in range(40)]
    changed = [feed for feed in range(40) if WORLD.etag(feed, 0) != WORLD.etag(feed, 1)]

    assert [feed for feed, number in enumerate(added) if number] == changed
    assert len(changed) == 4
    assert set(added) <= {0, 1, 2, 3}
    assert WORLD.expected(1) == WORLD.expected(0) + sum(added)


def test_changed_document_is_the_old_one_with_more():
    """A changed document begins with its new entries, and keeps its length."""
    feed = next(feed for feed in range(40) if WORLD.added(feed, 1))
    before, after = (
        [entry.id for entry in feedparser.parse(io.BytesIO(WORLD.document(feed, number))).entries]
        for number in (0, 1)
    )
    new = WORLD.added(feed, 1)

    assert after[new:] == before[:-new]
    assert not set(after[:new]) & set(before)


def test_server_speaks_http(server):
    """The server gives the document with validators, and 304 to who sends one back."""
    server.round(0)
    status, headers, body = get(server, 5)
    by_tag = get(server, 5, If_None_Match=headers["ETag"])
    by_date = get(server, 5, If_Modified_Since=headers["Last-Modified"])

    assert (status, body) == (200, WORLD.document(5, 0))
    assert (by_tag[0], by_tag[2], by_date[0]) == (304, b"", 304)
    assert server.counts() == {"200": 1, "304": 2}


def test_server_goes_to_the_next_round(server):
    """In the next round a changed feed is sent again and an unchanged one is not."""
    changed = next(feed for feed in range(40) if WORLD.added(feed, 1))
    server.round(1)
    answers = [
        get(server, feed, If_None_Match=WORLD.etag(feed, 0))[0] for feed in (changed, changed + 1)
    ]

    assert answers == [200, 304]


def test_server_knows_what_it_has_not(server):
    """An address that is no feed is 404."""
    assert get(server, 0, path="/feed/4000.xml")[0] == 404
    assert get(server, 0, path="/other")[0] == 404


def test_faults_are_a_share():
    """Some requests fail with 500, some end in the middle, the others are as ever."""
    kinds = []
    with FeedServer(World(40), addresses=1, faults=0.5) as server:
        for feed in range(40):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request("GET", f"/feed/{feed}.xml")
            answer = connection.getresponse()
            try:
                answer.read()
                kinds.append(answer.status)
            except http.client.IncompleteRead:
                kinds.append("cut")
            connection.close()

    assert {200, 500, "cut"} == set(kinds)
    assert 10 < kinds.count(200) < 30


def test_latency_is_waited_for():
    """With a latency, an answer takes about as long."""
    with FeedServer(World(1), addresses=1, latency=0.05) as server:
        cost = measure.run([sys.executable, "-c", _ASK, server.url(0)], cwd=contenders.ROOT)

    assert cost.wall > 0.02


_ASK = "import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()"
_SPIN = "import time\nwhile time.process_time() < 0.3: pass"
_PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {_SPIN!r}])"
_LARGE = "kept = bytearray(60 << 20)"


def test_grandchildren_count(tmp_path):
    """The CPU time of a process that nobody waited for is counted."""
    cost = measure.run([sys.executable, "-c", _PARENT], cwd=tmp_path)

    assert cost.cpu >= 0.3


_MEASURE = f"""
import sys
from pathlib import Path
from benchmarks import measure
print(measure.run([sys.executable, "-c", {_LARGE!r}], cwd=Path(sys.argv[1])).memory)
"""


def test_memory_is_of_the_largest_process(tmp_path):
    """Memory is the peak of the largest process, in MB."""
    # Linux counts what a process had before exec, its parent's: that must be a small one.
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, tmp_path],
        cwd=contenders.ROOT,
        capture_output=True,
        check=True,
    )

    assert 60 < float(done.stdout) < 120


def test_failure_and_timeout_end_the_benchmark(tmp_path, capfd):
    """A command that fails or hangs ends the benchmark, and what it said is shown."""
    with pytest.raises(SystemExit, match="ended with 1"):
        measure.run([sys.executable, "-c", "raise SystemExit('no such luck')"], cwd=tmp_path)
    with pytest.raises(SystemExit, match="ended with -9"):
        measure.run([sys.executable, "-c", "while True: pass"], cwd=tmp_path, timeout=0.3)

    assert "no such luck" in capfd.readouterr().err


def test_we_store_what_was_served(server, tmp_path):
    """Our own contender, as the benchmark runs it, stores every entry of both rounds."""
    ours, home = contenders.CONTENDERS["ours"], tmp_path / "ours"
    contenders.prepare(ours, home, server.urls())
    counts = []
    for number, again in ((0, False), (0, True), (1, True)):
        server.round(number)
        measure.run(ours.refresh(home, again), cwd=home)
        counts.append((contenders.stored(home), server.counts()))
    with closing(sqlite3.connect(home / "feeds.db")) as connection:
        (doubled,) = connection.execute(
            "select count(*) - count(distinct feed_id || guid) from entries"
        ).fetchone()

    changed = sum(WORLD.added(feed, 1) > 0 for feed in range(40))
    assert counts == [
        (WORLD.expected(0), {"200": 40}),
        (WORLD.expected(0), {"304": 40}),
        (WORLD.expected(1), {"200": changed, "304": 40 - changed}),
    ]
    assert doubled == 0


def test_peers_are_named_with_versions():
    """Each peer has its section of pinned requirements."""
    for name in ("reader", "feed-to-sqlite"):
        lines = contenders._section(name).splitlines()

        assert lines
        assert all("==" in line for line in lines)
