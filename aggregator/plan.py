"""What to do about one feed: every disputable decision, in one pure place.

`plan(known, outcome, document, matches, now=…, policy=…) -> Plan`. The fetch states facts, the
plan makes policy, the store executes. Nothing here touches network, disk, clock or chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from aggregator import schedule, urls
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


FLOOD = 10
"""So many entries at once that are older than the newest one known are no news: a feed that
republishes its archive shall not fill the queue of what is unread."""

_News = dict[str, Any]
"""Fields of the state that a look changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What every decision of one look takes into account."""

    now: int
    policy: HostPolicy
    intervals: tuple[int, int]
    chance: float
    insecure: bool


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
    insecure: bool = False,
) -> Plan:
    """Decide what a look at a feed means.

    `outcome` is the server's answer or the error that came instead; `document` is the body
    parsed, None when it was not (304, or a body that is byte for byte the last one); `matches`
    are the stored entries that the document's may be; `intervals` bound the time between looks
    where the feed's rhythm decides it; `chance` in [0, 1) spreads the next looks; a feed that is
    `insecure`, as feeds.toml makes an exception for its certificate, is told to be so.
    """
    terms = _Terms(now=now, policy=policy, intervals=intervals, chance=chance, insecure=insecure)
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
    return _finish(known, fetched, _success(known.state, fetched, now=terms.now), terms)


def _changed(
    known: Known,
    fetched: Fetched,
    document: Document,
    matches: Sequence[Match],
    terms: _Terms,
) -> Plan:
    before, now = known.state, terms.now
    inserts, changes, rekeys = _sort_out(known, document, matches, now=now)
    dated = tuple(insert.published_at for insert in inserts if insert.entry.published is not None)
    newest = max((insert.published_at for insert in inserts), default=0)
    news: _News = {
        **_success(before, fetched, now=now),
        **_described(before, document),
        "rhythm": schedule.rhythm_of(
            dated, known=before.rhythm, last_entry_at=before.last_entry_at
        ),
        "last_entry_at": max(newest, before.last_entry_at or 0) or None,
    }
    if inserts or changes or rekeys:
        news["changed_at"] = now
    done = _finish(known, fetched, news, terms)
    return Plan(
        feed_id=known.feed_id,
        state=done.state,
        record=replace(done.record, status="ok", new=len(inserts), updated=len(changes)),
        insert=_without_flood(inserts, before.last_entry_at),
        change=changes,
        rekey=rekeys,
        # A feed that shrank to nothing keeps what is known of its entries: they may come back.
        hashes=document.hashes if document.listed else None,
        backlog=before.last_entry_at is None,
    )


def _without_flood(inserts: Sequence[Insert], newest: int | None) -> tuple[Insert, ...]:
    """Mark what is older than the newest entry known as no news, where most of it is."""
    old = {
        insert.entry_id
        for insert in inserts
        if insert.entry.published is not None and insert.published_at <= (newest or 0)
    }
    if len(old) < FLOOD or len(old) < MIGRATION_SHARE * len(inserts):
        return tuple(inserts)
    return tuple(replace(each, news=each.entry_id not in old) for each in inserts)


def _described(before: FeedState, document: Document) -> _News:
    """What the document says of its feed replaces what was known; silence does not.

    A feed that names its own private address as its page is not believed: pages are public.
    """
    feed = document.feed
    page = None if urls.is_private(feed.link or "") else feed.link
    return {
        "feed_title": feed.title or before.feed_title,
        "site_url": page or before.site_url,
        "description": feed.description or before.description,
        "language": feed.language or before.language,
        "icon": feed.icon or before.icon,
        "identity": max(before.identity, document.identity),
        "notice": _notice(before, document),
        "ttl": feed.ttl,
        "skips": schedule.skips_of(feed),
    }


INSECURE = "anybody may pretend to be its server: `insecure = true` in feeds.toml"


def _warned(notice: str | None, terms: _Terms) -> str | None:
    """Say first that a feed is insecure, as long as it is."""
    if not terms.insecure and INSECURE not in (notice or ""):
        return notice
    rest = (notice or "").removeprefix(INSECURE).removeprefix("; ")
    return "; ".join(filter(None, (INSECURE * terms.insecure, rest))) or None


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
    free = [match for match in matches if match.guid not in listed]
    pages: dict[tuple[str | None, str], Match] = {
        (match.url, match.title): match for match in free if match.url
    }
    times: dict[tuple[int | None, str], Match] = {
        (match.entry_id >> 20, match.title): match for match in free
    }
    found: dict[str, Match] = {}
    taken: set[int] = set()
    for entry in unknown:
        match = pages.get((entry.url, entry.title)) or times.get((entry.published, entry.title))
        if match and match.entry_id not in taken:
            found[entry.guid] = match
            taken.add(match.entry_id)
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


def _success(before: FeedState, fetched: Fetched, *, now: int) -> _News:
    """What any good answer changes: errors forgotten, validators kept, moves believed."""
    moved = _moved(before, fetched, now=now)
    return {
        **moved,
        **_validators(before, moved.get("feed_url", before.feed_url), fetched),
        "state": "ok",
        "http_status": fetched.status,
        "error": None,
        "error_kind": None,
        "failures": 0,
        "failing_since": None,
        "gone": 0,
        "checked_at": now,
        "body_hash": fetched.digest or before.body_hash,
    }


def _validators(before: FeedState, feed_url: str, fetched: Fetched) -> _News:
    """Validators belong to one address: those of a redirect's target are not the feed's.

    A 304 may renew them (RFC 9110, 15.4.5); what it does not name stays.
    """
    if fetched.final_url != feed_url:
        return {"etag": None, "last_modified": None}
    keep = fetched.body is None and before.feed_url == feed_url
    headers = fetched.headers
    return {
        "etag": headers.get("etag", before.etag if keep else None),
        "last_modified": headers.get("last-modified", before.last_modified if keep else None),
    }


def _moved(before: FeedState, fetched: Fetched, *, now: int) -> _News:
    """Follow a permanent redirect: from http to https at once, elsewhere after a stable week."""
    target = fetched.permanent_url
    if target is None or target == before.feed_url:
        return {"moved_to": None, "moved_since": None}
    since = (before.moved_since or now) if before.moved_to == target else now
    only_tls = target == before.feed_url.replace("http://", "https://", 1)
    if only_tls or now - since >= MOVED_AFTER:
        return {"feed_url": target, "moved_to": None, "moved_since": None}
    return {"moved_to": target, "moved_since": since}


def _finish(known: Known, fetched: Fetched, news: _News, terms: _Terms) -> Plan:
    """Choose the time of the next look, and put the state together (once: it is the dear part)."""
    before = known.state
    interval = known.every or schedule.adaptive(
        rhythm=news.get("rhythm", before.rhythm),
        last_entry_at=news.get("last_entry_at", before.last_entry_at),
        now=terms.now,
        bounds=terms.intervals,
    )
    news["notice"] = _warned(news.get("notice", before.notice), terms)
    news["next_check_at"] = schedule.after_success(
        now=terms.now,
        interval=interval,
        floor=terms.policy.floor,
        asked=schedule.freshness(fetched.headers, now=terms.now),
        ttl=news.get("ttl", before.ttl),
        skips=news.get("skips", before.skips),
        chance=terms.chance,
    )
    return Plan(
        feed_id=known.feed_id,
        state=replace(before, **news),
        record=FetchRecord(
            status="not_modified",
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
        notice=_warned(known.state.notice, terms),
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
