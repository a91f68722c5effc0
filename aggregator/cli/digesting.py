"""How a digest is made for one target: what is chosen, what went there before, what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aggregator.cli import leaving, viewing
from aggregator.cli.common import App, iso
from aggregator.cli.export import channel_of
from aggregator.cli.subjects import Subject
from aggregator.curation import Item, Story
from aggregator.export import ExportOptions, export
from aggregator.export.digest import Digest, digest
from aggregator.model import Selection
from aggregator.store import gone, ledger, storybook
from aggregator.store.ledger import Journey, Taken

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.store import Store

# What --format says: what the exporting room calls it.
FORMATS = {
    "markdown": "markdown",
    "html": "html",
    "text": "newsletter-text",
    "newsletter": "newsletter",
    "eml": "eml",
}

WINDOW = 5_000
"""So many entries are looked at, at most."""

DAY = 86_400
LONGEST = 31 * DAY
"""So far back does a digest go that continues from the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line. `since` is None where nobody gave one."""

    format: str
    view: str | None
    category: str | None
    since: int | None
    most: int
    since_last: bool
    output: Path | None
    to: str | None
    title: str | None
    mail_to: tuple[str, ...]


class Round(NamedTuple):
    """What every step of one command needs."""

    app: App
    store: Store
    config: Config
    asked: Asked

    def made(self, target: str | None) -> tuple[Digest, Taken]:
        """Return a digest for a target, and what of it goes, begun in the ledger."""
        entries = self._entries(target)
        made = digest(entries, self._stories(entries), most=self.asked.most)
        if target is None:
            return made, Taken(items=made.items)
        journey, now = self._journey(target), self.app.now()
        if self.asked.since_last:
            return made, ledger.take(self.store.conn, journey, made.items, now=now, at_first=None)
        return made, leaving.begin(self.store, journey, made.items, now=now)

    def text(
        self,
        made: Digest,
        items: Sequence[Item],
        *,
        sender: str = "",
        recipients: tuple[str, ...] = (),
    ) -> str:
        """Return the digest as a document; with recipients, as a mail."""
        options = ExportOptions(
            grouped="section", sender=sender, recipients=recipients, sent_at=self.app.now()
        )
        day = str(iso(self.app.now()))[:10]
        title = self.asked.title or f"{self.config.settings.title or 'Aggregator'}, {day}"
        head = channel_of(self.app, self.config, Subject(name="digest"), title=title)
        channel = replace(head, updated=self.app.now(), description=_about(made), options=options)
        return export("eml" if recipients else FORMATS[self.asked.format], channel, items)

    def _entries(self, target: str | None) -> list[Item]:
        """Return what may be told: what was chosen, without what the target has had."""
        chosen = self._subject(self._since(target)).items(self.store, window=WINDOW)
        entries = gone.marked(self.store.conn, chosen)
        if not self.asked.since_last or target is None:
            return entries
        left = gone.left(self.store.conn, target, entries)
        return [each for each, went_in in zip(entries, left, strict=True) if went_in is None]

    def _subject(self, since: int) -> Subject:
        """Return a view's entries, or all, since a time; a view may begin later itself."""
        which = Selection(category=self.asked.category, since=since, limit=WINDOW)
        if self.asked.view is not None:
            which = viewing.narrowed(self.app, self.asked.view, which)
            which = replace(which, since=max(since, which.since or since))
        return Subject(name="digest", selection=which)

    def _stories(self, entries: Sequence[Item]) -> dict[int, Story]:
        """Return the stories that some of these belong to."""
        ids = dict.fromkeys(each.story_id for each in entries if each.story_id is not None)
        found = (storybook.story(self.store.conn, story_id) for story_id in ids)
        return {each.id: each for each in found if each is not None}

    def _journey(self, target: str) -> Journey:
        name = f"digest of {self.asked.view}" if self.asked.view else "digest"
        return Journey(
            subject=f"{name} in {self.asked.category}" if self.asked.category else name,
            format="mail" if self.asked.mail_to else self.asked.format,
            target=target,
            news=False,
        )

    def _since(self, target: str | None) -> int:
        """Return from when on: what was asked for, the last digest to the target, a day ago."""
        if self.asked.since is not None:
            return self.asked.since
        start = self.app.now() - DAY
        if not self.asked.since_last or target is None:
            return start
        subject = self._journey(target).subject
        before = (
            each.exported_at
            for each in ledger.exports(self.store.conn, target=target, limit=100)
            if each.subject == subject and each.undone_at is None
        )
        # A day more than since the last one: what came late was published before it.
        return max(min(start, next(before, start) - DAY), self.app.now() - LONGEST)


def _about(made: Digest) -> str:
    """Return what a digest says of itself: how much there was besides."""
    if not made.items:
        return "Nothing new."
    return f"The first {len(made.items)} of {len(made.items) + made.left}." if made.left else ""
