"""What is exported, besides the items: the name and the addresses of the whole, and the wishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from aggregator.curation import Item
from aggregator.model import FeedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What may be wished for; a format looks at what concerns it.

    `front_matter` is none, hugo, jekyll or ghost. `grouped` is the headings' order: category,
    section, none, or auto (by section where items come from a list, else by category). `utm` is
    added to the links that are shown, such as `utm_source=letter&utm_campaign={list}`.
    `times` (epoch seconds) are when each item is to be posted, `zone` is where the clock of a
    scheduler stands, `texts` are the posts themselves, made to fit a network. `sender` and
    `recipients` (`Ada Moss <ada@fern.example>`), `subject` and `sent_at` are a mail's.
    """

    front_matter: str = "none"
    grouped: str = "auto"
    utm: str = ""
    times: tuple[int, ...] = ()
    zone: tzinfo = UTC
    texts: tuple[str, ...] = ()
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    sent_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The head of an export.

    `url` is the page that shows the same, `feed_url` the address this very export has, if it
    has one. `updated` is a time (epoch seconds): the caller has the clock. `feeds` is for OPML;
    `secrets` says that their addresses are written whole.
    """

    title: str
    updated: int
    url: str | None = None
    feed_url: str | None = None
    description: str = ""
    author: str | None = None
    feeds: Sequence[FeedRow] = ()
    secrets: bool = False
    language: str | None = None
    options: ExportOptions = ExportOptions()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write items down; `write` expects values that `safe` has cleaned.

    `about` is a half sentence for the documentation's table. `shown` says that its links are
    there for people to follow, so that UTM parameters belong to them; `most` is how many items
    the place it is made for takes at once.
    """

    name: str
    suffix: str
    media_type: str
    about: str
    write: Callable[[Channel, Sequence[Item]], str]
    shown: bool = True
    most: int | None = None
