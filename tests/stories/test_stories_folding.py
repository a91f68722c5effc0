"""Which entries belong together, given what they share."""

import pytest

from aggregator.stories import HUB, Row, beside, groups, key_of, looked_up
from aggregator.stories.marking import BUCKET, HASH
from aggregator.stories.ranking import Report, rank, standing, via_of, weight
from tests.stories.reports import entry, story

DAY = 86_400 << 20
PAGE, TITLE, TEXT = -2, 4, 5


def folded(*rows, apart=None):
    """The groups of all entries that have a row."""
    return groups([row[1] for row in rows], [Row(*row) for row in rows], apart)


def test_entries_of_two_feeds_with_one_page_are_a_group():
    """However far apart in time."""
    assert folded((PAGE, 1, 1, 0), (PAGE, 900 * DAY, 2, 0)) == [[1, 900 * DAY]]


def test_a_link_holds_for_a_month():
    """A page that is linked to after years is mentioned, not news."""
    assert folded((PAGE, 1, 1, 0), (PAGE, 29 * DAY, 2, 1)) == [[1, 29 * DAY]]
    assert folded((PAGE, 1, 1, 0), (PAGE, 31 * DAY, 2, 1)) == []


@pytest.mark.parametrize("key", [TITLE, TEXT])
def test_words_hold_for_days(key):
    """Across the edge of a stretch of time, too."""
    next_stretch = key + (1 << HASH)

    assert folded((key, 1, 1, 0), (next_stretch, 3 * DAY, 2, 0)) == [[1, 3 * DAY]]
    assert folded((key, 1, 1, 0), (key, 4 * DAY, 2, 0)) == []


def test_entries_of_one_feed_are_never_linked():
    """But another feed may hold two of them together."""
    assert folded((PAGE, 1, 1, 0), (PAGE, 2, 1, 0)) == []
    assert folded((PAGE, 1, 1, 0), (PAGE, 2, 1, 0), (PAGE, 3, 2, 0)) == [[1, 2, 3]]


def test_a_feed_with_one_page_for_everything_has_no_part_in_it():
    """The page of a changelog says nothing of its entries; others go on sharing it."""
    worn = [(PAGE, n, 1, 0) for n in (1, 2, 3)]

    assert folded(*worn, (PAGE, 4, 2, 0)) == []
    assert folded(*worn, (PAGE, 4, 2, 0), (PAGE, 5, 3, 1)) == [[4, 5]]


def test_a_title_that_a_feed_repeats_is_a_series():
    """Within days; a year later it may be news again."""
    assert folded((TITLE, 1, 1, 0), (TITLE, 2, 1, 0), (TITLE, 3, 2, 0)) == []
    assert folded((TITLE, 1, 1, 0), (TITLE, 5 * DAY, 1, 0), (TITLE, 3, 2, 0)) == [[1, 3]]


@pytest.mark.parametrize("key", [PAGE, TITLE])
def test_what_very_many_share_is_nobodys_story(key):
    """A hundred is a story, one more a habit."""
    rows = [(key, n, n, 0) for n in range(1, HUB + 2)]

    assert folded(*rows[:-1]) == [[row[1] for row in rows[:-1]]]
    assert folded(*rows) == []


def test_beside_a_full_stretch_nothing_is_told_apart():
    """Who is at the edge of what is too full to look at is left alone, too."""
    full = [(TITLE, n, n, 0) for n in range(1, HUB + 2)]
    near = [(TITLE + (1 << HASH), 13 * DAY + n, n, 0) for n in (1, 2)]
    far = [(TITLE + (1 << HASH), 23 * DAY + n, n, 0) for n in (1, 2)]

    assert folded(*full, *near, *far) == [[23 * DAY + 1, 23 * DAY + 2]]


def test_only_those_asked_for_are_grouped():
    """Rows of others say what is worn, no more."""
    rows = [Row(PAGE, n, n, 0) for n in (1, 2, 3)]

    assert groups([1, 2], rows) == [[1, 2]]
    assert groups({1: "x", 2: "y"}, rows) == [[1, 2]]


def test_what_was_split_stays_apart_and_the_surest_link_wins():
    """A page before a title, and then who is nearer in time."""
    rows = [(TITLE, n, n, 0) for n in (1, 2, 3)]
    apart = {1: {2}, 2: {1}}

    assert folded(*rows, (PAGE, 1, 1, 0), (PAGE, 3, 3, 0), apart=apart) == [[1, 3]]
    assert folded(*rows, apart=apart) == [[2, 3]]
    assert folded(*rows) == [[1, 2, 3]]


def test_mates_are_looked_up_in_the_stretches_beside():
    """A page has no time; words have a nearer side."""
    early, late = (5 << BUCKET) + 1, (6 << BUCKET) - 1
    before, middle, after = (TITLE + (n << HASH) for n in (4, 5, 6))

    assert looked_up(PAGE, early) == (PAGE,)
    assert looked_up(middle, early) == (middle, before)
    assert looked_up(middle, late) == (middle, after)
    assert (beside(PAGE), beside(middle)) == ((), (before, after))
    assert (key_of(PAGE | 1), key_of(TITLE), key_of(TEXT)) == (PAGE, TITLE, TEXT)


def report(entry_id, hours, domain="a.example", *, discussion=False):
    return Report(entry_id, hours * 3600, domain, discussion)


def test_the_first_that_is_no_discussion_stands_for_a_story():
    """Of discussions alone, the first."""
    talk, first, second = report(1, 0, discussion=True), report(2, 1), report(3, 2)

    assert standing([second, talk, first]) == first
    assert standing([talk]) == talk


def test_rank_counts_domains_and_rhythm():
    """Feeds of one domain are one source; who follows soon counts more."""
    alone = rank([report(1, 0), report(2, 5)])
    soon = rank([report(1, 0), report(2, 1, "b.example")])
    late = rank([report(1, 0), report(2, 99, "b.example")])
    third = rank([report(1, 0), report(2, 1, "b.example"), report(3, 2, "c.example")])

    assert alone == 1
    assert alone < late < soon < third
    assert weight(third, 0, now=86_400) == third / 2
    assert weight(third, 9, now=0) == third


def test_those_to_thank_are_the_others_discussions_first():
    """Each source once, by the page of its discussion; not the story's own, not who is credited."""
    told = story(
        entry(1, "Paper"),
        entry(2, "Radio"),
        entry(3, "Paper"),
        entry(4, "Forum", comments_url="https://forum.example/t"),
        entry(5, "Talk"),
        entry(6, "Radio"),
        discussing=(4, 5),
    )

    assert [(via.name, via.url) for via in via_of(told)] == [
        ("Forum", "https://forum.example/t"),
        ("Talk", "https://page.example/5"),
        ("Radio", "https://page.example/2"),
    ]
    assert [via.name for via in via_of(told, besides=[4, 5])] == ["Radio"]
