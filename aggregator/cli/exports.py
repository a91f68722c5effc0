"""`aggregate exports`: the ledger of what left the house, and how to take a line of it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import (
    App,
    ago,
    console,
    echo_json,
    iso,
    json_option,
    limit_option,
    pass_app,
    safe,
)
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.store import Store
    from aggregator.store.ledger import Export, Line

HEAD = ("ID", "When", "Entries", "What", "Format", "Where to")
TO_THE_RIGHT = {"ID", "Entries"}

to_option = click.option("--to", "target", metavar="TARGET", help="Only what went there.")


@click.group(invoke_without_command=True)
@click.pass_context
def exports(ctx: click.Context) -> None:
    """Show what was exported, where to and when; take an export back.

    What is written to a file, mailed, copied from the desk or exported with --to stands here, so
    that `aggregate export --since-last` sends nothing to one place twice. Without a command, the
    last exports are listed.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(ls, target=None, limit=20, as_json=False)


@exports.command()
@to_option
@limit_option(20)
@json_option
@pass_app
def ls(app: App, *, target: str | None, limit: int, as_json: bool) -> None:
    """List the last exports, newest first.

    One marked "cut short" may have arrived or not: `undo` lets it go again. With --json it is an
    array of objects.
    """
    from aggregator.store import ledger

    with app.open_store() as store:
        found = ledger.exports(store.conn, target=target, limit=limit)
    if as_json:
        echo_json([_document(each) for each in found])
    elif found:
        _table(found, now=app.now())
    else:
        click.echo("Nothing was exported yet.", err=True)


@exports.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@json_option
@pass_app
def show(app: App, *, number: int, as_json: bool) -> None:
    """Show what was in an export, and what the first one to its target passed over."""
    from aggregator.store import ledger

    with app.open_store() as store:
        found = _need(store, number)
        lines = ledger.lines(store.conn, number)
    if as_json:
        echo_json(_document(found) | {"items": [_line(line) for line in lines]})
        return
    out = console()
    for text in _about(found):
        out.print(text, soft_wrap=True)
    for line in lines:
        mark = "passed over" if line.passed_over else f"{line.position}."
        out.print(f"{mark} {safe(line.title)}\n   {safe(line.canonical_url)}", soft_wrap=True)


@exports.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@pass_app
def undo(app: App, *, number: int) -> None:
    """Take an export back: what was in it may go to its target again.

    Only the ledger changes. A file that was written stays, and so does what was posted.
    """
    from aggregator.store import ledger

    with app.open_store() as store:
        found = _need(store, number)
        undone = ledger.undo(store.conn, number, now=app.now())
    if not undone:
        raise UsageError(f"Export {number} was taken back already.")
    if app.verbosity >= 0:
        noun = "1 entry" if found.entries == 1 else f"{found.entries} entries"
        click.echo(f"Took back export {number}: {noun} may go to {safe(found.target)} again.")


def _need(store: Store, number: int) -> Export:
    from aggregator.store import ledger

    found = ledger.export(store.conn, number)
    if found is None:
        raise UsageError(f"There is no export {number}.", hint="`aggregate exports` lists them.")
    return found


def state(export: Export) -> str:
    """Return in a word or two what is special about an export; empty for nothing."""
    if export.undone_at is not None:
        return "taken back"
    if not export.finished:
        return "cut short"
    return f"{export.times} times" if export.times > 1 else ""


def _about(export: Export) -> list[str]:
    lines = [
        f"Export {export.id}: {safe(export.subject)}, as {safe(export.format)}",
        f"To {safe(export.target)}, {iso(export.exported_at)}",
    ]
    special = state(export)
    return [*lines, special.capitalize(), ""] if special else [*lines, ""]


def _table(found: Sequence[Export], *, now: int) -> None:
    """Print a line an export; where it went has what the other columns leave."""
    table = [
        (
            str(each.id),
            ago(each.exported_at, now=now),
            f"{each.entries:,}",
            safe(each.subject),
            safe(each.format),
            f"{safe(each.target)}{f' ({mark})' if (mark := state(each)) else ''}",
        )
        for each in found
    ]
    widths = [max(len(line[n]) for line in (HEAD, *table)) for n in range(len(HEAD) - 1)]
    out = console()
    for line in (HEAD, *table):
        cells = [
            cell.rjust(width) if name in TO_THE_RIGHT else cell.ljust(width)
            for name, cell, width in zip(HEAD, line, widths, strict=False)
        ]
        style = "bold" if line is HEAD else ""
        out.print("  ".join([*cells, line[-1]]), style=style, soft_wrap=True)


def _document(export: Export) -> dict[str, Any]:
    return {
        "id": export.id,
        "exported_at": iso(export.exported_at),
        "subject": export.subject,
        "format": export.format,
        "target": export.target,
        "entries": export.entries,
        "since_last": export.continues,
        "times": export.times,
        "finished": export.finished,
        "undone_at": iso(export.undone_at),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "position": line.position,
        "entry_id": line.entry_id,
        "url": line.canonical_url,
        "title": line.title,
        "passed_over": line.passed_over,
    }
