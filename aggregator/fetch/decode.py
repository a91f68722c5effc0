"""Bodies as they were before the wire: never larger than allowed, whole or refused.

Libraries that decode while reading hand over a bomb in one piece (1,970 bytes of brotli are
1 GiB), so a body is read as it is, and decoded here piece by piece until the limit.
Codings: RFC 9110 section 8.4, RFC 1951, 1952, 7932, 8878; window of zstd: RFC 9659.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from aggregator.errors import FetchError

ACCEPTED = "zstd, br, gzip, deflate"

_NOTHING = frozenset({"", "identity", "none", "binary", "utf-8", "utf8", "iso-8859-1"})
"""Said by servers that mean no coding at all; a charset here is a common slip."""

_ZSTD_WINDOW = 8 << 20
_ZSTD_STEP = 256
"""A block of 4 bytes decodes to 128 KiB at most, so a step makes 8 MiB at most."""

_GZIP_MAGIC = b"\x1f\x8b"


def decode(wire: bytes, encoding: str, *, limit: int) -> bytes:
    """Undo a Content-Encoding; `limit` is in bytes.

    Raises FetchError: kind too_large beyond the limit; kind encoding for a coding that is
    unknown, stacked, broken or cut short.
    """
    names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in _NOTHING]
    if not names or not wire:
        return _joined(iter((wire,)), limit)
    if len(names) > 1:
        raise _refused(f"The server stacked encodings ({', '.join(names)[:80]}).")
    if names[0] not in _DECODERS:
        raise _refused(f"The server used an unknown encoding ({names[0][:40]}).")
    try:
        return _joined(_DECODERS[names[0]](wire, limit), limit)
    except _broken() as error:
        raise _refused(f"The {names[0]} data is broken.") from error


def _joined(pieces: Iterator[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise FetchError(
                f"The document is larger than {limit / (1 << 20):.3g} MiB.",
                kind="too_large",
                hint="Raise max_body in feeds.toml if it is meant to be so large.",
            )
        parts.append(piece)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _gzip(wire: bytes, limit: int) -> Iterator[bytes]:
    """Yield member after member; what follows the last one and is none is padding."""
    while True:
        decoder = zlib.decompressobj(wbits=31)
        yield decoder.decompress(wire, limit + 1)
        _whole(decoder.eof, "gzip")
        wire = decoder.unused_data
        if not wire.startswith(_GZIP_MAGIC):
            return


def _deflate(wire: bytes, limit: int) -> Iterator[bytes]:
    """Yield a zlib stream, or the bare deflate stream that some servers send in its place."""
    zlib_header = len(wire) > 1 and wire[0] & 15 == 8 and (wire[0] << 8 | wire[1]) % 31 == 0
    decoder = zlib.decompressobj(wbits=15 if zlib_header else -15)
    yield decoder.decompress(wire, limit + 1)
    _whole(decoder.eof, "deflate")


def _brotli(wire: bytes, limit: int) -> Iterator[bytes]:
    # Most answers need only one of the decoders, many none.
    import brotli  # noqa: PLC0415

    decoder = brotli.Decompressor()
    yield decoder.process(wire, output_buffer_limit=limit + 1)
    while not decoder.is_finished():
        piece = decoder.process(b"", output_buffer_limit=limit + 1)
        _whole(piece or decoder.is_finished(), "br")
        yield piece


def _zstd(wire: bytes, _limit: int) -> Iterator[bytes]:
    """Yield frame after frame, in steps, since this decoder knows no limit of its own."""
    import zstandard  # noqa: PLC0415

    codec = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    decoder = codec.decompressobj()
    at = 0
    while at < len(wire):
        step = wire[at : at + _ZSTD_STEP]
        yield decoder.decompress(step)
        at += len(step)
        if decoder.eof and at - len(decoder.unused_data) < len(wire):
            at -= len(decoder.unused_data)
            decoder = codec.decompressobj()
    _whole(decoder.eof, "zstd")


_DECODERS: dict[str, Callable[[bytes, int], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def _broken() -> tuple[type[Exception], ...]:
    """Name what the decoders raise; asked for only when one of them has raised."""
    import brotli  # noqa: PLC0415
    import zstandard  # noqa: PLC0415

    return (zlib.error, brotli.error, zstandard.ZstdError)


def _whole(ended: object, name: str) -> None:
    if not ended:
        raise _refused(f"The {name} data ends before its end.")


def _refused(message: str) -> FetchError:
    return FetchError(message, kind="encoding")
