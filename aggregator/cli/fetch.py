"""`aggregate fetch`: look at what is due. Safe under cron, quick when there is nothing to do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import click

from aggregator.cli.common import (
    App,
    ahead,
    category_option,
    clock,
    console,
    iso,
    on_terminal,
    parse_moment,
    pass_app,
    safe,
)

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.update import FeedResult, Summary

INTERRUPTED = 130
FEEDS_FAILED = 4


@click.command()
@click.option("--only", metavar="TEXT", help="Only feeds with this in id, title or address.")
@category_option
@click.option("--force", is_flag=True, help="Look at every feed now, due or not.")
@click.option(
    "--jobs", type=click.IntRange(1, 1000), metavar="N", help="Requests under way at once."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a feed (NDJSON).")
@click.option(
    "--fail-on",
    type=click.Choice(["none", "any", "all"]),
    help="End with 4 when none, any or all of the feeds failed.  [default: all]",
)
@click.option("--now", "moment", hidden=True, help="Take this for the present time.")
@pass_app
def fetch(
    app: App,
    *,
    only: str | None,
    category: str | None,
    force: bool,
    jobs: int | None,
    as_json: bool,
    fail_on: str | None,
    moment: str | None,
) -> None:
    """Look at the feeds that are due, and keep what is new.

    Many domains are asked at once, each of them one request at a time, and nothing is asked for
    that has not changed. What was found is kept as it comes: stop with Ctrl-C at any moment. A
    second fetch at the same time says so and does nothing.

    \b
    From cron, every ten minutes:
      */10 * * * *  cd ~/aggregator && .venv/bin/aggregate -q fetch

    With --json, each line has url, feed_url, title, status (ok, not_modified, error, gone,
    skipped), http_status, new, updated, error, next_check_at and ms; the addresses are whole,
    secrets included.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    from aggregator.errors import Locked
    from aggregator.update import run_update

    config = app.config()
    now = clock(parse_moment(moment, now=app.now())) if moment else app.now
    _warn(app, config)
    try:
        with _teller(app, as_json=as_json) as teller:
            summary = run_update(
                db=app.db,
                config=config,
                now=now,
                only=only,
                category=category,
                force=force,
                jobs=jobs,
                on_due=teller.due,
                on_result=teller.tell,
            )
    except Locked as error:
        if not isinstance(error.__cause__, BlockingIOError):
            raise  # not another fetch, but another program that does not let go of the database
        # Cron starts the next run while the last one is at work: nothing to worry anybody with.
        _say(app, safe(f"{error.message} {error.hint or ''}"), err=True)
        return
    _say(app, _sentence(summary, narrowed=bool(only or category)), err=as_json)
    sys.exit(_exit_code(summary, fail_on or config.settings.fail_on))


def _warn(app: App, config: Config) -> None:
    """Say at each fetch for which hosts feeds.toml makes an exception from what is safe."""
    from aggregator.urls import host

    hosts = sorted({host(source.url) for source in config.feeds if source.insecure})
    if hosts:
        named = safe(", ".join(hosts))
        _say(app, f"Warning: any certificate is taken for {named} (`insecure = true`).", err=True)


def _say(app: App, text: str, *, err: bool) -> None:
    if app.verbosity >= 0:
        click.echo(text, err=err)


def _exit_code(summary: Summary, fail_on: str) -> int:
    if summary.interrupted:
        return INTERRUPTED
    failed = summary.errors + summary.gone
    well = summary.ok + summary.not_modified
    fails = {"none": False, "any": failed > 0, "all": failed > 0 and well == 0}[fail_on]
    return FEEDS_FAILED if fails else 0


def _sentence(summary: Summary, *, narrowed: bool) -> str:
    """Sum a run up in one line of less than 80 columns."""
    if summary.interrupted:
        return f"Stopped; kept what was done: {_news(summary)}."
    if not summary.due:
        return "None of these feeds is due." if narrowed else "Nothing is due."
    counts = {
        "unchanged": summary.not_modified,
        "failed": summary.errors,
        "gone": summary.gone,
        "skipped": summary.skipped,
    }
    rest = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    feeds = "1 feed" if summary.checked == 1 else f"{summary.checked} feeds"
    line = f"{feeds} in {summary.ms / 1000:.1f} s: {_news(summary)}"
    return f"{line}; {rest}" if rest else line


def _news(summary: Summary) -> str:
    return f"{summary.new} new, {summary.updated} updated"


class Teller:
    """Tells nothing: the base of those that tell what comes of each feed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        return

    def due(self, count: int) -> None:
        """Hear how many feeds there are to look at."""

    def tell(self, result: FeedResult) -> None:
        """Hear what came of one of them."""


def _teller(app: App, *, as_json: bool) -> Teller:
    if as_json:
        return _Objects()
    if app.verbosity > 0:
        return _Lines(app.now)
    return _Bar() if app.verbosity == 0 and on_terminal(stderr=True) else Teller()


class _Objects(Teller):
    """A JSON object a feed, on standard output."""

    def tell(self, result: FeedResult) -> None:
        row = {
            "url": result.url,
            "feed_url": result.feed_url,
            "title": result.title,
            "status": result.status,
            "http_status": result.http_status,
            "new": result.new,
            "updated": result.updated,
            "error": result.error,
            "next_check_at": iso(result.next_check_at),
            "ms": result.ms,
        }
        try:
            click.echo(json.dumps(row, ensure_ascii=False))
        except BrokenPipeError:
            # Whoever read has gone away; the feeds are looked at all the same.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Lines(Teller):
    """A line a feed, on standard output."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now

    def tell(self, result: FeedResult) -> None:
        news = f"{result.new} new, {result.updated} updated" if result.status == "ok" else ""
        told = safe(result.error or news or result.status.replace("_", " "))
        following = ahead(result.next_check_at, now=self._now())
        click.echo(f"{safe(result.title)}: {told} ({result.ms} ms; next {following})")


class _Bar(Teller):
    """A bar on the terminal's standard error."""

    def __enter__(self) -> Self:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            BarColumn(bar_width=20),
            TextColumn("{task.completed:.0f} of {task.total:.0f} feeds", markup=False),
            TextColumn("{task.fields[news]} new", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[title]}", markup=False, style="dim"),
            console=console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=0, news=0, title="")
        self._news = 0
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()

    def due(self, count: int) -> None:
        self._bar.update(self._task, total=count)

    def tell(self, result: FeedResult) -> None:
        self._news += result.new
        title = safe(result.title)[:20]
        self._bar.update(self._task, advance=1, news=self._news, title=title)
