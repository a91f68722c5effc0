"""The ledger on the command line: what went where, what goes next, and how to take it back."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from aggregator.config.curating import view
from aggregator.model import FetchRecord, Insert, Plan, Selection
from aggregator.store import ledger, lists, open_store, views
from aggregator.store.ledger import Journey
from tests.cli.conftest import NOW, entry

DAY = 86_400


@pytest.fixture
def desk(db):
    """A database whose feeds were followed since long before their entries came."""
    with open_store(db, now=NOW) as store:
        store.conn.execute("UPDATE feeds SET added_at = '2000-01-01T00:00:00Z'")
    return db


@pytest.fixture
def week(desk):
    """A list of the three newest entries, with a note each."""
    with open_store(desk, now=NOW) as store:
        lists.create(store.conn, "week", title="My week", now=NOW, visibility="public")
        for number, each in enumerate(store.entries(Selection(limit=3)), 1):
            lists.add(store.conn, "week", each, note=f"Note {number}.", now=NOW)
    return desk


@pytest.fixture
def news(desk):
    """A saved view of the blogs."""
    with open_store(desk, now=NOW) as store:
        made = view({"slug": "news", "title": "All news", "category": "blogs"})
        views.save(store.conn, made, now=NOW)
    return desk


def grow(db, titles, *, at=NOW + DAY):
    """Let the first feed publish more."""
    with open_store(db, now=NOW) as store:
        known = next(each for each in store.due(now=NOW, force=True) if "example.org" in each.url)
        inserts = tuple(
            Insert(
                entry_id=((at - place) << 20) + 7,
                entry=replace(entry(0, title, title), url=f"https://example.org/new/{place}/{at}"),
                published_at=at - place,
            )
            for place, title in enumerate(titles)
        )
        plan = Plan(
            feed_id=known.feed_id,
            state=known.state,
            record=FetchRecord(status="ok", new=len(inserts)),
            insert=inserts,
        )
        store.apply([plan], now=at)


def titles(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line)["title"] for line in result.stdout.splitlines()]


def logged(aggregate, db, *options):
    result = aggregate("--db", db, "exports", "ls", "--json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def export(aggregate, db, *options, **kwargs):
    return aggregate("--db", db, "export", *options, **kwargs)


SINCE = ("--format", "ndjson", "--since-last", "--to", "x")


def test_what_is_only_printed_is_not_written_down(aggregate, desk):
    """Who looks at an export on the screen has exported nothing."""
    export(aggregate, desk, "--format", "json")
    result = aggregate("--db", desk, "exports")

    assert logged(aggregate, desk) == []
    assert "Nothing was exported yet." in result.stderr


def test_a_file_is_written_down(aggregate, desk, tmp_path):
    """An export to a file stands in the ledger under the file's whole path."""
    export(aggregate, desk, "--format", "atom", "--category", "blogs", "-o", "blogs.atom")
    (line,) = logged(aggregate, desk)

    assert line == {
        "id": 1,
        "exported_at": "2026-09-21T14:13:20Z",
        "subject": "entries --category blogs",
        "format": "atom",
        "target": str(tmp_path / "blogs.atom"),
        "entries": 3,
        "since_last": False,
        "times": 1,
        "finished": True,
        "undone_at": None,
    }


def test_a_device_is_no_place(aggregate, desk):
    """What goes to /dev/null is nowhere, and not written down."""
    assert export(aggregate, desk, "--format", "json", "-o", os.devnull).exit_code == 0
    assert logged(aggregate, desk) == []


def test_feeds_are_written_down_too(aggregate, desk):
    """A list of feeds in a file is an export without entries."""
    export(aggregate, desk, "--format", "opml", "-o", "feeds.opml")

    assert [(each["subject"], each["entries"]) for each in logged(aggregate, desk)] == [
        ("feeds", 0)
    ]


def test_since_last_goes_on(aggregate, desk):
    """The second export has only what is new, and says so."""
    first = export(aggregate, desk, *SINCE)
    grow(desk, ["Newer", "New"])
    second = export(aggregate, desk, *SINCE)
    third = export(aggregate, desk, *SINCE)

    assert len(titles(first)) == 5
    assert "The first export to x: 5 entries." in first.stderr
    assert titles(second) == ["Newer", "New"]
    assert third.stdout == ""
    assert third.stderr == "Nothing new for x.\n"


