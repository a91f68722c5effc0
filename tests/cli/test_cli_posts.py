"""`aggregate export --for`: posts that fit a network, shown first, planned, and written down."""

import csv
import io
import json
from dataclasses import replace

import pytest

from aggregator.cli.posting import times
from aggregator.errors import UsageError
from aggregator.model import Selection
from aggregator.store import lists, open_store
from tests.cli.conftest import NOW


@pytest.fixture
def week(db):
    """A list of the two newest entries, with a note each."""
    with open_store(db, now=NOW) as store:
        lists.create(store.conn, "week", title="My week", now=NOW)
        for number, each in enumerate(store.entries(Selection(limit=2)), 1):
            lists.add(store.conn, "week", each, note=f"Note {number}.", now=NOW)
    return db


def export(aggregate, db, *options):
    return aggregate("--db", db, "export", "week", *options)


def logged(aggregate, db):
    return json.loads(aggregate("--db", db, "exports", "ls", "--json").stdout)


def test_posts_are_text_to_copy(aggregate, week):
    """Each item is a post with note and link, with a line between two; nothing else is printed."""
    result = export(aggregate, week, "--for", "mastodon")
    first, second = result.stdout.split("\n\n-----\n\n")

    assert result.stderr == ""
    assert first.startswith("Note 1.")
    assert "https://example.org/" in first
    assert second.startswith("Note 2.")
    assert logged(aggregate, week) == []


def test_a_template_says_what_a_post_looks_like(aggregate, week):
    """With --template, a post has what its braces name."""
    result = export(aggregate, week, "--for", "x", "--template", "{note} {link}", "--limit", "1")

    assert result.stdout.startswith("Note 1. https://example.org/")


def test_a_thread_is_numbered(aggregate, week):
    """With --thread, the posts count themselves."""
    result = export(aggregate, week, "--for", "bluesky", "--thread")

    assert "1/2" in result.stdout
    assert "2/2" in result.stdout


def test_utm_marks_the_links(aggregate, week):
    """With --utm, the links say where their readers come from."""
    result = export(aggregate, week, "--for", "x", "--utm", "utm_source={network}")

    assert "utm_source=x" in result.stdout


def test_a_preview_is_no_export(aggregate, week):
    """With --preview the posts are boxed with their count; nothing goes, nothing is written down."""
    options = ("--for", "x", "--since-last", "--to", "me")
    shown = export(aggregate, week, *options, "--preview")

    assert "of 280" in shown.stdout
    assert "Note 1." in shown.stdout
    assert logged(aggregate, week) == []

    export(aggregate, week, *options)
    later = export(aggregate, week, *options, "--preview")

    assert later.stdout == ""
    assert later.stderr.endswith("Nothing new to show.\n")


def test_an_empty_preview_is_said(aggregate, db):
    """Where nothing is chosen there is nothing to show."""
    result = aggregate("--db", db, "export", "--for", "x", "--preview", "--search", "nowhere")

    assert result.stderr == "Nothing found.\n"


def test_what_was_posted_is_written_down(aggregate, week):
    """The ledger says for which network a text was, and each item goes once."""
    options = ("--for", "mastodon", "--since-last", "--to", "@me", "--limit", "1")
    first, second, third = (export(aggregate, week, *options) for _ in range(3))

    assert first.stdout.startswith("Note 1.")
    assert second.stdout.startswith("Note 2.")
    assert third.stdout == ""
    assert {each["format"] for each in logged(aggregate, week)} == {"text for mastodon"}


def test_what_does_not_fit_is_said_and_waits(aggregate, week):
    """A post that can't be made is told with its reason, and does not count as gone."""
    with open_store(week, now=NOW) as store:
        long = store.entries(Selection(limit=3))[2]
        url = "https://example.org/" + "long/" * 200
        lists.add(store.conn, "week", replace(long, url=url), note="Too long.", now=NOW)
    options = ("--for", "bluesky", "--since-last", "--to", "me")
    result = export(aggregate, week, *options)
    again = export(aggregate, week, *options)

    assert result.exit_code == 0
    assert "Too long." not in result.stdout
    assert "No post for “" in result.stderr
    assert again.exit_code == 2
    assert "None of it can be posted so; nothing was written." in again.stderr
    assert [each["entries"] for each in logged(aggregate, week)] == [2]


def test_a_thread_goes_whole_or_not_at_all(aggregate, week):
    """Where one post of a thread can't be made, none is written."""
    options = ("--for", "mastodon", "--thread", "--max-chars", "50", "--template")
    result = export(aggregate, week, *options, "{note} and a great many more words than fit {link}")

    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_scheduler_gets_posts_and_times(aggregate, week):
    """A table for a scheduler holds the posts that fit the network, each at its time."""
    result = export(
        aggregate,
        week,
        *("--format", "csv-buffer", "--for", "mastodon", "--start", "2026-12-01T09:00"),
        *("--every", "1d", "--zone", "Europe/Berlin"),
    )
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode(), newline="")))

    assert [row["Posting Time"] for row in rows] == ["2026-12-01 09:00", "2026-12-02 09:00"]
    assert rows[0]["Text"].startswith("Note 1.")
    assert "https://example.org/" in rows[0]["Text"]


def at(count, start, **options):
    said = {"every": None, "zone": None, "now": NOW} | options
    return times(count, start=start, **said)


def test_times_follow_the_clock():
    """Every 24 hours is the same hour of the day, also over the change of clocks."""
    berlin = at(3, "2026-10-24T09:00", every="1d", zone="Europe/Berlin")

    assert [each - berlin[0] for each in berlin] == [0, 86_400 + 3600, 2 * 86_400 + 3600]
    assert at(2, "2026-12-01T09:00") == at(2, "2026-12-01T10:00+01:00")
    assert at(2, "2026-12-01T09:00")[1] - at(2, "2026-12-01T09:00")[0] == 3600
    assert at(2, None) == ()


def test_what_is_no_gap_is_said():
    """A gap that is none is a wrong question."""
    with pytest.raises(UsageError, match="is no time"):
        at(2, "2026-12-01", every="often")
    with pytest.raises(UsageError, match="no gap"):
        at(2, "2026-12-01", every="2030-01-01")


def test_a_scheduler_that_takes_fewer_is_told_of(aggregate, week):
    """Where a scheduler takes no more than so many rows, that is said with the way out."""
    with open_store(week, now=NOW) as store:
        one = store.entries(Selection(limit=1))[0]
        for number in range(101):
            page = replace(one, url=f"https://many.example/{number}")
            lists.add(store.conn, "week", page, note="x", now=NOW)
    result = export(aggregate, week, "--format", "csv-buffer")

    assert "csv-buffer takes 100 at once; --limit 100 writes as many." in result.stderr


def test_a_credit_that_a_template_leaves_out_is_said(aggregate, week):
    """What a licence asks for is not in the post: the curator hears of it beside the text."""
    with open_store(week, now=NOW) as store:
        lists.change(
            store.conn,
            lists.items(store.conn, lists.need(store.conn, "week").id)[0].item_id,
            rights="https://creativecommons.org/licenses/by/4.0/",
            now=NOW,
        )
    result = export(aggregate, week, "--for", "x", "--template", "{note} {link}")

    assert "CC BY 4.0" not in result.stdout
    assert "leaves out whom the item's terms ask to name" in result.stderr
