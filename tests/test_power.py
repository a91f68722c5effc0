"""Power cuts, full disks, lost files, wrong clocks, signals: the database stays whole."""

import ctypes
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.store import lists, open_store, pruning, stories
from tests.loopback import Answer, rss
from tests.store.shelf import BLOG, NOW, entry, fill, insert, known, plan_for

ROOT = Path(__file__).resolve().parents[1]
PAGE = 4096
HEADER, FRAME = 32, 24 + PAGE  # https://www.sqlite.org/fileformat2.html#walformat
KEPT = ("lists", "list_items", "stars", "notes", "entry_tags")


def state_of(conn):
    """All that curators made, and which entries there are."""
    tables = {table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in KEPT}
    return tables, conn.execute("SELECT id, guid, title, story_id FROM entries").fetchall()


def busy_day(store):
    """Do what a day brings, a commit at a time; yields after each."""
    conn = store.conn
    lists.create(conn, "week", now=NOW)
    yield
    for n in range(5):
        news = [insert(entry(100 * n + k), NOW - 1_000 * (n + 1) - k) for k in range(1, 25)]
        store.apply([plan_for(known(store), inserts=news)], now=NOW)
        yield
        lists.pick(conn, "week", store.entry(news[0].entry_id), now=NOW, note=f"Note {n}.")
        yield
        conn.execute("INSERT INTO stars VALUES (?, 'then')", (news[1].entry_id,))
        yield
        conn.execute("INSERT INTO notes VALUES (?, 'Mine.', 'then')", (news[2].entry_id,))
        yield
    pruning.prune(conn, pruning.doomed(conn, keep=8).ids, pause=lambda _seconds: None)
    yield
    stories.rebuild(conn)
    yield


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A database, the log of a day that was never brought into it, and every state on the way."""
    path = tmp_path_factory.mktemp("power") / "day.db"
    with open_store(path, now=NOW) as store:
        fill(store, [entry(n, title=f"Old {n}") for n in range(5_000, 5_020)], sources=[BLOG])
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        store.conn.execute("PRAGMA wal_autocheckpoint = 0")
        log = Path(f"{path}-wal")
        states = [(0, state_of(store.conn))]
        states += [(log.stat().st_size, state_of(store.conn)) for _commit in busy_day(store)]
        return path.read_bytes(), log.read_bytes(), states


def opened(folder, database, log):
    """Open a copy as after a power cut: it must be whole; returns its state."""
    path = folder / "copy.db"
    for each in folder.iterdir():
        each.unlink()
    path.write_bytes(database)
    Path(f"{path}-wal").write_bytes(log)
    with closing(open_store(path, create=False, now=NOW).conn) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return state_of(conn)


def test_power_lost_at_any_frame_of_the_log(day, tmp_path):
    """At every boundary, and within every frame, there is the last whole commit and nothing else."""
    database, log, states = day
    frames = (len(log) - HEADER) // FRAME
    chance = random.Random(6)
    cuts = [HEADER + n * FRAME for n in range(frames + 1)]
    cuts += [cut + chance.randrange(1, FRAME) for cut in cuts[:-1]]
    assert frames > 150
    for cut in (0, 5, *cuts):
        expected = [state for size, state in states if size <= cut][-1]

        assert expected == opened(tmp_path, database, log[:cut]), cut


def test_a_torn_sector_ends_the_log_there(day, tmp_path):
    """A sector of the log that holds rubbish costs what came after it, not what was before."""
    database, log, states = day
    chance = random.Random(7)
    for size, _state in states[1:]:
        at = size - chance.randrange(512, FRAME)
        torn = log[:at] + chance.randbytes(512) + log[at + 512 :]
        expected = [state for end, state in states if end <= at][-1]

        assert expected == opened(tmp_path, database, torn)


def test_power_lost_while_the_log_is_brought_in(day, tmp_path):
    """Whichever pages of the last state reached the file, its log brings the rest."""
    database, log, states = day
    frames = [log[at : at + FRAME] for at in range(HEADER, len(log), FRAME)]
    newest = {int.from_bytes(frame[:4], "big"): frame[24:] for frame in frames}
    chance = random.Random(8)
    for _round in range(40):
        file = bytearray(database.ljust(max(newest) * PAGE, b"\0"))
        for page in chance.sample(sorted(newest), chance.randrange(len(newest) + 1)):
            file[(page - 1) * PAGE : page * PAGE] = newest[page]

        assert states[-1][1] == opened(tmp_path, bytes(file), log)


def test_a_curators_commit_is_on_the_disk(tmp_path):
    """Whoever opens the file for a curator waits for the disk; a fetch need not."""
    for lasting, level in ((True, 2), (False, 1)):
        with open_store(tmp_path / "x.db", now=NOW, lasting=lasting) as store:
            assert store.conn.execute("PRAGMA synchronous").fetchone() == (level,)


@pytest.fixture
def site(web, tmp_path):
    """A database with a curator's rows, and feeds.toml with a few feeds on a real server."""
    db, config = tmp_path / "db" / "x.db", tmp_path / "feeds.toml"
    words = "words " * 200
    for n in range(8):
        entries = [(f"f{n}e{k}", f"{words} {k} of {n}") for k in range(30)]
        web.serve(f"/{n}", lambda _headers, entries=entries: Answer(200, rss(*entries)))
    config.write_text(
        '[network]\nallow = ["127.0.0.0/8"]\n'
        + "".join(f'[[feeds]]\nurl = "{web.url}/{n}"\n' for n in range(8))
    )
    with open_store(db, now=NOW) as store:
        ids = fill(store, [entry(n) for n in range(3)], sources=[BLOG])
        lists.create(store.conn, "week", now=NOW)
        lists.pick(store.conn, "week", store.entry(ids[0]), now=NOW, note="Mine.")
        store.conn.execute("INSERT INTO stars VALUES (?, 'then')", (ids[1],))
    return db, config


