"""feeds.toml as whoever changes it sees it: read once, edited as text, written once."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from aggregator.config import Config, parse_config
from aggregator.errors import ConfigError, UsageError
from aggregator.following.files import replace_file
from aggregator.plain import safe

HEAD = """\
# What Aggregator follows. `aggregate init` writes a file that explains every key.

"""


@dataclass(frozen=True, slots=True)
class FeedsFile:
    """A feeds.toml: its bytes when it was read (None where there is none), and what they say."""

    path: Path
    data: bytes | None
    config: Config

    @property
    def text(self) -> str:
        """The text to edit; that of a new file where there is none."""
        return HEAD if self.data is None else self.data.decode("utf-8")

    def write(self, text: str) -> Config:
        """Check the edited text and put it in place of the old one, in one step.

        Raises ConfigError when the edit would leave a file that can't be read, and UsageError
        when somebody else has changed the file meanwhile: nothing is written then.
        """
        config = parse_config(text, environ=os.environ, name=str(self.path))
        if self.data is None:
            _create(self.path, text)
            return config
        with self.path.open("rb") as held:
            # Two of us at once wait for each other here; the one who comes second is refused.
            fcntl.flock(held, fcntl.LOCK_EX)
            if self.path.read_bytes() != self.data:
                raise UsageError(
                    f"{safe(str(self.path))} was changed meanwhile; nothing was written.",
                    hint="Try it again.",
                )
            replace_file(self.path, text.encode())
        return config


def read_file(path: Path) -> FeedsFile:
    """Read and check a feeds.toml; one that is not there is empty. Raises ConfigError."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except FileNotFoundError:
        return FeedsFile(path, None, Config())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError((f"{path}: can't be read: {reason}",)) from error
    return FeedsFile(path, data, parse_config(text, environ=os.environ, name=str(path)))


def _create(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(text.encode())
    except OSError as error:
        raise UsageError(f"{safe(str(path))} can't be written: {error.strerror}.") from error
