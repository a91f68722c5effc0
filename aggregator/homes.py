"""Where a served desk lives: its files, and how often it fetches.

Kept beside Datasette and not in its configuration, which anybody may read at `/-/config`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary


@dataclass(frozen=True, slots=True)
class Home:
    """The database, the feeds.toml (None where the desk follows nothing), seconds between fetches.

    `every` is None where the desk fetches only when it is told to. `names` are the hosts as which
    it answers; None for a desk that others are meant to reach, under whatever name.
    """

    db: Path
    config: Path | None = None
    every: int | None = None
    names: frozenset[str] | None = None


_homes: WeakKeyDictionary[object, Home] = WeakKeyDictionary()


def settle(desk: object, home: Home) -> None:
    """Remember where a desk lives, for as long as it is there."""
    _homes[desk] = home


def home_of(desk: object) -> Home | None:
    """Return where a desk lives; None for one that was built for something else."""
    return _homes.get(desk)
