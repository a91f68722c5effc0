"""The command line under `fuzz`: any arguments, against a small database in a folder of its own.

What fetches, serves or mails finds no network, and no argument leaves the folder: the commands run
in this very process. A case is the arguments, a line each.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import click
from click.testing import CliRunner

from aggregator.cli import COMMANDS, cli
from aggregator.model import Entry, FeedState, FetchRecord, Insert, Plan, Source
from aggregator.store import open_store
from benchmarks import mutate
from benchmarks.oracles import ROOT, Target, promise

NOW = 1_790_000_000
CODES = {0, 1, 2, 3, 4, 130}
"""The exit codes that docs/cli.md promises."""

LEFT_OUT = {"serve", "demo", "fetch"}
"""Commands that would stay, or start processes."""

_LIKELY = (b"week", b"news", b"1", b"7d", b"https://example.org/0", b"storm", b"A", b"R", b"blogs")
_VALUES = mutate.tokens("typed")
_TYPED = re.compile(r"(?:^|`|\$ )aggregate ([^`#|>\n]+)", re.MULTILINE)


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], click.Command]:
    """Return all commands by the words that call them."""
    context = click.Context(group)
    found: dict[tuple[str, ...], click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if (not path and name in LEFT_OUT) or command is None:
            continue
        found[*path, name] = command
        if isinstance(command, click.Group):
            found |= commands(command, (*path, name))
    return found


def _seeds() -> list[bytes]:
    """Every command that the documents show, and each with each of its options."""
    shown = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    lines = [line for path in shown for line in _TYPED.findall(path.read_text("utf-8"))]
    typed = [_split(line) for line in lines]
    for path, command in commands(cli).items():
        typed += [[*path], [*path, "week"], [*path, "week", "1"], [*path, "--help"]]
        for option in command.params:
            if isinstance(option, click.Option):
                typed += [[*path, option.opts[0]], [*path, "1", option.opts[0], "news"]]
    return [os.fsencode("\n".join(words)) for words in typed if words and words[0] not in LEFT_OUT]


def line(seeds: Sequence[bytes], tokens: Sequence[bytes], chance: Random) -> bytes:
    """Make a case: a command as it may be meant, with its own arguments and options, or worse."""
    if chance.random() < 0.3:
        return mutate.mutate(seeds, tokens, chance)
    path, command = chance.choice(_COMMANDS)
    words = list(path)
    for param in command.params:
        if isinstance(param, click.Argument):
            words += [_value(param, chance) for _ in range(2 if param.nargs == -1 else 1)]
        elif chance.random() < 3 / len(command.params):
            words.append(chance.choice([*param.opts, *param.secondary_opts]))
            words += [] if getattr(param, "is_flag", False) else [_value(param, chance)]
    typed = "\n".join(words).encode("utf-8", "surrogateescape")
    return mutate.mutate([typed], tokens, chance) if chance.random() < 0.1 else typed


def _value(param: click.Parameter, chance: Random) -> str:
    if isinstance(param.type, click.Choice) and chance.random() < 0.9:
        return str(chance.choice(list(param.type.choices)))
    if isinstance(param.type, click.types.IntParamType) and chance.random() < 0.8:
        return str(chance.choice((1, 2, 3, 1_000, 0, -1)))
    values = _LIKELY if chance.random() < 0.5 else _VALUES
    return os.fsdecode(chance.choice(values)).replace("\n", " ")


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _tokens() -> tuple[bytes, ...]:
    options = {
        each
        for command in commands(cli).values()
        for param in command.params
        for each in param.opts
    }
    known = [each.encode() for each in (*COMMANDS, *sorted(options)) if each not in LEFT_OUT]
    return tuple(b"\n%b\n" % word for word in (*_VALUES, *known))


@cache
def _template() -> Path:
    """Make a folder with a feeds.toml, a database, a list and a view; nothing reaches a network."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-cli-"))
    source = Source(url="https://a.example/feed?token=abcdef0123456789", title="A", tags=("sea",))
    with open_store(folder / "desk.db", now=NOW) as store:
        store.sync([source], now=NOW)
        (known,) = store.due(now=NOW)
        state = FeedState(feed_url=source.url, state="ok", checked_at=NOW - 600)
        record = FetchRecord(status="ok", new=3)
        store.apply(
            [Plan(feed_id=known.feed_id, state=state, record=record, insert=_news())], now=NOW
        )
    (folder / "feeds.toml").write_text(
        f'[[feeds]]\nurl = "{source.url}"\n\n[[rules]]\nname = "R"\nwhen = {{ title = "storm" }}\n'
        "then = { star = true }\n",
        "utf-8",
    )
    for line in (
        "list create week",
        "list add week https://example.org/0 --note Words",
        "view save news --search storm",
        "export week --format markdown -o out.txt",
    ):
        _invoke(folder, shlex.split(line))
    return folder


def _news() -> tuple[Insert, ...]:
    return tuple(
        Insert(
            entry_id=((NOW - n * 3600) << 20) + n,
            entry=Entry(
                guid=f"urn:{n}",
                url=f"https://example.org/{n}",
                title=f"A storm of {n} \x1b[31m\u202e",
                html="<p>Sea <b>and</b> wind</p>",
                text="Sea and wind",
                content_hash=b"1" * 16,
            ),
            published_at=NOW - n * 3600,
        )
        for n in range(3)
    )


def _invoke(folder: Path, words: list[str]) -> Any:
    os.chdir(folder)
    given = ["--now", "2026-09-21T14:13:20Z", "--db", "desk.db", *words]
    env = {"EDITOR": "true", "VISUAL": None, "AGGREGATE_DB": None, "AGGREGATE_CONFIG": None}
    return CliRunner().invoke(cli, given, prog_name="aggregate", env=env)


def _harmless(word: str) -> str:
    """Keep an argument in its folder: relative, and not upwards. NUL is in no argument at all."""
    word = word.replace("\0", "")[:100_000].replace("..", ".")
    return word if re.match(r"https?://", word) else word.replace("/", "").replace("~", "")


def check(case: bytes) -> None:
    """A command ends with one of the codes that are promised, and never with a traceback."""
    words = [_harmless(os.fsdecode(line)) for line in case.split(b"\n")][:200]
    if LEFT_OUT & set(words[:8]):
        return
    socket.socket.connect = _no_network  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = _no_network  # type: ignore[assignment]
    template = _template()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        result = _invoke(Path(folder), words)
        os.chdir(template)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    promise(result.exit_code in CODES, "an exit code is a known one", result.exit_code)


def _no_network(*_args: object, **_named: object) -> None:
    raise OSError(101, "There is no network here")


_COMMANDS = [each for each in commands(cli).items() if not isinstance(each[1], click.Group)]
TARGET = Target(_seeds, _tokens(), check, head=0, make=line)
