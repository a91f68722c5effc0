"""Atom, RSS and JSON Feed, read back by feedparser and json to the same entries."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from time import gmtime
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, bare, hostile, hostile_pick
from hypothesis import given

from aggregator.export import Channel, export, safe
from aggregator.model import Enclosure

FEEDS = ["atom", "rss", "jsonfeed"]
ATOM = "{http://www.w3.org/2005/Atom}"
PERMITTED = {  # RFC 4287, 4.1.2, and how often at most
    "author": 99, "category": 99, "content": 1, "id": 1, "link": 99, "published": 1, "rights": 1,
    "source": 1, "summary": 1, "title": 1, "updated": 1,
}  # fmt: skip


def read(name, text):
    """The document as feedparser has it, well-formed and with what it says untouched."""
    found = feedparser.parse(text.encode(), sanitize_html=False, resolve_relative_uris=False)

    assert not found.bozo
    assert {"atom": "atom10", "rss": "rss20"}[name] == found.version
    return found


def plain(detail):
    """The words of a title or summary, whichever of text and HTML feedparser took it for."""
    return html.unescape(detail.value) if detail.type == "text/html" else detail.value


def at(seconds):
    return gmtime(seconds)


@pytest.mark.parametrize("name", ["atom", "rss"])
def test_an_entry_reads_back(name):
    """Every field that the format has a place for comes back from feedparser as it was."""
    found = read(name, export(name, CHANNEL, [PLAIN]))
    (entry,) = found.entries
    links = {each.rel: each.href for each in entry.links}

    assert PLAIN.title == entry.title
    assert PLAIN.url == entry.link
    assert PLAIN.author == entry.author
    assert PLAIN.summary == entry.summary
    assert PLAIN.html == entry.content[0].value
    assert at(PLAIN.published_at) == entry.published_parsed
    assert ["blogs", *PLAIN.tags] == [each.term for each in entry.tags]
    assert entry.tags[0].scheme == "urn:x-aggregator:category"
    assert PLAIN.source == entry.source.title
    assert PLAIN.enclosures[0].url == entry.enclosures[0].href
    assert entry.enclosures[0].type == "audio/mpeg"
    assert entry.enclosures[0].length == "123456"
    assert [{"url": PLAIN.image}] == entry.media_thumbnail
    assert PLAIN.rights == entry.rights
    assert PLAIN.comments_url == (links["replies"] if name == "atom" else entry.comments)
    assert PLAIN.source_url == (links["via"] if name == "atom" else entry.source.href)
    assert CHANNEL.title == found.feed.title
    assert CHANNEL.feed_url in [each.href for each in found.feed.links if each.rel == "self"]
    assert CHANNEL.url == found.feed.link
    assert at(CHANNEL.updated) == found.feed.updated_parsed


def test_atom_tells_changes_and_languages():
    """Atom has the time of the last change and each entry's language."""
    (entry,) = read("atom", export("atom", CHANNEL, [PLAIN])).entries

    assert at(PLAIN.updated_at) == entry.updated_parsed
    assert entry.title_detail.language == "en-GB"


def test_rss_carries_all_media_files_with_their_duration():
    """RSS has one enclosure at most; Media RSS has them all."""
    (entry,) = read("rss", export("rss", CHANNEL, [PLAIN])).entries
    first = {"url": PLAIN.enclosures[0].url, "type": "audio/mpeg", "filesize": "123456",
             "duration": "754"}  # fmt: skip

    assert len(entry.enclosures) == 1
    assert [first, {"url": PLAIN.enclosures[1].url}] == entry.media_content


@pytest.mark.parametrize("name", ["atom", "rss"])
@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_words(name, words):
    """A feed's words come back as words, from both kinds of XML."""
    words = words[:2000]  # a long author costs feedparser half a minute
    entry = same(name, words)

    assert squeeze(safe.line(words) or ADDRESS) == squeeze(plain(entry.title_detail))


@pytest.mark.parametrize("name", ["atom", "rss"])
@given(words=WORDS)
def test_any_text_stays_words(name, words):
    """Whatever is written, a reader reads just that.

    The words are read by expat: feedparser repairs what looks like wrong decoding ("Â¡").
    """
    same(name, words)


ADDRESS = "https://h.example/%22'%3C&%3E"


def same(name, words):
    """The entry as feedparser has it, after its words were compared."""
    text = export(name, CHANNEL, [hostile(words, link="https://h.example/\"'<&>")])
    (entry,) = read(name, text).entries
    line = safe.line(words)

    assert entry.link == ADDRESS
    assert entry.enclosures[0].href == ADDRESS
    assert (line or ADDRESS) == leaf(name, text, "title")
    assert (line or "Unnamed source") == leaf(name, text, "source")
    assert (line or "Unnamed source") == leaf(name, text, "author")
    assert safe.text(words) == leaf(name, text, "summary")
    return entry


def squeeze(words):
    """Feedparser strips what Unicode calls a space; what is between words is what counts."""
    return " ".join(words.split())


