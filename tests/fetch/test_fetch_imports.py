"""What is imported when, in processes of their own."""

import subprocess
import sys

import pytest


def imported(program):
    """The modules that a program imports."""
    code = f"import sys\n{program}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_rows_cost_nothing():
    """Policies are read without aiohttp, httpx or an event loop."""
    modules = imported("from aggregator.fetch import headers_for, key_for, policy_for")

    assert {"aiohttp", "httpx", "asyncio"} & modules == set()


def test_a_client_leaves_the_command_line_of_httpx_out():
    """Neither click nor rich nor pygments come with a client."""
    modules = imported("from aggregator.fetch import Client, run, user_agent")

    assert {"aiohttp", "httpx"} < modules
    assert {"click", "rich", "pygments", "httpx._main"} & modules == set()


def test_httpx_stays_whole_for_others():
    """Its command line can be imported after us, and us after it."""
    after = imported("import aggregator.fetch.client, httpx._main")
    before = imported("import httpx, aggregator.fetch.client")

    assert "httpx._main" in after
    assert "httpx._main" in before


def test_there_is_nothing_else_in_the_room():
    """An unknown name is an error as of any module."""
    import aggregator.fetch

    with pytest.raises(AttributeError, match="nothing"):
        _ = aggregator.fetch.nothing
