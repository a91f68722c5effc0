"""Programs beside each other on one database, and words that were never meant for a command."""

import os
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing

import pytest
from click.testing import CliRunner

from aggregator.cli import COMMANDS, cli
from tests.hostile.world import GOOD, ok

ENVIRON = os.environ | {"PYTHONUNBUFFERED": "1"}


@pytest.fixture
def start(tmp_path, world):
    """Start commands on one desk; those that still run end with the test."""
    feeds = "".join(f'[[feeds]]\nurl = "{world.serve(f"/{n}", ok(GOOD))}"\n' for n in range(4))
    (tmp_path / "feeds.toml").write_text(f'[network]\nallow = ["127.0.0.1"]\n{feeds}')
    running = []

    def run(*args):
        command = [sys.executable, "-m", "aggregator.cli", "--db", "desk.db", *args]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        running.append(subprocess.Popen(command, cwd=tmp_path, env=ENVIRON, **pipes))
        return running[-1]

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_all_of_them_work_beside_each_other(start, tmp_path):
    """A desk that is served, fetches, a backup and a curator's commands: all come to their end."""
    desk = start("serve", "--port", "0")
    url = desk.stdout.readline().partition(" at ")[2].split()[0]
    others = [
        start(*args)
        for args in (
            ("fetch", "--force"),
            ("fetch", "--force"),
            ("list", "create", "mine"),
            ("backup", "copy.db"),
            ("ls",),
        )
    ]
    with urllib.request.urlopen(url, timeout=20) as answer:
        page = answer.status
    said = [each.communicate(timeout=60)[0] for each in others]
    with closing(sqlite3.connect(tmp_path / "desk.db")) as conn:
        whole = conn.execute("PRAGMA integrity_check").fetchone()
        (entries,) = conn.execute("SELECT count(*) FROM entries").fetchone()
        (lists,) = conn.execute("SELECT count(*) FROM lists").fetchone()

    assert page == 200
    assert [(each.returncode, text) for each, text in zip(others, said, strict=True)] == [
        (0, text) for text in said
    ]
    assert not any("Traceback" in text for text in said)
    assert (whole, entries, lists) == (("ok",), 8, 1)


WORDS = (
    "",
    " ",
    "-",
    "--",
    "--no-such-option",
    "-1",
    "9" * 400,
    "1e999",
    "\udcff",
    "\x1b]0;owned\x07",
    "\u202e",
    "a\nb",
    "../../../etc/passwd",
    "/",
    "file:///etc/passwd",
    "http://[::1",
    "$(touch owned)",
    "%s%n{0}{{7*7}}",
    "'; DROP TABLE entries; --",
    '"' * 50,
    "x" * 100_000,
)
BLOCKING = {"serve", "demo"}


@pytest.mark.parametrize("name", [each for each in COMMANDS if each not in BLOCKING])
def test_odd_words_are_answered_in_a_sentence(name, tmp_path, monkeypatch):
    """Of any command: an exit code of ours, no traceback, nothing that a terminal obeys."""
    monkeypatch.chdir(tmp_path)
    where = ["--db", "desk.db", "--config", "feeds.toml", name]
    for word in WORDS:
        result = CliRunner().invoke(cli, [*where, word], input="")

        assert result.exit_code in {0, 1, 2, 3, 4}, (word[:40], result.output[-300:])
        assert result.exception is None or isinstance(result.exception, SystemExit), word[:40]
        assert not set(result.output) & set("\x1b\x07\u202e"), word[:40]
    for option in ("--db", "--config"):
        long = CliRunner().invoke(cli, [option, "x" * 400, "ls"])
        assert long.exit_code in {2, 3}
    odd = CliRunner().invoke(cli, ["--\x1b[31mred"])
    assert (odd.exit_code, "\x1b" in odd.output) == (2, False)
    assert not (tmp_path / "owned").exists()
