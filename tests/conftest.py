"""What every test may ask for."""

import pytest

from tests import loopback


@pytest.fixture
def web():
    """A real web server on 127.0.0.1 that ends with the test."""
    made, stop = loopback.start(lambda url: loopback.Web(url=url))
    yield made
    stop()
