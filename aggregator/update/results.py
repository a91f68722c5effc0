"""What a run tells: a result a feed, and a summary in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aggregator import urls
from aggregator.model import Known, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """What came of one feed; `url` is as in feeds.toml and may hold secrets, as may `feed_url`.

    `status` is ok, not_modified, error, gone or skipped; `ms` the time the answer took.
    """

    url: str
    feed_url: str
    title: str
    status: str
    http_status: int | None = None
    new: int = 0
    updated: int = 0
    error: str | None = None
    next_check_at: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A run in figures; `due` is how many feeds there were to look at."""

    due: int = 0
    checked: int = 0
    ok: int = 0
    not_modified: int = 0
    errors: int = 0
    gone: int = 0
    skipped: int = 0
    new: int = 0
    updated: int = 0
    ms: int = 0
    interrupted: bool = False


_COUNTS = {
    "ok": "ok",
    "not_modified": "not_modified",
    "error": "errors",
    "gone": "gone",
    "skipped": "skipped",
}


def counted(summary: Summary, result: FeedResult) -> Summary:
    """Add a result to a summary."""
    name = _COUNTS[result.status]
    more = {name: getattr(summary, name) + 1}
    return replace(
        summary,
        checked=summary.checked + (result.status != "skipped"),
        new=summary.new + result.new,
        updated=summary.updated + result.updated,
        **more,
    )


def of_plan(known: Known, plan: Plan) -> FeedResult:
    """Tell what a plan does."""
    record = plan.record
    return FeedResult(
        url=known.url,
        feed_url=plan.state.feed_url,
        title=_title(known, plan.state.feed_title),
        status=record.status,
        http_status=record.http_status,
        new=record.new,
        updated=record.updated,
        error=record.error,
        next_check_at=plan.state.next_check_at,
        ms=record.ms,
    )


def skipped(known: Known, reason: str) -> FeedResult:
    """Tell of a feed that was left out this time; it stays due."""
    return FeedResult(
        url=known.url,
        feed_url=known.state.feed_url,
        title=_title(known, known.state.feed_title),
        status="skipped",
        error=reason,
        next_check_at=known.state.next_check_at,
    )


def _title(known: Known, own: str | None) -> str:
    """The curator's title for a feed, else its own, else where it lives."""
    return known.title or own or urls.host(known.url) or known.url
