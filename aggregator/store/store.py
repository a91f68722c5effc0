"""The store: every question and every write, on a connection that somebody lends."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aggregator.errors import StoreError
from aggregator.model import Entry, FeedRow, Known, Match, Plan, Selection, Source, StoredEntry
from aggregator.store import feeds, index, matching, plans, selection
from aggregator.store.feeds import HostState

if TYPE_CHECKING:
    from aggregator.judge import Judge
    from aggregator.store.outlines import Listed


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Store:
    """A thin wrapper around a connection: the command line opens one, Datasette lends its own.

    Reading works on any connection to our file; writing begins its own transaction, or a
    savepoint within the lender's.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path | None = None) -> None:
        self.conn = conn
        self._path = path
        self._file = path and _identity(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; one that wrote brings the planner's statistics up to date first.

        A bounded look at each index, and only if the tables have changed much since.
        """
        if self.conn.total_changes and not self.conn.in_transaction:
            with suppress(sqlite3.OperationalError):  # another program writes: next time then
                self.conn.execute("PRAGMA analysis_limit = 400")
                self.conn.execute("PRAGMA optimize")
        self.conn.close()

    def sync(
        self,
        sources: Sequence[Source],
        *,
        now: int,
        lead: Callable[[str], str] = str,
    ) -> None:
        """Bring the feeds into line with feeds.toml; what is missing there keeps its entries.

        `lead` says of a new address where its feed is: it may be a page.
        """
        from aggregator.store import sources as subscriptions  # noqa: PLC0415 — readers never sync

        subscriptions.sync(self.conn, sources, now=now, lead=lead)

    def move(self, old: str, new: str, *, feed_url: str | None = None) -> bool:
        """Give a feed another address, with all its entries; False where the old one is unknown.

        `feed_url` is what to ask, where the new address is a page. Raises StoreError when another
        feed has the new address already.
        """
        from aggregator.store import moving  # noqa: PLC0415 — readers never move

        return moving.move(self.conn, old, new, feed_url=feed_url or new)

    def outlines(self) -> dict[str, Listed]:
        """Return the lists of feeds that others keep, as they were read last, by address."""
        from aggregator.store import outlines  # noqa: PLC0415 — few follow any

        return outlines.outlines(self.conn)

    def save_outlines(self, listed: Iterable[Listed]) -> None:
        """Put these in place of what is stored."""
        from aggregator.store import outlines  # noqa: PLC0415

        outlines.save_outlines(self.conn, listed)

    def due(
        self,
        *,
        now: int,
        only: str | None = None,
        category: str | None = None,
        force: bool = False,
    ) -> list[Known]:
        """Return the feeds to look at, least recently checked first; gone ones only by force."""
        return feeds.due(self.conn, now=now, only=only, category=category, force=force)

    def hashes(self, feed_id: int) -> bytes:
        """Return the hashes of what the feed's last document held, 16 bytes each."""
        return feeds.hashes(self.conn, feed_id)

    def matches(self, feed_id: int, entries: Sequence[Entry]) -> list[Match]:
        """Return the feed's stored entries that these may be: same GUID, or same link and title.

        What was pruned is among them, as unchanged: so it does not come back.
        """
        found = matching.matches(self.conn, feed_id, entries)
        return found + self._pruned(feed_id, entries, known={match.guid for match in found})

    def _pruned(self, feed_id: int, entries: Sequence[Entry], *, known: set[str]) -> list[Match]:
        if all(entry.guid in known for entry in entries):
            return []
        from aggregator.store import pruning  # noqa: PLC0415 — where there is news

        return pruning.matches(
            self.conn, feed_id, [each for each in entries if each.guid not in known]
        )

    def apply(self, plans_: Sequence[Plan], *, now: int, judge: Judge | None = None) -> None:
        """Carry out plans in one transaction; the `judge` is asked of what is new."""
        plans.apply(self.conn, plans_, now=now, judge=judge)
        if any(entry_id < 0 for plan in plans_ for entry_id, _guid in plan.rekey):
            from aggregator.store import pruning  # noqa: PLC0415 — once in the life of a feed

            pruning.renamed(self.conn, plans_)
        self.still_there()

    def still_there(self) -> None:
        """Raise StoreError if the file was removed or replaced: what is written goes nowhere."""
        if self._path and _identity(self._path) != self._file:
            raise StoreError(
                f"{self._path} was removed or replaced while it was in use: what was stored since "
                "is lost.",
                hint="Put the file back (`aggregate restore FILE` takes a backup), and start anew.",
            )

    def entries(self, which: Selection, *, content: bool = False) -> list[StoredEntry]:
        """Return the entries that are meant, newest first; `content` adds text and HTML."""
        return selection.entries(self.conn, which, content=content)

    def entry(self, entry_id: int) -> StoredEntry | None:
        """Return one entry with all its content; None if there is none."""
        return selection.entry(self.conn, entry_id)

    def feeds(
        self, *, category: str | None = None, only: str | None = None, followed: bool = False
    ) -> list[FeedRow]:
        """Return feeds by title, with `followed` those alone that still are."""
        return feeds.feeds(self.conn, category=category, only=only, followed=followed)

    def feed(self, feed_id: int) -> FeedRow | None:
        """Return one feed; None if there is none."""
        return feeds.feed(self.conn, feed_id)

    def categories(self) -> list[dict[str, Any]]:
        """Return slug, name, total, unread and position of every category, in order."""
        return feeds.categories(self.conn)

    def fetches(self, *, feed_id: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Return lines of the log of fetches, newest first."""
        return feeds.fetches(self.conn, feed_id=feed_id, limit=limit)

    def hosts(self) -> dict[str, HostState]:
        """Return what whole hosts have asked of us."""
        return feeds.hosts(self.conn)

    def save_hosts(self, states: Mapping[str, HostState]) -> None:
        """Remember what whole hosts ask of us; those not named stay as they are."""
        feeds.save_hosts(self.conn, states)

    def index_backlog(self, limit: int) -> int:
        """Index the text of up to `limit` entries that came with new feeds; return how many."""
        return index.catch_up(self.conn, limit)

    def rebuild_search(self) -> None:
        """Make the search index anew."""
        index.rebuild(self.conn)

    def check(self) -> list[str]:
        """Return what is wrong with the file, a sentence each; reads all of it."""
        return index.check(self.conn)
