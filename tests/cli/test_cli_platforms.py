"""`aggregate platforms` and docs/platforms.md: every platform and how it is followed."""

import json
from pathlib import Path

import pytest

from aggregator.cli.platforms import WAYS, coverage, page
from aggregator.taxonomy import CATEGORY_SLUGS, PLATFORMS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_up_to_date():
    """docs/platforms.md is what `python -m aggregator.cli.platforms` prints."""
    assert (DOCS / "platforms.md").read_text("utf-8") == page()


def test_every_platform_has_its_row():
    """A platform is followed in one way at least, has an example, and closed ones say why."""
    rows = {each.platform: each for each in coverage()}

    assert list(rows) == [each.slug for each in PLATFORMS]
    assert {way for each in rows.values() for way in each.ways} == {way for way, _ in WAYS}
    assert all(each.example.startswith("http") for each in rows.values())
    assert all(each.reason for each in rows.values() if each.ways == ("closed",))
    assert {each.category for each in rows.values()} == set(CATEGORY_SLUGS)


# The systems that the article behind this project names.
@pytest.mark.parametrize(
    ("platform", "ways"),
    [
        ("linkedin", {"bridge"}),
        ("viadeo", {"closed"}),
        ("facebook", {"bridge"}),
        ("twitter", {"bridge"}),
        ("wordpress", {"feed"}),
        ("tumblr", {"feed"}),
        ("yammer", {"token"}),
        ("wikipedia", {"feed"}),
        ("phpbb", {"feed"}),
        ("skype", {"closed"}),
        ("youtube", {"feed"}),
        ("vimeo", {"feed"}),
        ("pexels", {"token"}),
        ("pixabay", {"token"}),
        ("deezer", {"JSON"}),
        ("spotify", {"bridge"}),
        ("flipboard", {"feed"}),
        ("social-share", {"page"}),
        ("steam", {"feed", "JSON"}),
    ],
)
def test_the_systems_of_the_article(platform, ways):
    """Each of them is there, followed in the way that its rules say."""
    (row,) = (each for each in coverage() if each.platform == platform)

    assert ways <= set(row.ways)


def test_the_table_fits_a_terminal(aggregate):
    """80 columns, a line each, of one category where that is asked for."""
    lines = aggregate("platforms").output.splitlines()
    music = aggregate("platforms", "--category", "music").output.splitlines()

    assert len(lines) == len(PLATFORMS)
    assert max(map(len, lines)) <= 80
    assert len(music) == sum(each.category == "music" for each in PLATFORMS)
    assert any(line.startswith("Deezer ") and " JSON " in line for line in music)


def test_the_table_for_programs(aggregate):
    """--json is an array of objects."""
    told = json.loads(aggregate("platforms", "--json", "--category", "messaging").stdout)
    skype = next(each for each in told if each["platform"] == "skype")

    assert skype["ways"] == ["closed"]
    assert "2025-05-05" in skype["reason"]
