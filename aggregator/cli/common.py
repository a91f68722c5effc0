"""What the commands share: the App they are handed, times in and out, the selection's options.

Light on purpose: this is imported before the first letter of `--help` is printed.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aggregator.errors import ConfigError, UsageError
from aggregator.plain import safe as safe  # noqa: PLC0414 — all commands look for it here

if TYPE_CHECKING:
    from rich.console import Console

    from aggregator.config import Config
    from aggregator.model import Selection
    from aggregator.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What every command is handed. `verbosity` is -1 quiet, 0 usual, 1 verbose."""

    db: Path
    config_path: Path
    now: Callable[[], int]
    verbosity: int = 0

    def config(self) -> Config:
        """Read and check feeds.toml; raises ConfigError."""
        import os

        from aggregator.config import parse_config

        return parse_config(self._text(), environ=os.environ, name=str(self.config_path))

    def _text(self) -> str:
        try:
            return self.config_path.read_text("utf-8")
        except FileNotFoundError as error:
            raise ConfigError(
                (f"{self.config_path}: there is no such file",),
                hint="`aggregate init` writes one; --config names another.",
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ConfigError((f"{self.config_path}: can't be read: {reason}",)) from error

    def open_store(self, *, create: bool = False) -> Store:
        """Open the database; raises StoreError where there is none, unless it may be made."""
        from aggregator.store import open_store

        return open_store(self.db, create=create, now=self.now())


pass_app = click.make_pass_decorator(App)


class Group(click.Group):
    """A command with commands of its own, told in the order in which they are written."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names, as they were added."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which command was probably meant, where there is none of that name."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            close = get_close_matches(name, self.commands, n=1)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"There is no {ctx.command_path} {safe(name)!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)


def clock(moment: int | None = None) -> Callable[[], int]:
    """Return the clock of a command: the system's, or one that stands still at `moment`."""
    return (lambda: int(time.time())) if moment is None else (lambda: moment)


def console(*, stderr: bool = False) -> Console:
    """Return where tables and texts are printed: colour on a terminal only, NO_COLOR honoured."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def echo_json(value: Any) -> None:
    """Print a value as JSON, readable by people too."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def iso(moment: int | None) -> str | None:
    """Return a time as `YYYY-MM-DDTHH:MM:SSZ`, as the database and every JSON output has it."""
    if moment is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


WEEK = 604_800


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def ago(moment: int | None, *, now: int) -> str:
    """Return how long ago a time was, "3 h ago"; its date when it is a week or more."""
    if moment is None:
        return "never"
    if moment > now + 59:
        return ahead(moment, now=now)
    if now - moment < 60:
        return "just now"
    return f"{_span(now - moment)} ago" if now - moment < WEEK else str(iso(moment))[:10]


def ahead(moment: int, *, now: int) -> str:
    """Return when a time will be, "in 20 min"; its date when it is a week or more."""
    if moment - now < 60:
        return "now"
    return f"in {_span(moment - now)}" if moment - now < WEEK else f"on {str(iso(moment))[:10]}"


_PAST = re.compile(r"(\d{1,5})\s*(m|min|h|d|w|y)")
_SECONDS = {"m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_557_600}


def parse_moment(text: str, *, now: int) -> int:
    """Return the time that a person means: "36h" or "7d" ago, or an ISO date or date and time.

    A date is its midnight, and a time without zone is meant in UTC. Raises UsageError.
    """
    word = text.strip().lower()
    if match := _PAST.fullmatch(word):
        return now - int(match[1]) * _SECONDS[match[2]]
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text.strip())
        return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{safe(text)!r} is no time.",
            hint='Write "36h", "7d", "2w" for so long ago, or a date such as 2026-01-31.',
        ) from error


def interval(text: str, option: str) -> int:
    """Return an interval in seconds, as feeds.toml takes it: 15m, 6h, 1d; raises UsageError."""
    from aggregator.config.values import SHORTEST, Wrong, seconds

    try:
        return int(seconds(SHORTEST)(text))
    except Wrong as error:
        raise UsageError(f"{option}: {error}.") from error


