"""What must hold of whatever comes in: one check for each edge that strangers reach.

A check takes the bytes of a case and returns when all is well; our own errors are well. Whatever
else it raises is a finding. The first two bytes of a case say how it is put (which address, which
charset, how many entries), so that a file with a finding holds all that it takes.
"""

from __future__ import annotations

import csv as tables
import dataclasses
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

from aggregator import imports
from aggregator.config import edit, parse_config
from aggregator.errors import ConfigError, ParseError, UsageError
from aggregator.export import Channel, export
from aggregator.export.csv import FORMULA
from aggregator.model import Document, Enclosure, Parsed, Source, StoredEntry
from aggregator.parse import mapping_for, parse
from aggregator.parse.encoding import replace_doctype, to_utf8
from aggregator.parse.loose import read_loose
from aggregator.refine import refine, sanitise
from aggregator.refine.html import ATTRIBUTES, SCHEMES, TAGS
from aggregator.refine.text import text_of
from aggregator.workers import wire
from benchmarks import mutate

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
CORPUS = ROOT.parent / "shared" / "corpus"
"""Captured feeds, where somebody has put some: they are others', so none is kept here."""

LARGEST_SEED = 40_000
LONGEST_CELL = 10_000_000
HEAD = 2
"""Bytes ahead of a case that say how it is put."""


class Broken(AssertionError):
    """A promise that does not hold; the first words name it."""


def promise(holds: object, what: str, detail: object = "") -> None:
    """Raise Broken unless it holds."""
    if not holds:
        raise Broken(f"{what}: {str(detail)[:300]!r}")


class Target(NamedTuple):
    """An edge: seeds to begin with, the words of its language, and what must hold of a case."""

    seeds: Callable[[], list[bytes]]
    tokens: tuple[bytes, ...]
    check: Callable[[bytes], None]
    head: int = HEAD
    make: Callable[[Sequence[bytes], Sequence[bytes], Random], bytes] = mutate.mutate


# Feeds ------------------------------------------------------------------------------------------

URLS = (
    "https://example.org/feed/",
    "http://xn--bcher-kva.example:8080/a/b?c=d",
    "https://t.me/s/durov",
    "https://api.deezer.com/artist/27/albums",
    "https://catalog.gog.com/v1/catalog?limit=48",
    "https://itunes.apple.com/lookup?id=979020229&entity=podcastEpisode",
    "https://matrix.example.org/_matrix/client/v3/rooms/%21room%3Aexample.org/messages?dir=b",
    "https://slack.com/api/conversations.history?channel=C012",
)
_CHARSETS = (None, None, None, "utf-8", "iso-8859-1", "utf-16", "x-unknown", "idna")
_TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ADDED = {"rel", "loading", "controls"}
_KINDS = {"not_a_feed", "malformed", "api"}


def feed_seeds() -> list[bytes]:
    """The documents of the tests, and of the corpus where there is one."""
    files = [*sorted((DATA / "parse").glob("*.xml")), *sorted((DATA / "telegram").iterdir())]
    files += [path for path in sorted(CORPUS.glob("*")) if path.suffix not in {".md", ".tsv"}]
    seeds = [b"\0\0" + data for data in _read(files)]
    for data in _read(sorted((DATA / "json").glob("*.json"))):
        seeds += [bytes([url, 0]) + data for url in range(3, len(URLS))]
    return seeds


def _read(files: list[Path]) -> Iterator[bytes]:
    yield from (
        path.read_bytes()
        for path in files
        if path.is_file() and path.stat().st_size <= LARGEST_SEED
    )


def feeds(case: bytes) -> None:
    """A document becomes entries that go through the pipe, or a ParseError."""
    first, second, body = *case[:HEAD], case[HEAD:]
    url = URLS[first % 8]
    how: dict[str, Any] = {
        "url": url,
        "charset": _CHARSETS[second % 8],
        "content_type": "application/json" if first & 16 else None,
        "max_entries": 3 if first & 32 else 2000,
        "mapping": mapping_for(url),
    }
    try:
        parsed = parse(body, **how)
    except ParseError as error:
        promise(error.kind in _KINDS, "the kind of an error is a known one", error.kind)
        promise(wire.load(wire.dump(error)[wire.LENGTH.size :]), "an error goes through a pipe")
        return
    document = refine(parsed, url=url, identity=second >> 6, backlog=bool(second & 32))
    again = wire.load(wire.dump(document)[wire.LENGTH.size :])
    promise(again == document, "a document comes out of the pipe as it went in")
    _entries(document)
    sample = crc32(body) % 8
    if parsed.path != "feedparser" or sample == 0:
        _known(parsed, body, how)
    if parsed.path == "strict" and sample == 0 and len(body) < 20_000:
        _as_feedparser(parsed, body, how)


def _entries(document: Document) -> None:
    guids = [entry.guid for entry in document.entries]
    promise(len(set(guids)) == len(guids), "guids are unique", guids)
    for text in _texts(document.feed):
        promise(not _NOT_TEXT.search(text), "a feed's words are text", text)
    for entry in document.entries:
        for text in _texts(entry):
            promise(not _NOT_TEXT.search(text), "an entry's words are text", text)
        harmless(entry.html)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


