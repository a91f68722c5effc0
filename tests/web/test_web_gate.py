"""Where the owner lets others see lists alone, there is nothing else to be had.

All routes and all tables are walked through, as a page, as data, as a feed and as a search, so
that one that is added later is walked through too.
"""

import asyncio
import re

import pytest

from aggregator.config import Config, Desk
from aggregator.errors import UsageError
from aggregator.serve import make_datasette
from aggregator.store import lists, open_store
from aggregator.web.routes import ROUTES
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}
CLOSED = Config(desk=Desk(public="lists"))
TOKEN = "s3cr3tt0k3n0123456789abcdef"
FEED = f"https://feeds.example.org/private.xml?token={TOKEN}"
MARKED = "Zanzibar"
ENDINGS = ("", ".json", ".csv", ".atom", ".rss", ".jsonfeed")
GROUPS = {
    "category": "blogs",
    "id": "ENTRY",
    "name": "all",
    "kind": "",
    "large": "",
    "format": "atom",
    "slug": "private",
    "token": "wrong",
    "action": "create",
}


@pytest.fixture
def db(tmp_path):
    """Entries of a feed with a token; one starred, noted, tagged; lists of all three kinds."""
    path = tmp_path / "aggregator.db"
    ids = fill(
        path,
        {source(FEED): [entry(n, title=f"{MARKED} {n}", summary=MARKED) for n in range(1, 5)]},
    )
    store = open_store(path, now=NOW)
    conn = store.conn
    for slug, visibility in (
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "private"),
    ):
        lists.create(conn, slug, title=f"My {slug}", visibility=visibility, now=NOW)
    lists.add(conn, "public", store.entry(ids[0]), note="A public note", now=NOW)
    for slug in ("unlisted", "private"):
        lists.add(conn, slug, store.entry(ids[1]), note=f"Hush {slug}", now=NOW)
    conn.execute("BEGIN")
    conn.execute("INSERT INTO stars VALUES (?, '2026-11-23T10:00:00Z')", (ids[2],))
    conn.execute("INSERT INTO notes VALUES (?, 'Hush note', '2026-11-23T10:00:00Z')", (ids[2],))
    conn.execute("INSERT INTO entry_tags VALUES (?, 'hushtag')", (ids[2],))
    conn.execute("COMMIT")
    conn.close()
    return path


def tables(path):
    """All tables and views there are."""
    store = open_store(path, now=NOW)
    rows = store.conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    names = [name for (name,) in rows]
    store.conn.close()
    return names


def addresses(path):
    """An address for every route of ours, and each table in every form."""
    entry_id = (NOW - 180) << 20
    made = []
    for pattern, _view in ROUTES:
        text = pattern.strip("^$").replace("\\.", ".")
        while group := re.search(r"\(\?P<(\w+)>", text):
            start, depth, end = group.start(), 0, group.start()
            for end in range(start, len(text)):
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                if depth == 0:
                    break
            value = GROUPS.get(group[1], "x").replace("ENTRY", str(entry_id))
            text = text[:start] + value + text[end + 1 :]
        made.append(text.replace("(?:/wrong)?", "").replace("?", ""))
    searches = [
        f"/?q={MARKED}",
        f"/c/blogs?q={MARKED}",
        "/?starred=1",
        "/?unread=1",
        "/?tag=hushtag",
    ]
    searches += ["/-/feed/search.atom?q=hushtag", "/-/feed/all.json?starred=1&unread=1"]
    searches += [f"/-/feed/search.{end}?q={MARKED}" for end in ("atom", "rss", "json", "opml")]
    sql = "/aggregator/-/query{}?sql=select+*+from+stars,notes,entry_tags,feeds"
    data = [f"/aggregator/{name}{end}" for name in tables(path) for end in ENDINGS]
    rows = [f"/aggregator/{name}/{number}" for name in tables(path) for number in (1, entry_id)]
    return [*made, *searches, *data, *rows, *(sql.format(end) for end in ENDINGS), "/aggregator"]


def test_strangers_see_lists_alone(db):
    """Of all addresses, none but the public list, its feeds and the way in say anything."""
    asked = addresses(db)
    answers = dict(zip(asked, ask_all(db, asked, CLOSED), strict=True))
    open_ = {address for address, each in answers.items() if each.status_code == 200}

    assert len(asked) > 150
    assert open_ <= {"/lists", "/-/desk/manifest.webmanifest"}
    assert {each.status_code for each in answers.values()} <= {200, 302, 403, 404, 405}
    told = [a for a, each in answers.items() if MARKED in each.text and MARKED not in a]
    assert set(told) <= open_


