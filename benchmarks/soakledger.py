"""The ledger of the soak: what was seen committed, and whether the database still says so."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.soakdesk import Curator

# The GUIDs that documents.py writes; soakserver.py puts others in their place by an ending.
_GUID = re.compile(
    r"(?:https://site(\d+)\.example/\?p=|episode-(\d+)-|tag:site(\d+)\.example,2026:|yt:video:(\d+)-)"
    r"(\d+)(?:-r\d+)?"
)


class Ledger:
    """Every entry by feed and number, with the id under which it was first seen."""

    def __init__(self, database: Path, numbers: Mapping[str, int]) -> None:
        self.ids: dict[tuple[int, int], int] = {}
        self.wrong: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._database = database
        self._numbers = numbers

    def observe(self, when: str) -> None:
        """Compare the database with what was committed before, and learn what is new."""
        with closing(self._opened()) as conn:
            rows = conn.execute(
                "SELECT feeds.url, guid, entries.id FROM entries JOIN feeds ON feeds.id = feed_id"
            ).fetchall()
        now: dict[tuple[int, int], int] = {}
        for url, guid, entry in rows:
            feed = self._numbers[url]
            found = _GUID.fullmatch(guid)
            if not found or _feed(found) != feed:
                self._note("from nowhere", f"{when}: {url} {guid!r}")
                continue
            name = (feed, int(found[5]))
            if name in now:
                self._note("doubled", f"{when}: {url} {guid!r} is {now[name]} and {entry}")
            now.setdefault(name, entry)
        for name, entry in self.ids.items():
            if name not in now:
                self._note("lost", f"{when}: {name} was {entry}")
            elif now[name] != entry:
                self._note("renumbered", f"{when}: {name} was {entry}, is {now[name]}")
        self.ids = self.ids | now

    def holds(self, sent: Mapping[str, list[int]], told: set[int], when: str) -> None:
        """Check that what was sent to a reader who says that it is stored is stored."""
        for number, (first, after) in sent.items():
            missing = [
                each
                for each in range(first, after)
                if int(number) in told and (int(number), each) not in self.ids
            ]
            if missing:
                self._note("told as stored, but missing", f"{when}: feed {number}, {missing}")

    def curated(self, curator: Curator) -> None:
        """Compare what the curator did with the curator's rows."""
        with closing(self._opened()) as conn:
            ask = conn.execute
            stars = {entry for (entry,) in ask("SELECT entry_id FROM stars")}
            tags = set(ask("SELECT entry_id, tag FROM entry_tags"))
            unread = {entry for (entry,) in ask("SELECT entry_id FROM unread")}
            lists: dict[str, list[tuple[int, int, str]]] = {
                slug: [] for (slug,) in ask("SELECT slug FROM lists WHERE removed_at IS NULL")
            }
            for slug, *item in ask(
                "SELECT slug, list_items.id, entry_id, note FROM list_items"
                " JOIN lists ON lists.id = list_id WHERE list_items.removed_at IS NULL"
                " ORDER BY list_id, position"
            ):
                lists[slug].append(tuple(item))
        self._same("stars", curator.stars, stars)
        self._same("tags", curator.tags, tags)
        marked = {entry for entry, is_unread in curator.unread.items() if is_unread}
        self._same("unread", marked, unread & set(curator.unread))
        for slug in curator.lists.keys() | lists.keys():
            if curator.lists.get(slug) != lists.get(slug):
                told = f"{slug}: log {curator.lists.get(slug)}, rows {lists.get(slug)}"
                self._note("curator's rows", told)

    def whole(self) -> None:
        """Let SQLite check the file."""
        with closing(self._opened()) as conn:
            found = conn.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            self._note("integrity", str(found[:3]))

    def _same(self, what: str, log: set[object], rows: set[object]) -> None:
        if log != rows:
            told = f"{what}: {len(log - rows)} of the log are missing: {list(log - rows)[:3]}"
            told += f", {len(rows - log)} are too many: {list(rows - log)[:3]}"
            self._note("curator's rows", told)

    def _note(self, what: str, example: str) -> None:
        self.wrong[what] += 1
        self.examples.setdefault(what, example)

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=60)


def _feed(found: re.Match[str]) -> int:
    return int(next(each for each in found.groups()[:4] if each))