def harmless(html: str) -> None:
    """Nothing outside of the lists is in sanitised HTML, and doing it again changes no word."""
    tags = list(_TAG.finditer(html))
    promise(len(tags) == html.count("<"), "every < is a tag's", html)
    for tag in tags:
        name = tag[2]
        promise(name in TAGS, "a tag is on the list", tag[0])
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(name, set()) | _ADDED
        for key, value in _ATTRIBUTE.findall(tag[3]):
            promise(key in allowed, "an attribute is on the list", tag[0])
            if key in {"href", "src", "poster"}:
                scheme = value.partition(":")[0].strip().lower()
                promise(scheme in SCHEMES, "an address has a known scheme", tag[0])
    if len(html) < 50_000:
        before, after = ("".join(text_of(page).split()) for page in (html, _again(html)))
        # Marks of order in front, which nobody sees, may go.
        promise(
            before.lstrip("\ufeff") == after.lstrip("\ufeff"),
            "sanitised again it says the same",
            html,
        )


def _again(html: str) -> str:
    from aggregator.model import Text

    return sanitise(Text(html), "https://example.org/")


def _known(parsed: Parsed, body: bytes, how: dict[str, Any]) -> None:
    """What was seen is left out, and what is left was in the document before."""
    if not parsed.hashes:
        return
    rest = parse(body, known_hashes=parsed.hashes, **how)
    promise(rest.listed == parsed.listed, "as many entries are listed when they are known")
    if parsed.path != "strict":  # what broken markup is, is as much as can be said of it
        return
    promise(set(rest.entries) <= set(parsed.entries), "a known document brings nothing new")
    if body.lower().count(b"channel") == 2:  # of several channels or titles, one speaks last
        now, then = (dataclasses.replace(each.feed, title=None) for each in (rest, parsed))
        promise(now == then, "a feed's words stay when its entries are known", (then, now))


def _as_feedparser(parsed: Parsed, body: bytes, how: dict[str, Any]) -> None:
    """The short cut finds as many entries as feedparser does, where both read a document."""
    data = replace_doctype(to_utf8(body, how["charset"]))
    try:
        _, entries, _ = read_loose(data, how["url"], "utf-8")
    except ParseError:
        return
    found = (parsed.listed, len(entries))
    promise(found[0] == found[1], "the short cut finds what feedparser finds", found)


# Lists of feeds ---------------------------------------------------------------------------------


def opml_seeds() -> list[bytes]:
    """OPML as readers write it: the documents in our tests, and a long one."""
    text = (ROOT / "tests" / "imports" / "test_imports_opml.py").read_text("utf-8")
    found = re.findall(r'b"""(.*?)"""', text, re.DOTALL)
    many = "".join(f'<outline text="{n}" xmlUrl="https://{n}.example/f"/>' for n in range(300))
    plain = f'<?xml version="1.0"?><opml version="2.0"><body>{many}</body></opml>'
    return [b"\0\0" + each.encode() for each in (*found, plain)]


def opml(case: bytes) -> None:
    """Read as OPML, and as what it looks like."""
    _imported(case[HEAD:], "opml" if case[0] & 1 == 0 else None)


def list_seeds() -> list[bytes]:
    """Lists of all other formats."""
    text = (ROOT / "tests" / "imports" / "test_imports_lists.py").read_text("utf-8")
    found = [each.encode() for each in re.findall(r'"""(.*?)"""', text, re.DOTALL)]
    rows = (
        b'[{"feed_url":"https://a.example/f","title":"A","category":{"title":"Science"}}]',
        b'{"feeds":[{"url":"https://a.example/f","tags":["x"],"disabled":true},"https://b.example"]}',
        b'Channel Id,Channel Url,Channel Title\nUCaaaaaaaaaaaaaaaaaaaaaa,http://x,"A, b"\n',
        b'https://a.example/f tag "two words" ~Name !hidden\nquery:x:y\n# no\n',
        b"- [A](https://a.example/f)\n* b.example\n1. <https://c.example>\n# no\n",
    )
    return [bytes([n, 0]) + each for each in (*found, *rows) for n in range(6)]


def json_imports(case: bytes) -> None:
    """Read as each of the formats but OPML, and as what it looks like."""
    names = (None, "json", "youtube", "newsboat", "list", None)
    _imported(case[HEAD:], names[case[0] % 6])


def _imported(data: bytes, name: str | None) -> None:
    try:
        found = imports.read(data, name=name)
    except UsageError as error:
        str(error).encode()
        return
    for remark in found.remarks:
        f"{remark.what} {remark.why}".encode()
        promise(not _UNSAFE.search(remark.what), "a remark is harmless", remark)
    for each in found.sources:
        promise(not _UNSAFE.search("".join(_texts(each))), "a source is harmless", each)
    written = _written(found.sources[:20])
    if written:
        urls = [each.url for each in parse_config(written).feeds]
        promise(urls == list(dict.fromkeys(each.url for each in found.sources[:20])), "same", urls)


