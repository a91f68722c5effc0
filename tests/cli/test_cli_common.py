"""Times in and out, and what strangers may write on the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cli.common import ago, ahead, iso, parse_moment, safe
from aggregator.errors import UsageError

NOW = 1_790_000_000  # 2026-09-21T14:13:20Z


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\x1b[31mb\x1b[0mc", "abc"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;https://evil/\x1b\\b", "ab"),
        ("a\x9b2Jb", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b", "a"),
        ("a\x1b]0;open", "a0;open"),
        ("quoted \x9dlike cp1252", "quoted like cp1252"),
        ("a\u202eb\u2066c\u200ed", "abcd"),
        ("a\x00\x07\x08b\x7f", "ab"),
        ("a\ttab\nline\r\nend\u2028x", "a tab line end x"),
        ("  wide   space ", "wide space"),
        ("👩‍👩‍👧 日本", "👩‍👩‍👧 日本"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_a_strangers_text_cant_command_the_terminal(text, expected):
    """Escape sequences, controls and reordering marks go; letters of any script stay."""
    assert safe(text) == expected


def test_lines_may_be_kept():
    """A text of several lines keeps its lines, without trailing space."""
    assert safe("one \r\n\ttwo\x1b[2J\u2028three", lines=True) == "one\n    two\nthree"


@given(st.text(), st.booleans())
def test_nothing_left_is_a_control(text, lines):
    """Whatever goes in, no control character but the line break comes out, and twice is as once."""
    cleaned = safe(text, lines=lines)

    assert not [c for c in cleaned if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert lines or "\n" not in cleaned
    assert safe(cleaned, lines=lines) == cleaned


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3 * 3600, "3 h ago"),
        (47 * 3600, "1 d ago"),
        (6 * 86_400, "6 d ago"),
        (7 * 86_400, "2026-09-14"),
        (-30, "just now"),
        (-7200, "in 2 h"),
    ],
)
def test_the_past_is_told_in_words(seconds, expected):
    """Times of the last week are told as an age, older ones as a date."""
    assert ago(NOW - seconds, now=NOW) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "now"),
        (59, "now"),
        (90, "in 1 min"),
        (86_400, "in 1 d"),
        (8 * 86_400, "on 2026-09-29"),
    ],
)
def test_the_future_is_told_in_words(seconds, expected):
    """What is due is "now", what is not is told as a wait or a date."""
    assert ahead(NOW + seconds, now=NOW) == expected


def test_what_never_happened_is_never():
    """A time that is missing is told, and is null in JSON."""
    assert ago(None, now=NOW) == "never"
    assert iso(None) is None
    assert iso(NOW) == "2026-09-21T14:13:20Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36h", NOW - 36 * 3600),
        (" 7D ", NOW - 7 * 86_400),
        ("2 w", NOW - 14 * 86_400),
        ("90min", NOW - 5400),
        ("90m", NOW - 5400),
        ("1y", NOW - 31_557_600),
        ("2026-09-21", 1_789_948_800),
        ("2026-09-21T14:13:20", NOW),
        ("2026-09-21T14:13:20Z", NOW),
        ("2026-09-21 16:13:20+02:00", NOW),
    ],
)
def test_a_time_is_an_age_or_a_date(text, expected):
    """People write how long ago, or an ISO date; without a zone it is UTC."""
    assert parse_moment(text, now=NOW) == expected


@pytest.mark.parametrize("text", ["", "soon", "7", "2026-13-01", "0000-01-01", "99999999d"])
def test_anything_else_is_no_time(text):
    """What is neither is refused with a hint."""
    with pytest.raises(UsageError, match="is no time"):
        parse_moment(text, now=NOW)
