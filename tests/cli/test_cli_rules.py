"""`aggregate rules` and `aggregate view`: tried, applied, taken back; saved, used, forgotten."""

import json
import re

import pytest

RULES = """
[[rules]]
name = "Rain"
when = { text = "rain" }
then = { hide = true, tag = "wet" }

[[rules]]
name = "Never"
when = { title = "nothing has this" }
then = { star = true, score = 2 }

[[views]]
slug = "rainy"
title = "Rainy days"
search = "rain"
limit = 5
"""


@pytest.fixture
def desk(aggregate, db, tmp_path):
    """Run `aggregate` on the small desk, with rules and a view."""
    (tmp_path / "feeds.toml").write_text(RULES, "utf-8")

    def run(*args, code=0):
        result = aggregate("--db", db, *args)

        assert result.exit_code == code, result.output
        return result

    return run


def test_rules_are_tried_before_they_are_trusted(desk):
    """`rules test` counts what each rule hits and shows examples; nothing is changed."""
    out = desk("rules", "test", "--examples", "1").stdout

    assert re.sub(r"\d{10,}", "ID", out).splitlines() == [
        "Rain: hide, tag wet: 2 entries",
        "  ID  A quiet climate report  (Example, 2 h ago)",
        "Never: star, score 2: nothing",
    ]
    assert "nothing done yet" in desk("rules", "ls").stdout


def test_one_rule_is_tried_as_json(desk):
    """--rule chooses one, --since leaves older entries alone, --json has ids."""
    (found,) = json.loads(desk("rules", "test", "--rule", "Rain", "--since", "1d", "--json").stdout)

    assert (found["name"], found["does"], found["hits"]) == ("Rain", "hide, tag wet", 1)
    assert found["examples"][0]["title"] == "A quiet climate report"


def test_rules_are_applied_and_taken_back(desk):
    """What was applied is listed, explained and undone."""
    before = desk("search", "rain").stdout
    found = json.loads(desk("search", "rain", "--json").stdout)
    done = desk("rules", "apply").stdout

    assert done == "Rain: 6 done\nNever: 0 done\n"
    assert desk("search", "rain").stderr == "Nothing found.\n"
    assert "Rain: hide, tag wet  (2 hide, 2 mark_read, 2 tag)" in desk("rules", "ls").stdout
    why = desk("rules", "why", found[0]["id"]).stdout
    assert "Rain: hide\n" in why
    assert "Rain: tag wet\n" in why
    assert len(json.loads(desk("rules", "why", found[0]["id"], "--json").stdout)) == 3
    assert desk("rules", "undo", "Rain").stdout == "Taken back: 2 hide, 2 mark_read, 2 tag.\n"
    assert desk("search", "rain").stdout == before
    assert "did anything" in desk("rules", "why", found[0]["id"]).stderr


def test_a_rule_that_left_the_file_is_still_undone(desk, tmp_path):
    """What a rule did stays listed after it was taken out of feeds.toml."""
    desk("rules", "apply", "--rule", "Rain")
    (tmp_path / "feeds.toml").write_text("", "utf-8")

    assert "Rain: not in feeds.toml any more" in desk("rules", "ls").stdout
    assert json.loads(desk("rules", "ls", "--json").stdout)[0]["effects"]["hide"] == 2
    assert desk("-q", "rules", "undo", "Rain").stdout == ""
    assert desk("rules", "ls").stderr == "There are no [[rules]] in feeds.toml.\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("rules", "test", "--rule", "rain"), "There is no rule 'rain', did you mean 'Rain'?"),
        (("rules", "undo", "Rain"), "No rule 'Rain' did anything."),
        (("view", "show", "rany"), "There is no view 'rany', did you mean 'rainy'?"),
        (("view", "save", "rainy"), "feeds.toml has a view 'rainy'."),
        (("view", "rm", "rainy"), "There is no saved view 'rainy'."),
        (("view", "save", "Not a slug"), "is no short name"),
        (("view", "save", "x", "--category", "video", "--categories", "2"), "there is only one"),
        (("show", "--latest", "1", "--view", "other"), "There is no view 'other'."),
    ],
)
def test_what_is_not_there_is_told(desk, args, message):
    """A wrong name or an impossible view is a question's mistake, with a hint."""
    assert message in desk(*args, code=2).stderr


def test_without_rules_there_is_nothing_to_try(desk, tmp_path):
    """A file without rules is told so."""
    (tmp_path / "feeds.toml").write_text("", "utf-8")

    assert "no [[rules]]" in desk("rules", "test", code=2).stderr


def test_views_are_saved_used_and_forgotten(desk):
    """A saved view is listed after those of the file, shown as TOML, and goes when told."""
    saved = desk(
        *("view", "save", "wet", "--title", "Wet", "--search", "rain", "--within", "2d"),
        *("--max-per-feed", "3", "--per-category", "2", "--sort", "oldest"),
    )

    assert saved.stdout == "Saved the view wet: 1 entry now.\n"
    assert desk("view", "ls").stdout.splitlines() == [
        "rainy  Rainy days  (feeds.toml)",
        "wet  Wet  (saved)",
    ]
    assert [each["saved"] for each in json.loads(desk("view", "ls", "--json").stdout)] == [
        False,
        True,
    ]
    assert desk("view", "show", "wet").stdout.splitlines()[:8] == [
        "[[views]]",
        'slug = "wet"',
        'title = "Wet"',
        'search = "rain"',
        "within = 172800",
        'sort = "oldest"',
        "mix = { per_feed = 3, per_category = 2 }",
        "",
    ]
    assert len(json.loads(desk("view", "show", "wet", "--json").stdout)["entries"]) == 1
    assert desk("view", "rm", "wet").stdout == "Forgot the view wet.\n"
    assert "wet" not in desk("view", "ls").stdout


def test_a_view_chooses_wherever_options_do(desk):
    """--view works in show, search and export; other options go before its own."""
    titles = ["A quiet climate report", "Climate podcast"]

    def shown(*args):
        return [each["title"] for each in json.loads(desk(*args).stdout)]

    assert shown("show", "--latest", "9", "--view", "rainy", "--json") == titles
    assert shown("show", "--latest", "1", "--view", "rainy", "--json") == titles[:1]
    assert shown("search", "podcast", "--view", "rainy", "--json") == titles[1:]
    exported = desk("export", "--format", "json", "--view", "rainy", "--limit", "1").stdout
    assert titles[0] in exported
    assert titles[1] not in exported


def test_no_views_are_told(desk, tmp_path):
    """Where there are none, the command that makes one is named."""
    (tmp_path / "feeds.toml").unlink()

    assert desk("view", "ls").stderr == "No views yet: `aggregate view save`.\n"
