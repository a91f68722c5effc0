"""Pictures are fetched once, politely, and kept."""

import asyncio
import os
import sys

import pytest

from aggregator.config import Config, Network
from aggregator.pictures.child import Child
from aggregator.pictures.folder import DAY, FORGIVEN, UNSEEN, Folder, key
from aggregator.pictures.keeper import Keeper
from tests.loopback import Answer
from tests.pictures.picture_data import answer, picture, size_of

NOW = 1_795_428_000.0
ALLOWED = Config(network=Network(allow=("127.0.0.0/8",)))


class Clock:
    def __init__(self):
        self.time = NOW

    def __call__(self):
        return self.time


def keep(path, wanted, config=ALLOWED, *, now=None):
    """What a keeper gives for (address, size) pairs, all at once."""

    async def run():
        keeper = Keeper(path, config, now=now or Clock())
        try:
            return await asyncio.gather(*(keeper.get(*each) for each in wanted))
        finally:
            await keeper.close()

    return asyncio.run(run())


def test_a_picture_is_fetched_once_and_kept(tmp_path, web):
    """Both sizes, asked for at once and again later by another keeper, cost its site one request."""
    url = web.serve("/a.png", answer(picture()))
    small, large, again = keep(tmp_path, [(url, "small"), (url, "large"), (url, "small")])
    (later,) = keep(tmp_path, [(url, "small")])

    assert (size_of(small)[1], size_of(large)[1]) == ((480, 270), (1280, 720))
    assert small == again == later
    assert len(web.requests) == 1


def test_a_site_is_asked_as_a_reader_would(tmp_path, web):
    """It is told who asks, gets no cookie and no referrer, and is asked for pixels alone."""
    url = web.serve("/a.png", answer(picture(10, 10)))
    keep(tmp_path, [(url, "small")])
    ((_, headers),) = web.requests

    assert headers["user-agent"].startswith("Aggregator/")
    assert "svg" not in headers["accept"]
    assert not {"cookie", "referer", "authorization"} & set(headers)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (picture(10, 10), "image/svg+xml"),
        (picture(10, 10), "text/html; charset=utf-8"),
        (b"<html>no picture</html>", "image/png"),
        (b"", "image/png"),
    ],
)
def test_what_is_no_picture_is_not_kept(tmp_path, web, body, kind):
    """The type that is said and the bytes must both be a picture's; SVG is none."""
    url = web.serve("/a.png", answer(body, kind))

    assert keep(tmp_path, [(url, "small")]) == [None]


def test_private_addresses_are_not_asked(tmp_path, web):
    """An entry can't make the desk look around in its owner's network."""
    url = web.serve("/a.png", answer(picture(10, 10)))

    assert keep(tmp_path, [(url, "small")], Config()) == [None]
    assert web.requests == []


def test_a_picture_that_is_missing_is_asked_for_again_later(tmp_path, web):
    """A refusal holds for some hours; then it is looked for once more."""
    clock, url = Clock(), f"{web.url}/a.png"
    first = keep(tmp_path, [(url, "small")], now=clock)
    web.serve("/a.png", answer(picture(10, 10)))
    soon = keep(tmp_path, [(url, "small")], now=clock)
    for file in tmp_path.glob("??/*.webp"):
        os.utime(file, (NOW - FORGIVEN - 60,) * 2)
    later = keep(tmp_path, [(url, "small")], now=clock)

    assert first == soon == [None]
    assert later[0]
    assert len(web.requests) == 2


def test_a_picture_that_is_too_large_is_not_taken(tmp_path, web):
    """Its length is believed, and counted."""
    url = web.serve("/a.png", Answer(200, b"\x89PNG" + bytes(13 << 20), {}))

    assert keep(tmp_path, [(url, "small")]) == [None]


def test_the_folder_has_a_limit(tmp_path):
    """Where it is full, the pictures go that were not looked at for longest."""
    folder = Folder(tmp_path, most=10_000)
    for number in range(12):
        folder.write(key(f"https://example.org/{number}"), (b"x" * 500, b"x" * 500))
        for file in tmp_path.glob(f"??/{key(f'https://example.org/{number}')}*"):
            os.utime(file, (NOW + number,) * 2)
    folder.thin(now=NOW + 12)
    left = sum(file.stat().st_size for file in tmp_path.glob("??/*.webp"))

    assert 5_000 <= left <= 9_000
    assert folder.read(key("https://example.org/11"), "small", now=NOW)
    assert folder.read(key("https://example.org/0"), "small", now=NOW) is None


def test_pictures_that_nobody_looks_at_go(tmp_path):
    """After two months; one that was seen a day later has its time anew."""
    folder = Folder(tmp_path, most=100)
    for name in ("seen", "unseen"):
        folder.write(key(name), (b"x" * 5, b"x" * 5))
    for file in tmp_path.glob("??/*.webp"):
        os.utime(file, (NOW,) * 2)
    folder.read(key("seen"), "small", now=NOW + 2 * DAY)
    folder.thin(now=NOW + UNSEEN + DAY)

    assert folder.read(key("seen"), "small", now=NOW + UNSEEN + DAY)
    assert folder.read(key("unseen"), "small", now=NOW + UNSEEN + DAY) is None


def test_a_full_disk_costs_the_keeping_alone(tmp_path, web):
    """Where nothing can be written, the picture is shown all the same."""
    url = web.serve("/a.png", answer(picture(10, 10)))
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    assert keep(blocked, [(url, "small")])[0]


def test_a_name_with_a_secret_tells_nothing():
    """Who knows an address can't tell by its name whether a private list has it."""
    url = "https://example.org/a.png"

    assert len({key(url), key(url, "token"), key(url, "other")}) == 3
    assert key(url, "token") == key(url, "token")


def test_a_child_that_hangs_is_killed():
    """A picture that takes too long is refused, and the next one is made by a new child."""

    async def run():
        hang = Child(deadline=0.2, command=(sys.executable, "-c", "import time; time.sleep(60)"))
        gone = Child(command=(sys.executable, "-c", "pass"))
        good = Child(recycle=1)
        made = [await each.shrink(picture(10, 10)) for each in (hang, gone, good, good)]
        for each in (hang, gone, good):
            await each.close()
        return [bool(each) for each in made]

    assert asyncio.run(run()) == [False, False, True, True]
