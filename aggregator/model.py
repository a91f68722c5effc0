"""The nouns, one type per stage, in the order in which data passes through them.

Source (feeds.toml) → Known (what the store remembers) → Fetched (what came over the wire)
→ Parsed (what the document says) → Entry (refined) → Plan (what to do) → StoredEntry (read back).

All are frozen: a stage makes new values and changes none. Times are whole seconds since the
epoch, UTC; durations are seconds; sizes are bytes. Nothing here validates: the edges do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.errors import SourceError

# The nouns of feeds.toml's rules have their own file, and are nouns all the same.
from aggregator.rules import Bridges as Bridges  # noqa: PLC0414 — mypy's way to say it again
from aggregator.rules import HostPolicy as HostPolicy  # noqa: PLC0414
from aggregator.rules import JsonRow as JsonRow  # noqa: PLC0414
from aggregator.rules import RecipeRow as RecipeRow  # noqa: PLC0414
from aggregator.rules import Rules as Rules  # noqa: PLC0414


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One `[[feeds]]` of feeds.toml; from one that is `insecure` any certificate is taken."""

    url: str
    category: str = "blogs"
    title: str | None = None
    platform: str | None = None
    tags: tuple[str, ...] = ()
    every: int | None = None
    paused: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    insecure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One `[[outlines]]` of feeds.toml: a list of feeds (OPML) that somebody else keeps.

    `category` replaces what the list says, `tags` are added to it; it is read anew `every` so many
    seconds.
    """

    url: str
    category: str | None = None
    tags: tuple[str, ...] = ()
    every: int = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """The feed-owned columns that a fetch may change; a plan always gives all of them.

    `etag` and `last_modified` are opaque and kept byte for byte (as Latin-1 text). `rhythm` is
    the usual gap between entries. `ttl` (seconds) and `skips` (see schedule) are the document's
    own wishes. `gone` counts 410s in a row. `identity` is the rung of the
    identity ladder that the feed stands on (see refine.identity).
    """

    feed_url: str
    feed_title: str | None = None
    site_url: str | None = None
    description: str | None = None
    language: str | None = None
    icon: str | None = None
    state: str = "new"
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    http_status: int | None = None
    error: str | None = None
    error_kind: str | None = None
    failures: int = 0
    failing_since: int | None = None
    gone: int = 0
    checked_at: int | None = None
    changed_at: int | None = None
    last_entry_at: int | None = None
    next_check_at: int = 0
    moved_to: str | None = None
    moved_since: int | None = None
    rhythm: int | None = None
    identity: int = 0
    notice: str | None = None
    ttl: int | None = None
    skips: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of a feed that is about to be looked at."""

    feed_id: int
    url: str
    state: FeedState
    category: str
    title: str = ""
    platform: str | None = None
    every: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A server's answer; `body` is None for 304, else whole and decompressed.

    `headers` has lower-case names. `final_url` is where the answer came from; `permanent_url`
    is the address up to which every redirect was permanent (301, 308), None without one.
    `charset` is what HTTP declared, if anything. `digest` is of the body.
    """

    status: int
    final_url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    digest: bytes | None = None
    charset: str | None = None
    permanent_url: str | None = None
    wire_bytes: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A text construct as the document gave it: `type` is text/plain or text/html."""

    value: str
    type: str = "text/html"
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file that belongs to an entry."""

    url: str
    type: str | None = None
    length: int | None = None
    duration: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry with the document's own words: nothing sanitised, links absolute."""

    id: str | None = None
    link: str | None = None
    title: Text | None = None
    summary: Text | None = None
    content: tuple[Text, ...] = ()
    author: str | None = None
    published: int | None = None
    updated: int | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    thumbnail: str | None = None
    duration: int | None = None
    language: str | None = None
    rights: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedInfo:
    """What a document says of its feed. `ttl` is seconds; skip_hours 0–23, skip_days 0=Monday."""

    title: str | None = None
    link: str | None = None
    description: str | None = None
    language: str | None = None
    author: str | None = None
    rights: str | None = None
    icon: str | None = None
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document read: `entries` are only those that were not in `known_hashes`.

    `hashes` has 16 bytes for each entry in the document, in its order (empty when the document
    could not be cut up); `listed` is how many entries the document has; `delta` says that some
    were left out because they had been seen; `path` is strict, feedparser, json or telegram.
    """

    feed: FeedInfo
    entries: tuple[RawEntry, ...]
    hashes: bytes = b""
    listed: int = 0
    delta: bool = False
    path: str = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry, refined: clean, absolute, identified. `html` is safe, the rest is plain text."""

    guid: str
    url: str | None = None
    canonical_url: str | None = None
    title: str = ""
    author: str | None = None
    published: int | None = None
    updated: int | None = None
    summary: str = ""
    html: str = ""
    text: str = ""
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    rights: str | None = None
    comments_url: str | None = None
    content_hash: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document parsed and refined: what a worker hands back."""

    feed: FeedInfo
    entries: tuple[Entry, ...]
    hashes: bytes = b""
    listed: int = 0
    delta: bool = False
    path: str = "strict"
    identity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A stored entry that an entry of a document may be."""

    entry_id: int
    guid: str
    url: str | None
    title: str
    content_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert:
    """A new entry; `entry_id` is a wish that the store moves up by one while it is taken.

    What is no `news` is not queued as unread.
    """

    entry_id: int
    entry: Entry
    published_at: int
    news: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New content for a stored entry; `guid` differs from the stored one after a migration."""

    entry_id: int
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One line of the log of fetches; `status` is ok, not_modified, error or gone."""

    status: str
    http_status: int | None = None
    error: str | None = None
    new: int = 0
    updated: int = 0
    ms: int = 0
    wire_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the store shall do about one feed; `hashes` None leaves the stored ones.

    `backlog` says that the feed had no entries yet: what it brings is old rather than news.
    """

    feed_id: int
    state: FeedState
    record: FetchRecord
    insert: tuple[Insert, ...] = ()
    change: tuple[Change, ...] = ()
    rekey: tuple[tuple[int, str], ...] = ()
    hashes: bytes | None = None
    backlog: bool = False


Outcome = Fetched | SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How much of one kind may be in a selection; None is as much as there is.

    At most so many per feed, platform, category and story; `categories` are how many there should
    be at least: where fewer come out, the first of others take the place of the last.
    """

    per_feed: int | None = None
    per_platform: int | None = None
    per_category: int | None = None
    per_story: int | None = None
    categories: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which entries are meant, newest first; empty fields do not restrict.

    `feed` is an id, or words of title and address; `before` is an entry's id; `since` (inclusive)
    and `until` (exclusive) are of publication; `author` is words; "en" means en-GB too; `media` is
    audio, video, image, file or none. With `own_tags`, `tag` may be the curator's own, too.
    """

    category: str | None = None
    feed: str | None = None
    tag: str | None = None
    search: str | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None
    limit: int = 50
    max_per_feed: int | None = None
    ids: tuple[int, ...] = ()
    platform: str | None = None
    author: str | None = None
    language: str | None = None
    media: str | None = None
    unread: bool = False
    starred: bool = False
    min_score: int | None = None
    sort: str = "newest"
    mix: Mix = Mix()
    own_tags: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as read back for people: the river, the terminal and every export."""

    id: int
    feed_id: int
    source: str
    source_url: str | None
    category: str
    platform: str | None
    guid: str
    url: str | None
    title: str
    author: str | None
    published_at: int
    updated_at: int | None
    first_seen_at: int
    summary: str
    image: str | None
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    rights: str | None = None
    comments_url: str | None = None
    html: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed as read back for people; `url` and `feed_url` may hold secrets: mask them."""

    id: int
    title: str
    url: str
    feed_url: str
    site_url: str | None
    category: str
    platform: str | None
    state: str
    total: int
    http_status: int | None
    error: str | None
    failures: int
    failing_since: int | None
    checked_at: int | None
    changed_at: int | None
    last_entry_at: int | None
    next_check_at: int
    moved_to: str | None = None
    notice: str | None = None
    every: int | None = None
    tags: tuple[str, ...] = ()
