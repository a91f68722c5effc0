"""A store on a real file."""

import pytest

from aggregator.store import open_store
from tests.store.shelf import NOW


@pytest.fixture
def path(tmp_path):
    return tmp_path / "db" / "aggregator.db"


@pytest.fixture
def store(path):
    with open_store(path, now=NOW) as opened:
        yield opened
