"""docs/security.md: every promise names tests, and they are there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PAGE = (TESTS.parent / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)(?:::(test_\w+))?`", PAGE)) - {("", "")})


def rows(section):
    """The rows of a section's table, without its head."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")][2:]


SECTIONS = (
    "Network",
    "Documents",
    "Content",
    "The desk",
    "Datasette",
    "Our own side",
    "Configuration and input",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_threat_has_a_promise_and_a_test(section):
    """A row without a test would be a wish."""
    for threat, promise, tests in rows(section):
        assert threat.strip()
        assert promise.strip()
        assert re.search(r"`[\w/]+\.py", tests), threat


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_is_named_is_there(file, name):
    """Whoever renames a test tells the page."""
    path = TESTS / file.removeprefix("tests/")

    assert path.exists()
    assert not name or f"def {name}(" in path.read_text("utf-8")


def test_every_hostile_test_belongs_to_a_promise():
    """What is proved is promised."""
    written = {
        name
        for path in TESTS.glob("hostile/test_hostile_[cdilntw]*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }

    assert written - {name for _, name in NAMED} == set()
