"""What a post looks like: a template such as "{note} {title} {link} {via} {tags}".

A name in braces stands for the item's own words. What is written in Jinja's syntax is Jinja, in
its sandbox and without loops, calls and arithmetic: a template always ends, and soon. Values are
never read as templates. Errors are told before anything is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from aggregator.errors import UsageError

FIELDS = (
    "note",
    "quote",
    "title",
    "link",
    "via",
    "credit",
    "tags",
    "source",
    "author",
    "section",
    "summary",
    "category",
    "platform",
    "alt",
    "number",
    "total",
)
LONGEST_TEMPLATE = 4000
_LONGEST_VALUE = 100_000
_LONGEST_WORD = 100
_SYNTAX = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{(\w+)\}", re.DOTALL)
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Concat,
)
_BLANKS = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Layout:
    """A template that was read: `names` are the fields it shows."""

    names: frozenset[str]
    compiled: jinja2.Template

    def render(self, values: Mapping[str, str]) -> str:
        """Returns the post's text; lines that stayed empty go. Raises UsageError."""
        try:
            text = self.compiled.render(values)
        except (TypeError, ValueError, jinja2.TemplateError) as error:
            raise UsageError(f"The template can't be filled: {error}.") from error
        return tidy(text)


def tidy(text: str) -> str:
    """Returns the text without blanks at the ends of lines and more than one empty line."""
    lines = (_BLANKS.sub(" ", each).strip() for each in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=64)
def read(template: str) -> Layout:
    """Returns the template, read and checked. Raises UsageError for what can't be one."""
    if len(template) > LONGEST_TEMPLATE:
        raise UsageError(f"A template has at most {LONGEST_TEMPLATE} characters.")
    environment = _environment()
    # A shell hands over a line break as it is typed.
    template = template.replace("\\n", "\n")
    source = _SYNTAX.sub(lambda found: f"{{{{ {found[1]} }}}}" if found[1] else found[0], template)
    try:
        tree = environment.parse(source)
        _check_syntax(tree)  # before anything else: to find names, Jinja computes constants
        names = frozenset(meta.find_undeclared_variables(tree))
        _check_names(names)
        return Layout(names, environment.from_string(tree))
    except jinja2.TemplateError as error:
        raise UsageError(f"The template can't be read: {error}.", hint=_hint()) from error


def _check_syntax(tree: nodes.Template) -> None:
    """Raises UsageError for a construct that is not allowed."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what = type(node).__name__.lower()
            raise UsageError(f"A template can't have “{what}” (line {node.lineno}).", hint=_hint())


def _check_names(names: frozenset[str]) -> None:
    """Raises UsageError for a name that means nothing."""
    for name in sorted(names - set(FIELDS)):
        near = get_close_matches(name, FIELDS, 1)
        hint = f"Did you mean {{{near[0]}}}?" if near else _hint()
        raise UsageError(f"A template can't have {{{name}}}.", hint=hint)


def _hint() -> str:
    return f"There are {', '.join(f'{{{name}}}' for name in FIELDS)}; see docs/posts.md."


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=False, undefined=jinja2.StrictUndefined)
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(FILTERS)
    return environment


def _replace(value: str, old: str, new: str) -> str:
    return str(value)[:_LONGEST_VALUE].replace(str(old), str(new)[:_LONGEST_WORD])[:_LONGEST_VALUE]


def _default(value: str, other: str) -> str:
    return value or str(other)


FILTERS = {
    "capitalize": lambda value: str(value)[:1].upper() + str(value)[1:],
    "default": _default,
    "lower": lambda value: str(value).lower(),
    "replace": _replace,
    "trim": lambda value: str(value).strip(),
    "upper": lambda value: str(value).upper(),
}
