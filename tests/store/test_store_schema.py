"""The schema: its steps, its columns, and what they are said to mean."""

from aggregator.store.describe import DESCRIPTIONS


def tables_of(store):
    """Every table and view that is ours, with the names of its columns."""
    rows = store.conn.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\' "
        "AND name NOT LIKE 'entries\\_fts\\_%' ESCAPE '\\'"
    )
    return {
        name: {row[1] for row in store.conn.execute(f"PRAGMA table_xinfo({name})") if row[6] != 1}
        for (name,) in rows
    }


def test_every_column_is_described(store):
    """Each table, view and column of a fresh file has its sentence, and no sentence is left over."""
    described = {name: set(columns) for name, (_about, columns) in DESCRIPTIONS.items()}

    assert tables_of(store) == described


def test_descriptions_are_sentences():
    """A description ends like a sentence and does not swallow SQL."""
    texts = [
        text for about, columns in DESCRIPTIONS.values() for text in (about, *columns.values())
    ]

    assert [text for text in texts if not text.endswith(".") or "--" in text] == []
