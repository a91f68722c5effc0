"""Statistics: charts drawn by the server from counters."""

import sqlite3
import time
from datetime import UTC, date, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from aggregator.web import charts
from tests.desk import ask, entry, fill, source

OWNER = {"id": "root"}


def test_everybody_sees_what_came_and_the_owner_what_was_picked(tmp_path):
    """The charts are public; what was curated is the owner's."""
    path = tmp_path / "a.db"
    now = int(time.time())
    first = fill(path, {source(): [entry(1), entry(2)]}, now=now)[0]
    with sqlite3.connect(path) as conn:
        conn.execute("INSERT INTO stars VALUES (?, '2999-01-01T00:00:00Z')", (first,))
    conn.close()
    public, own = ask(path, "/-/stats"), ask(path, "/-/stats?days=30", actor=OWNER)

    assert public.status_code == own.status_code == 200
    assert "Entries a day" in public.text
    assert "picked" not in public.text
    assert "What you picked" in own.text
    assert "100.0 %" in own.text
    assert " style=" not in own.text


def test_an_empty_desk_has_nothing_to_count(tmp_path):
    """Without entries there is no chart."""
    fill(tmp_path / "a.db", {})

    assert "Nothing to count yet" in ask(tmp_path / "a.db", "/-/stats?days=odd").text


def test_a_column_is_as_high_as_its_day():
    """Boxes of a day stand on each other, the last day at the right."""
    last = date(2026, 11, 23)
    made = charts.columns(
        [("2026-11-23", "blogs", 30), ("2026-11-23", "video", 10)],
        ("blogs", "video"),
        last=last,
        days=30,
    )
    blogs, video = made.columns[-1].boxes

    assert made.columns[-1].day == last
    assert made.columns[-1].total == 40
    assert blogs.height == 3 * video.height
    assert round(video.y + video.height, 1) == round(blogs.y, 1)
    assert charts.paths(made)["blogs"].startswith(f"M{blogs.x} {blogs.y}h")


@given(st.integers(0, 10**9))
def test_the_axis_ends_above_the_highest_column(most):
    """The top is at least the largest number, and not far above."""
    top = charts.ceiling(most)

    assert most <= top <= max(4, 2.6 * most)


def test_hours_are_those_of_the_reader():
    """A Sunday evening in UTC may be a Monday elsewhere."""
    sunday = 1795392000 - 3600  # 2026-11-22T23:00:00Z

    assert charts.rhythm([(sunday, 2)], UTC)[6][23] == 2
    assert charts.rhythm([(sunday, 2)], timezone(timedelta(hours=2)))[0][1] == 2


def test_the_busiest_hour_is_the_deepest():
    """Depth is from nothing to one."""
    week = [[0] * 24 for _ in range(7)]
    week[2][5] = 8
    cells = charts.cells(week)

    assert len(cells) == 168
    assert [cell for cell in cells if cell.depth] == [charts.Cell(2, 5, 8, 1.0)]


def test_a_share_of_nothing_is_nothing():
    """No division by zero where nothing was picked."""
    assert charts.share(0, 0) == 0
    assert charts.share(1, 3) == 33.3
