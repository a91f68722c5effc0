"""What every test may ask for."""

import pytest
from hypothesis import settings

from tests import loopback

# How long an example takes says more of the machine than of us.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def web():
    """A real web server on 127.0.0.1 that ends with the test."""
    made, stop = loopback.start(lambda url: loopback.Web(url=url))
    yield made
    stop()
