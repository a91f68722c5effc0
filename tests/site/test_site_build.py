"""The whole desk as plain files: from the database to the folder."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import pytest

from aggregator.config import Config, Settings
from aggregator.errors import StoreError, UsageError
from aggregator.model import FeedInfo, Parsed, RawEntry, Text
from aggregator.refine import refine
from aggregator.site import SiteOptions, build
from aggregator.site.folder import MANIFEST
from aggregator.store import open_store
from aggregator.taxonomy import CATEGORIES
from tests.desk import NOW, entry, fill, source

BASE = "https://example.org/read/"
TOKEN = "s3cr3tt0k3n0123456789abcdef"
HOSTILE = '<script>alert(1)</script>"onmouseover="x\'--><!--&lt;\u2028\x00'
BODIES = (
    "<p>a<div>b</p></div><a href=/c/video>x<a href='/e/1'>y</a></a><table><p>z<tr><td>1<li>",
    "<form action=/><button><button>x</form><select><option><p></select><math><mi><svg></p>",
    '<a href="/lists/x?token=1" class="button">t</a><img src=/logo onerror=x alt="<&\'">',
    "<h1><h2><b><i></b></i><ruby>x<rt>y</ruby><template><p></template><plaintext><p>",
    "<!-- --!> <script>x</script><style>*{}</style><![CDATA[ x ]]><?php x ?><br/></br><pre>\n\n<p/>",
    "<dl><dt>a<dd>b<dl></dl><ul><ul><li></ul><a href='https://e.org/?a=1&copy=2&amp;b'>&copy &#0;</a>",
)


class Tags(HTMLParser):
    """Where a page leads, and what it has that its policy would not allow."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.inline, self.scripts = [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.links += [
            named[name] for name in ("href", "src", "action", "poster") if named.get(name)
        ]
        self.ids.add(named.get("id"))
        self.inline += [name for name in named if name.startswith("on") or name == "style"]
        self.inline += [tag] if tag in {"style", "iframe", "base", "object", "embed"} else []
        self.scripts += [named.get("src")] if tag == "script" else []


def hostile():
    """Entries as a hostile feed would give them, refined as every other."""
    raw = [
        RawEntry(
            id=f"h{number}",
            link=f"https://hostile.example.org/{number}?x=1&y='\"<",
            title=Text(f"{number} {HOSTILE}"),
            content=(Text(body + HOSTILE, base="https://hostile.example.org/"),),
            author=HOSTILE,
            tags=(HOSTILE,),
            thumbnail="javascript:alert(1)",
            language='en" onload="x',
            rights=HOSTILE,
        )
        for number, body in enumerate(BODIES)
    ]
    parsed = Parsed(feed=FeedInfo(title=HOSTILE), entries=tuple(raw))
    return list(refine(parsed, url="https://hostile.example.org/feed", identity=0).entries)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """100 entries of a blog, a video channel, and a hostile feed with a private address; its site.

    Made once: a test that changes something does so in a copy.
    """
    folder = tmp_path_factory.mktemp("made")
    private = source(f"https://hostile.example.org/feed?token={TOKEN}", title=HOSTILE)
    channel = source("https://example.org/video.xml", title="A channel", category="video")
    fill(
        folder / "aggregator.db",
        {
            source(): [entry(number) for number in range(1, 101)],
            channel: [entry(900, title="Tidal energy", image="https://example.org/1.jpg")],
            private: hostile(),
        },
    )
    build(folder / "aggregator.db", Config(), folder / "site", base_url=BASE, now=NOW)
    return folder


@pytest.fixture
def db(made, tmp_path):
    """A database of one's own."""
    return shutil.copy(made / "aggregator.db", tmp_path)


@pytest.fixture
def site(made, tmp_path):
    """The site of that database, at its address."""
    return shutil.copytree(made / "site", tmp_path / "site")


def pages(site):
    return {str(each.relative_to(site)): each.read_text("utf-8") for each in site.rglob("*.html")}


def files(site):
    return {
        str(each.relative_to(site)): each.read_bytes() for each in site.rglob("*") if each.is_file()
    }


