"""What goes through the pipes between parent and child: a length, then a pickle.

The parent reads only what its own child wrote; as a child reads strangers' documents with
libraries written in C, it is trusted with the nouns and the errors and nothing else.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from aggregator import model, rules

LENGTH = struct.Struct("!I")

_MODULES = frozenset({"aggregator.model", "aggregator.errors", "aggregator.rules"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A document to be parsed and refined; for the fields see `parse` and `refine`."""

    body: bytes
    url: str
    charset: str | None = None
    content_type: str | None = None
    known_hashes: bytes = b""
    identity: int = 0
    max_entries: int = 2000
    mapping: rules.Mapping | None = None


class _Pickler(pickle.Pickler):
    """Pickles the nouns by their values alone, four times as fast as a dataclass does itself."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Find a noun or an error; everything else is refused."""
        if module == __name__ and name in ("make", "Job"):
            return {"make": make, "Job": Job}[name]
        if module not in _MODULES or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name} does not go through a pipe")
        return super().find_class(module, name)


def make(kind: type, values: tuple[object, ...]) -> object:
    """Make a frozen dataclass of the values of its fields, in their order."""
    made: object = object.__new__(kind)
    for name, value in zip(kind.__slots__, values, strict=True):  # type: ignore[attr-defined]
        object.__setattr__(made, name, value)
    return made


def _reducer(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda noun: (make, (kind, values(noun)))


_Pickler.dispatch_table = {
    kind: _reducer(kind)
    for kind in (
        Job,
        rules.Mapping,
        rules.JsonRow,
        model.Document,
        model.FeedInfo,
        model.Entry,
        model.Enclosure,
    )
}


def dump(value: object) -> bytes:
    """Write a value with its length before it."""
    buffer = io.BytesIO()
    buffer.write(LENGTH.pack(0))
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    frame = buffer.getbuffer()
    LENGTH.pack_into(frame, 0, len(frame) - LENGTH.size)
    return bytes(frame)


def load(data: bytes) -> Any:
    """Read a value back, without its length; raises UnpicklingError for what is not ours."""
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        raise
    except Exception as error:
        # Bytes that are no pickle make it raise anything.
        raise pickle.UnpicklingError("no pickle") from error
