"""`aggregate list`: made, filled, ordered, changed, removed and brought back on the terminal."""

import json
import re

import pytest

from aggregator.errors import UsageError
from aggregator.store import lists, open_store
from aggregator.store.lists import via_of
from tests.cli.conftest import DAY, HOUR, NOW

REPORT = (NOW - 2 * HOUR) << 20
PODCAST = ((NOW - 3 * DAY) << 20) + 1


@pytest.fixture
def run(aggregate, db):
    """Run `aggregate list` on a database with a few entries; what fails is shown."""

    def list_(*args, code=0, **options):
        result = aggregate("--db", db, "list", *args, **options)
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.stderr

    return list_


@pytest.fixture
def week(run):
    """A list with two entries: the report and the podcast."""
    run("create", "week", "--title", "My week")
    run("add", "week", REPORT, PODCAST)
    return run


def shown(run, slug="week", *args):
    return json.loads(run("show", slug, "--json", *args))


def titles(run):
    return [each["title"] for each in shown(run)["items"]]


def test_a_list_is_made_shown_changed_and_removed(run):
    """Every step says what it did, and every one can be taken back."""
    assert run("ls") == ""
    made = run("create", "week", "--title", "My week", "--description", "All of it.")
    assert made == "Made the list week (private).\n"
    assert run("ls") == "week  My week  (private, 0 items, just now)\n"
    assert run("show", "week") == "My week\nweek, private, 0 items\n     All of it.\n"
    run("edit", "week", "--title", "The week", "--rename", "weekly", "--visibility", "unlisted")
    before = shown(run, "weekly")
    assert f"on the desk: /lists/weekly/{before['token']}" in run("show", "weekly")
    run("edit", "weekly", "--new-address", "--language", "")
    assert before["token"] != shown(run, "weekly")["token"]
    assert "list restore" in run("rm", "weekly")
    assert [each["slug"] for each in json.loads(run("ls", "--removed", "--json"))] == ["weekly"]
    assert run("restore", "weekly") == "weekly is back, with 0 items.\n"
    assert run("rm", "weekly", "--for-good") == "Deleted weekly.\n"
    assert run("ls", "--removed") == ""


def test_what_makes_no_sense_is_told(week):
    """Unknown lists, entries, items and empty changes end with 2 and a hint."""
    assert "There is no list 'month'." in week("show", "month", code=2)
    assert "`aggregate list restore" not in week("show", "month", code=2)
    assert "nothing to change" in week("edit", "week", code=2)
    assert "nothing to change" in week("change", "week", "1", code=2)
    assert "no entry 12" in week("add", "week", "12", code=2)
    assert "neither the number" in week("add", "week", "not an address", code=2)
    assert "neither the number" in week("add", "week", "mailto:a@b.example", code=2)
    assert "no item '9'" in week("note", "week", "9", "x", code=2)
    assert "no item '0'" in week("note", "week", "0", "x", code=2)
    assert "means 2 items" in week("note", "week", "climate", "x", code=2)
    assert "no place" in week("move", "week", "1", "0", code=2)
    assert "nothing to do" in week("section", "week", "News", code=2)
    assert "no tag" in week("tag", "week", "1", code=2)
    assert "'secret'" in week("create", "x", "--visibility", "secret", code=2)
    assert "There is no note." in week("note", "week", "1", code=2)


def test_entries_are_added_with_words(run):
    """By number or address, once each, with note, quote, section, tags, alt text and via."""
    run("create", "week")
    added = run(
        *("add", "week", REPORT, "--note", "Read it.", "--quote", "Rain.", "--section", "News"),
        *(
            "--tag",
            "sea",
            "--tag",
            "#rain",
            "--alt",
            "A cloud",
            "--via",
            "Ben https://ben.example/",
        ),
    )
    [item] = shown(run)["items"]

    assert added == "Added “A quiet climate report” to week as number 1.\n"
    assert "is on week already, as number 1." in run("add", "week", item["url"])
    assert (item["note"], item["quote"], item["section"]) == ("Read it.", "Rain.", "News")
    assert (item["tags"], item["image_alt"]) == (["sea", "rain"], "A cloud")
    assert item["via"] == [{"name": "Ben", "url": "https://ben.example/"}]
    assert (item["entry_id"], item["source"]) == (REPORT, "Example")


