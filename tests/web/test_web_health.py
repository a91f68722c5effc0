"""The pages on which the owner sees how the sources are, and the log of fetches."""

import sqlite3

import pytest

from tests.desk import NOW, ask, entry, fill, source

OWNER = {"id": "root"}


@pytest.fixture
def db(tmp_path):
    """A database with a feed that is well and one that fails."""
    path = tmp_path / "aggregator.db"
    secret = source("https://example.org/private.xml?token=s3cr3tt0k3n99", title="A failing one")
    fill(path, {source(): [entry(1)], secret: []})
    with sqlite3.connect(path) as conn:
        conn.execute(
            "UPDATE feeds SET fetch_state = 'failing', failures = 3, error = 'No answer came.', "
            "failing_since = '2026-11-22T10:00:00Z' WHERE custom_title = 'A failing one'"
        )
        conn.execute("UPDATE feeds SET fetch_state = 'ok' WHERE custom_title = 'A blog'")
    conn.close()
    return path


@pytest.mark.parametrize("address", ["/-/health", "/-/fetches", "/-/desk/fetching"])
def test_only_the_owner_sees_how_feeds_are(db, address):
    """Errors and addresses are nobody else's business."""
    assert ask(db, address).status_code == 403
    assert ask(db, address, actor={"id": "bob"}).status_code == 403
    assert ask(db, address, actor=OWNER).status_code == 200


def test_what_fails_is_told_with_its_reason(db):
    """The failing feed comes first: why, how often, and how it is counted."""
    page = ask(db, "/-/health", actor=OWNER).text

    assert page.index("A failing one") < page.index("A blog")
    assert "No answer came × 3" in page
    assert "<b>1</b><span>Failing</span>" in page


def test_health_shows_no_secrets(db):
    """An address with a token is on none of the pages."""
    pages = [ask(db, each, actor=OWNER).text for each in ("/-/health", "/-/fetches")]

    assert not any("s3cr3tt0k3n99" in page for page in pages)


def test_one_kind_of_trouble_can_be_looked_at(db):
    """A gauge leads to the feeds that it counts."""
    page = ask(db, "/-/health?state=failing", actor=OWNER).text

    assert "A failing one" in page
    assert "A blog" not in page
    assert ask(db, "/-/health?state=odd", actor=OWNER).status_code == 404


def test_health_goes_on_after_the_last_line(db):
    """Pages are found by the number of the last feed, not by counting."""
    number = int(ask(db, "/-/health", actor=OWNER).text.split('id="feed-')[1].split('"')[0])
    page = ask(db, f"/-/health?after={number}", actor=OWNER).text

    assert "A failing one" not in page
    assert "A blog" in page


def test_the_log_is_narrowed_down_by_source_and_outcome(db):
    """The lines of one source, or of what failed."""
    assert ask(db, "/-/fetches?feed=1", actor=OWNER).text.count("<tr>") == 2
    assert "Nothing in the log" in ask(db, "/-/fetches?status=error", actor=OWNER).text
    assert ask(db, "/-/fetches?status=odd", actor=OWNER).status_code == 404


def test_a_desk_without_sources_says_what_to_do(tmp_path):
    """An empty page teaches the next step."""
    fill(tmp_path / "a.db", {}, now=NOW)

    assert "Add a source" in ask(tmp_path / "a.db", "/-/health", actor=OWNER).text