PATHS = {
    ("atom", "title"): f"{ATOM}entry/{ATOM}title",
    ("rss", "title"): "channel/item/title",
    ("atom", "source"): f"{ATOM}entry/{ATOM}source/{ATOM}title",
    ("atom", "author"): f"{ATOM}entry/{ATOM}author/{ATOM}name",
    ("atom", "summary"): f"{ATOM}entry/{ATOM}summary",
    ("rss", "source"): "channel/item/source",
    ("rss", "author"): "channel/item/{http://purl.org/dc/elements/1.1/}creator",
    ("rss", "summary"): "channel/item/description",
}


def leaf(name, text, what):
    """The words of an element; RSS's summary is HTML, and its title reads the same as HTML."""
    found = ET.fromstring(text.encode()).findtext(PATHS[name, what]) or ""
    return html.unescape(found) if name == "rss" and what in {"summary", "title"} else found


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("AT&T", "AT&T"),
        ("a < b", "a < b"),
        ("Use <b>", "Use &#x3C;b>"),
        ("&lt; & &amp;", "&#x26;lt; &#x26; &#x26;amp;"),
        ("fish &copy chips", "fish &#x26;copy chips"),
    ],
)
def test_a_title_in_rss_reads_the_same_as_text_and_as_html(title, written):
    """Only a title that would read differently as HTML is written as the RSS Profile says."""
    root = ET.fromstring(export("rss", CHANNEL, [replace(PLAIN, title=title)]).encode())

    assert written == root.findtext("channel/item/title")


@pytest.mark.parametrize("entry", [PLAIN, hostile("x"), bare(), bare(summary="s"), bare(text="t")])
def test_atom_has_what_the_rfc_requires(entry):
    """Each entry has id, title, updated, author, and content where there is no link (RFC 4287)."""
    feed = ET.fromstring(export("atom", Channel(title="T", updated=0), [entry]).encode())
    node = feed.find(f"{ATOM}entry")
    names = [each.tag.removeprefix(ATOM) for each in node if each.tag.startswith(ATOM)]
    rels = [each.get("rel") for each in node.findall(f"{ATOM}link")]

    assert all(names.count(name) <= most for name, most in PERMITTED.items())
    assert set(names) <= set(PERMITTED)
    assert {"id", "title", "updated", "author"} <= set(names)
    assert "content" in names or "alternate" in rels
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", node.findtext(f"{ATOM}id"))
    assert {"id", "title", "updated", "author"} <= {each.tag.removeprefix(ATOM) for each in feed}
    for updated in feed.iter(f"{ATOM}updated"):
        assert datetime.fromisoformat(updated.text).tzinfo == UTC


def test_rss_has_what_the_specification_requires():
    """A channel without an address still has a link, and a source without one is still named."""
    root = ET.fromstring(export("rss", Channel(title="T", updated=0), [bare()]).encode())
    item = root.find("channel/item")

    assert [each.tag for each in root.find("channel")][:3] == ["title", "link", "description"]
    assert root.findtext("channel/link")
    assert PLAIN.source == item.findtext("{http://purl.org/dc/elements/1.1/}source")
    assert item.findtext("title")


def test_an_enclosure_of_unknown_type_and_size_is_valid():
    """Type and length are required in RSS: unknown ones are said so."""
    entry = bare(enclosures=(Enclosure(url="https://fern.example/x", type="rubbish"),))
    item = ET.fromstring(export("rss", CHANNEL, [entry]).encode()).find("channel/item")

    assert item.find("enclosure").attrib == {
        "url": "https://fern.example/x",
        "type": "application/octet-stream",
        "length": "0",
    }
    assert item.findtext("link") == "https://fern.example/x"


def test_a_json_feed_reads_back():
    """JSON Feed has every field that it has a word for, and our own in the extension."""
    feed = json.loads(export("jsonfeed", CHANNEL, [PLAIN]))
    (entry,) = feed.pop("items")

    assert {
        "version": "https://jsonfeed.org/version/1.1",
        "title": CHANNEL.title,
        "home_page_url": CHANNEL.url,
        "feed_url": CHANNEL.feed_url,
        "description": CHANNEL.description,
        "language": "en",
        "authors": [{"name": CHANNEL.author}],
    } == feed
    assert entry.pop("id").startswith("urn:uuid:")
    assert {
        "url": PLAIN.url,
        "title": PLAIN.title,
        "content_html": PLAIN.html,
        "summary": PLAIN.summary,
        "image": PLAIN.image,
        "date_published": "2026-11-23T15:00:00Z",
        "date_modified": "2026-11-23T16:00:00Z",
        "authors": [{"name": "Ada Moss"}],
        "tags": list(PLAIN.tags),
        "language": "en-GB",
        "attachments": [
            {
                "url": PLAIN.enclosures[0].url,
                "mime_type": "audio/mpeg",
                "title": "Listen",
                "size_in_bytes": 123_456,
                "duration_in_seconds": 754,
            },
            {"url": PLAIN.enclosures[1].url, "mime_type": "application/octet-stream"},
        ],
        "_aggregator": {
            "source": PLAIN.source,
            "source_url": PLAIN.source_url,
            "category": "blogs",
            "platform": "wordpress",
            "comments_url": PLAIN.comments_url,
            "rights": PLAIN.rights,
        },
    } == entry


