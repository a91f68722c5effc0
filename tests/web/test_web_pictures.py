"""Pictures come through the desk: by number and name, never by an address that somebody gives."""

import asyncio
import re

import pytest

from aggregator.config import Config, Desk, Network
from aggregator.model import Enclosure
from aggregator.pictures.folder import key
from aggregator.store import lists, open_store
from tests.desk import NOW, ask, entry, fill, opened, source
from tests.pictures.picture_data import answer, picture, size_of

OWNER = {"id": "root"}
ALLOWED = Config(network=Network(allow=("127.0.0.0/8",)))
PICTURE = re.compile(r'(?:src|poster)="(/(?:desk/)?-/picture/[^"]+)"')


def get(db, addresses, config=ALLOWED, *, actor=None, headers=None, **options):
    """Ask, and end what gets pictures, as a server does."""

    async def run(datasette):
        try:
            client = datasette.client
            return [await client.get(each, actor=actor, headers=headers) for each in addresses]
        finally:
            await datasette.invoke_shutdown()

    with opened(db, config, **options) as datasette:
        return asyncio.run(run(datasette))


@pytest.fixture
def db(tmp_path, web):
    """A desk with an entry that has a picture, a film with a poster, and two in its text."""
    path = tmp_path / "aggregator.db"
    for name in ("head", "inner", "gallery"):
        web.serve(f"/{name}.png", answer(picture(800, 400)))
    html = f'<p>Text</p><img src="{web.url}/inner.png" alt="x"><img src="{web.url}/gone.png">'
    media = Enclosure(url=f"{web.url}/gallery.png", type="image/png")
    fill(
        path,
        {source(): [entry(1, image=f"{web.url}/head.png", html=html, enclosures=(media,))]},
    )
    return path


@pytest.fixture
def entry_id(db):
    return (NOW - 60) << 20


def put_on_list(db, entry_id, visibility):
    store = open_store(db, now=NOW)
    found = lists.create(store.conn, visibility, title="L", visibility=visibility, now=NOW)
    lists.add(store.conn, visibility, store.entry(entry_id), now=NOW)
    store.conn.close()
    return found


def test_pages_name_their_pictures_and_get_them(db, entry_id, web):
    """All that a page shows is the desk's own, as WebP, to be kept by browsers for good."""
    (page,) = get(db, [f"/e/{entry_id}"])
    addresses = PICTURE.findall(page.text)
    answers = get(db, addresses)

    assert web.url not in re.sub(r'(?:href|content)="[^"]*"', "", page.text)
    assert len(addresses) == 4
    assert [each.status_code for each in answers] == [200, 200, 404, 200]
    assert size_of(answers[0].content) == ("WEBP", (800, 400))
    assert answers[0].headers["content-type"] == "image/webp"
    assert "immutable" in answers[0].headers["cache-control"]
    assert answers[0].headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answers[0].headers["x-content-type-options"] == "nosniff"


def test_a_picture_may_be_kept_by_who_has_preferences(db, entry_id, web):
    """Datasette forbids to keep what was asked for with cookies; a picture is always the same."""
    address = f"/-/picture/{entry_id}/{key(web.url + '/head.png')}.webp"
    (answered,) = get(db, [address], headers={"Cookie": "theme=dark"})

    assert "immutable" in answered.headers["cache-control"]


def test_the_desk_is_no_proxy_for_others(db, entry_id, web):
    """A name that is no picture of that entry is not found, whatever it is the hash of."""
    secret = web.serve("/secret.png", answer(picture(10, 10)))
    tried = [
        f"/-/picture/{entry_id}/{key(secret)}.webp",
        f"/-/picture/{entry_id + 1}/{key(web.url + '/head.png')}.webp",
        f"/-/picture/0/{key(secret)}.webp",
        f"/-/picture/{entry_id}/{secret}",
        f"/-/picture/{entry_id}/..%2f..%2fetc.webp",
    ]

    assert {each.status_code for each in get(db, tried)} <= {302, 404}
    assert web.requests == []


def test_the_network_at_home_is_not_asked(db, entry_id, web):
    """Without `[network] allow`, a picture at a private address is just not there."""
    address = f"/-/picture/{entry_id}/{key(web.url + '/head.png')}.webp"

    assert get(db, [address], Config())[0].status_code == 404
    assert web.requests == []


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_pictures_of_a_list_are_for_who_has_seen_it(db, entry_id, web, visibility):
    """Their names are made with its token; those of a private list are the owner's alone."""
    found = put_on_list(db, entry_id, visibility)
    path = (
        f"/lists/{found.slug}/{found.token}" if visibility == "unlisted" else f"/lists/{found.slug}"
    )
    (page,) = get(db, [path], actor=OWNER if visibility == "private" else None)
    (address,) = PICTURE.findall(page.text)
    guess = re.sub(r"[0-9a-f]{20}", key(f"{web.url}/head.png"), address)

    expected = 404 if visibility == "private" else 200
    assert [each.status_code for each in get(db, [address, guess])] == [expected, 404]
    assert get(db, [address], actor=OWNER)[0].status_code == 200


def test_browsers_may_be_sent_to_the_sites(db, entry_id, web):
    """`pictures = "direct"` leaves addresses as they are, and its policy allows them."""
    page, named = get(
        db,
        [f"/e/{entry_id}", f"/-/picture/{entry_id}/{key(web.url + '/head.png')}.webp"],
        Config(desk=Desk(pictures="direct")),
    )

    assert f'src="{web.url}/head.png"' in page.text
    assert "img-src 'self' https: http: data:" in page.headers["content-security-policy"]
    assert named.status_code == 404


def test_there_may_be_none(db, entry_id):
    """`pictures = "none"` shows none and allows none."""
    river, page = get(db, ["/", f"/e/{entry_id}"], Config(desk=Desk(pictures="none")))

    for each in (river, page):
        assert "/head.png" not in re.sub(r'href="[^"]*"', "", each.text)
        assert "img-src 'self' data:" in each.headers["content-security-policy"]


def test_pictures_are_below_the_prefix(db, entry_id):
    """Behind a proxy, a picture is asked for where the desk is."""
    (page,) = get(db, [f"/e/{entry_id}"], base_url="/desk/")
    addresses = PICTURE.findall(page.text)

    assert addresses
    assert all(each.startswith("/desk/-/picture/") for each in addresses)
    local = addresses[0].removeprefix("/desk")  # the client puts it before
    assert get(db, [local], base_url="/desk/")[0].status_code == 200


def test_pages_work_offline_once_they_were_seen(db, entry_id, web):
    """What was fetched once is beside the database, and its site is not asked again."""
    address = f"/-/picture/{entry_id}/{key(web.url + '/head.png')}.webp"
    first = ask_once(db, address)
    del web.routes["/head.png"]
    second = ask_once(db, address)

    assert first.content == second.content
    assert len(web.requests) == 1
    assert list(db.with_suffix(".pictures").glob("??/*.webp"))


def ask_once(db, address):
    return get(db, [address])[0]


def test_a_post_does_not_ask_for_pictures(db, entry_id):
    """Tables of Datasette show addresses, and load nothing."""
    assert "<img" not in ask(db, "/aggregator/entries").text
