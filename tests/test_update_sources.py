"""Sources that are no feeds, from a real web server to a real database."""

import json
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest

from aggregator.config import Config, Network, Settings
from aggregator.fetch import key_for, policy_for
from aggregator.model import Bridges, HostPolicy, Rules, Selection, Source
from aggregator.parse import mapping_for
from aggregator.store import open_store
from aggregator.update import run_update
from tests.loopback import Answer, feed

NOW = 1_795_435_200  # 2026-11-23 12:00 UTC
LOCAL = Network(allow=("127.0.0.0/8",))
DATA = Path(__file__).parent / "data"
SECRET = "s3cret-0123456789"


@pytest.fixture
def db(tmp_path):
    return tmp_path / "test.db"


def served(name):
    """An answer of a JSON API."""
    body = (DATA / "json" / f"{name}.json").read_bytes()
    return Answer(200, body, {"Content-Type": "application/json", "ETag": f'"{name}"'})


def here(url, endpoint):
    """The built-in row for an address, for answers that this machine gives."""
    return replace(mapping_for(url).row, endpoint=rf"127\.0\.0\.1:\d+{endpoint}")


def update(db, source, *, at=NOW, rules=None, hosts=(), environ=None):
    """Run once for a source; return what was told of it."""
    told = []
    source = Source(url=source) if isinstance(source, str) else source
    config = Config(
        feeds=(source,),
        settings=Settings(workers=1),
        network=LOCAL,
        rules=rules or Rules(),
        hosts=hosts,
    )
    run_update(
        db=db,
        config=config,
        now=lambda: at,
        chance=lambda: 0.0,
        force=True,
        on_result=told.append,
        environ=environ or {},
    )
    return told[0]


def stored(db):
    with open_store(db, now=NOW) as store:
        return store.entries(Selection(), content=True)


def test_a_keyless_api_is_followed_like_a_feed(db, web):
    """Deezer's albums become entries, with parameters that are in no address we keep."""
    row = here("https://api.deezer.com/artist/27/albums", r"/artist/(?P<id>\d+)/albums")
    web.serve("/artist/27/albums?limit=100", served("deezer_artist_albums"))
    url = f"{web.url}/artist/27/albums"
    result = update(db, url, rules=Rules(json=(row,)))
    newest, oldest = stored(db)

    assert (result.status, result.new, result.title) == ("ok", 2, "Deezer artist 27")
    assert (result.url, result.feed_url) == (url, url)
    assert (oldest.title, oldest.url) == ("Discovery", "https://www.deezer.com/album/302127")
    assert oldest.published_at == 983923200
    assert oldest.image.endswith("1000x1000.jpg")
    assert newest.published_at == NOW - 1, "without a date it counts from when it was seen"


def test_validators_hold_though_the_address_asked_is_another(db, web):
    """The second look is conditional, and costs a 304."""
    row = here("https://api.deezer.com/artist/27/albums", r"/artist/(?P<id>\d+)/albums")
    whole = served("deezer_artist_albums")

    def answer(headers):
        matches = headers.get("if-none-match") == whole.headers["ETag"]
        return Answer(304) if matches else whole

    web.serve("/artist/27/albums?limit=100", answer)
    update(db, f"{web.url}/artist/27/albums", rules=Rules(json=(row,)))
    again = update(db, f"{web.url}/artist/27/albums", rules=Rules(json=(row,)), at=NOW + 60)

    assert (again.status, again.http_status) == ("not_modified", 304)


def test_records_that_are_known_are_not_read_again(db, web):
    """Of an answer with one record more, one entry is new and none is updated."""
    row = here("https://api.deezer.com/artist/27/albums", r"/artist/(?P<id>\d+)/albums")
    path = "/artist/27/albums?limit=100"
    first = json.loads((DATA / "json" / "deezer_artist_albums.json").read_text())
    more = {**first, "data": [{"id": 9, "title": "New"}, *first["data"]]}
    more["data"][1] |= {"fans": 1}
    web.serve(path, Answer(200, json.dumps(first).encode()))
    update(db, f"{web.url}/artist/27/albums", rules=Rules(json=(row,)))
    web.serve(path, Answer(200, json.dumps(more).encode()))
    result = update(db, f"{web.url}/artist/27/albums", rules=Rules(json=(row,)), at=NOW + 60)

    assert (result.new, result.updated) == (1, 0)


