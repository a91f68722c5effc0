"""HTML pages and fragments, read by html5lib in strict mode and by an mf2 parser."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import html5lib
import mf2py
import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, hostile_pick
from hypothesis import given

from aggregator.export import Channel, export, safe

TAGS = {
    *("html", "head", "title", "style", "body", "main", "header", "footer", "section", "article"),
    *("h1", "h2", "h3", "h4", "p", "a", "bdi", "time", "ul", "li", "div", "blockquote", "br"),
    *("meta", "img"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "dir", "href", "id", "src"),
    *("alt", "loading", "decoding", "referrerpolicy", "datetime"),
}
ADDRESS = "https://h.example/%22'%3C&%3E"
NAMES = ["html", "html-fragment"]


def tree(name, text):
    """The document as browsers build it; fails on parse errors and on what is not ours."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    whole = name == "html"
    root = parser.parse(text) if whole else parser.parseFragment(text, container="body")
    for node in root.iter():
        assert node.tag in TAGS or node.tag == "DOCUMENT_FRAGMENT"
        assert set(node.attrib) <= ATTRIBUTES
        for key in ("href", "src"):
            assert node.get(key, "https://").startswith(("http://", "https://"))
    return root


def marked(root, name):
    """The words and the address of every element of a class."""
    return [
        ("".join(node.itertext()), node.get("href") or node.get("src"))
        for node in root.iter()
        if name in node.get("class", "").split()
    ]


def words(root, name):
    return [" ".join(said.split()) for said, _address in marked(root, name)]


def links(root, name):
    return [address for _said, address in marked(root, name)]


def said(text):
    """The words of a text as a page reads them, runs of blanks as one."""
    return " ".join(safe.prose(text).split())


def same(name, attack):
    channel = replace(CHANNEL, title=attack, description=attack, author=attack)
    text = export(name, channel, [hostile_pick(attack, link="https://h.example/\"'<&>")])
    root, line = tree(name, text), " ".join(safe.line(attack).split())

    assert [line or "Unnamed source"] == words(root, "p-publication")
    assert [line] * bool(line) == words(root, "p-author")
    assert [line] * bool(line) == words(root, "p-rights")
    assert [each for each in dict.fromkeys((line, "ok")) if each] == words(root, "p-category")
    assert [said(attack)] * (2 * bool(said(attack))) == [
        " ".join(each.split()) for each in prose(root)
    ]
    assert links(root, "u-photo") == [ADDRESS]
    assert links(root, "u-via") == [ADDRESS, ADDRESS]
    assert links(root, "u-url")[-1] == ADDRESS
    assert [safe.line(attack)] == [node.get("alt") for node in root.iter("img")]


def prose(root):
    """Quote and note, a blank between their paragraphs and lines."""
    return [
        " ".join(" ".join(part for part in each.itertext()) for each in node)
        for node in root.iter()
        if node.get("class") == "p-content"
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_words(name, attack):
    """Strict HTML5 has our tags and attributes only, and every word as it was."""
    same(name, attack)


@pytest.mark.parametrize("name", NAMES)
@given(attack=WORDS)
def test_any_text_stays_words(name, attack):
    """Whatever is written, the page reads just that."""
    same(name, attack)


def entries(name, items, channel=CHANNEL):
    """The feed and its entries as an mf2 parser has them."""
    (feed,) = mf2py.parse(doc=export(name, channel, items))["items"]
    assert feed["type"] == ["h-feed"]
    return feed, [each["properties"] for each in feed["children"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_pick_reads_back_by_its_microformats(name):
    """An h-entry bookmarks an h-cite that has name, link, source, author, time, quote, picture."""
    feed, (entry,) = entries(name, [PICK])
    (cite,) = entry["bookmark-of"]
    found = cite["properties"]

    assert feed["properties"]["name"] == [CHANNEL.title]
    assert feed["properties"]["url"] == [CHANNEL.url]
    assert cite["type"] == ["h-cite"]
    assert [PICK.title] == found["name"]
    assert [PICK.url] == found["url"]
    assert [PICK.source] == found["publication"]
    assert [PICK.source_url] == found["via"]
    assert found["author"][0]["properties"]["name"] == [PICK.author]
    assert found["published"] == ["2026-11-23T15:00:00Z"]
    assert [PICK.quote] == found["content"]
    assert [{"value": PICK.image, "alt": PICK.image_alt}] == found["photo"]
    assert [PICK.rights] == found["rights"]
    assert "summary" not in found
    assert list(PICK.tags) == entry["category"]
    assert PICK.note.split() == entry["content"][0].split()
    assert [PICK.via[0].url] == entry["via"]
    assert [each.url for each in PICK.enclosures] == entry["enclosure"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_makes_no_microformat(name, attack):
    """An mf2 parser finds the one entry and its one bookmark, called what it is called."""
    item = hostile_pick(attack[:2000], link="https://h.example/")
    _feed, (entry,) = entries(name, [item])
    (cite,) = entry["bookmark-of"]

    assert cite["properties"]["url"] == ["https://h.example/"]
    assert [said(safe.line(attack[:2000])) or "https://h.example/"] == [
        " ".join(each.split()) for each in cite["properties"]["name"]
    ]
    assert set(entry) <= {"bookmark-of", "content", "via", "category", "enclosure"}


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_nobody_wrote_about_shows_its_own_summary(name):
    """The source's summary stands where there is neither note nor quote."""
    _feed, (entry,) = entries(name, [PLAIN])

    assert [PLAIN.summary] == entry["bookmark-of"][0]["properties"]["summary"]
    assert "content" not in entry


@pytest.mark.parametrize("name", NAMES)
def test_items_stand_in_the_curators_order_under_their_sections(name):
    """The order of a list is kept; items without a section come first."""
    items = [
        replace(PICK, title=title, section=section, item_id=number)
        for number, (title, section) in enumerate([("c", "Z"), ("a", ""), ("b", "A"), ("d", "Z")])
    ]
    root = tree(name, export(name, CHANNEL, items))
    level = 1 if name == "html" else 2
    found = [
        "".join(node.itertext())
        for node in root.iter()
        if node.tag in {f"h{level + 1}", f"h{level + 2}"}
    ]

    assert found == ["a", "Z", "c", "d", "A", "b"]


def test_an_item_can_be_linked_to():
    """Each item has an anchor; JSON Feed's link leads to it."""
    root = tree("html", export("html", CHANNEL, [PICK, replace(PICK, item_id=None, id=7)]))

    assert [node.get("id") for node in root.iter("article")] == ["i3", "e7"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_nothing_says_so(name):
    """An export without items is valid HTML, too."""
    assert "No entries." in export(name, Channel(title="T", updated=0), [])
    tree(name, export(name, Channel(title="T", updated=0), []))


def test_the_policy_names_the_only_style():
    """The page's own policy has the hash of its style, and there is no script or style attribute."""
    page = export("html", CHANNEL, [PLAIN])
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)

    assert f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}" in page
    assert "<script" not in page
    assert "style=" not in page


def test_a_fragment_brings_no_style_and_no_page():
    """What is embedded takes the looks of its host."""
    text = export("html-fragment", CHANNEL, [PICK])

    assert text.startswith('<section class="h-feed"')
    assert not re.search("<(html|head|body|main|style|h1)>|style=", text)
