"""What `aggregate export` may be asked for: its options, and whether they go together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from aggregator.cli import leaving, subjects
from aggregator.cli.posting import Wish
from aggregator.count import NETWORKS
from aggregator.errors import UsageError
from aggregator.export import FORMATS
from aggregator.model import Selection

TEXT = "text"
FORMAT = click.Choice([*(each.name for each in FORMATS), TEXT])
EPILOG = (
    f"Formats: {', '.join(FORMAT.choices)}.\n\n"
    f"Networks: {', '.join(each.slug for each in NETWORKS)}."
)
# Tables for schedulers: a post for a network may stand in each row.
WITH_POSTS = (TEXT, "csv-buffer", "csv-hootsuite", "csv-publer", "ics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line, checked. `limit` is None where nobody gave one."""

    format: str
    wish: Wish
    output: Path | None
    target: str | None
    since_last: bool
    preview: bool
    limit: int | None
    wishes: dict[str, Any]


def options(command: Any) -> Any:
    """Give the command what says where to, and what formats can be asked for."""
    given = (
        click.option(
            "-o",
            "--output",
            type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
            metavar="FILE",
            help="Replace this file, in one step.",
        ),
        click.option(
            "--to", metavar="TARGET", help="Write down that it went there: a name of yours."
        ),
        click.option("--since-last", is_flag=True, help="Only what did not go there yet."),
        click.option("--again", is_flag=True, help="With --since-last: also what did."),
        click.option("--title", metavar="TEXT", help="What to call it."),
        click.option(
            "--front-matter",
            type=click.Choice(["hugo", "jekyll", "ghost", "none"]),
            default="none",
            help="Markdown: the head that a site generator reads.",
        ),
        click.option("--utm", metavar="TEXT", default="", help='Add to links: "utm_source=…".'),
        click.option("--sender", metavar="ADDRESS", default="", help="eml: whom it is from."),
        click.option("--recipient", metavar="ADDRESS", multiple=True, help="eml: whom it is to."),
        click.option("--subject", metavar="TEXT", default="", help="eml: its subject."),
        click.option(
            "--with-secrets", is_flag=True, help="OPML: addresses whole, also private ones."
        ),
    )
    for option in reversed(given):
        command = option(command)
    return command


def checked(name: str | None, selection: Selection, wishes: dict[str, Any]) -> Asked:
    """Return what was asked for; raises UsageError where it does not go together."""
    network, output = wishes["network"], wishes["output"]
    name = name or (TEXT if network else None)
    if name is None:
        raise UsageError(
            "Say how to write them: --format, or --for a network.",
            hint="`aggregate export --help` lists the formats.",
        )
    if name == TEXT and network is None:
        raise UsageError("Text is for a network: say which with --for.")
    if network and name not in WITH_POSTS:
        raise UsageError(
            f"{name} holds no posts.", hint=f"--for goes with {', '.join(WITH_POSTS)}."
        )
    if wishes["preview"] and name != TEXT:
        raise UsageError("--preview shows posts: say for which network with --for.")
    target = leaving.target_of(output, wishes["to"])
    if wishes["since_last"] and target is None:
        raise UsageError(
            "Since the last export to where? Name a file with -o, or any place with --to.",
        )
    if wishes["again"] and not wishes["since_last"]:
        raise UsageError("--again belongs to --since-last.")
    return Asked(
        format=name,
        wish=Wish(
            network=network,
            template=wishes["template"],
            thread=wishes["thread"],
            utm=wishes["utm"],
            most=wishes["most"],
        ),
        output=None if output is None or str(output) == "-" else output,
        target=target,
        since_last=wishes["since_last"] and not wishes["again"],
        preview=wishes["preview"],
        limit=subjects.limit_given(selection),
        wishes=wishes,
    )
