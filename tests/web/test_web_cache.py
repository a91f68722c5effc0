"""Pages that are the same for everybody are made once, and never given to the wrong one."""

import asyncio

import pytest

from aggregator.store import lists, open_store
from aggregator.web.cache import MOST, Kept, Shelf, shelf_of
from tests.desk import NOW, entry, fill, opened, source

OWNER = {"id": "root"}


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(1), entry(2)]})
    return path


def asked(db, *requests, between=lambda _number: None, **options):
    """Make (address, options) requests one after the other; returns answers and hits."""
    with opened(db, **options) as datasette:

        async def run():
            answers = []
            for number, (address, wishes) in enumerate(requests):
                between(number)
                answers.append(await datasette.client.get(address, **wishes))
            return answers

        return asyncio.run(run()), shelf_of(datasette).hits


def test_a_page_is_made_once(db):
    """The second stranger gets the same, with the headers that make it safe."""
    (first, second), hits = asked(db, ("/", {}), ("/", {}))

    assert hits == 1
    assert first.text == second.text
    for name in ("content-security-policy", "content-type", "referrer-policy"):
        assert first.headers[name] == second.headers[name]
    assert second.headers["cache-control"] == "no-cache"


def test_who_has_the_page_is_told_so(db):
    """A kept page has an ETag, which is answered by 304."""
    _, etag = (each := asked(db, ("/", {}), ("/", {}))[0]), each[1].headers["etag"]
    (_, again), _ = asked(db, ("/", {}), ("/", {"headers": {"If-None-Match": etag}}))

    assert again.status_code == 304
    assert again.content == b""


def test_what_is_written_is_seen_at_once(db):
    """Every write to the database makes all pages anew."""

    def write(number):
        if number == 2:
            fill(db, {source(): [entry(7, title="Just in")]}, now=NOW + 600)

    answers, hits = asked(db, *[("/", {})] * 3, between=write)

    assert hits == 1
    assert "Just in" not in answers[1].text
    assert "Just in" in answers[2].text


@pytest.mark.parametrize(
    "other",
    [
        {"headers": {"Accept-Language": "de"}},
        {"headers": {"Cookie": "theme=dark"}},
        {"headers": {"Cookie": "layout=all.compact"}},
        {"headers": {"Host": "elsewhere.example"}},
    ],
)
def test_what_changes_a_page_has_its_own(db, other):
    """Language, preferences and the host that was asked are part of what is looked for."""
    (plain, changed, again), hits = asked(db, ("/", {}), ("/", other), ("/", other))

    assert hits == 1
    assert changed.text == again.text
    assert "elsewhere" not in plain.text
    assert plain.text != changed.text or "host" in str(other).lower()


@pytest.mark.parametrize(
    "wishes",
    [
        {"actor": OWNER},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"Cookie": "ds_messages=x"}},
        {"headers": {"Cookie": "done=1"}},
        {"headers": {"Cookie": "\x01=;;"}},
    ],
)
def test_who_may_be_somebody_is_asked_for_anew(db, wishes):
    """Any other cookie, and any token, goes past what is kept, in both directions."""
    (own, stranger, again), hits = asked(db, ("/", wishes), ("/", {}), ("/", wishes))

    assert hits == 0
    assert "data-owner" not in stranger.text
    assert ("data-owner" in own.text) is ("data-owner" in again.text) is ("actor" in wishes)


def test_a_private_list_is_never_kept(db):
    """The owner's page of it is not what the next one gets."""
    store = open_store(db, now=NOW)
    lists.create(store.conn, "mine", title="Mine alone", visibility="private", now=NOW)
    store.conn.close()
    (own, stranger, owner), hits = asked(
        db,
        ("/lists/mine", {"actor": OWNER}),
        ("/lists/mine", {}),
        ("/lists/mine", {"actor": OWNER}),
    )

    assert hits == 0
    assert [each.status_code for each in (own, stranger, owner)] == [200, 404, 200]
    assert "Mine alone" not in stranger.text


def test_feeds_are_kept_as_they_are(db):
    """Type, CORS and validators are those of the feed itself."""
    address = "/-/feed/all.atom"
    (first, second), hits = asked(db, (address, {}), (address, {}))

    assert hits == 1
    for name in ("etag", "last-modified", "access-control-allow-origin", "content-type"):
        assert first.headers[name] == second.headers[name]
    assert second.headers["cache-control"].startswith("public")


def test_a_kept_page_comes_compressed(db):
    """To who takes gzip; and the same page is there for who does not."""
    plain = {"headers": {"Accept-Encoding": "identity"}}
    (first, packed, again), _ = asked(db, ("/", plain), ("/", {}), ("/", plain))

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in again.headers
    assert first.text == packed.text == again.text


def test_other_pages_are_not_kept(db):
    """Datasette's own, what is missing, what is posted to, and files kept for good."""
    for address in ("/aggregator/entries", "/nothing", "/-/desk/prefs", "/e/1"):
        assert asked(db, (address, {}), (address, {}))[1] == 0
    assert asked(db, ("/", {}), ("/", {}), still=True)[1] == 0


def test_a_page_gets_old():
    """It tells ages, so it is made anew after half a minute."""
    clock = [0.0]
    shelf = Shelf(clock=lambda: clock[0])
    shelf.put(("/",), Kept([], b"page", b"e", (1,), until=30.0))

    assert shelf.get(("/",), (1,))
    clock[0] = 31.0
    assert shelf.get(("/",), (1,)) is None
    assert shelf.size == 0


def test_memory_has_an_end():
    """The pages that were not asked for longest go first."""
    shelf = Shelf(clock=lambda: 0.0)
    for number in range(80):
        shelf.put((number,), Kept([], bytes(1 << 20), b"", (1,), until=1.0))
        shelf.get((0,), (1,))

    assert shelf.size <= MOST
    assert shelf.get((0,), (1,))
    assert shelf.get((1,), (1,)) is None
