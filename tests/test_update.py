"""The pipeline, from a real web server to a real database."""

import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest

from aggregator.config import Config, Network, Settings
from aggregator.errors import Locked, SourceError
from aggregator.model import HostPolicy, Selection, Source
from aggregator.store import fetch_lock, open_store
from aggregator.update import run_update
from tests.loopback import Answer, feed, rss

NOW = 1_795_435_200  # 2026-11-23 12:00 UTC
LOCAL = Network(allow=("127.0.0.0/8",))


@pytest.fixture
def db(tmp_path):
    return tmp_path / "db" / "test.db"


def configured(*sources, **fields):
    return Config(
        feeds=tuple(Source(url=each) if isinstance(each, str) else each for each in sources),
        settings=Settings(workers=1),
        network=LOCAL,
        **fields,
    )


def update(db, config, *, at=NOW, **options):
    """Run once; return the summary and the results by address."""
    told = []
    summary = run_update(
        db=db, config=config, now=lambda: at, chance=lambda: 0.0, on_result=told.append, **options
    )
    return summary, {result.url: result for result in told}


def titles(db, **selection):
    with open_store(db, now=NOW) as store:
        return [entry.title for entry in store.entries(Selection(**selection))]


def test_a_feed_is_fetched_parsed_and_stored(db, web):
    """One pass makes entries of a document."""
    url = web.serve("/feed", feed(("a", "Alpha"), ("b", "Beta")))
    summary, told = update(db, configured(url))

    assert (summary.due, summary.checked, summary.ok, summary.new) == (1, 1, 1, 2)
    assert told[url].status == "ok"
    assert told[url].http_status == 200
    assert told[url].next_check_at > NOW
    assert sorted(titles(db)) == ["Alpha", "Beta"]


def test_a_feed_that_is_not_due_is_not_asked(db, web):
    """The server is left alone until its time has come."""
    config = configured(web.serve("/feed", feed(("a", "Alpha"))))
    update(db, config)
    summary, _ = update(db, config, at=NOW + 60)

    assert summary.due == 0
    assert len(web.requests) == 1


def test_force_asks_every_feed_and_still_conditionally(db, web):
    """`--force` is no excuse for a full download."""

    def answer(headers):
        if headers.get("if-none-match") == '"v1"':
            return Answer(304, headers={"ETag": '"v1"'})
        return Answer(200, rss(("a", "Alpha")), {"ETag": '"v1"'})

    config = configured(web.serve("/feed", answer))
    update(db, config)
    summary, told = update(db, config, at=NOW + 60, force=True)

    assert summary.not_modified == 1
    assert [result.http_status for result in told.values()] == [304]


def test_the_same_body_again_is_not_parsed(db, web):
    """A server without validators costs a hash."""
    config = configured(web.serve("/feed", feed(("a", "Alpha"))))
    update(db, config)
    _, told = update(db, config, at=NOW + 60, force=True)

    assert [(each.status, each.http_status) for each in told.values()] == [("not_modified", 200)]


def test_only_new_and_changed_entries_are_written(db, web):
    """The second document has one entry more and one with other words."""
    config = configured(web.serve("/feed", feed(("a", "Alpha"), ("b", "Beta"))))
    update(db, config)
    web.serve("/feed", feed(("c", "Gamma"), ("a", "Alpha"), ("b", "Beta, mended")))
    summary, _ = update(db, config, at=NOW + 60, force=True)

    assert (summary.new, summary.updated) == (1, 1)
    assert sorted(titles(db)) == ["Alpha", "Beta, mended", "Gamma"]


def test_one_broken_feed_harms_no_other(db, web):
    """Each feed fails alone, with its reason."""
    good = web.serve("/good", feed(("a", "Alpha")))
    bad = web.serve("/bad", Answer(500, b"oops"))
    page = web.serve("/page", Answer(200, b"<!doctype html><title>Hi</title><p>Hello"))
    nobody = "http://127.0.0.1:9/feed"
    summary, told = update(db, configured(bad, nobody, page, good))

    assert (summary.ok, summary.errors) == (1, 3)
    assert told[bad].http_status == 500
    assert "page" in told[page].error
    assert told[nobody].error
    assert titles(db) == ["Alpha"]