def target(name, link):
    """The file within the site that a link of a file leads to, None outside."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = parts.path.removeprefix("/read/") if parts.path.startswith("/read/") else parts.path
    root = Path("/site")
    start = root if parts.path.startswith("/read/") else (root / name).parent
    whole = (start / unquote(path)).resolve() if path else root / name
    return str(whole.relative_to(root)) if whole != root else "index.html"


def test_every_kind_of_page_is_there(site):
    """River, categories, sources, entries, feeds, search and what search engines ask for."""
    names = set(files(site))
    entries = [name for name in names if name.startswith("e/")]

    assert {"index.html", "older/2.html", "older/3.html", "source/1.html", "search.html"} <= names
    assert {f"c/{each.slug}.html" for each in CATEGORIES} <= names
    assert {f"feed/all.{end}" for end in ("atom", "rss", "json", "opml")} <= names
    assert {"404.html", "robots.txt", "sitemap.xml", "static/desk.css", "search/about.js"} <= names
    assert len(entries) == 107


def test_every_link_leads_to_a_file(site):
    """Nothing within the site is missing, from whichever page one comes."""
    there = set(files(site))
    missing = {
        (name, link)
        for name, page in pages(site).items()
        for link in Tags(page).links
        if (file := target(name, link)) is not None and file not in there
    }

    assert missing == set()


def test_icons_are_in_the_page(site):
    """A page draws its icons itself: from a disk, none may ask another file for them."""
    for page in pages(site).values():
        used = set(re.findall(r'<use href="#([^"]+)"', page))

        assert used
        assert used <= Tags(page).ids
        assert "icons.svg" not in page


def test_all_pages_are_valid(site):
    """A strict parser of HTML finds no fault, hostile entries included."""
    for page in pages(site).values():
        html5lib.HTMLParser(strict=True).parse(page)


def test_no_page_has_what_the_policy_forbids(site):
    """The policy is in each page, allows nothing inline, and nothing inline is there."""
    for name, page in pages(site).items():
        tags = Tags(page)

        assert "default-src 'none'" in page.partition("<title>")[0]
        assert "unsafe" not in page
        assert tags.inline == []
        assert tags.scripts == ([tags.scripts[0]] if name == "search.html" else [])
        assert [link for link in tags.links if link.startswith(("javascript:", "data:"))] == []


def test_nothing_private_is_in_it(db, tmp_path):
    """Neither addresses of feeds nor what the curator marked and wrote is in any file."""
    store = open_store(db, now=NOW)
    [number] = store.conn.execute("SELECT max(id) FROM entries").fetchone()
    store.conn.execute(
        "INSERT INTO notes VALUES (?, 'PRIVATENOTE', '2026-11-23T10:00:00Z')", [number]
    )
    store.conn.execute("INSERT INTO stars VALUES (?, '2026-11-23T10:00:00Z')", [number])
    store.conn.execute("INSERT INTO entry_tags VALUES (?, 'privatetag')", [number])
    store.conn.commit()
    store.conn.close()
    build(db, Config(), tmp_path / "site", base_url=BASE, now=NOW)
    everything = b"\n".join(files(tmp_path / "site").values())

    for secret in (TOKEN, "PRIVATENOTE", "privatetag", 'feed.xml"', str(tmp_path)):
        assert secret.encode() not in everything.replace(
            b'xmlUrl="https://example.org/feed.xml"', b""
        )


def test_hidden_entries_are_nowhere(db, tmp_path):
    """What a rule has hidden has no page, no card, and is not found."""
    store = open_store(db, now=NOW)
    store.conn.execute("UPDATE entries SET hidden = 1 WHERE title = 'Tidal energy'")
    store.conn.commit()
    store.conn.close()
    build(db, Config(), tmp_path / "site", base_url=BASE, now=NOW)

    assert [name for name, data in files(tmp_path / "site").items() if b"Tidal" in data] == []


def test_dates_do_not_age(db, tmp_path, site):
    """Pages tell dates, so a site that is built a month later is the same to the byte."""
    before = files(site)
    report = build(db, Config(), site, base_url=BASE, now=NOW + 30 * 86400)

    assert report.changes.written == report.changes.removed == ()
    assert before == files(site)
    assert "23 November 2026" in before["index.html"].decode()


def test_only_what_changed_is_written(db, site):
    """A changed entry changes its page and those that show it, and no others."""
    store = open_store(db, now=NOW)
    store.conn.execute("UPDATE entries SET title = 'Renamed' WHERE title = 'Tidal energy'")
    store.conn.commit()
    store.conn.close()
    before = json.loads((site / MANIFEST).read_text())["files"]
    report = build(db, Config(), site, base_url=BASE, now=NOW + 86400)
    after = json.loads((site / MANIFEST).read_text())["files"]
    changed = {name for name in report.changes.written if name.endswith(".html")}

    assert changed == {
        "older/3.html",
        "c/video.html",
        "source/2.html",
        *(name for name in changed if name.startswith("e/")),
    }
    assert len(changed) == 4
    assert {name for name in after if after[name] != before[name]} == set(report.changes.written)


def test_what_is_gone_from_the_desk_goes(db, site):
    """The page of an entry goes with it, and that of a source that has no other."""
    store = open_store(db, now=NOW)
    store.conn.execute("UPDATE entries SET hidden = 1 WHERE title = 'Tidal energy'")
    store.conn.commit()
    store.conn.close()
    report = build(db, Config(), site, base_url=BASE, now=NOW)

    assert len(report.changes.removed) == 2
    assert report.changes.removed[0].startswith("e/")
    assert report.changes.removed[1] == "source/2.html"


def test_entries_without_a_page_lead_to_the_original(db, tmp_path):
    """Of the newest so many there are pages; the others are a link away."""
    options = SiteOptions(entries=2)
    report = build(db, Config(), tmp_path / "site", base_url=BASE, options=options, now=NOW)
    river = (tmp_path / "site" / "index.html").read_text()

    assert report.entries == 2
    assert len(list((tmp_path / "site" / "e").iterdir())) == 2
    assert re.search(r'<h3 dir="auto"><a href="e/\d+\.html">Entry number 2</a>', river)
    assert (
        '<h3 dir="auto"><a href="https://example.org/3" rel="noopener noreferrer">Entry number 3</a>'
        in river
    )


def test_rivers_are_kept_so_far(db, tmp_path):
    """Below the last page that is kept, nothing leads on."""
    options = SiteOptions(pages=2, entries=0)
    build(db, Config(), tmp_path / "site", options=options, now=NOW)
    last = (tmp_path / "site" / "older" / "2.html").read_text()

    assert not (tmp_path / "site" / "older" / "3.html").exists()
    assert "Older entries" not in last
    assert 'rel="next"' not in last
    assert "Older entries" in (tmp_path / "site" / "index.html").read_text()


def test_feeds_tell_where_they_are(site):
    """Each feed has the site's address for its own and for its page."""
    atom = feedparser.parse((site / "feed" / "video.atom").read_bytes())
    rss = feedparser.parse((site / "feed" / "all.rss").read_bytes())
    whole = json.loads((site / "feed" / "all.json").read_text())

    assert {each.href for each in atom.feed.links} == {
        f"{BASE}c/video.html",
        f"{BASE}feed/video.atom",
    }
    assert rss.feed.link == whole["home_page_url"] == BASE
    assert whole["feed_url"] == f"{BASE}feed/all.json"
    assert [each.title for each in atom.entries] == ["Tidal energy"]


