"""The import tables of Buffer, Hootsuite and Publer, read back by the csv module."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, bare, hostile_pick
from hypothesis import given

from aggregator.errors import UsageError
from aggregator.export import ExportOptions, export, safe
from aggregator.export.schedulers import BUFFER, PUBLER

NAMES = ["csv-buffer", "csv-hootsuite", "csv-publer"]
HEADS = {"csv-buffer": [list(BUFFER)], "csv-hootsuite": [], "csv-publer": [list(PUBLER)]}
TEXT = {"csv-buffer": 0, "csv-hootsuite": 1, "csv-publer": 1}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MESSAGE = f"""{PICK.note}

{PICK.title}

“{PICK.quote}”

Ada Moss, The Weekly Fern · CC BY 4.0 · via Moss Post https://moss.example/9 · via Bo Lichen"""


@pytest.fixture(autouse=True)
def _long_cells():
    """What is read back here may be longer than csv allows by itself."""
    usual = csv.field_size_limit(10**6)
    yield
    csv.field_size_limit(usual)


PLANNED = ExportOptions(times=(1_795_446_061,), zone=timezone(timedelta(hours=-5)))


def rows(name, items, channel=CHANNEL):
    text = export(name, channel, items)
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert found[: len(HEADS[name])] == HEADS[name]
    return found[len(HEADS[name]) :]


def test_buffer_has_the_link_in_the_text():
    """Buffer's columns are text, picture, tags and time; tags are the account's own."""
    channel = replace(CHANNEL, options=PLANNED)

    assert rows("csv-buffer", [PICK], channel) == [
        [f"{MESSAGE}\n\n{PICK.url}", PICK.image, "", "2026-11-23 10:02"]
    ]


def test_hootsuite_has_the_link_apart_and_times_of_five_minutes():
    """Hootsuite's columns are time, message and link, without a header."""
    channel = replace(CHANNEL, options=PLANNED)

    assert rows("csv-hootsuite", [PICK], channel) == [["11/23/2026 10:05", MESSAGE, PICK.url]]


def test_publer_has_a_picture_with_its_words_or_a_link_with_its_card():
    """Publer's twelve columns are all there; a post is of one kind."""
    picture, link = rows("csv-publer", [PICK, PLAIN], replace(CHANNEL, options=PLANNED))
    text = f"{MESSAGE}\n\n{PICK.url}"
    said = f"{PLAIN.title}\n\nAda Moss, The Weekly Fern · CC BY 4.0"

    assert picture == [
        *("2026-11-23 10:02", text, "", PICK.image, PICK.title, "", PICK.image_alt),
        *[""] * 5,
    ]
    assert link == ["", said, PLAIN.url, *[""] * 9]


@pytest.mark.parametrize("name", NAMES)
def test_texts_made_to_fit_stand_as_they_are(name):
    """A post that was fitted to a network has its link in it: no other is given."""
    channel = replace(CHANNEL, options=ExportOptions(texts=("Read https://fern.example/",)))
    (row,) = rows(name, [PLAIN], channel)

    assert row[TEXT[name]] == "Read https://fern.example/"
    assert PLAIN.url not in row


@pytest.mark.parametrize("name", [*NAMES, "ics"])
def test_a_thread_is_no_plan(name):
    """Each row needs a post of its own; a thread has more of them than items."""
    channel = replace(CHANNEL, options=ExportOptions(texts=("1/2", "2/2")))

    with pytest.raises(UsageError, match="1 and 2"):
        export(name, channel, [PLAIN])


@pytest.mark.parametrize("name", NAMES)
def test_an_item_without_link_or_time_is_a_row(name):
    """What is not known is an empty cell."""
    (row,) = rows(name, [bare()])

    assert row[TEXT[name]] == "Untitled\n\nThe Weekly Fern"
    assert set(row) - {row[TEXT[name]]} == {""}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_in_its_cell(name, attack):
    """Nothing opens a new row or column, and no cell begins like a formula."""
    same(name, attack)


@pytest.mark.parametrize("name", NAMES)
@given(attack=WORDS)
def test_any_text_stays_in_its_cell(name, attack):
    """Whatever is written, a scheduler reads just that, disarmed."""
    same(name, attack)


def same(name, attack):
    (row,) = rows(name, [hostile_pick(attack)])
    text, note = row[TEXT[name]], safe.prose(attack)

    assert not [cell for cell in row if cell.startswith(FORMULA)]
    assert text.startswith((note, f"'{note}", f".{note}"))


def test_a_mention_at_the_start_becomes_postable():
    """A spreadsheet would take @ada for a formula; with a dot, people read the same."""
    (row,) = rows("csv-buffer", [replace(PICK, note="@ada wrote this")])

    assert row[0].startswith(".@ada wrote this")


def test_alt_texts_are_one_each():
    """Publer parts alt texts by two bars: one text holds none."""
    (row,) = rows("csv-publer", [replace(PICK, image_alt="a || b")])

    assert row[6] == "a | | b"
