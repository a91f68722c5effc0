"""CSV, JSON, NDJSON and OPML, read back by the standard library."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from export_data import ATTACKS, CHANNEL, PLAIN, WORDS, bare, feed_row, hostile
from hypothesis import given

from aggregator.export import export, safe
from aggregator.export.csv import COLUMNS
from aggregator.export.opml import LEFT_OUT
from aggregator.model import Enclosure, StoredEntry

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(entries):
    text = export("csv", CHANNEL, entries)

    assert text.count("\r\n") == 1 + len(entries)
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_table_reads_back():
    """Each entry is a row, and its fields come back as they were."""
    row, empty = table([PLAIN, bare()])

    assert list(COLUMNS) == list(row)
    assert PLAIN.title == row["title"]
    assert PLAIN.url == row["url"]
    assert PLAIN.source == row["source"]
    assert PLAIN.author == row["author"]
    assert row["published_at"] == "2026-11-23T15:00:00Z"
    assert row["tags"] == "ferns, wind & weather"
    assert row["duration"] == "754"
    assert PLAIN.guid == row["guid"]
    assert empty["title"] == "Untitled"
    assert "" == empty["url"] == empty["author"] == empty["updated_at"] == empty["duration"]


@given(WORDS)
def test_no_cell_is_a_formula(words):
    """A cell never begins like a formula, and but for the apostrophe it is the text."""
    (row,) = table([hostile(words)])
    line = safe.line(words)

    assert not [cell for cell in row.values() if cell.startswith(FORMULA)]
    assert row["rights"] in {line, f"'{line}"}
    assert row["summary"] in {line, f"'{line}"}


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_in_its_cell(words):
    """Nothing opens a new row or column, and a formula begins with an apostrophe."""
    (row,) = table([hostile(words)])

    assert len(COLUMNS) == len(row)
    assert not [cell for cell in row.values() if cell.startswith(FORMULA)]


def read(name, text):
    """The objects of an export as entries again."""
    objects = json.loads(text) if name == "json" else list(map(json.loads, text.splitlines()))
    return [stored(each) for each in objects]


def stored(values):
    times = {
        name: values[name] and int(datetime.fromisoformat(values[name]).timestamp())
        for name in ("published_at", "updated_at", "first_seen_at")
    }
    media = tuple(Enclosure(**each) for each in values["enclosures"])
    return StoredEntry(**values | times | {"enclosures": media, "tags": tuple(values["tags"])})


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_full_exports_read_back_to_the_same_entries(name):
    """An ordinary entry comes back as it was, every field."""
    assert [PLAIN, bare()] == read(name, export(name, CHANNEL, [PLAIN, bare()]))


@pytest.mark.parametrize("name", ["json", "ndjson"])
@given(words=WORDS)
def test_any_entry_reads_back_clean(name, words):
    """Whatever an entry says, it comes back as `safe` has it, one object each."""
    entries = [hostile(words), replace(PLAIN, html=words), bare(guid=words)]

    assert list(map(safe.entry, entries)) == read(name, export(name, CHANNEL, entries))


def outlines(*feeds):
    text = export("opml", replace(CHANNEL, feeds=feeds), [PLAIN])
    root = ET.fromstring(text.encode())

    assert root.attrib == {"version": "2.0"}
    return [(folder.get("text"), [dict(each.attrib) for each in folder]) for folder in root[1]]


def test_feeds_stand_in_their_categories():
    """OPML nests the feeds by category, in the taxonomy's order, and keeps theirs."""
    found = outlines(
        feed_row(title="B"), feed_row(title="V", category="video", tags=()), feed_row(title="A")
    )

    assert [(name, [each["text"] for each in feeds]) for name, feeds in found] == [
        ("Blogs", ["B", "A"]),
        ("Video", ["V"]),
    ]
    assert found[0][1][0] == {
        "text": "B",
        "title": "B",
        "type": "rss",
        "xmlUrl": "https://fern.example/feed.xml",
        "htmlUrl": "https://fern.example/",
        "category": "/blogs,ferns",
    }


def test_a_private_feed_is_listed_without_its_address():
    """A secret address is left out, and the outline says so."""
    secret = feed_row(feed_url="https://cora:sesame@fern.example/feed")
    ((_name, (feed,)),) = outlines(secret)

    assert feed["description"] == LEFT_OUT
    assert {"xmlUrl", "type"}.isdisjoint(feed)
    assert feed["htmlUrl"] == "https://fern.example/"


@given(WORDS)
def test_any_title_stays_a_title(words):
    """Whatever a feed is called, the OPML reads just that."""
    ((_name, (feed,)),) = outlines(feed_row(title=words, tags=(words,)))

    assert (safe.line(words) or "Unnamed source") == feed["text"]


def test_the_noun_has_grown_no_field_unseen():
    """The full formats follow the noun: a new field needs a word here and in the documentation."""
    assert len(asdict(PLAIN)) == 22
