"""What the owner does to entries on the desk, with and without scripts, and takes back."""

import asyncio
import re
from contextlib import contextmanager

import pytest

from aggregator.curation import View
from aggregator.model import Selection
from aggregator.store import lists, open_store, reading, views
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}
JSON = {"Accept": "application/json"}
TABLES = ("unread", "stars", "hides", "entry_tags", "list_items", "lists")


@pytest.fixture
def ids(tmp_path):
    """Four unread entries: three of a blog, one of a channel."""
    video = source("https://example.org/video.xml", title="A channel", category="video")
    return fill(
        tmp_path / "aggregator.db", {source(): [entry(1), entry(2), entry(3)], video: [entry(4)]}
    )


@pytest.fixture
def db(tmp_path, ids):
    return tmp_path / "aggregator.db"


@contextmanager
def stored(db):
    with open_store(db, now=NOW) as store:
        yield store


def marks(db):
    with stored(db) as store:
        return {
            name: store.conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in TABLES
        }


def unread(db):
    with stored(db) as store:
        return [each.title[-1] for each in store.entries(Selection(unread=True))]


def post(db, path, fields, *, actor=OWNER, headers=None, cookies=None, **options):
    with opened(db, **options) as datasette:

        async def run():
            return await datasette.client.post(
                f"/-/desk/{path}",
                data=fields,
                actor=actor,
                headers=headers or {},
                cookies=cookies or {},
            )

        return asyncio.run(run())


def shown(db, path, done):
    """The owner's next page after a form without script."""
    with opened(db) as datasette:

        async def run():
            return await datasette.client.get(path, actor=OWNER, cookies={"done": done})

        return asyncio.run(run())


def sent(db, path, **fields):
    """What a script is answered."""
    answer = post(db, path, fields, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json()


def take_back(db, said):
    """Send the form that an answer names."""
    undo = dict(said["undo"])
    return sent(db, undo.pop("action").removeprefix("/-/desk/"), **undo)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("star", "2 entries starred"),
        ("read", "2 entries marked as read"),
        ("hide", "2 entries hidden"),
        ("tag", "2 entries tagged"),
    ],
)
def test_a_script_is_told_what_came_of_it_and_how_to_take_it_back(db, ids, do, said):
    """The undo that the answer names leaves no trace."""
    before = marks(db)
    answer = sent(db, "entries", do=do, entry=[str(each) for each in ids[:2]], tag="sea")
    done = marks(db)
    back = take_back(db, answer)

    assert (answer["ok"], answer["message"]) == (True, said)
    assert done != before
    assert marks(db) == before
    assert (back["ok"], back["message"], back["undo"]) == (True, "Taken back", None)


def test_what_changed_nothing_has_no_undo(db, ids):
    """A star that is there already is no news."""
    sent(db, "entries", do="star", entry=str(ids[0]))
    again = sent(db, "entries", do="star", entry=str(ids[0]))

    assert (again["ok"], again["undo"]) == (True, None)


def test_without_scripts_the_next_page_says_it_and_takes_it_back(db, ids):
    """The form leads back to its page, which tells once what was done."""
    answer = post(db, "entries", {"do": "hide", "entry": str(ids[0]), "next": "/c/blogs?q=number"})
    page = shown(db, "/c/blogs?q=number", answer.cookies["done"])
    form = re.search(
        r'<form method="post" action="([^"]+)" data-act="undo">(.*?)</form>', page.text
    )
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    again = post(db, form[1].removeprefix("/-/desk/"), fields)
    last = shown(db, "/", again.cookies["done"])

    assert (answer.status_code, answer.headers["location"]) == (303, "/c/blogs?q=number")
    assert "1 entry hidden" in page.text
    assert "done=" in page.headers["set-cookie"]
    assert "Max-Age=0" in page.headers["set-cookie"]
    assert again.headers["location"] == "/c/blogs?q=number"
    assert "Taken back" in last.text
    assert 'data-act="undo"' not in last.text
    assert len(unread(db)) == 4


def test_nobody_else_is_told_what_was_done(db, ids):
    """The number of an act tells others nothing."""
    post(db, "entries", {"do": "hide", "entry": str(ids[0])})
    for number in ("1", "x", "9" * 30, "²"):
        page = ask(db, "/", headers={"Cookie": f"done={number}".encode()})

        assert page.status_code == 200
        assert "1 entry hidden" not in page.text