def test_the_first_time_is_said_aloud(aggregate, desk):
    """Ten go, and what is passed over is counted."""
    grow(desk, [f"More {number}" for number in range(20)])
    first = export(aggregate, desk, *SINCE)

    assert len(titles(first)) == 10
    assert "15 entries passed over for good; --limit takes more at first." in first.stderr
    assert export(aggregate, desk, *SINCE).stdout == ""


def test_a_limit_of_ones_own_holds(aggregate, desk):
    """With --limit the first export is as large as it says; later, the rest waits."""
    first = export(aggregate, desk, *SINCE, "--limit", "2")
    grow(desk, ["C", "B", "A"])
    second = export(aggregate, desk, *SINCE, "--limit", "2")

    assert len(titles(first)) == 2
    assert titles(second) == ["B", "A"]
    assert "1 entry left for the next time." in second.stderr


def test_an_empty_beginning_is_said(aggregate, desk):
    """Where there is nothing yet, that is said, and what comes is news."""
    first = export(aggregate, desk, *SINCE, "--search", "ferns")
    grow(desk, ["On ferns"])

    assert first.stdout == ""
    assert "There is nothing for" in first.stderr
    assert titles(export(aggregate, desk, *SINCE, "--search", "ferns")) == ["On ferns"]


def test_nothing_new_leaves_the_file_alone(aggregate, desk, tmp_path):
    """A file that has nothing new to hold is not emptied."""
    options = ("--format", "ndjson", "--since-last", "-o", "new.ndjson")
    export(aggregate, desk, *options)
    before = (tmp_path / "new.ndjson").read_text("utf-8")
    result = export(aggregate, desk, *options)

    assert before
    assert (tmp_path / "new.ndjson").read_text("utf-8") == before
    assert "Nothing new for" in result.stderr


def test_again_is_asking_for_it(aggregate, desk):
    """With --again, what went before goes once more, and is written down."""
    export(aggregate, desk, *SINCE)
    again = export(aggregate, desk, *SINCE, "--again")

    assert len(titles(again)) == 5
    assert len(logged(aggregate, desk)) == 2
    assert "5 entries went to x before; --since-last leaves out what did." in again.stderr


def test_a_list_is_exported_in_its_order(aggregate, week):
    """A list goes with its title, notes and order; the rest of the first ten waits."""
    result = export(aggregate, week, "week", "--format", "jsonfeed")
    feed = json.loads(result.stdout)

    assert feed["title"] == "My week"
    assert len(feed["items"]) == 3
    assert "Note 1." in json.dumps(feed["items"][0])


def test_a_list_goes_on_too(aggregate, week):
    """One item a time, in the order of the list, until nothing is left."""
    one = ("week", *SINCE, "--limit", "1")
    all_of = titles(export(aggregate, week, "week", "--format", "ndjson"))
    first, second = export(aggregate, week, *one), export(aggregate, week, *one)

    assert [*titles(first), *titles(second)] == all_of[:2]
    assert "2 entries left for the next time." in first.stderr
    assert "1 entry left for the next time." in second.stderr
    assert [each["subject"] for each in logged(aggregate, week)] == ["list:week"] * 2


def test_a_view_is_a_subject(aggregate, news):
    """A view goes by its name; the options narrow it further."""
    whole = export(aggregate, news, "news", *SINCE)
    narrow = export(aggregate, news, "view:news", "--format", "ndjson", "--limit", "1")

    assert len(titles(whole)) == 3
    assert len(titles(narrow)) == 1
    assert logged(aggregate, news)[0]["subject"] == "view:news"


def test_a_view_can_be_an_option(aggregate, news):
    """--view is the same subject; what narrows it further makes another one, named so."""
    same = export(aggregate, news, "--view", "news", *SINCE)
    narrow = export(aggregate, news, "news", *SINCE, "--tag", "weather", "--starred")
    two = export(aggregate, news, "news", "--view", "news", "--format", "json")

    assert len(titles(same)) == 3
    assert titles(narrow) == []
    assert [each["subject"] for each in logged(aggregate, news)] == [
        "view:news --tag weather --starred",
        "view:news",
    ]
    assert "One view at a time" in two.stderr


