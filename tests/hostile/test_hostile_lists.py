"""Lists of feeds that strangers keep: they cost little, and open nothing."""

import time

import pytest

from aggregator.config import Config, Network, Settings
from aggregator.model import Outline, Source
from aggregator.store import open_store
from aggregator.update import outlines, run_update
from tests.hostile.world import GOOD, NOW, feeds, ok

START, END = b"<?xml version='1.0'?><opml version='2.0'><body>", b"</body></opml>"
FEED = b"<outline text='x' xmlUrl='http://10.0.0.1/%d'/>"
FOLDER = b"<outline text='x'>"


def follow(db, url, *sources, allow=("127.0.0.1",)):
    """Look at a followed list and some feeds; return what was told of each."""
    told = {}
    run_update(
        db=db,
        config=Config(
            feeds=tuple(Source(url=each) for each in sources),
            outlines=(Outline(url=url),),
            network=Network(allow=allow),
            settings=Settings(workers=1, timeout=5),
        ),
        now=lambda: NOW,
        chance=lambda: 0.0,
        force=True,
        on_result=lambda result: told.update({result.url: result}),
        environ={},
    )
    return told


BOMBS = {
    "entities": b"<!DOCTYPE opml [<!ENTITY a '" + b"x" * 9999 + b"'>]>" + START + b"&a;" * 9999,
    "external entities": b"<!DOCTYPE opml [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + START + END,
    "feeds within ten thousand folders": START
    + FOLDER * 10_000
    + FEED % 1 * 2000
    + b"</outline>" * 10_000
    + END,
    "folders without an end": START + FOLDER * 200_000,
    "attributes": START
    + b"<outline "
    + b" ".join(b"a%d='1'" % n for n in range(99_999))
    + b"/>"
    + END,
    "categories": START + FEED.replace(b"/>", b" category='" + b"/a," * 500_000 + b"'/>") % 1 + END,
    "ampersands": START + b"&" * 3_000_000,
    "garbage": bytes(range(256)) * 9999,
    "nothing": b"",
    "a page": b"<html><body>Log in</body></html>",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_list_made_to_harm_costs_little(db, world, bomb):
    """It is read or refused in seconds, and the feeds of feeds.toml are fetched all the same."""
    list_ = world.serve("/list", ok(BOMBS[bomb], kind="text/xml"))
    good = world.serve("/good", ok(GOOD))
    started = time.monotonic()
    told = follow(db, list_, good)

    assert told[good].new == 2
    assert time.monotonic() - started < 15


def test_a_stranger_s_list_opens_neither_networks_nor_ports(db, world):
    """Its feeds are asked at public addresses and the ports of the web alone; others say why."""
    asked = ("http://10.0.0.1/feed", "http://[::ffff:127.0.0.1]/", "http://0x7f000002/")
    rows = "".join(f'<outline text="x" xmlUrl="{url}"/>' for url in asked)
    told = follow(db, world.serve("/list", ok(START + rows.encode() + END)))

    assert [told[url].status for url in asked] == ["error"] * 3
    assert all("private" in feeds(db)[url].error for url in asked)


def test_of_a_list_so_many_feeds_are_followed(db, world):
    """Who keeps a list can't fill somebody's database with subscriptions without end."""
    rows = b"".join(FEED % n for n in range(outlines.MOST + 5))
    body = START + rows + END

    assert len(outlines._feeds(body)) == outlines.MOST


def test_what_a_list_lost_stays(db, world):
    """A list that breaks, or is empty for a day, takes nothing away."""
    row = f'<outline text="x" xmlUrl="{world.serve("/feed", ok(GOOD))}"/>'.encode()
    list_ = world.serve("/list", ok(START + row + END))
    follow(db, list_)
    world.serve("/list", ok(START + END))
    follow(db, list_)
    with open_store(db, now=NOW) as store:
        followed = [(row.state, row.total) for row in store.feeds()]

    assert followed == [("ok", 2)]
