"""`aggregate list check` against a real server on loopback."""

import json

import pytest

from aggregator.store import open_store
from tests.cli.conftest import DAY, NOW
from tests.loopback import Answer

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def run(aggregate, db, tmp_path):
    (tmp_path / "feeds.toml").write_text('[network]\nallow = ["127.0.0.0/8"]\n')

    def list_(*args, code=0, at=NOW):
        from aggregator.cli.common import iso

        result = aggregate("--now", iso(at), "--db", db, "list", *args)
        assert result.exit_code == code, result.output
        return result.stdout

    list_("create", "week")
    return list_


def test_links_are_looked_at_and_told(run, web):
    """Counts a list, a line for each link that is not ok, and 1 as the end when one is dead."""
    for path, answer in {
        "/there": Answer(200, b"words", HTML),
        "/gone": Answer(410, b"", HTML),
        "/moved": Answer(301, b"", {"Location": "/there/now"}),
        "/there/now": Answer(200, b"words", HTML),
    }.items():
        web.serve(path, answer)
    for path in ("/there", "/gone", "/moved"):
        run("add", "week", web.url + path, "--title", path)
    said = run("check", "week", code=1)

    assert said.splitlines() == [
        "week: 3 links: 1 ok, 1 dead, 1 moved.",
        "    dead    2  “/gone”  The server says it is gone for good (410).",
        f"   moved    3  “/moved”  It moved to {web.url}/there/now.",
    ]
    assert "dead: The server says it is gone" in run("show", "week")
    requests = len(web.requests)
    followed = run("check", "--follow", code=1)
    assert f"“/moved” links to {web.url}/there/now now." in followed
    assert len(web.requests) == requests
    run("check", "--again", code=1)
    assert len(web.requests) == requests + 3
    run("remove", "week", "2")
    assert run("check", at=NOW + DAY + 1) == "week: 2 links: 2 ok.\n"


def test_an_address_that_is_there_already_is_not_taken(run, web):
    """What moved to another item of the list stays, and that is said."""
    web.serve("/a", Answer(301, b"", {"Location": "/b/b"}))
    web.serve("/b/b", Answer(200, b"x", HTML))
    run("add", "week", f"{web.url}/a", f"{web.url}/b/b")
    run("check", "--follow")

    assert [each["url"] for each in json.loads(run("show", "week", "--json"))["items"]] == [
        f"{web.url}/a",
        f"{web.url}/b/b",
    ]


def test_a_page_on_two_lists_is_asked_for_once(run, web):
    """Both lists know what came of it."""
    page = web.serve("/a", Answer(200, b"x", HTML))
    run("create", "other")
    for slug in ("week", "other"):
        run("add", slug, page)
    told = json.loads(run("check", "--json"))

    assert [(each["list"], each["check_status"]) for each in told] == [
        ("other", "ok"),
        ("week", "ok"),
    ]
    assert len(web.requests) == 1


def test_a_pause_is_remembered(run, web, db):
    """What a host asked for holds for the next run, of fetching too."""
    run("add", "week", web.serve("/a", Answer(429, b"", {"Retry-After": "90000"})))
    assert "unsure" in run("check")
    assert "1 link: 1 unsure." in run("check", "--again")
    assert len(web.requests) == 1
    with open_store(db, now=NOW) as store:
        assert [each.next_at for each in store.hosts().values()] == [NOW + 90_000]


def test_changed_entries_are_told_without_a_feeds_toml(run, db, tmp_path):
    """An entry that is no longer what was picked has its line."""
    (tmp_path / "feeds.toml").unlink()
    with open_store(db, now=NOW) as store:
        (entry_id,) = store.conn.execute("SELECT max(id) FROM entries").fetchone()
        store.conn.execute("UPDATE entries SET url = NULL, comments_url = NULL")
        store.conn.execute("UPDATE entry_content SET enclosures = '[]'")
        run("add", "week", entry_id)
        store.conn.execute("UPDATE entries SET content_hash = x'99'")
    said = run("check", "week")

    assert said.startswith("week: 0 links.\n changed    1  “")
    assert said.endswith("since you picked it\n")
