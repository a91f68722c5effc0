"""Who is measured: ourselves and two peers. Each looks at all feeds and stores what is new."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.feedserver import ROOT

HERE = Path(__file__).resolve().parent
Command = Sequence[str]


@dataclass(frozen=True, slots=True)
class Contender:
    """`subscribe` prepares a folder (not timed); `refresh` is the command that is timed."""

    name: str
    note: str
    subscribe: Callable[[Path, list[str]], Command | None]
    refresh: Callable[[Path, bool], Command]
    conditional: bool = True


def environment(name: str) -> Path:
    """Return the Python of a peer's own virtual environment, made when it is missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "aggregator-benchmarks" / name
    python = folder / "bin" / "python"
    wanted = _section(name)
    made = folder / "made-from.txt"
    if not made.exists() or made.read_text("utf-8") != wanted:
        print(f"Making an environment for {name} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        requirements = folder / "requirements.txt"
        requirements.write_text(wanted, "utf-8")
        pip = [str(python), "-m", "pip", "install", "-q", "-r", str(requirements)]
        done = subprocess.run(pip, check=False, timeout=600, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} could not be installed:\n{done.stderr[-1500:]}")
        made.write_text(wanted, "utf-8")
    return python


def _section(name: str) -> str:
    text = (HERE / "requirements-peers.txt").read_text("utf-8")
    sections = dict(part.split("\n", 1) for part in text.split("# peer: ")[1:])
    return sections[name].strip() + "\n"


def stored(folder: Path) -> int:
    """Return how many entries a contender has; all of them call their table `entries`."""
    with closing(sqlite3.connect(folder / "feeds.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    return int(count)


def _write_config(folder: Path, urls: list[str]) -> None:
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
    text = f'[network]\nallow = ["127.0.0.0/8"]\n\n{feeds}'
    (folder / "feeds.toml").write_text(text, "utf-8")


def _ours(folder: Path, again: bool) -> Command:  # noqa: FBT001 (a row's second column)
    files = ["--db", str(folder / "feeds.db"), "--config", str(folder / "feeds.toml")]
    # Without --force the second run would look at nothing: no feed is due so soon.
    return [sys.executable, "-m", "aggregator.cli", *files, "-q", "fetch", *["--force"] * again]


def _reader_add(folder: Path, urls: list[str]) -> Command:
    (folder / "urls.txt").write_text("\n".join(urls), "utf-8")
    return _reader("add", folder, str(folder / "urls.txt"))


def _reader(what: str, folder: Path, *more: str) -> Command:
    script = str(HERE / "peer_reader.py")
    return [str(environment("reader")), script, what, str(folder / "feeds.db"), *more]


def _write_urls(folder: Path, urls: list[str]) -> None:
    (folder / "urls.txt").write_text("\n".join(urls), "utf-8")


def _feed_to_sqlite(folder: Path, _again: bool) -> Command:  # noqa: FBT001 (likewise)
    program = environment("feed-to-sqlite").parent / "feed-to-sqlite"
    urls = (folder / "urls.txt").read_text("utf-8").split()
    return [str(program), "--table", "entries", str(folder / "feeds.db"), *urls]


CONTENDERS = {
    each.name: each
    for each in (
        Contender("ours", "with full-text index and sanitised HTML", _write_config, _ours),
        Contender(
            "reader",
            "8 workers, its default storage, search off",
            _reader_add,
            lambda folder, _again: _reader("update", folder),
        ),
        Contender(
            "feed-to-sqlite",
            "one after the other, never conditional, one table",
            _write_urls,
            _feed_to_sqlite,
            conditional=False,
        ),
    )
}


def prepare(contender: Contender, folder: Path, urls: list[str]) -> None:
    """Subscribe a contender to the feeds, untimed."""
    folder.mkdir()
    if command := contender.subscribe(folder, urls):
        subprocess.run(command, check=True, timeout=600, cwd=ROOT)
