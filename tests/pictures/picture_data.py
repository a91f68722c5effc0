"""Pictures as sites send them."""

from io import BytesIO

from PIL import Image

from tests.loopback import Answer


def picture(width=1600, height=900, kind="PNG", **options):
    """The bytes of a picture."""
    written = BytesIO()
    Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 8).convert("RGB").save(
        written, kind, **options
    )
    return written.getvalue()


def answer(body, kind="image/png"):
    return Answer(200, body, {"Content-Type": kind})


def size_of(data):
    with Image.open(BytesIO(data)) as opened:
        return opened.format, opened.size
