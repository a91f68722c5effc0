"""Entries as the search of a site shows them."""

import pytest

from aggregator.site import cards
from tests.site.site_data import entry

FILES = {"/e/1": "e/1.html", "/?feed=7": "source/7.html"}


def made(**fields):
    [card], _ = cards.make([entry(**fields)], FILES.get)
    return card


def test_a_card_leads_to_the_page_or_to_the_original():
    """An entry without a page of its own leads out; one without either is not found."""
    stored = [entry(1), entry(2), entry(3, url=None), entry(4, url="http://[x")]
    found, texts = cards.make(stored, FILES.get)

    assert [each.href for each in found] == ["e/1.html", "https://example.org/1"]
    assert len(texts) == 2


def test_a_card_has_what_the_river_shows():
    """Title, source and its river, date, and the author if that is not the source."""
    card = made(author="A blog")

    assert (card.title, card.summary, card.source, card.river) == (
        "A title",
        "A summary",
        "A blog",
        "source/7.html",
    )
    assert (card.date, card.day, card.author) == ("2026-11-23T10:00:00Z", "23 Nov 2026", "")
    assert made(author="Ana").author == "Ana"


def test_words_are_not_said_twice():
    """A title that begins the summary gives way to it."""
    card = made(title="Anyone in Tromsø…", summary="Anyone in Tromsø today?")

    assert (card.title, card.summary) == ("Anyone in Tromsø today?", "")


@pytest.mark.parametrize(
    ("url", "title"), [("https://example.org/1", "example.org"), (None, "Untitled")]
)
def test_an_entry_without_a_title_has_a_name(url, title):
    """It is called by its site."""
    assert made(title="", summary="", url=url).title == title


@pytest.mark.parametrize("image", ["javascript:alert(1)", "data:image/png,x", "//e.org/x", None])
def test_pictures_come_from_the_web(image):
    """A browser is sent nowhere else."""
    assert made(image=image).image == ""


def test_what_is_searched_is_said():
    """Title, summary, author, source and tags."""
    _, [text] = cards.make([entry(author="Ana", tags=("sea", "tide"))], FILES.get)

    assert text == "A title A summary Ana A blog sea tide"
