"""`aggregate fetch` from the outside: what it prints and how it ends."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aggregator.cli.fetch import _exit_code, _sentence
from aggregator.store import fetch_lock, open_store
from aggregator.update import Summary
from tests.loopback import Answer, feed


def follow(*urls, more=""):
    """Write a feeds.toml that follows these addresses on this machine."""
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
    Path("feeds.toml").write_text(f'{feeds}\n[network]\nallow = ["127.0.0.0/8"]\n{more}')


def test_a_run_is_summed_up_in_a_line(aggregate, web):
    """The summary is one line on standard output, and nothing else is printed."""
    follow(web.serve("/feed", feed(("a", "Alpha"), ("b", "Beta"))), web.url + "/missing")
    result = aggregate("fetch")

    assert result.exit_code == 0
    assert result.stdout.startswith("2 feeds in ")
    assert result.stdout.endswith(" s: 2 new, 0 updated; 1 failed\n")
    assert result.stderr == ""
    assert aggregate("fetch").output == "Nothing is due.\n"
    assert aggregate("fetch", "--only", "zzz").output == "None of these feeds is due.\n"
    assert "1 unchanged" in aggregate("fetch", "--force", "--only", "/feed").output
    assert "Alpha" in aggregate("search", "alpha").output


def test_quiet_says_nothing_and_verbose_a_line_a_feed(aggregate, web):
    """-q is for cron; -v tells what came of each feed."""
    follow(web.serve("/feed", feed(("a", "Alpha"))), web.url + "/missing")

    assert aggregate("-q", "fetch").output == ""
    output = aggregate("-v", "fetch", "--force").output
    assert "404" in output
    assert "next in " in output
    assert len(output.splitlines()) == 3


def test_json_is_an_object_a_feed(aggregate, web):
    """With --json stdout is NDJSON with the addresses of feeds.toml, the summary is on stderr."""
    secret = web.serve("/feed?token=abcdef0123456789abcdef", feed(("a", "Alpha")))
    follow(secret, web.url + "/missing")
    result = aggregate("fetch", "--json")
    told = {row["url"]: row for row in map(json.loads, result.stdout.splitlines())}

    assert set(told) == {secret, web.url + "/missing"}
    assert told[secret]["status"] == "ok"
    assert told[secret]["new"] == 1
    assert told[secret]["next_check_at"].endswith("Z")
    assert set(told[secret]) == {
        *("url", "feed_url", "title", "status", "http_status"),
        *("new", "updated", "error", "next_check_at", "ms"),
    }
    assert told[web.url + "/missing"]["http_status"] == 404
    assert "2 feeds in" in result.stderr
    assert aggregate("-q", "fetch", "--json", "--force").stderr == ""


def test_the_exit_code_tells_cron(aggregate, web):
    """By default only a run in which every feed failed ends with 4."""
    follow(web.serve("/feed", feed(("a", "Alpha"))), web.url + "/missing")

    assert aggregate("fetch").exit_code == 0
    assert aggregate("fetch", "--force", "--fail-on", "any").exit_code == 4
    assert aggregate("fetch", "--force", "--only", "missing").exit_code == 4
    assert aggregate("fetch", "--force", "--only", "missing", "--fail-on", "none").exit_code == 0


def test_the_file_decides_what_failing_means(aggregate, web):
    """`fail_on` in feeds.toml holds where the option is not given."""
    follow(web.url + "/missing", more='[aggregator]\nfail_on = "none"\n')

    assert aggregate("fetch").exit_code == 0


def test_a_second_fetch_says_so_and_ends_well(aggregate, tmp_path, web):
    """While another run has the lock nothing is touched, and cron gets no mail about it."""
    follow(web.serve("/feed", feed(("a", "Alpha"))))
    with fetch_lock(tmp_path / "db" / "aggregator.db"):
        result = aggregate("fetch")

        assert result.exit_code == 0
        assert "running" in result.stderr
        assert aggregate("-q", "fetch").output == ""
    assert web.requests == []


def test_a_database_that_others_hold_is_an_error(aggregate, tmp_path, web, monkeypatch):
    """A program that is no fetch and does not let go of the database ends the run with 3."""
    monkeypatch.setitem(open_store.__kwdefaults__, "wait", 0.1)
    follow(web.serve("/feed", feed(("a", "Alpha"))))
    aggregate("fetch")
    with sqlite3.connect(tmp_path / "db" / "aggregator.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        result = aggregate("fetch", "--force")
        other.rollback()
    other.close()

    assert result.exit_code == 3
    assert "Error: " in result.stderr


def test_the_clock_can_be_set(aggregate, tmp_path, web):
    """--now is the time of a simulated run."""
    follow(web.serve("/feed", feed(("a", "Alpha"))))
    aggregate("fetch", "--now", "2030-01-01T00:00:00Z")

    with open_store("db/aggregator.db", now=1) as store:
        assert store.feeds()[0].checked_at == 1_893_456_000


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (Summary(due=1, checked=1, ok=1, new=3, ms=1240), "1 feed in 1.2 s: 3 new, 0 updated"),
        (
            Summary(
                due=99_999,
                checked=99_999,
                not_modified=90_000,
                errors=1000,
                gone=10,
                skipped=100,
                new=12_345,
                updated=123,
                ms=9_999_900,
            ),
            (
                "99999 feeds in 9999.9 s: 12345 new, 123 updated; 90000 unchanged, 1000 failed,"
                " 10 gone, 100 skipped"
            ),
        ),
        (Summary(due=9, interrupted=True, new=4), "Stopped; kept what was done: 4 new, 0 updated."),
    ],
)
def test_the_summary_is_a_sentence(summary, expected):
    """The figures of a run as one line."""
    assert _sentence(summary, narrowed=False) == expected


@pytest.mark.parametrize(
    ("summary", "codes"),
    [
        (Summary(), (0, 0, 0)),
        (Summary(due=1, checked=1, ok=1), (0, 0, 0)),
        (Summary(due=2, checked=2, not_modified=1, errors=1), (0, 4, 0)),
        (Summary(due=2, checked=2, gone=1, errors=1), (0, 4, 4)),
        (Summary(due=2, skipped=2), (0, 0, 0)),
        (Summary(due=2, errors=2, interrupted=True), (130, 130, 130)),
    ],
)
def test_what_fails_a_run(summary, codes):
    """none, any and all decide which failures end with 4; Ctrl-C is always 130."""
    assert tuple(_exit_code(summary, each) for each in ("none", "any", "all")) == codes


def command(*args):
    return [sys.executable, "-m", "aggregator.cli", *args]


def test_ctrl_c_stops_cleanly(aggregate, web):
    """SIGINT ends a run within two seconds with 130, and what was done is kept."""

    def slow(_headers):
        time.sleep(5)
        return Answer(200, b"")

    follow(web.serve("/feed", feed(("a", "Alpha"))), web.serve("/slow", slow))
    process = subprocess.Popen(
        command("fetch", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    told = process.stdout.readline()
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)

    assert process.returncode == 130
    assert time.monotonic() - started < 2
    assert json.loads(told)["new"] == 1
    assert stderr == "Stopped; kept what was done: 1 new, 0 updated.\n"


def test_a_reader_that_goes_away_does_not_stop_the_run(aggregate, web):
    """`aggregate fetch --json | head -0` looks at every feed all the same, and is quiet."""
    follow(*(web.serve(f"/{n}", feed((f"g{n}", f"Title {n}"))) for n in range(5)))
    process = subprocess.Popen(
        command("-q", "fetch", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()

    assert process.wait(60) == 0
    assert told == b""
    with open_store("db/aggregator.db", now=1) as store:
        assert sum(row.total for row in store.feeds()) == 5


def test_a_terminal_sees_a_bar(aggregate, web):
    """On a terminal a bar counts the feeds, on standard error only."""
    follow(web.serve("/feed", feed(("a", "Alpha"))))
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command("fetch"),
        stdout=subprocess.PIPE,
        stderr=slave,
        text=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    stdout, _ = process.communicate(timeout=60)
    os.close(slave)
    seen = os.read(master, 100_000).decode()
    os.close(master)

    assert "1 of 1 feeds" in seen
    assert stdout.startswith("1 feed in ")
