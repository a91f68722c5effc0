"""Documents made to harm: bounded in time and memory, no flood, nothing lost."""

import json
import sqlite3

import pytest

from aggregator.store import open_store
from tests.hostile.scales import weighing
from tests.hostile.world import GOOD, NOW, entries, feeds, ok, run, unread
from tests.loopback import rss

DAY = 86_400
OPEN, CLOSE = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title>",
    b"</channel></rss>",
)
ITEM = b"<item><guid>g</guid><title>%s</title><description>%s</description></item>"
SECRET = "root:x:0:0"


def feed(title=b"Title", text=b"Text", doctype=b""):
    return OPEN.replace(b"?><", b"?>" + doctype + b"<", 1) + ITEM % (title, text) + CLOSE


def dated(*items):
    """A feed; an entry is (guid, title, link, RFC 822 date)."""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{link}</link>"
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + "</item>"
        for guid, title, link, date in items
    )
    return OPEN + rows.encode() + CLOSE


def jsonfeed(*items, **fields):
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, **fields}
    ).encode()


LAUGHS = b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol" * 9) for n in range(10)
)
# Name: a document that shall cost little, whatever comes of it.
BOMBS = {
    "a billion laughs": feed(b"&l9;", b"x", b"<!DOCTYPE rss [" + LAUGHS + b"]>"),
    "quadratic entities": feed(
        b"&a;" * 20_000, b"x", b"<!DOCTYPE rss [<!ENTITY a '" + b"x" * 50_000 + b"'>]>"
    ),
    "parameter entities": feed(
        b"x", b"x", b"<!DOCTYPE rss [<!ENTITY % a '%b;%b;'><!ENTITY % b '%a;'>%a;]>"
    ),
    "entities within themselves": feed(
        b"&a;", b"x", b"<!DOCTYPE rss [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>"
    ),
    "a DOCTYPE without an end": b"<?xml version='1.0'?><!DOCTYPE rss [" + b"<!ENTITY " * 99_999,
    "nested XML": OPEN + b"<a>" * 200_000,
    "nested entries": OPEN + b"<item>" * 100_000,
    "nested groups": OPEN + b"<item><title>x</title>" + b"<media:group>" * 50_000,
    "nested markup": feed(text=b"&lt;div&gt;" * 100_000),
    "nested quotes": feed(text=b"&lt;blockquote&gt;&lt;b&gt;" * 50_000),
    "open comments": feed(text=b"&lt;!--" * 50_000),
    "open links": feed(text=b"&lt;a href='" * 50_000),
    "open tags": feed(text=b"&lt;" * 500_000),
    "attributes": OPEN
    + b"<item "
    + b" ".join(b"a%d='1'" % n for n in range(100_000))
    + b"/>"
    + CLOSE,
    "attributes of markup": feed(
        text=b"&lt;p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b"&gt;x"
    ),
    "name spaces": b"<rss " + b" ".join(b"xmlns:n%d='u'" % n for n in range(50_000)) + b">" + CLOSE,
    "an author of z": OPEN
    + ITEM.replace(b"</item>", b"<author>" + b"z" * 100_000 + b"</author></item>") % (b"x", b"x")
    + CLOSE,
    "an author of @": OPEN
    + ITEM.replace(b"</item>", b"<author>" + b"a@" * 50_000 + b"</author></item>") % (b"x", b"x")
    + CLOSE,
    "a title of 8 MB": feed(title=b"x" * (8 << 20)),
    "a comment of 8 MB": OPEN + b"<!--" + b"x" * (8 << 20) + b"-->" + ITEM % (b"x", b"x") + CLOSE,
    "CDATA of 8 MB": feed(text=b"<![CDATA[" + b"<b>x" * (2 << 20) + b"]]>"),
    "broken and 8 MB": OPEN + b"<item><title>&nosuch;" + b"<p>x" * (2 << 20),
    "a hundred thousand entries": OPEN + b"<item><title>x</title></item>" * 100_000 + CLOSE,
    "a million empty entries": OPEN + b"<item/>" * 1_000_000 + CLOSE,
    "a hundred thousand enclosures": OPEN
    + b"<item><title>x</title>"
    + b"<enclosure url='http://e.example/%d' type='a/b' length='1'/>" % 1 * 100_000
    + b"</item>"
    + CLOSE,
    "a hundred thousand categories": OPEN
    + b"<item><title>x</title>"
    + b"<category>x</category>" * 100_000
    + b"</item>"
    + CLOSE,
    "nested JSON": b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 200_000,
    "a JSON number of a million digits": b'{"version":"https://jsonfeed.org/version/1","items":['
    + b"9" * 1_000_000
    + b"]}",
    "a million JSON entries": b'{"version":"https://jsonfeed.org/version/1","items":['
    + b"{}," * 1_000_000
    + b"{}]}",
    "only NUL": b"\0" * 1_000_000,
    "only blanks": b" " * 5_000_000,
    "only less-than": b"<" * 3_000_000,
    "a binary": bytes(range(256)) * 4000,
}


