"""`aggregate stories`: ranked, shown, split and joined on the terminal."""

import json

import pytest

from aggregator.model import Entry, FetchRecord, Insert, Plan, Source
from aggregator.store import open_store, stories
from tests.cli.conftest import DAY, HOUR, NOW

PAPER, RADIO, FORUM = SOURCES = (
    Source(url="https://paper.example/rss", title="The paper"),
    Source(url="https://radio.example/rss", title="Radio \x1b[31mred"),
    Source(url="https://forum.example/rss", title="The forum", category="forums"),
)
QUAY = "Harbour authority opens the third quay at last"
TRAM = "The last tram of the coast line leaves on Sunday"

# Feed, title, page, age; the forum discusses.
ENTRIES = (
    (PAPER, QUAY, "https://paper.example/quay", 5 * HOUR),
    (RADIO, QUAY, "https://radio.example/quay", 4 * HOUR),
    (FORUM, "A quay, at last", "https://paper.example/quay", 3 * HOUR),
    (PAPER, TRAM, "https://paper.example/tram", 3 * DAY),
    (RADIO, TRAM, "https://radio.example/tram", 3 * DAY - 60),
    (PAPER, "Alone", "https://paper.example/alone", HOUR),
)
IDS = [(NOW - age) << 20 for *_, age in ENTRIES]


def stored(path, *, fold=True):
    with open_store(path, now=NOW) as store:
        store.sync(SOURCES, now=NOW)
        known = {each.url: each for each in store.due(now=NOW)}
        for entry_id, (source, title, url, age) in zip(IDS, ENTRIES, strict=True):
            comments = f"https://forum.example/t/{age}" if source is FORUM else None
            one = Entry(guid=url, url=url, canonical_url=url, title=title, comments_url=comments)
            insert = Insert(entry_id=entry_id, entry=one, published_at=NOW - age)
            feed = known[source.url]
            record = FetchRecord(status="ok", new=1)
            plan = Plan(feed_id=feed.feed_id, state=feed.state, record=record, insert=(insert,))
            store.apply([plan], now=NOW)
        if fold:
            stories.fold(store.conn, IDS)
    return path


@pytest.fixture
def run(aggregate, tmp_path):
    """Run `aggregate stories` on two stories; what fails is shown."""
    path = stored(tmp_path / "stories.db")

    def told(*args, code=0):
        result = aggregate("--db", path, "stories", *args)
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.stderr

    return told


def test_the_weightiest_story_comes_first(run):
    """Two lines a story: its title; its number, who tells it, and how long ago."""
    assert run().splitlines() == [
        QUAY,
        f"  {IDS[0]}  3 sources, 1 discussion, 3 entries, 3 h ago",
        TRAM,
        f"  {IDS[3]}  2 sources, 2 entries, 2 d ago",
    ]


def test_stories_are_chosen_by_time_category_and_number(run):
    """Only stories that were told of since, of a category, and so many of them."""
    assert TRAM not in run("--since", "1d")
    assert run("--category", "music") == ""
    assert len(run("--limit", "1").splitlines()) == 2


def test_stories_as_json(run):
    """With --json, each is an object with its numbers and times."""
    found = json.loads(run("--json"))

    assert [each["title"] for each in found] == [QUAY, TRAM]
    assert found[1] == {
        "id": IDS[3],
        "title": TRAM,
        "url": "https://paper.example/tram",
        "category": "blogs",
        "sources": 2,
        "discussions": 0,
        "entries": 2,
        "first_at": "2026-09-18T14:13:20Z",
        "last_at": "2026-09-18T14:14:20Z",
        "score": found[1]["score"],
        "entry_id": IDS[3],
    }


def test_show_lists_what_a_story_is_made_of(run):
    """Each entry says whether it reports or discusses; any of their numbers leads there."""
    lines = run("show", IDS[1]).splitlines()

    assert lines[2] == "  https://paper.example/quay"
    assert [line for line in lines if "it, " in line] == [
        f"  {IDS[0]}  The paper reports it, 5 h ago",
        f"  {IDS[1]}  Radio red reports it, 4 h ago",
        f"  {IDS[2]}  The forum discusses it, 3 h ago",
    ]


def test_show_as_json_says_whom_to_thank(run):
    """Discussions come first, by the page of the discussion."""
    found = json.loads(run("show", IDS[0], "--json"))

    assert found["via"] == [
        {"name": "The forum", "url": f"https://forum.example/t/{3 * HOUR}"},
        {"name": "Radio \x1b[31mred", "url": "https://radio.example/quay"},
    ]
    assert [each["id"] for each in found["members"]] == IDS[:3]
    assert found["discussing"] == [IDS[2]]


def test_a_split_stays_until_it_is_joined(run):
    """What was taken out stays out through a rebuild, and comes back when that is taken back."""
    run("split", IDS[0], IDS[2])

    assert "2 sources, 2 entries" in run("--rebuild", "--limit", "1")

    run("join", IDS[2])

    assert "3 sources, 1 discussion" in run("--limit", "1")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["show", 7], "There is no story 7."),
        (["show", IDS[5]], f"There is no story {IDS[5]}."),
        (["split", IDS[0], IDS[3]], f"The entry {IDS[3]} is not in the story."),
        (["split", IDS[3], IDS[3], IDS[4]], "name those that do not belong"),
        (["join", IDS[0]], f"The entry {IDS[0]} was never split from any story."),
        (["shwo"], "Did you mean 'show'?"),
    ],
)
def test_what_is_not_there_is_said(run, args, message):
    """A story or entry that can't be meant is an error that names it."""
    assert message in run(*args, code=2)


def test_quiet_says_nothing_and_nothing_is_said(aggregate, tmp_path):
    """With -q changes are silent; a desk without stories says why it has none."""
    path = stored(tmp_path / "a.db")
    split = aggregate("-q", "--db", path, "stories", "split", IDS[0], IDS[2])
    joined = aggregate("-q", "--db", path, "stories", "join", IDS[2])

    assert (split.output, joined.output) == ("", "")

    with open_store(tmp_path / "b.db", now=NOW) as store:
        store.sync(SOURCES, now=NOW)
    empty = aggregate("--db", tmp_path / "b.db", "stories")

    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "No stories" in empty.stderr
