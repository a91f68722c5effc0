"""The frame of the command line: help, errors, exit codes, and what it costs to start."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from aggregator import __version__
from aggregator.cli import COMMANDS, Failure, LazyGroup, cli
from aggregator.errors import AggregatorError, ConfigError, StoreError

HEAVY = {
    "aiohttp",
    "asyncio",
    "cattrs",
    "datasette",
    "feedparser",
    "httpx",
    "nh3",
    "rich",
    "sqlite3",
    "sqlite_utils",
    "tomllib",
}


def run_python(code, *args, **environ):
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environ},
        check=False,
    )


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_imports_nothing_heavy(args):
    """Help and version are there at once: no library is imported for them but click."""
    code = (
        "import sys; sys.argv = ['aggregate', *sys.argv[1:]]\n"
        "from aggregator.cli import main\n"
        "try: main()\n"
        "finally: print('MODULES', *sys.modules, file=sys.stderr)"
    )
    done = run_python(code, *args)

    loaded = {name.partition(".")[0] for name in done.stderr.split("MODULES")[1].split()}
    assert done.returncode == 0
    assert not loaded & HEAVY


def test_the_version_is_the_packages(aggregate):
    """`--version` names the program and its version."""
    result = CliRunner().invoke(cli, ["--version"], prog_name="aggregate")

    assert result.output == f"aggregate {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name):
    """A command's line in the table is how its own help begins."""
    command = LazyGroup().get_command(click.Context(cli), name)

    assert command.name == name
    assert command.get_short_help_str(200).startswith(COMMANDS[name][1].rstrip("."))


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_readable_at_80_columns(aggregate, name):
    """No line of any help is longer than 80 columns."""
    result = aggregate(*name.split(), "--help")

    assert result.exit_code == 0
    assert max(len(line) for line in result.output.splitlines()) <= 80


def test_a_typing_error_in_a_command_is_guessed(aggregate):
    """An unknown command names the one that was probably meant, and ends with 2."""
    result = aggregate("fetsh")

    assert result.exit_code == 2
    assert "There is no command 'fetsh'. Did you mean 'fetch'?" in result.stderr
    assert "There is no command 'xyzzy'.\n" in aggregate("xyzzy").stderr


def test_a_typing_error_in_an_option_is_guessed(aggregate):
    """An unknown option of the frame is refused by click with its own guess."""
    result = aggregate("--confg", "x", "ls")

    assert result.exit_code == 2
    assert "--config" in result.stderr


def grumpy(error):
    class Group(LazyGroup):
        def get_command(self, _ctx, _name):
            def act():
                raise error

            return click.Command("ls", callback=act)

    return CliRunner().invoke(Group(), ["ls"])


def test_our_own_errors_are_a_sentence_and_a_hint():
    """An AggregatorError is told in a sentence with a hint, with the exit code of its class."""
    result = grumpy(StoreError("The disk is full.", hint="Make\x1b[31m room."))

    assert result.stderr == "Error: The disk is full.\nHint: Make room.\n"
    assert result.exit_code == 3
    assert grumpy(AggregatorError("No.")).stderr == "Error: No.\n"


def test_a_configurations_problems_have_a_line_each():
    """All problems of a file are listed."""
    assert grumpy(ConfigError(("a: b", "c: d"))).stderr == (
        "Error: the configuration has 2 problems:\n  a: b\n  c: d\n"
    )
    assert "has a problem:\n  a: b\n" in grumpy(ConfigError(("a: b",))).stderr


def test_a_bug_is_a_traceback():
    """What is not ours is a bug, and is not hidden."""
    result = grumpy(ZeroDivisionError("oops"))

    assert isinstance(result.exception, ZeroDivisionError)


def test_ctrl_c_ends_with_130():
    """Ctrl-C is no error and no traceback."""
    result = grumpy(KeyboardInterrupt())

    assert result.exit_code == 130
    assert result.stderr == "Stopped.\n"


def test_an_error_can_be_shown_elsewhere(tmp_path):
    """An error prints to the file it is given."""
    with (tmp_path / "out").open("w+") as file:
        Failure(AggregatorError("No.")).show(file)
        file.seek(0)

        assert file.read() == "Error: No.\n"


def test_a_closed_pipe_is_quiet(db):
    """`aggregate ls --json | head -1` ends without a word about pipes."""
    code = (
        "import sys; sys.argv = ['aggregate', '--db', sys.argv[1], 'ls', '--json']\n"
        "from aggregator.cli import main\nmain()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(db)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()

    process.wait(60)
    assert told == b""


def test_a_terminal_without_letters_gets_question_marks(db):
    """An output that can't show a letter never ends in a traceback."""
    code = (
        "import sys; sys.argv = ['aggregate', '--db', sys.argv[1], 'show', '--latest', '9']\n"
        "from aggregator.cli import main\nmain()"
    )
    done = run_python(code, str(db), PYTHONIOENCODING="ascii", COLUMNS="80")

    assert done.returncode == 0
    assert "????" in done.stdout


def test_the_environment_names_database_and_configuration(aggregate, monkeypatch, db):
    """AGGREGATE_DB and AGGREGATE_CONFIG stand for --db and --config."""
    monkeypatch.setenv("AGGREGATE_DB", str(db))
    monkeypatch.setenv("AGGREGATE_CONFIG", "mine.toml")

    assert "Example" in aggregate("ls").output
    assert "mine.toml: there is no such file" in aggregate("config").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_has_a_script_for_each_shell(shell):
    """The completion that docs/cli.md explains exists for the three shells."""
    code = "import sys; sys.argv = ['aggregate']\nfrom aggregator.cli import main\nmain()"
    done = run_python(code, _AGGREGATE_COMPLETE=f"{shell}_source")

    assert "_AGGREGATE_COMPLETE" in done.stdout or done.stderr  # bash asks its own version


def test_commands_and_categories_are_completed():
    """Completion knows the commands and the categories."""
    code = "import sys; sys.argv = ['aggregate']\nfrom aggregator.cli import main\nmain()"

    def complete(words):
        environ = {
            "_AGGREGATE_COMPLETE": "zsh_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        }
        return run_python(code, **environ).stdout.splitlines()

    assert "search" in complete("aggregate se")
    assert "--config" in complete("aggregate --c")
    assert "video" in complete("aggregate ls --category vi")
