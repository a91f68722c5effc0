"""`secrets.env` beside feeds.toml: variables for its `${NAME}`, in a file that is nobody else's.

Lines of NAME=value, as systemd and Docker read them; the environment itself goes before. A file
that others can read is refused: what is in it would be no secret.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from aggregator.errors import ConfigError

NAME = "secrets.env"
LARGEST = 1 << 16
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_QUOTED = re.compile(r"\"(.*)\"|'(.*)'")


def load(beside: Path, environ: MutableMapping[str, str]) -> None:
    """Add the variables of the file beside feeds.toml, if there is one; raises ConfigError."""
    path = beside.with_name(NAME)
    try:
        with path.open(encoding="utf-8") as file:
            _guarded(path, os.fstat(file.fileno()))
            text = file.read(LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError((f"{path}: can't be read: {reason}",)) from error
    for name, value in _variables(path, text):
        environ.setdefault(name, value)


def _guarded(path: Path, found: os.stat_result) -> None:
    """Refuse a file that others may read or write, or that somebody else has put there."""
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(
            (f"{path}: others on this machine may read or write it",),
            hint=f"chmod 600 {path}",
        )
    if found.st_uid not in {os.geteuid(), 0}:
        raise ConfigError((f"{path}: it belongs to somebody else",), hint="Make it your own.")


def _variables(path: Path, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        found = _LINE.fullmatch(said)
        if not found:
            raise ConfigError((f"{path}: line {number}: is not NAME=value",))
        name, value = found[1], found[2].strip()
        quoted = _QUOTED.fullmatch(value)
        yield name, (quoted[1] or quoted[2] or "") if quoted else value
