"""What a run does for curators: stories folded, rules asked, and what is unread."""

from datetime import UTC, datetime

from aggregator.config import parse_config
from aggregator.store import open_store
from aggregator.update import run_update
from tests.loopback import Answer

NOW = 1_795_435_200  # 2026-11-23 12:00 UTC
DAY = 86_400


def item(guid, title, link, *, age=0):
    """An item of RSS, published so many days ago."""
    when = datetime.fromtimestamp(NOW - age * DAY, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>{link}</link><pubDate>{when}</pubDate></item>"
    )


def rss(items):
    document = f"<rss version='2.0'><channel><title>A feed</title>{items}</channel></rss>"
    return Answer(200, document.encode(), {"Content-Type": "application/rss+xml"})


def run(tmp_path, *urls, rules="", at=NOW):
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
    config = parse_config(f'[network]\nallow = ["127.0.0.0/8"]\n{feeds}{rules}')
    db = tmp_path / "test.db"
    run_update(db=db, config=config, now=lambda: at, force=True)
    return open_store(db, now=at)


def test_news_of_two_feeds_is_one_story_at_once(tmp_path, web):
    """Two feeds bring the same page with later looks: it is folded by the run that brings it."""
    one = web.serve("/one", rss(item("a", "Old of one", "https://one.example/a")))
    two = web.serve("/two", rss(item("b", "Old of two", "https://two.example/b")))
    run(tmp_path, one, two).close()
    same = "https://news.example/tides?utm_source="
    web.serve("/one", rss(item("c", "Tides", f"{same}one")))
    web.serve("/two", rss(item("d", "Tides, again", f"{same}two")))

    with run(tmp_path, one, two, at=NOW + DAY) as store:
        assert store.conn.execute("SELECT entries, sources FROM stories").fetchall() == [(2, 2)]


def test_a_backlog_is_folded_when_its_text_is_read(tmp_path, web):
    """What new feeds bring along is folded by the same run, as far as that reads it."""
    same = "https://news.example/tides"
    one = web.serve("/one", rss(item("a", "Tides", same)))
    two = web.serve("/two", rss(item("b", "Tides", same)))

    with run(tmp_path, one, two) as store:
        assert store.conn.execute("SELECT entries FROM stories").fetchall() == [(2,)]


def test_rules_are_asked_of_what_a_run_brings(tmp_path, web):
    """A rule in feeds.toml hides and tags new entries, and leaves a record of it."""
    url = web.serve(
        "/one",
        rss(
            item("a", "Weekly deals", "https://one.example/a")
            + item("b", "Tides", "https://one.example/b")
        ),
    )
    rules = '[[rules]]\nname = "deals"\nwhen = { title = "deals" }\nthen = { hide = true }\n'

    with run(tmp_path, url, rules=rules) as store:
        assert store.conn.execute("SELECT title FROM entries WHERE hidden").fetchall() == [
            ("Weekly deals",)
        ]
        assert store.conn.execute("SELECT DISTINCT rule FROM rule_effects").fetchall() == [
            ("deals",)
        ]


def test_old_entries_of_a_new_feed_are_not_unread(tmp_path, web):
    """A new feed brings years along: unread is what is no older than thirty days."""
    url = web.serve(
        "/one",
        rss(
            item("a", "Fresh", "https://one.example/a", age=29)
            + item("b", "Old", "https://one.example/b", age=31)
        ),
    )

    with run(tmp_path, url) as store:
        unread = store.conn.execute(
            "SELECT title FROM unread JOIN entries ON entries.id = entry_id"
        ).fetchall()

    assert unread == [("Fresh",)]
