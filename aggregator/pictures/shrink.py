"""A picture as somebody sent it → WebP in two sizes, without what cameras write into it.

Only formats of pixels are read. SVG is a document that may hold scripts and load from elsewhere:
it is refused, as is everything that says to be larger than it should.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

READ = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
WIDTHS = (480, 1280)
"""Pixels: for a card, and for a page."""

TALLEST = 3
"""So many times its width is a picture shown high; the rest of a comic strip is at its site."""

MOST_PIXELS = 40_000_000
QUALITY = 78


def shrink(data: bytes) -> tuple[bytes, ...] | None:
    """Return a picture in each of the WIDTHS; None for what is none, or is too large.

    Of pictures that move the first one is taken.
    """
    try:
        with Image.open(BytesIO(data), formats=READ) as opened:
            if opened.width * opened.height > MOST_PIXELS or min(opened.size) < 1:
                return None
            # A JPEG is decoded at half, a quarter or an eighth where that is large enough.
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
            picture = ImageOps.exif_transpose(opened)
            return tuple(_webp(picture, width) for width in WIDTHS)
    # Pillow's readers raise whatever their formats lead to; a picture that can't be read is none.
    except Exception:  # noqa: BLE001
        return None


def _webp(picture: Image.Image, width: int) -> bytes:
    small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((width, width * TALLEST))
    written = BytesIO()
    small.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()
