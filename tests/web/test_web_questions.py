"""Saved queries in Datasette's own pages: what curators ask, for the owner alone."""

import pytest

from aggregator.store.questions import QUESTIONS
from tests.desk import ask, entry, fill, source

OWNER = {"id": "root"}


@pytest.fixture
def db(tmp_path):
    """A database with two entries."""
    fill(tmp_path / "a.db", {source(): [entry(1), entry(2)]})
    return tmp_path / "a.db"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.name)
def test_a_question_is_answered_to_the_owner_alone(db, question):
    """Each runs on a database of ours; others may not ask it."""
    page = ask(db, f"/a/{question.name}", actor=OWNER)
    rows = ask(db, f"/a/{question.name}.json", actor=OWNER)

    assert page.status_code == rows.status_code == 200
    assert rows.json()["ok"]
    assert question.title in page.text
    assert ask(db, f"/a/{question.name}.json").status_code == 403
    assert ask(db, f"/a/{question.name}.json", actor={"id": "bob"}).status_code == 403


def test_what_only_one_source_has_is_found(db):
    """Entries that stand alone are what nobody else covers."""
    rows = ask(db, "/a/only_here.json", actor=OWNER).json()["rows"]

    assert [row["title"] for row in rows] == ["Entry number 1", "Entry number 2"]
