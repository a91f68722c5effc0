import re

import pytest

from aggregator.taxonomy import (
    CATEGORIES,
    CATEGORY_SLUGS,
    PLATFORM_SLUGS,
    PLATFORMS,
    category,
    home_category,
    platform,
    platform_of,
)


def test_there_are_twelve_categories_in_their_order():
    """The order of the categories is the order of every list of them."""
    assert CATEGORY_SLUGS == (
        "professional",
        "social",
        "blogs",
        "microblogs",
        "wikis",
        "forums",
        "messaging",
        "video",
        "photo",
        "music",
        "curation",
        "gaming",
    )
    assert [each.position for each in CATEGORIES] == list(range(1, 13))


@pytest.mark.parametrize("each", CATEGORIES, ids=lambda each: each.slug)
def test_a_category_has_names_and_colours(each):
    """Each category is named in three languages and has an icon and five colours."""
    colours = (each.colour_light, each.tint_light, each.colour_dark, each.tint_dark, each.fill)

    assert set(each.names) == {"en", "de", "fr"}
    assert all(each.names.values())
    assert each.name == each.names["en"]
    assert re.fullmatch(r"[a-z][a-z0-9-]+", each.icon)
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in colours)
    assert category(each.slug) is each


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("each", CATEGORIES, ids=lambda each: each.slug)
def test_a_categorys_text_is_readable_on_its_tint(each):
    """Text in a category's colour passes WCAG AA on its tint, and AAA in the dark theme."""
    assert _contrast(each.colour_light, each.tint_light) >= 4.5
    assert _contrast(each.colour_dark, each.tint_dark) >= 7.0


def test_platforms_are_unique_and_filed():
    """No two platforms share a slug or a host, and each is in a known category."""
    hosts = [host for each in PLATFORMS for host in each.hosts]

    assert len(PLATFORM_SLUGS) == len(PLATFORMS)
    assert len(hosts) == len(set(hosts))
    assert {each.category for each in PLATFORMS} == set(CATEGORY_SLUGS)
    assert all(host == host.lower().strip(".") and "." in host for host in hosts)
    assert all(platform(each.slug) is each for each in PLATFORMS)


SYSTEMS = """
    linkedin viadeo facebook twitter tumblr yammer wikipedia skype youtube vimeo pexels pixabay
    deezer spotify flipboard social-share wordpress phpbb steam
"""


@pytest.mark.parametrize("slug", SYSTEMS.split())
def test_every_system_of_the_article_has_its_row(slug):
    """The systems named by the article behind this project are all known."""
    assert platform(slug).name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UCx", "youtube"),
        ("https://youtu.be/dQw4w9WgXcQ", "youtube"),
        ("HTTPS://OLD.Reddit.COM/r/python", "reddit"),
        ("https://user:secret@mastodon.social:443/@Gargron.rss", "mastodon"),
        ("https://x@y@mastodon.social/@Gargron.rss", "mastodon"),
        ("http://staff.tumblr.com./rss", "tumblr"),
        ("https://example.blogspot.co.uk/feeds/posts/default", "blogger"),
        ("https://en.m.wikipedia.org/wiki/Web_feed", "wikipedia"),
        ("https://commons.wikimedia.org/wiki/Main_Page", "mediawiki"),
        ("https://devforum.roblox.com/c/updates/36", "discourse"),
        ("https://www.roblox.com/", "roblox"),
        ("https://feeds.pinboard.in/rss/popular/", "pinboard"),
        ("https://x.com/NASA", "twitter"),
        ("https://notx.com/NASA", None),
        ("https://reddit.com.example.org/r/python", None),
        ("https://example.org/?u=https://reddit.com/", None),
        ("http://127.0.0.1:8000/feed.xml", None),
        ("ftp://reddit.com/", None),
        ("", None),
    ],
)
def test_an_address_belongs_to_the_platform_of_its_domain(url, expected):
    """The host decides, by whole labels; the longest known domain wins."""
    found = platform_of(url)

    assert (found.slug if found else None) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://vimeo.com/channels/staffpicks/videos/rss", "video"),
        ("https://github.com/simonw/datasette/releases.atom", "blogs"),
        ("https://example.org/feed", "blogs"),
    ],
)
def test_a_feed_is_at_home_where_its_platform_is(url, expected):
    """A feed's category is its platform's, and blogs where nobody knows."""
    assert home_category(url) == expected
