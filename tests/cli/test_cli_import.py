"""`aggregate import`: lists of other readers into feeds.toml, in one step."""

import json
import time
import tomllib
from pathlib import Path

from tests.loopback import Answer, feed

OPML = """<opml version="2.0"><head/><body><outline text="Video">
<outline text="A" xmlUrl="https://a.example/feed"/>
<outline text="B" xmlUrl="http://www.b.example/feed/"/></outline>
<outline text="bad" xmlUrl="ftp://c.example/"/>
<outline text="list" type="include" url="https://d.example/list.opml"/>
</body></opml>"""


def followed():
    return tomllib.loads(Path("feeds.toml").read_text())["feeds"]


def test_an_opml_is_imported(aggregate):
    """New feeds are appended, known ones are left out, what is left out is told."""
    Path("feeds.toml").write_text('# mine\n[[feeds]]\nurl = "https://b.example/feed"\n')
    Path("list.opml").write_text(OPML)
    result = aggregate("import", "list.opml")

    assert result.stdout == "Added 1 feed to feeds.toml; 1 followed already.\n"
    assert result.stderr == (
        "bad: 'ftp' addresses can't be fetched, only http and https\n"
        "https://d.example/list.opml: is a list of its own: `aggregate import --follow` takes its address\n"
    )
    assert Path("feeds.toml").read_text().startswith("# mine\n")
    assert followed()[1] == {"url": "https://a.example/feed", "title": "A", "category": "video"}
    assert (
        aggregate("import", "list.opml").stdout
        == "Added 0 feeds to feeds.toml; 2 followed already.\n"
    )


def test_pages_are_led_to_their_feeds(aggregate):
    """Pages of platforms become feeds; others are kept for the next fetch; closed ones are told."""
    pages = (
        "https://fosstodon.org/@python\n"
        "https://www.youtube.com/@nasa\n"
        "https://blog.example/\n"
        "https://join.skype.com/abc\n"
        "https://fosstodon.org/@python.rss\n"
    )
    result = aggregate("import", "-", input=pages)

    assert result.stdout == "Added 3 feeds to feeds.toml; 1 followed already.\n"
    assert "Skype was closed" in result.stderr
    assert [each["url"] for each in followed()] == [
        "https://fosstodon.org/@python.rss",
        "https://www.youtube.com/@nasa",
        "https://blog.example/",
    ]


def test_a_dry_run_writes_nothing(aggregate):
    """--dry-run says what would be, --json says it for programs."""
    result = aggregate("import", "-", "--dry-run", "--format", "list", input="https://a.example/")
    told = json.loads(aggregate("import", "-", "--dry-run", "--json", input=OPML).stdout)

    assert result.stdout == "Would add 1 feed to feeds.toml.\n"
    assert [each["url"] for each in told["added"]] == [
        "https://a.example/feed",
        "http://www.b.example/feed/",
    ]
    assert told["followed"] == []
    assert len(told["left_out"]) == 2
    assert not Path("feeds.toml").exists()


def test_a_list_may_be_an_address(aggregate, web):
    """The list itself is fetched, with the manners of any other request."""
    Path("feeds.toml").write_text('[network]\nallow = ["127.0.0.0/8"]\n')
    url = web.serve("/list.opml", Answer(200, OPML.encode()))

    assert aggregate("import", url).stdout.startswith("Added 2 feeds")
    assert web.requests[0][1]["user-agent"].startswith("Aggregator/")
    result = aggregate("import", web.url + "/missing")
    assert result.exit_code == 1
    assert "404" in result.stderr


def test_a_list_can_be_followed(aggregate, web):
    """--follow writes the address down; the next fetch follows what is in the list by then."""
    Path("feeds.toml").write_text('[network]\nallow = ["127.0.0.0/8"]\n')
    entries = web.serve("/feed", feed(("a", "Alpha")))
    row = f'<outline text="A" xmlUrl="{entries}"/>'
    url = web.serve("/list.opml", Answer(200, f"<opml><body>{row}</body></opml>".encode()))

    assert aggregate("import", "--follow", "--dry-run", url).stdout == (
        "Would follow a list of 1 feed, as it becomes.\n"
    )
    assert aggregate("import", "--follow", url).stdout == (
        "Following a list of 1 feed, as it becomes.\n"
    )
    assert tomllib.loads(Path("feeds.toml").read_text())["outlines"] == [{"url": url}]
    assert "1 new" in aggregate("fetch").stdout
    assert "followed already" in aggregate("import", "--follow", url).stderr
    assert aggregate("import", "--follow", "list.opml").exit_code == 2


def test_what_can_not_be_read_is_told(aggregate):
    """A missing file, a broken one, and one that holds nothing to follow."""
    Path("broken.opml").write_text("<opml>")

    assert "missing.opml can't be read: No such file" in aggregate("import", "missing.opml").stderr
    assert aggregate("import", "broken.opml").exit_code == 2
    assert aggregate("import", "-", input="https://join.skype.com/abc").exit_code == 1
    assert not Path("feeds.toml").exists()


def test_many_remarks_are_cut(aggregate):
    """Twenty remarks are told, all of them with -v."""
    words = "no address\n" * 30 + "https://a.example/"
    result = aggregate("import", "-", "--dry-run", input=words)

    assert result.stderr.endswith("… and 10 more; -v tells all.\n")
    assert len(aggregate("-v", "import", "-", "--dry-run", input=words).stderr.splitlines()) == 30
    assert aggregate("-q", "import", "-", input=words).stdout == ""


def test_five_thousand_feeds_take_seconds(aggregate):
    """A large list is one edit of the file."""
    rows = "".join(
        f'<outline text="Feed {n}" xmlUrl="https://{n}.example.com/feed.xml"/>' for n in range(5000)
    )
    Path("list.opml").write_text(f"<opml><body>{rows}</body></opml>")
    started = time.monotonic()
    result = aggregate("import", "list.opml")

    assert result.stdout == "Added 5,000 feeds to feeds.toml.\n"
    assert time.monotonic() - started < 20
    assert len(followed()) == 5000
