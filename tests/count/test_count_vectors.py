"""Each network counts as its public rules say: vectors worked out by hand."""

import tomllib
from pathlib import Path

import pytest

from aggregator.count import measure, network

DATA = Path(__file__).resolve().parents[1] / "data" / "count"


def vectors(slug):
    """The rows of a network's file, each named by its reason."""
    rows = tomllib.loads((DATA / f"{slug}.toml").read_text("utf-8"))["vectors"]
    return [pytest.param(row, id=row["why"]) for row in rows]


def usage(row, slug):
    return [each.length for each in measure(row["text"] * row.get("times", 1), network(slug))]


@pytest.mark.parametrize("row", vectors("x"))
def test_x_counts_weighted_characters(row):
    """X's count follows its configuration, version 3."""
    assert usage(row, "x") == [row["length"]]


@pytest.mark.parametrize("row", vectors("bluesky"))
def test_bluesky_counts_grapheme_clusters_and_bytes(row):
    """Bluesky's count follows its lexicon."""
    assert usage(row, "bluesky") == [row["length"], row["bytes"]]


@pytest.mark.parametrize("row", vectors("mastodon"))
def test_mastodon_counts_clusters_short_addresses_and_short_names(row):
    """Mastodon's count follows its server."""
    assert usage(row, "mastodon") == [row["length"]]


@pytest.mark.parametrize(("slug", "least"), [("x", 60), ("bluesky", 40), ("mastodon", 40)])
def test_there_are_vectors_enough(slug, least):
    """A network's corner cases are written down."""
    assert len(vectors(slug)) >= least
