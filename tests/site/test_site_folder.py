"""The folder of a site: only what has changed is written, only what is ours is removed."""

import pytest

from aggregator.errors import AggregatorError, UsageError
from aggregator.site.folder import MANIFEST, Folder

ONE, TWO = "2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"


def put(path, files, now=ONE):
    return Folder(path).replace({name: text.encode() for name, text in files.items()}, now=now)


def there(path):
    return {
        str(each.relative_to(path)): each.read_text()
        for each in path.rglob("*")
        if each.is_file() and each.name != MANIFEST
    }


def test_files_are_made_as_they_are_to_be(tmp_path):
    """A new folder has the files, in folders of their own."""
    files = {"index.html": "a", "e/1.html": "b"}
    changes = put(tmp_path / "new" / "site", files)

    assert files == there(tmp_path / "new" / "site")
    assert (set(changes.written), changes.unchanged) == (set(files), 0)


def test_what_is_the_same_is_not_written(tmp_path):
    """A second run with the same files touches none of them, the list of files included."""
    put(tmp_path, {"a": "1", "b": "2"})
    before = {each.name: each.stat().st_ino for each in tmp_path.iterdir()}
    changes = put(tmp_path, {"a": "1", "b": "2"}, now=TWO)

    assert (changes.written, changes.unchanged) == ((), 2)
    assert before == {each.name: each.stat().st_ino for each in tmp_path.iterdir()}


def test_what_is_needed_no_more_is_removed(tmp_path):
    """A file that we wrote goes, with the folder that it leaves empty."""
    put(tmp_path, {"a": "1", "e/f/b": "2"})
    changes = put(tmp_path, {"a": "3"})

    assert there(tmp_path) == {"a": "3"}
    assert (changes.removed, (tmp_path / "e").exists()) == (("e/f/b",), False)


def test_files_of_others_stay(tmp_path):
    """What somebody else put into the folder is neither changed nor removed."""
    put(tmp_path, {"a": "1", "e/b": "2"})
    (tmp_path / "CNAME").write_text("example.org")
    (tmp_path / "e" / "mine").write_text("mine")
    put(tmp_path, {"a": "1"})

    assert there(tmp_path) == {"a": "1", "CNAME": "example.org", "e/mine": "mine"}


def test_an_edited_file_is_not_removed(tmp_path):
    """A file of ours that somebody edited is kept when it is needed no more, and that is told."""
    put(tmp_path, {"a": "1", "b": "2"})
    (tmp_path / "b").write_text("edited")
    changes = put(tmp_path, {"a": "1"})

    assert (changes.kept, changes.removed) == (("b",), ())
    assert there(tmp_path) == {"a": "1", "b": "edited"}


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path):
    """Nothing at all is written into a folder where that would lose a file."""
    (tmp_path / "index.html").write_text("my own page")
    with pytest.raises(UsageError, match=r"index\.html is there already"):
        put(tmp_path, {"a": "1", "index.html": "2"})

    assert there(tmp_path) == {"index.html": "my own page"}


def test_a_run_that_was_cut_short_goes_on(tmp_path):
    """The list of files is there before the files, so that the next run knows them again."""
    (tmp_path / "b").mkdir()
    with pytest.raises(AggregatorError):
        put(tmp_path, {"a": "1", "b/c": "2", "a/d": "3"})
    (tmp_path / "a").write_text("half")

    assert put(tmp_path, {"a": "1"}).written == ("a",)


def test_a_list_that_cannot_be_read_is_no_licence(tmp_path):
    """Without knowing which files are ours, none is touched."""
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(UsageError, match="can't be read"):
        put(tmp_path, {"a": "1"})

    assert there(tmp_path) == {}


def test_a_forged_list_reaches_nothing_outside(tmp_path):
    """Names that lead out of the folder are not believed."""
    outside = tmp_path / "outside"
    outside.write_text("")
    site = tmp_path / "site"
    put(site, {"a": "1"})
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    rows = f'"../outside": ["{empty}", "x"], "{outside}": ["{empty}", "x"], "": ["{empty}", "x"]'
    (site / MANIFEST).write_text(f'{{"files": {{{rows}}}}}')
    put(site, {"a": "1"})

    assert outside.exists()


def test_a_link_to_elsewhere_is_not_removed(tmp_path):
    """A link that took the place of a file of ours is somebody's."""
    put(tmp_path / "site", {"a": "1", "b": "2"})
    (tmp_path / "kept").write_text("2")
    (tmp_path / "site" / "b").unlink()
    (tmp_path / "site" / "b").symlink_to(tmp_path / "kept")
    put(tmp_path / "site", {"a": "1"})

    assert (tmp_path / "site" / "b").is_symlink()


def test_the_time_of_the_last_change_is_known(tmp_path):
    """A file is as old as its content."""
    put(tmp_path, {"a": "1", "b": "2"}, now=ONE)
    put(tmp_path, {"a": "1", "b": "3"}, now=TWO)
    folder = Folder(tmp_path)

    assert folder.changed("a", b"1", "now") == ONE
    assert folder.changed("b", b"3", "now") == TWO
    assert folder.changed("b", b"4", "now") == folder.changed("c", b"", "now") == "now"


def test_a_place_that_is_no_folder_is_an_error(tmp_path):
    """Where no folder can be, one sentence says so."""
    (tmp_path / "file").write_text("")
    with pytest.raises(AggregatorError, match="can't be written"):
        Folder(tmp_path / "file")
