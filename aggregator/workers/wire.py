"""What goes through the pipes between parent and child: a length, a letter, then MessagePack.

The letter says which of three nouns follows: a job, a document or an error; nothing else can be
written or read. So a child, which reads strangers' documents with libraries written in C, can send
its parent nothing but values of the declared types, whatever has become of it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aggregator import rules
from aggregator.errors import ParseError
from aggregator.model import Document

LENGTH = struct.Struct("!I")


class WireError(Exception):
    """Bytes that are none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A document to be parsed and refined; for the fields see `parse` and `refine`."""

    body: bytes
    url: str
    charset: str | None = None
    content_type: str | None = None
    known_hashes: bytes = b""
    identity: int = 0
    backlog: bool = False
    max_entries: int = 2000
    mapping: rules.Mapping | None = None


@dataclass(frozen=True, slots=True)
class _Failure:
    """A ParseError, as values."""

    message: str
    kind: str
    hint: str | None = None


_KINDS: dict[bytes, type] = {b"j": Job, b"d": Document, b"e": _Failure}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


def dump(value: Job | Document | ParseError) -> bytes:
    """Write a noun with its length before it; raises WireError for what can't be written."""
    noun: Any = value
    if isinstance(value, ParseError):
        noun = _Failure(value.message, value.kind, value.hint)
    letter = _LETTERS.get(type(noun))
    if letter is None:
        raise WireError(f"{type(noun).__name__} does not go through a pipe")
    encode, _ = _coders()
    try:
        data = encode(noun)
    except (ValueError, OverflowError, TypeError) as error:
        # Half a surrogate pair, or a number beyond 64 bits: refine leaves none.
        raise WireError(f"can't be written: {error}") from error
    return b"".join((LENGTH.pack(len(data) + 1), letter, data))


def load(data: bytes) -> Job | Document | ParseError:
    """Read a noun back, without its length; raises WireError for what is none of ours."""
    _, decoders = _coders()
    decode = decoders.get(data[:1])
    if decode is None:
        raise WireError("no letter of ours")
    try:
        noun = decode(memoryview(data)[1:])
    except (ValueError, RecursionError) as error:
        raise WireError("not what the letter says") from error
    if isinstance(noun, _Failure):
        return ParseError(noun.message, kind=noun.kind, hint=noun.hint)
    assert isinstance(noun, Job | Document)
    return noun


@cache
def _coders() -> tuple[Callable[[Any], bytes], dict[bytes, Callable[[Any], object]]]:
    """Make what writes and what reads; a run without a document never imports the library."""
    import msgspec  # noqa: PLC0415 — see above

    decoders: dict[bytes, Callable[[Any], object]] = {
        letter: msgspec.msgpack.Decoder(kind).decode for letter, kind in _KINDS.items()
    }
    return msgspec.msgpack.Encoder().encode, decoders