def test_an_api_with_a_key_is_asked_with_it_and_credits_its_people(db, web):
    """Pixabay's key comes from the environment; its entries count from when they were seen."""
    row = here("https://pixabay.com/api/?q=flower", r"/api/\?(?:.*&)?q=(?P<query>[^&]+)")
    web.serve(f"/api/?key={SECRET}&q=flower", served("pixabay"))
    url = f"{web.url}/api/?key={{PIXABAY_KEY}}&q=flower"
    result = update(db, url, rules=Rules(json=(row,)), environ={"PIXABAY_KEY": SECRET})
    [entry] = stored(db)

    assert (result.feed_url, result.title) == (url, "Pixabay: flower")
    assert entry.published_at == NOW
    assert entry.author == "Josch13"
    assert "Josch13" in entry.summary
    assert entry.rights == "Image by Josch13 on Pixabay"


def test_a_key_that_is_missing_fails_its_feed_alone(db, web):
    """Nothing is asked; the error names the variable."""
    row = here("https://pixabay.com/api/?q=flower", r"/api/")
    url = f"{web.url}/api/?key={{PIXABAY_KEY}}&q=flower"
    result = update(db, url, rules=Rules(json=(row,)))

    assert (result.status, result.error) == (
        "error",
        "The environment has no variable PIXABAY_KEY.",
    )
    assert web.requests == []


def test_a_token_of_a_json_row_goes_into_a_header(db, web):
    """Slack's messages are asked for with the environment's token."""
    row = here(
        "https://slack.com/api/conversations.history?channel=C012",
        r"/api/conversations\.history\?channel=(?P<channel>\w+)",
    )
    url = web.serve("/api/conversations.history?channel=C012", served("slack"))
    result = update(db, url, rules=Rules(json=(row,)), environ={"SLACK_TOKEN": SECRET})

    assert result.new == 2
    assert [headers["authorization"] for _, headers in web.requests] == [f"Bearer {SECRET}"]
    assert stored(db)[0].title.startswith("Ship it & see the page")


def test_an_error_within_an_answer_is_an_error(db, web):
    """Status 200 does not make an answer good."""
    row = here("https://api.deezer.com/artist/27/albums", r"/artist/(?P<id>\d+)/albums")
    web.serve("/artist/0/albums?limit=100", served("deezer_error"))
    result = update(db, f"{web.url}/artist/0/albums", rules=Rules(json=(row,)))

    assert (result.status, result.error) == ("error", "The service answered with an error: no data")


def test_a_reference_is_expanded_for_the_request_alone(db, web):
    """RSSHub gets a code instead of the key; the store has the reference."""
    code = md5(f"/telegram/channel/durov{SECRET}".encode()).hexdigest()
    web.serve(f"/telegram/channel/durov?code={code}", feed(("a", "Alpha"), title="Durov"))
    bridges = Bridges(rsshub=web.url, rsshub_key="${HUB_KEY}")
    reference = "rsshub:/telegram/channel/durov"
    result = update(db, reference, rules=Rules(bridges=bridges), environ={"HUB_KEY": SECRET})

    assert (result.url, result.feed_url, result.title) == (reference, reference, "Durov")
    assert [entry.title for entry in stored(db)] == ["Alpha"]


def test_a_bridge_may_move_and_subscriptions_stay(db, web):
    """Another base address is asked at the next run, for the same feed and entries."""
    web.serve("/old/NASA/rss", feed(("a", "Alpha")))
    web.serve("/new/NASA/rss", feed(("a", "Alpha"), ("b", "Beta")))
    for base in ("old", "new"):
        rules = Rules(bridges=Bridges(nitter=f"{web.url}/{base}"))
        result = update(db, "nitter:/NASA/rss", rules=rules)

    assert (result.new, result.updated) == (1, 0)


