"""The files of kept pictures: two a picture, or an empty one where there was none to be had."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

SIZES = ("small", "large")
MOST = 300 << 20
"""Bytes of pictures that are kept at most."""

UNSEEN = 60 * 86400
"""Seconds after which a picture that nobody looked at goes."""

FORGIVEN = 6 * 3600
"""Seconds after which a picture that could not be had is asked for again."""

DAY = 86400


def key(url: str, secret: str = "") -> str:
    """Return the name of a picture in addresses and of its files.

    With a `secret`, only who knows it can tell which picture a name is of.
    """
    return blake2b(url.encode("utf-8", "replace"), digest_size=10, key=secret.encode()).hexdigest()


class Folder:
    """Files by key and size. Nothing in it is needed: whoever deletes it loses time alone."""

    def __init__(self, path: Path, *, most: int = MOST) -> None:
        self.path = path
        self._most = most
        self._written = 0

    def read(self, name: str, size: str, *, now: float) -> bytes | None:
        """Return a kept picture; empty where it is known that there is none; None if unknown."""
        file = self._file(name, size)
        try:
            age = now - file.stat().st_mtime
            data = file.read_bytes()
        except OSError:
            return None
        if not data and age > FORGIVEN:
            return None
        if data and age > DAY:
            with suppress(OSError):  # seen today: the oldest ones go first
                os.utime(file, (now, now))
        return data

    def write(self, name: str, made: tuple[bytes, ...]) -> None:
        """Keep a picture in all sizes, whole or not at all; where the disk is full, not at all."""
        for size, data in zip(SIZES, made, strict=True):
            with suppress(OSError):
                self._write(self._file(name, size), data)
        self._written += sum(map(len, made))

    def thin(self, *, now: float) -> None:
        """Let go what nobody looks at, and the oldest where there is too much.

        It looks at every file, so it does nothing until a tenth of the limit was written.
        """
        if self._written < self._most // 10:
            return
        self._written, total = 0, 0
        for at, length, file in sorted(self._files(), reverse=True):
            total += length
            if total > self._most * 9 // 10 or now - at > UNSEEN:
                with suppress(OSError):
                    file.unlink()

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for file in self.path.glob("??/*.webp"):
            with suppress(OSError):
                stat = file.stat()
                found.append((stat.st_mtime, stat.st_size, file))
        return found

    def _file(self, name: str, size: str) -> Path:
        return self.path / name[:2] / f"{name}-{size}.webp"

    def _write(self, file: Path, data: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        number, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(number, "wb") as opened:
                opened.write(data)
            Path(temporary).replace(file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