def curated(db):
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return state_of(conn)[0]


def start(site, *args, **options):
    command = [sys.executable, "-m", "aggregator.cli", "--db", site[0], "--config", site[1], *args]
    return subprocess.Popen(
        [str(each) for each in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        **options,
    )


def ended(site, *args, **options):
    """Run a command to its end: (exit code, output, errors)."""
    process = start(site, *args, **options)
    output, errors = process.communicate()
    assert "Traceback" not in errors
    return process.returncode, output, errors


def entries_of(db):
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute("SELECT count(*) FROM entries WHERE guid LIKE 'f%e%'").fetchone()[0]


def test_a_disk_that_fills_up_under_a_fetch(site):
    """It ends with 3 and what to do, harms nothing, and the next one with room is complete."""
    before = curated(site[0])

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    code, _output, errors = ended(site, "fetch", "--force", preexec_fn=full)

    assert (code, errors.count("\n")) == (3, 2)
    assert "Hint: Check the disk and its free space" in errors
    assert before == curated(site[0])
    assert ended(site, "fetch", "--force")[0] == 0
    assert entries_of(site[0]) == 240
    assert before == curated(site[0])


def test_a_database_that_can_not_grow(tmp_path):
    """SQLite's own word for a full disk has the hint, and the commit before stays."""
    with open_store(tmp_path / "x.db", now=NOW) as store:
        fill(store, [entry(1)], sources=[BLOG])
        (pages,) = store.conn.execute("PRAGMA page_count").fetchone()
        store.conn.execute(f"PRAGMA max_page_count = {pages}")
        big = entry(2, html="x" * 100_000)
        with pytest.raises(StoreError, match="full") as caught:
            store.apply([plan_for(known(store), inserts=[insert(big, NOW + 1)])], now=NOW)

        assert "free some space" in caught.value.hint
        assert store.check() == []


def powerless():
    """Take from root what lets it pass over permissions, so that it is like anybody."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_folder_that_may_not_be_written(site):
    """Every command that needs to write says so with 3, and nothing is touched."""
    db = site[0]
    before = curated(db)
    db.chmod(0o444)
    db.parent.chmod(0o555)
    try:
        for args in (("fetch",), ("list", "create", "other"), ("prune", "--yes"), ("vacuum",)):
            code, _output, errors = ended(site, *args, preexec_fn=powerless)
            assert (code, errors.startswith("Error: ")) == (3, True), errors
        code, _output, errors = ended(
            site,
            "backup",
            str(db.parent / "b.db"),
            preexec_fn=powerless,
        )
        assert code == 3
        assert "Hint: " in errors
    finally:
        db.parent.chmod(0o755)
        db.chmod(0o644)
    assert before == curated(db)


@pytest.mark.parametrize("how", ["removed", "replaced", "moved"])
def test_a_file_that_goes_while_it_is_written(tmp_path, how):
    """What is stored after that is not told as stored: the run ends, and says what to do."""
    path = tmp_path / "x.db"
    with open_store(path, now=NOW) as store:
        fill(store, [entry(1)], sources=[BLOG])
        if how == "moved":
            path.rename(tmp_path / "y.db")
        else:
            copy = path.read_bytes()
            path.unlink()
        if how == "replaced":
            path.write_bytes(copy)
        with pytest.raises(StoreError, match="removed or replaced") as caught:
            store.apply([plan_for(known(store), inserts=[insert(entry(2), NOW + 1)])], now=NOW)

    assert "aggregate restore" in caught.value.hint


def test_a_log_without_its_database_is_not_taken_for_anothers(site):
    """A database made anew beside the log of the one that was removed is empty and whole."""
    db = site[0]
    with open_store(db, now=NOW) as store:
        store.conn.execute("INSERT INTO notes SELECT entry_id, 'x', 'then' FROM stars")
        shutil.copy(f"{db}-wal", f"{db}-kept")
    db.unlink()
    Path(f"{db}-kept").rename(f"{db}-wal")
    with open_store(db, now=NOW) as store:
        assert store.check() == []
        assert store.feeds() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_fetch_that_is_told_to_stop(site, web, number):
    """It ends within seconds with 130, keeps what it told of, and the next one completes."""

    def slow(_headers):
        time.sleep(0.4)
        return Answer(200, rss(("slow", "Slow")))

    web.serve("/7", slow)
    before = curated(site[0])
    process = start(site, "fetch", "--force", "--json")
    process.stdout.readline()
    process.send_signal(number)
    _output, errors = process.communicate(timeout=20)

    # One that hears it when its work is done ends as any program does.
    assert process.returncode in {130, 0, -number}, errors
    assert "Traceback" not in errors
    assert before == curated(site[0])
    assert ended(site, "fetch", "--force")[0] == 0
    assert entries_of(site[0]) == 210
    assert before == curated(site[0])


def test_a_clock_that_jumps(site):
    """In 1970 nothing is fetched; what was looked at in 2100 is looked at again today."""
    before = curated(site[0])
    code, _output, errors = ended(site, "--now", "1970-01-02", "fetch")
    assert (code, "Set the clock" in errors) == (1, True)
    assert entries_of(site[0]) == 0
    for when in ("2100-01-01", "2026-11-23", "2026-11-22T23:00", "9999-12-30"):
        code, output, errors = ended(site, "--now", when, "fetch")
        assert (code, errors) == (0, ""), when
    assert entries_of(site[0]) == 240
    code, output, _errors = ended(site, "--now", "2026-11-23", "fetch")

    assert output.startswith("8 feeds in ")
    assert before == curated(site[0])
    assert ended(site, "--now", "2026-11-23", "doctor", "--fix")[0] == 0
