"""JSON answers, in the shapes that the services document, become entries.

The expected result of `tests/data/json/NAME.json` is `expected/NAME.json` below it; write it anew
with `pytest tests/parse --update-golden`, and read the diff.
"""

import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Parsed
from aggregator.parse import mapping_for, parse
from aggregator.parse.mapping import moment
from aggregator.parse.mappings import ROWS
from aggregator.refine import refine
from aggregator.rules import JsonRow, Mapping
from tests.parse.test_parse_documents import plain

FOLDER = Path(__file__).parents[1] / "data" / "json"
LOOKUP = "https://itunes.apple.com/lookup"
MATRIX = "https://matrix.example.org/_matrix/client/v3/rooms/%21room%3Aexample.org/messages"
ADDRESSES = {
    "deezer_album_tracks": "https://api.deezer.com/album/302127/tracks",
    "deezer_artist_albums": "https://api.deezer.com/artist/27/albums",
    "deezer_error": "https://api.deezer.com/artist/0/albums",
    "deezer_playlist_tracks": "https://api.deezer.com/playlist/908622995/tracks",
    "deezer_podcast_episodes": "https://api.deezer.com/podcast/699612/episodes",
    "dailymotion": "https://api.dailymotion.com/user/moviepilot/videos?fields=id%2Curl&sort=recent",
    "epic_free_games": (
        "https://store-site-backend-static.ak.epicgames.com/freeGamesPromotions?locale=en-US"
    ),
    "gog": "https://catalog.gog.com/v1/catalog?limit=48&order=desc%3AstoreReleaseDate",
    "itunes_albums": f"{LOOKUP}?id=5468295&entity=album",
    "itunes_episodes": f"{LOOKUP}?id=979020229&entity=podcastEpisode",
    "matrix": f"{MATRIX}?dir=b&limit=50",
    "matrix_error": f"{MATRIX}?dir=b&limit=50",
    "mixcloud": "https://api.mixcloud.com/DJJazzyJeff/cloudcasts/",
    "pexels": "https://api.pexels.com/v1/search?query=red+rocks&per_page=80&page=1",
    "pexels_videos": "https://api.pexels.com/videos/popular",
    "pixabay": "https://pixabay.com/api/?key={PIXABAY_KEY}&q=flower&order=latest&per_page=200",
    "pixabay_videos": "https://pixabay.com/api/videos/?key={PIXABAY_KEY}&q=flowers",
    "slack": "https://slack.com/api/conversations.history?channel=C012",
    "slack_error": "https://slack.com/api/conversations.history?channel=C012",
    "steam_news": (
        "https://api.steampowered.com/ISteamNews/GetNewsForApp/v2/?appid=730&maxlength=0&count=20"
    ),
    "unsplash": "https://unsplash.com/napi/users/nasa/photos?page=1&per_page=20",
    "viva_engage": "https://www.yammer.com/api/v1/messages/in_group/5.json",
}
ROW = JsonRow(endpoint="", list="data[]", title="title", url="url", published="at")


def read(name, **options):
    url = ADDRESSES[name]
    body = (FOLDER / f"{name}.json").read_bytes()
    return parse(body, url=url, charset=None, mapping=mapping_for(url), **options)


def mapped(document, row=ROW, groups=(), **options):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    mapping = Mapping(row=row, groups=groups)
    return parse(body, url="https://api.example/a", charset=None, mapping=mapping, **options)


def records(*given):
    return {"data": [{"id": number, **record} for number, record in enumerate(given)]}


def test_every_answer_has_its_address():
    """No document lies there unread."""
    assert {path.stem for path in FOLDER.glob("*.json")} == set(ADDRESSES)


@pytest.mark.parametrize("name", ADDRESSES)
def test_answer_becomes_the_entries_beside_it(name, update_golden):
    """An answer in a service's documented shape yields exactly what is written down."""
    golden = FOLDER / "expected" / f"{name}.json"
    try:
        actual = plain(read(name))
    except ParseError as error:
        actual = {"kind": error.kind, "error": error.message}
    if update_golden:
        text = json.dumps(actual, ensure_ascii=False, indent=1)
        golden.write_text(text + "\n", "utf-8")

    assert json.loads(golden.read_text("utf-8")) == json.loads(json.dumps(actual))


