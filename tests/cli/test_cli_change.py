"""`aggregate rm`, `edit`, `pause`, `resume` and `mv`: which feed is meant, and what is written."""

import stat
from pathlib import Path

import pytest

from aggregator.cli.subscriptions import read_feeds
from aggregator.errors import UsageError
from aggregator.store import open_store
from tests.cli.conftest import NOW, SOURCES

FILE = """\
# mine
[[feeds]]
url = "https://example.org/feed?token=abcdef0123456789" # private
tags = ["a"]

[[feeds]]
url = "https://video.example.com/rss"
title = "Films of Ana"
category = "video"

# the YouTube ones

[[feeds]]
url = "https://www.youtube.com/feeds/videos.xml?channel_id=UCLA_DiR1FfKNvjuUpBHmylQ"
title = "Films of NASA"
paused = true
"""


@pytest.fixture
def file(tmp_path):
    """A feeds.toml whose first two feeds are in the database of `db`."""
    path = tmp_path / "feeds.toml"
    path.write_text(FILE)
    return path


def test_rm_takes_out_what_is_named(aggregate, file, db):
    """A number, words of the title, an address and a page each name a feed; remarks stay."""
    result = aggregate("--db", db, "rm", "1", "of ana")

    assert result.output == "Took out Example.\nTook out Films of Ana.\n"
    assert file.read_text() == "# mine\n" + FILE[FILE.index("\n# the YouTube") :]
    page = "https://m.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ/videos"
    assert aggregate("--db", db, "rm", page).exit_code == 0
    assert file.read_text() == "# mine\n\n# the YouTube ones\n"
    with open_store(db, now=NOW) as store:
        assert len(store.feeds()) == len(SOURCES)


def test_a_feed_is_named_by_its_address_without_a_database(aggregate, file):
    """Http or https, www. and a slash at the end don't matter; other parts do."""
    assert aggregate("pause", "http://www.video.example.com/rss/").exit_code == 0
    assert file.read_text().count("paused = true") == 2
    assert aggregate("resume", "films of nasa", "films of ana").output == (
        "Resumed Films of NASA.\nResumed Films of Ana.\n"
    )
    assert "paused" not in file.read_text()


def test_what_means_several_feeds_is_refused(aggregate, file, db):
    """Nothing is written unless one feed is meant, and secrets are not printed."""
    result = aggregate("--db", db, "rm", "films")

    assert result.exit_code == 2
    assert "'films' means 2 feeds: Films of Ana, Films of NASA." in result.stderr
    assert "There is no feed 'nonsense' in feeds.toml." in aggregate("rm", "nonsense").stderr
    assert "There is no feed ''" in aggregate("rm", "").stderr
    assert "token=abc" not in aggregate("rm", "e").stderr
    assert "There is no feed '99'" in aggregate("--db", db, "rm", "99").stderr
    assert file.read_text() == FILE


def test_many_meanings_are_cut(aggregate, file):
    """No more than five are named."""
    file.write_text("".join(f'[[feeds]]\nurl = "https://{n}.example/"\n' for n in range(9)))

    assert "https://4.example/ and 4 more." in aggregate("rm", "example").stderr.replace("\n", " ")


def test_edit_changes_keys_in_their_place(aggregate, file):
    """Options that are given change, empty ones take a key out, others stay."""
    result = aggregate(
        *("edit", "of ana", "--title", 'The "best"', "--category", "photo"),
        *("--tag", "x", "--tag", "y", "--every", "2h"),
    )

    assert result.output == "Changed Films of Ana.\n"
    assert file.read_text() == FILE.replace(
        'title = "Films of Ana"\ncategory = "video"\n',
        'title = "The \\"best\\""\ncategory = "photo"\ntags = ["x", "y"]\nevery = "2h"\n',
    )
    aggregate("edit", "best", "--title", "", "--tag", "", "--every", "")
    assert file.read_text() == FILE.replace(
        'title = "Films of Ana"\ncategory = "video"\n', 'category = "photo"\n'
    )