@pytest.mark.parametrize("path", ["entries", "sweep", "undo"])
def test_acts_are_the_owners_forms(db, ids, path):
    """Refused: others, GET, and forms of other sites; a script is told so in JSON."""
    fields = {"do": "star", "entry": str(ids[0]), "act": "1", "where": "/"}
    before = marks(db)
    told = post(db, path, fields, actor=None, headers=JSON)

    assert post(db, path, fields, actor=None).status_code == 403
    assert (told.status_code, told.json()["ok"]) == (403, False)
    assert ask(db, f"/-/desk/{path}", actor=OWNER).status_code == 405
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert post(db, path, fields, headers=cross).status_code == 403
    assert marks(db) == before


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("entries", {"do": "drop", "entry": "1"}, "nothing of that name"),
        ("entries", {"do": "star"}, "No entry was chosen"),
        ("entries", {"do": "star", "entry": "x"}, "no number"),
        ("entries", {"do": "tag", "entry": "1", "tag": " "}, "at least one letter"),
        ("sweep", {"where": "/lists"}, "nothing to mark"),
        ("sweep", {"where": "/v/none"}, "no such view"),
        ("sweep", {"where": "/", "reach": "up"}, "nothing of that name"),
        ("sweep", {"where": "/", "reach": "above"}, "no number"),
        ("undo", {"act": "7"}, "too long ago"),
        ("undo", {}, "no number"),
    ],
)
def test_the_server_says_why_not(db, path, fields, said):
    """On a page for people, in JSON for scripts."""
    page = post(db, path, fields)
    told = post(db, path, fields, headers=JSON)

    assert (page.status_code, told.status_code) == (400, 400)
    assert said in page.text
    assert said in told.json()["message"]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"where": "/"}, ""),
        ({"where": "/c/video"}, "123"),
        ({"where": "/?q=number+-2"}, "2"),
        ({"where": "/c/blogs?unread=1", "reach": "all"}, "4"),
        ({"where": "/v/blogs"}, "4"),
        ({"where": "/", "reach": "above", "entry": 1}, "234"),
        ({"where": "/", "reach": "below", "entry": 1}, "12"),
        ({"where": "/c/blogs", "reach": "below", "entry": 1}, "124"),
        ({"where": "/", "top": 1}, "1"),
    ],
)
def test_what_a_page_shows_is_marked_as_read(db, ids, fields, left):
    """All of it or a part, and nothing that the page does not show; it is taken back whole."""
    with stored(db) as store:
        made = View(slug="blogs", title="Blogs", selection=Selection(category="blogs"))
        views.save(store.conn, made, now=NOW)
    numbered = {
        name: str(ids[value]) if name in {"entry", "top"} else value
        for name, value in fields.items()
    }
    before = marks(db)
    said = sent(db, "sweep", **numbered)
    after = "".join(unread(db))
    take_back(db, said)

    assert after == left
    assert marks(db) == before


def test_what_is_older_is_marked_as_read(db, ids, monkeypatch):
    """Days count back from now."""
    monkeypatch.setattr(reading, "DAY", -(10**9))
    said = sent(db, "sweep", where="/", reach="week")

    assert (said["message"], unread(db)) == ("4 entries marked as read", [])


def test_a_cards_button_marks_what_is_above_it(db, ids):
    """It is one of the card's buttons; the page that it is on is where the browser came from."""
    fields = {"do": "above", "entry": str(ids[2])}
    answer = post(db, "entries", fields, headers={"Referer": "http://localhost/c/blogs?q=number"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/c/blogs?q=number")
    assert unread(db) == ["3", "4"]


def test_many_are_marked_by_steps(db, ids, monkeypatch):
    """However many they are, it is one act, and one way back."""
    monkeypatch.setattr(reading, "CHUNK", 1)
    said = sent(db, "sweep", where="/")

    assert (said["message"], unread(db)) == ("4 entries marked as read", [])
    take_back(db, said)
    assert len(unread(db)) == 4


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example"]
)
def test_a_form_leads_to_our_pages_alone(db, ids, elsewhere):
    """Whatever `next` and the referrer say."""
    headers = {"Referer": f"https://evil.example{elsewhere}"}
    fields = {"do": "star", "entry": str(ids[0]), "next": elsewhere}
    bare = {"do": "unstar", "entry": str(ids[0])}

    assert post(db, "entries", fields).headers["location"] == f"/e/{ids[0]}"
    assert post(db, "entries", bare, headers=headers).headers["location"] == f"/e/{ids[0]}"


def test_under_a_path_everything_leads_there(db, ids):
    """The way back, the page that is meant and the undo have the desk's path."""
    told = post(db, "sweep", {"where": "/desk/c/video"}, headers=JSON, base_url="/desk/").json()
    plain = post(db, "entries", {"do": "star", "entry": str(ids[0])}, base_url="/desk/")

    assert told["undo"]["action"] == "/desk/-/desk/undo"
    assert len(unread(db)) == 3
    assert plain.headers["location"] == f"/desk/e/{ids[0]}"
    assert "Path=/desk/" in plain.headers["set-cookie"]


@pytest.fixture
def shelf(db, ids):
    """A list with two items in a section each; their numbers."""
    with stored(db) as store:
        lists.create(store.conn, "finds", title="Finds", now=NOW)
        return [
            lists.add(store.conn, "finds", store.entry(each), section=section, note="N", now=NOW)
            for each, section in zip(ids, ("One", "Two"), strict=False)
        ]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("add", {"list": "finds", "entry": "ENTRY", "note": "Words"}),
        ("add", {"list": "finds", "url": "https://new.example/a", "section": "One"}),
        ("edit", {"list": "finds", "title": "T", "language": "de", "visibility": "public"}),
        ("remove", {"list": "finds"}),
        ("change", {"item": "1", "note": "", "quote": "Q", "title": "T", "rights": "CC0"}),
        ("change", {"item": "1", "tags": "a, b", "via": "Ann\nBen https://b.example/"}),
        ("change", {"item": "1", "section": "Two", "url": "https://moved.example/"}),
        ("move", {"item": "1", "place": "2"}),
        ("move", {"item": "2", "place": "1", "section": ""}),
        ("arrange", {"list": "finds", "order": '[[2, "Two"], [1, ""]]'}),
        ("section", {"list": "finds", "section": "One", "title": "Two"}),
        ("section", {"list": "finds", "section": "One", "place": "2"}),
        ("remove-item", {"item": "1"}),
    ],
)
def test_what_is_done_to_a_list_is_taken_back(db, ids, shelf, action, fields):
    """Each form of a list answers with the way back, which leaves the list as it was."""
    shown = ("position", "url", "title", "note", "quote", "section", "tags", "via", "rights")

    def state():
        with stored(db) as store:
            on = f"SELECT {', '.join(shown)} FROM list_items WHERE removed_at IS NULL ORDER BY 1"
            of = "SELECT title, language, visibility FROM lists WHERE removed_at IS NULL"
            conn = store.conn
            return conn.execute(on).fetchall(), conn.execute(of).fetchall()

    before = state()
    given = {name: value.replace("ENTRY", str(ids[3])) for name, value in fields.items()}
    said = sent(db, f"lists/{action}", **given)
    after = state()
    back = take_back(db, said)

    assert said["message"]
    assert after != before
    assert state() == before
    assert back["message"] == "Taken back"


