"""What becomes of a picture as somebody sent it."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from aggregator.pictures.__main__ import LENGTH, work_off
from aggregator.pictures.child import SIZES as CHILDS
from aggregator.pictures.folder import SIZES
from aggregator.pictures.shrink import MOST_PIXELS, WIDTHS, shrink
from tests.pictures.picture_data import picture, size_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def bomb(width, height):
    """A PNG that says to be enormous."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + end


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_pictures_become_webp_in_two_sizes(kind):
    """Whatever format of pixels came, a small and a large WebP leave, their shape kept."""
    small, large = shrink(picture(kind=kind))

    assert size_of(small) == ("WEBP", (480, 270))
    assert size_of(large) == ("WEBP", (1280, 720))


def test_small_pictures_stay_small():
    """Nothing is made larger than it was."""
    assert [size_of(each)[1] for each in shrink(picture(60, 40))] == [(60, 40)] * 2


def test_what_sees_through_stays_so():
    """A logo without a ground does not get a black one."""
    written = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(written, "PNG")
    small, _ = shrink(written.getvalue())

    with Image.open(BytesIO(small)) as opened:
        assert opened.convert("RGBA").getpixel((5, 5))[3] == 0


def test_where_it_was_taken_is_left_out():
    """What a camera wrote into a picture is in none of ours, but it is turned as it says."""
    exif = Image.Exif()
    exif[0x010F] = "A maker of cameras"
    exif[0x0112] = 6  # turned by a quarter
    small, _ = shrink(picture(400, 200, "JPEG", exif=exif))

    assert b"A maker" not in small
    assert size_of(small)[1] == (200, 400)


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"",
        b"<html>",
        picture()[:900],
        bomb(50_000, 50_000),
        bomb(MOST_PIXELS, 2),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
    ids=["svg", "nothing", "html", "cut", "bomb", "stripe", "postscript"],
)
def test_what_is_no_picture_is_refused(data):
    """Documents, halves, bombs and formats of programs make no picture, and no trouble."""
    assert shrink(data) is None


def test_the_child_answers_a_frame_for_each_size():
    """Its answers are as many frames as there are sizes, empty ones for what it refuses."""
    asked = b"".join(LENGTH.pack(len(each)) + each for each in (picture(), SVG))
    written = BytesIO()
    work_off(BytesIO(asked), written)
    answers = BytesIO(written.getvalue())
    frames = [answers.read(LENGTH.unpack(answers.read(4))[0]) for _ in range(4)]

    assert [bool(each) for each in frames] == [True, True, False, False]
    assert len(WIDTHS) == len(SIZES) == CHILDS
