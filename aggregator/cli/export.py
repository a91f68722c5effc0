"""`aggregate export`: entries and lists as documents, feeds and posts, to stdout or into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli import leaving, posting, subjects, wishes
from aggregator.cli.common import App, pass_app, safe, selection_options
from aggregator.cli.subjects import Subject
from aggregator.cli.viewing import config_of
from aggregator.cli.wishes import TEXT, Asked, checked
from aggregator.errors import UsageError
from aggregator.export import Channel, ExportOptions, format_named
from aggregator.export import export as write
from aggregator.export import safe as clean
from aggregator.following.files import replace_file
from aggregator.model import FeedRow, Selection
from aggregator.store import Store, ledger
from aggregator.store.ledger import Journey, Taken

if TYPE_CHECKING:
    from aggregator.compose import Post
    from aggregator.config import Config
    from aggregator.curation import Item


class Export(click.Command):
    """`export site DIR` is a command of its own; everything else is this one."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name what is a command of its own, for the reference."""
        return ["site"]

    def get_command(self, _ctx: click.Context, _name: str) -> click.Command:
        """Import that command."""
        from aggregator.cli.site import site

        command: click.Command = site
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Hand over to the command that is meant."""
        if args[:1] == ["site"]:
            site = self.get_command(parent or click.Context(self), "site")
            return site.make_context(f"{info_name} site", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=Export, epilog=wishes.EPILOG)
@click.argument("slug", metavar="[LIST|VIEW]", required=False)
@click.option(
    "--format",
    "name",
    type=wishes.FORMAT,
    metavar="FORMAT",
    help="How to write them.",
)
@selection_options
@posting.options
@wishes.options
@pass_app
def export(
    app: App, /, *, slug: str | None, name: str | None, selection: Selection, **options: Any
) -> None:
    """Write a list, a view or entries as a document, a feed or posts.

    \b
      aggregate export --format markdown --category video --since 7d
      aggregate export --format atom --search climate -o climate.atom
      aggregate export week --format newsletter -o week.html
      aggregate export week --for mastodon --preview
      aggregate export news --for x --since-last --to my-account
      aggregate export --format opml > feeds.opml
      aggregate export site public/

    With -o or --to it is written down in the ledger (`aggregate exports`). --since-last leaves
    out what went to the same file or TARGET before, also as a copy of the same story; the first
    time it takes ten. OPML lists feeds, if no list is named; addresses that hold a password or a
    token are left out, unless --with-secrets asks for them.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace
    asked = checked(name, selection, options)
    with app.open_store() as store:
        config = config_of(app)
        subject = subjects.find(app, store, slug, selection)
        if asked.format == "opml" and subject.shown is None:
            _feeds_as_opml(app, store, config, subject, asked)
        elif asked.preview:
            _preview(app, store, subject, asked)
        else:
            _export(app, store, config, subject, asked)


def _export(app: App, store: Store, config: Config, subject: Subject, asked: Asked) -> None:
    """Write what is chosen; the ledger knows of it before, and what came of it after."""
    from aggregator.compose import written

    taken = _taken(app, store, subject, asked)
    with leaving.settled(store, taken, now=app.now()):
        if not taken.items and asked.since_last:
            leaving.tell(app, taken, asked.target or "")
            return
        items, posts = _posts(store, taken, subject, asked)
        if asked.format == TEXT:
            text = written(posts)
        else:
            head = channel_of(app, config, subject, items, title=asked.wishes["title"])
            wished = _options(asked, len(items), posts, now=app.now())
            text = write(asked.format, replace(head, options=wished), items)
        put(text, asked.output)
    if asked.since_last:
        leaving.tell(app, taken, asked.target or "")
    if app.verbosity >= 0:
        _tell(len(items), "entry", asked)


def _taken(app: App, store: Store, subject: Subject, asked: Asked) -> Taken:
    """Return what goes, begun in the ledger where it has a target."""
    if asked.target is None:
        return Taken(items=tuple(_limited(subject, store, asked)))
    journey = _journey(subject, asked)
    if not asked.since_last:
        items = _limited(subject, store, asked)
        if asked.wishes["to"]:
            leaving.warn_of_repeats(app, store, asked.target, items)
        return leaving.begin(store, journey, items, now=app.now())
    leaving.warn_of_unfinished(app, store, asked.target)
    return leaving.take(store, journey, subject, limit=asked.limit, now=app.now())


def _journey(subject: Subject, asked: Asked) -> Journey:
    name = f"{asked.format} for {asked.wish.network}" if asked.wish.network else asked.format
    return Journey(subject=subject.name, format=name, target=asked.target or "", news=subject.news)


def _limited(subject: Subject, store: Store, asked: Asked) -> list[Item]:
    return subject.items(store)[: asked.limit]