def test_a_category_and_a_text_narrow_a_run_down(db, web):
    """Only what was asked for is looked at."""
    blog = Source(url=web.serve("/blog", feed(("a", "A"))), category="blogs", title="One")
    music = Source(url=web.serve("/music", feed(("b", "B"))), category="music", title="Two")
    config = configured(blog, music)
    update(db, config, category="music")
    update(db, config, only="one")

    assert [path for path, _ in web.requests] == ["/music", "/blog"]


def test_a_feed_taken_out_stops_being_fetched_and_keeps_its_entries(db, web):
    """feeds.toml is the truth about subscriptions."""
    url = web.serve("/feed", feed(("a", "Alpha")))
    update(db, configured(url))
    summary, _ = update(db, configured(), force=True)

    assert summary.due == 0
    assert titles(db) == ["Alpha"]


def test_a_second_run_at_the_same_time_touches_nothing(db, web):
    """Cron may start a run while one is under way."""
    config = configured(web.serve("/feed", feed(("a", "Alpha"))))
    with fetch_lock(db), pytest.raises(Locked):
        update(db, config)

    assert web.requests == []
    assert not db.exists()


def test_a_rate_limited_host_is_left_alone_by_the_next_runs(db, web):
    """429 with Retry-After holds for every feed of the host, across runs."""
    limited = Answer(429, b"slow down", {"Retry-After": "7200"})
    first, second = web.serve("/1", limited), web.serve("/2", feed(("a", "A")))
    _, told = update(db, configured(first, second))
    summary, _ = update(db, configured(first, second), at=NOW + 60)
    later, _ = update(db, configured(first, second), at=NOW + 7300)

    assert told[first].next_check_at == NOW + 7200
    assert told[second].status == "skipped"
    assert (summary.due, summary.skipped, len(web.requests)) == (1, 1, 3)
    assert later.checked == 2


def test_a_host_that_is_down_for_a_while_is_left_alone_by_the_next_runs(db, web):
    """503 with Retry-After is about the host, as 429 is."""
    busy = Answer(503, b"maintenance", {"Retry-After": "7200"})
    first, second = web.serve("/1", busy), web.serve("/2", feed(("a", "A")))
    update(db, configured(first, second))
    summary, _ = update(db, configured(first, second), at=NOW + 60)

    assert (summary.due, summary.skipped, len(web.requests)) == (1, 1, 1)


