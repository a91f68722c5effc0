"""One contract for all formats, whatever a feed says."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from export_data import (
    ATTACKS,
    BAD_LINKS,
    CHANNEL,
    PICK,
    PLAIN,
    bare,
    feed_row,
    hostile,
    hostile_pick,
)

from aggregator.curation import Via
from aggregator.errors import UsageError
from aggregator.export import FORMATS, Channel, export, format_named
from aggregator.export.json import FIELDS
from aggregator.model import Enclosure

NAMES = [each.name for each in FORMATS]
CRLF = ("csv", "eml", "ics")  # as their RFCs have it
OF_ENTRIES = [name for name in NAMES if name != "opml"]
TABLE = re.compile(r"<!-- formats -->\n(.*?)<!-- /formats -->", re.DOTALL)


def attacked(words):
    return replace(
        CHANNEL, title=words, description=words, author=words, language=words,
        feeds=(feed_row(title=words, tags=(words,), category=words),),
    )  # fmt: skip


def test_the_formats_are_the_promised_ones():
    """The registry has the formats that the command line promises, each once."""
    expected = ["markdown", "html", "html-fragment", "newsletter", "newsletter-text", "eml",
                "atom", "rss", "jsonfeed", "opml", "csv", "csv-buffer", "csv-hootsuite",
                "csv-publer", "ics", "json", "ndjson"]  # fmt: skip

    assert expected == NAMES


def test_an_unknown_format_is_an_error_with_the_known_ones_as_hint():
    """Asking for a format that does not exist names those that do."""
    with pytest.raises(UsageError, match="docx") as caught:
        format_named("docx")

    assert "markdown, html, html-fragment, newsletter" in caught.value.hint


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_a_format_carries_only_clean_characters(name, words):
    """No control character, lone surrogate or odd line end is in any export, and UTF-8 takes it."""
    text = export(name, attacked(words), [hostile(words), PLAIN, hostile_pick(words), PICK])

    assert text.encode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]", text)
    assert "\r" not in (text.replace("\r\n", "") if name.startswith(CRLF) else text)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("link", BAD_LINKS, ids=range(len(BAD_LINKS)))
def test_a_format_emits_no_address_but_http_and_https(name, link):
    """An address of another scheme, or of no shape, is nowhere in an export."""
    feeds = (feed_row(url=link, feed_url=link, site_url=link),)
    none = (feed_row(url="", feed_url="", site_url=None),)
    channel = Channel(title="T", updated=0, url=link, feed_url=link, feeds=feeds)
    clean = Channel(title="T", updated=0, feeds=none)
    pick = hostile_pick("words", link=link)
    same = replace(
        pick, url=None, source_url=None, image=None, comments_url=None, enclosures=(),
        canonical_url=None, via=(Via(name="words"),),
    )  # fmt: skip

    assert export(name, clean, [same]) == export(name, channel, [pick])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_input_gives_the_same_text(name):
    """An export has no clock and no chance in it."""
    assert export(name, CHANNEL, [PLAIN, bare()]) == export(name, CHANNEL, [PLAIN, bare()])


@pytest.mark.parametrize("name", OF_ENTRIES)
def test_each_entry_is_credited(name):
    """Source, author and link of every entry stand in every format of entries."""
    text = export(name, CHANNEL, [PLAIN, replace(PLAIN, author="Bo Lichen", source="Moss Post")])

    for credit in ("The Weekly Fern", "Ada Moss", "https://fern.example/spores", "Bo Lichen",
                   "Moss Post", "https://fern.example/"):  # fmt: skip
        assert credit in text.replace("\r\n ", "").replace("=\r\n", "")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_selected_is_a_whole_document_too(name):
    """An export of no entries and no feeds is not an error."""
    text = export(name, Channel(title="None", updated=0), [])

    assert text.endswith("\n") or (name in {"ndjson", "csv-hootsuite"} and not text)


@pytest.mark.parametrize("name", NAMES)
def test_impossible_times_are_no_error(name):
    """Times outside the years 1 to 9999 are moved to their edge."""
    far = replace(PLAIN, published_at=10**18, updated_at=-(10**18), first_seen_at=0)

    assert export(name, replace(CHANNEL, updated=10**18), [far])


@pytest.mark.parametrize("name", NAMES)
def test_user_and_password_are_never_exported(name):
    """Credentials in any address do not leave the house."""
    secret = "https://cora:sesame@fern.example/feed"
    channel = replace(
        CHANNEL, url=secret, feed_url=secret,
        feeds=(feed_row(url=secret, feed_url=secret, site_url=secret),),
    )  # fmt: skip

    assert "sesame" not in export(name, channel, [hostile_pick("words", link=secret)])


@pytest.mark.parametrize("name", NAMES)
def test_a_token_in_a_feeds_address_is_never_exported(name):
    """The address of a private feed or source is left out, whichever of its two it stands in."""
    secret = "https://fern.example/feed?token=0123456789abcdef0123"
    feeds = (feed_row(url=secret), feed_row(feed_url=secret), feed_row(site_url=secret))

    text = export(name, replace(CHANNEL, feeds=feeds), [replace(PLAIN, source_url=secret)])

    assert "0123456789abcdef0123" not in text
    assert name != "opml" or text.count("xmlUrl=") == 1


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_the_full_formats_have_every_field(name):
    """JSON and NDJSON name all fields of the noun, in its order."""
    import json

    found = json.loads(export(name, CHANNEL, [PLAIN]).strip().removeprefix("[").removesuffix("]"))

    assert list(FIELDS) == list(found)
    assert {each.name for each in fields(PLAIN)} < set(found)
    assert [each.name for each in fields(Enclosure)] == list(found["enclosures"][0])
    assert found["published_at"] == "2026-11-23T15:00:00Z"


def test_the_documentation_has_the_registrys_table():
    """The table of formats in docs/export.md is the registry."""
    page = Path(__file__).resolve().parents[2] / "docs" / "export.md"
    rows = [f"| `{each.name}` | `{each.suffix}` | `{each.media_type}` | {each.about} |\n"
            for each in FORMATS]  # fmt: skip
    head = "| format | suffix | media type | what for |\n|---|---|---|---|\n"

    assert [head + "".join(rows)] == TABLE.findall(page.read_text("utf-8"))
