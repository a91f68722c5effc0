"""What a curator made, in the site: public lists whole, others not at all."""

import re

import feedparser
import html5lib
import pytest

from aggregator.config import Config, parse_config
from aggregator.curation import View
from aggregator.model import Selection
from aggregator.site import SiteOptions, build
from aggregator.store import lists, open_store, stories, views
from tests.desk import NOW, entry, fill, source

BASE = "https://example.org/read/"
ODD = "<b>odd</b> & \"odd\" 'odd' --> \x00 $&"


@pytest.fixture
def db(tmp_path):
    """A list of each visibility, each with an item and words of its own."""
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(number) for number in range(1, 4)]})
    store = open_store(path, now=NOW)
    shown = store.entries(Selection(limit=3))
    for visibility, each in zip(("public", "unlisted", "private"), shown, strict=True):
        words = f"{visibility}words"
        lists.create(
            store.conn,
            visibility,
            title=f"{ODD} {words}",
            description=words,
            visibility=visibility,
            token=f"token{visibility}",
            now=NOW,
        )
        lists.add(store.conn, visibility, each, note=f"{ODD} {words}", tags=(words,), now=NOW)
    store.conn.close()
    return path


def texts(site):
    return {
        str(each.relative_to(site)): each.read_text()
        for each in site.rglob("*")
        if each.is_file() and each.suffix != ".woff2"
    }


def test_public_lists_are_in_the_site(db, tmp_path):
    """A public list has its page and its feeds, and the page of lists leads there."""
    build(db, Config(), tmp_path / "site", base_url=BASE, now=NOW)
    site = texts(tmp_path / "site")
    feed = feedparser.parse(site["feed/list/public.atom"])

    assert 'href="lists/public.html"' in site["lists.html"]
    assert "publicwords" in site["lists/public.html"]
    assert {each.href for each in feed.feed.links} == {
        f"{BASE}lists/public.html",
        f"{BASE}feed/list/public.atom",
    }
    assert f"{BASE}lists/public.html" in site["sitemap.xml"]


def test_other_lists_are_not(db, tmp_path):
    """No file has a word or an address of a private or unlisted list."""
    build(db, Config(), tmp_path / "site", base_url=BASE, now=NOW)
    site = texts(tmp_path / "site")

    for secret in ("unlistedwords", "privatewords", "tokenun", "tokenpri", "lists/private"):
        assert [name for name, text in site.items() if secret in text] == []


def test_a_list_that_became_private_goes(db, tmp_path):
    """With the next build its files are removed, and nothing tells that it was there."""
    build(db, Config(), tmp_path / "site", base_url=BASE, now=NOW)
    store = open_store(db, now=NOW)
    lists.edit(store.conn, "public", visibility="private", now=NOW)
    store.conn.close()
    report = build(db, Config(), tmp_path / "site", base_url=BASE, now=NOW)

    assert "lists/public.html" in report.changes.removed
    assert [n for n, text in texts(tmp_path / "site").items() if "publicwords" in text] == []


def test_pages_of_lists_are_valid(db, tmp_path):
    """A curator's odd words break no page, and no form of the owner's is in one."""
    build(db, Config(), tmp_path / "site", options=SiteOptions(entries=0), now=NOW)

    for name in ("lists.html", "lists/public.html"):
        page = (tmp_path / "site" / name).read_text()
        html5lib.HTMLParser(strict=True).parse(page)

        assert len(re.findall("<form", page)) == 1
        assert "<b>odd" not in page


def test_views_are_in_the_site_but_the_owners(db, tmp_path):
    """A view of the file or of the store has its page and feeds, unless it shows private marks."""
    config = parse_config(f'[[views]]\nslug = "films"\ntitle = "{ODD[:8]}"\ncategory = "video"\n')
    store = open_store(db, now=NOW)
    starred = Selection(starred=True)
    views.save(store.conn, View(slug="secret", title="S3cret", selection=starred), now=NOW)
    views.save(store.conn, View(slug="saved", title="Saved"), now=NOW)
    store.conn.close()
    build(db, config, tmp_path / "site", base_url=BASE, now=NOW)
    site = texts(tmp_path / "site")

    assert {"views.html", "v/films.html", "v/saved.html", "feed/view/saved.atom"} <= set(site)
    assert [name for name, text in site.items() if "S3cret" in text or "v/secret" in text] == []
    assert f"{BASE}v/saved.html" in site["feed/view/saved.json"]
    for name in ("views.html", "v/films.html", "v/saved.html"):
        html5lib.HTMLParser(strict=True).parse(site[name])


def test_stories_are_in_the_site(tmp_path):
    """What several sources report has a page, to which the cards of its entries lead."""
    path = tmp_path / "aggregator.db"
    other = source("https://other.example.org/feed.xml", title="Another")
    same = {"url": "https://example.org/same", "canonical_url": "https://example.org/same"}
    fill(path, {source(): [entry(1, **same)], other: [entry(2, title="Else", **same), entry(3)]})
    store = open_store(path, now=NOW)
    stories.rebuild(store.conn)
    [[number]] = store.conn.execute("SELECT id FROM stories").fetchall()
    store.conn.close()
    build(path, Config(), tmp_path / "site", base_url=BASE, now=NOW)
    site = texts(tmp_path / "site")

    assert site["index.html"].count(f'href="s/{number}.html"') == 2
    assert "Another" in site[f"s/{number}.html"]
    assert f'href="s/{number}.html"' in site["stories.html"]
    assert f"{BASE}s/{number}.html" in site["sitemap.xml"]
    for name in ("stories.html", f"s/{number}.html"):
        html5lib.HTMLParser(strict=True).parse(site[name])
