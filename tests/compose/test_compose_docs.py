"""docs/posts.md says what is true."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.compose import FIELDS
from aggregator.compose.template import FILTERS
from aggregator.count import NETWORKS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "posts.md").read_text("utf-8")


def row(place):
    limits = ", ".join(f"{each.most} {each.unit}" for each in place.limits)
    tags = "all" if place.tags is None else place.tags
    rules = f"[{urlsplit(place.source).hostname}]({place.source})"
    return f"| `{place.slug}` | {place.name} | {limits} | {tags} | {rules} |"


def test_the_table_of_networks_is_the_registry():
    """A new network is a row in both."""
    table = re.search(r"<!-- networks -->\n(.*)\n<!-- /networks -->", PAGE, re.DOTALL)[1]

    assert table.splitlines()[2:] == [row(place) for place in NETWORKS]


def test_every_field_and_filter_is_explained():
    """What a template may hold is written down, and nothing else."""
    explained = set(re.findall(r"`\{(\w+)\}`", PAGE))

    assert explained == set(FIELDS)
    assert [name for name in FILTERS if f"`{name}`" not in PAGE] == []
