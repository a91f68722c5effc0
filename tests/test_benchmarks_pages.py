"""The benchmark of pages: its pile of entries, and one small run of all of it."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.config import parse_config
from benchmarks import pages, pile

NOW = 1795428000  # 2026-11-23T10:00:00Z
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("pile") / "pile.db"
    pile.fill(path, 3000, now=NOW, feeds=40)
    return path


def told(database, question):
    with closing(sqlite3.connect(database)) as asked:
        return asked.execute(question).fetchall()


@pytest.mark.parametrize(
    "counted",
    [
        "SELECT sum(total) FROM categories",
        "SELECT sum(total) FROM feeds",
        "SELECT sum(n) FROM daily_counts",
        "SELECT sum(n) FROM hourly_counts",
        "SELECT sum(n) FROM weekly_counts",
        "SELECT count(*) FROM entries_fts WHERE entries_fts MATCH 'the'",
    ],
)
def test_a_pile_is_counted_as_the_store_counts(database, counted):
    """Every counter comes to all entries, and every entry has the commonest word."""
    assert told(database, counted) == [(3000,)]


def test_a_pile_has_what_pages_show(database):
    """There are unread and starred entries, stories, and lists with items on them."""
    assert told(database, "SELECT sum(unread) FROM categories") == told(
        database, "SELECT count(*) FROM unread"
    )
    assert told(database, "SELECT count(*) FROM stories") == [(75,)]
    assert told(database, "SELECT count(*) FROM story_marks") == [(225,)]
    assert told(database, "SELECT count(DISTINCT list_id) FROM list_items") == [(12,)]
    assert told(database, "SELECT count(*) FROM stars")[0][0] > 10


def test_the_feeds_of_a_pile_stay_where_they_are_when_it_is_served(database):
    """What feeds.toml says of them is what is stored: nothing is filed anew."""
    config = parse_config("".join(pile.listed(40)))

    assert {(each.url, each.category) for each in config.feeds} == set(
        told(database, "SELECT url, category FROM feeds")
    )


def test_the_names_of_pages_are_their_own():
    """Each line of the table measures something else."""
    assert len({name for name, *_ in pages.PAGES}) == len(pages.PAGES)


def test_every_page_is_measured():
    """A small run asks for every page, reads while a fetch writes, and weighs the first page."""
    command = [sys.executable, "-m", "benchmarks.pages", "--entries", "4000", "--feeds", "20"]
    command += ["--times", "2", "--seconds", "0.2"]
    said = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    ).stdout

    assert [name for name, *_ in pages.PAGES if f"\n{name} " not in said] == []
    assert not re.search(r"MISSED \((?!200)|there is no such page", said)
    assert re.search(r"while a fetch writes .* 0 failed, the fetch ended with 0", said)
    assert re.search(r"clients: [\d,]+ pages/s .* 0 failed", said)
    assert re.search(r"script [\d.]+ KB .* style [\d.]+ KB .* first page .* \d+ KB", said)
