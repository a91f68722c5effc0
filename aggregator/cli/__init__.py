"""The `aggregate` command: a table of commands, each in a module that is loaded when it is run.

This module imports click and nothing else that costs time, so that `--help` and completion answer
at once; a test holds that. Data goes to stdout, everything else to stderr.

Exit codes: 0 done · 1 failed · 2 the question or feeds.toml is wrong · 3 the database can't be
used · 4 feeds failed (see `fetch --fail-on`) · 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import click

import aggregator
from aggregator.cli.common import App, clock, parse_moment, safe
from aggregator.cli.secrets_file import load
from aggregator.errors import AggregatorError, ConfigError, UsageError

# name: (module:object, what it does), in the order in which they are first needed.
COMMANDS = {
    "init": (
        "aggregator.cli.conf:init",
        "Write a feeds.toml that explains itself, with sources of all kinds.",
    ),
    "demo": ("aggregator.cli.demo:demo", "Show everything at work, without the internet."),
    "add": (
        "aggregator.cli.add:add",
        "Follow a page: find its feed, its platform and its category, and add it to feeds.toml.",
    ),
    "find": ("aggregator.cli.find:find", "Say where the feed of a page is, and write nothing."),
    "import": (
        "aggregator.cli.imports:import_",
        "Add the feeds of a list to feeds.toml, in one step.",
    ),
    "fetch": (
        "aggregator.cli.fetch:fetch",
        "Look at the feeds that are due, and keep what is new.",
    ),
    "ls": ("aggregator.cli.feeds:ls", "List the feeds and how they are."),
    "status": (
        "aggregator.cli.feeds:status",
        "Say what is broken: since when, why, and what will happen next.",
    ),
    "edit": (
        "aggregator.cli.change:edit",
        "Change title, category, tags or interval of a feed in feeds.toml.",
    ),
    "mv": (
        "aggregator.cli.change:mv",
        "Give a feed another address; its entries and its history stay.",
    ),
    "pause": (
        "aggregator.cli.change:pause",
        "Keep feeds, but do not look at them until `aggregate resume`.",
    ),
    "resume": ("aggregator.cli.change:resume", "Look at paused feeds again."),
    "rm": ("aggregator.cli.change:rm", "Take feeds out of feeds.toml; their entries stay."),
    "search": ("aggregator.cli.read:search", "Find entries by their words, newest first."),
    "show": ("aggregator.cli.read:show", "Read an entry in the terminal, or the newest ones."),
    "stories": (
        "aggregator.cli.stories:stories",
        "Show what several sources report, the weightiest story first.",
    ),
    "list": (
        "aggregator.cli.lists:list_",
        "Make lists of what is worth sharing, with your own words.",
    ),
    "view": ("aggregator.cli.views:view", "Give a selection a name, to read, share and export it."),
    "rules": ("aggregator.cli.rules:rules", "Try, apply and take back the rules of feeds.toml."),
    "export": (
        "aggregator.cli.export:export",
        "Write a list, a view or entries as a document, a feed or posts.",
    ),
    "digest": (
        "aggregator.cli.digest:digest",
        "Tell what happened: the day's stories by category, ready to read or to mail.",
    ),
    "exports": (
        "aggregator.cli.exports:exports",
        "Show what was exported, where to and when; take an export back.",
    ),
    "serve": ("aggregator.cli.serve:serve", "Serve the desk until Ctrl-C."),
    "backup": (
        "aggregator.cli.keeping:backup",
        "Copy the database while it is in use, and check the copy.",
    ),
    "restore": (
        "aggregator.cli.keeping:restore",
        "Put a backup in the place of the database; the old one is kept.",
    ),
    "prune": ("aggregator.cli.prune:prune", "Let old entries go, after showing which."),
    "vacuum": (
        "aggregator.cli.keeping:vacuum",
        "Write the database anew, without gaps.",
    ),
    "doctor": (
        "aggregator.cli.doctor:doctor",
        "Look everything over, and mend what can be mended.",
    ),
    "platforms": (
        "aggregator.cli.platforms:platforms",
        "List the platforms that are known, and how each is followed.",
    ),
    "config": (
        "aggregator.cli.conf:config",
        "Print the settings that are in effect: the file's and the defaults.",
    ),
}


class Failure(click.ClickException):
    """An AggregatorError, told as a sentence and a hint, with its own exit code."""

    def __init__(self, error: AggregatorError) -> None:
        super().__init__(error.message)
        self.error = error
        self.exit_code = error.exit_code  # type: ignore[misc]  # click reads the instance's

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence and the hint; all problems of a configuration, a line each."""
        lines = [f"Error: {safe(self.error.message)}"]
        if isinstance(self.error, ConfigError):
            count = len(self.error.problems)
            problems = "a problem" if count == 1 else f"{count} problems"
            lines = [f"Error: the configuration has {problems}:"]
            lines += [f"  {safe(problem)}" for problem in self.error.problems]
        if self.error.hint:
            lines.append(f"Hint: {safe(self.error.hint)}")
        for line in lines:
            click.echo(line, err=file is None, file=file)


