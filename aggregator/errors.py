"""What can go wrong, as a tree.

AggregatorError(message, hint)                  exit 1
├─ UsageError                                   exit 2   what was asked can't be done that way
├─ ConfigError(problems)                        exit 2   every problem, with its path in the file
├─ SourceError(message, hint, kind)             never stops a run; kept on the feed
│   ├─ FetchError(http_status, retry_after)     the network or the server
│   └─ ParseError                               the document
├─ PublishError(unknown)                        exit 1   what was made could not be sent
└─ StoreError                                   exit 3
    ├─ Locked                                   another process writes
    ├─ Damaged                                  what is in the file is not whole
    ├─ NewerSchema                              the file was made by a newer version
    └─ NotOurs                                  the file is somebody else's

A `SourceError` is a value as often as it is raised: a run survives it and the store keeps it.
"""

from __future__ import annotations


class AggregatorError(Exception):
    """Something the user should know, in one sentence, with a hint at what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AggregatorError):
    """What was asked for can't be done that way."""

    exit_code = 2


class ConfigError(AggregatorError):
    """The configuration has problems; all of them are listed."""

    exit_code = 2

    def __init__(self, problems: tuple[str, ...], *, hint: str | None = None) -> None:
        super().__init__("\n".join(problems), hint=hint)
        self.problems = problems


class SourceError(AggregatorError):
    """A source could not be read this time. `kind` is one word for tables and tests."""

    def __init__(self, message: str, *, kind: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


class FetchError(SourceError):
    """The network or the server failed; `http_status` where one was seen.

    Kinds: unreachable, timeout, tls, blocked, rate_limited, gone, too_large, http, encoding,
    redirect, protocol; private and port for what the guard refused. `retry_after` is in seconds,
    as the server asked.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        hint: str | None = None,
        http_status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, kind=kind, hint=hint)
        self.http_status = http_status
        self.retry_after = retry_after


class ParseError(SourceError):
    """The document could not be read. Kinds: not_a_feed, malformed, api, timeout, crashed.

    `api` is an error that a JSON source tells within an answer of status 200.
    """


class PublishError(AggregatorError):
    """What was made could not be sent; `unknown` says that it may have arrived all the same."""

    def __init__(self, message: str, *, hint: str | None = None, unknown: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.unknown = unknown


class StoreError(AggregatorError):
    """The database file can't be used."""

    exit_code = 3


class Locked(StoreError):
    """Another process is writing to the database."""


class Damaged(StoreError):
    """The database, or a backup of it, is not whole."""


class NewerSchema(StoreError):
    """The database was made by a newer version of Aggregator; it was left untouched."""


class NotOurs(StoreError):
    """The file is not one of ours; it was left untouched."""
