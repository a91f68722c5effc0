"""`aggregate digest`: told by category, each story once, read or mailed to a real server."""

import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from aggregator.config.curating import view
from aggregator.model import FetchRecord, Insert, Plan
from aggregator.store import ledger, open_store, stories, views
from aggregator.store.ledger import Journey
from tests.cli.conftest import NOW, SOURCES, entry
from tests.mailbox import free_port, server

DAY = 86_400


def digest(aggregate, db, *options, **kwargs):
    return aggregate("--db", db, "digest", *options, **kwargs)


def logged(aggregate, db):
    return json.loads(aggregate("--db", db, "exports", "ls", "--json").stdout)


def configured(port, more=""):
    text = f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    Path("feeds.toml").write_text(text + f'from = "Desk <desk@fern.example>"\n{more}')


def body(envelope, kind="plain"):
    letter = message_from_bytes(envelope.content, policy=default)
    return letter.get_body((kind,)).get_content()


def test_a_day_is_told_by_category(aggregate, db):
    """The entries of the last day stand under their categories, in their order."""
    result = digest(aggregate, db)
    lines = [line for line in result.stdout.splitlines() if line.startswith("#")]

    assert result.exit_code == 0
    assert lines[0] == "# Aggregator, 2026-09-21"
    assert [line for line in lines if line.startswith("## ")] == ["## Blogs", "## Video"]
    assert "A quiet climate report" in result.stdout
    assert "Climate podcast" not in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--since", "4d"], 3),
        (["--since", "60d"], 5),
        (["--since", "60d", "--most", "1"], 2),
        (["--since", "60d", "--category", "video"], 2),
        (["--since", "60d", "--view", "rain"], 3),
        (["--view", "rain"], 1),
        (["--view", "late"], 1),
        (["--since", "60d", "--view", "late"], 5),
    ],
)
def test_the_options_choose(aggregate, db, options, count):
    """Time, category, view and share of each category; a view may begin later, unless --since is said."""
    with open_store(db, now=NOW) as store:
        rain = view({"slug": "rain", "title": "Rain", "category": "blogs"})
        late = view({"slug": "late", "title": "Late", "within": "90m"})
        for each in (rain, late):
            views.save(store.conn, each, now=NOW)
    result = digest(aggregate, db, *options)

    assert result.stdout.count("\n### ") == count


def test_what_is_left_is_said(aggregate, db):
    """A digest that does not tell all says how much there was."""
    result = digest(aggregate, db, "--since", "60d", "--most", "1")

    assert "The first 2 of 5." in result.stdout


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("markdown", "# Aggregator"),
        ("html", "<!DOCTYPE html>"),
        ("text", "Aggregator, 2026-09-21\n====="),
        ("newsletter", "<!DOCTYPE html>"),
        ("eml", "Subject: Aggregator, 2026-09-21"),
    ],
)
def test_formats(aggregate, db, name, mark):
    """A digest comes as a draft, a page, plain text, a newsletter or a mail to open."""
    result = digest(aggregate, db, "--format", name)

    assert mark in result.stdout.replace("\r\n", "\n")
    assert "A quiet climate report" in result.stdout


def test_nothing_is_said(aggregate, db):
    """A quiet day is an empty digest, and a word on stderr."""
    result = aggregate("--now", "2020-01-01", "--db", db, "digest", "--since", "2019-12-31")

    assert result.exit_code == 0
    assert aggregate("--db", db, "digest", "--category", "gaming").stderr == "Nothing found.\n"


def test_a_file_is_written_down(aggregate, db):
    """A digest in a file stands in the ledger, under what it was of."""
    with open_store(db, now=NOW) as store:
        views.save(store.conn, view({"slug": "all", "title": "All"}), now=NOW)
    result = digest(aggregate, db, "-o", "day.md", "--view", "all", "--category", "blogs")
    (line,) = logged(aggregate, db)

    assert result.stderr == "Wrote 1 entry to day.md.\n"
    assert (line["subject"], line["entries"]) == ("digest of all in blogs", 1)
    assert "A quiet climate report" in Path("day.md").read_text("utf-8")


def test_since_last_tells_nothing_twice(aggregate, db):
    """The second digest to a place has what the first did not; then there is nothing."""
    options = ("--since-last", "--to", "notes", "--since", "60d", "--most", "1")
    first, second = digest(aggregate, db, *options), digest(aggregate, db, *options)
    heads = [
        {line for line in each.stdout.splitlines() if line.startswith("### ")}
        for each in (first, second)
    ]

    assert [len(each) for each in heads] == [2, 2]
    assert not heads[0] & heads[1]
    assert digest(aggregate, db, *options).stdout.count("\n### ") == 1
    assert digest(aggregate, db, *options).stderr == "Nothing new for notes.\n"


def test_since_last_goes_back_to_the_last(aggregate, db):
    """Without --since, a digest that continues begins where the last one ended."""
    with open_store(db, now=NOW) as store:
        before = Journey(subject="digest", format="markdown", target="notes", news=False)
        ledger.record(store.conn, before, [], now=NOW - 4 * DAY)
    result = digest(aggregate, db, "--since-last", "--to", "notes")

    assert "Climate podcast" in result.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--since-last"], "Since the last digest to where?"),
        (["--mail-to", "a@b.example", "-o", "x"], "--mail-to is where it goes"),
        (["--mail-to", "a@b.example"], "No mail server is set."),
        (["--view", "nothing"], "There is no view 'nothing'"),
    ],
)
def test_what_does_not_go_together_is_refused(aggregate, db, options, words):
    """A wrong question is exit 2 and a sentence."""
    result = digest(aggregate, db, *options)

    assert result.exit_code == 2
    assert words in result.stderr


