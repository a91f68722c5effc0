"""What comes out of a list of subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aggregator.model import Source


@dataclass(frozen=True, slots=True)
class Remark:
    """What was left out of a list, or of one feed in it, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A list, read: its feeds in their order, and `remarks` on what could not be taken over.

    `outlines` are addresses of other OPML documents that the list refers to.
    """

    sources: tuple[Source, ...] = ()
    remarks: tuple[Remark, ...] = ()
    outlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write subscriptions down.

    `recognises` is asked with the beginning of the text; `read` raises UsageError. `about` is
    a half sentence for the documentation.
    """

    name: str
    about: str
    recognises: Callable[[str], bool]
    read: Callable[[bytes], Imported]
