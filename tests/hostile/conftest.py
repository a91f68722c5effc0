"""What the hostile tests may ask for."""

import pytest

from tests.hostile.world import hostile_world


@pytest.fixture
def world():
    """A server that does what it is told, however bad."""
    with hostile_world() as made:
        yield made


@pytest.fixture
def db(tmp_path):
    return tmp_path / "test.db"