class When(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A time as an option: see `parse_moment`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return epoch seconds; the present is the App's."""
        app = ctx.find_object(App) if ctx else None
        try:
            return parse_moment(value, now=app.now() if app else clock()())
        except UsageError as error:
            self.fail(f"{error.message} {error.hint}", param, ctx)


class CategoryType(click.ParamType):  # type: ignore[type-arg]
    """One of the twelve categories, with a guess at what a typing error meant."""

    name = "category"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the slug."""
        from aggregator.config.problems import suggest
        from aggregator.taxonomy import CATEGORY_SLUGS

        slug = str(value).strip().lower()
        if slug not in CATEGORY_SLUGS:
            others = suggest(slug, CATEGORY_SLUGS) or f"; there are {', '.join(CATEGORY_SLUGS)}"
            self.fail(f"{safe(str(value))!r} is no category{others}", param, ctx)
        return slug

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Complete a slug, with its name beside it."""
        from click.shell_completion import CompletionItem

        from aggregator.taxonomy import CATEGORIES

        return [
            CompletionItem(each.slug, help=each.name)
            for each in CATEGORIES
            if each.slug.startswith(incomplete.lower())
        ]


CATEGORY = CategoryType()
WHEN = When()

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
category_option = click.option(
    "--category", type=CATEGORY, metavar="CATEGORY", help="Only this category."
)
feed_option = click.option(
    "--feed", metavar="TEXT", help="Only feeds with this in id, title or address."
)
tag_option = click.option("--tag", metavar="TAG", help="Only with this tag.")
since_option = click.option(
    "--since", type=WHEN, metavar="TIME", help="Published since: 36h, 7d, 2w or a date."
)
until_option = click.option(
    "--until", type=WHEN, metavar="TIME", help="Published before this time."
)


def limit_option(default: int) -> Callable[[Command], Command]:
    """Make the option that says how many entries at most."""
    return click.option(
        "--limit",
        type=click.IntRange(1, 100_000),
        default=default,
        show_default=True,
        metavar="N",
        help="At most so many.",
    )


view_option = click.option(
    "--view", metavar="NAME", help="Only what this view selects; other options go before its own."
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a selection; it is handed the `Selection` as `selection`."""
    command = _selected(command)
    for option in reversed(_SELECTION):
        command = option(command)
    return command


_SELECTION: tuple[Callable[[Any], Any], ...] = (
    view_option,
    category_option,
    click.option("--platform", metavar="PLATFORM", help="Only this platform: reddit, youtube …"),
    feed_option,
    tag_option,
    click.option("--author", metavar="WORDS", help="Only by who has these words in the name."),
    click.option("--language", metavar="CODE", help="Only in this language: en, de …"),
    click.option(
        "--media",
        type=click.Choice(["audio", "video", "image", "file", "none"]),
        help="Only with this kind of media.",
    ),
    click.option("--unread", is_flag=True, help="Only what is unread."),
    click.option("--starred", is_flag=True, help="Only what is starred."),
    click.option("--min-score", type=int, metavar="N", help="Only what rules gave so much."),
    click.option("--search", metavar="WORDS", help="Only what `aggregate search` finds."),
    since_option,
    until_option,
    limit_option(50),
    click.option(
        "--max-per-feed", type=click.IntRange(1), metavar="N", help="At most so many of a feed."
    ),
    click.option(
        "--sort",
        type=click.Choice(["newest", "oldest", "score", "sources"]),
        default="newest",
        show_default=True,
        help="What comes first.",
    ),
)


_CHOSEN = (
    *("category", "platform", "feed", "tag", "author", "language", "media", "unread", "starred"),
    *("min_score", "search", "since", "until", "limit", "max_per_feed", "sort"),
)


def of_view(slug: str, chosen: Selection) -> Selection:
    """Return what a view selects, narrowed by the options of the command that runs."""
    from aggregator.cli.viewing import narrowed

    app = click.get_current_context().find_object(App)
    assert app is not None
    return narrowed(app, slug, chosen)


def _selected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Collect the options of a selection into one argument."""

    @wraps(command)
    def collect(*args: Any, **options: Any) -> Any:
        chosen = make_selection(**{name: options.pop(name) for name in _CHOSEN})
        if (slug := options.pop("view")) is not None:
            chosen = of_view(slug, chosen)
        return command(*args, selection=chosen, **options)

    return collect


def make_selection(**chosen: Any) -> Selection:
    """Make a Selection of what was chosen; raises UsageError where it is empty by its own words."""
    from aggregator.model import Selection

    since, until = chosen.get("since"), chosen.get("until")
    if since is not None and until is not None and since >= until:
        raise UsageError("--since is not before --until: nothing can lie between.")
    return Selection(**chosen)


def on_terminal(*, stderr: bool = False) -> bool:
    """Say whether a person sees what is printed."""
    return (sys.stderr if stderr else sys.stdout).isatty()
