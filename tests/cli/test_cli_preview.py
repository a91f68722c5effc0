"""Posts on the terminal as they will stand."""

import io

import pytest
from rich.console import Console

from aggregator.cli.preview import preview
from aggregator.compose import posts
from aggregator.curation import Item, Via

ENTRY = {
    "id": 7,
    "feed_id": 1,
    "source": "Example",
    "source_url": None,
    "category": "blogs",
    "platform": None,
    "guid": "1",
    "url": "https://example.org/ferns",
    "title": "Ferns",
    "author": None,
    "published_at": 0,
    "updated_at": None,
    "first_seen_at": 0,
    "summary": "",
    "image": None,
}


def shown(network, *, width=80, thread=False, **changes):
    """What is printed for an item's post, without colours."""
    out = io.StringIO()
    item = Item(**{**ENTRY, **changes})
    preview(posts([item], network, thread=thread), Console(file=out, width=width))
    return out.getvalue()


def test_a_post_is_boxed_with_its_count():
    """The network is above, the count below, the text between as it will stand."""
    assert shown("x", width=40, via=(Via(name="HN"),)) == (
        "╭─ X ──────────────────────────────────╮\n"
        "│ Ferns                                │\n"
        "│ https://example.org/ferns            │\n"
        "│                                      │\n"
        "│ via HN                               │\n"
        "╰─────────────── 37 of 280 characters ─╯\n"
    )


def test_every_limit_is_counted():
    """Bluesky has two."""
    assert " 44 of 300 characters · 44 of 3000 bytes ─╯" in shown("bluesky")


def test_what_was_given_up_is_said():
    """Below the box."""
    assert "  Left out to make it fit: quote, end of the note.\n" in shown(
        "x", note="fern " * 80, quote="Old."
    )


def test_what_can_not_be_posted_is_said():
    """A link is never cut to make a post fit."""
    text = shown("bluesky", url="https://example.org/" + "a" * 300)

    assert "  Problem: Even without note and title it is too long: 333 characters of 300.\n" in text


def test_pictures_are_listed_with_their_alt_text():
    """They are attached by hand; one without words is said to have none."""
    image = "https://example.org/f.jpg"

    assert f"  Picture: {image}\n  Alt text: A fern\n" in shown(
        "x", image=image, image_alt="A fern"
    )
    assert f"  Picture: {image}\n  The picture has no alt text.\n" in shown("x", image=image)


def test_posts_of_a_thread_have_their_place():
    """In the box's head."""
    text = shown("bluesky", thread=True, note="Ferns are old. " * 30)

    assert "─ Bluesky 1/2 ─" in text
    assert "─ Bluesky 2/2 ─" in text


@pytest.mark.parametrize("title", ["\x1b[31mred", "[bold]x[/bold]", "\u202eturned", ":fern:"])
def test_a_title_commands_no_terminal(title):
    """Markup and control characters of strangers are text or nothing."""
    text = shown("x", title=title)

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert title.strip("\x1b\u202e") in text
