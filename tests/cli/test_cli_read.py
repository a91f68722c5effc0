"""What a curator reads in the terminal: ls, status, search, show."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from rich.cells import cell_len

from aggregator.model import Source
from aggregator.store import open_store


def screen(result):
    """The lines of an output that went well; all of them fit 80 columns and are harmless."""
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    for line in lines:
        if not line.startswith("http"):
            assert cell_len(line) <= 80
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", line)
    return [line.rstrip() for line in lines]


def test_ls_lists_the_feeds(aggregate, db):
    """Each feed is a line: number, state, category, entries, age of the newest, title."""
    assert screen(aggregate("--db", db, "ls")) == [
        "ID  State    Category  Entries  Newest   Title",
        " 1  ok       blogs           3  2 h ago  Example",
        " 4  paused   gaming          0  never    paused.example.net",
        " 2  failing  video           2  1 h ago  Films of Ana",
        " 3  gone     music           0  never    Gone radio",
    ]


def test_ls_cuts_titles_not_figures(aggregate, tmp_path):
    """However long and wide the titles are, the figures stay whole and the line is 80 cells."""
    sources = [
        Source(url=f"https://example.org/{n}", title="長い名前のフィード " * n) for n in (1, 5, 9)
    ]
    with open_store(tmp_path / "wide.db", now=1) as store:
        store.sync(sources, now=1)
    lines = screen(aggregate("--db", "wide.db", "ls"))

    assert all(line.startswith(f" {n}  new    blogs") for n, line in enumerate(lines[1:], 1))
    assert [line.endswith("…") for line in lines[1:]] == [False, True, True]


def test_ls_of_a_category(aggregate, db):
    """A category restricts the list; a typing error in it is guessed."""
    assert len(screen(aggregate("--db", db, "ls", "--category", "video"))) == 2
    assert "did you mean 'video'?" in aggregate("--db", db, "ls", "--category", "vido").stderr
    assert "there are professional, social" in aggregate("ls", "--category", "zzz").stderr


def test_ls_as_json(aggregate, db):
    """JSON is an array with the address as in feeds.toml and ISO times."""
    rows = json.loads(aggregate("--db", db, "ls", "--json").stdout)

    assert [row["state"] for row in rows] == ["ok", "paused", "failing", "gone"]
    assert rows[0]["url"] == "https://example.org/feed?token=abcdef0123456789"
    assert rows[0]["tags"] == ["a"]
    assert rows[2]["failing_since"] == "2026-09-18T14:13:20Z"


def test_without_a_database_the_hint_says_what_makes_one(aggregate):
    """Reading before the first fetch is an error of the store, with a hint."""
    for command in (["ls"], ["status"], ["search", "x"], ["show", "--latest", "1"]):
        result = aggregate(*command)

        assert result.exit_code == 3
        assert "aggregate fetch" in result.stderr


def test_an_empty_database_is_told(aggregate, tmp_path):
    """Where there is nothing, a sentence on stderr says so, and JSON is an empty array."""
    with open_store(tmp_path / "new.db", now=1):
        pass

    assert "No feeds yet" in aggregate("--db", "new.db", "ls").stderr
    assert "Nothing found" in aggregate("--db", "new.db", "search", "x").stderr
    assert "No entries yet" in aggregate("--db", "new.db", "show", "--latest", 3).stderr
    assert aggregate("--db", "new.db", "ls", "--json").stdout == "[]\n"
    assert screen(aggregate("--db", "new.db", "status")) == ["0 feeds, none broken."]


def test_status_says_what_is_broken(aggregate, db):
    """A broken feed has since when, why and what happens next; secrets are masked."""
    assert screen(aggregate("--db", db, "status")) == [
        "4 feeds, 2 broken; the next is due in 20 min.",
        "",
        "Example (blogs, feed 1)",
        "  moved to https://new.example.org/feed?token=…; adopted when that has lasted a",
        "  week",
        "  last looked at 10 min ago, again in 20 min",
        "",
        "Films of Ana (video, feed 2)",
        "  failing since 3 d ago, 4 times: The server answered 503 Service Unavailable",
        "  and said nothing more about it.",
        "  Its GUIDs repeat: entries are told apart by their links.",
        "  last looked at 1 h ago, again in 4 h",
        "",
        "Gone radio (music, feed 3)",
        "  gone once, 2026-09-13: HTTP 410 Gone",
        "  not looked at any more; `aggregate fetch --force --only 3` tries again",
    ]


def test_status_names_the_domains_that_are_left_alone(aggregate, db):
    """A domain that refused us is named with the time at which it is asked again."""
    from aggregator.store import HostState

    with open_store(db, now=1) as store:
        store.save_hosts(
            {
                "reddit.com": HostState(next_at=1_790_000_000 + 3600, failures=2),
                "past.example": HostState(next_at=1_790_000_000 - 5),
            }
        )

    assert screen(aggregate("--db", db, "status"))[-2:] == [
        "Domains that are left alone for a while:",
        "  reddit.com: asked again in 1 h",
    ]
    told = json.loads(aggregate("--db", db, "status", "--json").stdout)
    assert told["feeds"] == {
        "new": 0,
        "ok": 1,
        "failing": 1,
        "gone": 1,
        "paused": 1,
        "unsubscribed": 0,
    }
    assert [row["id"] for row in told["told"]] == [1, 2, 3]
    assert told["hosts"] == [
        {"host": "reddit.com", "next_at": "2026-09-21T15:13:20Z", "failures": 2}
    ]
    assert told["next_check_at"] == "2026-09-21T14:33:20Z"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["rain"], ["A quiet climate report", "Climate podcast"]),
        (["RAIN", "policy"], ["A quiet climate report"]),
        (["rain", "-podcast"], ["A quiet climate report"]),
        (["-podcast", "rain"], ["A quiet climate report"]),
        (["rain", "-hello"], ["A quiet climate report", "Climate podcast"]),
        (["--limit", "1", "rain"], ["A quiet climate report"]),
        (["rain", "--since", "1d"], ["A quiet climate report"]),
        (["rain", "--until", "2026-09-20"], ["Climate podcast"]),
        (["rain", "--category", "video"], []),
        (["rain", "--feed", "Example", "--tag", "weather"], None),
        (['"quiet climate"'], ["A quiet climate report"]),
        (["clim*"], ["A quiet climate report", "Climate podcast"]),
    ],
)
def test_search_finds_entries_newest_first(aggregate, db, words, expected):
    """Words, phrases, prefixes and exclusions find entries, and options restrict them."""
    found = json.loads(aggregate("--db", db, "search", *words, "--json").stdout)

    if expected is None:
        assert found
    else:
        assert [row["title"] for row in found] == expected


def test_search_prints_two_lines_an_entry(aggregate, db):
    """A title, and below it the number that `show` takes, the source and the age."""
    lines = screen(aggregate("--db", db, "search", "rain"))

    assert lines[0] == "A quiet climate report"
    assert re.fullmatch(r"  \d{16}  Example, 2 h ago", lines[1])
    assert len(lines) == 4


def test_a_wide_title_is_cut_at_its_cells(aggregate, db):
    """Letters of double width count double, so that no line breaks."""
    [title, _] = screen(aggregate("--db", db, "search", "東京の天気"))

    assert title.endswith("…")
    assert cell_len(title) in {79, 80}


def test_a_typing_error_in_searchs_options_is_no_word(aggregate, db):
    """Two dashes always begin an option: an unknown one is refused with a guess."""
    result = aggregate("--db", db, "search", "rain", "--catgory", "video")

    assert result.exit_code == 2
    assert "--category" in result.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["search", "-rain", "-snow"], "all words are excluded"),
        (["search"], "Missing argument"),
        (["search", "x", "--since", "soon"], "is no time"),
        (["search", "x", "--since", "1d", "--until", "2d"], "nothing can lie between"),
        (["show"], "Name one entry"),
        (["show", "5", "--latest", "5"], "Name one entry"),
        (["show", "5"], "There is no entry 5"),
        (["show", "five"], "not a valid integer"),
    ],
)
def test_what_can_not_be_meant_is_refused(aggregate, db, args, message):
    """A question without sense ends with 2 and a sentence."""
    result = aggregate("--db", db, *args)

    assert result.exit_code == 2
    assert message in result.stderr


def test_show_prints_an_entry(aggregate, db):
    """Title, author and source, number and time, links, and the text, wrapped."""
    number = json.loads(aggregate("--db", db, "search", "policy", "--json").stdout)[0]["id"]
    lines = screen(aggregate("--db", db, "show", number))

    assert lines[:3] == [
        "A quiet climate report",
        "Ana, Example, blogs",
        f"{number}  2026-09-21T12:13:20Z (2 h ago)",
    ]
    assert lines[4:6] == ["https://example.org/a.mp3", "https://example.org/comments"]
    assert lines[7].startswith("The policy of rain.")
    assert len(lines) == 12


def test_show_latest_prints_the_newest(aggregate, db):
    """The newest entries follow each other; what strangers wrote commands nothing."""
    lines = screen(aggregate("--db", db, "show", "--latest", 9))

    assert lines[0] == "Evil title 🦊👩‍👩‍👧"
    assert "line two" in lines
    assert "(untitled)" in lines


def test_show_as_json(aggregate, db):
    """One entry is an object with its content, the newest are an array."""
    [newest] = json.loads(aggregate("--db", db, "show", "--latest", 1, "--json").stdout)
    same = json.loads(aggregate("--db", db, "show", newest["id"], "--json").stdout)

    assert newest == same
    assert newest["published_at"] == "2026-09-21T13:13:20Z"
    assert newest["html"].startswith("<p>")
    assert newest["tags"] == ["weather"]
    assert newest["enclosures"][0]["url"] == "https://example.org/a.mp3"


def on_a_terminal(db, *args, **environ):
    """What a command writes on a real terminal of 80 columns."""
    master, slave = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator.cli", "--db", str(db), *args],
        stdout=slave,
        stdin=slave,
        stderr=subprocess.DEVNULL,
        env={**clean, "TERM": "xterm-256color", "COLUMNS": "80", **environ},
    )
    process.wait(60)
    os.close(slave)
    written = os.read(master, 100_000).decode()
    os.close(master)
    return written


def test_colour_is_for_terminals(db):
    """On a terminal states are coloured; with NO_COLOR they are not."""
    assert "\x1b[32mok" in on_a_terminal(db, "ls")
    assert "\x1b[32m" not in on_a_terminal(db, "ls", NO_COLOR="1")
