"""Markdown, read by an independent CommonMark parser that takes HTML, tables and all."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, bare, hostile, hostile_pick
from hypothesis import given
from markdown_it import MarkdownIt

from aggregator.export import ExportOptions, export, safe

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
BLOCKS = {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"}
INLINES = {"text", "link_open", "link_close"}
LINK = "https://h.example/a_(b)[c] d\"'><x>`\\|{}?q=&lt;é#é"
ENCODED = "https://h.example/a_(b)%5Bc%5D%20d%22'%3E%3Cx%3E%60%5C%7C%7B%7D?q=&lt;%C3%A9#%C3%A9"


def blocks(text):
    """The blocks as (tag, words), and all links; fails on anything but words and links."""
    tokens = READER.parse(text)
    assert {each.type for each in tokens} <= BLOCKS
    inlines = [part for each in tokens for part in each.children or ()]
    assert {part.type for part in inlines} <= INLINES
    links = [part.attrs["href"] for part in inlines if part.type == "link_open"]
    found = [
        (before.tag, "".join(part.content for part in each.children))
        for before, each in pairwise(tokens)
        if each.type == "inline"
    ]
    return found, links


def written(words):
    """An export whose title is not its summary, which would not be repeated."""
    entry = replace(hostile(words, link=LINK), title=f"{words} ¶")
    return export("markdown", replace(CHANNEL, title=words, description=words), [entry])


def expected(words):
    line = safe.line(words)
    rows = [
        ("h1", line or "Aggregator"),
        ("p", line),
        ("h2", "Blogs"),
        ("h3", safe.line(f"{words} ¶")),
        ("p", " · ".join(filter(None, [line or "Unnamed source", line, "2026-11-23", line]))),
        ("p", line),
    ]
    return [row for row in rows if row[1]]


def same(words):
    found, links = blocks(written(words))

    assert expected(words) == found
    assert links == [ENCODED, ENCODED]


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_words(words):
    """A CommonMark reader finds our headings, our two links, and every word as it was."""
    same(words)


@given(WORDS)
def test_any_text_stays_words(words):
    """Whatever is written, a CommonMark reader reads just that, and no other link or block."""
    same(words)


@pytest.mark.parametrize(
    "bait", ["https://evil.example/a", "www.evil.example", "{{ x }}", "{% x %}"]
)
def test_what_other_programs_look_for_is_broken(bait):
    """No bare address (GitHub links them) and no template tag (Jekyll, Hugo) is in the text."""
    text = export("markdown", CHANNEL, [replace(PLAIN, title=bait, summary=bait, author=bait)])

    assert bait not in text


def test_entries_stand_by_category_the_newest_first():
    """Categories come in the taxonomy's order, unknown ones last, entries by falling time."""
    entries = [
        replace(PLAIN, title="old blog", published_at=1),
        replace(PLAIN, title="odd", category="zines"),
        replace(PLAIN, title="film", category="video"),
        replace(PLAIN, title="new blog", published_at=9),
        replace(PLAIN, title="job", category="professional"),
    ]
    found, _links = blocks(export("markdown", CHANNEL, entries))

    assert [row for row in found if row[0] in {"h2", "h3"}] == [
        ("h2", "Professional networks"),
        ("h3", "job"),
        ("h2", "Blogs"),
        ("h3", "new blog"),
        ("h3", "old blog"),
        ("h2", "Video"),
        ("h3", "film"),
        ("h2", "zines"),
        ("h3", "odd"),
    ]


def test_an_entry_without_anything_has_a_name():
    """A heading is never empty, and without an address there is no link."""
    found, links = blocks(export("markdown", CHANNEL, [bare(source="  ")]))

    assert found[-2:] == [("h3", "Untitled"), ("p", "Unnamed source · 2026-11-23")]
    assert links == []


def test_an_entry_without_title_is_called_by_its_first_words():
    """Twelve words of the summary stand for a title that is missing."""
    words = "one two three four five six seven eight nine ten eleven twelve thirteen"
    found, _links = blocks(export("markdown", CHANNEL, [bare(summary=words)]))

    assert ("h3", words.removesuffix(" thirteen")) in found


