"""`aggregate init` and `aggregate config`."""

import json
import tomllib
from dataclasses import asdict
from pathlib import Path

from aggregator.config import Settings, parse_config

MINE = """
[aggregator]
contact = "ana@example.org"
jobs = 8

[[feeds]]
url = "https://example.org/feed?token=s3cret"
category = "video"
headers = { Authorization = "Bearer ${TOKEN}" }

[hosts."example.org"]
gap = 2
headers = { X-Key = "${TOKEN}" }

[network]
allow = ["127.0.0.0/8"]
"""


def test_init_writes_a_file_that_is_valid(aggregate):
    """The file that init writes is read without a problem."""
    result = aggregate("init")

    assert result.exit_code == 0
    assert "aggregate fetch" in result.output
    assert parse_config(Path("feeds.toml").read_text("utf-8")).feeds


def test_init_makes_the_folder(aggregate):
    """--config may name a folder that is not there yet."""
    assert aggregate("-q", "--config", "a/b/mine.toml", "init").output == ""
    assert Path("a/b/mine.toml").exists()


def test_init_never_overwrites(aggregate):
    """A file that is there is left as it is, unless --force says otherwise."""
    Path("feeds.toml").write_text("# mine\n")
    result = aggregate("init")

    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert Path("feeds.toml").read_text() == "# mine\n"
    assert aggregate("init", "--force").exit_code == 0
    assert Path("feeds.toml").read_text() != "# mine\n"


def test_init_says_when_it_can_not_write(aggregate):
    """A place that can't be written is a sentence, not a traceback."""
    Path("file").write_text("")
    result = aggregate("--config", "file/feeds.toml", "init")

    assert result.exit_code == 2
    assert "can't be written" in result.stderr


def test_config_prints_valid_toml(aggregate, monkeypatch):
    """The settings in effect are TOML, with the defaults marked and secrets hidden."""
    monkeypatch.setenv("TOKEN", "s3cret")
    Path("feeds.toml").write_text(MINE)
    output = aggregate("config").output
    told = tomllib.loads(output)

    assert told["aggregator"]["jobs"] == 8
    assert told["aggregator"]["workers"] == 2
    assert told["hosts"]["example.org"] == {
        "gap": 2.0,
        "floor": 0,
        "parallel": 1,
        "headers": {"X-Key": "…"},
    }
    assert told["network"] == {"allow": ["127.0.0.0/8"]}
    assert "jobs = 8\n" in output
    assert "workers = 2                     # default" in output
    assert "# title is not set" in output
    assert "# feeds: 1\n#   video: 1\n" in output
    assert "s3cret" not in output
    assert max(len(line) for line in output.splitlines()) <= 80


def test_config_as_json(aggregate, monkeypatch):
    """The same as one JSON object."""
    monkeypatch.setenv("TOKEN", "s3cret")
    Path("feeds.toml").write_text(MINE)
    output = aggregate("--db", "x.db", "config", "--json").output
    told = json.loads(output)

    assert told["settings"] == asdict(Settings(contact="ana@example.org", jobs=8))
    assert told["feeds"] == {"video": 1}
    assert told["db"] == "x.db"
    assert "s3cret" not in output


def test_config_lists_every_problem(aggregate):
    """A file with faults is told with its path, line by line, and ends with 2."""
    Path("feeds.toml").write_text("[aggregator]\njob = 1\ntimeout = 'x'\n")
    result = aggregate("config")

    assert result.exit_code == 2
    assert "the configuration has 2 problems:" in result.stderr
    assert "  feeds.toml:2: aggregator.job: unknown key, did you mean 'jobs'?" in result.stderr
    assert "aggregate init" in result.stderr


def test_a_file_that_can_not_be_read_is_told(aggregate):
    """Missing, no text, a folder: each is a sentence."""
    Path("latin").write_bytes(b"\xff\xfe")
    Path("folder").mkdir()

    assert "there is no such file" in aggregate("config").stderr
    assert "it is not UTF-8 text" in aggregate("--config", "latin", "config").stderr
    assert "is a directory" in aggregate("--config", "folder", "config").stderr


def test_config_shows_the_mail_server_without_its_password(aggregate, monkeypatch):
    """What stands in [mail] is printed, the password as a mark; one without password has none."""
    monkeypatch.setenv("MAIL", "s3cret")
    text = '[mail]\nhost = "smtp.example.org"\nfrom = "ana@example.org"\n'
    Path("feeds.toml").write_text(text)
    bare = json.loads(aggregate("config", "--json").stdout)
    Path("feeds.toml").write_text(text + 'user = "ana"\npassword = "pre${MAIL}"\n')
    result = aggregate("config")

    assert bare["mail"] == {
        "host": "smtp.example.org",
        "from": "ana@example.org",
        "port": 587,
        "security": "starttls",
        "timeout": 30,
    }
    assert tomllib.loads(result.stdout)["mail"]["password"] == "…"
    assert "s3cret" not in result.output
    assert "pre" not in result.output
