"""What `add` and `find` ask of the network: discovery, with a bar on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aggregator.cli.common import App, console, on_terminal, safe
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.discover import Discovered


def discovered(
    app: App, urls: Sequence[str], config: Config, *, choose: int | None = None
) -> list[Discovered]:
    """Ask the network where the feeds are, politely.

    With `choose` another candidate than the first is meant; raises UsageError where there are not
    so many.
    """
    from aggregator.discover import discover

    with _bar(app, len(urls)) as step:
        found = discover(urls, config=config, choose=choose, on_found=step)
    for each in found:
        if (count := len(each.resolution.candidates)) and each.candidate is None:
            feeds = "1 feed" if count == 1 else f"{count} feeds"
            raise UsageError(
                f"{safe(each.resolution.url)} has {feeds}, there is no number {choose}.",
                hint="--dry-run shows them, with their numbers.",
            )
    return found


@contextmanager
def _bar(app: App, total: int) -> Iterator[Callable[[Discovered], None]]:
    """Show how far a long list is; nothing is shown for one address, or where nobody looks."""
    if total < 2 or app.verbosity < 0 or not on_terminal(stderr=True):
        yield lambda _found: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        BarColumn(bar_width=20),
        TextColumn("{task.completed:.0f} of {task.total:.0f} addresses", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[title]}", markup=False, style="dim"),
        console=console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=total, title="")

        def step(found: Discovered) -> None:
            title = safe(found.title or found.resolution.url)[:20]
            bar.update(task, advance=1, title=title)

        yield step
