"""Files that are written in one step: others see the old content or the new one."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from aggregator.errors import AggregatorError
from aggregator.plain import safe


def replace_file(path: Path, data: bytes) -> None:
    """Put the data into a file in one step: others see the old content or the new one.

    An existing file keeps its permissions, a link its place; what is no file (a pipe, /dev/null)
    is written to. Raises AggregatorError; nothing is left behind then.
    """
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise AggregatorError(
            f"{safe(str(path))} can't be written: {error.strerror or error}.",
            hint="Is its folder there, and may you write to it?",
        ) from error


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            if target.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
