"""`aggregate backup`, `restore` and `vacuum`: the file as a whole, kept, put back, and packed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from aggregator.cli.common import App, on_terminal, pass_app, safe
from aggregator.errors import StoreError, UsageError

PATH = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("file", required=False, type=PATH)
@click.option("--dir", "folder", type=FOLDER, metavar="DIR", help="Into DIR, named after the time.")
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=7,
    show_default=True,
    metavar="N",
    help="With --dir: so many stay, the oldest go.",
)
@pass_app
def backup(app: App, *, file: Path | None, folder: Path | None, keep: int) -> None:
    """Copy the database while it is in use, and check the copy.

    The copy goes to FILE, or into a folder. A fetch may write meanwhile and the desk be open:
    it is of one moment. It gets its name only when SQLite has read it from end to end and found
    it whole, and none is removed before. A backup holds all there is, secrets in addresses
    included.

    \b
    From cron, every night, the last seven:
      30 3 * * *  cd ~/aggregator && .venv/bin/aggregate -q backup --dir backups
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    from aggregator.store import backups
    from aggregator.store.open import steps_of

    if (file is None) == (folder is None):
        raise UsageError("Name a FILE or --dir.", hint="`aggregate backup --dir backups`")
    if not app.db.exists():
        raise StoreError(f"There is no database at {app.db} yet: there is nothing to back up.")
    steps_of(app.db)  # raises for a file that is not ours, or newer than we are
    gone: list[Path] = []
    with stoppable(), _progress(app) as told:
        if folder is not None:
            file, gone = backups.backup_into(app.db, folder, now=app.now(), keep=keep, told=told)
        else:
            assert file is not None
            backups.backup(app.db, file, told=told)
    old = f"; {len(gone)} older went" if gone else ""
    _say(app, f"Backed up to {safe(str(file))} ({_size(file)}), checked{old}.")


@click.command()
@click.argument("file", type=PATH)
@pass_app
def restore(app: App, *, file: Path) -> None:
    """Put a backup in the place of the database; the old one is kept.

    The old one is beside it then. FILE is checked from end to end before anything is touched.
    The desk may stay open, a fetch must not run. A backup of an older version is brought up to
    date.
    """
    from aggregator.store.restoring import restore as put_back

    with stoppable():
        old = put_back(file, app.db, now=app.now())
        app.open_store().close()
    kept = f" The old one is {safe(str(old))}." if old else ""
    _say(app, f"Restored {safe(str(app.db))} from {safe(str(file))}.{kept}")


@click.command()
@pass_app
def vacuum(app: App) -> None:
    """Write the database anew, without gaps.

    Worth it after a large prune. It takes room on the disk for a second copy and its log. A
    fetch must not run meanwhile, and the desk can't write.
    """
    from aggregator.store import fetch_lock
    from aggregator.store.vacuuming import vacuum as pack

    with app.open_store() as store, fetch_lock(app.db), stoppable():
        before = app.db.stat().st_size
        pack(store.conn, app.db)
    after = app.db.stat().st_size
    _say(app, f"{safe(str(app.db))} had {_megabytes(before)} and has {_megabytes(after)} now.")


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM end what runs as Ctrl-C does: in good order, leaving nothing half done."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread: no signal comes here
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(app: App) -> Iterator[Any]:
    """Show a bar to who sits and waits."""
    if app.verbosity < 0 or not on_terminal(stderr=True):
        yield lambda _done, _all: None
        return
    from rich.progress import Progress

    from aggregator.cli.common import console

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, all_: bar.update(task, completed=done, total=all_)


def _size(path: Path) -> str:
    return _megabytes(path.stat().st_size)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _say(app: App, text: str) -> None:
    if app.verbosity >= 0:
        click.echo(text)
