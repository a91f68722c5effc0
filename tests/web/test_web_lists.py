"""Lists on the desk: who sees which, and what only the owner's forms do."""

import asyncio
import re
from contextlib import contextmanager

import html5lib
import pytest

from aggregator.curation import Via
from aggregator.store import lists, open_store
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}


@pytest.fixture
def ids(tmp_path):
    """The ids of three entries."""
    return fill(tmp_path / "aggregator.db", {source(): [entry(1), entry(2), entry(3)]})


@pytest.fixture
def db(tmp_path, ids):
    """A database with a public, an unlisted and a private list, an entry on each."""
    path = tmp_path / "aggregator.db"
    with open_store(path, now=NOW) as store:
        for visibility, entry_id in zip(lists.VISIBILITIES, ids, strict=True):
            slug = f"my-{visibility}"
            lists.create(store.conn, slug, visibility=visibility, now=NOW, token="t0k3n")
            lists.add(store.conn, slug, store.entry(entry_id), note="My words.", now=NOW)
    return path


@contextmanager
def stored(db):
    with open_store(db, now=NOW) as store:
        yield store.conn


def on(db, slug="my-public"):
    with stored(db) as conn:
        return lists.items(conn, lists.need(conn, slug).id)


def post(db, action, fields, *, actor=OWNER, headers=None):
    with opened(db) as datasette:

        async def run():
            return await datasette.client.post(
                f"/-/desk/lists/{action}", data=fields, actor=actor, headers=headers or {}
            )

        return asyncio.run(run())


