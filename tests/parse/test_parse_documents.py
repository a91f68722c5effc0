"""Our own documents, one fact a file: what parse() makes of them, and that feedparser agrees.

The expected result of `fact.xml` (or `fact.feed.json`) is `fact.json` beside it; write it anew
with `pytest tests/parse --update-golden`, and read the diff.
"""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from aggregator.errors import ParseError
from aggregator.parse import parse
from tests.parse import feedparser_oracle as oracle

FOLDER = Path(__file__).parents[1] / "data" / "parse"
DOCUMENTS = sorted([*FOLDER.glob("*.xml"), *FOLDER.glob("*.feed.json")])
URL = "https://feeds.example/dir/feed.xml?token=1"
CHARSETS = {"encoding_http_says_windows_1251": "windows-1251"}

DIFFERENT = {
    "encoding_utf16_mark_but_declared_utf8": "feedparser takes UTF-16 for UTF-8 and reads nothing",
    "malformed_cut_off": "feedparser keeps the half entry at the end, which is another one tomorrow",
    "encoding_never_a_documents": "punycode is no encoding of documents; feedparser tries it",
}
"""Documents that we read otherwise than feedparser as a whole, and why."""


def fact(path):
    return path.name.removesuffix(".xml").removesuffix(".feed.json")


def read(path, **options):
    charset = CHARSETS.get(fact(path))
    return parse(path.read_bytes(), url=URL, charset=charset, **options)


def plain(value):
    """A dataclass as JSON shows it: only the fields that say something."""
    if is_dataclass(value):
        named = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: plain(given) for name, given in named if given or given == 0}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return f"{len(value) // 16} hashes" if isinstance(value, bytes) else value


def outcome(path):
    try:
        return plain(read(path))
    except ParseError as error:
        return {"kind": error.kind, "error": error.message}


@pytest.mark.parametrize("path", DOCUMENTS, ids=fact)
def test_document_says_what_its_golden_file_says(path, update_golden):
    """A document of ours yields exactly what is written beside it."""
    golden = path.with_name(fact(path) + ".json")
    actual = outcome(path)
    if update_golden:
        golden.write_text(json.dumps(actual, indent=1, ensure_ascii=False) + "\n", "utf-8")

    assert golden.exists(), f"{golden.name} is missing: run pytest tests/parse --update-golden"
    assert json.loads(golden.read_text("utf-8")) == actual


def test_golden_files_belong_to_documents():
    """No golden file is left of a document that is gone."""
    golden = {path.name for path in FOLDER.glob("*.json")}
    inputs = {path.name for path in DOCUMENTS}

    assert {fact(path) + ".json" for path in DOCUMENTS} == golden - inputs


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.suffix == ".xml"], ids=fact)
def test_feedparser_agrees(path):
    """Every field is feedparser's, but for differences of a kind that has a reason."""
    body = path.read_bytes()
    charset = CHARSETS.get(fact(path))
    try:
        parsed = read(path)
    except ParseError:
        assert oracle.read(body, URL, charset).entries == []
        return
    comparison = oracle.compare(parsed, body, URL, charset)

    if fact(path) in DIFFERENT:
        halves = int(fact(path) == "malformed_cut_off")
        assert comparison.counts[0] >= comparison.counts[1] - halves
        return
    assert not comparison.raised
    assert comparison.counts[0] == comparison.counts[1]
    assert comparison.unexplained() == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=fact)
def test_delta_is_the_full_result_without_what_is_known(path):
    """Whichever entries are known, the others are read as in a full parse."""
    try:
        full = read(path)
    except ParseError:
        return
    size = 16
    hashes = [full.hashes[place : place + size] for place in range(0, len(full.hashes), size)]
    for known in (hashes[:1], hashes[1:], hashes):
        delta = read(path, known_hashes=b"".join(known))

        assert full.hashes == delta.hashes
        assert full.feed == delta.feed
        assert full.listed == delta.listed
        assert bool(known) == delta.delta
        assert (
            delta.entries
            == tuple(
                entry
                for entry, digest in zip(full.entries, hashes, strict=False)
                if digest not in known
            )
            or not hashes
        )
