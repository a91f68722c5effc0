"""HTML, read by the standard library's parser and a check that every tag is ours and closed."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from export_data import ATTACKS, CHANNEL, PLAIN, WORDS, hostile
from hypothesis import given

from aggregator.export import Channel, export, safe

VOID = {"meta", "img"}
TAGS = VOID | {
    *("html", "head", "title", "style", "body", "main", "header", "footer", "section", "article"),
    *("h1", "h2", "h3", "p", "a", "bdi", "time", "ul", "li"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "dir", "href", "id", "src"),
    *("alt", "loading", "decoding", "referrerpolicy", "datetime", "aria-labelledby"),
}


class Strict(HTMLParser):
    """Reads a page as (class, words, address); fails on what is not ours."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.nodes, self.decls = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []
        assert self.decls == ["DOCTYPE html"]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _value in attrs]
        assert tag in TAGS
        assert set(names) <= ATTRIBUTES
        assert len(names) == len(set(names))
        given = dict(attrs)
        address = given.get("href") or given.get("src")
        assert address is None or address.startswith(("http://", "https://"))
        node = [given.get("class") or tag, "", address]
        self.nodes.append(node)
        if tag not in VOID:
            self.open.append((tag, node))

    def handle_endtag(self, tag):
        assert tag == self.open.pop()[0]

    def handle_data(self, data):
        for _tag, node in self.open:
            node[1] += data

    def handle_decl(self, decl):
        self.decls.append(decl)

    def handle_comment(self, data):
        raise AssertionError(data)

    unknown_decl = handle_pi = handle_comment

    def words(self, name):
        return [words for found, words, _address in self.nodes if found == name]

    def links(self, name):
        return [address for found, _words, address in self.nodes if found == name]


def page_of(words):
    channel = replace(CHANNEL, title=words, description=words, author=words)
    return Strict(export("html", channel, [hostile(words, link="https://h.example/\"'<&>")]))


def same(words):
    page, line = page_of(words), safe.line(words)
    address = "https://h.example/%22'%3C&%3E"

    assert [line or "Aggregator"] == page.words("title")
    assert [line or "Unnamed source"] == page.words("p-publication")
    assert [line or "Aggregator", line or address] == page.words("u-url")
    assert [line or "Aggregator", line or address] == page.words("p-name")
    assert [line] * bool(line) == page.words("p-author h-card")
    assert [line] * bool(line) == page.words("p-rights")
    assert [each for each in dict.fromkeys((line, "ok")) if each] == page.words("p-category")
    assert [address] == page.links("u-photo") == page.links("u-via") == page.links("u-comments")


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_words(words):
    """The page has our tags and attributes only, all closed, and every word as it was."""
    same(words)


@given(WORDS)
def test_any_text_stays_words(words):
    """Whatever is written, the page reads just that."""
    same(words)


def test_an_entry_reads_back():
    """Name, source, author, time, summary, tags, picture and file of an entry are marked up."""
    page = Strict(export("html", Channel(title="Ferns", updated=0), [PLAIN]))

    assert page.words("u-url") == ["Spores & how they travel"]
    assert page.links("u-url") == ["https://fern.example/spores?a=1&b=2"]
    assert page.words("u-via") == ["The Weekly Fern"]
    assert page.words("p-author h-card") == ["Ada Moss"]
    assert page.words("dt-published") == ["2026-11-23"]
    assert page.words("p-summary") == ["Wind carries most of them; some hitch a ride."]
    assert page.words("p-category") == ["ferns", "wind & weather"]
    assert page.links("u-photo") == ["https://fern.example/spore.jpg"]
    assert page.words("u-enclosure") == ["Listen", "Media file"]


def test_the_policy_names_the_only_style():
    """The page's own policy has the hash of its style, and there is no script or style attribute."""
    page = export("html", CHANNEL, [PLAIN])
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)

    assert f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}" in page
    assert "<script" not in page
    assert "style=" not in page