def test_a_site_is_an_export(aggregate, week, tmp_path):
    """`export site` writes the public desk into a folder, and the ledger knows of it."""
    first = export(aggregate, week, "site", "public", "--entries", "2")
    second = export(aggregate, week, "site", "public", "--entries", "2")
    quiet = aggregate("-q", "--db", week, "export", "site", "public", "--entries", "2")
    (line,) = logged(aggregate, week)

    assert first.exit_code == 0, first.output
    assert (tmp_path / "public" / "index.html").is_file()
    assert "There is no sitemap" in first.stderr
    assert " 0 files written" in second.stderr
    assert quiet.output == ""
    assert (line["subject"], line["format"], line["times"]) == ("site", "site", 3)
    assert line["target"] == str(tmp_path / "public")


def test_a_file_of_a_site_that_was_edited_is_told(aggregate, week, tmp_path):
    """What a site needs no more but somebody edited stays, and that is said."""
    export(aggregate, week, "site", "public", "--entries", "2")
    edited = next((tmp_path / "public").glob("e/**/*.html"))
    edited.write_text("Mine now.")
    result = export(aggregate, week, "site", "public", "--entries", "0")

    assert edited.read_text("utf-8") == "Mine now."
    assert "was edited by somebody else: it stays" in result.stderr


def test_two_of_one_name_are_told_apart(aggregate, week):
    """Where a list and a view have one name, it has to be said which is meant."""
    with open_store(week, now=NOW) as store:
        views.save(store.conn, view({"slug": "week", "title": "A view"}), now=NOW)
    both = export(aggregate, week, "week", "--format", "json")

    mixed = export(aggregate, week, "list:week", "--view", "week", "--format", "json")

    assert "A list is exported as it is; --view chooses among entries." in mixed.stderr
    assert both.exit_code == 2
    assert "Hint: Say list:week or view:week." in both.stderr
    assert len(json.loads(export(aggregate, week, "list:week", "--format", "json").stdout)) == 3
    assert len(json.loads(export(aggregate, week, "view:week", "--format", "json").stdout)) == 5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nothing", "--format", "json"], "There is no list and no view 'nothing'."),
        (["week", "--format", "json", "--tag", "x"], "A list is exported as it is; --tag chooses"),
        (["week"], "Say how to write them: --format, or --for a network."),
        (["week", "--format", "text"], "Text is for a network"),
        (["week", "--for", "x", "--format", "atom"], "atom holds no posts."),
        (["week", "--format", "csv-buffer", "--for", "x", "--preview"], "--preview shows posts"),
        (["week", "--format", "json", "--since-last"], "Since the last export to where?"),
        (["week", "--format", "json", "--to", " "], "--to needs a name for the place."),
        (["week", "--format", "json", "--to", "x", "--again"], "--again belongs to --since-last."),
        (["--format", "opml", "--since-last", "--to", "x"], "OPML lists feeds"),
        (["week", "--format", "ics", "--every", "1d"], "--every needs the time of the first"),
        (["week", "--format", "ics", "--start", "soon"], "'soon' is no time."),
        (["week", "--format", "ics", "--start", "2026-12-01", "--zone", "Mars"], "no time zone"),
    ],
)
def test_what_does_not_go_together_is_refused(aggregate, week, options, words):
    """A wrong question is exit 2 and a sentence, and nothing is written down."""
    result = export(aggregate, week, *options)

    assert result.exit_code == 2
    assert words in result.stderr
    assert logged(aggregate, week) == []


def test_a_failed_export_is_not_in_the_ledger(aggregate, desk, tmp_path):
    """What could not be written did not leave: it goes the next time."""
    missing = tmp_path / "no" / "out.json"
    result = export(aggregate, desk, "--format", "ndjson", "--since-last", "-o", missing)

    assert result.exit_code == 1
    assert logged(aggregate, desk) == []


def test_an_export_that_was_cut_short_is_told(aggregate, desk):
    """After a crash half way, the next export says what may or may not have arrived."""
    with open_store(desk, now=NOW) as store:
        journey = Journey(subject="entries", format="ndjson", target="x")
        found = ledger.take(store.conn, journey, store.entries(Selection(limit=2)), now=NOW)
    result = export(aggregate, desk, *SINCE)

    assert f"Export {found.export_id} to x was cut short." in result.stderr
    assert len(titles(result)) == 3
    assert "cut short" in aggregate("--db", desk, "exports").stdout


