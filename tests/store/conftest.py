"""A store on a real file, and the few words in which the tests speak of entries and plans."""

import pytest

from aggregator.store import open_store

NOW = 1_700_000_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "db" / "aggregator.db"


@pytest.fixture
def store(path):
    with open_store(path, now=NOW) as opened:
        yield opened
