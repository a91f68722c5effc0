"""Footnotes lead down and back within the page, where it is certain which belong together."""

import pytest

from aggregator.web.footnotes import footnotes
from tests.desk import ask, entry, fill, source

URL = "https://example.org/1"


def note(number, words, url=URL, end="fn"):
    return f'<a href="{url}#{end}{number}" rel="noopener nofollow ugc">{words}</a>'


TEXT = (
    f"<p>One<sup>{note(1, '1')}</sup> and two<sup>{note(2, '[2]')}</sup>.</p>"
    f"<ol><li>First {note(1, '↩', end='fnref')}</li><li>Second {note(2, '↩︎', end='fnref')}</li></ol>"
)


def test_marks_and_notes_are_paired():
    """The second mark leads to the second note, and that one back."""
    made = footnotes(TEXT, f"{URL}?utm_source=feed")

    assert '<sup><a href="#note-2" id="mark-2">[2]</a></sup>' in made
    assert 'Second <a href="#mark-2" id="note-2">↩︎</a>' in made
    assert "example.org" not in made


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (TEXT, None),
        (TEXT, "https://example.org/other"),
        (TEXT.replace("↩", "more"), URL),
        (TEXT.replace("[2]", "two"), URL),
        (f"<p>{note(1, '↩', end='fnref')} {note(1, '1')}</p>", URL),
        ("<p>nothing</p>", URL),
        ('<p><a href="https://example.org/1#a">a section</a></p>', URL),
    ],
)
def test_what_is_not_certain_stays(html, url):
    """Other pages' links, unpaired ones and other words lead where they led."""
    assert footnotes(html, url) == html


def test_a_page_has_them(tmp_path):
    """The reading page leads to its own notes."""
    path = tmp_path / "aggregator.db"
    [number] = fill(path, {source(): [entry(1, html=TEXT)]})

    assert 'href="#note-1" id="mark-1"' in ask(path, f"/e/{number}").text
