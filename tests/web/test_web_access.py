"""Who may see what: anybody may read, only the owner sees how it is fetched and curated."""

import json

import pytest

from tests.desk import ask, ask_all, entry, fill, source

TOKEN = "s3cr3tt0k3n0123456789abcdef"
SECRET = f"https://feeds.example.org/private.xml?token={TOKEN}"
OWNER = {"id": "root"}
PRIVATE = (
    "unread",
    "stars",
    "notes",
    "entry_tags",
    "feeds",
    "fetches",
    "hosts",
    "feed_documents",
    "feed_health",
    "categories",
    "_sqlite_migrations",
)


INNARDS = ("entries_fts_data", "entries_fts_config", "entries_fts_idx", "entries_fts_docsize")


ENDINGS = ("", ".json", ".csv", ".atom", ".jsonfeed")


def statuses(db, addresses, *, actor=None):
    answers = ask_all(db, addresses, actor=actor)
    return {address: each.status_code for address, each in zip(addresses, answers, strict=True)}


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    private = source(SECRET, title="The private one", category="music")
    fill(path, {source(): [entry(1), entry(2)], private: [entry(3)]})
    return path


@pytest.mark.parametrize(
    "address",
    [
        "/aggregator/-/query?sql=select+url+from+feeds",
        "/aggregator/-/query.json?sql=select+url+from+feeds",
        "/aggregator/-/query.csv?sql=select+1",
        "/aggregator/entries?_where=exists(select+1+from+feeds)",
        "/aggregator/entries.json?_where=exists(select+1+from+feeds)",
        "/aggregator/entries.atom?_where=exists(select+1+from+feeds)",
        "/aggregator?sql=select+url+from+feeds",
        "/aggregator.json?sql=select+url+from+feeds",
    ],
)
def test_nobody_else_runs_sql(db, address):
    """Statements of strangers are refused in every way that Datasette would take them."""
    answer = ask(db, address)

    # The older addresses lead to the newer ones, which refuse.
    assert answer.status_code in {302, 403}
    assert TOKEN not in answer.text
    if answer.status_code == 302:
        assert ask(db, answer.headers["location"]).status_code == 403


def test_private_tables_are_the_owners(db):
    """A private table is refused as a page, as JSON, as CSV, as a feed and row by row."""
    whole = [f"/aggregator/{table}{end}" for table in PRIVATE for end in ENDINGS]
    rows = [f"/aggregator/{table}/1{end}" for table in PRIVATE for end in ("", ".json")]
    owners = [f"/aggregator/{table}.json" for table in PRIVATE]

    assert statuses(db, whole) == dict.fromkeys(whole, 403)
    assert set(statuses(db, rows).values()) <= {403, 404}
    assert statuses(db, owners, actor=OWNER) == dict.fromkeys(owners, 200)


def test_the_innards_of_the_index_are_nobodys(db):
    """The search index is no table to look into, for anybody."""
    innards = [f"/aggregator/{table}.json" for table in INNARDS]

    assert statuses(db, innards) == dict.fromkeys(innards, 403)


def test_the_name_of_a_private_table_may_be_written_in_capitals(db):
    """SQLite does not mind capitals, so the permissions must not either."""
    answers = ask_all(db, ["/aggregator/FEEDS", "/aggregator/Feeds.json", "/aggregator/Stars"])

    assert {each.status_code for each in answers} <= {403, 404}


def test_what_people_read_is_public(db):
    """The tables and views for readers need no owner."""
    tables = ("entries", "stream", "sources", "platforms", "entry_content")
    public = [f"/aggregator/{table}{end}" for table in tables for end in ("", ".json", ".csv")]

    assert statuses(db, public) == dict.fromkeys(public, 200)


def test_nobody_else_sees_that_private_tables_are_there(db):
    """The database's own page lists what the visitor may open."""
    page = ask(db, "/aggregator.json").json()
    names = {each["name"] for each in page["tables"]} | {each["name"] for each in page["views"]}

    assert names.isdisjoint(PRIVATE)
    assert "feeds" in {
        each["name"] for each in ask(db, "/aggregator.json", actor=OWNER).json()["tables"]
    }


@pytest.mark.parametrize("table", ["unread", "stars", "entry_tags", "notes"])
def test_private_tables_filter_nothing_for_others(db, table):
    """Datasette's filter through another table would tell which entries are in it."""
    through = json.dumps({"table": table, "column": "entry_id", "value": "1"})

    assert ask(db, f"/aggregator/entries.json?_through={through}").status_code == 403


def test_addresses_of_feeds_are_shown_nowhere(db):
    """No page, table or feed that anybody may open has the address of a feed with a token."""
    answers = ask_all(
        db,
        [
            "/",
            "/c/music",
            "/?q=number",
            "/?feed=2",
            "/-/",
            "/aggregator",
            "/aggregator.json",
            "/aggregator/entries",
            "/aggregator/entries.json?_labels=on",
            "/aggregator/entries.atom",
            "/aggregator/stream",
            "/aggregator/stream.json",
            "/aggregator/stream.rss",
            "/aggregator/sources",
            "/aggregator/sources.json",
            "/aggregator/entry_content.json",
            "/-/feed/all.atom",
            "/-/feed/all.rss",
            "/-/feed/all.json",
            "/-/feed/all.opml",
            "/-/feed/music.opml",
            "/-/feed/search.opml?q=number",
        ],
    )

    assert {200} == {each.status_code for each in answers}
    assert [
        str(each.url) for each in answers if TOKEN in each.text or "private.xml" in each.text
    ] == []


def test_a_feed_cannot_be_guessed_by_its_address(db):
    """`?feed=` takes a number: part of an address finds nothing that all entries are not."""
    everything, guess = ask_all(db, ["/", "/?feed=token"])

    assert everything.text.count("<article") == guess.text.count("<article") == 3


def test_opml_names_the_public_sources(db):
    """Those whose addresses have nothing to hide are in the list of sources."""
    assert "https://example.org/feed.xml" in ask(db, "/-/feed/all.opml").text
    assert "https://example.org/feed.xml" not in ask(db, "/-/feed/video.opml").text


def test_the_file_itself_is_not_handed_out(db):
    """The database has private tables, so nobody downloads it."""
    assert ask(db, "/aggregator.db").status_code in {403, 404}


def test_nobody_writes(db):
    """Rows are neither inserted nor dropped by strangers."""
    import asyncio

    from tests.desk import opened

    with opened(db) as datasette:

        async def post():
            client = datasette.client
            return [
                await client.post("/aggregator/entries/-/insert", json={"row": {"id": 1}}),
                await client.post("/aggregator/entries/-/drop", json={"confirm": True}),
                await client.post("/aggregator/-/create", json={"table": "mine", "row": {"a": 1}}),
            ]

        answers = asyncio.run(post())

    assert {403} == {each.status_code for each in answers}