def test_an_export_can_be_taken_back(aggregate, desk):
    """After undo, the same may go again; twice is a mistake."""
    export(aggregate, desk, *SINCE)
    undone = aggregate("--db", desk, "exports", "undo", "1")
    twice = aggregate("--db", desk, "exports", "undo", "1")

    assert undone.stdout == "Took back export 1: 5 entries may go to x again.\n"
    assert twice.exit_code == 2
    assert "was taken back already" in twice.stderr
    assert len(titles(export(aggregate, desk, *SINCE))) == 5
    assert "taken back" in aggregate("--db", desk, "exports").stdout


def test_the_log_can_be_read(aggregate, week, tmp_path):
    """A line an export, newest first; the options choose."""
    export(aggregate, week, "week", "--format", "ndjson", "--to", "mastodon")
    export(aggregate, week, "week", "--format", "ndjson", "--to", "mastodon")
    export(aggregate, week, "--format", "json", "-o", "all.json")
    lines = aggregate("--db", week, "exports").stdout.splitlines()

    assert lines[0].split() == ["ID", "When", "Entries", "What", "Format", "Where", "to"]
    assert lines[1].split()[:6] == ["2", "just", "now", "5", "entries", "json"]
    assert lines[2].endswith("list:week  ndjson  mastodon (2 times)")
    assert [each["id"] for each in logged(aggregate, week, "--to", "mastodon")] == [1]


def test_an_export_can_be_looked_at(aggregate, desk):
    """What was in it, what it passed over, and as JSON the same."""
    export(aggregate, desk, *SINCE, "--limit", "2")
    shown = aggregate("--db", desk, "exports", "show", "1").stdout
    as_json = json.loads(aggregate("--db", desk, "exports", "show", "1", "--json").stdout)

    assert shown.startswith("Export 1: entries, as ndjson\nTo x, 2026-09-21T14:13:20Z\n")
    assert "1. Evil title" in shown
    assert "\x1b" not in shown
    assert shown.count("passed over") == 3
    assert [each["passed_over"] for each in as_json["items"]] == [False] * 2 + [True] * 3


def test_there_is_no_export_of_that_number(aggregate, desk):
    """An unknown number is a wrong question."""
    for command in ("show", "undo"):
        result = aggregate("--db", desk, "exports", command, "9")

        assert result.exit_code == 2
        assert "There is no export 9." in result.stderr


def test_quiet_says_nothing(aggregate, desk):
    """With -q neither an export that continues nor undo says a word."""
    export(aggregate, desk, "--format", "ndjson", "--to", "x")
    quiet = aggregate("-q", "--db", desk, "export", *SINCE, "-o", "out")
    undone = aggregate("-q", "--db", desk, "exports", "undo", "1")

    assert quiet.output == undone.output == ""


KILLED = """
import os, signal
from pathlib import Path
from aggregator.cli import cli, export

def put(_text, _output):
    os.kill(os.getpid(), signal.SIGKILL)

export.put = put
cli({arguments!r})
"""


def test_a_killed_export_is_told_and_goes_nowhere_by_itself(aggregate, desk):
    """After `kill -9` before the file was written, nothing goes twice until somebody says so."""
    options = ["--now", "2026-09-21T14:13:20Z", "--db", str(desk), "export", *SINCE]
    code = KILLED.format(arguments=options)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    after = export(aggregate, desk, *SINCE)
    aggregate("--db", desk, "exports", "undo", "1")
    again = export(aggregate, desk, *SINCE)

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "Export 1 to x was cut short." in after.stderr
    assert after.stdout == ""
    assert len(titles(again)) == 5


def test_an_export_says_where_the_desk_shows_the_same(aggregate, week, tmp_path):
    """A public list and a view name their pages; what is private or narrowed has none of its own."""
    (tmp_path / "feeds.toml").write_text('[aggregator]\nbase_url = "https://desk.example/"\n')
    with open_store(week, now=NOW) as store:
        views.save(store.conn, view({"slug": "all", "title": "All"}), now=NOW)
        lists.create(store.conn, "mine", title="Mine", now=NOW)

    def page(*options):
        return json.loads(export(aggregate, week, *options, "--format", "jsonfeed").stdout).get(
            "home_page_url"
        )

    assert page("week") == "https://desk.example/lists/week"
    assert page("mine") is None
    assert page("all") == page("--view", "all") == "https://desk.example/v/all"
    assert page("all", "--category", "blogs") == page() == "https://desk.example/"
