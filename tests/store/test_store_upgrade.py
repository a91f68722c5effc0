"""Files of every form there has been: brought up to date, with a copy of before kept beside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.errors import NewerSchema, StoreError
from aggregator.model import Selection
from aggregator.store import backups, open_store, settling
from aggregator.store.schema import STEP_NAMES, STEPS
from tests.store.shelf import BLOG, NOW, entry, fill, rows, titles

SCHEMAS = sorted((Path(__file__).parents[1] / "data" / "schemas").glob("*.sql"))
ENTRY = NOW << 20

# What a file of any form can hold: one entry, starred, noted, tagged and unread.
FILLED = f"""
INSERT INTO categories(slug, name, total, unread) VALUES ('blogs', 'Blogs', 1, 1);
INSERT INTO feeds(id, url, feed_url, custom_title, category, added_at, next_check_at, total)
  VALUES (7, '{BLOG.url}', '{BLOG.url}', 'The blog', 'blogs', '2023-11-01T00:00:00Z', '1970-01-01T00:00:00Z', 1);
INSERT INTO entries(id, feed_id, category, guid, title, published_at, first_seen_at, summary)
  VALUES ({ENTRY}, 7, 'blogs', 'guid-1', 'Entry 1', '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:20Z', 'A lead.');
INSERT INTO entry_content(entry_id, text, html)
  VALUES ({ENTRY}, 'Uncommon words.', '<p>Uncommon words.</p>');
INSERT INTO entries_fts(rowid, title, summary, author, terms, text)
  SELECT id, title, summary, author, terms, text FROM search_source;
INSERT INTO unread(entry_id, category, feed_id) VALUES ({ENTRY}, 'blogs', 7);
INSERT INTO stars(entry_id, starred_at) VALUES ({ENTRY}, '2023-11-14T22:13:21Z');
INSERT INTO notes(entry_id, note, updated_at)
  VALUES ({ENTRY}, 'My own words.', '2023-11-14T22:13:22Z');
INSERT INTO entry_tags(entry_id, tag) VALUES ({ENTRY}, 'mine');
UPDATE categories SET total = 1, unread = 1;
UPDATE feeds SET total = 1;
INSERT OR REPLACE INTO daily_counts(day, category, n) VALUES ('2023-11-14', 'blogs', 1);
"""
PULSE = """
INSERT INTO hourly_counts(hour, n) VALUES ('2023-11-14T22', 1);
INSERT INTO weekly_counts(week, feed_id, n) VALUES ('2023-11-13', 7, 1);
"""
CURATED = (
    "SELECT entry_id, starred_at, note, updated_at, tag FROM stars "
    "JOIN notes USING (entry_id) JOIN entry_tags USING (entry_id)"
)


def made_from(path, schema, *more):
    """Make a file of an old form, with whatever it held."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as conn:
        ddl = schema.read_text("utf-8")
        counted = PULSE if "hourly_counts" in ddl else ""
        conn.executescript(ddl + FILLED + counted + "".join(more))
        return conn.execute(CURATED).fetchall()


def forms(conn):
    """Every table, index, view and trigger with its form."""
    return {name: each.form for name, each in settling.things(conn).items()}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_every_form_becomes_that_of_a_new_file(path, tmp_path, schema):
    """Tables, views and triggers are those of a new file, and nothing of the curator's differs."""
    before = made_from(path, schema)
    with open_store(path, now=NOW) as store, open_store(tmp_path / "new.db", now=NOW) as new:
        assert forms(new.conn) == forms(store.conn)
        assert before == rows(store, CURATED)
        assert [(each.id, each.title) for each in store.entries(Selection(search="uncommon"))] == [
            (ENTRY, "Entry 1")
        ]
        assert store.check() == []
        fill(store, [entry(2)], sources=[BLOG])
        assert set(titles(store)) == {"Entry 1", "Entry 2"}
        assert store.check() == []


def test_the_newest_form_is_kept():
    """The form of a new file is among those that are kept, so that the next step is tried on it."""
    newest = SCHEMAS[-1].read_text("utf-8")

    assert [name for name in STEP_NAMES if f"'{name}'" not in newest] == []


