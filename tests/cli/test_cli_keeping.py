"""`backup`, `restore`, `prune`, `vacuum`, `doctor`: what they do, say and end with."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.store import backups, fetch_lock, lists, open_store
from tests.cli.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def curated(db):
    """The database with a list, a star, a note and a tag."""
    with open_store(db, now=NOW) as store:
        newest, *_others, oldest = (
            row[0] for row in store.conn.execute("SELECT id FROM entries ORDER BY id DESC")
        )
        lists.create(store.conn, "week", now=NOW)
        lists.pick(store.conn, "week", store.entry(newest), now=NOW, note="Read this.")
        store.conn.execute("INSERT INTO stars VALUES (?, 'then')", (oldest,))
        store.conn.execute("INSERT INTO notes VALUES (?, 'Mine.', 'then')", (oldest,))
        store.conn.execute("INSERT INTO entry_tags VALUES (?, 'mine')", (oldest,))
        # As after a fetch in a year's time, so that what is here is old.
        store.conn.execute("UPDATE feeds SET checked_at = '2028-09-21T00:00:00Z'")
    return db


KEPT = ("lists", "list_items", "stars", "notes", "entry_tags", "exports", "story_splits", "views")


def rows_of(db):
    """Every row that curators made."""
    with closing(sqlite3.connect(db)) as conn:
        return {table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in KEPT}


def titles_of(db):
    with closing(sqlite3.connect(db)) as conn:
        return {row[0] for row in conn.execute("SELECT title FROM entries")}


def run(aggregate, db, *args, ends=0):
    result = aggregate("--db", db, *args)
    assert result.exit_code == ends, result.output
    return result


def test_backup_and_restore_bring_everything_back(aggregate, curated):
    """What was there at the backup is there again; what came after is in the file kept beside."""
    before = rows_of(curated), titles_of(curated)
    said = run(aggregate, curated, "backup", "safe.db").output
    with open_store(curated, now=NOW) as store:
        store.conn.execute("DELETE FROM stars")
        store.conn.execute("DELETE FROM list_items")
    output = run(aggregate, curated, "restore", "safe.db").output
    (old,) = curated.parent.glob("*.before-restore-*")

    assert "safe.db" in said
    assert "checked" in said
    assert old.name in output
    assert before == (rows_of(curated), titles_of(curated))
    assert rows_of(old)["stars"] == []


def test_a_backup_while_others_write_is_of_one_moment(aggregate, curated):
    """With a writer that never rests, the copy is whole and in order."""
    stop = threading.Event()

    def write():
        with open_store(curated, now=NOW) as store:
            while not stop.is_set():
                store.conn.execute("BEGIN IMMEDIATE")
                store.conn.execute("UPDATE stars SET starred_at = starred_at || 'x'")
                store.conn.execute("UPDATE notes SET note = note || 'x'")
                store.conn.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(5):
            run(aggregate, curated, "backup", f"{n}.db")
    finally:
        stop.set()
        writer.join()
    for n in range(5):
        kept = rows_of(f"{n}.db")
        assert kept["stars"][0][1].count("x") == kept["notes"][0][1].count("x")


def test_backups_in_a_folder_rotate(aggregate, curated, tmp_path):
    """The newest stay, the one just made among them even if the clock went back; others' files stay."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "desk-notes.txt").write_text("mine")
    for when in ("2026-01-01", "2026-01-02", "2026-01-03", "2020-01-01"):
        result = aggregate("--now", when, "--db", curated, "backup", "--dir", folder, "--keep", 2)
        assert result.exit_code == 0, result.output

    assert {each.name for each in folder.iterdir()} == {
        "desk-notes.txt",
        "desk-20200101T000000Z.db",
        "desk-20260103T000000Z.db",
    }
    assert "1 older went" in result.output


def test_two_backups_of_a_second_are_two(aggregate, curated, tmp_path):
    """None is written over."""
    for _time in range(2):
        run(aggregate, curated, "backup", "--dir", tmp_path / "b")

    assert len(list((tmp_path / "b").iterdir())) == 2


@pytest.mark.parametrize(
    "case",
    [
        ((), 2, "--dir"),
        (("feeds.toml",), 3, "left untouched"),
        (("desk.db",), 2, "itself"),
        (("nowhere/b.db",), 3, "folder"),
    ],
    ids=["nowhere", "another file", "itself", "no folder"],
)
def test_a_backup_that_can_not_be_says_what_to_do(aggregate, curated, tmp_path, case):
    """Nothing is overwritten that is no backup, and nothing is left behind."""
    args, ends, says = case
    (tmp_path / "feeds.toml").write_text("mine")
    before = {each.name for each in tmp_path.iterdir()}

    assert says in run(aggregate, curated, "backup", *args, ends=ends).output
    assert before == {each.name for each in tmp_path.iterdir()}
    assert (tmp_path / "feeds.toml").read_text() == "mine"


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(aggregate, curated):
    """The check fails, the last good backup stays, and the exit code says so."""
    run(aggregate, curated, "backup", "safe.db")
    good = Path("safe.db").read_bytes()
    damage(curated)

    assert "aggregate restore" in run(aggregate, curated, "backup", "safe.db", ends=3).output
    assert good == Path("safe.db").read_bytes()


