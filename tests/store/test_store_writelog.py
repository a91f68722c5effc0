"""SQLite's log, which a fetch empties when readers have let it grow."""

import sqlite3
from contextlib import closing

import pytest

from aggregator.config import Config, Network
from aggregator.model import Source
from aggregator.store import open_store, writelog
from aggregator.update import run_update
from tests.desk import NOW
from tests.loopback import feed


@pytest.fixture
def grown(tmp_path):
    """A database with a log that grew while somebody read: its store, path, and that reader."""
    path = tmp_path / "aggregator.db"
    with open_store(path, now=NOW) as store, closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchall()
        for number in range(3):
            store.conn.execute("INSERT INTO hosts VALUES (?, '', 0, '')", (f"{number}" * 200_000,))
        yield store, path, reader


def length(path):
    """Bytes of the log."""
    return path.with_name(f"{path.name}-wal").stat().st_size


def test_a_log_that_is_too_long_is_emptied(grown):
    """Once the reader has gone nothing is left of it, and nothing is lost."""
    store, path, reader = grown
    reader.rollback()
    assert length(path) > 100_000

    writelog.shorten(store.conn, path, longest=100_000)

    assert length(path) == 0
    assert store.conn.execute("SELECT count(*) FROM hosts").fetchone() == (3,)


def test_a_log_that_is_short_enough_stays(grown):
    """What is no longer than allowed is left to SQLite."""
    store, path, reader = grown
    reader.rollback()
    before = length(path)
    writelog.shorten(store.conn, path)

    assert length(path) == before > 0


def test_a_log_that_is_read_from_stays(grown, monkeypatch):
    """A reader who does not finish is waited for only so long, and harmed by nothing."""
    store, path, reader = grown
    monkeypatch.setattr(writelog, "WAIT", 10)
    before = length(path)
    writelog.shorten(store.conn, path, longest=0)

    assert length(path) == before
    assert store.conn.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
    assert reader.execute("SELECT count(*) FROM hosts").fetchone() == (0,)


def test_no_log_is_no_matter(tmp_path):
    """Where there is none there is nothing to do."""
    with closing(sqlite3.connect(tmp_path / "nothing.db")) as conn:
        writelog.shorten(conn, tmp_path / "nothing.db")

        assert list(tmp_path.glob("*-wal")) == []


def test_a_fetch_leaves_no_long_log_beside_a_desk(tmp_path, web, monkeypatch):
    """SQLite removes the log with the last connection; while a desk has one, the fetch sees to it."""
    monkeypatch.setattr(writelog, "LONG", 0)
    path = tmp_path / "aggregator.db"
    sources = (Source(url=web.serve("/feed", feed(("a", "Alpha")))),)
    config = Config(feeds=sources, network=Network(allow=("127.0.0.0/8",)))
    with open_store(path, now=NOW) as desk:
        desk.categories()
        summary = run_update(db=path, config=config, now=lambda: NOW)

        assert summary.new == 1
        assert length(path) < 50_000
