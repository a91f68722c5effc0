"""`aggregate add`: from a page on a real server to a line in feeds.toml."""

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from aggregator.errors import FetchError, ParseError
from aggregator.following.proposals import may_come_back
from aggregator.store import open_store
from tests.loopback import Answer, feed

NETWORK = '# mine\n[network]\nallow = ["127.0.0.0/8"]   # tests\n'
HTML = {"Content-Type": "text/html; charset=utf-8"}
CHANNEL = "https://www.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ"
CHANNEL_FEED = "https://www.youtube.com/feeds/videos.xml?channel_id=UCLA_DiR1FfKNvjuUpBHmylQ"


@pytest.fixture(autouse=True)
def file(tmp_path):
    """A feeds.toml that allows this machine."""
    path = tmp_path / "feeds.toml"
    path.write_text(NETWORK)
    return path


@pytest.fixture
def blog(web):
    """A blog with a page, a feed of entries and one of comments."""
    web.serve("/feed", feed(("a", "Alpha"), ("b", "Beta"), ("c", "Gamma"), ("d", "Delta")))
    web.serve("/comments/feed", feed(("x", "On Alpha"), title="Comments"))
    page = (
        b"<html><head><title>Ana's blog</title>"
        b"<link rel=alternate type='application/rss+xml' title='Entries' href='/feed'>"
        b"<link rel=alternate type='application/rss+xml' title='Comments' href='/comments/feed'>"
        b"</head><body>words</body></html>"
    )
    return web.serve("/blog/", Answer(200, page, HTML))


def followed():
    return tomllib.loads(Path("feeds.toml").read_text()).get("feeds", [])


def test_a_page_is_followed(aggregate, blog, web, file):
    """The feed that the page names is appended, and what was found is shown."""
    result = aggregate("add", blog, "--tag", "x", "--every", "6h")

    assert result.exit_code == 0
    assert file.read_text() == (
        f"{NETWORK}\n[[feeds]]\n# A feed, {blog}\n"
        f'url = "{web.url}/feed"\ntags = ["x"]\nevery = "6h"\n'
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "A feed"
    assert lines[1] == "  blogs, named by the page"
    assert lines[2].startswith("> 1  Entries: http://127.0.0.1:")
    assert lines[3].startswith("  2  Comments: http://127.0.0.1:")
    assert lines[4:7] == [f"     2026-11-23  {name}" for name in ("Alpha", "Beta", "Gamma")]
    assert lines[7] == f"Added {web.url}/feed to blogs."


def test_another_feed_can_be_chosen(aggregate, blog, web):
    """--choose takes another candidate, and shows that one's entries."""
    result = aggregate("add", blog, "--choose", "2", "--category", "forums", "--title", "Voices")

    assert followed() == [
        {"url": f"{web.url}/comments/feed", "title": "Voices", "category": "forums"}
    ]
    assert "On Alpha" in result.stdout
    assert "Beta" not in result.stdout
    result = aggregate("add", blog, "--choose", "9")
    assert result.exit_code == 2
    assert "has 2 feeds" in result.stderr


def test_a_dry_run_writes_nothing(aggregate, blog, file):
    """--dry-run shows the same and leaves the file alone."""
    result = aggregate("add", blog, "--dry-run")

    assert result.stdout.splitlines()[-1].startswith("Would add http://127.0.0.1:")
    assert file.read_text() == NETWORK


def test_what_is_followed_is_refused(aggregate, blog, web, file):
    """The same feed under its own address, its page or another spelling is not added twice."""
    aggregate("add", blog)
    written = file.read_text()

    for address in (blog, f"{web.url}/feed", f"{web.url}/feed/"):
        result = aggregate("add", address)
        assert result.exit_code == 1
        assert "is followed already" in result.stderr
    assert file.read_text() == written


def test_a_feed_that_moved_is_known_under_both_addresses(aggregate, web):
    """What the database has learnt of a feed counts as well."""
    url = web.serve("/old", feed(("a", "Alpha")))
    aggregate("add", url)
    aggregate("fetch")
    with open_store("db/aggregator.db", now=1) as store:
        store.conn.execute("UPDATE feeds SET feed_url = ?", (f"{web.url}/feed",))
        store.conn.commit()
    web.serve("/feed", feed(("a", "Alpha")))

    assert f"as {url}." in aggregate("add", f"{web.url}/feed").stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://join.skype.com/abc", "2025-05-05"),
        ("https://www.viadeo.com/fr/company/apple", "Viadeo was closed"),
        ("https://www.whatsapp.com/channel/0029Va", "WhatsApp shows nothing"),
        ("https://www.linkedin.com/in/somebody", "members only"),
        ("https://x.com/NASA", "X has no feeds"),
    ],
)
def test_what_can_not_be_followed_says_why(aggregate, file, address, said):
    """One sentence, one hint, an exit code, and nothing is written."""
    result = aggregate("add", address)

    assert result.exit_code == 1
    assert result.stdout == ""
    error, hint = result.stderr.splitlines()
    assert error.startswith("Error: ")
    assert said in error
    assert hint.startswith("Hint: ")
    assert file.read_text() == NETWORK


def test_a_page_without_feed_is_refused(aggregate, web, file):
    """A page that names none costs one look and three guesses at most, and nothing is written."""
    url = web.serve("/page", Answer(200, b"<html><body>nothing</body></html>", HTML))
    result = aggregate("add", url)

    assert result.exit_code == 1
    assert "Error: " in result.stderr
    assert len(web.requests) <= 4
    assert file.read_text() == NETWORK