def test_lists_and_the_ledger_survive_the_way(path):
    """What curators put together since there are lists is the same after an upgrade."""
    listed = f"""
    INSERT INTO lists(id, slug, title, token, created_at, updated_at)
      VALUES (1, 'week', 'My week', 'secret', 'then', 'then');
    INSERT INTO list_items(list_id, position, entry_id, guid, url, canonical_url, title,
      published_at, added_at, note) VALUES (1, 1, {ENTRY}, 'guid-1', 'u', 'c', 'Entry 1', 't', 't',
      'Read this.');
    INSERT INTO story_splits VALUES (1, 2, 'then');
    INSERT INTO views VALUES ('mine', 'Mine', 'x', 'then');
    INSERT INTO exports(id, exported_at, subject, format, target, entries)
      VALUES (1, 'then', 'list:week', 'markdown', '/tmp/x', 1);
    INSERT INTO export_entries(export_id, position, canonical_url, title) VALUES (1, 1, 'c', 'E');
    """
    made_from(path, next(each for each in SCHEMAS if each.stem == "0006-6"), listed)
    kept = ("lists", "list_items", "story_splits", "views", "exports", "export_entries")
    with closing(sqlite3.connect(path)) as conn:
        before = {table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in kept}
    with open_store(path, now=NOW) as store:
        assert before == {table: rows(store, f"SELECT * FROM {table}") for table in kept}


def test_an_upgrade_keeps_the_file_of_before_beside(path):
    """The copy is what the file was, whole, and named after the step and the time."""
    made_from(path, SCHEMAS[0])
    with closing(sqlite3.connect(path)) as conn:
        before = forms(conn)
    open_store(path, now=NOW).close()
    copy = path.with_name(f"{path.name}.before-0002_outlines-20231114T221320Z")
    backups.verify(copy)
    with closing(sqlite3.connect(copy)) as conn:
        assert before == forms(conn)

    assert {path.name, copy.name} == {each.name for each in path.parent.iterdir()}


def test_the_newest_few_copies_stay(path):
    """Of copies from before upgrades three stay; one from before restoring is nobody's to remove."""
    made_from(path, SCHEMAS[-1])
    other = path.with_name(f"{path.name}.before-restore-20231114T221320Z")
    other.touch()
    copies = [backups.beside(path, f"{9000 + n}_step", now=NOW + n, keep=3).name for n in range(5)]
    found = {each.name for each in path.parent.iterdir()}

    assert found == {path.name, other.name, *copies[2:]}


def test_without_a_copy_there_is_no_upgrade(path, monkeypatch):
    """Where there is no room for the copy, the file stays as it is, and the message says so."""
    made_from(path, SCHEMAS[0])
    before = path.read_bytes()
    monkeypatch.setattr(backups, "MARGIN", 1 << 60)
    with pytest.raises(StoreError, match="no room") as caught:
        open_store(path, now=NOW)

    assert "Free some space" in caught.value.hint
    assert before == path.read_bytes()


def test_steps_in_another_order_are_done_once(path):
    """A file that got its steps in another order is up to date, and not copied at every opening."""
    made_from(path, next(each for each in SCHEMAS if each.stem == "0008-1"))
    open_store(path, now=NOW).close()
    open_store(path, now=NOW + 1).close()

    assert len(list(path.parent.iterdir())) == 2


def test_a_newer_file_is_not_copied_either(path):
    """A file with a step that we do not know is alone in its folder after it was refused."""
    made_from(path, SCHEMAS[-1], "INSERT INTO _sqlite_migrations VALUES (99,'aggregator','x','');")
    with pytest.raises(NewerSchema):
        open_store(path, now=NOW)

    assert [path] == list(path.parent.iterdir())


def test_a_new_file_needs_no_settling(store):
    """What the steps make is what is wanted, and settling it again does nothing."""
    assert settling.differing(store.conn) == []
    changes = store.conn.total_changes
    settling.settle(store.conn)
    assert changes == store.conn.total_changes
    assert len(STEPS) == len(set(STEP_NAMES))
