"""Front matter, read back by a YAML parser."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from export_data import ATTACKS, CHANNEL, PICK, WORDS, bare
from hypothesis import given

from aggregator.errors import UsageError
from aggregator.export import Channel, ExportOptions, export, safe

KINDS = ["hugo", "jekyll", "ghost"]


def matter(kind, channel=CHANNEL, items=(PICK,)):
    """The values of the front matter, and the draft below it."""
    channel = replace(channel, options=ExportOptions(front_matter=kind))
    text = export("markdown", channel, items)
    _nothing, block, body = text.split("---\n", 2)

    assert not _nothing
    return yaml.safe_load(block), body


EXPECTED = {
    "hugo": {
        "title": CHANNEL.title,
        "date": "2026-11-23T16:06:40Z",
        "draft": True,
        "description": CHANNEL.description,
        "tags": list(PICK.tags),
        "params": {"author": CHANNEL.author},
    },
    "jekyll": {
        "layout": "post",
        "title": CHANNEL.title,
        "date": "2026-11-23 16:06:40 +0000",
        "published": False,
        "description": CHANNEL.description,
        "author": CHANNEL.author,
        "tags": list(PICK.tags),
        "lang": "en",
    },
    "ghost": {
        "title": CHANNEL.title,
        "date": "2026-11-23T16:06:40Z",
        "published": False,
        "status": "draft",
        "excerpt": CHANNEL.description,
        "tags": list(PICK.tags),
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_front_matter_reads_back(kind):
    """Each generator has the names it knows; the post is a draft, its title is said once."""
    values, body = matter(kind)

    assert values == EXPECTED[kind]
    assert "\n# " not in body
    assert "### [Spores" in body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_in_its_value(kind, attack):
    """No text ends its value, adds a key or ends the front matter."""
    same(kind, attack)


@pytest.mark.parametrize("kind", KINDS)
@given(attack=WORDS)
def test_any_text_stays_in_its_value(kind, attack):
    """Whatever is written, a YAML parser reads just that."""
    same(kind, attack)


def same(kind, attack):
    channel = replace(CHANNEL, title=attack, description=f"x {attack}", author="A")
    values, _body = matter(kind, channel, [replace(PICK, tags=(attack, "ok"))])

    assert list(EXPECTED[kind]) == list(values)
    assert (safe.line(attack) or "Aggregator") == values["title"]
    assert [each for each in dict.fromkeys((safe.line(attack), "ok")) if each] == values["tags"]


def test_what_is_not_known_is_not_said():
    """Without description, author and tags there is no such line, and tags are an empty list."""
    values, _body = matter("hugo", Channel(title="T", updated=0), [bare()])

    assert values == {"title": "T", "date": "1970-01-01T00:00:00Z", "draft": True, "tags": []}


def test_a_post_bears_twenty_tags():
    """A list of many items does not give its post a hundred tags."""
    items = [replace(PICK, tags=tuple(f"t{n}{k}" for k in range(5))) for n in range(9)]
    values, _body = matter("hugo", items=items)

    assert len(values["tags"]) == 20


def test_unknown_front_matter_is_an_error_with_the_known_as_hint():
    """A generator that we do not know is refused."""
    channel = replace(CHANNEL, options=ExportOptions(front_matter="wiki"))

    with pytest.raises(UsageError, match="wiki") as caught:
        export("markdown", channel, [])

    assert "none, hugo, jekyll, ghost" in caught.value.hint