def test_a_short_message_is_not_said_twice():
    """A summary that is the title stands once, in Markdown and in HTML."""
    entry = bare(title="On my way.", summary="On my way.")

    assert export("markdown", CHANNEL, [entry]).count("On my way") == 1
    assert export("html", CHANNEL, [entry]).count("On my way") == 1


PICKS = """\
# Ferns \\& friends

What grows \\<here\\>

## To read

### [Spores \\& how they travel](<https://fern.example/spores?a=1&b=2>)

![A fern leaf seen from below](<https://fern.example/spore.jpg>)

[The Weekly Fern](<https://fern.example/>) · Ada Moss · 2026-11-23 · CC BY 4.0

> Wind carries most of them.

Two pages worth your evening.\\
Read the second first.

Then go out \\& look.

via [Moss Post](<https://moss.example/9>), Bo Lichen
"""


def test_a_pick_has_picture_credit_quote_note_and_thanks():
    """What the curator wrote takes the summary's place; the picture has its words."""
    assert export("markdown", CHANNEL, [PICK]) == PICKS


def test_a_note_reads_back_with_its_lines():
    """Paragraphs stay paragraphs, lines stay lines, and a quote is a quote."""
    quote = "One.\n\nTwo\n2) lines."
    tokens = READER.parse(export("markdown", CHANNEL, [replace(PICK, quote=quote)]))
    begin = next(n for n, each in enumerate(tokens) if each.type == "blockquote_open")
    end = next(n for n, each in enumerate(tokens) if each.type == "blockquote_close")
    said = [each for each in tokens[begin:end] if each.type == "inline"]

    assert [[part.type for part in each.children] for each in said] == [
        ["text"],
        ["text", "hardbreak", "text"],
    ]
    assert [part.content for each in said for part in each.children] == [
        *("One.", "Two", "", "2) lines.")
    ]


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_in_a_note_stays_words(words):
    """The curator's words, which may be pasted, bring no markup either."""
    pasted(words)


@given(WORDS)
def test_any_note_stays_words(words):
    """Whatever a note, a quote, a section or a thanks says, it says just that."""
    pasted(words)


def pasted(words):
    tokens = READER.parse(export("markdown", CHANNEL, [hostile_pick(words, link=LINK)]))
    inlines = [part for each in tokens for part in each.children or ()]
    links = [part.attrs["href"] for part in inlines if part.type == "link_open"]
    images = [part for part in inlines if part.type == "image"]
    read = " ".join(part.content for part in inlines if part.type == "text")
    prose = " ".join(filter(None, map(safe.line, safe.prose(words).split("\n"))))

    assert {each.type for each in tokens} <= BLOCKS | {"blockquote_open", "blockquote_close"}
    assert {part.type for part in inlines} <= INLINES | {"image", "hardbreak"}
    assert links == [ENCODED] * 3
    assert [part.attrs["src"] for part in images] == [ENCODED]
    assert "".join(prose.split()) in "".join(read.split())


@pytest.mark.parametrize(
    ("grouped", "headings"),
    [
        ("auto", ["To read"]),
        ("section", ["To read"]),
        ("category", ["Blogs"]),
        ("none", []),
    ],
)
def test_headings_are_sections_categories_or_none(grouped, headings):
    """A list has its sections, a selection its categories, unless it is wished otherwise."""
    channel = replace(CHANNEL, options=ExportOptions(grouped=grouped))
    found, _links = blocks(
        export("markdown", channel, [replace(PICK, note="", quote="", image=None)])
    )

    assert headings == [words for tag, words in found if tag == "h2"]


def test_a_picture_without_words_is_not_put_into_a_draft_unpicked():
    """Of an entry from the river, a picture is shown only where it is said in words."""
    said = replace(hostile_pick("x"), item_id=None, image_alt="A fern")

    assert "![A fern](" in export("markdown", CHANNEL, [said])
    assert "![" not in export("markdown", CHANNEL, [PLAIN])
