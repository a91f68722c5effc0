"""`aggregate rules`: what the rules of feeds.toml would do, do and did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from aggregator.cli.common import (
    App,
    Group,
    ago,
    echo_json,
    json_option,
    pass_app,
    safe,
    since_option,
)
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.curation import Rule
    from aggregator.judge import Judge
    from aggregator.model import StoredEntry
    from aggregator.store import Store

EXAMPLES = 3

rule_option = click.option("--rule", "name", metavar="NAME", help="Only this rule.")


@click.group("rules", cls=Group)
def rules() -> None:
    """Try, apply and take back the rules of feeds.toml.

    \b
      [[rules]]
      name = "No shorts"
      when = { platform = "youtube", is_short = true }
      then = { hide = true }

    New entries are judged as they come. For those that are stored, `rules test` shows what a rule
    would hit before it is trusted, `rules apply` does it, and `rules undo` takes it back.
    """  # noqa: D301 — click's mark for "do not fold" is a backspace


@rules.command()
@json_option
@pass_app
def ls(app: App, *, as_json: bool) -> None:
    """List the rules, what they do, and how much of it stands."""
    from aggregator.store import effects

    config = app.config()
    with app.open_store() as store:
        standing = effects.standing(store.conn)
    named = {rule.name: _told(rule) for rule in config.judging}
    gone = {name: "not in feeds.toml any more" for name in standing if name not in named}
    if as_json:
        echo_json([_listed(name, told, standing) for name, told in {**named, **gone}.items()])
        return
    for name, told in {**named, **gone}.items():
        done = standing.get(name, Counter())
        click.echo(f"{safe(name)}: {safe(told)}  ({_counted(done) or 'nothing done yet'})")
    if gone:
        click.echo("`aggregate rules undo NAME` takes back what such a rule did.", err=True)
    if not named and not gone:
        click.echo("There are no [[rules]] in feeds.toml.", err=True)


def _listed(name: str, told: str, standing: Mapping[str, Counter[str]]) -> dict[str, object]:
    return {"name": name, "does": told, "effects": dict(standing.get(name, {}))}


def _told(rule: Rule) -> str:
    """Return what a rule does, in the words of feeds.toml."""
    from dataclasses import asdict

    values = {key: value for key, value in asdict(rule.then).items() if value}
    return ", ".join(
        key if value is True else f"{key} {' '.join(value) if isinstance(value, tuple) else value}"
        for key, value in values.items()
    )


def _counted(done: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {effect}" for effect, number in sorted(done.items()))


@rules.command()
@rule_option
@since_option
@click.option(
    "--examples",
    type=click.IntRange(0, 100),
    default=EXAMPLES,
    show_default=True,
    metavar="N",
    help="Show so many of what each would hit.",
)
@json_option
@pass_app
def test(app: App, *, name: str | None, since: int | None, examples: int, as_json: bool) -> None:
    """Show what each rule hits among the stored entries, and change nothing.

    With how many entries it holds for, and the newest of them as examples.
    """
    from aggregator.store import effects

    judge = _judge(app.config(), name)
    hits: dict[str, list[int]] = {rule.name: [] for rule in judge.rules}
    with app.open_store() as store:
        for hit in effects.hits(store.conn, judge, since=since, now=app.now()):
            hits[hit.rule].append(hit.entry_id)
        shown = {each: _entries(store, ids[:examples]) for each, ids in hits.items()}
    if as_json:
        echo_json([_tried(rule, hits[rule.name], shown[rule.name]) for rule in judge.rules])
        return
    for rule in judge.rules:
        number = len(hits[rule.name])
        count = "1 entry" if number == 1 else f"{number} entries"
        click.echo(f"{safe(rule.name)}: {safe(_told(rule))}: {count if number else 'nothing'}")
        for entry in shown[rule.name]:
            when = ago(entry.published_at, now=app.now())
            title = safe(entry.title) or "(untitled)"
            click.echo(f"  {entry.id}  {title}  ({safe(entry.source)}, {when})")


def _entries(store: Store, ids: Sequence[int]) -> list[StoredEntry]:
    return [entry for each in ids if (entry := store.entry(each))]


def _tried(rule: Rule, ids: Sequence[int], examples: Sequence[StoredEntry]) -> dict[str, object]:
    return {
        "name": rule.name,
        "does": _told(rule),
        "hits": len(ids),
        "examples": [
            {"id": each.id, "title": each.title, "source": each.source, "url": each.url}
            for each in examples
        ],
    }


def _judge(config: Config, name: str | None) -> Judge:
    from aggregator.config.problems import suggest
    from aggregator.judge import Judge

    wanted = [rule for rule in config.judging if name in {None, rule.name}]
    if not wanted:
        if name is None:
            raise UsageError(
                "There are no [[rules]] in feeds.toml.",
                hint="The comments in the feeds.toml of `aggregate init` show some.",
            )
        close = suggest(name, [rule.name for rule in config.judging])
        raise UsageError(f"There is no rule {name!r}{close or '.'}", hint="`aggregate rules ls`")
    return Judge(wanted, config.views)


@rules.command()
@rule_option
@since_option
@pass_app
def apply(app: App, *, name: str | None, since: int | None) -> None:
    """Do to the stored entries what the rules say now.

    What a rule did and says no more is taken back; what you did yourself, or undid, stays as it
    is. Applying again changes nothing.
    """
    from aggregator.store import effects

    judge = _judge(app.config(), name)
    with app.open_store() as store:
        applied = effects.apply(store.conn, judge, since=since, now=app.now())
    if app.verbosity < 0:
        return
    for rule in judge.rules:
        done, undone = applied.done[rule.name], applied.undone[rule.name]
        back = f", {undone} taken back" if undone else ""
        click.echo(f"{safe(rule.name)}: {done} done{back}")


@rules.command()
@click.argument("name")
@pass_app
def undo(app: App, *, name: str) -> None:
    """Take back all that a rule did, whether or not it is still in feeds.toml.

    While it is there, new entries are judged by it still, and `rules apply` does all of it again.
    """
    from aggregator.store import effects

    with app.open_store() as store:
        taken = effects.undo(store.conn, name, now=app.now())
        if not taken:
            known = ", ".join(effects.standing(store.conn)) or "none"
            raise UsageError(f"No rule {name!r} did anything.", hint=f"Rules that did: {known}")
    if app.verbosity >= 0:
        click.echo(f"Taken back: {_counted(taken)}.")


@rules.command()
@click.argument("entry_id", metavar="ID", type=click.IntRange(0, 2**63 - 1))
@json_option
@pass_app
def why(app: App, *, entry_id: int, as_json: bool) -> None:
    """Say what rules did to an entry, and when: why it is hidden, starred or tagged."""
    from aggregator.store import effects

    with app.open_store() as store:
        found = effects.reasons(store.conn, entry_id)
    if as_json:
        echo_json([{**each.deed._asdict(), "done_at": each.done_at} for each in found])
        return
    for (_entry, rule, effect, value), done_at in found:
        click.echo(f"{done_at}  {safe(rule)}: {effect} {safe(value)}".rstrip())
    if not found:
        click.echo(f"No rule did anything to {entry_id}.", err=True)
