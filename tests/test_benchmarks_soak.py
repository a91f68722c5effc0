"""The soak: its faults, its ledger, and one small run of all of it."""

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.faults import FAULTS, fault_of
from benchmarks.soak import _flat
from benchmarks.soakdesk import Browser, Curator, Seen
from benchmarks.soakledger import Ledger
from benchmarks.soakserver import Web

ROOT = Path(__file__).resolve().parents[1]
URL = "http://127.0.0.1:1/feed/0.xml"


@pytest.fixture
def stored(tmp_path):
    """A ledger over a file with what it asks for, and a way to write into that."""
    path = tmp_path / "soak.db"
    conn = sqlite3.connect(path, isolation_level=None)
    conn.executescript(
        "CREATE TABLE feeds(id, url); CREATE TABLE entries(id, feed_id, guid);"
        "CREATE TABLE stars(entry_id); CREATE TABLE entry_tags(entry_id, tag);"
        "CREATE TABLE unread(entry_id); CREATE TABLE lists(id, slug, removed_at);"
        "CREATE TABLE list_items(id, list_id, position, entry_id, note, removed_at);"
        f"INSERT INTO feeds VALUES (1, '{URL}');"
        "INSERT INTO entries VALUES (11, 1, 'https://site0.example/?p=5'),"
        " (12, 1, 'https://site0.example/?p=6');"
    )
    ledger = Ledger(path, {URL: 0})
    ledger.observe("at first")
    assert not ledger.wrong
    with closing(conn):
        yield ledger, conn.execute


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("DELETE FROM entries WHERE id = 11", "lost"),
        ("UPDATE entries SET id = 13 WHERE id = 11", "renumbered"),
        ("INSERT INTO entries VALUES (13, 1, 'https://site0.example/?p=5-r2')", "doubled"),
        ("INSERT INTO entries VALUES (13, 1, 'https://site1.example/?p=5')", "from nowhere"),
        ("UPDATE entries SET guid = guid || '-r9'", None),
    ],
)
def test_a_ledger_sees_what_happens_to_entries(stored, harm, found):
    """What is lost, doubled, renumbered or of unknown origin is told; a new GUID is no harm."""
    ledger, execute = stored
    execute(harm)
    ledger.observe("later")

    assert list(ledger.wrong) == ([found] if found else [])


def test_a_ledger_believes_no_fetch(stored):
    """What a fetch says is stored must be; what it does not say need not."""
    ledger, _ = stored
    ledger.holds({"0": [5, 8]}, set(), "now")
    assert not ledger.wrong

    ledger.holds({"0": [5, 8]}, {0}, "now")

    assert list(ledger.wrong) == ["told as stored, but missing"]


@pytest.mark.parametrize(
    "harm",
    [
        "INSERT INTO stars VALUES (12)",
        "DELETE FROM entry_tags",
        "INSERT INTO unread VALUES (11)",
        "UPDATE list_items SET note = 'other'",
        "UPDATE list_items SET removed_at = 'now'",
        "INSERT INTO lists VALUES (2, 'other', NULL)",
    ],
)
def test_a_ledger_sees_what_happens_to_the_curators_rows(stored, harm):
    """Each kind of row must say what the curator's log says."""
    ledger, execute = stored
    curator = Curator(Browser(1, "", Seen()), Seen(), None)
    curator.tags = {(11, "keep")}
    curator.unread = {11: False}
    curator.lists = {"mine": [(1, 11, "why")]}
    execute("INSERT INTO entry_tags VALUES (11, 'keep')")
    execute("INSERT INTO lists VALUES (1, 'mine', NULL)")
    execute("INSERT INTO list_items VALUES (1, 1, 1, 11, 'why', NULL)")
    ledger.curated(curator)
    assert not ledger.wrong

    execute(harm)
    ledger.curated(curator)

    assert list(ledger.wrong) == ["curator's rows"]


def test_faults_are_of_all_kinds_and_as_many_as_wanted():
    """Of many looks, three in ten go wrong, in every way that there is."""
    met = Counter(fault_of(6, feed, round_, 0.3) for feed in range(300) for round_ in range(60))

    assert {each.name for each in FAULTS} <= set(met)
    assert 0.68 < met[None] / met.total() < 0.72


def test_guids_change_only_when_the_last_ones_have_arrived():
    """Else nobody could tell which entries are the same."""
    web = Web({"seed": 6, "faults": 0.3, "feeds": 60, "addresses": 1})
    for round_ in range(1, 200):
        web.begin(round_, 0.3)

    assert all(feed.epoch == 0 for feed in web.feeds)

    for number, feed in enumerate(web.feeds):
        web.sent[number] = feed.window
    web.ended(list(range(60)))
    for round_ in range(200, 400):
        web.begin(round_, 0.3)

    assert any(feed.epoch == 1 and feed.frozen for feed in web.feeds)
    assert all(feed.epoch <= 1 or feed.written == feed.arrived for feed in web.feeds)


def test_what_grows_is_not_flat():
    """The last third is compared with an early one; the first tenth fills caches."""
    assert _flat("x", [500.0] * 3 + [100.0] * 27)[1]
    assert not _flat("x", [100.0 + 5 * number for number in range(30)])[1]


@pytest.mark.skipif(sys.platform != "linux", reason="its servers need many loopback addresses")
def test_a_small_soak_keeps_every_promise():
    """A few rounds with a kill: entries, curator's rows and pages are as they should be."""
    command = [sys.executable, "-m", "benchmarks.soak", "--feeds", "10"]
    command += ["--rounds", "4", "--kill-every", "3"]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "all promises kept" in done.stdout
    assert re.search(r"curator: [1-9]\d* acts", done.stdout)
