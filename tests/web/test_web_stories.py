"""Stories on the desk."""

import asyncio
import re

import html5lib
import pytest

from aggregator.store import open_store, stories, storybook
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}
PAGE = {"url": "https://page.example/a", "canonical_url": "https://page.example/a"}


@pytest.fixture
def desk(tmp_path):
    """A desk with a story of two sources, and an entry alone; its path and ids."""
    path = tmp_path / "desk.db"
    ids = fill(
        path,
        {
            source(title="The paper"): [entry(1, title="<b>The page</b>", **PAGE), entry(2)],
            source("https://talk.example/rss", title="The forum", category="forums"): [
                entry(3, title="About it", comments_url="https://talk.example/t/3", **PAGE)
            ],
        },
    )
    with open_store(path, now=1) as store:
        stories.fold(store.conn, ids)
    return path, ids


def test_a_card_leads_to_its_story(desk):
    """In the river, an entry that others report too says how many do."""
    path, ids = desk
    shown = ask(path, "/").text

    assert (
        re.findall(r'class="told" href="([^"]+)">([^<]+)<', shown)
        == [(f"/s/{ids[2]}", "2 sources")] * 2
    )


def test_a_story_shows_who_reports_and_who_discusses(desk):
    """Its page has all entries, the discussions apart, and whom to thank."""
    path, ids = desk
    answer = ask(path, f"/s/{ids[2]}")

    assert answer.status_code == 200
    assert answer.text.index("Who reports it") < answer.text.index(f"/e/{ids[0]}")
    assert answer.text.index("Who discusses it") < answer.text.index(f"/e/{ids[2]}")
    assert 'href="https://talk.example/t/3"' in answer.text
    assert "<b>The page</b>" not in answer.text
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_any_entry_leads_to_its_story(desk):
    """A story keeps answering when an older entry has given it another number."""
    path, ids = desk
    moved, alone, nothing = ask_all(path, [f"/s/{ids[0]}", f"/s/{ids[1]}", "/s/7"])

    assert (moved.status_code, moved.headers["location"]) == (302, f"/s/{ids[2]}")
    assert (alone.status_code, nothing.status_code) == (404, 404)


def test_the_stories_are_listed(desk):
    """The page of stories shows each by the entry that stands for it."""
    path, ids = desk
    answer = ask(path, "/stories")

    assert re.findall(r'<h3[^>]*><a href="([^"]+)"', answer.text) == [f"/e/{ids[0]}"]
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_a_desk_without_stories_says_so(tmp_path):
    """Where nothing is reported twice, the page says what makes a story."""
    fill(tmp_path / "desk.db", {source(): [entry(1)]})

    assert "No stories yet" in ask(tmp_path / "desk.db", "/stories").text


def post(path, address, fields, actor=OWNER):
    with opened(path) as datasette:
        client = datasette.client
        return asyncio.run(client.post(f"/-/desk/{address}", data=fields, actor=actor))


def members(path, story_id):
    with open_store(path, now=NOW) as store:
        found = storybook.story(store.conn, story_id)
        return sorted(each.id for each in found.members) if found else []


def test_the_owner_takes_an_entry_out_and_puts_it_back(desk):
    """Both are taken back like all that is done; an entry alone is no story."""
    path, ids = desk
    both = sorted([ids[0], ids[2]])
    steps = [
        ("stories/split", {"entry": ids[2]}),
        ("undo", {"act": 1}),
        ("stories/split", {"entry": ids[2]}),
        ("stories/join", {"entry": ids[2]}),
        ("undo", {"act": 3}),
    ]
    found = []
    for address, fields in steps:
        assert post(path, address, fields).status_code == 303
        found.append(members(path, ids[0]))

    assert found == [[], both, [], both, []]


@pytest.mark.parametrize("action", ["split", "join"])
def test_stories_are_the_owners_to_part(desk, action):
    """Nobody else has the buttons, and what makes no sense is refused."""
    path, ids = desk
    fields = {"entry": ids[1]}

    assert "/-/desk/stories/split" in ask(path, f"/s/{ids[2]}", actor=OWNER).text
    assert "/-/desk/stories/" not in ask(path, f"/s/{ids[2]}").text
    assert post(path, f"stories/{action}", fields, actor=None).status_code == 403
    assert post(path, f"stories/{action}", fields).status_code == 400
