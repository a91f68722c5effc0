"""`aggregate ls` and `aggregate status`: the feeds, how they are, and what is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import (
    App,
    ago,
    ahead,
    category_option,
    console,
    echo_json,
    iso,
    json_option,
    pass_app,
    safe,
)

if TYPE_CHECKING:
    from aggregator.model import FeedRow

# state: (how it is told, its style on a terminal)
STATES = {
    "new": ("new", "cyan"),
    "ok": ("ok", "green"),
    "failing": ("failing", "red"),
    "gone": ("gone", "red"),
    "paused": ("paused", "dim"),
    "unsubscribed": ("left", "dim"),
}
BROKEN = ("failing", "gone")


@click.command()
@category_option
@json_option
@pass_app
def ls(app: App, *, category: str | None, as_json: bool) -> None:
    """List the feeds and how they are.

    A feed is new (never looked at), ok, failing, gone (its server says so), paused, or left
    (no longer in feeds.toml). With --json it is an array of objects; the addresses in it are
    whole, secrets included.
    """
    with app.open_store() as store:
        rows = store.feeds(category=category)
    if as_json:
        echo_json([_document(row) for row in rows])
        return
    if not rows:
        click.echo("No feeds yet: `aggregate fetch` reads feeds.toml.", err=True)
        return
    _table(rows, now=app.now())


HEAD = ("ID", "State", "Category", "Entries", "Newest", "Title")
TO_THE_RIGHT = {"ID", "Entries"}


def _table(rows: Iterable[FeedRow], *, now: int) -> None:
    """Print a line a feed; the title gets what the other columns leave, and is cut there."""
    from rich.text import Text

    table = [
        (
            str(row.id),
            row.state if row.state not in STATES else STATES[row.state][0],
            row.category,
            f"{row.total:,}",
            ago(row.last_entry_at, now=now),
            _name(row),
        )
        for row in rows
    ]
    widths = [max(len(line[n]) for line in (HEAD, *table)) for n in range(len(HEAD) - 1)]
    styles = dict(STATES.values())
    out = console()
    for line in (HEAD, *table):
        text = Text(style="bold" if line is HEAD else "")
        for name, cell, width in zip(HEAD, line, widths, strict=False):
            fitted = cell.rjust(width) if name in TO_THE_RIGHT else cell.ljust(width)
            text.append(f"{fitted}  ", style=styles.get(cell, "") if name == "State" else "")
        text.append(line[-1])
        text.truncate(out.width, overflow="ellipsis")
        out.print(text, soft_wrap=True)


def _name(row: FeedRow) -> str:
    """Return a feed's title; a feed that was never read has its host instead."""
    from aggregator.urls import host

    nameless = row.title == f"feed {row.id}"
    return safe((host(row.url) or row.title) if nameless else row.title)


def _document(row: FeedRow) -> dict[str, Any]:
    """Return a feed as the JSON output has it; times are ISO 8601."""
    return {
        "id": row.id,
        "title": row.title,
        "url": row.url,
        "feed_url": row.feed_url,
        "site_url": row.site_url,
        "category": row.category,
        "platform": row.platform,
        "tags": list(row.tags),
        "state": row.state,
        "entries": row.total,
        "http_status": row.http_status,
        "error": row.error,
        "failures": row.failures,
        "failing_since": iso(row.failing_since),
        "checked_at": iso(row.checked_at),
        "changed_at": iso(row.changed_at),
        "last_entry_at": iso(row.last_entry_at),
        "next_check_at": iso(row.next_check_at),
        "moved_to": row.moved_to,
        "notice": row.notice,
        "every": row.every,
    }


@click.command()
@json_option
@pass_app
def status(app: App, *, as_json: bool) -> None:
    """Say what is broken: since when, why, and what will happen next.

    Feeds are never given up: one that fails is looked at less and less often, at least once a
    week. Also told are feeds that have moved, and domains that asked to be left alone for a while.
    """
    with app.open_store() as store:
        rows, hosts = store.feeds(), store.hosts()
    now = app.now()
    held = {host: state for host, state in sorted(hosts.items()) if state.next_at > now + 59}
    told = [row for row in rows if row.state in BROKEN or row.moved_to or row.notice]
    if as_json:
        echo_json(
            {
                "feeds": {state: sum(row.state == state for row in rows) for state in STATES},
                "next_check_at": iso(_next(rows)),
                "told": [_document(row) for row in told],
                "hosts": [
                    {"host": host, "next_at": iso(state.next_at), "failures": state.failures}
                    for host, state in held.items()
                ],
            }
        )
        return
    _print(_lines(rows, told, held, now=now))


def _next(rows: Iterable[FeedRow]) -> int | None:
    """Return when the next feed is due; None where none ever will be."""
    return min(
        (row.next_check_at for row in rows if row.state in {"new", "ok", "failing"}), default=None
    )


def _lines(
    rows: list[FeedRow], told: list[FeedRow], held: dict[str, Any], *, now: int
) -> Iterator[tuple[str, str]]:
    """Yield (text, style) of each line."""
    broken = sum(row.state in BROKEN for row in rows)
    following = _next(rows)
    due = f"; the next is due {ahead(following, now=now)}" if following is not None else ""
    feeds = "1 feed" if len(rows) == 1 else f"{len(rows)} feeds"
    yield f"{feeds}, {broken or 'none'} broken{due}.", "bold"
    for row in told:
        yield "", ""
        yield (
            f"{_name(row)} ({row.category}, feed {row.id})",
            "red" if row.state in BROKEN else "yellow",
        )
        for line in _story(row, now=now):
            yield f"  {line}", ""
    if held:
        yield "", ""
        yield "Domains that are left alone for a while:", "bold"
        for host, state in held.items():
            yield f"  {safe(host)}: asked again {ahead(state.next_at, now=now)}", ""


def _story(row: FeedRow, *, now: int) -> Iterator[str]:
    """Yield what a curator wants to know of a feed that is not quite well."""
    from aggregator.urls import mask

    if row.state in BROKEN:
        since = ago(row.failing_since, now=now)
        times = f"since {since}, {row.failures} times" if row.failures > 1 else f"once, {since}"
        yield f"{row.state} {times}: {safe(row.error or 'no reason is known')}"
    if row.moved_to:
        yield f"moved to {safe(mask(row.moved_to))}; adopted when that has lasted a week"
    if row.notice:
        yield safe(row.notice)
    if row.state == "gone":
        yield f"not looked at any more; `aggregate fetch --force --only {row.id}` tries again"
    elif row.state in {"new", "ok", "failing"}:
        last = ago(row.checked_at, now=now)
        yield f"last looked at {last}, again {ahead(row.next_check_at, now=now)}"


def _print(lines: Iterable[tuple[str, str]]) -> None:
    from rich.text import Text

    out = console()
    for line, style in lines:
        indent = len(line) - len(line.lstrip())
        for part in Text(line.lstrip(), style=style).wrap(out, max(20, out.width - indent)):
            part.rstrip()
            out.print(Text(" " * indent) + part, soft_wrap=True)