@pytest.fixture(scope="module")
def weighed():
    """Runs a fetch in a small process of its own and says what it took."""
    with weighing() as weigh:
        yield weigh


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_little_and_its_neighbour_nothing(db, world, weighed, bomb):
    """A document has ten seconds and 300 MB in a child of its own; another feed is not held up."""
    bad = world.serve("/bad", ok(BOMBS[bomb]))
    good = world.serve("/good", ok(GOOD))
    run = weighed(db, bad, good)

    assert run.told[good].new == 2
    assert run.told[bad].new <= 2000
    assert run.told[bad].status == "ok" or run.told[bad].error.endswith(".")
    assert run.seconds < 25  # ten of them the child's, and a machine that is busy
    assert run.own < 300 * 1024
    assert run.largest_child < 400 * 1024


def test_external_entities_are_not_followed(db, world, tmp_path):
    """Neither a file nor an address that a document names is read."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    world.serve("/entity", ok(SECRET.encode()))
    for number, where in enumerate((secret.as_uri(), str(secret), world.url + "/entity")):
        doctype = f"<!DOCTYPE rss SYSTEM '{where}' [<!ENTITY x SYSTEM '{where}'>]>".encode()
        run(db, world.serve(f"/{number}", ok(feed(b"A &x; B", b"&x;", doctype))))
    xinclude = b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' parse='text' href='%s'/>"
    run(db, world.serve("/3", ok(feed(text=xinclude % secret.as_uri().encode()))))
    run(db, world.serve("/4", ok(b"<?xml-stylesheet href='/entity'?>" + feed())))

    assert "/entity" not in world.paths()
    assert all(SECRET not in entry.title + (entry.html or "") for entry in entries(db))


ODD = {
    "Latin-1 that says UTF-8": feed("Zoë ist schön".encode("latin-1")),
    "UTF-8 that says Latin-1": b"<?xml version='1.0' encoding='latin-1'?>"
    + feed("Zoë".encode())[21:],
    "two charsets at once": feed("Zoë ".encode() + "Zoë".encode("latin-1")),
    "UTF-16": feed().decode().replace("<?xml version='1.0'?>", "").encode("utf-16"),
    "UTF-16 without a mark": feed().decode().encode("utf-16-le"),
    "UTF-32": feed().decode().replace("<?xml version='1.0'?>", "").encode("utf-32"),
    "UTF-7": b"<?xml version='1.0' encoding='utf-7'?>" + feed(b"+ADw-script+AD4-")[21:],
    "a charset that is none": b"<?xml version='1.0' encoding='klingon'?>" + feed()[21:],
    "a charset that decodes to anything": b"<?xml version='1.0' encoding='zlib'?>" + feed()[21:],
    "NUL within": feed(b"a\0b", b"c\0d"),
    "control characters": feed(b"a\x01\x08\x1b[31mb\x7f", b"\x0c\x0b"),
    "control characters by number": feed(b"a&#0;&#1;&#27;[2Jb", b"&#x9b;31m"),
    "lone surrogates by number": feed(b"a&#xD800;b", b"&#xDFFF;"),
    "lone surrogates in JSON": jsonfeed(
        {"id": "\ud800", "title": "\udfff", "content_text": "\ud83d"}
    ),
    "non-characters": feed("a\ufffe\uffff\U0010ffffb".encode()),
    "bidi overrides": feed("\u202eevil\u202c \u2066x\u2069 pdf.\u202egpj.exe".encode()),
    "a thousand marks on a letter": feed(("a" + "\u0301" * 1000).encode()),
    "the year 0": dated(("a", "A", "http://e.example/a", "Sat, 01 Jan 0000 00:00:00 GMT")),
    "the year 99999": dated(("a", "A", "http://e.example/a", "Sat, 01 Jan 99999 00:00:00 GMT")),
    "the 31st of February": dated(
        ("a", "A", "http://e.example/a", "Tue, 31 Feb 2026 25:61:61 GMT")
    ),
    "a zone of 99 hours": dated(("a", "A", "http://e.example/a", "Tue, 3 Feb 2026 25:61:61 +9999")),
    "a date of JSON": jsonfeed({"id": "a", "title": "A", "date_published": 1e308}),
    "numbers for texts in JSON": jsonfeed({"id": 1, "title": 2, "content_html": [3], "url": {}}),
    "JSON that nests itself": jsonfeed({"id": "a", "title": "A", "attachments": [[[[]]]]}),
    "JSON with NaN": b'{"version":"https://jsonfeed.org/version/1","items":[{"id":NaN,"title":"x"}]}',
    "JSON that is no feed": b'{"a":1}',
    "no GUIDs at all": OPEN + b"<item><title>A</title></item><item><title>B</title></item>" + CLOSE,
    "nothing in its entries": OPEN + b"<item></item>" * 3 + CLOSE,
    "one GUID for all": OPEN + (ITEM % (b"A", b"a") + ITEM % (b"B", b"b")) * 3 + CLOSE,
    "a GUID of a megabyte": OPEN + b"<item><guid>" + b"g" * (1 << 20) + b"</guid></item>" + CLOSE,
    "huge numbers": OPEN
    + b"<ttl>99999999999999999999</ttl><item><title>x</title>"
    + b"<enclosure url='http://e.example/' length='99999999999999999999999' type='a/b'/></item>"
    + CLOSE,
    "a truncated document": GOOD[: len(GOOD) // 2],
    "two documents in one": GOOD + GOOD,
    "bytes before the document": b"\xff\xfe\x00" + GOOD,
    "an entry without an end": OPEN + b"<item><title>A</title>",
}


@pytest.mark.parametrize("oddity", ODD)
def test_an_odd_document_breaks_nothing(db, world, oddity):
    """It is read, or refused in a sentence; what is stored can be read, searched and printed."""
    url = world.serve("/feed", ok(ODD[oddity]))
    told = run(db, url, world.serve("/good", ok(GOOD)))

    assert told[url].status == "ok" or told[url].error.endswith(".")
    assert told[world.url + "/good"].new == 2
    for entry in entries(db):
        words = f"{entry.title}{entry.author}{entry.summary}{entry.html}{entry.text}"
        assert words.encode()
        assert not set(words) & set(map(chr, (*range(9), *range(14, 32), *range(0x7F, 0xA0))))
        assert not set(words) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert 0 < entry.published_at <= NOW
    with sqlite3.connect(db) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    conn.close()


def archive(count, *, guid="g{}", link="https://e.example/{}", title="Entry {}", month="Oct"):
    return dated(
        *(
            (
                guid.format(n),
                title.format(n),
                link.format(n),
                f"{n % 28 + 1:02} {month} 2026 {n // 28:02}:00:00 GMT",
            )
            for n in range(count)
        )
    )


AGAIN = {
    "new GUIDs": {"guid": "new-{}"},
    "new GUIDs and a tag on each link": {
        "guid": "new-{}",
        "link": "https://e.example/{}?utm_source=rss",
    },
    "new GUIDs and https": {"guid": "new-{}", "link": "http://e.example/{}"},
    "another domain": {"guid": "https://n.example/{}", "link": "https://n.example/{}"},
    "other links": {"link": "https://e.example/blog/{}"},
    "new dates": {"month": "Nov"},
    "new GUIDs and new dates": {"guid": "new-{}", "month": "Nov"},
}


@pytest.mark.parametrize("change", AGAIN)
def test_a_feed_that_comes_again_under_other_ids_is_no_flood(db, world, change):
    """Its entries are those that are there: none is new, none is lost, none is unread again."""
    url = world.serve("/feed", ok(archive(30)))
    run(db, url)
    before = {entry.id: entry.title for entry in entries(db)}
    with open_store(db, now=NOW) as store:
        store.conn.execute("DELETE FROM unread")
        store.conn.commit()
    world.serve("/feed", ok(archive(30, **AGAIN[change])))
    told = run(db, url, at=NOW + 2 * DAY)

    assert told[url].new == 0
    assert unread(db) == 0
    assert {entry.id: entry.title for entry in entries(db)} == before


@pytest.mark.parametrize("fields", [{"title": "Other {}"}, {"title": "Other {}", "month": "Sep"}])
def test_an_archive_that_is_new_to_us_is_not_unread(db, world, fields):
    """Old entries by the dozen, with nothing to know them by, are stored and not queued."""
    url = world.serve("/feed", ok(archive(30)))
    run(db, url)
    before = unread(db)
    new = {"guid": "x{}", "link": "https://x.example/{}"}
    world.serve("/feed", ok(archive(28, **new, **fields)))
    told = run(db, url, at=NOW + 2 * DAY)

    assert told[url].new == 28
    assert unread(db) == before
    assert feeds(db)[url].total == 58


SHRUNK = {
    "to nothing": OPEN + CLOSE,
    "to one entry": archive(1),
    "to its first half": archive(15),
    "to an empty Atom feed": b"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title></feed>",
    "to garbage": b"<html>We are moving</html>",
    "to half a document": archive(30)[:900],
    "in another order": dated(
        *((f"g{n}", f"Entry {n}", f"https://e.example/{n}", None) for n in reversed(range(30)))
    ),
}


@pytest.mark.parametrize("how", SHRUNK)
def test_a_feed_that_shrinks_loses_nothing(db, world, how):
    """Entries stay, and when they come back they are neither new nor unread."""
    url = world.serve("/feed", ok(archive(30)))
    run(db, url)
    before = [entry.id for entry in entries(db)]
    world.serve("/feed", ok(SHRUNK[how]))
    run(db, url, at=NOW + DAY)
    during = [entry.id for entry in entries(db)]
    queued = unread(db)
    world.serve("/feed", ok(archive(30)))
    told = run(db, url, at=NOW + 9 * DAY)

    assert [entry.id for entry in entries(db)] == during == before
    assert (told[url].new, unread(db)) == (0, queued)


def test_an_entry_from_the_future_pins_nothing(db, world):
    """It counts from when it was seen; what comes later stands above it."""
    url = world.serve(
        "/feed", ok(dated(("f", "Future", "http://e.example/f", "01 Jan 2099 00:00:00 GMT")))
    )
    run(db, url)
    later = dated(
        ("f", "Future", "http://e.example/f", "01 Jan 2099 00:00:00 GMT"),
        ("n", "Now", "http://e.example/n", "24 Nov 2026 11:00:00 GMT"),
    )
    world.serve("/feed", ok(later))
    run(db, url, at=NOW + DAY)

    assert [entry.title for entry in entries(db)] == ["Now", "Future"]


def test_no_feed_can_change_the_entries_of_another(db, world):
    """The same GUID and link in two feeds are two entries."""
    one = world.serve("/one", ok(rss(("a", "Mine", "<p>mine</p>"))))
    run(db, one)
    two = world.serve("/two", ok(rss(("a", "Forged", "<p>forged</p>"))))
    run(db, one, two)

    assert sorted(entry.title for entry in entries(db)) == ["Forged", "Mine"]
    assert feeds(db)[one].total == 1