def damage(path):
    """Scribble over the middle of a file."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = b"\x5a" * 8192
    path.write_bytes(data)


@pytest.mark.parametrize("what", ["damaged", "cut", "foreign", "text", "newer", "missing", "empty"])
def test_a_bad_backup_is_refused_and_nothing_touched(aggregate, curated, what):
    """Whatever is wrong with it, the database stays byte for byte, and the exit code is 3."""
    bad = Path("bad.db")
    run(aggregate, curated, "backup", bad)
    if what == "damaged":
        damage(bad)
    elif what == "cut":
        bad.write_bytes(bad.read_bytes()[:-8192])
    elif what == "foreign":
        bad.unlink()
        with closing(sqlite3.connect(bad)) as conn:
            conn.execute("CREATE TABLE recipes (cake)")
    elif what == "text":
        bad.write_text("no database at all " * 20)
    elif what == "newer":
        with closing(sqlite3.connect(bad)) as conn, conn:
            conn.execute("INSERT INTO _sqlite_migrations VALUES (99, 'aggregator', '9999_x', '')")
    elif what == "empty":
        bad.write_bytes(b"")
    else:
        bad.unlink()
    before = curated.read_bytes(), {each.name for each in curated.parent.iterdir()}
    output = run(aggregate, curated, "restore", bad, ends=3).output

    assert output.startswith("Error: ")
    assert "Traceback" not in output
    assert before[0] == curated.read_bytes()
    assert {each.name for each in curated.parent.iterdir()} - before[1] <= {"desk.db.lock"}


def test_a_damaged_database_is_moved_aside(aggregate, curated):
    """Restoring works where the database is beyond reading, and keeps that for who can read it."""
    before = rows_of(curated)
    run(aggregate, curated, "backup", "safe.db")
    damage(curated)
    run(aggregate, curated, "restore", "safe.db")

    assert before == rows_of(curated)
    assert len(list(curated.parent.glob("desk.db.damaged-*"))) == 1


def test_a_lost_database_is_restored(aggregate, curated):
    """Where there is none any more, the backup takes its place."""
    before = rows_of(curated)
    run(aggregate, curated, "backup", "safe.db")
    for each in curated.parent.glob("desk.db*"):
        each.unlink()
    run(aggregate, curated, "restore", "safe.db")

    assert before == rows_of(curated)


def test_who_has_it_open_reads_on(aggregate, curated):
    """A desk that is open over a restore sees what was restored, without being started anew."""
    run(aggregate, curated, "backup", "safe.db")
    with open_store(curated, now=NOW) as desk:
        desk.conn.execute("DELETE FROM stars")
        run(aggregate, curated, "restore", "safe.db")

        assert desk.conn.execute("SELECT count(*) FROM stars").fetchone() == (1,)
        assert desk.check() == []


def test_a_foreign_file_is_not_restored_over(aggregate, curated, tmp_path):
    """A file that is not ours stays where it is."""
    run(aggregate, curated, "backup", "safe.db")
    other = tmp_path / "other.db"
    other.write_text("recipes " * 50)

    assert "not a database" in run(aggregate, other, "restore", "safe.db", ends=3).output
    assert other.read_text() == "recipes " * 50


def test_while_a_fetch_runs_nothing_is_restored_or_packed(aggregate, curated):
    """Both say so, and end with 3."""
    run(aggregate, curated, "backup", "safe.db")
    with fetch_lock(curated):
        for args in (("restore", "safe.db"), ("vacuum",)):
            assert "Another fetch" in run(aggregate, curated, *args, ends=3).output


def test_prune_shows_first_and_deletes_only_with_yes(aggregate, curated):
    """Without --yes nothing changes; with it the old go, and all that a curator made stays."""
    before = rows_of(curated), titles_of(curated)
    shown = run(aggregate, curated, "prune", "--older-than", "3d").output
    late = aggregate("--now", "2028-09-21", "--db", curated, "prune").output
    assert before == (rows_of(curated), titles_of(curated))
    result = aggregate("--now", "2028-09-21", "--db", curated, "prune", "--yes")

    assert "Nothing was deleted: --yes does it." in shown
    assert "3 entries published before 2027-09-22 would go" in late
    assert "2 as old stay" in late
    assert "3 entries went" in result.output
    assert before[0] == rows_of(curated)
    assert len(titles_of(curated)) == 2
    assert run(aggregate, curated, "doctor").exit_code == 0


def test_prune_tells_scripts(aggregate, curated):
    """With --json: what would go, by feed, and how many went."""
    told = json.loads(run(aggregate, curated, "prune", "--keep", 1, "--json").output)

    assert (told["entries"], told["spared"], told["pruned"], told["before"]) == (2, 1, 0, None)
    assert sum(each["entries"] for each in told["feeds"]) == 2


def test_prune_with_a_clock_that_is_ahead_keeps_what_is_young(aggregate, curated):
    """Ages count from the last look at a feed: a clock of the next century makes nothing old."""
    with closing(sqlite3.connect(curated)) as conn, conn:
        conn.execute("UPDATE feeds SET checked_at = '2026-09-21T00:00:00Z'")
    result = aggregate("--now", "2126-01-01", "--db", curated, "prune", "--yes")

    assert result.output.startswith("0 entries went")


def test_vacuum_gives_room_back(aggregate, curated):
    """After a large prune the file is smaller, as whole as before, and says so."""
    with open_store(curated, now=NOW) as store:
        store.conn.execute(
            "UPDATE entry_content SET html = hex(randomblob(400000)) WHERE html <> ''"
        )
        store.conn.execute("UPDATE entry_content SET html = ''")
    size = curated.stat().st_size
    run(aggregate, curated, "vacuum")

    assert curated.stat().st_size < size // 2
    assert run(aggregate, curated, "doctor").exit_code == 0


def test_vacuum_without_room_leaves_the_file(aggregate, curated, monkeypatch):
    """It says how much it takes, and the database is as it was."""
    usage = shutil.disk_usage("/")._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    assert "1 are free" in run(aggregate, curated, "vacuum", ends=3).output


def test_doctor_tells_and_mends(aggregate, curated):
    """A problem ends with 1, --fix mends it and ends with 0, --json says the same to scripts."""
    with closing(sqlite3.connect(curated)) as conn, conn:
        conn.execute("UPDATE categories SET total = 99")
    told = run(aggregate, curated, "doctor", ends=1).output
    told_json = json.loads(run(aggregate, curated, "doctor", "--json", ends=1).output)
    mended = run(aggregate, curated, "doctor", "--fix").output

    assert "PROBLEM counters: categories.total is not what is counted" in told
    assert "aggregate doctor --fix" in told
    assert told_json["ok"] is False
    assert {"check": "counters", "state": "problem"}.items() <= next(
        each for each in told_json["findings"] if each["check"] == "counters"
    ).items()
    assert "fixed   counters" in mended


def test_doctor_needs_a_database(aggregate, tmp_path):
    """Without one it says what makes one, and makes none."""
    run(aggregate, tmp_path / "none.db", "doctor", ends=3)

    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_is_ended_leaves_nothing_behind(db):
    """SIGTERM in the middle: exit code 130, no unfinished file, the old backup as it was."""
    with open_store(db, now=NOW) as store:
        store.conn.execute("CREATE TABLE padding AS SELECT hex(randomblob(60000000)) AS x")
    target = db.parent / "b.db"
    command = [sys.executable, "-m", "aggregator.cli", "--db", str(db), "backup", str(target)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        while not list(db.parent.glob("*.unfinished")) and process.poll() is None:
            pass
        process.terminate()
        _, errors = process.communicate()

    assert (process.returncode, errors) == (130, b"Stopped.\n")
    assert [each for each in db.parent.iterdir() if "unfinished" in each.name] == []
    assert not target.exists()


def test_what_a_killed_backup_left_goes_with_a_later_one(aggregate, curated, monkeypatch):
    """An unfinished file of yesterday is swept away; one of now may be at work."""
    left = curated.parent / ".safe-0123456789ab.unfinished"
    left.touch()
    run(aggregate, curated, "backup", "safe.db")
    assert left.exists()
    monkeypatch.setattr(backups, "STALE", -1)
    run(aggregate, curated, "backup", "safe.db")

    assert not left.exists()


RULES = """
[[rules]]
name = "all of it"
when = { title = "climate" }
then = { star = true, list = "week" }
"""


def test_a_list_survives_everything(aggregate, curated):
    """Prune, feeds removed, stories rebuilt, rules applied and undone, vacuum, doctor, restore."""
    run(aggregate, curated, "list", "add", "week", "https://elsewhere.example/page")
    shown = run(aggregate, curated, "list", "show", "week", "--json").output
    config = Path("feeds.toml")
    config.write_text(RULES)
    for args in (
        ("rules", "apply"),
        ("rules", "undo", "all of it"),
        ("stories", "--rebuild"),
        ("fetch",),
        ("prune", "--yes", "--keep", 0),
        ("vacuum",),
        ("doctor", "--fix"),
        ("backup", "safe.db"),
        ("list", "rm", "week"),
        ("restore", "safe.db"),
    ):
        run(aggregate, curated, *args)

    assert len(titles_of(curated)) == 2
    assert shown == run(aggregate, curated, "list", "show", "week", "--json").output