@pytest.mark.parametrize("name", [name for name in ADDRESSES if "error" not in name])
def test_an_answer_that_was_read_yields_nothing_new(name):
    """With the hashes of the last look, every record is left out."""
    first = read(name)
    again = read(name, known_hashes=first.hashes)

    assert first.entries
    assert again == replace(first, entries=(), delta=True)


@pytest.mark.parametrize("name", ["pexels", "pixabay", "unsplash"])
def test_photographers_are_credited_where_readers_see_it(name):
    """Author, rights, summary and text of a refined photo name who made it."""
    url = ADDRESSES[name]
    entry = refine(read(name), url=url, identity=0).entries[0]

    assert entry.author
    assert entry.author.split()[0] in entry.rights
    assert entry.author.split()[0] in entry.summary
    assert entry.author.split()[0] in entry.text
    assert entry.image


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.endpoint)
def test_a_row_is_whole(row):
    """Every row has a pattern that compiles, a place at home, and braces in pairs."""
    texts = [getattr(row, field.name) for field in fields(row)]
    re.compile(row.endpoint)

    assert row.platform
    assert row.category
    for text in [text for text in texts if isinstance(text, str) and text != row.endpoint]:
        assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed.xml",
        "https://www.deezer.com/en/artist/27",
        "https://pixabay.com/photos/search/cat/",
        "https://notapi.deezer.com.example/artist/27/albums",
        "rsshub:/telegram/channel/durov",
        "",
    ],
)
def test_other_addresses_have_no_mapping(url):
    """A feed is no JSON source, and a reference to a bridge is none either."""
    assert mapping_for(url) is None


def test_rows_of_feeds_toml_go_first():
    """A user's row may replace a built-in one."""
    own = JsonRow(endpoint=r"api\.deezer\.com/(?P<what>\w+)", list="x[]")

    found = mapping_for("https://API.Deezer.com/artist/27/albums", (own,))

    assert found == Mapping(row=own, groups=(("what", "artist"),))


def test_counters_and_expiring_signatures_are_no_news():
    """A record whose likes and signed addresses differ is still known."""
    row = replace(ROW, image="image", media="file")
    old = {"title": "A", "likes": 1, "image": "https://i.example/a?sig=1", "file": "/f.mp3?e=1"}
    new = {"title": "A", "likes": 2, "image": "https://i.example/a?sig=2", "file": "/f.mp3?e=2"}
    first = mapped(records(old), row)

    assert mapped(records(new), row, known_hashes=first.hashes).entries == ()
    assert mapped(records({**new, "title": "B"}), row, known_hashes=first.hashes).entries


def test_the_newest_records_are_read_where_there_are_too_many():
    """By their dates where all have one (a playlist grows at its end), else by their places."""
    dated = [{"title": str(year), "at": f"{year}-01-01"} for year in (2001, 2003, 2002)]
    by_date = mapped(records(*dated), max_entries=2)
    by_place = mapped(records(*dated[:2], {"title": "undated"}), max_entries=1)

    assert [entry.title.value for entry in by_date.entries] == ["2003", "2002"]
    assert by_date.listed == 3
    assert [entry.title.value for entry in by_place.entries] == ["2001"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"<!doctype html><p>Log in", "malformed", "a web page came"),
        (b"[ERROR 400] Invalid or missing API key", "malformed", "can't be read as JSON"),
        (b"", "malformed", "can't be read as JSON"),
        (b"{}", "malformed", "a list was expected at 'data[]'"),
        (b'{"data": {"a": 1}}', "malformed", "a list was expected at 'data[]'"),
        (b'"text"', "malformed", "a list was expected"),
        (b'{"data": [{"x": 1}, {"x": 2}]}', "malformed", "None of the answer's 2 records"),
        (b'{"error": "Invalid \\n key"}', "api", "error: Invalid key"),
        (b'{"errors": ["OAuth error"]}', "api", "error: OAuth error"),
        (b'{"status": 401, "error": {}}', "malformed", "a list was expected"),
        (b'{"ok": false, "data": []}', "malformed", "a list was expected"),
        (b'{"data":' + b"[" * 100_000, "malformed", "nested too deep"),
    ],
)
def test_what_is_no_such_answer_is_told_in_a_sentence(body, kind, words):
    """Wrong shapes say what was expected, a service's own error what it said."""
    with pytest.raises(ParseError, match=re.escape(words)) as caught:
        mapped(body)

    assert caught.value.kind == kind


