"""The demo's desk as a site of plain files: all shapes of all platforms, from the command line."""

import re
from html import unescape
from posixpath import dirname, join, normpath

import html5lib
import pytest
from click.testing import CliRunner

from aggregator.cli import cli

NOW = "2026-11-18T12:00:00Z"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A folder with the demo's database, and its site as `export site` made it."""
    folder = tmp_path_factory.mktemp("demo-site")
    runner = CliRunner()
    made = runner.invoke(
        cli, ["-q", "--db", str(folder / "x.db"), "--now", NOW, "demo", "--no-serve"]
    )

    assert made.exit_code == 0, made.output
    return folder, export(folder)


def export(folder):
    options = ["--db", str(folder / "demo.db"), "--config", str(folder / "demo.toml"), "--now", NOW]
    command = ["export", "site", str(folder / "site"), "--entries", "90", "--pages", "3"]
    return CliRunner().invoke(cli, [*options, *command])


def texts(folder):
    root = folder / "site"
    files = (p for p in root.rglob("*") if p.is_file())
    return {
        str(p.relative_to(root)): "" if p.suffix in {".woff2", ".png"} else p.read_text()
        for p in files
    }


def test_the_command_says_what_it_did(demo):
    """A site is written, and told in a line."""
    folder, result = demo

    assert result.exit_code == 0, result.output
    assert re.search(r"site has \d{3} pages: \d{3} files written, 0 unchanged", result.output)
    assert "no sitemap" in result.output
    assert len(list((folder / "site" / "e").iterdir())) == 90


def test_every_page_of_the_demo_is_valid(demo):
    """What platforms of all kinds write is valid HTML in the site."""
    pages = {name: text for name, text in texts(demo[0]).items() if name.endswith(".html")}

    assert len(pages) > 140
    for text in pages.values():
        html5lib.HTMLParser(strict=True).parse(text)


def test_every_link_of_the_demo_leads_to_a_file(demo):
    """Whatever a page of the site leads to within it is there."""
    files = texts(demo[0])
    links = {
        (name, normpath(join(dirname(name), unescape(link).partition("#")[0].partition("?")[0])))
        for name, text in files.items()
        if name.endswith(".html")
        for link in re.findall(r' (?:href|src|action|poster)="([^"#]+)"', text)
        if not re.match(r"https?:|mailto:", link)
    }

    assert len(links) > 1000
    assert {(name, link) for name, link in links if link not in files} == set()


def test_a_second_export_writes_nothing(demo):
    """Nothing has changed, so no file is."""
    folder, _ = demo
    before = {p: p.stat().st_mtime_ns for p in (folder / "site").rglob("*")}
    result = export(folder)

    assert re.search(r": 0 files written, \d{3} unchanged, 0 removed", result.output)
    assert before == {p: p.stat().st_mtime_ns for p in (folder / "site").rglob("*")}
