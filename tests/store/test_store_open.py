"""Opening a file: ours and not newer, or refused without a trace."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from aggregator.errors import Locked, NewerSchema, NotOurs, StoreError
from aggregator.store import fetch_lock, migrate, open_store
from aggregator.store import open as opening
from aggregator.store.base import iso
from aggregator.store.open import _connect
from aggregator.store.schema import APPLICATION_ID, STEP_NAMES, STEPS
from tests.store.shelf import BLOG, NOW, rows, titles


def folder_of(path):
    """Every file beside the database, with its bytes."""
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def test_a_new_file_is_ours(path):
    """A fresh file carries our number, its steps at the given time, a log and enforced keys."""
    with open_store(path, now=NOW) as store:
        assert rows(store, "PRAGMA application_id") == [(APPLICATION_ID,)]
        assert rows(store, "PRAGMA journal_mode") == [("wal",)]
        assert rows(store, "PRAGMA foreign_keys") == [(1,)]
        assert [(name, "2023-11-14T22:13:20Z") for name in STEP_NAMES] == rows(
            store, "SELECT name, applied_at FROM _sqlite_migrations ORDER BY id"
        )


def test_steps_run_once(path):
    """Opening again changes nothing, and does not even import what could."""
    open_store(path, now=NOW).close()
    before = folder_of(path)
    code = (
        "import sys; from aggregator.store import open_store; "
        f"open_store({str(path)!r}, now=1).close(); "
        "sys.exit('sqlite_utils' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

    assert before == folder_of(path)


def test_a_missing_step_is_made_up_for(path, monkeypatch):
    """An older file gets the steps it lacks, and keeps what it has; twice is no more than once."""
    with open_store(path, now=NOW) as store:
        store.sync([BLOG], now=NOW)
    later = ("9998_colour", "ALTER TABLE feeds ADD COLUMN colour TEXT DEFAULT 'red'; -- Colour.")
    monkeypatch.setattr(migrate, "STEPS", (*STEPS, later))
    monkeypatch.setattr(opening, "STEP_NAMES", (*STEP_NAMES, later[0]))
    for _time in range(2):
        with open_store(path, now=NOW + 1) as store:
            assert rows(store, "SELECT url, colour FROM feeds") == [(BLOG.url, "red")]
            assert rows(store, "SELECT name, applied_at FROM _sqlite_migrations") == [
                *((name, iso(NOW)) for name in STEP_NAMES),
                ("9998_colour", iso(NOW + 1)),
            ]


def test_a_step_that_fails_is_undone(path):
    """What a failing step has begun is not left behind, and the file stays as it was."""
    with open_store(path, now=NOW) as store:
        store.sync([BLOG], now=NOW)
        store.conn.execute("DELETE FROM _sqlite_migrations")
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_store(path, now=NOW)
    with closing(sqlite3.connect(path)) as conn:
        assert [(BLOG.url,)] == conn.execute("SELECT url FROM feeds").fetchall()
        assert conn.execute("SELECT name FROM _sqlite_migrations").fetchall() == []


def test_without_a_file_readers_are_told_what_makes_one(path):
    """A reader that must not create says what does."""
    with pytest.raises(StoreError, match="There is no database") as caught:
        open_store(path, create=False, now=NOW)

    assert "aggregate fetch" in caught.value.hint
    assert not path.parent.exists()


def test_an_empty_file_becomes_ours(path):
    """What a process that died early left behind is used."""
    path.parent.mkdir()
    path.touch()
    with open_store(path, now=NOW) as store:
        assert store.feeds() == []


def foreign_database(path):
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE recipes (cake)")
        conn.commit()


def foreign_log(path):
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("CREATE TABLE recipes (cake)")
        conn.commit()


@pytest.mark.parametrize(
    "make",
    [
        foreign_database,
        foreign_log,
        lambda path: path.write_text("title,author\n" * 20, "utf-8"),
        lambda path: path.write_bytes(b"\0"),
    ],
    ids=["database", "database with a log", "text", "a byte"],
)
def test_a_foreign_file_is_refused_untouched(path, make):
    """A file that is not ours stays byte for byte, and nothing is laid beside it."""
    path.parent.mkdir()
    make(path)
    before = folder_of(path)
    with pytest.raises(NotOurs, match="left untouched"):
        open_store(path, now=NOW)

    assert before == folder_of(path)


def made_by_a_newer_version(path):
    store = open_store(path, now=NOW)
    store.conn.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) "
        "VALUES ('aggregator', '9999_rockets', '')"
    )
    return store


def test_a_newer_file_is_refused_untouched(path):
    """A file with a step that we do not know stays byte for byte, alone in its folder."""
    made_by_a_newer_version(path).close()
    before = folder_of(path)
    with pytest.raises(NewerSchema, match="9999_rockets"):
        open_store(path, now=NOW)

    assert {path.name} == set(before)
    assert before == folder_of(path)


def test_a_newer_file_is_recognised_by_its_log(path):
    """A step that is only in the log yet is seen too, and the file is not written."""
    newer = made_by_a_newer_version(path)
    before = path.read_bytes()
    with pytest.raises(NewerSchema):
        open_store(path, now=NOW)

    assert before == path.read_bytes()
    newer.close()


def test_a_file_left_half_made_is_undone_and_made(path):
    """A journal that a dying process left is rolled back before the file is judged."""
    open_store(path, now=NOW).close()
    path.with_name(path.name + "-journal").write_bytes(b"")
    with open_store(path, now=NOW) as store:
        assert store.feeds() == []


def test_a_locked_file_is_a_clear_sentence(path):
    """A writer that finds another one at work says so after its wait."""
    with open_store(path, now=NOW) as store, open_store(path, now=NOW, wait=0.0) as other:
        store.conn.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked, match="another program is writing") as caught:
            other.sync([BLOG], now=NOW)
        store.conn.execute("ROLLBACK")
        other.sync([BLOG], now=NOW)

        assert caught.value.hint == "Try again when it has finished."


def test_a_file_locked_from_the_start_is_a_clear_sentence(path):
    """Making the tables waits for nobody for ever."""
    path.parent.mkdir()
    path.touch()
    with closing(_connect(path, 0.0)) as conn:
        conn.execute("BEGIN EXCLUSIVE")
        conn.execute("CREATE TABLE mine (x)")
        with pytest.raises(Locked):
            open_store(path, now=NOW, wait=0.0)


def test_a_reader_reads_while_a_writer_writes(path):
    """Readers see the last commit, without waiting, while a transaction is open."""
    with open_store(path, now=NOW) as writer, open_store(path, now=NOW, wait=0.0) as reader:
        writer.sync([BLOG], now=NOW)
        writer.conn.execute("BEGIN IMMEDIATE")
        writer.conn.execute("UPDATE feeds SET custom_title = 'Half of it'")

        assert [feed.title for feed in reader.feeds()] == ["The blog"]
        writer.conn.execute("COMMIT")
        assert [feed.title for feed in reader.feeds()] == ["Half of it"]


def test_a_broken_file_is_a_sentence(path):
    """A file with our header and rubbish after it is said to be unusable."""
    open_store(path, now=NOW).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000)
    with pytest.raises(StoreError, match="can't be used"):
        open_store(path, now=NOW)


def test_a_folder_is_no_file(path):
    """A folder in the place of the file is a sentence, not a traceback."""
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="can't be read"):
        open_store(path, now=NOW)


def test_a_file_in_the_place_of_the_folder(path):
    """Where no folder can be made, neither file nor lock can."""
    path.parent.write_text("in the way", "utf-8")
    with pytest.raises(StoreError, match="can't be"):
        open_store(path, now=NOW)
    with pytest.raises(StoreError, match="can't be written"), fetch_lock(path):
        pytest.fail("the lock was taken")


def test_a_folder_that_leads_nowhere(path):
    """A dangling link in the place of the folder is a sentence too."""
    path.parent.symlink_to("nowhere")
    with pytest.raises(StoreError, match="can't be made"):
        open_store(path, now=NOW)


def test_closing_keeps_quiet_when_another_writes(path):
    """Statistics that can't be written now are left for the next time."""
    with open_store(path, now=NOW) as other:
        store = open_store(path, now=NOW, wait=0.0)
        store.sync([BLOG], now=NOW)
        other.conn.execute("BEGIN IMMEDIATE")
        store.close()
        other.conn.execute("ROLLBACK")

        assert titles(other) == []


def test_two_fetches_exclude_each_other(path):
    """The second one learns who holds the lock; afterwards it is free."""
    running = pytest.raises(Locked, match=r"Another fetch .* \(process \d+\)")
    with fetch_lock(path), running, fetch_lock(path):
        pytest.fail("both had the lock")
    with fetch_lock(str(path)):
        assert path.with_name("aggregator.db.lock").exists()


def test_a_lock_without_a_name_is_still_a_lock(path):
    """Who locked, but has not signed yet, excludes others all the same."""
    with fetch_lock(path):
        path.with_name("aggregator.db.lock").write_text("", "utf-8")
        with pytest.raises(Locked, match="is running\\."), fetch_lock(path):
            pytest.fail("both had the lock")


def test_a_killed_process_leaves_no_lock(path):
    """SIGKILL frees the lock at once."""
    code = (
        "import sys; from aggregator.store import fetch_lock\n"
        f"with fetch_lock({str(path)!r}):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Locked, match=f"process {holder.pid}"), fetch_lock(path):
            pytest.fail("both had the lock")
        holder.kill()
        holder.wait()
        with fetch_lock(path):
            pass
