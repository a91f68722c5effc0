"""`aggregate add`: from a page to a subscription."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import CATEGORY, App, console, interval, iso, pass_app, safe
from aggregator.cli.discovery import discovered
from aggregator.cli.find import asked, document, kind_of
from aggregator.cli.subscriptions import read_feeds, stored_feeds
from aggregator.config import edit
from aggregator.errors import UsageError
from aggregator.following.followed import Followed
from aggregator.following.proposals import Proposal, Wish, proposed, remark

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.discover import Discovered
    from aggregator.find import Candidate

NEWEST = 3


@click.command()
@click.argument("urls", metavar="URL...|-", nargs=-1, required=True)
@click.option("--category", type=CATEGORY, metavar="CATEGORY", help="Where to file it.")
@click.option("--title", metavar="TEXT", help="What to call it.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag of yours; repeat it.")
@click.option("--every", metavar="TIME", help="Look so often: 6h, 1d.  [default: its rhythm]")
@click.option("--choose", type=click.IntRange(1), metavar="N", help="Of several feeds, this one.")
@click.option("--dry-run", is_flag=True, help="Show what would be added, and write nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object an address (NDJSON).")
@pass_app
def add(
    app: App,
    /,
    urls: tuple[str, ...],
    *,
    choose: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Follow a page: find its feed, its platform and its category, and add it to feeds.toml.

    \b
      aggregate add https://www.youtube.com/@NASA
      aggregate add --choose 2 --tag space https://www.nasa.gov
      aggregate add - < pages.txt

    Shown are all feeds of the page (--choose takes another than the first), its title and its
    newest entries. Remarks and order in feeds.toml stay. What is followed already, also under
    another address, is refused; what can't be followed ends with 1 and says why.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    every = wishes["every"]
    wish = Wish(**{**wishes, "every": None if every is None else interval(every, "--every")})
    pages = asked(urls)
    if len(pages) > 1 and (wish.title or choose):
        raise UsageError("--title and --choose are for one address at a time.")
    config = read_feeds(app, must_exist=False).config
    found = discovered(app, pages, config, choose=choose)
    proposals = proposed(found, Followed(config, stored_feeds(app)), wish)
    asks = not (yes or dry_run or as_json) and any(each.good for each in proposals)
    asks = asks and sys.stdin.isatty() and sys.stdout.isatty()
    if not as_json:
        _show(proposals)
    if asks and len(proposals) == 1:
        proposals = _asked(app, proposals, config, wish)
    elif asks and not click.confirm(f"Add {_count(proposals)}?", default=True):
        raise click.exceptions.Exit(1)
    if not dry_run:
        _write(app, proposals)
    _tell(app, proposals, dry_run=dry_run, as_json=as_json)


def _asked(app: App, proposals: list[Proposal], config: Config, wish: Wish) -> list[Proposal]:
    """Let the person at the terminal say yes, no, or which of the feeds."""
    (proposal,) = proposals
    count = len(proposal.found.resolution.candidates)
    others = f", 1-{count} for another feed" if count > 1 else ""
    answer = click.prompt(f"Add it? (y, n{others})", default="y").strip().lower()
    if answer.isdecimal() and 1 <= int(answer) <= count:
        again = discovered(app, [proposal.found.resolution.url], config, choose=int(answer))
        return proposed(again, Followed(config, stored_feeds(app)), wish)
    if answer not in {"y", "yes"}:
        raise click.exceptions.Exit(1)
    return proposals


def _write(app: App, proposals: Sequence[Proposal]) -> None:
    """Add all of them in one step, to the file as it is by now."""
    good = [each for each in proposals if each.good]
    if good:
        file = read_feeds(app, must_exist=False)
        remarks = {each.source.url: remark(each) for each in good if each.source}
        file.write(
            edit.add(file.text, (each.source for each in good if each.source), remarks=remarks)
        )


def _show(proposals: Sequence[Proposal]) -> None:
    """Print what was found of each page: kind, feeds, title and newest entries."""
    out = console()
    for index, proposal in enumerate(proposals):
        if proposal.found.candidate is None:
            continue
        if index:
            out.print()
        for line, style in _lines(proposal.found):
            from rich.text import Text

            text = Text(line, style=style)
            if style != "cyan":
                text.truncate(out.width, overflow="ellipsis")
            out.print(text, soft_wrap=True)


def _lines(found: Discovered) -> Iterator[tuple[str, str]]:
    """Yield (text, style) of each line; addresses are whole, so that they can be copied."""
    yield safe(found.title or found.resolution.url), "bold"
    yield f"  {kind_of(found.resolution)}", "dim"
    for number, each in enumerate(found.resolution.candidates, start=1):
        mark = ">" if each == found.candidate else " "
        name = each.title or each.label
        yield f"{mark} {number}  {f'{safe(name)}: ' if name else ''}{safe(each.feed_url)}", "cyan"
    for entry in found.newest(NEWEST):
        when = str(iso(entry.published))[:10] if entry.published else " " * 10
        title = safe(entry.title or entry.summary) or "(untitled)"
        yield f"     {when}  {title}", ""


def _tell(app: App, proposals: Sequence[Proposal], *, dry_run: bool, as_json: bool) -> None:
    """Say what was done; end with 1 when something was refused."""
    for each in proposals:
        if as_json:
            click.echo(json.dumps(_document(each, dry_run=dry_run), ensure_ascii=False))
        elif each.good and app.verbosity >= 0:
            assert each.source
            verb = "Would add" if dry_run else "Added"
            click.echo(f"{verb} {safe(each.source.url)} to {each.source.category}.")
        if each.warning:
            click.echo(f"Warning: {safe(each.warning)}", err=True)
    refused = [each for each in proposals if each.refused]
    if len(proposals) == 1 and refused and not as_json:
        assert refused[0].refused
        raise refused[0].refused
    if not as_json:
        for each in refused:
            assert each.refused
            hint = f" {safe(each.refused.hint)}" if each.refused.hint else ""
            click.echo(
                f"{safe(each.found.resolution.url)}: {safe(each.refused.message)}{hint}", err=True
            )
    if refused:
        raise click.exceptions.Exit(1)


def _document(proposal: Proposal, *, dry_run: bool) -> dict[str, Any]:
    found, candidate = proposal.found, proposal.found.candidate
    reason = proposal.refused.message if proposal.refused else found.resolution.reason
    return {
        **document(found.resolution),
        "feed_url": candidate.feed_url if candidate else None,
        "category": proposal.source.category if proposal.source else found.resolution.category,
        "reason": reason,
        "hint": proposal.refused.hint if proposal.refused else found.resolution.hint,
        "title": found.title,
        "candidates": [_candidate(each) for each in found.resolution.candidates],
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "published_at": iso(entry.published),
            }
            for entry in found.newest(NEWEST)
        ],
        "added": proposal.good and not dry_run,
    }


def _candidate(candidate: Candidate) -> dict[str, str | None]:
    return {
        "feed_url": candidate.feed_url,
        "title": candidate.title,
        "label": candidate.label,
        "kind": candidate.kind,
    }


def _count(proposals: Sequence[Proposal]) -> str:
    number = sum(each.good for each in proposals)
    return "1 feed" if number == 1 else f"{number} feeds"