def test_a_page_that_no_feed_brought_is_added_too(run):
    """It is called as you say, or as its address, and clean of trackers."""
    run("create", "week")
    run("add", "week", "https://other.example/a?utm_source=x", "youtu.be/abcdefghijk")
    run("add", "week", "https://third.example/", "--title", "The third", "--at", "1")
    third, first, video = shown(run)["items"]

    assert (third["title"], third["place"]) == ("The third", 1)
    assert (first["url"], first["title"]) == ("https://other.example/a", "other.example/a")
    assert (video["source"], video["category"], video["entry_id"]) == ("YouTube", "video", None)


def test_entries_come_from_standard_input(run):
    """With - numbers are read, one a line."""
    run("create", "week")
    run("add", "week", "-", input=f"{REPORT}\n{PODCAST}\n")

    assert titles(run) == ["A quiet climate report", "Climate podcast"]


def test_an_item_is_named_in_many_ways(week):
    """By place, entry, address, item:N or words of its title."""
    item = shown(week)["items"][1]
    for word in ("2", str(PODCAST), item["url"], f"item:{item['id']}", "PODcast"):
        assert week("note", "week", word, word) == "Noted beside “Climate podcast”.\n"
        assert shown(week)["items"][1]["note"] == word


def test_notes_are_read_and_taken_away(week):
    """- reads standard input; an empty text is no note."""
    week("note", "week", "1", "-", input="Line one\n\nLine two\n")
    assert shown(week)["items"][0]["note"] == "Line one\n\nLine two"
    assert week("note", "week", "1", "") == "No note beside “A quiet climate report”.\n"
    assert shown(week)["items"][0]["note"] == ""


def test_tags_are_put_on_and_taken_off(week):
    """Case and # do not matter for taking off."""
    assert week("tag", "week", "1", "Sea", "#rain") == "“A quiet climate report” has #Sea #rain.\n"
    assert week("tag", "week", "1", "x", "--without", "#sea").endswith("has #rain #x.\n")
    assert week("tag", "week", "1", "--without", "rain", "--without", "x").endswith("no tags.\n")


def test_an_items_copy_is_changed(week):
    """Its own title, address, credit and picture; an empty text takes one away."""
    week(
        *(
            "change",
            "week",
            "1",
            "--title",
            "Better",
            "--url",
            "https://b.example/",
            "--via",
            "Ann",
        ),
        *("--credit", "CC BY", "--image", "https://b.example/i.png", "--source-url", ""),
    )
    item = shown(week)["items"][0]

    assert (item["title"], item["url"], item["rights"]) == ("Better", "https://b.example/", "CC BY")
    assert (item["image"], item["source_url"]) == ("https://b.example/i.png", None)
    week("change", "week", "1", "--via", "", "--tag", "", "--image", "")
    assert (shown(week)["items"][0]["via"], shown(week)["items"][0]["image"]) == ([], None)
    assert "Another item" in week("change", "week", "2", "--url", "https://b.example/", code=2)


def test_items_are_moved_and_sectioned(week):
    """Places and headings are told after each step."""
    week("add", "week", "https://other.example/a", "--title", "Third")
    assert week("move", "week", "3", "first") == "“Third” is number 1.\n"
    assert week("move", "week", "Third", "last") == "“Third” is number 3.\n"
    assert week("section", "week", "News", "1", "Third").splitlines() == [
        "“A quiet climate report” is under “News”.",
        "“Third” is under “News”.",
    ]
    week("section", "week", "Talk", "Climate podcast")
    assert titles(week) == ["A quiet climate report", "Third", "Climate podcast"]
    assert week("section", "week", "Talk", "--to", "1", "--rename", "Ears").startswith("Changed")
    assert [each["section"] for each in shown(week)["items"]] == ["Ears", "News", "News"]
    assert week("move", "week", "Third", "1") == "“Third” is number 1 under “Ears”.\n"
    assert week("section", "week", "", "Third") == "“Third” is under no heading.\n"


