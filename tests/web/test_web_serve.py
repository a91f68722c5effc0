"""The real server: it starts, answers, refuses what it must, and ends when it is told to."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from aggregator.cli import cli
from aggregator.config import Config, Settings
from aggregator.errors import NotOurs, UsageError
from aggregator.serve import _names, _url, listen, make_datasette, serve
from tests.desk import entry, fill, source

OPTIONS = ("--db", "aggregator.db", "--config", "feeds.toml", "serve", "--port", "0", "--open")


@pytest.fixture
def started(tmp_path):
    """`aggregate serve` on a free port over one entry; ends with the test whatever happens."""
    fill(tmp_path / "aggregator.db", {source(): [entry(1)]})
    (tmp_path / "feeds.toml").write_text('[aggregator]\ntitle = "My desk"\n')
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "opened $1"\n')
    browser.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "aggregator.cli", *OPTIONS],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "BROWSER": f"{browser} %s"},
    )
    with process:
        yield process
        if process.poll() is None:
            process.kill()


def address(process, who="The desk is at"):
    """What the process, or the browser that it opens, says of where it serves."""
    for line in process.stdout:
        if line.startswith(who):
            return next(word for word in line.split() if word.startswith("http://"))
    raise AssertionError("no address was said")


def test_a_link_signs_the_owner_in_once(tmp_path):
    """`serve --sign-in` prints it: who opens it first may curate, the second one may not."""
    fill(tmp_path / "aggregator.db", {source(): [entry(1)]})
    options = ("--db", "aggregator.db", "serve", "--port", "0", "--sign-in")
    with subprocess.Popen(
        [sys.executable, "-m", "aggregator.cli", *options],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            url, link = address(process), address(process, "Sign in once with")
            owner, stranger = (
                urllib.request.build_opener(urllib.request.HTTPCookieProcessor()) for _ in range(2)
            )
            owner.open(link, timeout=10)
            with pytest.raises(urllib.error.HTTPError, match="403"):
                stranger.open(link, timeout=10)
            page = owner.open(f"{url}-/desk/lists/create", data=b"title=Mine", timeout=10)

            assert page.url == f"{url}lists/mine"
            with pytest.raises(urllib.error.HTTPError, match="403"):
                stranger.open(f"{url}-/desk/lists/create", data=b"title=Yours", timeout=10)
        finally:
            process.kill()


def test_serve_answers_and_ends_on_ctrl_c(started):
    """`aggregate serve` shows the desk and ends with 0 within seconds, without a traceback."""
    url = address(started)
    with urllib.request.urlopen(url, timeout=10) as answer:
        page = answer.read().decode()
    with urllib.request.urlopen(f"{url}-/feed/all.atom", timeout=10) as answer:
        feed = answer.read().decode()
    opened = address(started, "opened")
    begun = time.monotonic()
    idle = socket.create_connection(("127.0.0.1", urlsplit(url).port))
    started.send_signal(signal.SIGINT)
    rest = started.stdout.read()
    code = started.wait(10)
    idle.close()

    assert opened == url
    assert "Entry number 1" in page
    assert "My desk" in page
    assert "Entry number 1" in feed
    assert code == 0
    assert time.monotonic() - begun < 5
    assert "Traceback" not in rest


def test_a_busy_port_is_said_before_anything_starts(tmp_path):
    """The message names the port and what to do; no database was made."""
    path = tmp_path / "aggregator.db"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)) as caught:
            serve(path, Config(), port=port)

    assert "--port" in caught.value.hint
    assert not path.exists()


def test_a_busy_port_is_one_clear_error(tmp_path):
    """The command says so in a sentence and a hint, and ends with 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        command = ["--db", str(tmp_path / "a.db"), "--config", str(tmp_path / "no.toml")]
        result = CliRunner().invoke(cli, [*command, "serve", "--port", port])

    assert result.exit_code == 2
    assert result.output.count("\n") == 2
    assert "Hint: Choose another port" in result.output


def test_a_host_that_is_not_here_is_said():
    """A name that leads nowhere is one clear error."""
    with pytest.raises(UsageError, match="nowhere") as caught:
        listen("nowhere.invalid", 0)

    assert "--host" in caught.value.hint


@pytest.mark.parametrize(
    ("host", "said"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")],
)
def test_the_address_said_can_be_opened(host, said):
    """“Every address” is said as one that a browser can go to, with the prefix."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        assert _url(listener, host, "/desk/") == f"http://{said}:{port}/desk/"


def test_a_file_of_others_is_not_served(tmp_path):
    """A database that is not ours is refused and left as it is."""
    path = tmp_path / "theirs.db"
    path.write_bytes(b"not a database")

    with pytest.raises(NotOurs):
        make_datasette(path, Config())
    assert path.read_bytes() == b"not a database"


def test_the_desk_at_home_answers_by_its_own_names_alone(started):
    """DNS rebinding: a stranger's name that leads to 127.0.0.1 gets nothing, for reading or writing."""
    port = urlsplit(address(started)).port

    def answer(name, method="GET", path="/"):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request(method, path, headers={"Host": name})
            got = connection.getresponse()
            return got.status, b"Entry number" in got.read()

    ours = ("127.0.0.1", f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST.", "[::1]:80")
    theirs = (
        "evil.example",
        f"evil.example:{port}",
        "127.0.0.1.evil.example",
        "localhost.evil",
        "",
    )
    theirs += ("127.0.0.1@evil.example", "[evil", "evil.example:99999999", "notlocalhost")

    assert [answer(name) for name in ours] == [(200, True)] * len(ours)
    assert [answer(name) for name in theirs] == [(421, False)] * len(theirs)
    assert answer("evil.example", "POST", "/-/desk/lists/create") == (421, False)
    assert answer("evil.example", "GET", "/-/static/app.css") == (421, False)


@pytest.mark.parametrize(
    ("host", "base_url", "names"),
    [
        ("127.0.0.1", None, {"127.0.0.1", "localhost"}),
        ("localhost", "https://read.example/desk/", {"localhost", "read.example"}),
        ("0.0.0.0", "https://read.example/", None),
    ],
)
def test_a_desk_for_others_goes_by_any_name(host, base_url, names):
    """On this machine alone it is its own names and that of feeds.toml; elsewhere nobody asks."""
    config = Config(settings=Settings(base_url=base_url))
    with listen(host, 0) as listener:
        assert _names(listener, host, config) == names
