"""Names become addresses without holding anybody up."""

import asyncio
import socket
import subprocess
import sys
import threading

import pytest

from aggregator.fetch.resolver import Resolver
from tests.rawserver import until


def resolve(look_up=socket.getaddrinfo, host="localhost"):
    return asyncio.run(Resolver(look_up).resolve(host, 80, socket.AF_UNSPEC))


def test_the_system_is_asked():
    """The name localhost is known everywhere."""
    results = resolve()

    assert {"127.0.0.1", "::1"} >= {result["host"] for result in results} > set()
    assert results[0]["hostname"] == "localhost"
    assert results[0]["port"] == 80


def test_addresses_of_both_kinds_are_told():
    """IPv6 addresses come with four figures, of which two matter."""

    def both(_host, port, **_):
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", port)),
        ]

    found = [(result["host"], result["family"]) for result in resolve(both)]

    assert found == [("2001:db8::1", socket.AF_INET6), ("192.0.2.1", socket.AF_INET)]


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_a_name_without_address_is_an_os_error(error):
    """An unknown name and an impossible one are the same to the caller."""

    def fail(*_, **__):
        raise error

    with pytest.raises(OSError, match=r"unknown|label"):
        resolve(fail)


def names_of_threads():
    return {thread.name for thread in threading.enumerate()}


def test_a_cancelled_look_up_is_forgotten():
    """Nobody is told when nobody waits, whether the loop still runs or not."""
    answer, answered = threading.Event(), threading.Event()

    def slow(*_, **__):
        answer.wait(10)
        answered.set()
        return []

    async def scenario(*, to_the_end):
        task = asyncio.ensure_future(Resolver(slow).resolve("slow.invalid"))
        await asyncio.sleep(0)
        task.cancel()
        if to_the_end:
            answer.set()
            await until(lambda: "resolve slow.invalid" not in names_of_threads())
            await asyncio.sleep(0)
        return task.cancelled()

    assert asyncio.run(scenario(to_the_end=True)) is True

    answer.clear()
    answered.clear()
    asyncio.run(scenario(to_the_end=False))
    answer.set()

    assert answered.wait(10)


def test_a_dead_name_server_does_not_hold_up_the_end():
    """A program ends while a look-up hangs: its thread is a daemon."""
    program = """
import asyncio, threading
from aggregator.fetch.resolver import Resolver
async def main():
    asyncio.ensure_future(Resolver(lambda *a, **k: threading.Event().wait()).resolve("x"))
    await asyncio.sleep(0)
asyncio.run(main())
"""

    ended = subprocess.run([sys.executable, "-c", program], timeout=20, check=False)

    assert ended.returncode == 0