def went(db, action, **fields):
    """Post a form as the owner; where it leads."""
    answer = post(db, action, fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def statuses(db, addresses, *, actor=None):
    return [each.status_code for each in ask_all(db, addresses, actor=actor)]


def test_everybody_sees_public_lists_alone(db):
    """Others are as if they were not there, by name, by token and as feeds."""
    index = ask(db, "/lists").text
    hidden = ["/lists/my-private", "/lists/my-private/t0k3n", "/lists/my-unlisted", "/lists/none"]
    hidden += ["/lists/my-unlisted/wrong", "/lists/my-public/t0k3n", "/lists/My-public"]
    hidden += [f"/-/feed/list/{name}.atom" for name in ("my-private", "my-private/t0k3n")]
    hidden += ["/-/feed/list/my-unlisted.rss", "/-/feed/list/my-unlisted/wrong.rss"]
    shown = ["/lists", "/lists/my-public", "/lists/my-unlisted/t0k3n"]

    assert "My public" in index
    assert "My unlisted" not in index
    assert "My private" not in index
    assert statuses(db, hidden) == [404] * len(hidden)
    assert statuses(db, shown) == [200] * len(shown)


def test_the_owner_sees_all_lists(db):
    """Signed in, private lists are there like others, though not as feeds."""
    index = ask(db, "/lists", actor=OWNER).text
    names = [f"/lists/my-{each}" for each in lists.VISIBILITIES]

    assert all(f'href="{name}"' in index for name in names)
    assert statuses(db, names, actor=OWNER) == [200] * 3
    assert statuses(db, ["/-/feed/list/my-private.atom"], actor=OWNER) == [404]


def test_another_actor_is_not_the_owner(db):
    """Whoever else a plugin signs in reads like everybody."""
    assert statuses(db, ["/lists/my-private"], actor={"id": "somebody"}) == [404]
    assert post(db, "create", {"title": "X"}, actor={"id": "somebody"}).status_code == 403


def test_a_list_shows_the_curators_words_and_the_credit(db):
    """Note, quote, section, tags, via, source, picture with alt text, and rights."""
    with stored(db) as conn:
        lists.change(
            conn,
            on(db)[0].item_id,
            quote="Quoted.",
            section="News",
            tags=["sea"],
            via=[Via(name="Ben", url="https://ben.example/"), Via(name="Ann")],
            image="https://example.org/i.jpg",
            image_alt="A cloud",
            rights="CC BY 4.0",
            now=NOW,
        )
    page = ask(db, "/lists/my-public").text

    assert '<h2 class="day" dir="auto">News</h2>' in page
    assert 'href="https://example.org/3"' in page
    for words in ("My words.", "Quoted.", "A blog", "CC BY 4.0", '<li dir="auto">sea</li>', "Ann"):
        assert words in page, words
    assert 'via <a href="https://ben.example/"' in page
    assert re.search(r'src="/-/picture/item/\d+/[0-9a-f]{20}.webp" alt="A cloud"', page)
    assert "<form" not in page.partition("<main")[2]
    assert 'href="/-/feed/list/my-public.atom"' in page


def test_unlisted_lists_ask_search_engines_to_stay_away(db):
    """Only a public list may be found."""
    unlisted, public = ask_all(db, ["/lists/my-unlisted/t0k3n", "/lists/my-public"])

    assert 'content="noindex"' in unlisted.text
    assert "/-/feed/list/my-unlisted/t0k3n.atom" in unlisted.text
    assert 'content="noindex"' not in public.text


@pytest.mark.parametrize("ending", ["atom", "rss", "json", "opml"])
def test_a_list_is_a_feed(db, ending):
    """In every format, with the link and the curator's words where the format has room."""
    for address in ("/-/feed/list/my-public", "/-/feed/list/my-unlisted/t0k3n"):
        answer = ask(db, f"{address}.{ending}")

        assert answer.status_code == 200
        assert "https://example.org/" in answer.text
        assert ending == "opml" or "My words." in answer.text


def test_forms_are_the_owners(db):
    """Every action is refused to others, by GET, and to forms of other sites."""
    from aggregator.web.shelving import ACTS

    for action in ACTS:
        assert post(db, action, {"list": "my-public"}, actor=None).status_code == 403, action
        assert ask(db, f"/-/desk/lists/{action}", actor=OWNER).status_code == 405
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = post(db, "remove", {"list": "my-public"}, headers=headers)
        assert answer.status_code == 403
    assert len(on(db)) == 1


def test_a_list_is_made_and_changed_by_forms(db):
    """Its short name comes of its title; removing and bringing back are forms too."""
    assert went(db, "create", title="A new One!", description="D") == "/lists/a-new-one"
    went(db, "edit", list="a-new-one", title="Two", language="de", visibility="unlisted")
    with stored(db) as conn:
        before = lists.need(conn, "a-new-one")
    went(db, "edit", list="a-new-one", new_address="1", language="")
    with stored(db) as conn:
        after = lists.need(conn, "a-new-one")

    assert (before.title, before.language, before.visibility) == ("Two", "de", "unlisted")
    assert after.token != before.token
    assert after.language is None
    assert went(db, "remove", list="a-new-one") == "/lists"
    assert "Bring back" in ask(db, "/lists", actor=OWNER).text
    assert went(db, "restore", list="a-new-one") == "/lists/a-new-one"


def test_entries_and_pages_are_added_by_forms(db, ids):
    """From an entry's page one goes on to it; a page that no feed brought is added by address."""
    number = str(ids[0])
    assert went(db, "add", list="my-public", entry=number, note="N") == f"/e/{number}#lists"
    assert went(db, "add", list="my-public", url="https://new.example/a", title="New") == (
        f"/lists/my-public#item-{on(db)[-1].item_id}"
    )
    assert [each.title for each in on(db)] == ["Entry number 3", "Entry number 1", "New"]
    page = ask(db, f"/e/{number}", actor=OWNER).text
    assert '<a href="/lists/my-public" dir="auto">My public</a>' in page
    assert f"/-/desk/shelve?entry={number}" in page
    assert '<option value="my-public">' not in page
    assert "my-unlisted" not in ask(db, f"/e/{number}").text


def test_items_are_changed_moved_removed_and_brought_back(db, ids):
    """Each form leads back to the item."""
    went(db, "add", list="my-public", entry=str(ids[0]))
    first, second = (each.item_id for each in on(db))
    assert went(
        db, "change", item=second, note="A", tags="b, c d", via="Ben https://b.example/\nAnn"
    ) == (f"/lists/my-public#item-{second}")
    item = on(db)[1]
    assert (item.note, item.tags) == ("A", ("b", "c d"))
    assert item.via == (Via(name="Ben", url="https://b.example/"), Via(name="Ann"))
    went(db, "change", item=second, section="S", rights="", title="T", url="https://t.example/")
    went(db, "section", list="my-public", section="S", title="Z", place="1")
    assert (on(db)[1].section, on(db)[1].title, on(db)[1].url) == ("Z", "T", "https://t.example/")
    went(db, "move", item=second, place="1")
    assert [each.item_id for each in on(db)] == [second, first]
    assert went(db, "remove-item", item=first) == "/lists/my-public#removed"
    assert [each.item_id for each in on(db)] == [second]
    assert "Taken off it" in ask(db, "/lists/my-public", actor=OWNER).text
    went(db, "restore-item", item=first)
    assert len(on(db)) == 2


def test_a_change_of_the_entry_is_offered(db):
    """The owner copies anew or keeps; others see nothing of it."""
    with stored(db) as conn:
        conn.execute("UPDATE entries SET title = 'Corrected', content_hash = x'01'")
    with stored(db) as conn:
        conn.execute("UPDATE list_items SET content_hash = x'02'")
    item_id = on(db)[0].item_id
    assert "Changed since" in ask(db, "/lists/my-public", actor=OWNER).text
    assert "Changed since" not in ask(db, "/lists/my-public").text
    went(db, "refresh", item=item_id)
    assert (on(db)[0].title, on(db)[0].changed) == ("Corrected", False)
    with stored(db) as conn:
        conn.execute("UPDATE entries SET title = 'Again', content_hash = x'03'")
    went(db, "refresh", item=item_id, keep="1")
    assert (on(db)[0].title, on(db)[0].changed) == ("Corrected", False)


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("create", {"title": "My public"}, "already"),
        ("create", {"title": " ", "slug": "A/b"}, "short name"),
        ("edit", {"list": "none"}, "no list"),
        ("edit", {"list": "my-public", "visibility": "all"}, "no visibility"),
        ("add", {"list": "my-public", "entry": "12"}, "no such entry"),
        ("add", {"list": "my-public", "entry": "x"}, "no number"),
        ("add", {"list": "my-public", "url": "javascript:alert(1)"}, "nor an address"),
        ("change", {"item": "999"}, "no item"),
        ("change", {"item": "9" * 30}, "no number"),
        ("change", {}, "no number"),
        ("move", {"item": "1", "place": "up"}, "no number"),
        ("restore", {"list": "<b>"}, "no removed list"),
    ],
)
def test_what_cannot_be_done_is_told(db, action, fields, said):
    """The page says why, and what was written is not run."""
    answer = post(db, action, fields)

    assert answer.status_code == 400
    assert said in answer.text
    assert "<b>" not in answer.text.partition("<main")[2]