@given(WORDS)
def test_a_json_feed_always_has_content(words):
    """One of both content fields is required, also where an entry says nothing."""
    (entry,) = json.loads(export("jsonfeed", CHANNEL, [bare(text=words)]))["items"]

    assert (safe.text(words) or " ") == entry["content_text"]


def test_an_entry_is_the_same_to_all_readers():
    """The identifier is one in the three formats, and depends on guid and host alone."""
    other = replace(PLAIN, id=5, feed_id=9, title="New", source="New", url="https://new.example/",
                    source_url="http://fern.example/blog", updated_at=9)  # fmt: skip

    assert len({identity(name, entry) for name in FEEDS for entry in (PLAIN, other)}) == 1
    assert identity("atom", PLAIN) != identity("atom", replace(PLAIN, guid="13"))
    assert identity("atom", PLAIN) != identity(
        "atom", replace(PLAIN, source_url="http://b.example")
    )
    assert identity("atom", bare(guid="")) != identity("atom", bare(guid="", source="B"))


def identity(name, entry):
    text = export(name, CHANNEL, [entry])
    return re.search("urn:uuid:[0-9a-f-]+", text[max(0, text.find("<entry")) :])[0]


REMARKS = (
    f'<p><img src="{PICK.image}" alt="{PICK.image_alt}"></p>'
    "<p>Two pages worth your evening.<br>Read the second first.</p>"
    "<p>Then go out &amp; look.</p>"
    '<blockquote cite="https://fern.example/spores?a=1&amp;b=2">'
    "<p>Wind carries most of them.</p></blockquote>"
    '<p>via <a href="https://moss.example/9">Moss Post</a>, Bo Lichen</p>'
)


@pytest.mark.parametrize("name", ["atom", "rss"])
def test_a_pick_reads_back_with_the_curators_words(name):
    """Note, quote, picture with its words and thanks stand before the entry's own content."""
    (entry,) = read(name, export(name, CHANNEL, [PICK])).entries
    thanked = [
        (each.href, each.title) for each in entry.links if each.rel == "via" and "title" in each
    ]

    assert REMARKS + PICK.html == entry.content[0].value
    assert thanked == [("https://moss.example/9", "Moss Post")]
    assert PICK.summary == entry.summary
    assert PICK.url == entry.link


def test_a_pick_in_a_json_feed_leads_to_where_it_is_picked():
    """A link blog's `url` is its own page, `external_url` what it links to."""
    (entry,) = json.loads(export("jsonfeed", CHANNEL, [PICK]))["items"]
    (homeless,) = json.loads(export("jsonfeed", replace(CHANNEL, url=None), [PICK]))["items"]
    told = entry["_aggregator"]

    assert entry["url"] == "https://desk.example/c/blogs#i3"
    assert entry["external_url"] == PICK.url
    assert (PICK.url, False) == (homeless["url"], "external_url" in homeless)
    assert entry["content_html"] == REMARKS + PICK.html
    assert [PICK.note, PICK.quote, PICK.section, PICK.image_alt, PICK.canonical_url] == [
        told[key] for key in ("note", "quote", "section", "image_alt", "canonical_url")
    ]
    assert told["via"] == [{"name": "Moss Post", "url": PICK.via[0].url}, {"name": "Bo Lichen"}]


@pytest.mark.parametrize("name", ["atom", "rss"])
@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_in_a_note_stays_words(name, words):
    """What a curator pasted is text in the content's HTML: no tag but ours is in it."""
    item = replace(hostile_pick(words[:2000], link="https://h.example/"), text="")
    (entry,) = read(name, export(name, CHANNEL, [item])).entries
    root = html5lib.parseFragment(entry.content[0].value, namespaceHTMLElements=False)

    assert {node.tag for node in root.iter()} <= {
        *("DOCUMENT_FRAGMENT", "p", "br", "img", "blockquote", "a"),
    }
    assert {key for node in root.iter() for key in node.attrib} <= {"src", "alt", "cite", "href"}


def test_a_feed_of_picks_tells_when_they_were_picked():
    """An old entry that was picked today is news to those who follow the list."""
    item = replace(PICK, added_at=1_800_000_000)
    (atom,) = read("atom", export("atom", CHANNEL, [item])).entries
    (rss,) = read("rss", export("rss", CHANNEL, [item])).entries
    (entry,) = json.loads(export("jsonfeed", CHANNEL, [item]))["items"]

    assert at(item.published_at) == atom.published_parsed
    assert at(item.added_at) == atom.updated_parsed == rss.published_parsed
    assert (entry["date_published"], entry["date_modified"]) == (
        "2026-11-23T15:00:00Z",
        "2027-01-15T08:00:00Z",
    )
