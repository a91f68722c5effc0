"""Looking at the links of a list, on a real server on loopback."""

from dataclasses import replace

import pytest

from aggregator.checking import DAY, check, verdict
from aggregator.config import Config, Network, Settings
from aggregator.curation import Item
from aggregator.errors import FetchError
from aggregator.model import Fetched, HostPolicy
from aggregator.store import HostState
from tests.loopback import Answer

NOW = 1_795_428_000
HTML = {"Content-Type": "text/html"}
CONFIG = Config(settings=Settings(timeout=5), network=Network(allow=("127.0.0.0/8",)))


def item(url, **fields):
    given = {
        "id": 0,
        "feed_id": 0,
        "source": "",
        "source_url": None,
        "category": "blogs",
        "platform": None,
        "guid": url,
        "url": url,
        "title": "T",
        "author": None,
        "published_at": NOW,
        "updated_at": None,
        "first_seen_at": NOW,
        "summary": "",
        "image": None,
    }
    return Item(**given | fields)


def looked(*items, hosts=None, config=CONFIG):
    found, held = check(items, config=config, hosts=hosts or {}, now=lambda: NOW)
    return {each.item.url: (each.status, each.note) for each in found}, held


def paths(web):
    return [path for path, _ in web.requests]


def test_a_page_that_is_there_is_ok(web):
    """Whatever it holds, and however much of it there is."""
    pages = [
        web.serve("/page", Answer(200, b"<p>Words", HTML)),
        web.serve("/large", Answer(200, b"x" * (3 << 20), {"Content-Type": "audio/mpeg"})),
        web.serve("/odd", Answer(200, b"x", {"Content-Encoding": "unheard-of"})),
        web.serve("/detour", Answer(302, b"", {"Location": "/login"})),
    ]
    web.serve("/login", Answer(200, b"Log in", HTML))
    found, held = looked(*map(item, pages))

    assert {status for status, _ in found.values()} == {"ok"}
    assert held == {}


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_dead(web, status):
    """The server says so."""
    page = web.serve("/page", Answer(status, b"no", HTML))

    assert looked(item(page))[0][page][0] == "dead"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503, 999])
def test_a_server_in_trouble_proves_nothing(web, status):
    """Refusals and faults leave it open whether the page is there."""
    page = web.serve("/page", Answer(status, b"no", HTML))
    [(said, note)] = looked(item(page))[0].values()

    assert said == "unsure"
    assert str(status) in note


def test_what_moved_for_good_says_where(web):
    """Only a lasting redirect to another page counts; the front page is no new address."""
    moved = web.serve("/moved", Answer(301, b"", {"Location": "/new/page"}))
    same = web.serve("/same", Answer(301, b"", {"Location": "/same/?utm_source=x"}))
    front = web.serve("/front", Answer(308, b"", {"Location": "/"}))
    for path in ("/new/page", "/same/?utm_source=x", "/"):
        web.serve(path, Answer(200, b"there", HTML))
    found, _ = check([item(moved), item(same), item(front)], config=CONFIG, hosts={})
    told = {each.item.url: (each.status, each.moved_to) for each in found}

    assert told == {
        moved: ("moved", f"{web.url}/new/page"),
        same: ("ok", None),
        front: ("unsure", None),
    }


def test_a_host_that_asks_for_a_pause_gets_it(web):
    """No other page of it is asked for, now or while the pause lasts."""
    pages = [web.serve(f"/{n}", Answer(429, b"", {"Retry-After": "600"})) for n in range(3)]
    found, held = looked(*map(item, pages))

    assert len(found) == len(web.requests) == 1
    [state] = held.values()
    assert state.next_at == NOW + 600
    assert looked(*map(item, pages), hosts=held) == ({}, {})
    assert len(web.requests) == 1
    over = {name: HostState(next_at=NOW) for name in held}
    assert len(looked(*map(item, pages), hosts=over)[0]) == 1


def test_a_pause_without_a_time_is_the_rows(web):
    """The policy of the host says how long, and an hour where it does not."""
    page = web.serve("/page", Answer(429, b""))
    patient = replace(CONFIG, hosts=(HostPolicy(host="127.0.0.1", retry=60),))

    assert [each.next_at - NOW for each in looked(item(page))[1].values()] == [3600]
    assert [each.next_at - NOW for each in looked(item(page), config=patient)[1].values()] == [60]


def test_the_longest_unseen_comes_first(web):
    """Where a host allows few requests a run, they go to those that waited."""
    pages = [web.serve(f"/{n}", Answer(200, b"there", HTML)) for n in range(3)]
    ages = (NOW - 5, NOW - 9, None)
    few = replace(CONFIG, hosts=(HostPolicy(host="127.0.0.1", per_run=2),))
    items = [item(page, checked_at=age) for page, age in zip(pages, ages, strict=True)]
    looked(*items, config=few)

    assert paths(web) == ["/2", "/1"]


def test_pages_are_asked_for_as_pages(web):
    """We say who we are and that we want a page, and send no feed's secrets."""
    looked(item(web.serve("/page", Answer(200, b"there", HTML))))
    [(_, headers)] = web.requests

    assert headers["accept"].startswith("text/html")
    assert headers["user-agent"].startswith("Aggregator/")


def test_an_item_without_a_link_is_left_out():
    """There is nothing to look at."""
    assert looked(item(None)) == ({}, {})


def failed(kind, status=None):
    return FetchError("Nobody there.", kind=kind, http_status=status)


@pytest.mark.parametrize(
    ("before", "age", "wanted"),
    [
        ({}, None, "unsure"),
        ({"check_status": "unsure", "check_note": "Nobody there."}, DAY, "dead"),
        ({"check_status": "unsure", "check_note": "Nobody there."}, DAY - 1, "unsure"),
        ({"check_status": "unsure", "check_note": "Something else."}, DAY, "unsure"),
        ({"check_status": "dead", "check_note": "Something else."}, 60, "dead"),
        ({"check_status": "ok", "check_note": "It is there."}, DAY, "unsure"),
    ],
)
def test_who_cannot_be_reached_twice_is_dead(before, age, wanted):
    """A day lies between the two."""
    checked_at = None if age is None else NOW - age
    one = item("https://a.example/x", checked_at=checked_at, **before)

    assert verdict(one, failed("unreachable"), now=NOW).status == wanted
    assert verdict(one, failed("timeout"), now=NOW).status == "unsure"


def test_a_front_page_may_move():
    """An item that is a front page itself moves like others."""
    fetched = Fetched(
        status=200,
        final_url="https://b.example/",
        headers={},
        permanent_url="https://b.example/",
    )

    assert verdict(item("https://a.example/"), fetched, now=NOW).moved_to == "https://b.example/"
    assert verdict(item("https://a.example/x"), fetched, now=NOW).status == "unsure"