def test_strangers_words_stay_words(db):
    """Markup in titles, notes and links is shown, not run."""
    evil = "<script>alert(1)</script>"
    with stored(db) as conn:
        item_id = lists.items(conn, lists.need(conn, "my-public").id)[0].item_id
        lists.change(conn, item_id, note=evil, quote=evil, section=evil, title=evil, now=NOW)
        lists.change(
            conn,
            item_id,
            tags=[evil],
            via=[Via(name=evil, url="javascript:alert(1)")],
            image='https://e.example/"onerror=alert(1)',
            image_alt=evil,
            source_url="javascript:alert(1)",
            now=NOW,
        )
        lists.edit(conn, "my-public", title=evil, description=evil, now=NOW)
        conn.execute("UPDATE list_items SET url = 'javascript:alert(1)'")
    for answer in (
        *ask_all(db, ["/lists", "/lists/my-public"], actor=OWNER),
        *ask_all(db, ["/lists", "/lists/my-public"]),
    ):
        assert "<script>" not in answer.text
        assert 'href="javascript:' not in answer.text
        assert '"onerror' not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_pages_are_valid_html(db, ids):
    """A strict parser finds nothing to complain about, for visitors and for the owner."""
    addresses = ["/lists", "/lists/my-public", f"/e/{ids[0]}", "/-/desk/lists/create"]
    with stored(db) as conn:
        lists.remove_item(conn, on(db, "my-private")[0].item_id, now=NOW)
    for actor in (None, OWNER):
        for answer in ask_all(db, [*addresses, "/lists/my-private"], actor=actor):
            html5lib.HTMLParser(strict=True).parse(answer.text)


def test_the_desk_below_a_path_keeps_its_path(db):
    """Forms, links and redirects lead to where the desk is."""
    with opened(db, base_url="/desk/") as datasette:

        async def run():
            client = datasette.client
            page = await client.get("/lists/my-public", actor=OWNER)
            answer = await client.post("/-/desk/lists/create", data={"title": "X"}, actor=OWNER)
            return page.text, answer.headers["location"]

        page, location = asyncio.run(run())

    assert location == "/desk/lists/x"
    assert {each[:10] for each in re.findall(r'action="([^"]+)"', page)} == {"/desk/", "/desk/-/de"}


def test_tables_of_lists_are_private(db):
    """The tables behind the lists are the owner's, whatever their visibility."""
    tables = [
        f"/aggregator/{table}{end}" for table in ("lists", "list_items") for end in ("", ".json")
    ]

    assert statuses(db, tables) == [403] * 4
    assert statuses(db, tables, actor=OWNER) == [200] * 4