def _written(sources: tuple[Source, ...]) -> str:
    """A feeds.toml of what was found: what a stranger calls a feed must not break our file."""
    unique = {each.url: each for each in sources if "${" not in each.url}
    if len(unique) < len({each.url for each in sources}):
        return ""
    try:
        return edit.add("", unique.values())
    except UsageError:
        return ""


# feeds.toml -------------------------------------------------------------------------------------


def config_seeds() -> list[bytes]:
    """The feeds.toml that explains itself, and every one in the tests of config."""
    shown = [ROOT / "aggregator" / "cli" / "data" / "feeds.toml", ROOT / "feeds.toml"]
    seeds = list(_read(shown))
    for path in sorted((ROOT / "tests").glob("test_config*.py")):
        text = path.read_text("utf-8")
        seeds += [each.encode() for each in re.findall(r'"""\\?\n(.*?)"""', text, re.DOTALL)]
    return [b"\0\0" + each for each in seeds]


def config(case: bytes) -> None:
    """A feeds.toml is read, or its problems are told with their places; edits leave one, too."""
    text = case[HEAD:].decode("utf-8", "replace")
    try:
        found = parse_config(text, environ={"TOKEN": "x"})
    except ConfigError as error:
        promise(error.problems, "an error has problems")
        for problem in error.problems:
            problem.encode()
            promise(problem.startswith("feeds.toml:"), "a problem has its place", problem)
        return
    hash(found.feeds)
    new = Source(url="https://new.example/feed", title="New", tags=("a",))
    changes: list[Callable[[], str]] = [lambda: edit.add(text, [new])]
    if found.feeds:
        url = found.feeds[case[0] % len(found.feeds)].url
        changes += [lambda: edit.remove(text, [url]), lambda: edit.pause(text, [url])]
    for change in changes:
        try:
            changed = change()
        except UsageError:
            continue
        again = parse_config(changed, environ={"TOKEN": "x"})
        promise(abs(len(again.feeds) - len(found.feeds)) <= 1, "an edit changes one feed")


# Tables -----------------------------------------------------------------------------------------

_TABLES = ("csv", "csv-buffer", "csv-hootsuite", "csv-publer")
_NAMES = ("title", "author", "source", "summary", "guid", "rights", "platform", "category")
_LINKS = ("url", "image", "comments_url", "source_url")


def csv_seeds() -> list[bytes]:
    """Words that are known to break tables."""
    lines = b"\n".join(_read(sorted((DATA / "injections").glob("*.jsonl")))).splitlines()
    words = [line.strip(b'"').decode("unicode_escape", "replace") for line in lines]
    seeds = [word.encode("utf-8", "replace") for word in words]
    return [bytes([n, 0]) + each + b"\x01https://a.example/" for each in seeds for n in range(4)]


def csv(case: bytes) -> None:
    """A table of entries with any words reads back row by row, and no cell is a formula."""
    name = _TABLES[case[0] % 4]
    said = case[HEAD:].replace(b"<", b"\xed\xa0\x80") if case[1] & 4 else case[HEAD:]
    words = said.decode("utf-8", "surrogateescape").split("\x01")
    entries = [_entry(n, words) for n in range(1 + case[1] % 3)]
    text = export(name, Channel(title=words[0], updated=1_790_000_000), entries)
    text.encode()
    rows = _rows(text)
    heads = 0 if name == "csv-hootsuite" else 1
    promise(len(rows) == len(entries) + heads, "each entry is a row", text)
    promise(len({len(row) for row in rows}) == 1, "rows are equally long", text)
    wrong = [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    promise(not wrong, "no cell is a formula", wrong)


def _rows(text: str) -> list[list[str]]:
    usual = tables.field_size_limit(LONGEST_CELL)
    try:
        return list(tables.reader(io.StringIO(text, newline=""), strict=True))
    finally:
        tables.field_size_limit(usual)


def _entry(number: int, words: list[str]) -> StoredEntry:
    def word(at: int) -> str:
        return words[(at + number) % len(words)]

    given: dict[str, Any] = {name: word(at) for at, name in enumerate((*_NAMES, *_LINKS))}
    return StoredEntry(
        id=number,
        feed_id=1,
        published_at=1_790_000_000,
        updated_at=None,
        first_seen_at=0,
        enclosures=(Enclosure(url=word(3), type=word(4), title=word(5), duration=number - 1),),
        tags=tuple(words[:5]),
        language=word(1),
        html=word(2),
        text=word(2),
        **given,
    )


TARGETS = {
    "feeds": Target(feed_seeds, mutate.tokens("xml", "feed", "markup"), feeds),
    "opml": Target(opml_seeds, mutate.tokens("xml", "opml"), opml),
    "config": Target(config_seeds, mutate.tokens("toml"), config),
    "csv": Target(csv_seeds, mutate.tokens("xml", "lists", "cells"), csv),
    "json-imports": Target(list_seeds, mutate.tokens("lists", "opml"), json_imports),
}
