"""`aggregate export site`: the public desk as a folder of plain files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.common import App, pass_app, safe

if TYPE_CHECKING:
    from aggregator.site import Report


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base-url", metavar="URL", help="Where it will be; by default that of feeds.toml.")
@click.option(
    "--entries",
    type=click.IntRange(0, 100_000),
    default=1000,
    show_default=True,
    metavar="N",
    help="So many of the newest have a page of their own.",
)
@click.option(
    "--pages",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    metavar="N",
    help="So many pages of each river.",
)
@pass_app
def site(app: App, /, *, folder: Path, base_url: str | None, entries: int, pages: int) -> None:
    """Write the whole public desk into DIR, as files for any web server or none.

    \b
      aggregate export site public/ --base-url https://desk.example.org/

    It is what a visitor sees who is not signed in: river, categories, public lists, stories, feeds,
    and a search that needs no server. Only files that change are written, and only files that
    this command has written before are removed.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    from aggregator.cli import leaving
    from aggregator.config import Config
    from aggregator.site import SiteOptions, build
    from aggregator.store.ledger import Journey

    config = app.config() if app.config_path.exists() else Config()
    journey = Journey(subject="site", format="site", target=str(folder.resolve()))
    with app.open_store() as store:
        taken = leaving.begin(store, journey, [], now=app.now())
        with leaving.settled(store, taken, now=app.now()):
            report = build(
                app.db,
                config,
                folder,
                base_url=base_url,
                options=SiteOptions(entries=entries, pages=pages),
                now=app.now(),
            )
    if app.verbosity >= 0:
        for sentence in _told(report, safe(str(folder))):
            click.echo(sentence, err=True)


def _told(report: Report, folder: str) -> Iterator[str]:
    changes = report.changes
    yield (
        f"{folder} has {report.pages} pages: {len(changes.written)} files written, "
        f"{changes.unchanged} unchanged, {len(changes.removed)} removed."
    )
    for path in changes.kept:
        yield f"{safe(path)} is needed no more, but was edited by somebody else: it stays."
    if report.base_url is None:
        yield "There is no sitemap: it needs --base-url, or base_url in feeds.toml."
