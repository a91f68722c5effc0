"""docs/cli.md, which is made from the commands."""

from pathlib import Path

from aggregator.cli import COMMANDS
from aggregator.cli.reference import reference

DOCS = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def test_the_reference_is_up_to_date():
    """docs/cli.md is what `python -m aggregator.cli.reference` prints."""
    assert DOCS.read_text("utf-8") == reference()


def test_every_command_is_in_it():
    """Each command has its section, and completion is explained for three shells."""
    text = DOCS.read_text("utf-8")

    assert all(f"\n## aggregate {name}\n" in text for name in COMMANDS)
    assert all(f"_AGGREGATE_COMPLETE={shell}_source" in text for shell in ("bash", "zsh", "fish"))


def test_commands_of_commands_are_in_it():
    """A group's own commands follow it, under smaller headings."""
    import click

    from aggregator.cli import cli

    root = click.Context(cli, info_name="aggregate")
    text = DOCS.read_text("utf-8")
    inner = [
        f"\n### aggregate {name} {each}\n"
        for name in COMMANDS
        if isinstance(group := cli.get_command(root, name), click.Group)
        for each in group.list_commands(root)
    ]

    assert [heading for heading in inner if heading not in text] == []
