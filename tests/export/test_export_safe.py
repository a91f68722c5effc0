"""What is cleaned before any writer sees it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from export_data import BAD_LINKS, PICK, PLAIN, WORDS, feed_row
from hypothesis import given
from hypothesis import strategies as st

from aggregator.curation import Item
from aggregator.export import safe

GOOD = re.compile(r"https?://[a-z0-9._\[\]:-]+([/?#][A-Za-z0-9%/?#:@!$&'()*+,;=~._-]*)?")
ADDRESSES = {
    "https://a.example": "https://a.example",
    " HTTPS://A.Example/B ": "https://a.example/B",
    "https://a.example/%zz%20%": "https://a.example/%25zz%20%25",
    "https://a.example\\@evil.example/": "https://a.example/@evil.example/",
    "https://u:p@evil.example@a.example/": "https://a.example/",
    "https://a.example?q=a b": "https://a.example?q=a%20b",
    "https://bücher.example/ü": "https://xn--bcher-kva.example/%C3%BC",
    "http://[::1]:8001/x[0]": "http://[::1]:8001/x%5B0%5D",
    "htt\nps://a.ex\tample/": "https://a.example/",
    "https://a.example/\ud800": "https://a.example/%EF%BF%BD",
    "https://a.example/a\u202eb": "https://a.example/a%E2%80%AEb",
}


@pytest.mark.parametrize("link", BAD_LINKS, ids=range(len(BAD_LINKS)))
def test_what_is_no_web_address_is_none(link):
    """Other schemes, relative and impossible addresses are nowhere to send a reader."""
    assert safe.link(link) is None


@pytest.mark.parametrize("link", ADDRESSES)
def test_an_address_is_written_one_way(link):
    """A web address comes out in ASCII, encoded, and without credentials."""
    assert ADDRESSES[link] == safe.link(link)


def test_no_address_stays_none():
    """A missing address is no error."""
    assert safe.link(None) is None
    assert safe.page(None) is None


@given(st.one_of(WORDS, WORDS.map("https://".__add__), WORDS.map("http://a.example/".__add__)))
def test_any_link_is_none_or_good(words):
    """Whatever is given, an address has only RFC 3986's characters, and is clean when clean."""
    link = safe.link(words)

    assert link is None or GOOD.fullmatch(link)
    assert link == safe.link(link)


@given(WORDS)
def test_cleaning_twice_changes_nothing(words):
    """Text that is clean stays as it is."""
    assert safe.text(words) == safe.text(safe.text(words))
    assert safe.line(words) == safe.line(safe.line(words))


def test_an_ordinary_entry_is_left_as_it_is():
    """Cleaning is for enemies: what is in order comes through untouched."""
    assert safe.item(PLAIN) == Item.of(PLAIN)
    assert safe.item(PICK) == PICK


@pytest.mark.parametrize("language", ["en", "pt-BR", "zh-Hant-TW"])
def test_a_language_tag_is_kept(language):
    """Tags of the shape of BCP 47 stay."""
    assert language == safe.item(replace(PLAIN, language=language)).language


@pytest.mark.parametrize("language", ["", "e", "en_US", 'en" onload="x', "englishes"])
def test_what_is_no_language_tag_is_none(language):
    """Anything else would break an attribute, or mean nothing."""
    assert safe.item(replace(PLAIN, language=language)).language is None


@pytest.mark.parametrize(
    ("url", "public", "whole"),
    [
        ("https://a.example/feed", "https://a.example/feed", "https://a.example/feed"),
        ("https://u:p@a.example/feed", "", "https://u:p@a.example/feed"),
        ("https://a.example/?token=abcdef", "", "https://a.example/?token=abcdef"),
        ("https://a.example/@ana", "https://a.example/@ana", "https://a.example/@ana"),
        ("rsshub:/telegram/channel/x", "rsshub:/telegram/channel/x", "rsshub:/telegram/channel/x"),
        ("https://u:p@", "", ""),
        ("javascript:alert(1)", "", ""),
    ],
)
def test_addresses_of_feeds_are_whole_only_when_asked_for(url, public, whole):
    """Secrets are left out unless they are wanted; a reference to a bridge holds none."""
    row = feed_row(url=url, feed_url=url)

    assert public == safe.feed(row).feed_url
    assert whole == safe.feed(row, secrets=True).feed_url