def test_edit_refuses_what_would_break_the_file(aggregate, file):
    """A value that feeds.toml can't hold is told, and nothing is written."""
    assert aggregate("edit", "of ana").exit_code == 2
    result = aggregate("edit", "of ana", "--every", "often")

    assert result.exit_code == 2
    assert "expected a duration" in result.stderr
    assert "'vidio' is no category, did you mean 'video'?" in (
        aggregate("edit", "of ana", "--category", "vidio").stderr
    )
    assert file.read_text() == FILE


def test_mv_keeps_the_history(aggregate, file, db):
    """The file has the new address, the database the same feed with its entries."""
    result = aggregate("--db", db, "mv", "of ana", "https://films.example/feed")

    assert result.output == "Moved; what was fetched before is kept.\n"
    assert file.read_text() == FILE.replace("video.example.com/rss", "films.example/feed")
    with open_store(db, now=NOW) as store:
        (row,) = store.feeds(only="films.example")
        assert (row.total, row.state) == (2, "new")


def test_mv_finishes_what_was_begun(aggregate, file, db):
    """When only the file was changed, the same command changes the database."""
    old, new = "https://video.example.com/rss", "https://films.example/feed"
    file.write_text(FILE.replace(old, new))

    assert aggregate("-q", "--db", db, "mv", old, new).output == ""
    with open_store(db, now=NOW) as store:
        assert store.feeds(only="films.example")[0].total == 2


def test_mv_takes_a_page(aggregate, file):
    """The page of a platform that is known leads to its feed."""
    aggregate("mv", "of ana", "vimeo.com/filmsupply")

    assert 'url = "https://vimeo.com/filmsupply/videos/rss"' in file.read_text()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://www.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ", "followed already"),
        ("https://join.skype.com/abc", "Skype was closed"),
        ("nonsense", "can't be an address"),
        ("ftp://a.example/", "can't be an address"),
    ],
)
def test_mv_refuses(aggregate, file, address, said):
    """What is followed, what can't be followed and what is no address is refused."""
    result = aggregate("mv", "of ana", address)

    assert result.exit_code in {1, 2}
    assert said in result.stderr
    assert file.read_text() == FILE


def test_the_file_keeps_its_mode_and_its_link(aggregate, file, tmp_path):
    """An edit is one step, in place of the file that a link leads to."""
    real = tmp_path / "real.toml"
    file.rename(real)
    real.chmod(0o640)
    file.symlink_to(real)
    aggregate("pause", "of ana")

    assert file.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "paused" in real.read_text()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["feeds.toml", "real.toml"]


class Asked:
    """What `read_feeds` needs of an App."""

    def __init__(self, path):
        from aggregator.cli.common import App

        self.app = App(db=path.parent / "none.db", config_path=path, now=lambda: NOW)


def test_a_file_that_changed_meanwhile_is_left_alone(aggregate, file):
    """Nobody's edit is lost: the second one is refused."""
    mine, yours = read_feeds(Asked(file).app), read_feeds(Asked(file).app)
    yours.write(FILE + "# yours\n")

    with pytest.raises(UsageError, match="changed meanwhile"):
        mine.write(FILE + "# mine\n")
    assert file.read_text() == FILE + "# yours\n"


def test_lines_of_windows_are_kept(aggregate, file):
    """A file with CRLF has CRLF after an edit, also in what is new."""
    file.write_bytes(FILE.replace("\n", "\r\n").encode())
    aggregate("edit", "of ana", "--tag", "x")

    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


def test_a_new_file_is_made_only_once(aggregate, tmp_path):
    """Two who make the first feeds.toml at once: one is told."""
    path = tmp_path / "new" / "feeds.toml"
    mine, yours = (read_feeds(Asked(path).app, must_exist=False) for _ in range(2))
    yours.write(yours.text)

    with pytest.raises(UsageError, match="can't be written"):
        mine.write(mine.text)
    assert Path(path).read_text().startswith("# What Aggregator follows.")