def test_an_empty_list_is_no_error():
    """A channel without entries is read as that."""
    assert mapped(records()).entries == ()


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("2024-05-24T12:00:00Z", "iso", 1716552000),
        ("2024-05-24T14:00:00+02:00", "iso", 1716552000),
        ("2024-05-24T14:00:00.123+0200", "iso", 1716552000),
        ("2024/05/24 12:00:00 +0000", "iso", 1716552000),
        ("2024-05-24 12:00:00", "iso", 1716552000),
        ("2024-05-24 12:00 UTC", "iso", 1716552000),
        ("Fri, 24 May 2024 12:00:00 GMT", "iso", 1716552000),
        ("2024-05-24", "iso", 1716508800),
        ("2024.05.24", "date", 1716508800),
        ("2024-05-24T12:00:00+02:00", "date", 1716508800),
        ("2024-5-4", "date", 1714780800),
        ("2024-13-01", "date", None),
        ("0000-00-00", "date", None),
        ("2024-02-31", "date", None),
        ("soon", "iso", None),
        (1716552000, "unix", 1716552000),
        ("1716552000.0002", "unix", 1716552000),
        (1716552000123, "unix", 1716552000),
        ("1716552000", "iso", 1716552000),
        (0, "unix", None),
        ("never", "unix", None),
        (10**400, "unix", None),
        ("2024-05-24", "none", None),
        (True, "unix", None),
        (None, "iso", None),
    ],
)
def test_dates_are_read_in_every_usual_form(value, kind, expected):
    """ISO 8601 and its relatives, days, seconds and milliseconds; nonsense is no date."""
    assert expected == moment([value], kind)


def test_conditions_choose_records():
    """A condition compares a value, or asks that there is one."""
    row = replace(ROW, where=("kind = a", "state != off", "title"))
    document = records(
        {"kind": "a", "title": "yes"},
        {"kind": "b", "title": "no"},
        {"kind": "a", "state": "off", "title": "no"},
        {"kind": "a", "title": ""},
    )

    assert [entry.title.value for entry in mapped(document, row).entries] == ["yes"]


@pytest.mark.parametrize(
    ("value", "expected"), [("224", 224), (12.5, 12), ("1:02", None), ("inf", None), (-1, None)]
)
def test_durations_are_seconds(value, expected):
    """Numbers as texts are numbers; what is none is nothing."""
    [entry] = mapped(
        records({"title": "A", "length": value}), replace(ROW, duration="length")
    ).entries

    assert expected == entry.duration


def test_a_record_may_have_little():
    """Nulls, missing keys and other types are as good as missing; an id falls back on the link."""
    row = replace(
        ROW, tags="tags[]", media="file", media_type="mime", text="text", credit="'by us'"
    )
    document = {
        "data": [
            {"id": None, "url": "/a", "title": None, "tags": [None, "x", 3], "file": {"no": 1}},
            {"id": "b", "file": "b.ogg", "mime": "audio/ogg", "text": "a < b"},
            {"title": "neither id nor address"},
        ]
    }
    first, second = mapped(document, row).entries

    assert (first.id, first.link) == ("https://api.example/a",) * 2
    assert first.tags == ("x", "3")
    assert first.content[0].value == "<p>by us</p>"
    assert second.enclosures[0].url == "https://api.example/b.ogg"
    assert second.enclosures[0].type == "audio/ogg"
    assert second.content[0].value == "<p>a &lt; b</p><p>by us</p>"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "id", "title", "link", "url", "ts", "text", "user", "src"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(st.lists(VALUES, max_size=4), st.sampled_from(ROWS))
def test_whatever_stands_in_a_record_an_entry_or_an_error_comes_out(given_records, row):
    """Strangers' answers raise nothing but ParseError, and what comes out can be refined."""
    path = [step for step in row.list.removesuffix("[]").split(".") if step]
    document = given_records
    for step in reversed(path):
        document = {step: document}
    try:
        parsed = mapped(json.dumps(document).encode(), row)
    except ParseError:
        return

    assert isinstance(parsed, Parsed)
    assert len(refine(parsed, url="https://api.example/a", identity=0).entries) <= parsed.listed
