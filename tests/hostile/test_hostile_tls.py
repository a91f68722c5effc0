"""Certificates: checked, but for exceptions that are written down and loud."""

import pytest
from click.testing import CliRunner

from aggregator.cli import cli
from aggregator.model import Source
from tests.hostile.world import GOOD, entries, feeds, hostile_world, ok, run


@pytest.fixture
def secret():
    """A server with a certificate that nobody vouches for."""
    with hostile_world(tls=True) as world:
        yield world


def test_a_feed_behind_a_bad_certificate_fails_by_that_name(db, secret):
    """Nothing is sent to a server that can't show who it is."""
    told = run(db, secret.serve("/feed", ok(GOOD)))

    assert "certificate" in told[secret.url + "/feed"].error
    assert secret.heads == []


def test_an_exception_is_told_as_long_as_it_lasts(db, secret):
    """`insecure = true` gets the feed, and the feed says so until the exception is taken back."""
    url = secret.serve("/feed", ok(GOOD))
    run(db, Source(url=url, insecure=True))
    warned = feeds(db)[url]
    run(db, Source(url=url, insecure=True), at=1_795_500_000)
    still = feeds(db)[url]
    run(db, url, at=1_795_600_000)
    after = feeds(db)[url]

    assert len(entries(db)) == 2
    assert "insecure" in warned.notice
    assert "insecure" in still.notice
    assert (after.notice, after.state) == (None, "failing")


def test_the_command_line_warns_at_each_fetch(tmp_path, secret):
    """The warning is on standard error, and `status` has it too."""
    url = secret.serve("/feed", ok(GOOD))
    (tmp_path / "feeds.toml").write_text(
        f'[network]\nallow = ["127.0.0.1"]\n[[feeds]]\nurl = "{url}"\ninsecure = true\n'
    )
    where = ["--config", str(tmp_path / "feeds.toml"), "--db", str(tmp_path / "x.db")]
    fetched = CliRunner().invoke(cli, [*where, "fetch"])
    status = CliRunner().invoke(cli, [*where, "status"])

    assert fetched.exit_code == 0
    assert "Warning: any certificate is taken for 127.0.0.1" in fetched.stderr
    assert "insecure = true" in status.output
