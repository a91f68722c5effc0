"""`aggregate export`: what it selects, where it goes, and that a file is whole or untouched."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from datetime import datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest

from aggregator.errors import AggregatorError
from aggregator.export import FORMATS
from aggregator.following.files import replace_file

NAMES = [each.name for each in FORMATS]
TITLES = ["A quiet climate report", "Climate podcast"]


def objects(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def ndjson(aggregate, db, *options):
    return objects(aggregate("--db", db, "export", "--format", "ndjson", *options))


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_written_to_stdout(aggregate, db, name):
    """Data goes to stdout as UTF-8, and nothing else with it."""
    result = aggregate("--db", db, "export", "--format", name)

    assert result.exit_code == 0
    assert result.stdout_bytes.decode("utf-8")
    assert b"abcdef0123456789" not in result.stdout_bytes
    assert b"\x1b" not in result.stdout_bytes


def test_an_entry_comes_with_its_content_and_source(aggregate, db):
    """Text, HTML, media and source of a stored entry are exported, newest first."""
    entries = ndjson(aggregate, db)
    times = [datetime.fromisoformat(each["published_at"]) for each in entries]

    assert times == sorted(times, reverse=True)
    assert len(entries) == 5
    assert entries[1]["title"] == TITLES[0]
    assert entries[1]["source"] == "Example"
    assert entries[1]["html"].startswith("<p>The policy of rain.")
    assert entries[1]["enclosures"][0]["type"] == "audio/mpeg"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--category", "video"], 2),
        (["--feed", "example.org"], 3),
        (["--tag", "weather"], 5),
        (["--tag", "snow"], 0),
        (["--search", "climate -podcast"], 1),
        (["--since", "1d"], 2),
        (["--until", "8d"], 2),
        (["--limit", "2"], 2),
        (["--max-per-feed", "1"], 2),
    ],
)
def test_the_options_choose(aggregate, db, options, count):
    """Each option of the selection narrows what is exported."""
    assert len(ndjson(aggregate, db, *options)) == count


def test_other_programs_read_it(aggregate, db):
    """What is written is read back by a feed reader and a spreadsheet."""
    chosen = ("--feed", "1", "--limit", "2")
    atom = aggregate("--db", db, "export", "--format", "atom", "--title", "Rain & sun", *chosen)
    table = aggregate("--db", db, "export", "--format", "csv", *chosen)
    feed = feedparser.parse(atom.stdout_bytes)
    rows = list(csv.DictReader(io.StringIO(table.stdout_bytes.decode(), newline="")))

    assert not feed.bozo
    assert feed.feed.title == "Rain & sun"
    assert [each.title for each in feed.entries] == TITLES
    assert [row["title"] for row in rows] == TITLES


def feeds(result):
    body = ET.fromstring(result.stdout_bytes)[1]
    return {each.get("text"): each.get("xmlUrl") for each in body.iterfind("outline/outline")}


def test_opml_lists_feeds_without_their_secrets(aggregate, db):
    """OPML has the feeds, paused ones too; a private address is left out and that is said."""
    result = aggregate("--db", db, "export", "--format", "opml", "--limit", "1", "--since", "1h")
    found = feeds(result)

    assert len(found) == 4
    assert found["Example"] is None
    assert found["Gone radio"] == "https://gone.example.net/rss"
    assert "The private address of a feed was left out; see --with-secrets." in result.stderr


def test_opml_holds_secrets_when_they_are_asked_for(aggregate, db):
    """--with-secrets writes every address whole: for moving house, not for publishing."""
    result = aggregate("--db", db, "export", "--format", "opml", "--with-secrets")

    assert feeds(result)["Example"] == "https://example.org/feed?token=abcdef0123456789"
    assert "left out" not in result.stderr


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--category", "music"], ["Gone radio"]),
        (["--feed", "gone.example"], ["Gone radio"]),
        (["--feed", "3"], ["Gone radio"]),
        (["--feed", "3", "--category", "video"], []),
    ],
)
def test_opml_heeds_category_and_feed(aggregate, db, options, titles):
    """Of the selection's options, OPML follows those that choose feeds."""
    result = aggregate("--db", db, "export", "--format", "opml", *options)

    assert list(feeds(result)) == titles
    assert ("Nothing found." in result.stderr) is (titles == [])


