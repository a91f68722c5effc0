"""SIGKILL at any moment: nothing committed is lost, nothing is doubled, the next run goes on."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.loopback import Answer, rss

FEEDS = 24
KILLS = 50
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def growing(web):
    """A web whose feeds get an entry more in each round."""
    rounds = [1]

    def answer(number):
        def of_headers(_headers):
            entries = [(f"f{number}e{n}", f"Entry {n} of {number}") for n in range(rounds[0])]
            return Answer(200, rss(*reversed(entries), title=f"Feed {number}"))

        return of_headers

    web.rounds = rounds
    for number in range(FEEDS):
        web.serve(f"/{number}", answer(number))
    return web


def start(db, config):
    """Start `aggregate fetch --force --json` as cron would."""
    command = f"--db {db} --config {config} fetch --force --json --fail-on any"
    return subprocess.Popen(
        [sys.executable, "-m", "aggregator.cli", *command.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        process_group=0,
    )


def told(lines):
    """The feeds of whole lines of `--json` output, and how many entries each was given."""
    whole = [json.loads(line) for line in lines.splitlines() if line.endswith(b"}")]
    return {result["url"]: result for result in whole}


def stored(db):
    """What the file holds, read as SQLite reads it after a crash: GUIDs a feed."""
    connection = sqlite3.connect(db)
    with closing(connection):
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute(
            "SELECT feeds.url, guid FROM entries JOIN feeds ON feeds.id = feed_id"
        ).fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def test_a_fetch_killed_at_fifty_moments_loses_nothing(growing, tmp_path):
    """The file stays whole, what was told as stored is stored, and the last run completes."""
    db, config = tmp_path / "crash.db", tmp_path / "feeds.toml"
    config.write_text(
        '[network]\nallow = ["127.0.0.0/8"]\n[hosts."127.0.0.1"]\nparallel = 4\n'
        + "".join(f'[[feeds]]\nurl = "{growing.url}/{n}"\n' for n in range(FEEDS))
    )
    chance = random.Random(20261123)
    for _run in range(2):  # the first makes the file, which takes longer
        began = time.monotonic()
        first = start(db, config)
        first.communicate()
        assert first.returncode == 0
        whole_run = time.monotonic() - began
    before, killed_at_work = stored(db), 0
    for _ in range(KILLS):
        growing.rounds[0] += 1
        process = start(db, config)
        try:
            output, _ = process.communicate(timeout=chance.uniform(0.2, 1.1) * whole_run)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            killed_at_work += 1
        after = stored(db)
        newest = f"e{growing.rounds[0] - 1}"
        promised = {url for url, result in told(output).items() if result["status"] == "ok"}

        assert before <= after
        assert promised <= {url for url, guid in after if guid.endswith(newest)}
        before = after

    last = start(db, config)
    output, errors = last.communicate()
    expected = {
        (f"{growing.url}/{feed}", f"f{feed}e{n}")
        for feed in range(FEEDS)
        for n in range(growing.rounds[0])
    }

    assert (last.returncode, errors.decode()) == (0, errors.decode())
    assert stored(db) == expected
    assert killed_at_work > KILLS // 3
