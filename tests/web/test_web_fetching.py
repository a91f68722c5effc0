"""The desk fetches: on the owner's word and by itself, beside the server, and ends with it."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from aggregator.store import open_store
from tests.desk import NOW, fill
from tests.loopback import Answer
from tests.web.test_web_manage import send

FEED = '[[feeds]]\nurl = "{}"\n[network]\nallow = ["127.0.0.1"]\n'


def wait_for(true, seconds=25.0):
    """Look until something holds, or fail."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def stored(path):
    """How many entries there are."""
    with open_store(path, create=False, now=NOW) as store:
        return sum(each["total"] for each in store.categories())


def test_a_served_desk_fetches_by_itself_and_ends_with_ctrl_c(tmp_path, web):
    """With --fetch-every the river flows while the server answers, and nothing is left running."""
    url = web.serve("/feed", Answer(body=FLOWING, headers={"Content-Type": "text/xml"}))
    (tmp_path / "feeds.toml").write_text(FEED.format(url))
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "aggregator.cli", "--db", "a.db", "--config", "feeds.toml"),
            *("serve", "--port", "0", "--fetch-every", "5m"),
        ],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            desk = next(word for word in process.stderr.readline().split() if "http" in word)
            wait_for(lambda: stored(tmp_path / "a.db") == 1)
            with urllib.request.urlopen(desk, timeout=10) as answer:
                page = answer.read().decode()
            process.send_signal(signal.SIGINT)

            assert "Flowing by" in page
            assert process.wait(10) == 0
            assert "Traceback" not in process.stderr.read()
        finally:
            process.kill()


FLOWING = b"""<rss version="2.0"><channel><title>A</title><link>https://a.example/</link>
<item><title>Flowing by</title><guid>1</guid></item></channel></rss>"""


def test_an_interval_that_is_none_is_refused(tmp_path):
    """The command says so before it serves."""
    done = subprocess.run(
        [sys.executable, "-m", "aggregator.cli", "serve", "--fetch-every", "soon"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "--fetch-every" in done.stderr


@pytest.mark.parametrize("form", [{"feed": "99"}, {"feed": "x"}])
def test_only_what_is_followed_can_be_fetched(tmp_path, form):
    """A number that is no source is refused."""
    toml = tmp_path / "feeds.toml"
    toml.write_text("")
    fill(tmp_path / "a.db", {})

    assert send(toml, ("/-/desk/fetch", form))[0].status_code == 400
    assert send(toml, ("/-/desk/fetch", {}), actor=None)[0].status_code == 403


def test_progress_is_told_to_the_owners_script(tmp_path):
    """What is under way is told as figures."""
    toml = tmp_path / "feeds.toml"
    toml.write_text("")
    fill(tmp_path / "a.db", {})
    started, told = send(toml, ("/-/desk/fetch", {}), "/-/desk/fetching")

    assert started.status_code == 303
    assert told.json()["running"] is True
