"""What leaves the house passes here: nothing goes to one place twice, and all is written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aggregator.cli.common import App, safe
from aggregator.cli.subjects import WINDOW, Subject
from aggregator.errors import PublishError, UsageError
from aggregator.store import ledger
from aggregator.store.gone import left
from aggregator.store.ledger import Journey, Taken

if TYPE_CHECKING:
    from aggregator.curation import Item
    from aggregator.store import Store


def target_of(output: Path | None, to: str | None) -> str | None:
    """Return what the ledger calls the place: the curator's name for it, or the file."""
    if to is not None:
        if not (name := " ".join(to.split())):
            raise UsageError("--to needs a name for the place.")
        return name
    if output is None or str(output) == "-":
        return None
    place = output.resolve()
    # A device or a pipe keeps nothing, so nothing is there for a second time.
    return str(place) if place.is_file() or not place.exists() else None


def take(store: Store, journey: Journey, subject: Subject, *, limit: int | None, now: int) -> Taken:
    """Begin an export of what the subject has that did not go to the target; see `ledger.take`.

    `limit` is None where nobody gave one: the first export is then a small one.
    """
    candidates = subject.items(store, window=WINDOW)
    usual = subject.selection.limit if subject.free and subject.selection else None
    return ledger.take(
        store.conn,
        journey,
        candidates,
        now=now,
        limit=usual if limit is None else limit,
        at_first=ledger.FIRST if limit is None else limit,
        whole=not subject.free or len(candidates) < WINDOW,
        oldest=subject.free,
    )


def begin(store: Store, journey: Journey, items: Sequence[Item], *, now: int) -> Taken:
    """Begin an export of all these, whatever went before."""
    return Taken(items=tuple(items), export_id=ledger.begin(store.conn, journey, items, now=now))


@contextmanager
def settled(store: Store, taken: Taken, *, now: int) -> Iterator[None]:
    """Finish an export when what is within has worked, cancel it when that has failed.

    Where nobody knows (a mail that may have arrived, Ctrl-C), the ledger says neither.
    """
    if taken.export_id is None:
        yield
        return
    try:
        yield
    except PublishError as error:
        if not error.unknown:
            ledger.cancel(store.conn, taken.export_id, now=now)
        raise
    except Exception:
        ledger.cancel(store.conn, taken.export_id, now=now)
        raise
    ledger.finish(store.conn, taken.export_id, now=now)


def tell(app: App, taken: Taken, target: str) -> None:
    """Say on stderr what an export that continues took, left for the next time and passed over."""
    if app.verbosity < 0:
        return
    for sentence in sentences(taken, safe(target)):
        click.echo(sentence, err=True)


def sentences(taken: Taken, target: str) -> Iterator[str]:
    """Yield what is to be said of an export that continues."""
    number = len(taken.items)
    if taken.first and number:
        yield f"The first export to {target}: {_entries(number)}."
    elif taken.first:
        yield f"There is nothing for {target} yet. What comes from now on will go."
    elif not number:
        yield f"Nothing new for {target}."
    if taken.passed:
        yield f"{_entries(taken.passed)} passed over for good; --limit takes more at first."
    if taken.waiting:
        yield f"{_entries(taken.waiting)} left for the next time."


def warn_of_unfinished(app: App, store: Store, target: str) -> None:
    """Say which exports to a target were cut short: nobody knows whether they arrived."""
    for each in ledger.exports(store.conn, target=target, limit=20):
        if not each.finished and each.undone_at is None and app.verbosity >= 0:
            click.echo(
                f"Export {each.id} to {safe(target)} was cut short. If it did not arrive, "
                f"`aggregate exports undo {each.id}` lets it go again.",
                err=True,
            )


def warn_of_repeats(app: App, store: Store, target: str, items: Sequence[Item]) -> None:
    """Say how many of these went to the target before."""
    gone = sum(each is not None for each in left(store.conn, target, items))
    if gone and app.verbosity >= 0:
        click.echo(
            f"{_entries(gone)} went to {safe(target)} before; --since-last leaves out what did.",
            err=True,
        )


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"