def test_what_is_public_stays_so(db):
    """The list, its feeds, the unlisted one by its whole address, and style are for everybody."""
    store = open_store(db, now=NOW)
    token = lists.find(store.conn, "unlisted").token
    store.conn.close()
    open_ = [
        "/lists",
        "/lists/public",
        "/-/feed/list/public.atom",
        "/-/feed/list/public.json",
        f"/lists/unlisted/{token}",
        f"/-/feed/list/unlisted/{token}.rss",
        "/-/static-plugins/aggregator-desk/desk.css",
    ]
    page = ask(db, "/lists/public", CLOSED).text

    assert [each.status_code for each in ask_all(db, open_, CLOSED)] == [200] * len(open_)
    assert "A public note" in page
    assert 'href="/c/blogs"' not in page
    assert 'role="search"' not in page
    assert ask(db, "/", CLOSED).headers["location"] == "/lists"


def test_the_owner_sees_everything(db):
    """Signed in, the river and the tables are there."""
    owners = ["/", "/c/blogs", "/aggregator/entries.json", "/-/feed/all.atom", "/-/config.json"]

    assert {200} == {each.status_code for each in ask_all(db, owners, CLOSED, actor=OWNER)}
    assert ask(db, "/c/blogs", CLOSED, actor={"id": "somebody"}).status_code == 403


def test_a_closed_page_says_so(db):
    """In the desk's look, and to programs as JSON."""
    page, data = ask_all(db, ["/c/blogs", "/aggregator/entries.json"], CLOSED)

    assert page.status_code == data.status_code == 403
    assert "not public" in page.text
    assert data.json()["ok"] is False


@pytest.mark.parametrize("config", [Config(), CLOSED])
def test_private_state_is_nowhere(db, config):
    """Stars, notes, tags, private and unlisted lists and addresses of feeds are in no answer."""
    asked = addresses(db)
    secrets = (TOKEN, "Hush", "hushtag", "My private", "My unlisted")
    told = [
        (address, secret)
        for address, each in zip(asked, ask_all(db, asked, config), strict=True)
        for secret in secrets
        # A page repeats what was asked for.
        if secret in each.text and secret not in address
    ]

    assert told == []


def test_marks_filter_nothing_for_strangers(db):
    """Asking for what is starred or unread gives a stranger what anybody sees."""
    whole, starred, unread = ask_all(db, ["/", "/?starred=1", "/?unread=1"])

    assert whole.text.count("<article") == starred.text.count("<article") == 4
    assert unread.text.count("<article") == 4
    for table in ("entries", "stream"):
        through = '{"table":"stars","column":"entry_id","value":"1"}'
        assert ask(db, f"/aggregator/{table}.json?_through={through}").status_code in {400, 403}


@pytest.mark.parametrize(
    "page", ["config", "databases", "plugins", "settings", "threads", "versions", "permissions"]
)
@pytest.mark.parametrize("end", ["", ".json"])
def test_datasette_tells_strangers_nothing_of_itself(db, page, end):
    """Paths of files, versions and configuration are the owner's to see."""
    answered = ask(db, f"/-/{page}{end}")

    assert answered.status_code == 403
    assert str(db) not in answered.text


def test_a_prefix_does_not_get_past_the_gate(db):
    """Below a path, the same is open and the same closed."""
    paths = ("/desk/lists", "/desk/c/blogs", "/c/blogs", "/desk/-/config.json", "/desk/")
    with opened(db, CLOSED, base_url="/desk/") as datasette:

        async def run():
            get = datasette.client.request
            return [await get("GET", each, avoid_path_rewrites=True) for each in paths]

        answers = asyncio.run(run())

    assert [each.status_code for each in answers] == [200, 403, 403, 403, 302]
    assert answers[4].headers["location"] == "/desk/lists"


def test_a_password_signs_the_owner_in(db, monkeypatch):
    """The extra `auth`: the right password opens the desk, a wrong one does not."""
    from datasette_auth_passwords.utils import hash_password

    monkeypatch.setenv("DESK", hash_password("correct horse"))
    config = Config(desk=Desk(public="lists", password="${DESK}"))
    with opened(db, config) as datasette:

        async def run(password):
            client = datasette.client
            fields = {"username": "owner", "password": password}
            answer = await client.post("/-/login", data=fields)
            cookies = dict(answer.cookies)
            return answer.status_code, (await client.get("/c/blogs", cookies=cookies)).status_code

        wrong, right = asyncio.run(run("battery")), asyncio.run(run("correct horse"))

    assert wrong == (200, 403)
    assert right == (302, 200)


def test_a_password_is_a_hash(db):
    """Who writes the password itself into feeds.toml is told how it is done."""
    with pytest.raises(UsageError, match="hash") as caught:
        make_datasette(db, Config(desk=Desk(password="correct horse")), now=NOW)
    assert "hash-password" in caught.value.hint
