"""`aggregate init` and `aggregate config`: write a feeds.toml, show what is in effect."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.common import App, echo_json, json_option, pass_app, safe
from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.config import Config

HIDDEN = "…"


@click.command()
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@pass_app
def init(app: App, *, force: bool) -> None:
    """Write a feeds.toml that explains itself, with sources of all kinds.

    It is written to the place that --config names, and never over a file that is there already,
    unless --force says so.
    """
    path = app.config_path
    text = resources.files("aggregator.cli").joinpath("data/feeds.toml").read_text("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # "x" makes the file only if nobody else has: there is no moment between look and leap.
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise UsageError(
                f"{path} is there already; it was left as it is.",
                hint="--force replaces it; --config names another place.",
            ) from error
        raise UsageError(f"{path} can't be written: {error.strerror}.") from error
    if app.verbosity >= 0:
        click.echo(f"Wrote {path}. Make it yours, then run `aggregate fetch`.")


@click.command()
@json_option
@pass_app
def config(app: App, *, as_json: bool) -> None:
    """Print the settings that are in effect: the file's and the defaults.

    Passwords and values of headers are never printed, nor are the addresses of the feeds.
    """
    effective = app.config()
    if as_json:
        echo_json(_document(app, effective))
        return
    document = _document(app, effective)
    click.echo(f"# {safe(str(app.config_path))}")
    click.echo(f"# database: {safe(str(app.db))}")
    click.echo(f"# feeds: {len(effective.feeds)}")
    for name, count in document["feeds"].items():
        click.echo(f"#   {name}: {count}")
    _section("aggregator", document["settings"], defaults=_defaults())
    for policy in document["hosts"]:
        _section(f'hosts."{policy.pop("host")}"', policy)
    _section("network", document["network"])
    _section("desk", document["desk"])
    if "mail" in document:
        _section("mail", document["mail"])


def _section(name: str, table: dict[str, Any], defaults: dict[str, Any] | None = None) -> None:
    """Print a table as TOML; a setting that has no value is a remark."""
    click.echo(f"\n[{safe(name)}]")
    for key, value in table.items():
        line = f"{key} = {_toml(value)}" if value is not None else f"# {key} is not set"
        default = defaults is not None and value is not None and defaults[key] == value
        click.echo(f"{line:<32}# default" if default else line)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _defaults() -> dict[str, Any]:
    from dataclasses import asdict

    from aggregator.config import Settings

    return asdict(Settings())


def _document(app: App, effective: Config) -> dict[str, Any]:
    from dataclasses import asdict

    from aggregator.taxonomy import CATEGORY_SLUGS

    counts = Counter(feed.category for feed in effective.feeds)
    return {
        "config": str(app.config_path),
        "db": str(app.db),
        "settings": asdict(effective.settings),
        "feeds": {slug: counts[slug] for slug in CATEGORY_SLUGS if counts[slug]},
        "hosts": [_policy(asdict(policy)) for policy in effective.hosts],
        "network": {"allow": list(effective.network.allow)},
        "desk": {**asdict(effective.desk), "password": HIDDEN if effective.desk.password else None},
        **_mail(effective),
    }


def _mail(effective: Config) -> dict[str, Any]:
    """Return the server for mail, where there is one, without its password."""
    from dataclasses import asdict

    if effective.mail is None:
        return {}
    said = asdict(effective.mail)
    said["from"] = said.pop("sender")
    if said["password"] is not None:
        said["password"] = HIDDEN
    return {"mail": {key: value for key, value in said.items() if value is not None}}


def _policy(policy: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not set, and the values of headers."""
    policy["headers"] = {name: HIDDEN for name, _ in policy["headers"]}
    policy["transient"] = list(policy["transient"])
    return {key: value for key, value in policy.items() if value not in (None, "", [], {})}
