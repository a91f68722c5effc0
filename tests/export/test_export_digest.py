"""The digest: each story once, the weightiest first, so many of each category."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from aggregator.curation import Item, Story, Via
from aggregator.export.digest import digest
from tests.export.export_data import PLAIN

CATEGORIES = ("blogs", "video", "microblogs")


def item(number, *, story=None, **changes):
    return replace(
        Item.of(PLAIN),
        id=number,
        title=f"Entry {number}",
        url=f"https://e.example/{number}",
        published_at=number,
        story_id=story,
        source=f"Source {number}",
        **changes,
    )


def story(number, *members, score=2.0, discussing=()):
    return Story(
        id=number,
        entry=members[0],
        entries=len(members),
        sources=len(members),
        discussions=len(discussing),
        first_at=0,
        last_at=9,
        score=score,
        members=members,
        discussing=discussing,
    )


def told(items, stories=(), *, most=5):
    return digest(items, {each.id: each for each in stories}, most=most)


def titles(made):
    return [each.title for each in made.items]


def test_nothing_is_a_digest_too():
    """Without entries there is nothing to tell, and nothing left."""
    made = told([])

    assert (made.items, made.left, made.entries) == ((), 0, 0)


def test_entries_stand_under_their_category():
    """Categories come in the taxonomy's order, each with its name; in each, the newest first."""
    made = told([item(1), item(2, category="professional"), item(3)])

    assert [(each.section, each.title) for each in made.items] == [
        ("Professional networks", "Entry 2"),
        ("Blogs", "Entry 3"),
        ("Blogs", "Entry 1"),
    ]


def test_a_category_has_its_share():
    """Of each category the first few are told; the rest is counted."""
    made = told([item(number) for number in range(1, 8)], most=2)

    assert titles(made) == ["Entry 7", "Entry 6"]
    assert (made.left, made.entries) == (5, 7)


def test_a_story_is_told_once_and_thanks_the_others():
    """The entry that stands for the story tells it, before newer lone ones."""
    first, second, talk = item(1, story=1), item(2, story=1), item(3, story=1)
    talk = replace(talk, comments_url="https://talk.example/3")
    made = told([item(9), talk, second, first], [story(1, first, second, talk, discussing=(3,))])

    assert titles(made) == ["Entry 1", "Entry 9"]
    assert made.items[0].via == (
        Via(name="Source 3", url="https://talk.example/3"),
        Via(name="Source 2", url="https://e.example/2"),
    )
    assert made.left == 0


def test_three_are_thanked_by_name():
    """Of a story that everybody tells, the first three are named and the rest is counted."""
    members = [item(number, story=1) for number in range(1, 8)]
    made = told(members, [story(1, *members)])

    assert [each.name for each in made.items[0].via] == [
        "Source 2",
        "Source 3",
        "Source 4",
        "3 more",
    ]


def test_who_stands_for_a_story_need_not_be_chosen():
    """Where a view has only other entries of a story, the first of those tells it."""
    first, second, talk = item(1, story=1), item(4, story=1), item(3, story=1)
    made = told([second, talk], [story(1, first, second, talk, discussing=(3,))])

    assert titles(made) == ["Entry 4"]
    assert "Source 1" in [each.name for each in made.items[0].via]


def test_weightier_stories_come_first():
    """A story of more sources is told before one of fewer, whatever their age."""
    small, large = item(8, story=2), item(1, story=1)
    made = told([small, large], [story(2, small, score=2.0), story(1, large, score=4.5)])

    assert titles(made) == ["Entry 1", "Entry 8"]


def test_a_story_that_is_gone_is_told_all_the_same():
    """An entry whose story is not known any more counts as one that is alone."""
    made = told([item(2, story=7), item(1, story=7)])

    assert titles(made) == ["Entry 2"]


@given(
    st.lists(st.tuples(st.sampled_from(CATEGORIES), st.none() | st.integers(1, 4)), max_size=30),
    st.integers(1, 5),
)
def test_nothing_is_told_twice_and_all_is_counted(rows, most):
    """No story is told twice, no category beyond its share, and what is left is the rest."""
    entries = [
        item(number, story=of, category=category) for number, (category, of) in enumerate(rows, 1)
    ]
    made = digest(entries, {}, most=most)
    stories = [each.story_id for each in made.items if each.story_id is not None]
    counts = [sum(each.category == slug for each in made.items) for slug in CATEGORIES]
    groups = len({of for _, of in rows if of}) + sum(of is None for _, of in rows)

    assert len(stories) == len(set(stories))
    assert max(counts) <= most
    assert len(made.items) + made.left == groups
