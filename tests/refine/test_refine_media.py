"""Pictures and enclosures."""

import re

import pytest

from aggregator.model import Enclosure, RawEntry
from aggregator.refine.media import enclosures_of, image_of, type_of

BASE = "https://e.org/feed"


@pytest.mark.parametrize(
    ("url", "declared", "expected"),
    [
        ("https://e.org/a.MP3?x=1.b", None, "audio/mpeg"),
        ("https://e.org/a.mp3?", "mp3", "audio/mpeg"),
        ("https://e.org/a.mp3", "Audio/MPEG; charset=x", "audio/mpeg"),
        ("https://e.org/a.mp3", "video/mp4", "video/mp4"),
        ("https://e.org/a.mp4", "application/octet-stream", "video/mp4"),
        ("https://e.org/a", "application/octet-stream", "application/octet-stream"),
        ("https://e.org/a.pdf", "mp3", "application/pdf"),
        ("https://e.org/a.xyz", "mp3", None),
        ("https://e.org/a", None, None),
    ],
)
def test_the_suffix_tells_a_type_that_is_not_declared(url, declared, expected):
    """A declared type counts when it is one and says something."""
    assert expected == type_of(url, declared)


def test_enclosures_are_absolute_single_and_sane():
    """Addresses of other schemes, repeats, and absurd numbers go."""
    raw = RawEntry(
        enclosures=(
            Enclosure(url="a.mp3", length=-1, duration=10**9, title=" A\n title "),
            Enclosure(url="https://e.org/a.mp3", length=5),
            Enclosure(url="javascript:alert(1)"),
            Enclosure(url=""),
            Enclosure(url="https://me:pw@e.org/b.jpg?sig=utm_source", length=7, title=""),
        )
    )

    assert enclosures_of(raw, BASE) == (
        Enclosure(url="https://e.org/a.mp3", type="audio/mpeg", title="A title"),
        Enclosure(url="https://e.org/b.jpg?sig=utm_source", type="image/jpeg", length=7),
    )


def test_an_entrys_duration_goes_to_the_first_file_that_plays():
    """A file's own duration is not replaced."""
    cover = Enclosure(url="https://e.org/a.png")
    sound = Enclosure(url="https://e.org/a.mp3")
    timed = Enclosure(url="https://e.org/b.mp3", duration=7)

    first = enclosures_of(RawEntry(enclosures=(cover, sound, timed), duration=60), BASE)
    second = enclosures_of(RawEntry(enclosures=(timed, sound), duration=60), BASE)
    none = enclosures_of(RawEntry(enclosures=(cover,), duration=60), BASE)

    assert [file.duration for file in first] == [None, 60, 7]
    assert [file.duration for file in second] == [7, None]
    assert [file.duration for file in none] == [None]


def test_enclosures_are_counted():
    """An entry with a thousand files keeps twenty."""
    many = tuple(Enclosure(url=f"https://e.org/{n}.mp3") for n in range(1000))

    assert len(enclosures_of(RawEntry(enclosures=many), BASE)) == 20


@pytest.mark.parametrize(
    ("raw", "safe", "expected"),
    [
        (RawEntry(thumbnail="/t.jpg"), '<img src="https://e.org/i.png">', "https://e.org/t.jpg"),
        (
            RawEntry(enclosures=(Enclosure(url="a.mp3"), Enclosure(url="c.png"))),
            '<img src="https://e.org/i.png">',
            "https://e.org/c.png",
        ),
        (
            RawEntry(thumbnail="data:x"),
            '<img src="https://e.org/i.png?a=1&amp;b">',
            "https://e.org/i.png?a=1&b",
        ),
        (
            RawEntry(),
            """<img src="https://e.org/a.png" width="16"><img src="https://s.w.org/emoji/1.png">
            <img src="https://e.org/avatar.png"><img src="https://e.org/b.png" width="640px">""",
            "https://e.org/b.png",
        ),
        (RawEntry(), "<p>none</p>", None),
        (RawEntry(), '<img alt="no address">', None),
    ],
)
def test_the_picture_is_the_best_there_is(raw, safe, expected):
    """A thumbnail, an enclosed picture, or the first in the text that illustrates it."""
    pictures = re.findall("<img[^>]*>", safe)

    assert expected == image_of(raw, enclosures_of(raw, BASE), pictures, BASE)
