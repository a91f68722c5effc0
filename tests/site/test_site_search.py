"""The index of a site's search, and that the browser reads it as it was written."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import aggregator.web
from aggregator.site import search

SCRIPT = Path(aggregator.web.__file__).parent / "static" / "search.js"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js runs the browser's part here")

TEXTS = (
    "Seed library handbook: drying quince",
    "The Café in Zürich, ÇA VA? naïve façade",
    "東京の図書館 opens a seed library",
    "カタログ ガイド",
    "ΟΔΟΣ οδός ΟΔΟΣ",
    "हिन्दी में बीज",
    "مكتبة البذور",
    "İstanbul ISPARTA ﬁne ＡＢＣ",
    "it's 3.14 or a_b x² ½ ①",
    "👩‍👩‍👧 emoji and constructor __proto__ toString",
    "ส่วนลด Việt Nam 한국어 도서관",
    "a" * 60 + " " + "\x00\u2028</script>",
)

# What a browser would do, with files handed over instead of loaded.
HARNESS = """
const fs = require("fs");
const search = require(process.argv[1]);
const { files, asked, texts } = JSON.parse(fs.readFileSync(0, "utf8"));
const handed = {};
globalThis.aggregatorSearch = (name, data) => { handed[name] = data; };
for (const text of Object.values(files)) (0, eval)(text);
const loaded = new Set();
const load = async (name) => { loaded.add(name); return handed[name]; };
(async () => {
  const found = [];
  for (const [query, category] of asked) found.push(await search.find(query, category, load));
  const words = texts.map((text) => search.words(text).map((word) => [word, search.shard(word, 97)]));
  console.log(JSON.stringify({ found, words, loaded: [...loaded] }));
})();
"""


def card(number, category="blogs"):
    empty = dict.fromkeys(("summary", "source", "river", "author", "date", "day", "image"), "")
    name = f"Entry {number}"
    return search.Card(href=f"e/{number}.html", title=name, language="", category=category, **empty)


def index(texts, category="blogs"):
    return search.index([card(number, category) for number, _ in enumerate(texts)], texts)


def data(files, name):
    """What a file hands over."""
    return json.loads(re.fullmatch(r'aggregatorSearch\("\w+",(.*)\);\n', files[name])[1])


def browse(files, *asked, texts=()):
    """What the browser's part finds, and how it cuts texts."""
    given = json.dumps({"files": files, "asked": asked, "texts": texts})
    done = subprocess.run(
        [NODE, "-e", HARNESS, str(SCRIPT)], input=given, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def found(files, query, category=""):
    return browse(files, (query, category))["found"][0]


def test_words_have_neither_case_nor_accents():
    """A word is found however it is written."""
    assert search.words("Café ZÜRICH ﬁne ΟΔΟΣ") == ["cafe", "zurich", "fine", "οδοσ"]


def test_letters_without_spaces_are_taken_in_pairs():
    """Chinese and Japanese are found by any two letters that follow each other."""
    assert search.words("図書館 x") == ["図書", "書館", "館", "x"]


def test_the_index_says_which_entries_have_a_word():
    """Numbers are written as steps, so that they stay short."""
    files = index(["sea", "tide", "sea and tide", "sea"])

    assert data(files, "w0")["sea"] == [0, 2, 1]
    assert data(files, "about")["shards"] == 1
    assert data(files, "about")["kinds"] == "2222"


def test_entries_are_in_blocks():
    """A page of matches reads few files; empty values are left out."""
    files = index(["x"] * 101)

    assert data(files, "e0")[99] == {"href": "e/99.html", "title": "Entry 99", "category": "blogs"}
    assert len(data(files, "e1")) == 1


def test_many_words_are_spread_over_files():
    """No file of words grows with the site: a search reads the few that it needs."""
    texts = [" ".join(f"word{n}x{m} q{m}w" for m in range(60)) for n in range(200)]
    files = index(texts)
    shards = data(files, "about")["shards"]

    assert shards > 2
    assert all(f"w{number}" in files for number in range(shards))


def test_an_empty_site_has_an_index():
    """Nothing to find is no error."""
    assert set(index([])) == {"about", "w0"}


def test_scripts_are_ascii():
    """Whatever charset a server claims, the index is read as it was written."""
    files = index(TEXTS)

    assert all(text.isascii() for text in files.values())


@needs_node
def test_the_browser_cuts_words_in_the_same_way():
    """Python and JavaScript agree on words, and on the file where each is."""
    theirs = browse({}, texts=TEXTS)["words"]

    ours = [[[word, search.shard(word, 97)] for word in search.words(text)] for text in TEXTS]

    assert ours == theirs


@needs_node
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("seed", [0, 2]),
        ("SEED library", [0, 2]),
        ("libr han", [0]),
        ("seed -quince", [2]),
        ("cafe", [1]),
        ("図書館", [2]),
        ("書館", [2]),
        ("館", [2]),
        ("ガイ", [3]),
        ("οδος", [4]),
        ("constructor", [9]),
        ("tostr", [9]),
        ("도서", [10]),
        ("viet", [10]),
        ("zzz", []),
        ("", []),
        ("-seed", []),
        ("*", []),
        ("a" * 60, [11]),
    ],
)
def test_the_browser_finds_words(query, numbers):
    """All words must be there, each by how it begins, and none of those after a minus."""
    assert numbers == found(index(TEXTS), query)


@needs_node
def test_a_single_letter_stands_for_itself():
    """One letter does not ask for every word that begins with it."""
    assert found(index(["a tide", "and tide"]), "a") == [0]


@needs_node
def test_a_search_keeps_to_its_category():
    """Asked within a category, others are left out."""
    files = search.index([card(0, "video"), card(1, "blogs")], ["sea", "sea"])

    assert found(files, "sea", "blogs") == [1]
    assert found(files, "sea") == [0, 1]


@needs_node
def test_a_search_reads_only_what_it_needs():
    """Of many files of words, one for each word that is asked."""
    texts = [" ".join(f"{a}{b}word{n}" for a in "abcdef" for b in "gh") for n in range(900)]
    said = browse(index(texts), ("agword77", ""))

    assert said["found"] == [[77, *range(770, 780)]]
    assert len(said["loaded"]) == 2
