"""Views: saved, found again, and forgotten."""

from aggregator.curation import Mix, View
from aggregator.model import Selection
from aggregator.store import views
from tests.store.shelf import NOW

TALKS = View(
    slug="talks",
    title="Talks",
    selection=Selection(category="video", limit=7),
    within=3600,
    sort="score",
    mix=Mix(per_feed=2),
)


def test_a_saved_view_comes_back(store):
    """What is saved is found by its short name, and replaced when it is saved again."""
    views.save(store.conn, View(slug="talks", title="Old"), now=NOW)
    views.save(store.conn, TALKS, now=NOW)

    assert views.find(store.conn, "talks") == TALKS
    assert views.saved(store.conn) == [TALKS]
    assert views.find(store.conn, "other") is None


def test_the_file_comes_first(store):
    """A view of feeds.toml covers a saved one with its short name."""
    views.save(store.conn, TALKS, now=NOW)
    ours = (View(slug="talks", title="Ours"), View(slug="a", title="A"))

    assert views.find(store.conn, "talks", ours) == ours[0]
    assert views.find(store.conn, "talks", ours[1:]) == TALKS
    assert views.every(store.conn, ours) == list(ours)
    assert views.every(store.conn, ours[1:]) == [ours[1], TALKS]


def test_a_saved_view_is_forgotten(store):
    """Removing says whether there was one."""
    views.save(store.conn, TALKS, now=NOW)

    assert views.remove(store.conn, "talks")
    assert not views.remove(store.conn, "talks")
    assert views.saved(store.conn) == []
