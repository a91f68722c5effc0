"""Functions that read the values of `[[recipes]]`, `[[json]]`, `[bridges]` and `[engines]`.

As in `values`: each raises `Wrong` with a sentence, and none repeats what may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aggregator.config import values
from aggregator.config.problems import Problem
from aggregator.config.values import Reader, Wrong
from aggregator.model import Bridges, JsonRow, RecipeRow

DATES = ("iso", "date", "unix", "none")
FORMATS = ("html", "bbcode", "slack")

_NAME = re.compile(r"\{([a-z_]\w*)\}")
_HOLE = re.compile(r"\{[^{}]*\}")


def pattern(value: Any) -> str:
    """Read a regular expression for addresses; `{name}` is short for a named piece of one."""
    written = values.text(value)
    try:
        re.compile(_NAME.sub(r"(?P<\1>[^/?#&]+)", written))
    except (re.error, RecursionError, OverflowError) as error:
        raise Wrong(f"is no regular expression: {error}") from error
    if written.startswith(("http://", "https://", "www.")):
        raise Wrong("must begin with the host: addresses are compared without scheme and www.")
    return written


def template(value: Any) -> str:
    """Read an address in which `{name}` stands for what a pattern found."""
    written = values.text(value)
    values.url(_HOLE.sub("x", written))
    if written.count("{") != written.count("}"):
        raise Wrong("has a brace without its partner")
    return written


def alternatives(value: Any) -> tuple[tuple[str, str], ...]:
    """Read a table from labels to templates."""
    return _table(value, template, '{ comments = "https://…/{name}/comments" }')


def conditions(value: Any) -> tuple[str, ...]:
    """Read one condition or a list of them."""
    return values.texts(value if isinstance(value, list) else [value])


def query(value: Any, *, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Read a table of parameters; `${NAME}` in a value must be in `environ`."""
    read = _secret_reader(environ)
    return _table(value, read, '{ key = "${EXAMPLE_KEY}" }')


def secret(value: Any, *, environ: Mapping[str, str]) -> str:
    """Read a key: as it is, or `${NAME}`, which must be in `environ`; empty is none."""
    return "" if value == "" else _secret_reader(environ)(value)


def base(value: Any) -> str:
    """Read the address of a bridge, without a slash at its end; empty is none."""
    return "" if value == "" else values.url(value).rstrip("/")


def engines(hosts: Mapping[str, Any]) -> tuple[dict[str, str], list[Problem]]:
    """Read `[engines]`, which says what hosts run: those that can be used, and the problems."""
    found: dict[str, str] = {}
    wrong: list[Problem] = []
    for host, engine in hosts.items():
        try:
            found[values.domain(host)] = values.platform(engine)
        except Wrong as error:
            wrong.append(((host,), str(error)))
    return found, wrong


def _secret_reader(environ: Mapping[str, str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        written = values.text(value)
        values.filled(written, environ)
        return written

    return read


def _table(value: Any, read: Callable[[Any], str], example: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise Wrong(f"expected a table such as {example}")
    found: list[tuple[str, str]] = []
    wrong: list[Problem] = []
    for name, content in value.items():
        try:
            found.append((values.text(name), read(content)))
        except Wrong as error:
            wrong.append(((name,), str(error)))
    if wrong:
        raise Wrong(problems=wrong)
    return tuple(found)


_EXPRESSIONS = (
    "list feed_title site id title url published updated author summary html text image media "
    "media_type duration tags credit"
)
READERS: dict[type, dict[str, Reader]] = {
    RecipeRow: {
        "pattern": pattern,
        "template": template,
        "platform": values.platform,
        "category": values.category,
        "label": values.text,
        "alternatives": alternatives,
    },
    JsonRow: {
        "endpoint": pattern,
        "pattern": pattern,
        "template": template,
        "platform": values.platform,
        "category": values.category,
        "headers": values.headers,
        "query": query,
        "where": conditions,
        "date": values.choice("kind of date", DATES),
        "format": values.choice("format", FORMATS),
        **dict.fromkeys(_EXPRESSIONS.split(), values.text),
    },
    Bridges: {
        "rsshub": base,
        "rsshub_key": secret,
        "rssbridge": base,
        "rssbridge_token": secret,
        "nitter": base,
    },
}
