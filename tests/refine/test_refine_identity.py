"""Which entry is which."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Entry
from aggregator.refine.identity import LOWEST, content_digest, digest, identify, key

ENTRY = Entry(
    guid="g", url="http://e.org/a", title="T", published=1_700_000_000, content_hash=b"1" * 16
)


def entries(count, **same):
    """Make entries that differ in everything but what is given."""
    return [
        Entry(
            **{
                "guid": f"g{n}",
                "url": f"https://e.org/{n}",
                "title": f"T{n}",
                "published": 1_700_000_000 + n,
                "content_hash": digest(n),
            }
            | same
        )
        for n in range(count)
    ]


def test_each_rung_asks_for_more():
    """The document's id, the link, then sums over link, date, title and content."""
    other = replace(
        ENTRY, guid="h", url="https://e.org/b", published=1, title="U", content_hash=b"2" * 16
    )
    names = ("guid", "url", "published", "title", "content_hash")

    assert key(ENTRY, 0) == "g"
    assert key(ENTRY, 1) == "https://e.org/a"
    assert all(key(ENTRY, rung).startswith("hash:") for rung in (2, 3, 4))
    for rung in range(5):
        for needed, name in enumerate(names):
            changed = replace(ENTRY, **{name: getattr(other, name)})
            counts = needed == rung if rung < 2 else 1 <= needed <= rung
            assert counts == (key(changed, rung) != key(ENTRY, rung))


def test_an_entry_without_id_or_link_falls_through():
    """Without an id the link counts, without a link the date with the title."""
    no_id = replace(ENTRY, guid="")
    neither = replace(no_id, url=None)

    assert key(no_id, 0) == "https://e.org/a"
    assert key(neither, 0) == key(neither, 1) == key(neither, 3)
    assert key(neither, 0) != key(replace(neither, title="U"), 0)


def test_keys_are_the_same_everywhere_and_always():
    """A sum written down here is the sum of every run, machine and version."""
    assert digest("a", None, 1, "é").hex() == "91d05ad22ef6cbdb2ae10801fbeabf46"
    assert digest("a", "b") != digest("ab")
    assert content_digest("a\0b", "é".encode(), "c").hex() == "ccd94fee536c398d2bef4e798eae4182"


def test_unique_ids_are_kept_as_they_are():
    """The usual feed stays on rung 0 with its own ids."""
    given_entries = entries(3)

    assert identify(given_entries, 0, whole=True) == (tuple(given_entries), 0)


@pytest.mark.parametrize(
    ("same", "rung"),
    [
        ({"guid": "g"}, 1),
        ({"guid": "g", "url": "https://e.org/"}, 2),
        ({"guid": "g", "url": "https://e.org/", "published": 1}, 3),
        ({"guid": "g", "url": None, "published": None, "title": "T"}, 4),
        ({"guid": "g", "url": "https://e.org/", "published": 1, "title": "T"}, 4),
    ],
)
def test_a_feed_whose_ids_repeat_steps_down_until_keys_differ(same, rung):
    """No entry is lost, and each has a key of its own."""
    found, stands_on = identify(entries(5, **same), 0, whole=True)

    assert rung == stands_on
    assert len({entry.guid for entry in found}) == 5


def test_a_feed_never_steps_up():
    """Keys stay those of the rung the feed stands on, even where ids would do again."""
    found, rung = identify(entries(3), 2, whole=True)

    assert rung == 2
    assert all(entry.guid.startswith("hash:") for entry in found)


@pytest.mark.parametrize(("rung", "expected"), [(-1, 0), (9, LOWEST)])
def test_a_rung_that_is_none_is_the_nearest(rung, expected):
    """What the store remembers can't break a run."""
    assert identify(entries(2), rung, whole=True)[1] == expected


def test_a_few_repeats_get_finer_keys_and_move_nobody_else():
    """One in twenty is an accident: all that share the id get keys by their links."""
    many = entries(40)
    many[7] = replace(many[7], guid="g3")

    found, rung = identify(many, 0, whole=True)
    turned, _ = identify(many[::-1], 0, whole=True)

    assert rung == 0
    assert [found[3].guid, found[7].guid] == ["https://e.org/3", "https://e.org/7"]
    assert found[0].guid == "g0"
    assert set(found) == set(turned)


def test_a_finer_key_is_nobody_elses_id():
    """An id that is the link of another entry pushes that one further down."""
    many = entries(60)
    many[1] = replace(many[1], guid="g0")
    many[2] = replace(many[2], guid="https://e.org/0")

    found, _ = identify(many, 0, whole=True)

    assert len({entry.guid for entry in found}) == 60
    assert found[2].guid == "https://e.org/0"
    assert found[0].guid.startswith("hash:")


def test_a_delta_moves_no_feed():
    """Of a delta we see too little to judge the ids; the keys are unique all the same."""
    found, rung = identify(entries(2, guid="g"), 0, whole=False)

    assert rung == 0
    assert [entry.guid for entry in found] == ["https://e.org/0", "https://e.org/1"]


def test_copies_are_merged():
    """The first of exact duplicates is kept, and they don't count as repeats."""
    first, second = entries(2)

    assert identify([first, second, first, first], 0, whole=True) == ((first, second), 0)


def test_of_versions_the_last_is_kept():
    """Atom may list an entry as it was and as it is (RFC 4287, 4.1.1)."""
    old = replace(ENTRY, updated=1_700_000_001)
    new = replace(ENTRY, updated=1_700_000_002, content_hash=b"2" * 16)
    undated = replace(old, published=old.updated), replace(new, published=new.updated)

    assert identify([old, new], 0, whole=True) == ((new,), 0)
    assert identify([new, old], 0, whole=True) == ((new,), 0)
    assert identify(undated, 0, whole=True) == ((undated[1],), 0)


FEW = st.sampled_from(["", "a", "b", "https://e.org/1"])


def dated(entry):
    """Give an entry that was only changed a date of publication, as refining does."""
    return replace(entry, published=entry.published or entry.updated)


ANY = st.builds(
    Entry,
    guid=FEW,
    url=st.sampled_from([None, "https://e.org/1", "http://e.org/1", "https://e.org/2"]),
    title=FEW,
    published=st.sampled_from([None, 86_400, 90_000]),
    updated=st.sampled_from([None, 86_400, 90_000]),
    content_hash=st.sampled_from([b"1" * 16, b"2" * 16]),
).map(dated)


@given(st.lists(ANY, max_size=8), st.integers(0, 4), st.booleans())
def test_keys_are_unique_and_rungs_only_go_down(many, rung, whole):
    """Whatever repeats in whatever way."""
    found, stands_on = identify(many, rung, whole=whole)

    assert len({entry.guid for entry in found}) == len(found)
    assert all(entry.guid for entry in found)
    assert stands_on >= rung
    assert whole or stands_on == rung
    assert bool(found) == bool(many)


@given(st.lists(ANY, max_size=6), st.integers(0, 4))
def test_keys_do_not_depend_on_order(many, rung):
    """A feed that is turned around has the same entries."""
    forth, _ = identify(many, rung, whole=True)
    back, _ = identify(many[::-1], rung, whole=True)

    assert {entry.guid for entry in forth} == {entry.guid for entry in back}
