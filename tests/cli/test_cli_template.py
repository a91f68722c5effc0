"""The feeds.toml that is shipped, which is also the one that `aggregate init` writes."""

import re
from collections import Counter
from pathlib import Path

import pytest

from aggregator.config import _READERS, parse_config
from aggregator.config.conditions import _THEN, _WHEN
from aggregator.config.curating import _MIX, _VIEW
from aggregator.find import rewrite
from aggregator.taxonomy import CATEGORY_SLUGS

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "feeds.toml"
TEMPLATE = ROOT / "aggregator" / "cli" / "data" / "feeds.toml"


def test_the_shipped_file_is_the_template():
    """There is one text: what is shipped at the top is what init writes."""
    assert SHIPPED.read_bytes() == TEMPLATE.read_bytes()


def test_every_category_has_two_sources_that_are_looked_at():
    """The shipped file follows at least two real sources of each of the twelve kinds."""
    feeds = parse_config(SHIPPED.read_text("utf-8")).feeds
    counts = Counter(feed.category for feed in feeds if not feed.paused)

    assert set(counts) == set(CATEGORY_SLUGS)
    assert min(counts.values()) >= 2
    assert all(feed.url.startswith("https://") for feed in feeds)


def test_pages_are_followed_as_well_as_feeds():
    """The shipped file has pages of most kinds; the rules know the feeds of nearly all of them."""
    feeds = parse_config(SHIPPED.read_text("utf-8")).feeds
    found = {feed: rewrite(feed.url) for feed in feeds}
    led = {feed.category for feed, to in found.items() if to and to.how in {"recipe", "json"}}

    assert len(led) >= 9
    assert all(
        to.category == feed.category
        for feed, to in found.items()
        if to and to.feed_url and to.how != "feed"
    )


def test_the_order_is_that_of_the_categories():
    """A reader of the file meets the categories in the order of the desk."""
    order = [feed.category for feed in parse_config(SHIPPED.read_text("utf-8")).feeds]

    assert order == sorted(order, key=CATEGORY_SLUGS.index)


NAMED = ("DESK_PASSWORD_HASH", "EXAMPLE_KEY", "EXAMPLE_TOKEN")
KEYS = sorted({key for rows in _READERS.values() for key in rows} - {"host"})


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_shown(key):
    """The file teaches the whole format: each key stands in it, if only in a remark."""
    assert re.search(rf"^[#\s]*{key} = ", SHIPPED.read_text("utf-8"), re.MULTILINE)


def test_what_the_remarks_show_is_valid():
    """The examples in the remarks are themselves without a mistake, and show the defaults."""
    lines = SHIPPED.read_text("utf-8").splitlines()
    remarks = [re.sub(r"^#\s+", "", line) for line in lines if re.match(r"#\s+(\[|\w+ = )", line)]
    cut = remarks.index("[network]")
    settings = parse_config("[aggregator]\n" + "\n".join(remarks[:cut])).settings
    defaults = parse_config("").settings
    rest = parse_config("\n".join(remarks[cut:]), environ=dict.fromkeys(NAMED, "1"))

    assert settings.title == "My desk"
    for name in set(_READERS[type(defaults)]) - {"contact", "title", "base_url"}:
        assert getattr(settings, name) == getattr(defaults, name)
    assert rest.feeds[0].paused
    assert rest.hosts[0].gap == 2.5


def test_its_rules_and_views_can_be_used():
    """What the file shows of rules and views is read when it is no remark any more."""
    text = SHIPPED.read_text("utf-8")
    shown = text[text.index("#   [[rules]]") :]
    lines = [line.removeprefix("#   ") for line in shown.splitlines() if line.startswith("#   ")]
    config = parse_config("\n".join(lines))

    assert len(config.judging) == 4
    assert [each.slug for each in config.views] == ["science"]


@pytest.mark.parametrize("key", sorted({*_WHEN, *_THEN, *_VIEW, *_MIX}))
def test_every_key_of_rules_and_views_is_named(key):
    """Each condition, effect and key of a view is told of."""
    text = SHIPPED.read_text("utf-8")

    assert re.search(rf"\b{key}\b", text[text.index("#   [[rules]]") :])
