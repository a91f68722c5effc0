"""The folder of a site: files are replaced one by one, and only ours are ever touched.

`.aggregator-site.json` names the files that we wrote, with the hash of each and when it last
changed. It is written before the files (so that a run that was cut short knows them again) and
after them. A file that was changed by somebody else since is left alone when it is ours no more.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aggregator.errors import AggregatorError, UsageError

MANIFEST = ".aggregator-site.json"


@dataclass(frozen=True, slots=True)
class Known:
    """A file of ours: the hash of what we wrote, and when that was new (ISO-8601)."""

    sha256: str
    changed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What became of the files.

    `kept` were ours and are needed no more, but somebody edited them.
    """

    written: tuple[str, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class Folder:
    """A folder that is made to hold exactly what `replace` is given, beside what others put there.

    Raises UsageError where that would overwrite a file of somebody else, before anything is
    written, and AggregatorError when the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.known = _read(path / MANIFEST)
        except OSError as error:
            raise _refused(path, error) from error

    def changed(self, name: str, data: bytes, now: str) -> str:
        """Return when a file became what it is: `now`, or earlier where it has not changed."""
        before = self.known.get(name)
        return before.changed if before and before.sha256 == _sha256(data) else now

    def replace(self, files: Mapping[str, bytes], *, now: str) -> Changes:
        """Make the folder's files of ours these; what is the same already is not written."""
        self._refuse_foreign(files)
        planned = {
            name: Known(_sha256(data), self.changed(name, data, now))
            for name, data in files.items()
        }
        try:
            return self._replace(files, planned)
        except OSError as error:
            raise _refused(self.path, error) from error

    def _replace(self, files: Mapping[str, bytes], planned: Mapping[str, Known]) -> Changes:
        self._remember({**planned, **self.known})
        written = []
        for name, data in files.items():
            if not self._has(name, planned[name].sha256):
                _put(self.path / name, data)
                written.append(name)
        removed, kept = self._clear(set(self.known) - set(files))
        self._remember(planned)
        return Changes(
            written=tuple(written),
            unchanged=len(files) - len(written),
            removed=tuple(removed),
            kept=tuple(kept),
        )

    def _refuse_foreign(self, files: Mapping[str, bytes]) -> None:
        for name, data in files.items():
            path = self.path / name
            if name in self.known or not path.exists() or self._has(name, _sha256(data)):
                continue
            raise UsageError(
                f"{path} is there already, and `export site` did not write it.",
                hint="Name an empty folder, or one that an earlier `export site` made.",
            )

    def _clear(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """Remove files of ours that are needed no more, and folders that this empties."""
        removed, kept = [], []
        for name in sorted(names):
            path = self.path / name
            if not path.is_file() or path.is_symlink():
                continue
            if not self._has(name, self.known[name].sha256):
                kept.append(name)
                continue
            path.unlink()
            removed.append(name)
            for folder in PurePosixPath(name).parents[:-1]:
                with suppress(OSError):
                    (self.path / folder).rmdir()
        return removed, kept

    def _has(self, name: str, sha256: str) -> bool:
        try:
            return _sha256((self.path / name).read_bytes()) == sha256
        except OSError:
            return False

    def _remember(self, files: Mapping[str, Known]) -> None:
        rows = {name: [each.sha256, each.changed] for name, each in sorted(files.items())}
        text = json.dumps({"version": 1, "files": rows}, indent=0) + "\n"
        if not self._has(MANIFEST, _sha256(text.encode())):
            _put(self.path / MANIFEST, text.encode())


def _read(path: Path) -> dict[str, Known]:
    """Return the files of ours; nothing where there is no list, or none that we can read."""
    try:
        rows = json.loads(path.read_text("utf-8"))["files"]
        files = {
            str(name): Known(str(sha256), str(changed)) for name, (sha256, changed) in rows.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} can't be read, so nobody knows which files of the folder are ours.",
            hint="Name an empty folder.",
        ) from error
    return {name: known for name, known in files.items() if _is_within(name)}


def _is_within(name: str) -> bool:
    """Whether a name stays in the folder, whatever somebody wrote into the list."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _put(path: Path, data: bytes) -> None:
    """Replace a file in one step: a web server hands out the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refused(path: Path, error: OSError) -> AggregatorError:
    return AggregatorError(
        f"The site can't be written to {path}: {error.strerror or error}.",
        hint="Is there room, and may you write to it?",
    )
