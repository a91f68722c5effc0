"""Anything at the edges: only our own errors come out. What `benchmarks/fuzz.py` found stays here."""

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.cli import cli
from aggregator.config import parse_config
from aggregator.errors import ConfigError, UsageError
from aggregator.imports import read
from aggregator.parse import parse
from aggregator.refine import refine
from aggregator.store import open_store
from aggregator.taxonomy import platform_of
from benchmarks.mutate import mutate
from benchmarks.oracles import TARGETS

ROOT = Path(__file__).parents[2]
URL = "https://example.org/feed"
# A few hundred bytes each: here it is about promises, `benchmarks.fuzz` looks for time.
SEEDS = {
    name: [each for each in target.seeds() if len(each) < 2_000] for name, target in TARGETS.items()
}


@pytest.mark.parametrize("name", sorted(TARGETS))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(number=st.integers(0, 2**64))
def test_what_strangers_send_meets_our_own_errors(name, number):
    """Whatever is done to a document, it keeps its edge's promises or is refused as we refuse."""
    case = mutate(SEEDS[name], TARGETS[name].tokens, Random(number))[:4_000]

    TARGETS[name].check(case.ljust(2, b"\0"))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="[]{}=.\"'\\#\n\r\t ab01-_:T\u00a0\u202e\ufeff", max_size=60))
def test_any_text_is_a_config_or_has_problems_with_places(text):
    """A feeds.toml of brackets and quotes is read, or refused with its file's name in front."""
    problems = ("feeds.toml: none",)
    try:
        parse_config(text)
    except ConfigError as error:
        problems = error.problems

    assert problems
    assert all(each.startswith("feeds.toml:") for each in problems)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=60), st.sampled_from(["opml", "json", "youtube", "newsboat", "list"]))
def test_any_bytes_are_a_list_or_are_refused(data, name):
    """Bytes of any kind are a list in the format that was named, or a UsageError."""
    try:
        found = read(data, name=name)
    except UsageError as error:
        said = error.message
    else:
        said = found.sources or found.remarks or found.outlines

    assert said


def outlines(encoding, text):
    body = f'<?xml version="1.0" encoding="{encoding}"?><opml><outline text="{text}" xmlUrl="{URL}"/></opml>'
    return body.encode("shift_jis")


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("shift_jis", "テ"), ("x-unknown", "ƒe"), ("idna", "ƒe"), ("zlib", "ƒe"), ("undefined", "ƒe")],
)
def test_opml_in_an_encoding_that_expat_does_not_know(encoding, title):
    """OPML in an encoding of several bytes a letter is read; one that is none harms nothing."""
    (source,) = read(outlines(encoding, "テ"), name="opml").sources

    assert title == source.title


@pytest.mark.parametrize("mark", ["\\ud800", "\u202e", "\u2066", "\u200f", "\ufeff"])
@pytest.mark.parametrize("start", ["https://a.example/", "rsshub:/"])
def test_an_address_with_letters_that_nobody_sees_is_refused(mark, start):
    """No half letter and nothing that turns the direction gets into feeds.toml from a list."""
    found = read(f'["{start}{mark}gpj.exe"]'.encode(), name="json")

    assert found.sources == ()
    assert len(found.remarks) == 1


def test_no_address_of_a_document_turns_the_direction():
    """Letters that reorder what follows, or are not seen, stand in addresses as browsers write them."""
    hidden = "https://a.example/%E2%80%AEgpj.exe?%E2%80%8F"
    raw = "https://a.example/\u202egpj.exe?\u200f"
    body = f"<rss version='2.0'><channel><link>{raw}</link><item><link>{raw}</link><comments>{raw}</comments><enclosure url='{raw}'/></item></channel></rss>"

    document = refine(parse(body.encode(), url=URL, charset=None), url=URL, identity=0)

    (entry,) = document.entries
    assert {hidden} == {
        document.feed.link,
        entry.url,
        entry.comments_url,
        entry.enclosures[0].url,
    }


@pytest.mark.parametrize("piece", ["[a](", "[", "](", "[a](b ", "[](" + "\u2003", "[a]( \t"])
def test_links_that_never_end_cost_little(piece):
    """A list of beginnings of links takes as long as any list of its size."""
    data = piece.encode() * (200_000 // len(piece))
    start = time.process_time()

    read(data, name="list")

    assert time.process_time() - start < 1


def test_encodings_all_over_the_first_line_cost_little():
    """A document that says its encoding thousands of times in one line is read as fast as others."""
    said = b"<title>encoding='x' a='" * 4_000
    start = time.process_time()

    parse(b"<?xml version='1.0'?><rss><channel>" + said, url=URL, charset=None)

    assert time.process_time() - start < 2


def test_a_host_of_a_million_labels_costs_little():
    """The platform of an address is told at once, however long a stranger makes its host."""
    start = time.process_time()

    found = platform_of(f"https://{'a.' * 1_000_000}youtube.com/feed")

    assert time.process_time() - start < 0.1
    assert found.slug == "youtube"


def test_a_document_of_known_entries_alone_stays_the_feed_that_it_was():
    """Entries without a feed around are read, and the next time they are no error."""
    body = b"<item><title>A</title></item>"
    first = parse(body, url=URL, charset=None)

    again = parse(body, url=URL, charset=None, known_hashes=first.hashes)

    assert (len(first.entries), first.listed) == (1, 1)
    assert (again.entries, again.listed, again.delta) == ((), 1, True)


@pytest.mark.parametrize("args", [["view", "rm", "\udcc3"], ["search", "a", "--view", "\udc81"]])
def test_an_argument_that_is_no_text_is_refused(args, tmp_path):
    """Bytes that are no UTF-8 are told as such, before they reach the database."""
    place = ["--db", str(tmp_path / "test.db"), "--config", str(tmp_path / "feeds.toml")]
    Path(place[3]).touch()
    open_store(place[1], now=1_790_000_000).close()

    result = CliRunner().invoke(cli, [*place, *args])

    assert result.exit_code == 2
    assert "no text" in result.stderr


FAKE = """
import sys
from pathlib import Path
from benchmarks import fuzz
from benchmarks.oracles import Target

def check(case):
    if b"bug" in case:
        raise KeyError(case)
    while b"loop" in case:
        pass

fuzz.HANGS = 0.1
seed = b"..a few words around a bug or a loop without end"
fuzz.TARGETS["csv"] = Target(lambda: [seed], (b"x",), check)
sys.exit(not fuzz.run("csv", 0.5, 1, Path(sys.argv[1])))
"""


def test_the_fuzzer_finds_what_is_there(tmp_path):
    """An exception is made as small as can be, what hangs is ended, and both are written down."""
    ended = subprocess.run(
        [sys.executable, "-c", FAKE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1, ended.stderr
    (found,) = tmp_path.glob("keyerror*.case")
    assert found.read_bytes()[2:] == b"bug"
    assert b"loop" in (tmp_path / "hangs.case").read_bytes()
    assert "2 findings" in ended.stdout