def test_the_settings_name_the_export(aggregate, db, tmp_path):
    """Title and address of an export are those of feeds.toml; --title goes before."""
    settings = '[aggregator]\ntitle = "My desk"\nbase_url = "https://desk.example/"\n'
    (tmp_path / "feeds.toml").write_text(settings)
    export = ("--db", db, "export", "--format", "jsonfeed")
    named, titled = aggregate(*export), aggregate(*export, "--title", "Rain")

    assert json.loads(named.stdout)["title"] == "My desk"
    assert json.loads(named.stdout)["home_page_url"] == "https://desk.example/"
    assert json.loads(titled.stdout)["title"] == "Rain"


def test_no_news_is_the_same_file(aggregate, db):
    """An export of the same entries is the same text, whenever it is made."""
    export = ("--db", db, "export", "--format", "atom")

    assert aggregate(*export).stdout == aggregate("--now", "2026-12-24", *export).stdout


def test_a_file_is_written_and_told(aggregate, db, tmp_path):
    """With -o the document goes to the file, a sentence to stderr, nothing to stdout."""
    path = tmp_path / "out.json"
    result = aggregate("--db", db, "export", "--format", "json", "-o", path)

    assert len(json.loads(path.read_text("utf-8"))) == 5
    assert result.stdout == ""
    assert "Wrote 5 entries to" in result.stderr
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".tmp"] == []


def test_quiet_is_quiet(aggregate, db, tmp_path):
    """With -q nothing is said when all went well."""
    path = tmp_path / "out.json"

    assert aggregate("-q", "--db", db, "export", "--format", "json", "-o", path).output == ""


def test_a_dash_is_stdout(aggregate, db):
    """`-o -` is what other tools have for stdout."""
    assert aggregate("--db", db, "export", "--format", "json", "-o", "-").stdout.startswith("[")


def test_nothing_found_is_said_and_is_no_error(aggregate, db):
    """An empty selection gives an empty document, and a word on stderr."""
    result = aggregate("--db", db, "export", "--format", "json", "--search", "nowhere")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == []
    assert "Nothing found." in result.stderr


def test_an_unknown_format_names_those_there_are(aggregate, db):
    """A wrong --format is a wrong question: exit 2, with the registry's names."""
    result = aggregate("--db", db, "export", "--format", "docx")

    assert result.exit_code == 2
    assert all(f"'{name}'" in result.stderr for name in NAMES)


def test_an_impossible_file_is_one_sentence(aggregate, db, tmp_path):
    """A folder that is not there is an error with a hint, not a traceback."""
    result = aggregate("--db", db, "export", "--format", "json", "-o", tmp_path / "no" / "out")

    assert result.exit_code == 1
    assert "can't be written: No such file or directory." in result.stderr
    assert "Hint: Is its folder there" in result.stderr


def test_permissions_and_links_are_kept(tmp_path):
    """Replacing a file keeps its mode, and a link to it stays a link."""
    path, link = tmp_path / "page.html", tmp_path / "link.html"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert link.is_symlink()


def test_a_new_file_follows_the_umask(tmp_path):
    """A file that was not there has the permissions that any new file would have."""
    (tmp_path / "other").write_text("")
    replace_file(tmp_path / "new", b"x")

    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_device_is_written_to_not_replaced(tmp_path):
    """What is no file stays what it is: replacing /dev/null would break the machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace_file(pipe, b"through")

    assert os.read(reader, 100) == b"through"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """When writing fails half way, the old content stands and nothing lies about."""
    path = tmp_path / "page.html"
    path.write_text("old")
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from aggregator.following.files import replace_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "replace_file(Path(sys.argv[1]), b'x' * 100_000)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert "can't be written: File too large." in result.stderr
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_file(tmp_path):
    """A folder is not replaced by a file."""
    with pytest.raises(AggregatorError, match="Is a directory"):
        replace_file(tmp_path, b"x")
