"""Items become posts that fit."""

from compose_data import LINK, item

from aggregator.compose import posts


def test_a_post_has_note_quote_title_link_credit_and_hashtags():
    """What fits is told whole, in the network's own layout."""
    (post,) = posts([item()], "mastodon")

    assert post.text == (
        "Worth reading.\n\n“They predate flowers.”\n\nFerns are older than trees\n"
        f"{LINK}\n\nvia Hacker News\n\n#ferns #OpenSource"
    )
    assert (post.length, post.limit, post.dropped, post.problems) == (128, 500, (), ())


def test_the_template_tells_what_a_post_looks_like():
    """A name in braces stands for the item's words."""
    (post,) = posts([item()], "x", template="{note} {title} {link} {via} {tags}")

    assert post.text == (
        f"Worth reading. Ferns are older than trees {LINK} via Hacker News #ferns #OpenSource"
    )