def test_items_are_removed_and_brought_back(week):
    """Places mean those before the command; what was removed has a number to name it by."""
    said = week("remove", "week", "1", "2")
    assert "brings it back" in said
    assert titles(week) == []
    removed = shown(week, "week", "--removed")["items"]
    assert [each["title"] for each in removed] == ["Climate podcast", "A quiet climate report"]
    assert f"item:{removed[0]['id']}  Climate podcast" in week("show", "week", "--removed")
    assert week("restore", "week", f"item:{removed[0]['id']}", "quiet").splitlines() == [
        "“Climate podcast” is back.",
        "“A quiet climate report” is back.",
    ]
    week("remove", "week", "1")
    assert week("add", "week", REPORT).startswith("Brought “A quiet climate report” back to week")


def test_a_list_reads_well_in_80_columns(week):
    """Titles are cut, words are wrapped, strangers command nothing."""
    week("add", "week", *((((NOW - age) << 20) + n) for n, age in ((2, 9 * DAY), (0, HOUR))))
    week("note", "week", "1", "A long note about rain. " * 20 + "\x1b[31mred")
    week("change", "week", "1", "--quote", "It rained.", "--section", "News", "--tag", "sea")
    said = week("show", "week")

    assert "\x1b" not in said
    assert max(len(line) for line in said.splitlines() if "http" not in line) <= 80
    assert "\nNews\n" in said
    assert "     > It rained.\n     #sea\n" in said
    assert "  4  A quiet climate report\n     Ana, Example, 2026-09-21\n" in said


def test_what_changed_is_told_and_copied_anew(week, db):
    """`show` marks it, `refresh` takes it over, --keep only calls it seen."""
    with open_store(db, now=NOW) as store:
        store.conn.execute("UPDATE entries SET title = 'New', content_hash = x'99'")
    assert week("show", "week").count("changed since you picked it") == 2
    assert week("refresh", "week", "2", "--keep").endswith("is as you keep it.\n")
    assert week("refresh", "week") == "“New” is copied anew.\n"
    assert titles(week) == ["New", "Climate podcast"]
    assert week("refresh", "week") == ""
    with open_store(db, now=NOW) as store:
        for table in ("unread", "entry_content", "entries"):
            store.conn.execute(f"DELETE FROM {table}")
    assert week("refresh", "week", "1") == "“New” is no longer stored.\n"


def test_a_typing_error_in_a_command_is_guessed(run):
    """Commands of commands are guessed like others."""
    assert "There is no aggregate list 'shwo'. Did you mean 'show'?" in run("shwo", code=2)
    assert "There is no aggregate list 'xyzzy'.\n" in run("xyzzy", code=2)


def test_help_is_in_order_and_readable(run):
    """Making comes before filling, and no line is longer than 80 columns."""
    said = [run("--help"), *(run(each, "--help") for each in ("add", "change", "section"))]
    names = re.findall(r"^  (\w+) ", said[0].partition("Commands:")[2], re.MULTILINE)

    assert names[:4] == ["create", "ls", "show", "add"]
    assert "..." not in said[0].partition("Commands:")[2]
    assert max(len(line) for text in said for line in text.splitlines()) <= 80


def test_quiet_says_nothing(aggregate, db):
    """With -q only errors are told."""
    assert aggregate("-q", "--db", db, "list", "create", "week").output == ""


def test_a_first_list_makes_the_database(aggregate, tmp_path):
    """A curator may begin with a list of pages."""
    path = tmp_path / "new.db"
    assert aggregate("--db", path, "list", "create", "week").exit_code == 0
    assert aggregate("--db", path, "list", "add", "week", "a.example/b").exit_code == 0
    with open_store(path, now=NOW) as store:
        assert lists.need(store.conn, "week").items == 1


@pytest.mark.parametrize(
    ("word", "name", "url"),
    [
        ("Ben", "Ben", None),
        ("Ben of Bonn", "Ben of Bonn", None),
        ("Ben of Bonn https://ben.example/a", "Ben of Bonn", "https://ben.example/a"),
        ("https://www.ben.example/a", "ben.example", "https://www.ben.example/a"),
    ],
)
def test_a_via_is_a_name_an_address_or_both(word, name, url):
    """An address alone is called by its host."""
    via = via_of(word)

    assert (via.name, via.url) == (name, url)


def test_a_via_is_not_empty():
    """Nobody is nobody to thank."""
    with pytest.raises(UsageError, match="has a name"):
        via_of("  ")
