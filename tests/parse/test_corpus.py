"""Real feeds, where the folder of captured ones exists: every field against feedparser's.

The table in docs/parsing.md comes from here: `python -m tests.parse.test_corpus` writes it.
"""

import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from aggregator.errors import ParseError
from aggregator.parse import parse
from tests.parse import feedparser_oracle as oracle

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".." / "shared" / "corpus"
PAGE = ROOT / "docs" / "parsing.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
URL = "https://feeds.example/dir/feed.xml"

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the captured feeds are not here")


@lru_cache
def documents():
    return {
        path.name: path.read_bytes()
        for path in sorted(CORPUS.iterdir())
        if path.name not in {"INDEX.tsv", "README.md"}
    }


@lru_cache
def results():
    """Name → (what we read, how it compares with feedparser); JSON Feeds compare with nothing."""
    found = {}
    for name, body in documents().items():
        parsed = parse(body, url=URL, charset=None)
        compared = None if parsed.path == "json" else oracle.compare(parsed, body, URL)
        found[name] = (parsed, compared)
    return found


def compared():
    return {name: one for name, (_, one) in results().items() if one}


@needs_corpus
def test_every_difference_from_feedparser_has_a_reason():
    """No field of any captured feed differs from feedparser's but in ways that are explained."""
    unexplained = {name: one.unexplained() for name, one in compared().items()}

    assert {name: found for name, found in unexplained.items() if found} == {}


@needs_corpus
def test_no_entry_of_a_captured_feed_is_lost():
    """Each captured feed yields as many entries as with feedparser."""
    fewer = {name: one.counts for name, one in compared().items() if one.counts[0] < one.counts[1]}

    assert fewer == {}


@needs_corpus
def test_delta_of_captured_feeds_is_the_full_result_less_the_known():
    """With all entries known but the first, the second, or none, delta and full parse agree."""
    for name, body in documents().items():
        full = results()[name][0]
        hashes = [full.hashes[place : place + 16] for place in range(0, len(full.hashes), 16)]
        for new in ([0], [1], []):
            known = {digest for place, digest in enumerate(hashes) if place not in new}
            delta = parse(body, url=URL, charset=None, known_hashes=b"".join(known))
            expected = (
                one
                for one, digest in zip(full.entries, hashes, strict=False)
                if digest not in known
            )

            assert delta.feed == full.feed, name
            assert delta.entries == (tuple(expected) if hashes else full.entries), name


@needs_corpus
def test_the_table_in_the_docs_is_up_to_date():
    """docs/parsing.md shows what the captured feeds give now."""
    _, _, rest = PAGE.read_text("utf-8").partition(BEGIN)

    assert table() == rest.partition(END)[0]


@needs_corpus
def test_every_kind_of_difference_is_in_the_docs():
    """docs/parsing.md gives the reason for each kind of difference."""
    text = PAGE.read_text("utf-8")

    assert [kind for kind, reason in oracle.KINDS.items() if reason not in text] == []


def table():
    """The figures as Markdown."""
    paths = Counter(parsed.path for parsed, _ in results().values())
    cut = sum(1 for parsed, _ in results().values() if parsed.hashes or not parsed.listed)
    ours = sum(one.counts[0] for one in compared().values())
    theirs = sum(one.counts[1] for one in compared().values())
    read = f"{paths['strict']} by the strict path, {paths['feedparser']} by feedparser"
    lines = [
        f"{len(documents())} documents: {read}, {paths['json']} JSON Feeds.",
        f"{cut} of them can be cut up for delta.",
        f"Entries of the XML documents: {ours:,} with us, {theirs:,} with feedparser.",
        "",
        "| field | equal | different, for a reason | different |",
        "|---|---:|---:|---:|",
    ]
    names = [*(f"feed {name}" for name in oracle.FEED_FIELDS), *oracle.ENTRY_FIELDS]
    for name in names:
        equal = sum(one.equal.get(name, 0) for one in compared().values())
        differ = [
            one for each in compared().values() for one in each.differences if one.name == name
        ]
        bare = sum(1 for one in differ if one.kind is None)
        lines.append(f"| {name} | {equal:,} | {len(differ) - bare:,} | {bare:,} |")
    kinds = Counter(one.kind for each in compared().values() for one in each.differences)
    lines += ["", "| kind of difference | fields | reason |", "|---|---:|---|"]
    lines += [f"| {kind} | {kinds[kind]:,} | {why} |" for kind, why in oracle.KINDS.items()]
    return "\n".join(lines) + "\n"


def write():
    """Put the figures where they belong in the page."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    try:
        write()
    except (OSError, ParseError) as error:
        sys.exit(str(error))