def test_several_addresses_at_once(aggregate, blog, web):
    """Good ones are added in one step, the others are told, and the exit code says so."""
    other = web.serve("/other", feed(("o", "Other"), title="The other"))
    pages = f"# mine\n{blog}\n- {other}\nhttps://join.skype.com/abc\n{web.url}/feed\n"
    result = aggregate("add", "-", input=pages)

    assert result.exit_code == 1
    assert [each["url"] for each in followed()] == [f"{web.url}/feed", other]
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [
        "https://join.skype.com/abc",
        f"{web.url}/feed",
    ]
    assert "one address at a time" in aggregate("add", blog, other, "--title", "x").stderr


def test_a_rule_is_believed_while_the_server_is_away(aggregate, monkeypatch):
    """An address that rules know is added with a warning when it can't be read just now."""
    result = aggregate("add", CHANNEL)

    assert result.exit_code == 0
    assert "Warning: It could not be read just now" in result.stderr
    assert followed() == [{"url": CHANNEL_FEED}]


@pytest.mark.parametrize(
    ("error", "url", "expected"),
    [
        (FetchError("away", kind="unreachable"), "https://vimeo.com/a", True),
        (FetchError("busy", kind="http", http_status=503), "https://vimeo.com/a", True),
        (FetchError("no", kind="http", http_status=404), "https://vimeo.com/a", False),
        (FetchError("gone", kind="gone", http_status=410), "https://vimeo.com/a", False),
        (FetchError("no", kind="http", http_status=404), CHANNEL_FEED, True),
        (ParseError("no feed", kind="not_a_feed"), CHANNEL_FEED, False),
    ],
)
def test_a_bad_day_is_told_from_an_address_that_leads_nowhere(error, url, expected):
    """A server that is away comes back; 404 is no account, but on YouTube's bad days."""
    assert may_come_back(error, url) is expected


def test_an_address_that_leads_nowhere_is_refused(aggregate, web, file):
    """Without a rule, what can't be read is not added."""
    result = aggregate("add", f"{web.url}/missing")

    assert result.exit_code == 1
    assert file.read_text() == NETWORK


def test_json_for_programs(aggregate, blog, web):
    """An object a line has all that find has, the candidates, the newest entries, and the end."""
    result = aggregate("add", "--json", blog, "https://join.skype.com/abc")
    blog_, skype = [json.loads(line) for line in result.stdout.splitlines()]

    assert blog_["feed_url"] == f"{web.url}/feed"
    assert (blog_["category"], blog_["how"], blog_["added"]) == ("blogs", "page", True)
    assert [each["title"] for each in blog_["candidates"]] == ["Entries", "Comments"]
    assert [each["title"] for each in blog_["entries"]] == ["Alpha", "Beta", "Gamma"]
    assert blog_["entries"][0]["published_at"] == "2026-11-23T10:00:00Z"
    assert (skype["feed_url"], skype["how"], skype["added"]) == (None, "closed", False)
    assert skype["hint"]
    assert result.exit_code == 1


def test_wrong_questions(aggregate, blog):
    """What can't be an interval or an address is told before anybody is asked."""
    assert "--every: expected a duration" in aggregate("add", blog, "--every", "often").stderr
    assert aggregate("add", "nonsense").exit_code == 2


def test_the_first_feed_makes_the_file(aggregate, monkeypatch, file):
    """Without a feeds.toml, add writes one."""
    file.unlink()
    assert aggregate("add", CHANNEL, "--yes").exit_code == 0

    assert followed() == [{"url": CHANNEL_FEED}]
    assert file.read_text().startswith("# What Aggregator follows.")


def test_find_asks_the_network_and_writes_nothing(aggregate, blog, web, file):
    """Find says what add would do."""
    told = json.loads(aggregate("find", "--json", blog).stdout)

    assert (told["feed_url"], told["how"]) == (f"{web.url}/feed", "page")
    assert file.read_text() == NETWORK


def typed(args, answer):
    """Run `aggregate` on a terminal and type an answer; returns (exit code, what was seen)."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator.cli", *args],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"},
    )
    os.close(slave)
    os.write(master, answer)
    seen = b""
    try:
        while piece := os.read(master, 65536):
            seen += piece
    except OSError:
        pass  # the terminal is closed when the program has ended
    os.close(master)
    return process.wait(60), seen.decode()


def test_on_a_terminal_it_asks(aggregate, blog, web, file):
    """A person may say no, or take another of the feeds."""
    code, seen = typed(["add", blog], b"n\n")
    assert code == 1
    assert "Add it? (y, n, 1-2 for another feed)" in seen
    assert file.read_text() == NETWORK

    code, seen = typed(["add", blog], b"2\n")
    assert code == 0
    assert [each["url"] for each in followed()] == [f"{web.url}/comments/feed"]


def test_on_a_terminal_a_list_is_asked_about_once(aggregate, blog, web):
    """Several feeds are added after one question, with a bar while they are looked for."""
    other = web.serve("/other", feed(("o", "Other")))
    code, seen = typed(["add", blog, other], b"y\n")

    assert code == 0
    assert "Add 2 feeds?" in seen
    assert "2 of 2" in seen
    assert len(followed()) == 2
