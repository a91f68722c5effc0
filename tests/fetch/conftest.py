"""What the tests of the network may ask for."""

import pytest

from tests.rawserver import Raw


@pytest.fixture
def raw():
    """A server that says exactly what it is told to."""
    return Raw()
