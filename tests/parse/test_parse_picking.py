"""The expressions of mapping rows."""

import html

import pytest

from aggregator.parse import picking
from aggregator.parse.picking import Scope

RECORD = {
    "id": 7,
    "title": " A title ",
    "flag": True,
    "none": None,
    "empty": "",
    "owner.name": "Ana",
    "owner": {"id": 3},
    "half": "\ud800x",
    "tags": [{"name": "x"}, {"name": "y"}, {"name": "x"}, "z"],
    "images": [{"kind": "small", "url": "s"}, {"kind": "large", "url": "l"}],
    "sender": "u2",
    "lists": [[1, 2], [3]],
    "space": "a b/ü",
}
ROOT = {"users": [{"id": "u1", "name": "Bo"}, {"id": "u2", "name": "Cy"}], "title": "All"}
SCOPE = Scope(ROOT, RECORD, {"user": "dj", "nobody": ""})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("title", "A title"),
        ("id", "7"),
        ("owner.id", "3"),
        ("owner.name", "Ana"),
        ("owner.name.deeper", None),
        ("tags[].name", "x, y"),
        ("tags[1].name", "y"),
        ("tags[9].name", None),
        ("tags[x].name", None),
        ("lists[0][1]", "2"),
        ("lists[][]", "1, 2, 3"),
        ("title[0]", None),
        ("images[kind=large].url", "l"),
        ("images[kind=huge].url", None),
        ("$.users[id=.sender].name", "Cy"),
        ("$.users[id=.nothing].name", None),
        ("$.title", "All"),
        ("@user", "dj"),
        ("@nobody", None),
        ("@unknown", None),
        ("flag", None),
        ("none | empty | missing | id", "7"),
        ("https://e.example/{id}?u={@user}", "https://e.example/7?u=dj"),
        ("https://e.example/{missing} | https://e.example/{id}", "https://e.example/7"),
        ("https://e.example/{missing | id}", "https://e.example/7"),
        ("https://e.example/{space}", "https://e.example/a%20b/%C3%BC"),
        ("https://e.example/", "https://e.example/"),
        ("{missing}", None),
        ("'Some words'", "Some words"),
        ("'Number {id}'", "Number 7"),
        ("half", "?x"),
        ("", None),
        ("owner", None),
    ],
)
def test_an_expression_picks_a_text(expression, expected):
    """Paths, selectors, templates and alternatives; what is not there is nothing."""
    assert expected == picking.text(expression, SCOPE)


def test_values_are_escaped_and_templates_are_not():
    """What a stranger wrote can't become markup in a credit."""
    scope = Scope({}, {"name": "<b>"}, {})

    assert picking.text("<i>{name}</i>", scope, escape=html.escape) == "<i>&lt;b&gt;</i>"
    assert picking.text("name", scope, escape=html.escape) == "&lt;b&gt;"


def test_many_values_are_texts_each_once():
    """Lists give their scalars, in order; a template gives one."""
    assert picking.texts("tags[].name", SCOPE) == ("x", "y")
    assert picking.texts("tags", SCOPE) == ()
    assert picking.texts("missing", SCOPE) == ()
    assert picking.texts("https://e.example/{id}", SCOPE) == ("https://e.example/7",)
    assert picking.texts("{missing}", SCOPE) == ()


def test_an_answer_can_not_make_many_values_of_few():
    """The number of values is bounded, whatever the nesting."""
    scope = Scope({}, {"a": [{"b": list(range(200))}] * 200}, {})

    assert len(picking.values("a[].b[]", scope)) == picking.MOST
