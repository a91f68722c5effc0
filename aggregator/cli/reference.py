"""The reference of the command line, made from the commands themselves.

    python -m aggregator.cli.reference > docs/cli.md

A test holds that docs/cli.md is what this prints.
"""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli import COMMANDS, cli

WIDTH = 80

HEAD = """\
# The command line

<!-- Made by `python -m aggregator.cli.reference > docs/cli.md`; do not edit. -->

What was asked for goes to stdout, everything else to stderr. With `--json`, times are ISO 8601 in
UTC. Output fits 80 columns and uses colour on a terminal only (`NO_COLOR=1` turns it off there).
What strangers wrote is printed without control characters.

| exit code | meaning |
|---|---|
| 0 | done; another fetch already running counts as done |
| 1 | something failed |
| 2 | the question, or feeds.toml, is wrong: every problem is listed |
| 3 | the database can't be used |
| 4 | feeds failed, as `fetch --fail-on` defines it |
| 130 | stopped by Ctrl-C; what was done is kept |
"""

TAIL = """\
## Completion

Commands, options and categories are completed by the shell. Add one line to its start-up file:

| shell | file | line |
|---|---|---|
| bash (4.4 or newer) | `~/.bashrc` | `eval "$(_AGGREGATE_COMPLETE=bash_source aggregate)"` |
| zsh | `~/.zshrc` | `eval "$(_AGGREGATE_COMPLETE=zsh_source aggregate)"` |
| fish | `~/.config/fish/completions/aggregate.fish` | \
`_AGGREGATE_COMPLETE=fish_source aggregate \\| source` |

`aggregate` has to be on the PATH: activate the environment, or link `.venv/bin/aggregate` into
`~/.local/bin`.
"""


def reference() -> str:
    """Return docs/cli.md."""
    root = _context(cli, "aggregate")
    parts = [HEAD, _section(root)]
    for name in COMMANDS:
        parts += _sections(name, root)
    return "\n".join([*parts, TAIL])


def _sections(name: str, parent: click.Context) -> list[str]:
    """Return the section of a command, and after it those of its own commands."""
    # Not only groups: `export` is a command, and `export site` another one.
    group: Any = parent.command
    command = group.get_command(parent, name)
    context = _context(command, name, parent)
    inner = command.list_commands(context) if hasattr(command, "list_commands") else ()
    return [_section(context), *(each for name in inner for each in _sections(name, context))]


def _context(
    command: click.Command, name: str, parent: click.Context | None = None
) -> click.Context:
    return click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )


def _section(context: click.Context) -> str:
    """Return the help of a command under its name; commands of a command have smaller headings."""
    text = context.command.get_help(context)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    heading = "###" if context.parent and context.parent.parent else "##"
    return f"{heading} {context.command_path}\n\n```\n{lines}\n```\n"


if __name__ == "__main__":
    click.echo(reference(), nl=False)
