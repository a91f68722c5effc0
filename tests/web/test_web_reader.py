"""What is known of the one who reads, and how it is remembered."""

import asyncio
from datetime import UTC

import pytest

from aggregator.web.prefs import local
from aggregator.web.reader import Reader, layouts_of, remembered, spoken, zone_of
from tests.desk import ask, entry, fill, opened, source


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(1), entry(2)]})
    return path


def send(path, form, *, headers=None):
    """The answer to a form of preferences."""
    with opened(path) as datasette:

        async def post():
            return await datasette.client.post("/-/desk/prefs", data=form, headers=headers or {})

        return asyncio.run(post())


def set_by(answer):
    return [each.split(";")[0] for each in answer.headers.get_list("set-cookie")]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("it,es;q=0.9", "en"),
        ("en;q=0.3, de;q=0.7", "de"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=x, fr", "fr"),
        ("de;q=1.1.1, fr", "fr"),
        ("*", "en"),
        ("," * 500, "en"),
    ],
)
def test_languages_are_weighed(header, language):
    """The one that the browser likes best among ours; English where there is none."""
    assert spoken({"accept-language": header}) == language


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "Europe", "a" * 90, "/etc"])
def test_no_such_zone_is_utc(name):
    """What is no zone of the clock's makers is UTC."""
    assert zone_of(name) is UTC


def test_layouts_are_remembered_by_view():
    """A cookie names views and their layouts; what it may not say is left out."""
    known = {"all": "compact", "video": "grid"}

    assert layouts_of(remembered(known)) == known
    assert layouts_of("all.compact-x.huge-<b>.grid") == {"all": "compact"}
    assert Reader(layouts=known).layout("all") == "compact"
    assert Reader(layouts=known).layout("blogs") == "cards"


def test_a_preference_is_kept_and_leads_back(db):
    """The form sets a cookie, the page that it came from looks as asked for."""
    answer = send(db, {"theme": "dark", "next": "/c/blogs?q=a"})
    page = ask(db, "/", headers={"cookie": "theme=dark; lang=fr; tz=Asia/Tokyo"}).text

    assert (answer.status_code, answer.headers["location"]) == (303, "/c/blogs?q=a")
    assert set_by(answer) == ["theme=dark"]
    assert '<html lang="fr" data-theme="dark">' in page
    assert 'data-zone="Asia/Tokyo"' in page


def test_a_preference_can_be_forgotten(db):
    """An empty value, or one that makes no sense, takes the cookie away."""
    answer = send(db, {"theme": "", "lang": "xx", "tz": "Mars/Base"})

    assert set_by(answer) == ['theme=""', 'lang=""', 'tz=""']
    assert all("Max-Age=0" in each for each in answer.headers.get_list("set-cookie"))


def test_a_layout_is_one_of_its_view(db):
    """Another view's layout stays as it was, and a page has its own from the start."""
    cookie = {"cookie": "layout=video.cards-all.grid"}
    answer = send(db, {"layout": "compact", "view": "all"}, headers=cookie)
    page = ask(db, "/", headers={"cookie": "layout=video.cards-all.compact"}).text

    assert set_by(answer) == ["layout=video.cards-all.compact"]
    assert 'class="river compact"' in page
    assert set_by(send(db, {"layout": "huge"})) == []
    assert set_by(send(db, {"layout": "grid", "view": "<b>"})) == ['layout=""']


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil", "/a b", ""]
)
def test_a_form_leads_to_no_other_server(db, address):
    """`next` is a path of ours, or it is the first page."""
    assert local(address) == ""
    assert send(db, {"next": address}).headers["location"] == "/"


def test_preferences_are_not_changed_by_links(db):
    """A GET changes nothing."""
    assert ask(db, "/-/desk/prefs?theme=dark").status_code == 405


def test_the_manifest_names_what_is_installed(db):
    """Name, icons that are there, and the ways in, below the desk's own path."""
    manifest = ask(db, "/desk/-/desk/manifest.webmanifest", base_url="/desk/")
    if manifest.status_code == 404:
        manifest = ask(db, "/-/desk/manifest.webmanifest", base_url="/desk/")
    body = manifest.json()

    assert manifest.headers["content-type"].startswith("application/manifest+json")
    assert body["start_url"] == body["scope"] == "/desk/"
    assert {each["sizes"] for each in body["icons"]} == {"192x192", "512x512"}
    assert ask(db, body["icons"][0]["src"].removeprefix("/desk")).status_code == 200
    assert body["shortcuts"][0]["url"] == "/desk/?unread=1"
