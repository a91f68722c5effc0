"""`aggregate rm`, `edit`, `pause`, `resume` and `mv`: change what feeds.toml says of a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from aggregator.cli.common import CATEGORY, App, pass_app, safe
from aggregator.cli.subscriptions import read_feeds, stored_feeds
from aggregator.config import edit as edits
from aggregator.errors import UsageError
from aggregator.following.feeds_file import FeedsFile
from aggregator.following.followed import Followed, name_of, pick, rules_of
from aggregator.following.keeping import changes_of, edited

feeds_argument = click.argument("words", metavar="FEED...", nargs=-1, required=True)


@click.command()
@feeds_argument
@pass_app
def rm(app: App, words: tuple[str, ...]) -> None:
    """Take feeds out of feeds.toml; their entries stay.

    FEED is an address (of the feed or its page), a number of `aggregate ls`, or text in the title
    or address of exactly one feed. Remarks in feeds.toml stay where they are.
    """
    _change(app, words, "Took out", edits.remove)


@click.command()
@feeds_argument
@pass_app
def pause(app: App, words: tuple[str, ...]) -> None:
    """Keep feeds, but do not look at them until `aggregate resume`.

    FEED is what `aggregate rm` takes.
    """
    _change(app, words, "Paused", edits.pause)


@click.command()
@feeds_argument
@pass_app
def resume(app: App, words: tuple[str, ...]) -> None:
    """Look at paused feeds again.

    FEED is what `aggregate rm` takes.
    """
    _change(app, words, "Resumed", edits.resume)


@click.command()
@click.argument("word", metavar="FEED")
@click.option("--title", metavar="TEXT", help="What to call it; empty: as it calls itself.")
@click.option("--category", type=CATEGORY, metavar="CATEGORY", help="Where to file it.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Its tags; repeat it. Empty: none."
)
@click.option("--every", metavar="TIME", help="Look so often: 6h, 1d; empty: by its rhythm.")
@pass_app
def edit(app: App, /, word: str, tags: tuple[str, ...], **chosen: str | None) -> None:
    """Change title, category, tags or interval of a feed in feeds.toml.

    FEED is what `aggregate rm` takes. What is not named stays as it is, and so does the layout
    of the file.
    """
    given = {**chosen, "tags": [tag for tag in tags if tag.strip()] if tags else None}
    changes = changes_of(given)
    if not changes:
        raise UsageError(
            "There is nothing to change.", hint="Say --title, --category, --tag or --every."
        )
    _change(app, [word], "Changed", lambda text, urls: edited(text, urls, changes))


def _change(
    app: App, words: Iterable[str], done: str, change: Callable[[str, list[str]], str]
) -> None:
    """Find the feeds that are meant, change the text, write it, and say so."""
    file, rows = read_feeds(app), stored_feeds(app)
    sources = pick(file.config, rows, words)
    file.write(change(file.text, [source.url for source in sources]))
    known = {row.url: row for row in rows}
    for source in sources:
        _say(app, f"{done} {name_of(source, known)}.")


def _say(app: App, line: str) -> None:
    if app.verbosity >= 0:
        click.echo(line)


@click.command()
@click.argument("word", metavar="FEED")
@click.argument("new", metavar="ADDRESS")
@pass_app
def mv(app: App, word: str, new: str) -> None:
    """Give a feed another address; its entries and its history stay.

    FEED is what `aggregate rm` takes. ADDRESS may be a page of a platform that is known: then
    its feed is taken. Nothing is asked of the network before the next fetch.
    """
    file, rows = read_feeds(app), stored_feeds(app)
    target = _target(file, new)
    if source := _moved_before(file, rows, word, target):
        old = source
    else:
        old = pick(file.config, rows, [word])[0].url
        if Followed(file.config, rows).under(target) not in {None, old}:
            raise UsageError(
                f"{safe(new)} is followed already.", hint="`aggregate rm` takes one of them out."
            )
        file.write(edits.move(file.text, old, target))
    if app.db.exists():
        with app.open_store() as store:
            store.move(old, target)
    _say(app, "Moved; what was fetched before is kept.")


def _target(file: FeedsFile, new: str) -> str:
    """Return the address to follow; raises UsageError for what is none or can't be followed."""
    from aggregator.config.values import Wrong, url
    from aggregator.find import rewrite
    from aggregator.imports import address

    written = address(new) or new
    found = rewrite(written, rules_of(file.config))
    if found and found.how == "closed":
        raise UsageError(safe(found.reason or "It can't be followed."), hint=found.hint)
    try:
        return str(url((found and found.feed_url) or written))
    except Wrong as error:
        raise UsageError(f"{safe(new)!r} can't be an address: {error}.") from error


def _moved_before(file: FeedsFile, rows: Iterable[Any], word: str, target: str) -> str | None:
    """Return the old address where feeds.toml was changed already, and the database was not."""
    urls = {source.url for source in file.config.feeds}
    stored = {row.url for row in rows}
    return word if word in stored - urls and target in urls - stored else None
