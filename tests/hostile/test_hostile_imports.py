"""Lists of subscriptions made to harm: read or refused in a sentence, in bounded time and memory."""

import gzip
import io
import time
import tracemalloc
import zipfile

import pytest

from aggregator.errors import AggregatorError
from aggregator.imports import FORMATS, read, sniff

OPML = b"<?xml version='1.0'?><opml version='2.0'><body>"


def zipped(data):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feeds.opml", data)
    return held.getvalue()


LAUGHS = b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol" * 9) for n in range(10)
)
BOMBS = {
    "opml: a billion laughs": b"<?xml version='1.0'?><!DOCTYPE opml [" + LAUGHS + b"]>" + OPML[21:],
    "opml: quadratic entities": b"<!DOCTYPE opml [<!ENTITY a '" + b"x" * 50_000 + b"'>]><opml>"
    b"<outline text='" + b"&a;" * 20_000 + b"'/></opml>",
    "opml: folders without an end": OPML + b"<outline text='x'>" * 30_000,
    "opml: attributes": OPML
    + b"<outline "
    + b" ".join(b"a%d='1'" % n for n in range(50_000))
    + b"/>",
    "opml: ampersands": OPML + b"&" * 300_000,
    "opml: categories": OPML
    + b"<outline xmlUrl='http://e.example/' category='"
    + b"/a," * 100_000
    + b"'/></body></opml>",
    "opml: a name of a megabyte": OPML
    + b"<outline xmlUrl='http://e.example/' text='"
    + b"x" * (1 << 20)
    + b"'/></body></opml>",
    "json: nested": b'{"feeds":' + b"[" * 200_000,
    "json: nested objects": b'{"a":' * 100_000,
    "json: a number of a million digits": b"[" + b"9" * 1_000_000 + b"]",
    "json: many nothings": b"[" + b"{}," * 30_000 + b"{}]",
    "json: surrogates": rb'[{"feed_url":"http://e.example/\ud800","title":"\udfff"}]',
    "json: other types": b'[1,null,true,[],{"feed_url":[],"title":{},"category":7,"tags":[{}]}]',
    "json: not a list": b'{"feeds":{"a":1}}',
    "json: an infinity": b"[1e999999, NaN, Infinity]",
    "youtube: a field of megabytes": b"Channel Id,Channel Url,Channel Title\n" + b"x" * (3 << 20),
    "youtube: an open quote": b'Channel Id,Channel Url,Channel Title\nUC,"' + b"x,\n" * 300_000,
    "youtube: quotes": b"Channel Id,Channel Url,Channel Title\n" + b'"' * 1_000_001,
    "youtube: columns": b"Channel Id,Channel Url,Channel Title\n" + b"," * 1_000_000,
    "youtube: NUL": b"Channel Id,Channel Url,Channel Title\n\0,\0,\0\n",
    "newsboat: an open quote": b'http://e.example/ "' + b'\\"' * 300_000,
    "newsboat: tags": b"http://e.example/ " + b"a " * 50_000,
    "newsboat: commands": b'exec:rm "-rf" /\nfilter:cat:http://e.example/\nquery:x:y\n',
    "list: brackets": b"[" * 300_000,
    "list: open links": b"[a](" * 20_000,
    "list: dots": b"a." * 200_000,
    "list: dashes": b"-" * 300_000 + b".",
    "list: a line without an end": b"http://e.example/" + b"a" * (3 << 20),
    "list: bullets": b"1) " * 200_000,
    "list: lines": b"\n" * 300_000,
    "a zip bomb": zipped(b"\0" * (64 << 20)),
    "a gzip bomb": gzip.compress(b"\0" * (64 << 20)),
    "a zip with a list": zipped(OPML + b"<outline xmlUrl='http://e.example/'/></body></opml>"),
    "a binary": bytes(range(256)) * 2_000,
    "NUL": b"\0" * 300_000,
    "UTF-16": "http://e.example/\n".encode("utf-16"),
    "half a UTF-16": "http://e.example/".encode("utf-16")[:-1],
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_list_to_import_costs_little(bomb):
    """Whatever it is, it is taken or refused by our own error; nothing in it is unpacked or run."""
    began = time.monotonic()
    tracemalloc.start()
    try:
        found = read(BOMBS[bomb])
    except AggregatorError as error:
        found = None
        said = f"{error.message} {error.hint or ''}"
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert time.monotonic() - began < 10
    assert most < 150 << 20
    assert (found is None) or all(each.url.startswith("http") for each in found.sources)
    assert found is not None or (len(said) < 500 and said.isprintable())


@pytest.mark.parametrize("form", [each.name for each in FORMATS])
def test_a_wrong_name_of_a_format_harms_nothing(form):
    """Every reader may be handed the documents of every other one."""
    for document in (OPML, b"[1]", b"a,b\nc,d", b'x "y', b"", b"\xff\xfe\0", b"<a>", b"{"):
        try:
            found = read(document, name=form)
        except AggregatorError:
            continue

        assert all(each.url.startswith("http") for each in found.sources)


@pytest.mark.parametrize(
    "address",
    [
        b"file:///etc/passwd",
        b"javascript:alert(1)",
        b"data:text/xml,x",
        b"gopher://e.example/",
        b"http://",
        b"http://[::1",
        b"http://e.example/\x1b[31m",
        b"http://user:secret@e.example:99999/",
    ],
)
def test_an_address_of_a_list_is_of_the_web(address):
    """Others are left out with a remark that can be printed."""
    found = read(address + b"\nhttps://good.example/feed\n", name="list")

    assert "https://good.example/feed" in [each.url for each in found.sources]
    assert all(each.url.startswith(("http://", "https://")) for each in found.sources)
    assert all(f"{each.what}{each.why}".isprintable() for each in found.remarks)


def test_what_a_list_is_told_by_costs_little():
    """The format is told from the beginning of a document, however long it is."""
    began = time.monotonic()
    for start in (b"<", b"{", b"a,", b'"', b"http://e "):
        sniff(start * (4 << 20))

    assert time.monotonic() - began < 5