def test_it_is_mailed(aggregate, db):
    """Each recipient gets a mail of their own, as text and HTML, from the desk."""
    with server() as (post, port):
        configured(port)
        addresses = ("--mail-to", "Ana <ana@moss.example>", "--mail-to", "bo@moss.example")
        result = digest(aggregate, db, *addresses, "--mail-to", "ANA@moss.example")
    letter = message_from_bytes(post.envelopes[0].content, policy=default)

    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "Mailed 2 entries to Ana <ana@moss.example>." in result.stderr
    assert [each.rcpt_tos for each in post.envelopes] == [["ana@moss.example"], ["bo@moss.example"]]
    assert letter["Subject"] == "Aggregator, 2026-09-21"
    assert letter["From"] == "Desk <desk@fern.example>"
    assert letter["To"] == "Ana <ana@moss.example>"
    assert "A quiet climate report" in body(post.envelopes[0])
    assert "A quiet climate report" in body(post.envelopes[0], "html")
    assert [each["target"] for each in logged(aggregate, db)] == [
        "mail:bo@moss.example",
        "mail:ana@moss.example",
    ]


def test_nothing_new_is_no_mail(aggregate, db):
    """With --since-last, who has had it all gets nothing; on a quiet day, nobody does."""
    with server() as (post, port):
        configured(port)
        options = ("--since-last", "--mail-to", "ana@moss.example")
        results = [digest(aggregate, db, *options) for _ in range(2)]
        quiet = digest(aggregate, db, "--category", "gaming", "--mail-to", "ana@moss.example")

    assert len(post.envelopes) == 1
    assert results[1].stderr == quiet.stderr == "Nothing new: no mail to ana@moss.example.\n"


def test_one_refusal_keeps_nobody_waiting(aggregate, db):
    """A refused recipient is told and can be tried again; the others have their mail."""
    with server() as (post, port):
        configured(port)
        post.refused["bo@moss.example"] = "550 5.1.1 Who?"
        options = ("--mail-to", "bo@moss.example", "--mail-to", "ana@moss.example")
        result = digest(aggregate, db, *options)

    assert result.exit_code == 1
    assert "Not mailed to bo@moss.example: The mail server refused the recipient" in result.stderr
    assert "1 of 2 mails could not be sent." in result.stderr
    assert [each["target"] for each in logged(aggregate, db)] == ["mail:ana@moss.example"]


def test_a_server_that_is_down_is_a_sentence(aggregate, db):
    """Where nobody answers, nothing is written down."""
    configured(free_port())
    result = digest(aggregate, db, "--mail-to", "ana@moss.example")

    assert result.exit_code == 1
    assert "nothing answers there" in result.stderr
    assert logged(aggregate, db) == []


@pytest.mark.parametrize("address", ["nobody", "a@b.example, c@d.example", "a@b.example\nTo: x"])
def test_an_address_is_one_address(aggregate, db, address):
    """What is no address, or more than one, is refused before anything is sent."""
    configured(free_port())
    result = digest(aggregate, db, "--mail-to", address)

    assert result.exit_code == 2
    assert "is no address for mail" in result.stderr


def test_the_password_comes_from_the_environment(aggregate, db, monkeypatch):
    """What feeds.toml names is filled in for the server alone."""
    from aiosmtpd.smtp import AuthResult, LoginPassword

    seen = []

    def login(_server, _session, _envelope, _mechanism, data):
        seen.append(data)
        return AuthResult(success=True)

    monkeypatch.setenv("MAIL", "s3cret")
    with server(authenticator=login, auth_require_tls=False) as (post, port):
        configured(port, 'user = "ana"\npassword = "${MAIL}"\n')
        result = digest(aggregate, db, "--mail-to", "ana@moss.example")

    assert result.exit_code == 0, result.output
    assert len(post.envelopes) == 1
    assert seen == [LoginPassword(b"ana", b"s3cret")]


def test_a_hostile_title_adds_no_header(aggregate, db):
    """A title with line breaks stays one subject."""
    with server() as (post, port):
        configured(port)
        options = (
            "--mail-to",
            "ana@moss.example",
            "--title",
            "Hi\r\nBcc: x@evil.example\r\n\r\nbody",
        )
        digest(aggregate, db, *options)
    letter = message_from_bytes(post.envelopes[0].content, policy=default)

    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hi Bcc: x@evil.example body"


def test_a_story_is_told_once_and_first(aggregate, db):
    """What two sources report is one item, before newer ones, and thanks the other source."""
    with open_store(db, now=NOW) as store:
        known = {each.url: each for each in store.due(now=NOW, force=True)}
        page = "https://news.example/the-one-page-that-both-are-about"
        for number, source in enumerate(SOURCES[:2]):
            feed = known[source.url]
            told = replace(
                entry(number, f"Rain is coming, says number {number}", "Rain. " * 60),
                url=page,
                canonical_url=page,
                guid=f"both-{number}",
                comments_url=None,
            )
            one = Insert(
                entry_id=((NOW - 7200 + number) << 20) + 9,
                entry=told,
                published_at=NOW - 7200 + number,
            )
            record = FetchRecord(status="ok", new=1)
            plan = Plan(feed_id=feed.feed_id, state=feed.state, record=record, insert=(one,))
            store.apply([plan], now=NOW)
        stories.rebuild(store.conn)
    heads = [line for line in digest(aggregate, db).stdout.splitlines() if line.startswith("### ")]
    made = digest(aggregate, db, "--format", "text").stdout

    assert sum("Rain is coming" in line for line in heads) == 1
    assert "Rain is coming" in heads[0]
    assert "via Films" in made