def _posts(
    store: Store, taken: Taken, subject: Subject, asked: Asked
) -> tuple[Sequence[Item], Sequence[Post]]:
    """Return the items that go, and their posts where a network was named.

    What can't be made to fit is told, and does not count as gone.
    """
    if asked.wish.network is None:
        return taken.items, ()
    made = posting.made(taken.items, asked.wish, campaign=subject.title or "")
    good, bad = posting.fitting(made, thread=asked.wish.thread)
    posting.tell(good, bad)
    out = {id(item) for post in bad for item in post.items}
    if bad and not good:
        raise UsageError("None of it can be posted so; nothing was written.")
    if taken.export_id is not None:
        gone = [place for place, item in enumerate(taken.items, 1) if id(item) in out]
        ledger.leave_out(store.conn, taken.export_id, gone)
    return [item for item in taken.items if id(item) not in out], good


def _options(asked: Asked, count: int, posts: Sequence[Post], *, now: int) -> ExportOptions:
    """Return what was wished for of the format."""
    said = asked.wishes
    return ExportOptions(
        front_matter=said["front_matter"],
        utm="" if posts else asked.wish.utm,
        times=posting.times(
            max(count, len(posts)),
            start=said["start"],
            every=said["every"],
            zone=said["zone"],
            now=now,
        ),
        zone=posting.zone_of(said["zone"]),
        texts=tuple(post.text for post in posts),
        sender=said["sender"],
        recipients=said["recipient"],
        subject=said["subject"],
    )


def channel_of(
    app: App,
    config: Config,
    subject: Subject,
    items: Sequence[Item] = (),
    *,
    feeds: Sequence[FeedRow] = (),
    title: str | None = None,
) -> Channel:
    """Return the head; its time is that of the newest change, so that no news change no file."""
    times = [item.updated_at or item.published_at for item in items]
    times += [feed.changed_at for feed in feeds if feed.changed_at is not None]
    shown, base = subject.shown, config.settings.base_url
    if base and subject.page:
        base = f"{base.rstrip('/')}/{subject.page}"
    if shown is not None:
        base = base if subject.page else None
        times = [shown.updated_at]
    return Channel(
        title=title or subject.title or config.settings.title or "Aggregator",
        updated=max(times, default=app.now()),
        url=base,
        description=shown.description if shown else "",
        language=shown.language if shown else None,
        feeds=feeds,
    )


def put(text: str, output: Path | None) -> None:
    """Write to stdout, or replace a file."""
    if output is None or str(output) == "-":
        click.echo(text.encode(), nl=False)
    else:
        replace_file(output, text.encode())


def _preview(app: App, store: Store, subject: Subject, asked: Asked) -> None:
    """Show the posts as they would be, and write nothing down."""
    from aggregator.cli.preview import preview

    taken = _taken(app, store, subject, asked)
    if taken.export_id is not None:
        ledger.cancel(store.conn, taken.export_id, now=app.now())
    if not taken.items:
        click.echo("Nothing new to show." if asked.since_last else "Nothing found.", err=True)
        return
    preview(posting.made(taken.items, asked.wish, campaign=subject.title or ""))


def _feeds_as_opml(app: App, store: Store, config: Config, subject: Subject, asked: Asked) -> None:
    """Write the feeds that are followed and meant."""
    if asked.since_last:
        raise UsageError("OPML lists feeds: there is nothing that they could continue.")
    assert subject.selection is not None
    feeds, secrets = _feeds(store, subject.selection), asked.wishes["with_secrets"]
    channel = channel_of(app, config, subject, feeds=feeds, title=asked.wishes["title"])
    text = write("opml", replace(channel, secrets=secrets), [])
    journey = Journey(subject="feeds", format="opml", target=asked.target or "")
    taken = leaving.begin(store, journey, [], now=app.now()) if asked.target else Taken(items=())
    with leaving.settled(store, taken, now=app.now()):
        put(text, asked.output)
    if app.verbosity >= 0:
        _tell(len(feeds), "feed", asked)
        _tell_of_secrets(feeds, secrets=secrets)


def _feeds(store: Store, selection: Selection) -> list[FeedRow]:
    """Return the feeds that are followed and meant; a number means the feed that has it."""
    rows = store.feeds(category=selection.category)
    if selection.feed is not None:
        wanted = store.feeds(category=selection.category, only=selection.feed)
        ids = {int(selection.feed)} if selection.feed.isdecimal() else {row.id for row in wanted}
        rows = [row for row in rows if row.id in ids]
    return [row for row in rows if row.state != "unsubscribed"]


def _tell(number: int, noun: str, asked: Asked) -> None:
    """Say on stderr what the export itself does not show."""
    most = None if asked.format == TEXT else format_named(asked.format).most
    if most is not None and number > most:
        click.echo(f"{asked.format} takes {most} at once; --limit {most} writes as many.", err=True)
    if not number:
        click.echo("Nothing found.", err=True)
    elif asked.output is not None:
        many = {"feed": "feeds", "entry": "entries"}[noun]
        click.echo(
            f"Wrote {number} {noun if number == 1 else many} to {safe(str(asked.output))}.",
            err=True,
        )


def _tell_of_secrets(feeds: Sequence[FeedRow], *, secrets: bool) -> None:
    hidden = sum(not clean.feed(feed, secrets=secrets).feed_url for feed in feeds)
    if hidden:
        whose = "a feed was" if hidden == 1 else f"{hidden} feeds were"
        click.echo(f"The private address of {whose} left out; see --with-secrets.", err=True)