def test_a_bridge_that_is_not_set_is_told(db):
    """The feed fails with a sentence, and keeps its reference."""
    result = update(db, "nitter:/NASA/rss")

    assert (result.status, result.title) == ("error", "nitter:/NASA/rss")
    assert "Nitter" in result.error


def test_a_redirect_of_a_bridge_is_not_adopted(db, web):
    """However permanent it is: what the bridge is called is feeds.toml's affair."""
    target = web.serve("/new/NASA/rss", feed(("a", "Alpha")))
    web.serve("/NASA/rss", Answer(301, headers={"Location": target}))
    rules = Rules(bridges=Bridges(nitter=web.url))
    for day in range(10):
        result = update(db, "nitter:/NASA/rss", rules=rules, at=NOW + day * 86_400)

    assert result.feed_url == "nitter:/NASA/rss"


def test_a_telegram_channel_is_read_from_its_page(db, web):
    """The public page of a channel makes entries, with pictures and files."""
    page = (DATA / "telegram" / "channel.html").read_bytes()
    url = web.serve("/s/example", Answer(200, page, {"Content-Type": "text/html; charset=utf-8"}))
    result = update(db, url)
    entries = stored(db)

    assert (result.status, result.new, result.title) == ("ok", 5, "An Example & Co")
    assert entries[0].url == "https://t.me/example/7"
    assert entries[-1].title.startswith("Bold <news>")
    assert {entry.author for entry in entries} >= {"Another & Friends", "Ana"}


def test_a_feed_and_its_host_take_their_headers_from_the_environment(db, web):
    """`${NAME}` in headers is filled in when asking."""
    url = web.serve("/feed", feed(("a", "Alpha")))
    source = Source(url=url, headers=(("Authorization", "Bearer ${TOKEN}"),))
    host = HostPolicy(host="127.0.0.1", headers=(("X-Key", "${TOKEN}"),))
    update(db, source, hosts=(host,), environ={"TOKEN": SECRET})
    [(_, headers)] = web.requests

    assert headers["authorization"] == f"Bearer {SECRET}"
    assert headers["x-key"] == SECRET


def test_a_feed_whose_headers_change_is_due(db, web):
    """The store sees that they differ, without knowing them."""
    url = web.serve("/feed", feed(("a", "Alpha")))
    due = []
    for value in ("one", "one", "two"):
        source = Source(url=url, headers=(("X-Key", value),))
        config = Config(feeds=(source,), settings=Settings(workers=1), network=LOCAL)
        due.append(run_update(db=db, config=config, now=lambda: NOW, environ={}).due)

    assert due == [1, 0, 1]
    assert [headers["x-key"] for _, headers in web.requests] == ["one", "two"]


@pytest.mark.parametrize(
    ("url", "gap", "floor", "per_run"),
    [
        ("https://pixabay.com/api/?key={PIXABAY_KEY}&q=cat", 0.6, 86_400, None),
        ("https://api.pexels.com/v1/curated?per_page=80", 18.0, 3600, 20),
        ("https://api.deezer.com/artist/27/albums", 0.1, 0, None),
        ("https://itunes.apple.com/lookup?id=1&entity=podcastEpisode", 3.0, 0, None),
        ("https://slack.com/api/conversations.history?channel=C1", 60.0, 0, 1),
    ],
)
def test_the_terms_of_the_apis_are_kept(url, gap, floor, per_run):
    """What a service asks of those who use its API is found by the address of the source."""
    policy = policy_for(key_for(url))

    assert (policy.gap, policy.floor, policy.per_run) == (gap, floor, per_run)


def test_a_source_is_looked_at_as_often_as_its_host_allows(db, web):
    """Answers of an API with Pixabay's terms are kept for a day."""
    row = here("https://pixabay.com/api/?q=flower", r"/api/")
    url = web.serve("/api/?q=flower", served("pixabay"))
    terms = replace(policy_for("pixabay.com"), host="127.0.0.1")
    result = update(db, url, rules=Rules(json=(row,)), hosts=(terms,))

    assert result.next_check_at >= NOW + 86_400
