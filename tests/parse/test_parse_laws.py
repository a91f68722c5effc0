"""Laws that hold for any document: feedparser's meaning, delta, and no error but ours."""

import contextlib
from functools import lru_cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.parse import parse, strict
from aggregator.parse.encoding import to_utf8
from aggregator.parse.machine import Doubt
from aggregator.parse.reader import ELSEWHERE, Reader
from tests.parse import feedparser_oracle as oracle
from tests.parse.random_documents import document
from tests.parse.test_parse_documents import DOCUMENTS, fact

URL = "https://feeds.example/dir/feed.xml"
LAW = settings(max_examples=120, deadline=None, derandomize=True)


@LAW
@given(st.integers(0, 10**6))
def test_random_feeds_mean_what_feedparser_says(seed):
    """A random well-formed feed is read as feedparser reads it, where feedparser can read it."""
    body = document(seed)
    try:
        parsed = parse(body, url=URL, charset=None)
    except ParseError:
        assert oracle.compare(None, body, URL).raised
        return
    comparison = oracle.compare(parsed, body, URL)

    if not comparison.raised:
        assert comparison.counts[0] == comparison.counts[1]
        assert comparison.unexplained() == []


def strictly(body):
    try:
        return strict.read_strict(body, URL)
    except Doubt:
        return None


def without_short_cuts(body):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "within", lambda _: ELSEWHERE)
        return strictly(body)


@LAW
@given(st.integers(0, 10**6))
def test_short_cuts_change_nothing_in_random_feeds(seed):
    """Leaves that are told at once say what they would say when opened and closed."""
    body = document(seed)

    assert strictly(body) == without_short_cuts(body)


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.suffix == ".xml"], ids=fact)
def test_short_cuts_change_nothing_in_our_documents(path):
    """Leaves say what they would say without short cuts, in each document of ours."""
    body = to_utf8(path.read_bytes(), None)

    assert strictly(body) == without_short_cuts(body)


ITEMS = st.lists(
    st.builds(
        "<item>{}{}</item>{}".format,
        st.sampled_from(
            [
                "<title>One</title>",
                "<title>Two</title><link>/two</link>",
                "<description><![CDATA[<item>]]></description>",
                "<!-- </item> --><guid>3</guid>",
                "<m:thumbnail xmlns:m='http://search.yahoo.com/mrss/' url='t.jpg'/>",
                "<x a='>/item>' b=\"'\"/>",
                "<content xml:base='b/'>c</content>",
            ]
        ),
        st.integers(0, 99).map("<guid isPermaLink='false'>{}</guid>".format),
        st.sampled_from(["", "\n", "<!-- <item> -->", "<?pi <item> ?>", "<item/>"]),
    ),
    min_size=1,
    max_size=8,
)


@LAW
@given(ITEMS, st.data())
def test_delta_equals_full_without_the_known(items, data):
    """A delta is the full result less the entries whose hash is known."""
    body = f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>".encode()
    full = parse(body, url=URL, charset=None)
    hashes = [full.hashes[place : place + 16] for place in range(0, len(full.hashes), 16)]
    known = data.draw(st.sets(st.sampled_from(hashes)))
    delta = parse(body, url=URL, charset=None, known_hashes=b"".join(known))

    assert len(full.entries) == full.listed == len(hashes)
    expected = [
        entry for entry, digest in zip(full.entries, hashes, strict=True) if digest not in known
    ]
    assert tuple(expected) == delta.entries
    assert full.feed == delta.feed
    assert full.hashes == delta.hashes
    assert bool(known) == delta.delta


@lru_cache
def corpus():
    return [path.read_bytes() for path in DOCUMENTS]


@LAW
@given(st.data())
def test_damaged_documents_raise_nothing_but_parse_errors(data):
    """A document with a piece cut out, doubled or made noise of is read, or refused as ours."""
    body = data.draw(st.sampled_from(corpus()))
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    middle = data.draw(st.sampled_from([b"", body[start:end] * 2, b"<", b"&", b"\xff\x00", b"]]>"]))
    damaged = body[:start] + middle + body[end:]

    with contextlib.suppress(ParseError):
        parse(damaged, url=URL, charset=data.draw(st.sampled_from([None, "utf-8", "utf-16", "x"])))


@LAW
@given(st.binary(max_size=300))
@example(b'<?xml version="1.0" encoding="a\0b"?><rss version="2.0"/>')
@example(b"\xff\xfe\x00\xd8<")
@example(b"{" + b"[" * 300)
def test_noise_raises_nothing_but_parse_errors(body):
    """Bytes that mean nothing are refused as ours."""
    with contextlib.suppress(ParseError):
        parse(body, url=URL, charset=None)
