"""A mix: limits for each kind, and categories at least."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.curation import Mix
from aggregator.judge import mix


@dataclass(frozen=True)
class Made:
    id: int
    feed_id: int = 1
    platform: str | None = None
    category: str = "blogs"
    story_id: int | None = None


def ids(found):
    return [each.id for each in found]


@pytest.mark.parametrize(
    ("wanted", "limit", "expected"),
    [
        (Mix(), 3, [1, 2, 3]),
        (Mix(), 0, []),
        (Mix(per_feed=1), 9, [1, 4, 6]),
        (Mix(per_platform=1), 9, [1, 2, 4, 6]),
        (Mix(per_category=2), 9, [1, 2, 5]),
        (Mix(per_story=1), 9, [1, 2, 4, 5, 6]),
        (Mix(categories=2), 3, [1, 2, 5]),
        (Mix(categories=2, per_feed=2), 2, [1, 5]),
        (Mix(categories=3), 3, [1, 2, 5]),
        (Mix(categories=2), 1, [1]),
    ],
)
def test_a_mix_takes_the_first_that_fit(wanted, limit, expected):
    """Of each kind there are as many as may be, the first ones, in their order."""
    entries = [
        Made(1, platform="reddit", story_id=7),
        Made(2),
        Made(3, platform="reddit", story_id=7),
        Made(4, feed_id=2),
        Made(5, feed_id=2, platform="reddit", category="video"),
        Made(6, feed_id=3),
    ]

    assert ids(mix(entries, wanted, limit)) == expected


def test_a_mix_looks_no_further_than_it_must():
    """What fills a selection ends the looking."""

    def endless():
        number = 0
        while True:
            number += 1
            yield Made(number)

    assert len(mix(endless(), Mix(), 5)) == 5
    assert len(mix(endless(), Mix(categories=1), 5)) == 5


few = st.one_of(st.none(), st.integers(1, 3))
KINDS = st.builds(
    Made,
    id=st.integers(),
    feed_id=st.integers(1, 3),
    platform=st.sampled_from([None, "a", "b"]),
    category=st.sampled_from(["blogs", "video", "music", "wikis"]),
    story_id=st.sampled_from([None, 1, 2]),
)
MIXES = st.builds(
    Mix, per_feed=few, per_platform=few, per_category=few, per_story=few, categories=few
)


@given(st.lists(KINDS, max_size=30), MIXES, st.integers(0, 8))
def test_a_mix_keeps_its_promises(entries, wanted, limit):
    """No limit is passed, the order stays, and mixing again changes nothing."""
    found = mix(entries, wanted, limit)
    rest = iter(entries)

    assert len(found) <= limit
    assert all(any(each is other for other in rest) for each in found)
    for name, most in (
        ("feed_id", wanted.per_feed),
        ("platform", wanted.per_platform),
        ("category", wanted.per_category),
        ("story_id", wanted.per_story),
    ):
        values = [getattr(each, name) for each in found if getattr(each, name) is not None]
        assert most is None or all(values.count(value) <= most for value in values)
    assert mix(found, wanted, limit) == found