def test_the_sitemap_names_the_pages(site):
    """All pages are listed but entries, which name their originals as the ones to be found."""
    root = ET.fromstring((site / "sitemap.xml").read_bytes())
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [each.text for each in root.iter(f"{space}loc")]

    assert BASE in listed
    assert f"{BASE}c/video.html" in listed
    assert f"{BASE}older/2.html" in listed
    assert [each for each in listed if "/e/" in each or "404" in each or "search" in each] == []
    assert {each.text for each in root.iter(f"{space}lastmod")} == {"2026-11-23T10:00:00Z"}
    assert (site / "robots.txt").read_text().endswith(f"Sitemap: {BASE}sitemap.xml\n")


def test_the_page_for_what_is_missing_fits_everywhere(site):
    """It is shown at any depth, so its links begin at the root of the host."""
    links = Tags((site / "404.html").read_text()).links

    assert [link for link in links if not link.startswith(("/read/", "#"))] == []


def test_without_an_address_all_but_the_sitemap_is_there(db, tmp_path):
    """A site that does not know where it will be is whole, with relative links in its feeds."""
    build(db, Config(), tmp_path / "site", now=NOW)
    atom = (tmp_path / "site" / "feed" / "video.atom").read_text()

    assert not (tmp_path / "site" / "sitemap.xml").exists()
    assert "Sitemap" not in (tmp_path / "site" / "robots.txt").read_text()
    assert '<link rel="alternate" href="../c/video.html"' in atom
    assert '<link rel="self" href="video.atom"' in atom
    assert not any(b"localhost" in data for data in files(tmp_path / "site").values())


def test_the_address_of_the_configuration_is_used(db, tmp_path):
    """`base_url` of feeds.toml is the site's, and its title is on every page."""
    config = Config(settings=Settings(base_url="https://example.org/desk", title="Bits & <pieces>"))
    report = build(db, config, tmp_path / "site", now=NOW)

    assert report.base_url == "https://example.org/desk/"
    assert (
        "https://example.org/desk/c/video.html" in (tmp_path / "site" / "sitemap.xml").read_text()
    )
    assert all("Bits &amp; &lt;pieces&gt;" in page for page in pages(tmp_path / "site").values())


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org/", "https://", "https://a:b@c/", "http://[x"]
)
def test_an_address_must_be_one(db, tmp_path, url):
    """What is no address of a site is refused before anything is written."""
    with pytest.raises(UsageError, match="no address"):
        build(db, Config(), tmp_path / "site", base_url=url, now=NOW)

    assert not (tmp_path / "site").exists()


def test_no_database_is_made(tmp_path):
    """A site of nothing is an error, not an empty database."""
    with pytest.raises(StoreError):
        build(tmp_path / "no.db", Config(), tmp_path / "site", now=NOW)

    assert not (tmp_path / "no.db").exists()


def test_the_running_desk_has_no_such_pages(db):
    """The search of files and their page for nothing exist only in a site."""
    from tests.desk import ask_all

    assert [each.status_code for each in ask_all(db, ["/search", "/404"])] == [404, 404]
