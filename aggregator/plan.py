"""What to do about one feed: every disputable decision, in one pure place.

`plan(known, outcome, document, matches, now=…, policy=…) -> Plan`. The fetch states facts, the
plan makes policy, the store executes. Nothing here touches network, disk, clock or chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from aggregator import schedule
from aggregator.errors import FetchError, SourceError
from aggregator.model import (
    Change,
    Document,
    Entry,
    FeedState,
    Fetched,
    FetchRecord,
    HostPolicy,
    Insert,
    Known,
    Match,
    Outcome,
    Plan,
)

GONE_AFTER = 3
"""410 must be said this many times in a row before a feed is no longer asked."""

MOVED_AFTER = schedule.WEEK
"""A permanent redirect is believed once it has stood for this long."""

MIGRATION_SHARE = 0.8
"""The share of a document's unknown entries that must be old ones under new GUIDs for the feed to
have migrated; below it they are new entries that happen to share link and title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What every decision of one look takes into account."""

    now: int
    policy: HostPolicy
    intervals: tuple[int, int]
    chance: float


def plan(
    known: Known,
    outcome: Outcome,
    document: Document | None = None,
    matches: Sequence[Match] = (),
    *,
    now: int,
    policy: HostPolicy,
    intervals: tuple[int, int] = (schedule.SHORTEST, schedule.LONGEST),
    chance: float = 0.0,
) -> Plan:
    """Decide what a look at a feed means.

    `outcome` is the server's answer or the error that came instead; `document` is the body
    parsed, None when it was not (304, or a body that is byte for byte the last one); `matches`
    are the stored entries that the document's may be; `intervals` bound the time between looks
    where the feed's rhythm decides it; `chance` in [0, 1) spreads the next looks.
    """
    terms = _Terms(now=now, policy=policy, intervals=intervals, chance=chance)
    if isinstance(outcome, SourceError):
        return _failure(known, outcome, terms)
    if document is None:
        return _unchanged(known, outcome, terms)
    return _changed(known, outcome, document, matches, terms)


def entry_id(feed_id: int, guid: str, published_at: int) -> int:
    """The time-sortable id: seconds since the epoch, then 20 bits that tell entries apart.

    Newest first is descending id; a date range is an id range; it fits a JavaScript integer.
    """
    mark = blake2b(f"{feed_id}\0{guid}".encode("utf-8", "surrogatepass"), digest_size=3).digest()
    return (published_at << 20) | (int.from_bytes(mark, "big") & 0xFFFFF)


def _unchanged(known: Known, fetched: Fetched, terms: _Terms) -> Plan:
    return _finish(known, fetched, _success(known, fetched, now=terms.now), terms)


def _changed(
    known: Known,
    fetched: Fetched,
    document: Document,
    matches: Sequence[Match],
    terms: _Terms,
) -> Plan:
    now = terms.now
    inserts, changes, rekeys = _sort_out(known, document, matches, now=now)
    times = tuple(insert.published_at for insert in inserts if insert.entry.published is not None)
    state = replace(
        _describe(_success(known, fetched, now=now), document),
        rhythm=schedule.rhythm_of(
            times, known=known.state.rhythm, last_entry_at=known.state.last_entry_at
        ),
        last_entry_at=max(
            [insert.published_at for insert in inserts] + [known.state.last_entry_at or 0]
        )
        or None,
        changed_at=now if inserts or changes or rekeys else known.state.changed_at,
    )
    done = _finish(known, fetched, state, terms, document)
    return replace(
        done,
        insert=inserts,
        change=changes,
        rekey=rekeys,
        record=replace(done.record, new=len(inserts), updated=len(changes)),
        # A feed that shrank to nothing keeps what is known of its entries: they may come back.
        hashes=document.hashes if document.listed else None,
    )


def _describe(state: FeedState, document: Document) -> FeedState:
    """What the document says of its feed replaces what was known; silence does not."""
    feed = document.feed
    return replace(
        state,
        feed_title=feed.title or state.feed_title,
        site_url=feed.link or state.site_url,
        description=feed.description or state.description,
        language=feed.language or state.language,
        icon=feed.icon or state.icon,
        identity=max(state.identity, document.identity),
        notice=_notice(state, document),
    )


def _notice(state: FeedState, document: Document) -> str | None:
    """What a curator may want to know of a feed that works."""
    if max(state.identity, document.identity):
        return "its GUIDs repeat: entries are told apart by link and text"
    if document.path == "feedparser":
        return "its document is not well-formed: it was read leniently"
    return None


def _sort_out(
    known: Known, document: Document, matches: Sequence[Match], *, now: int
) -> tuple[tuple[Insert, ...], tuple[Change, ...], tuple[tuple[int, str], ...]]:
    """New entries, changed ones, and those that only got a new GUID."""
    by_guid = {match.guid: match for match in matches}
    unknown = [entry for entry in document.entries if entry.guid not in by_guid]
    migrated = _migrated(document, unknown, matches)
    changes = [
        Change(entry_id=by_guid[entry.guid].entry_id, entry=entry)
        for entry in document.entries
        if entry.guid in by_guid and by_guid[entry.guid].content_hash != entry.content_hash
    ]
    changes += [
        Change(entry_id=migrated[entry.guid].entry_id, entry=entry)
        for entry in unknown
        if entry.guid in migrated and migrated[entry.guid].content_hash != entry.content_hash
    ]
    rekeys = [(match.entry_id, guid) for guid, match in migrated.items()]
    fresh = [entry for entry in unknown if entry.guid not in migrated]
    return _inserts(known, fresh, now=now), tuple(changes), tuple(rekeys)


def _migrated(
    document: Document, unknown: Sequence[Entry], matches: Sequence[Match]
) -> dict[str, Match]:
    """Old entries under new GUIDs, when nearly all unknown entries of a feed are such."""
    if document.delta:
        # Entries that were cut out still stand there under their old GUIDs: nothing has migrated.
        return {}
    listed = {entry.guid for entry in document.entries}
    free: dict[tuple[str | None, str], Match] = {
        (match.url, match.title): match
        for match in matches
        if match.url and match.guid not in listed
    }
    found = {
        entry.guid: free.pop((entry.url, entry.title))
        for entry in unknown
        if (entry.url, entry.title) in free
    }
    return found if len(found) >= max(2, MIGRATION_SHARE * len(unknown)) else {}


def _inserts(known: Known, entries: Sequence[Entry], *, now: int) -> tuple[Insert, ...]:
    """Entries with the time they count from: their own, but never later than when we saw them.

    Entries without a date keep the document's order, a second apart.
    """
    inserts = []
    for position, entry in enumerate(entries):
        published_at = now - position if entry.published is None else min(entry.published, now)
        inserts.append(
            Insert(
                entry_id=entry_id(known.feed_id, entry.guid, published_at),
                entry=entry,
                published_at=published_at,
            )
        )
    return tuple(inserts)


def _success(known: Known, fetched: Fetched, *, now: int) -> FeedState:
    """The state after any good answer: errors forgotten, validators kept, moves believed."""
    state = _validated(_moved(known.state, fetched, now=now), known.state, fetched)
    return replace(
        state,
        state="ok",
        http_status=fetched.status,
        error=None,
        error_kind=None,
        failures=0,
        failing_since=None,
        gone=0,
        checked_at=now,
        body_hash=fetched.sha256 or state.body_hash,
    )


def _validated(after: FeedState, before: FeedState, fetched: Fetched) -> FeedState:
    """Validators belong to one address: those of a redirect's target are not the feed's.

    A 304 may renew them (RFC 9110, 15.4.5); what it does not name stays.
    """
    if fetched.final_url != after.feed_url:
        return replace(after, etag=None, last_modified=None)
    keep = fetched.body is None and before.feed_url == after.feed_url
    headers = fetched.headers
    return replace(
        after,
        etag=headers.get("etag", before.etag if keep else None),
        last_modified=headers.get("last-modified", before.last_modified if keep else None),
    )


def _moved(state: FeedState, fetched: Fetched, *, now: int) -> FeedState:
    """Follow a permanent redirect: from http to https at once, elsewhere after a stable week."""
    target = fetched.permanent_url
    if target is None or target == state.feed_url:
        return replace(state, moved_to=None, moved_since=None)
    since = (state.moved_since or now) if state.moved_to == target else now
    only_tls = target == state.feed_url.replace("http://", "https://", 1)
    if only_tls or now - since >= MOVED_AFTER:
        return replace(state, feed_url=target, moved_to=None, moved_since=None)
    return replace(state, moved_to=target, moved_since=since)


def _finish(
    known: Known,
    fetched: Fetched,
    state: FeedState,
    terms: _Terms,
    document: Document | None = None,
) -> Plan:
    interval = known.every or schedule.adaptive(
        rhythm=state.rhythm,
        last_entry_at=state.last_entry_at,
        now=terms.now,
        bounds=terms.intervals,
    )
    due = schedule.after_success(
        now=terms.now,
        interval=interval,
        floor=terms.policy.floor,
        asked=schedule.freshness(fetched.headers, now=terms.now),
        feed=document.feed if document else None,
        chance=terms.chance,
    )
    return Plan(
        feed_id=known.feed_id,
        state=replace(state, next_check_at=due),
        record=FetchRecord(
            status="ok" if document else "not_modified",
            http_status=fetched.status,
            ms=fetched.ms,
            wire_bytes=fetched.wire_bytes,
        ),
    )


def _failure(known: Known, error: SourceError, terms: _Terms) -> Plan:
    status = error.http_status if isinstance(error, FetchError) else known.state.http_status
    gone = known.state.gone + 1 if error.kind == "gone" else 0
    failures = known.state.failures + 1
    retry_after = error.retry_after if isinstance(error, FetchError) else None
    due = schedule.after_failure(
        now=terms.now,
        wait=_wait(known, error, failures, terms.policy),
        retry_after=retry_after,
        chance=terms.chance,
    )
    state = replace(
        known.state,
        state="gone" if gone >= GONE_AFTER else "failing",
        http_status=status,
        error=error.message,
        error_kind=error.kind,
        failures=failures,
        failing_since=known.state.failing_since or terms.now,
        gone=gone,
        checked_at=terms.now,
        next_check_at=due,
    )
    record = FetchRecord(
        status="gone" if error.kind == "gone" else "error",
        http_status=status,
        error=error.message,
    )
    return Plan(feed_id=known.feed_id, state=state, record=record)


def _wait(known: Known, error: SourceError, failures: int, policy: HostPolicy) -> int:
    """How long to leave a failing feed alone."""
    if error.kind == "rate_limited":
        return max(policy.floor, schedule.rate_limited(failures, start=policy.retry))
    status = error.http_status if isinstance(error, FetchError) else None
    if status in policy.transient:
        # The host says this to healthy feeds now and then: it is looked at as if nothing was.
        return max(policy.floor, known.every or schedule.FIRST_GUESS)
    return max(policy.floor, schedule.backoff(failures))
