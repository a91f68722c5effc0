"""CSV, JSON, NDJSON and OPML, read back by the standard library."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree as ET

import listparser
import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, bare, feed_row, hostile_pick
from hypothesis import given

from aggregator.curation import Item, Via
from aggregator.export import export, safe
from aggregator.export.csv import COLUMNS
from aggregator.export.opml import LEFT_OUT
from aggregator.model import Enclosure

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
    (row,) = table([hostile_pick(words)])
    line = safe.line(words)

    assert not [cell for cell in row.values() if cell.startswith(FORMULA)]
    assert row["rights"] in {line, f"'{line}"}
    assert row["summary"] in {line, f"'{line}"}


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_in_its_cell(words):
    """Nothing opens a new row or column, and a formula begins with an apostrophe."""
    (row,) = table([hostile_pick(words)])

    assert len(COLUMNS) == len(row)
    assert not [cell for cell in row.values() if cell.startswith(FORMULA)]


def test_a_pick_reads_back_with_the_curators_words():
    """Note, quote, section, thanks and the picture's words have a column each."""
    (row,) = table([PICK])

    assert PICK.note.split() == row["note"].split()
    assert PICK.quote == row["quote"]
    assert PICK.section == row["section"]
    assert row["via"] == "Moss Post <https://moss.example/9>; Bo Lichen"
    assert PICK.image_alt == row["image_alt"]


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
    via = tuple(Via(**each) for each in values["via"])
    more = {"enclosures": media, "tags": tuple(values["tags"]), "via": via}
    return Item(**values | times | more)


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_full_exports_read_back_to_the_same_entries(name):
    """An ordinary entry or item comes back as it was, every field."""
    items = [Item.of(PLAIN), Item.of(bare()), PICK]

    assert items == read(name, export(name, CHANNEL, items))


@pytest.mark.parametrize("name", ["json", "ndjson"])
@given(words=WORDS)
def test_any_entry_reads_back_clean(name, words):
    """Whatever an entry says, it comes back as `safe` has it, one object each."""
    entries = [hostile_pick(words), replace(PLAIN, html=words), bare(guid=words)]

    assert list(map(safe.item, entries)) == read(name, export(name, CHANNEL, entries))


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


def test_the_upkeep_of_a_list_is_not_exported():
    """Who added an item, and what its checks said, stays in the desk."""
    item = replace(PICK, added_by="a rule", check_note="gone")
    (row,) = json.loads(export("json", CHANNEL, [item]))

    assert {"added_by", "added_at", "place", "check_note", "check_status"}.isdisjoint(row)


def test_a_list_reads_back_as_links():
    """OPML has a list's items as links, in its sections; foreign readers find all of them."""
    items = [PICK, replace(PICK, item_id=4, section="", url="https://b.example/", title="B")]
    text = export("opml", replace(CHANNEL, feeds=()), items)
    found = listparser.parse(text)
    nodes = [node for node in ET.fromstring(text.encode()).iter("outline") if node.get("url")]

    assert not found.bozo
    assert [("https://b.example/", "B"), (PICK.url, PICK.title)] == [
        (each.url, each.title) for each in found.lists
    ]
    assert found.lists[1].categories[-1] == ["To read"]
    assert [list(PICK.tags)] == [each.tags for each in found.lists[:1]]
    assert nodes[0].get("description") == (
        f"{PICK.note}\n\nvia Moss Post https://moss.example/9\n\nvia Bo Lichen"
    )
    assert nodes[0].get("{http://purl.org/dc/elements/1.1/}source") == PICK.source


def test_an_opml_of_feeds_lists_no_entries():
    """Entries that nobody picked are not a list's links."""
    assert listparser.parse(export("opml", CHANNEL, [PLAIN])).lists == []


def test_foreign_readers_find_the_feeds():
    """A list parser subscribes to just the feeds of the OPML."""
    found = listparser.parse(export("opml", CHANNEL, []))

    assert [each.url for each in found.feeds] == ["https://fern.example/feed.xml"]
    assert [each.title for each in found.feeds] == ["The Weekly Fern"]


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_in_its_attribute(words):
    """A link says just its words in OPML, whatever they are."""
    item = hostile_pick(words, link="https://h.example/")
    text = export("opml", replace(CHANNEL, feeds=(), title=words), [item])
    (node,) = (node for node in ET.fromstring(text.encode()).iter("outline") if node.get("url"))

    assert (safe.line(words) or "https://h.example/") == node.get("text")
    assert listparser.parse(text).feeds == []
