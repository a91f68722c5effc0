"""Bodies are decoded whole, within their limit, or refused."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError
from aggregator.fetch.decode import decode

MIB = 1 << 20
DOCUMENT = b"<rss>" + bytes(range(256)) * 900 + b"</rss>"


def raw_deflate(data):
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


def zstd(data):
    return zstandard.ZstdCompressor(write_content_size=False).compress(data)


CODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "DEFLATE": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd,
}


@pytest.mark.parametrize("encoding", CODERS)
@given(data=st.binary(min_size=1, max_size=2000).map(lambda data: data * 50))
def test_what_was_encoded_comes_back(encoding, data):
    """Every accepted coding is undone exactly."""
    assert decode(CODERS[encoding](data), encoding, limit=MIB) == data


@pytest.mark.parametrize("encoding", CODERS)
def test_a_document_of_just_the_limit_is_allowed(encoding):
    """The limit is the last size that passes."""
    wire = CODERS[encoding](DOCUMENT)

    assert decode(wire, encoding, limit=len(DOCUMENT)) == DOCUMENT
    with pytest.raises(FetchError) as caught:
        decode(wire, encoding, limit=len(DOCUMENT) - 1)
    assert caught.value.kind == "too_large"


@pytest.mark.parametrize("encoding", CODERS)
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.999])
def test_a_truncated_body_is_refused(encoding, kept):
    """A stream without its end is an error, however much of it came."""
    wire = CODERS[encoding](DOCUMENT)

    with pytest.raises(FetchError) as caught:
        decode(wire[: int(len(wire) * kept)], encoding, limit=MIB)

    assert caught.value.kind == "encoding"


@pytest.mark.parametrize("encoding", CODERS)
def test_a_corrupt_body_is_refused(encoding):
    """Bytes that are no stream of their coding are an error."""
    wire = bytearray(CODERS[encoding](DOCUMENT))
    wire[0:40] = b"<html>this is no compressed document ..."

    with pytest.raises(FetchError) as caught:
        decode(bytes(wire), encoding, limit=MIB)

    assert caught.value.kind == "encoding"


@pytest.mark.parametrize("encoding", CODERS)
def test_a_bomb_is_bounded_in_memory(encoding):
    """A small body that unpacks to 256 MiB costs little more than the limit."""
    bomb = _bomb(encoding, 256)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError) as caught:
            decode(bomb, encoding, limit=MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert caught.value.kind == "too_large"
    assert peak < 20 * MIB


def _bomb(encoding, mib):
    """Encode so many MiB of zeros without ever holding them."""
    if encoding == "br":
        coder = brotli.Compressor(quality=5)
        press, finish = coder.process, coder.finish
    else:
        bits = {"deflate": 15, "DEFLATE": -15}.get(encoding, 31)
        codec = zstandard.ZstdCompressor() if encoding == "zstd" else None
        coder = codec.compressobj() if codec else zlib.compressobj(wbits=bits)
        press, finish = coder.compress, coder.flush
    return b"".join([*(press(bytes(MIB)) for _ in range(mib)), finish()])


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br,gzip", "identity, gzip, deflate"])
def test_stacked_encodings_are_refused(encoding):
    """Nobody needs two codings; bombs do."""
    with pytest.raises(FetchError, match="stacked") as caught:
        decode(b"x", encoding, limit=MIB)

    assert caught.value.kind == "encoding"


@pytest.mark.parametrize("encoding", ["compress", "gzippy", "\x00"])
def test_unknown_encodings_are_refused(encoding):
    """A coding that was not asked for can't be undone."""
    with pytest.raises(FetchError, match="unknown") as caught:
        decode(b"x", encoding, limit=MIB)

    assert caught.value.kind == "encoding"


@pytest.mark.parametrize("encoding", ["", "identity", "none", "UTF-8", " , identity"])
def test_no_encoding_has_many_names(encoding):
    """Servers say in several ways that they did nothing; the limit holds all the same."""
    assert decode(b"plain", encoding, limit=5) == b"plain"
    with pytest.raises(FetchError):
        decode(b"plain.", encoding, limit=5)


@pytest.mark.parametrize("encoding", CODERS)
def test_nothing_decodes_to_nothing(encoding):
    """An empty body is told as empty, not as broken."""
    assert decode(b"", encoding, limit=MIB) == b""


def test_members_and_frames_follow_each_other():
    """A body of several gzip members or zstd frames is one document (RFC 1952, RFC 8878)."""
    assert decode(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", limit=9) == b"ab"
    assert decode(zstd(b"a" * 999) + zstd(b"b"), "zstd", limit=MIB) == b"a" * 999 + b"b"


def test_padding_after_gzip_is_ignored():
    """Zeros after the last member are what old servers add; they are no part of it."""
    assert decode(gzip.compress(b"a") + bytes(512), "gzip", limit=9) == b"a"
