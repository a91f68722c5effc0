"""`aggregate doctor`: is everything in order, and what can be done where it is not."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from aggregator.cli.common import App, console, echo_json, json_option, pass_app, safe
from aggregator.cli.keeping import stoppable

UNWELL = 1
MARKS = {"ok": ("ok", "green"), "fixed": ("fixed", "green"), "warning": ("note", "yellow")}


@click.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended without a loss.")
@json_option
@pass_app
def doctor(app: App, *, fix: bool, as_json: bool) -> None:
    """Look everything over, and mend what can be mended.

    That is the file, its tables, search, counters and stories, feeds, clock, disk and permissions.
    It reads all of it, which takes a while for a large one; nothing is changed without --fix, and
    what you made (lists, stars, notes, tags) is never changed by it. Ends with 1 when a problem
    is left; a note is no problem. With --json it is {ok, findings}, each with check, state (ok,
    warning, problem, fixed), message and hint.
    """
    from aggregator.store.doctor import examine

    with app.open_store() as store, stoppable():
        found = examine(store.conn, app.db.absolute(), now=app.now(), fix=fix)
    well = all(each.state != "problem" for each in found)
    if as_json:
        echo_json({"ok": well, "findings": [asdict(each) for each in found]})
    else:
        out = console()
        for each in found:
            if each.state == "ok" and app.verbosity < 0:
                continue
            word, style = MARKS.get(each.state, ("PROBLEM", "bold red"))
            out.print(f"{word:<8}", style=style, end="")
            out.print(f"{each.check}: {safe(each.message) or 'in order'}", soft_wrap=True)
            if each.hint:
                out.print(f"        {safe(each.hint)}", soft_wrap=True)
    if not well:
        sys.exit(UNWELL)