def test_a_full_disk_ends_a_run_with_a_clear_word(web, tmp_path):
    """What can't be written is not asked for either, and nobody waits for ever."""
    entries = [(f"e{n}", f"Entry {n}", "<p>words</p>" * 20) for n in range(1000)]
    urls = [web.serve(f"/{number}", feed(*entries)) for number in range(10)]
    config = tmp_path / "feeds.toml"
    config.write_text(
        '[network]\nallow = ["127.0.0.0/8"]\n' + "".join(f'[[feeds]]\nurl = "{u}"\n' for u in urls)
    )
    limit = 1 << 20  # of a file's size: SQLite is told what it is told by a full disk
    command = f"-m aggregator.cli --db {tmp_path}/a.db --config {config} fetch"
    done = subprocess.run(
        [sys.executable, *command.split()],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 3
    assert done.stderr.startswith("Error: The database can't be used: ")
    assert "Traceback" not in done.stderr


def test_force_asks_a_host_that_wanted_a_pause(db, web):
    """Who says now means now."""
    url = web.serve("/1", Answer(429, b"", {"Retry-After": "7200"}))
    update(db, configured(url))
    summary, _ = update(db, configured(url), at=NOW + 60, force=True)

    assert summary.checked == 1


def test_a_gap_between_requests_holds_across_runs(db, web):
    """A host that grants a request a minute gets no second one from the next cron run."""
    urls = [web.serve(f"/{n}", feed((f"e{n}", f"E{n}"))) for n in range(2)]
    config = configured(*urls, hosts=(HostPolicy(host="127.0.0.1", gap=60, per_run=1),))
    first, _ = update(db, config)
    soon, _ = update(db, config, at=NOW + 30)
    later, _ = update(db, config, at=NOW + 61)

    assert (first.checked, first.skipped) == (1, 1)
    assert (soon.checked, soon.skipped) == (0, 1)
    assert later.checked == 1
    assert sorted(titles(db)) == ["E0", "E1"]


def test_own_headers_of_a_feed_are_sent(db, web):
    """A token in feeds.toml reaches its server."""
    url = web.serve("/feed", feed(("a", "A")))
    update(db, configured(Source(url=url, headers=(("Authorization", "Bearer x"),))))

    assert [headers["authorization"] for _, headers in web.requests] == ["Bearer x"]


def test_own_headers_stay_with_the_domain_they_were_written_for(db, web):
    """A feed that has moved to somebody else's domain is asked there without its token."""
    new = web.serve("/new", feed(("a", "A"))).replace("127.0.0.1", "localhost")
    old = web.serve("/old", Answer(301, b"", {"Location": new}))
    config = configured(Source(url=old, headers=(("Authorization", "Bearer x"),)))
    update(db, config)
    update(db, config, at=NOW + 8 * 86400, force=True)
    update(db, config, at=NOW + 9 * 86400, force=True)
    sent = [(path, headers.get("authorization")) for path, headers in web.requests]

    assert sent[:2] == [("/old", "Bearer x"), ("/new", None)]
    assert {token for path, token in sent if path == "/new"} == {None}


def test_a_result_is_told_under_the_curator_s_title(db, web):
    """What feeds.toml calls a feed is its name, also while it fails."""
    url = web.serve("/feed", Answer(500, b"oops"))
    _, told = update(db, configured(Source(url=url, title="My own name")))

    assert told[url].title == "My own name"


def test_sigterm_stops_a_run_and_keeps_what_was_done(db, web):
    """Ctrl-C and a shutdown end a run within two seconds."""
    stuck = threading.Event()

    def hang(_headers):
        os.kill(os.getpid(), signal.SIGTERM)
        stuck.wait(10)
        return Answer(500)

    quick = web.serve("/quick", feed(("a", "Alpha")))
    slow = web.serve("/slow", hang)
    began = time.monotonic()
    summary, told = update(db, configured(quick, slow))
    took = time.monotonic() - began
    stuck.set()

    assert summary.interrupted
    assert list(told) == [quick]
    assert titles(db) == ["Alpha"]
    assert took < 2


def test_a_run_without_work_asks_nobody(db):
    """An empty feeds.toml makes an empty database."""
    summary, told = update(db, configured())

    assert (summary.due, told) == (0, {})
    assert titles(db) == []


def test_a_permanent_redirect_is_followed_and_then_adopted(db, web):
    """After a stable week the new address is asked directly."""
    new = web.serve("/new", feed(("a", "Alpha")))
    config = configured(web.serve("/old", Answer(301, b"", {"Location": new})))
    update(db, config)
    update(db, config, at=NOW + 8 * 86400, force=True)
    update(db, config, at=NOW + 9 * 86400, force=True)

    assert [path for path, _ in web.requests] == ["/old", "/new", "/old", "/new", "/new"]


def test_many_feeds_are_committed_in_batches(db, web):
    """More feeds than a batch holds all arrive."""
    urls = [web.serve(f"/{n}", feed((f"e{n}", f"Entry {n}"))) for n in range(230)]
    summary, told = update(db, configured(*urls))

    assert (summary.new, len(told)) == (230, 230)
    assert len(titles(db, limit=300)) == 230


def _errors():
    """All there are: those of tests that went before may be among them."""
    return [each for each in gc.get_objects() if isinstance(each, SourceError)]


@pytest.mark.parametrize("answer", [Answer(404), Answer(503), Answer(200, b"")])
def test_a_failure_lets_go_of_what_it_was_about(db, web, answer):
    """No error outlives its look, nor the body that it was about: no collector is waited for."""
    url = web.serve("/feed", answer)
    gc.collect()
    gc.disable()
    try:
        before = _errors()
        summary, _ = update(db, configured(url))
        left = [each for each in _errors() if not any(each is other for other in before)]
    finally:
        gc.enable()

    assert summary.errors == 1
    assert left == []
