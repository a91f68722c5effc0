"""`aggregate demo`, from the command line to the database."""

import re
import socket
import sqlite3
import subprocess
import sys
import tomllib
import urllib.request

import pytest
from click.testing import CliRunner

from aggregator.cli import cli
from aggregator.demo.sites import sites

NOW = "2026-11-18T12:00:00Z"
LATER = "2026-11-19T12:00:00Z"


def demo(folder, *more, now=NOW):
    arguments = ["--db", str(folder / "aggregator.db"), "--now", now, "demo", *more]
    return CliRunner().invoke(cli, arguments)


def rows(folder, sql):
    connection = sqlite3.connect(folder / "demo.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A folder after one run, and what the run said."""
    folder = tmp_path_factory.mktemp("demo") / "db"
    return folder, demo(folder, "--no-serve")


def test_everything_comes(first):
    """Every entry of every feed but the failing one is stored, and nothing else is written."""
    folder, result = first
    texts = {site.slug: len(site.patterns) for site in sites().values() if site.status == 200}

    assert result.exit_code == 0, result.output
    assert rows(folder, "select count(*) from entries") == [(sum(texts.values()),)]
    assert rows(folder, "select state, count(*) from feeds group by 1 order by 1") == [
        ("failing", 1),
        ("ok", len(texts)),
    ]
    assert {"demo.db", "demo.db.lock", "demo.toml"} >= {
        file.name for file in folder.iterdir() if not file.name.endswith(("-wal", "-shm"))
    }


def test_pages_are_led_to_their_feeds(first):
    """Of each category one source is listed by its page, and its feed was found."""
    folder, result = first

    assert "12 of them are listed by their pages: their feeds were found." in result.output
    assert rows(folder, "select count(*) from feeds where url != feed_url") == [(12,)]


def test_table_by_category(first):
    """The table has a line for each category, with as many new entries as were stored."""
    folder, result = first
    told = [int(n) for n in re.findall(r"^\S.{18,24}\s(\d+)  ", result.output, re.MULTILINE)]
    stored = rows(folder, "select total from categories order by position")

    assert told == [total for (total,) in stored]
    assert len(told) == 12


def test_output_fits_a_terminal(first):
    """No line is longer than 80 columns, but for commands that are to be copied."""
    _, result = first
    lines = [line for line in result.output.splitlines() if "export AGGREGATE" not in line]

    assert "370 new entries" in result.output
    assert [line for line in lines if len(line) > 80] == []
    assert "Quiet Commit" in result.output


def test_entries_are_whole(first):
    """Pictures, sounds, durations, languages and comments of the platforms arrive in the store."""
    folder, _ = first
    [(images, sounds, lengths, comments, scripts)] = rows(
        folder,
        "select count(image), sum(media_type like 'audio/%'), count(duration),"
        " count(comments_url), count(distinct language) from entries",
    )

    assert images > 200
    assert sounds == 16
    assert lengths >= 33
    assert comments >= 25
    assert scripts >= 5


def test_stories_have_several_sources(first):
    """What several sources report is one story."""
    folder, _ = first
    [(most,)] = rows(
        folder,
        "select max(n) from (select count(distinct feed_id) n from entries group by story_id)",
    )

    assert most >= 3


def test_second_run(first):
    """A run a day later keeps what there is, doubles nothing, and finds what has been written."""
    folder, _ = first
    before = set(rows(folder, "select feed_id, guid from entries"))
    result = demo(folder, "--no-serve", now=LATER)
    after = rows(folder, "select feed_id, guid from entries")

    assert result.exit_code == 0, result.output
    assert before < set(after)
    assert len(after) == len(set(after))
    assert rows(folder, "select count(*) from feeds where state='unsubscribed'") == [(0,)]
    assert f"{len(after) - len(before)} new entries" in result.output


def test_sample_web_keeps_its_port(first):
    """The addresses in demo.toml stay the same, and a run while the port is taken says so."""
    folder, _ = first
    text = (folder / "demo.toml").read_text("utf-8")
    port = int(tomllib.loads(text)["feeds"][0]["url"].split(":")[2].split("/")[0])
    with socket.create_server(("127.0.0.1", port)):
        result = demo(folder, "--no-serve")

    assert result.exit_code == 2
    assert f"Port {port}" in result.output
    assert (folder / "demo.toml").read_text("utf-8") == text


def test_busy_desk_port(tmp_path):
    """A busy port of the desk is an error before anything is fetched or written."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = demo(tmp_path / "db", "--port", str(taken.getsockname()[1]))

    assert result.exit_code == 2
    assert "in use" in result.output
    assert not (tmp_path / "db").exists()


def test_folder_that_cannot_be_made(tmp_path):
    """A place where no folder can be made is named."""
    (tmp_path / "file").write_text("")
    result = demo(tmp_path / "file" / "db", "--no-serve")

    assert result.exit_code == 2
    assert "can't be made" in result.output


def test_quiet(tmp_path):
    """With -q nothing is printed."""
    result = CliRunner().invoke(
        cli, ["-q", "--db", str(tmp_path / "a.db"), "--now", NOW, "demo", "--no-serve"]
    )

    assert (result.exit_code, result.output) == (0, "")


def test_desk_from_any_folder(tmp_path):
    """From an empty folder, the command serves desk and sample web until it is interrupted."""
    command = [sys.executable, "-m", "aggregator.cli", "demo", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            url = re.search(r"http://[^\s/]+", process.stderr.readline())[0]
            with urllib.request.urlopen(url, timeout=20) as page:
                html = page.read().decode()
            # Drawn by the sample web, fetched and kept by the desk.
            picture = re.search(r'src="(/-/pic[^"]+)"', html)[1]
            with urllib.request.urlopen(url + picture, timeout=20) as drawn:
                kind = drawn.headers["Content-Type"]
        finally:
            process.send_signal(2)
        rest = process.stderr.read()

    assert (process.returncode, rest) == (0, "")
    assert kind.startswith("image/")
    assert (tmp_path / "db" / "demo.db").exists()
