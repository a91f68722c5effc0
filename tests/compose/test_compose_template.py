"""A template is read once, safely, and told what is wrong with it."""

import time

import pytest
from compose_data import item

from aggregator.compose import posts
from aggregator.compose.template import FIELDS, read, tidy
from aggregator.errors import UsageError

VALUES = dict.fromkeys(FIELDS, "") | {"title": "Ferns", "note": "", "source": "Blog"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{title}", "Ferns"),
        ("{{ title }}", "Ferns"),
        ("{title} {note} {source}", "Ferns Blog"),
        ("{title}\n\n\n{note}\n\n{source}", "Ferns\n\nBlog"),
        ("{title}{# never shown #}", "Ferns"),
        ("{% if note %}{note}{% else %}{title}{% endif %}", "Ferns"),
        ("{{ note or title }}", "Ferns"),
        ("{{ title if note else source }}", "Blog"),
        ("{{ note | default('nothing') }}", "nothing"),
        ("{{ title | default('nothing') | upper | lower | capitalize | trim }}", "Ferns"),
        ("{{ title | replace('F', 'f') ~ '!' }}", "ferns!"),
        ("{{ 'yes' if not note and title == 'Ferns' }}", "yes"),
        ("{ title } {} { :-{", "{ title } {} { :-{"),
        ("plain", "plain"),
        (r"{title}\n\n{source}", "Ferns\n\nBlog"),
    ],
)
def test_a_template_is_filled(template, text):
    """In its simple form, in Jinja's, or both; lines that stay empty go."""
    assert read(template).render(VALUES) == text


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{titel}", "{titel}", "Did you mean {title}?"),
        ("{zzzzz}", "{zzzzz}", "There are {note}"),
        ("{{ title", "can't be read", "There are"),
        ("{% if %}", "can't be read", "There are"),
        ("{{ title | nothing }}", "can't be read", "There are"),
        ("{% for x in title %}{{ x }}{% endfor %}", "“for”", "There are"),
        ("{{ title.upper() }}", "“call”|“getattr”", "There are"),
        ("{{ title['x'] }}", "“getitem”", "There are"),
        ("{{ 'a' * 999999999 }}", "“mul”", "There are"),
        ("{{ 9 ** 9 ** 9 }}", "“pow”", "There are"),
        ("{{ title.__class__.__mro__ }}", "“getattr”", "There are"),
        ("{% set title = 'x' %}{{ title }}", "“assign”", "There are"),
        ("{% include 'feeds.toml' %}", "“include”", "There are"),
        ("{% macro a() %}{% endmacro %}", "“macro”", "There are"),
        ("x" * 4001, "at most 4000", None),
    ],
)
def test_what_is_wrong_with_a_template_is_told_at_once(template, message, hint):
    """With what could be meant; nothing of it is run."""
    with pytest.raises(UsageError, match=message) as caught:
        read(template)

    assert caught.value.exit_code == 2
    assert (hint is None) == (caught.value.hint is None)
    assert (hint or "") in (caught.value.hint or "")


def test_a_filter_without_what_it_needs_is_told_when_it_is_filled():
    """The message is the user's, not a traceback."""
    with pytest.raises(UsageError, match="can't be filled"):
        read("{{ title | replace }}").render(VALUES)


def test_braces_in_values_are_no_templates():
    """A title can't ask for other fields, nor run anything."""
    picked = item(title="{note} {{ 7 * 7 }} {% raw %}", note="secret", quote="", tags=())
    (post,) = posts([picked], "x", template="{title}")

    assert post.text == "{note} {{ 7 * 7 }} {% raw %}"


def test_a_template_can_not_grow_without_bounds():
    """Replacing and repeating are bounded, in size and in time."""
    template = "{{ title" + " | replace('a', 'aaaaaaaaaa')" * 100 + " }}"
    started = time.process_time()
    text = read(template).render(VALUES | {"title": "a" * 1000})

    assert len(text) <= 100_000
    assert time.process_time() - started < 5


def test_tidy_keeps_words():
    """Only blanks go: at the ends of lines, in rows, and lines that are empty."""
    assert tidy("  a \t b  \n \n \n\nc\n") == "a b\n\nc"