def test_a_list_that_was_made_is_taken_back(db):
    """And one that was removed and restored is removed again."""
    said = sent(db, "lists/create", title="New")
    take_back(db, said)
    again = sent(db, "lists/restore", list="new")
    take_back(db, again)

    with stored(db) as store:
        assert lists.all_lists(store.conn) == []


def test_what_is_on_the_list_already_says_so(db, ids, shelf):
    """Nothing changed, so there is nothing to take back."""
    said = sent(db, "lists/add", list="finds", entry=str(ids[0]))

    assert (said["message"], said["undo"]) == ("It is there already", None)


def test_an_undo_that_cannot_be_done_leaves_all_as_it_is(db, ids, shelf):
    """A way back that is blocked is told, and may be tried again."""
    said = sent(db, "lists/change", item="1", url="https://moved.example/")
    sent(db, "lists/add", list="finds", url="https://example.org/1")
    refused = post(db, "undo", {"act": said["undo"]["act"]}, headers=JSON)

    assert refused.status_code == 400
    assert "has that address" in refused.json()["message"]
    with stored(db) as store:
        assert reading.act(store.conn, int(said["undo"]["act"])).undone_at is None


@pytest.mark.parametrize("order", ["", "{", "[1]", '[["x", ""]]', "5"])
def test_an_order_is_pairs(db, shelf, order):
    """What is none is refused."""
    assert post(db, "lists/arrange", {"list": "finds", "order": order}).status_code == 400


def test_what_was_done_is_listed_with_its_way_back(db, ids):
    """The last first, long after its message has gone; to the owner alone."""
    first = sent(db, "entries", do="tag", entry=str(ids[0]), tag="<sea>")
    sent(db, "entries", do="star", entry=[str(each) for each in ids[:2]])
    take_back(db, first)
    page = ask(db, "/-/desk/acts", actor=OWNER).text
    lines = [
        re.sub(r"<[^>]+>|\s+", " ", each) for each in re.findall(r"(?s)<li><span>(.*?)</li>", page)
    ]

    assert "2 entries starred" in lines[0]
    assert "1 entry tagged" in lines[1]
    assert "#&lt;sea&gt;" in lines[1]
    assert "Taken back" in lines[1]
    assert page.count('data-act="undo"') == 1
    assert 'name="act" value="2"' in page
    assert ask(db, "/-/desk/acts").status_code == 403


def test_own_tags_are_found_by_the_owner_alone(db, ids):
    """By the tag's address and with a search; visitors find nothing by it."""
    sent(db, "entries", do="tag", tag="Later on", entry=str(ids[1]))
    paths = ["/?tag=later+on", "/?tag=Later+on&q=entry"]
    owners = [answer.text for answer in ask_all(db, paths, actor=OWNER)]
    others = [answer.text for answer in ask_all(db, paths)]

    assert [re.findall(r'class="card.*?data-id="(\d+)"', text) for text in owners] == [
        [str(ids[1])]
    ] * 2
    assert [text.count('class="card') for text in others] == [0, 0]


def test_scripts_are_told_how_many_are_left_to_read(db, ids):
    """In all and by category, after marking and after taking it back."""
    said = sent(db, "entries", do="read", entry=str(ids[3]))
    back = take_back(db, said)

    assert (said["counts"][""], said["counts"]["video"]) == ("3", "0")
    assert (back["counts"][""], back["counts"]["video"]) == ("4", "1")
