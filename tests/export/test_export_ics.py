"""Calendars, read back by icalendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, bare, hostile_pick
from hypothesis import given
from icalendar import Calendar

from aggregator.export import ExportOptions, export, safe
from aggregator.export.ics import fold


def events(text):
    """The events as icalendar has them; fails on a line that is too long and on any error."""
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    found = Calendar.from_ical(text)
    assert [each.name for each in found.walk()] == ["VCALENDAR"] + ["VEVENT"] * len(
        found.subcomponents
    )
    assert all(not each.errors for each in found.walk())
    return found, found.subcomponents


def test_an_item_is_an_event():
    """Title, time, link, words, tags and identity come back as they were."""
    calendar, (event,) = events(export("ics", CHANNEL, [PICK]))

    assert str(calendar["NAME"]) == CHANNEL.title
    assert str(calendar["DESCRIPTION"]) == CHANNEL.description
    assert str(calendar["URL"]) == CHANNEL.url
    assert str(event["SUMMARY"]) == PICK.title
    assert str(event["URL"]) == PICK.url
    assert event["DTSTART"].dt == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert event["DTSTAMP"].dt == datetime.fromtimestamp(CHANNEL.updated, UTC)
    assert str(event["UID"]).startswith("urn:uuid:")
    assert [str(each) for each in event["CATEGORIES"].cats] == ["Blogs", *PICK.tags]
    assert str(event["DESCRIPTION"]).split("\n\n") == [
        *PICK.note.split("\n\n"),
        f"“{PICK.quote}”",
        "Ada Moss, The Weekly Fern · CC BY 4.0 · via Moss Post https://moss.example/9 · via Bo Lichen",
        PICK.url,
    ]


def test_planned_times_go_before_the_entries_own():
    """A plan for posting is a calendar; what is not planned stays where it was published."""
    channel = replace(CHANNEL, options=ExportOptions(times=(1_800_000_000,)))
    _calendar, found = events(export("ics", channel, [PLAIN, bare()]))

    assert [each["DTSTART"].dt.timestamp() for each in found] == [1_800_000_000, PLAIN.published_at]


def test_a_post_made_to_fit_is_the_events_text():
    """A calendar of posts has the posts, ready to be copied."""
    channel = replace(CHANNEL, options=ExportOptions(texts=("Read this, now\n#ferns",)))
    _calendar, (event,) = events(export("ics", channel, [PICK]))

    assert str(event["DESCRIPTION"]) == "Read this, now\n#ferns"


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_in_its_event(attack):
    """No text ends a property, an event or the calendar."""
    same(attack)


@given(WORDS)
def test_any_text_stays_in_its_event(attack):
    """Whatever is written, a calendar reads just that."""
    same(attack)


def same(attack):
    item = hostile_pick(attack, link="https://h.example/")
    calendar, (event,) = events(export("ics", replace(CHANNEL, description=attack), [item]))

    assert safe.line(attack) == str(calendar.get("DESCRIPTION", ""))
    assert (safe.line(attack) or "https://h.example/") == str(event["SUMMARY"])
    assert str(event["DESCRIPTION"]).startswith(safe.prose(attack))
    assert str(event["DESCRIPTION"]).endswith("https://h.example/")


@given(WORDS)
def test_a_line_is_folded_within_75_octets_and_between_characters(words):
    """Folding changes nothing but the lines, and never cuts a character."""
    line = safe.line(words) * 3
    folded = fold(line)

    assert line + "\r\n" == folded.replace("\r\n ", "")
    assert all(len(each.encode()) <= 75 for each in folded.split("\r\n"))
