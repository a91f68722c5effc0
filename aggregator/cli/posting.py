"""Posts for a network, and when each is to go out: what `export --for` and `--start` ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from aggregator.cli.common import parse_moment, safe
from aggregator.count import NETWORKS
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.compose import Post
    from aggregator.curation import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for of the posts; `network` None asks for none."""

    network: str | None = None
    template: str | None = None
    thread: bool = False
    utm: str = ""
    most: int | None = None


def made(items: Sequence[Item], wish: Wish, *, campaign: str) -> tuple[Post, ...]:
    """Return the items as posts for the network."""
    from aggregator.compose import posts

    assert wish.network is not None
    return posts(
        items,
        wish.network,
        template=wish.template,
        thread=wish.thread,
        utm=wish.utm,
        limit=wish.most,
        campaign=campaign,
    )


def fitting(posts: Sequence[Post], *, thread: bool) -> tuple[list[Post], list[Post]]:
    """Return the posts that may be posted, and those that may not.

    Of a thread, all or none: a gap in it would be worse than no thread.
    """
    good = [post for post in posts if not post.problems]
    bad = [post for post in posts if post.problems]
    return ([], bad) if bad and thread else (good, bad)


def tell(good: Sequence[Post], bad: Sequence[Post]) -> None:
    """Say on stderr which posts can't be made, and why, and what is missing in the others."""
    for post in bad:
        click.echo(f"No post for {_named(post)}: {' '.join(map(safe, post.problems))}", err=True)
    for post in good:
        if post.notes:
            click.echo(f"{_named(post)}: {' '.join(map(safe, post.notes))}", err=True)


def _named(post: Post) -> str:
    return f"“{safe(post.items[0].title or post.text)[:60] if post.items else ''}”"


def times(
    count: int, *, start: str | None, every: str | None, zone: str | None, now: int
) -> tuple[int, ...]:
    """Return when each of so many posts is to go out; nothing without a start.

    The gap is in the clock's hours: every 24 h is the same hour each day, in summer and winter.
    Raises UsageError for what is no time, no gap or no time zone.
    """
    where = zone_of(zone)
    if start is None:
        if every is not None:
            raise UsageError("--every needs the time of the first post: --start.")
        return ()
    first = _clock(start, where)
    gap = timedelta(seconds=_gap(every, now=now))
    return tuple(
        int((first + number * gap).replace(tzinfo=where).timestamp()) for number in range(count)
    )


def _gap(every: str | None, *, now: int) -> int:
    """Return seconds; an hour where none is said."""
    gap = 3600 if every is None else now - parse_moment(every, now=now)
    if gap <= 0:
        raise UsageError(f"{safe(every or '')!r} is no gap.", hint="Write it such as 6h or 1d.")
    return gap


def zone_of(name: str | None) -> tzinfo:
    """Return a time zone by its name, such as Europe/Berlin; UTC for none."""
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise UsageError(
            f"{safe(name)!r} is no time zone.", hint="Write it such as Europe/Berlin."
        ) from error


def _clock(text: str, where: tzinfo) -> datetime:
    """Return what the clock shows there; a time with a zone of its own is converted."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            f"{safe(text)!r} is no time.", hint="Write it such as 2026-12-01T09:00."
        ) from error
    return (moment.astimezone(where) if moment.tzinfo else moment).replace(tzinfo=None)


def options(command: Any) -> Any:
    """Give a command the options of posts."""
    given = (
        click.option(
            "--for",
            "network",
            type=click.Choice([each.slug for each in NETWORKS]),
            metavar="NETWORK",
            help="Posts that fit this network.",
        ),
        click.option(
            "--template", metavar="TEXT", help='Of a post: "{note} {title} {link} {via}".'
        ),
        click.option("--thread", is_flag=True, help="Number the posts as one thread."),
        click.option("--preview", is_flag=True, help="Only show the posts, with their counts."),
        click.option(
            "--max-chars",
            "most",
            type=click.IntRange(50, 100_000),
            metavar="N",
            help="The network's limit, if yours is another.",
        ),
        click.option(
            "--start", metavar="TIME", help="When the first is to go out, for schedulers."
        ),
        click.option("--every", metavar="SPAN", help="How long to wait between two: 6h, 1d."),
        click.option("--zone", metavar="NAME", help="Time zone of --start: Europe/Berlin."),
    )
    for option in reversed(given):
        command = option(command)
    return command
