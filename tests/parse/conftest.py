"""`pytest tests/parse --update-golden` writes the expected results anew; look at the diff then."""

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what parse() makes of tests/data/parse beside each document",
    )


@pytest.fixture
def update_golden(request):
    # The option exists only where this folder is named on the command line.
    return request.config.getoption("--update-golden", default=False)
