"""`aggregate digest`: the day's stories by category, to read or to mail."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli import leaving
from aggregator.cli.common import WHEN, App, category_option, pass_app, safe
from aggregator.cli.digesting import FORMATS, Asked, Round
from aggregator.cli.export import put
from aggregator.cli.viewing import config_of
from aggregator.errors import PublishError, UsageError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.config.mail import Mail
    from aggregator.curation import Item
    from aggregator.publish.mail import Outbox


@click.command()
@click.option("--since", type=WHEN, metavar="TIME", help="From when on.  [default: 1d]")
@click.option("--view", metavar="VIEW", help="Only what this view selects.")
@category_option
@click.option(
    "--most",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    metavar="N",
    help="So many of each category.",
)
@click.option("--format", type=click.Choice(list(FORMATS)), default="markdown", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Replace this file, in one step.",
)
@click.option("--mail-to", metavar="ADDRESS", multiple=True, help="Mail it, to each of these.")
@click.option("--to", metavar="TARGET", help="Write down that it went there: a name of yours.")
@click.option("--since-last", is_flag=True, help="Only what the last digest there did not have.")
@click.option("--title", metavar="TEXT", help="What to call it.")
@pass_app
def digest(app: App, /, **options: Any) -> None:
    """Tell what happened: the day's stories by category, ready to read or to mail.

    \b
      aggregate digest
      aggregate digest --since 1w --view news --format html -o week.html
      aggregate digest --since-last --mail-to ana@example.org

    What several sources report is told once, and before what one alone does. Mail goes through
    the server that [mail] in feeds.toml names; each recipient gets a mail of their own. With
    --since-last nothing is told twice to the same file, TARGET or ADDRESS.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    asked = Asked(**options)
    if asked.mail_to and (asked.output or asked.to):
        raise UsageError("--mail-to is where it goes; it needs neither -o nor --to.")
    target = leaving.target_of(asked.output, asked.to)
    if asked.since_last and not asked.mail_to and target is None:
        raise UsageError(
            "Since the last digest to where?",
            hint="Name a file with -o, any place with --to, or an address with --mail-to.",
        )
    config = config_of(app)
    with app.open_store() as store:
        now = Round(app, store, config, asked)
        if asked.mail_to:
            _mail(now)
        else:
            _write(now, target)


def _write(now: Round, target: str | None) -> None:
    """Write the digest to stdout or into a file."""
    made, taken = now.made(target)
    with leaving.settled(now.store, taken, now=now.app.now()):
        if not taken.items and now.asked.since_last:
            leaving.tell(now.app, replace(taken, first=False), target or "")
            return
        put(now.text(made, taken.items), now.asked.output)
    if now.app.verbosity >= 0 and not made.items:
        click.echo("Nothing found.", err=True)
    elif now.app.verbosity >= 0 and now.asked.output is not None:
        place = safe(str(now.asked.output))
        click.echo(f"Wrote {_number(taken.items)} to {place}.", err=True)


def _mail(now: Round) -> None:
    """Mail a digest to each recipient; one that fails does not keep the others waiting."""
    from aggregator.publish.mail import outbox

    mail, addresses = _server(now.config), _addresses(now.asked.mail_to)
    failed = 0
    with outbox(mail, _password(mail)) as box:
        for address in addresses:
            try:
                _send(now, address, box)
            except PublishError as error:
                failed += 1
                hint = f" {error.hint}" if error.hint else ""
                click.echo(f"Not mailed to {safe(address)}: {safe(error.message)}{hint}", err=True)
    if failed:
        raise PublishError(f"{failed} of {len(addresses)} mails could not be sent.")


def _send(now: Round, address: str, box: Outbox) -> None:
    """Mail a digest to one recipient, unless there is nothing to tell."""
    from email import message_from_string
    from email.policy import SMTP

    from aggregator.config.mail import bare

    made, taken = now.made(f"mail:{bare(address)}")
    with leaving.settled(now.store, taken, now=now.app.now()):
        if taken.items:
            text = now.text(made, taken.items, sender=box.mail.sender, recipients=(address,))
            box.send(message_from_string(text, policy=SMTP))
    if now.app.verbosity >= 0:
        what = f"Mailed {_number(taken.items)}" if taken.items else "Nothing new: no mail"
        click.echo(f"{what} to {safe(address)}.", err=True)


def _server(config: Config) -> Mail:
    if config.mail is None:
        raise UsageError(
            "No mail server is set.",
            hint="[mail] in feeds.toml names it; the file that `aggregate init` writes shows how.",
        )
    return config.mail


def _password(mail: Mail) -> str | None:
    from aggregator.config.values import filled

    return None if mail.password is None else filled(mail.password, os.environ)


def _addresses(given: Sequence[str]) -> list[str]:
    """Return each recipient once; raises UsageError for what is no address."""
    from aggregator.config.mail import address, bare
    from aggregator.config.values import Wrong

    found: dict[str, str] = {}
    for each in given:
        try:
            read = address(each)
        except Wrong as error:
            raise UsageError(f"{safe(each)!r} is no address for mail: {error}.") from error
        found.setdefault(bare(read).lower(), read)
    return list(found.values())


def _number(items: Sequence[Item]) -> str:
    return "1 entry" if len(items) == 1 else f"{len(items)} entries"