@contextmanager
def _printable() -> Iterator[None]:
    """Take out of click's complaints what a terminal would obey: they repeat what was typed."""
    try:
        yield
    except click.UsageError as error:
        error.message = safe(error.message, lines=True)  # type: ignore[misc]  # click tells it
        raise


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command; None for a name that is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which command was probably meant, where there is none of that name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            close = get_close_matches(name, COMMANDS, n=1)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"There is no command {safe(name)!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete the name of a command from the table, without importing any."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name, help=summary)
            for name, (_, summary) in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the options that stand before the command."""
        with _printable():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our own errors are told, anything else is a bug and crashes."""
        try:
            with _printable():
                return super().invoke(ctx)
        except AggregatorError as error:
            raise Failure(error) from error
        except UnicodeEncodeError as error:
            # Bytes that are no text come as lone surrogates (PEP 383); only files are called so.
            if error.reason != "surrogates not allowed":
                raise
            raise Failure(UsageError("An argument is no text in UTF-8.")) from error
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise Failure(UsageError("A file can't have so long a name.")) from error
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            raise click.exceptions.Exit(130) from None


@click.group(cls=LazyGroup, context_settings={"max_content_width": 80})
@click.option(
    "--db",
    envvar="AGGREGATE_DB",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("db/aggregator.db"),
    show_default=True,
    show_envvar=True,
    help="The database.",
)
@click.option(
    "--config",
    "config_path",
    envvar="AGGREGATE_CONFIG",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("feeds.toml"),
    show_default=True,
    show_envvar=True,
    help="What to follow, and how.",
)
@click.option("-v", "--verbose", is_flag=True, help="Tell more.")
@click.option("-q", "--quiet", is_flag=True, help="Tell errors only.")
@click.option("--now", "moment", hidden=True, help="Take this for the present time.")
@click.version_option(aggregator.__version__, prog_name="aggregate", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    ctx: click.Context,
    *,
    db: Path,
    config_path: Path,
    verbose: bool,
    quiet: bool,
    moment: str | None,
) -> None:
    """Follow social media of every kind, and share what is worth sharing.

    List what you follow in feeds.toml (`aggregate init` writes one), run `aggregate fetch` now
    and then, best from cron, and read with `aggregate serve` or in the terminal.
    """
    load(config_path, os.environ)
    present = clock()
    ctx.obj = App(
        db=db,
        config_path=config_path,
        verbosity=int(verbose) - int(quiet),
        now=clock(parse_moment(moment, now=present())) if moment else present,
    )


def main() -> None:
    """Run `aggregate`: the entry point of the package."""
    # Importing makes many objects and no garbage: looking for cycles would be a tenth of the start.
    gc.set_threshold(20_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter gets a question mark, never an exception.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    try:
        cli(prog_name="aggregate")
    finally:
        # What is left goes with the process: looking for cycles in it would take 40 ms.
        gc.freeze()
