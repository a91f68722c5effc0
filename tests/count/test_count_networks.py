"""What the other networks count, and how the rows are asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.count import NETWORKS, Usage, fits, limited, measure, network
from aggregator.count.networks import discord, little
from aggregator.errors import UsageError

FAMILY = "👨‍👩‍👧‍👦"


def lengths(text, slug):
    return [each.length for each in measure(text, network(slug))]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello", 5),
        ("café", 4),
        ("日本語", 3),
        ("😀", 4),
        ("👍🏽", 8),
        (FAMILY, 25),
        ("🇩🇪", 8),
        ("❤️", 6),
        ("a 😀 b", 8),
        ("https://example.com/a", 21),
        ("1 #", 3),
    ],
)
def test_threads_counts_an_emoji_as_its_bytes(text, length):
    """Everything else is a character each."""
    assert lengths(text, "threads") == [length]


@pytest.mark.parametrize("slug", ["telegram", "linkedin", "discord", "facebook"])
@pytest.mark.parametrize(
    ("text", "length"), [("Hello", 5), ("日本", 2), ("😀", 2), ("𠮷", 2), (FAMILY, 11)]
)
def test_some_count_utf_16(slug, text, length):
    """A character beyond the BMP takes two units."""
    assert lengths(text, slug) == [length]


def test_reddit_counts_the_title_apart():
    """The first line is the title."""
    assert lengths("Ferns\n\nare old", "reddit") == [5, 14]


def test_a_text_fits_when_it_is_within_every_limit():
    """Bluesky's bytes can run out before its characters."""
    assert fits(FAMILY * 120, network("bluesky"))
    assert not fits(FAMILY * 121, network("bluesky"))


def test_the_limits_are_the_networks():
    """The figures are those that the networks publish."""
    figures = {each.slug: [limit.most for limit in each.limits] for each in NETWORKS}

    assert figures == {
        "x": [280],
        "mastodon": [500],
        "bluesky": [300, 3000],
        "threads": [500],
        "linkedin": [3000],
        "telegram": [4096],
        "discord": [2000],
        "reddit": [300, 40000],
        "facebook": [63206],
    }


def test_a_server_sets_its_own_limit():
    """Only the first limit changes, and only where one is given."""
    place = network("bluesky")

    assert limited(place, None) is place
    assert measure("ab", limited(place, 11000)) == (
        Usage("characters", 2, 11000),
        Usage("bytes", 2, 3000),
    )
    with pytest.raises(UsageError, match="limited to 0"):
        limited(place, 0)


@pytest.mark.parametrize(
    ("slug", "hint"), [("mastodn", "Did you mean mastodon?"), ("zzz", "Choose one of x, ")]
)
def test_an_unknown_network_is_an_error_with_a_hint(slug, hint):
    """A near miss is answered with the name that was meant."""
    with pytest.raises(UsageError, match="no network") as caught:
        network(slug)

    assert hint in caught.value.hint


def test_linkedins_reserved_characters_are_escaped():
    """One of them would cut the post at its place."""
    assert little(r"a\|{}@[]()<>#*_~b") == r"a\\\|\{\}\@\[\]\(\)\<\>\#\*\_\~b"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*bold* _it_ ~~no~~ `x` ||y||", r"\*bold\* \_it\_ \~\~no\~\~ \`x\` \|\|y\|\|"),
        ("# Title\n> quote\n- entry", "\\# Title\n\\> quote\n\\- entry"),
        ("[a](https://evil.example)", r"\[a](https://evil.example)"),
        ("https://example.org/a_b_c*d", "https://example.org/a_b_c*d"),
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("<@123> <@&456>", "<@\u200b123> <@\u200b&456>"),
        ("ana@example.org", "ana@example.org"),
    ],
)
def test_a_title_commands_nothing_on_discord(text, escaped):
    """Markdown shows as it is written, and nobody is called; addresses stay whole."""
    assert discord(text) == escaped


@given(st.text(max_size=80))
def test_every_network_counts_every_text(text):
    """No text makes a count fail, and none is negative."""
    for place in NETWORKS:
        assert all(each.length >= 0 for each in measure(text, place))


@given(st.text(alphabet="aé日😀 \u0301\u200d", max_size=40), st.text(alphabet="b .", max_size=10))
def test_a_longer_text_is_never_shorter_on_bluesky(text, more):
    """What is added counts, or joins what was there."""
    before, after = lengths(text, "bluesky"), lengths(text + more, "bluesky")

    assert all(x <= y for x, y in zip(before, after, strict=True))
