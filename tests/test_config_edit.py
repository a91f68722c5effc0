"""Edits of feeds.toml: what was asked for changes, and not a byte besides."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import edit, parse_config
from aggregator.config.places import feed_spans
from aggregator.errors import UsageError
from aggregator.model import Outline, Source

SHIPPED = (Path(__file__).resolve().parents[1] / "feeds.toml").read_text("utf-8")

FILE = """\
# Mine. [[feeds]] in a remark is none.
[aggregator]
title = '''
[[feeds]]
'''   # nor is this

# Blogs

[[feeds]]
# the first
url = "https://a.example/feed"   # an address
tags = [
  "x",  # [[feeds]]
  "y",
]

[[ "feeds" ]]
url = 'https://b.example/feed'
title = "B"
[feeds.headers]
X-Key = "a]b"
# after b

[hosts."a.example"]
gap = 2

[[feeds]]
url = "https://c.example/feed"
paused = true"""


def test_adding_appends_and_touches_nothing():
    """New tables stand at the end, and what was there is there byte for byte."""
    source = Source(
        url="https://d.example/?a=1&b=\\2",
        category="video",
        title='"D" \\ \u00e9 \U0001f98a',
        tags=("a", 'b"c'),
        every=6 * 3600,
        paused=True,
        insecure=True,
        headers=(("X-Key", "${KEY}"),),
    )
    text = edit.add(FILE, [source], remarks={source.url: "from\nhttps://d.example \u202e\x07"})

    assert text == FILE + (
        "\n\n[[feeds]]\n# from https://d.example\n"
        'url = "https://d.example/?a=1&b=\\\\2"\n'
        'title = "\\"D\\" \\\\ \u00e9 \U0001f98a"\n'
        'category = "video"\ntags = ["a", "b\\"c"]\nevery = "6h"\npaused = true\ninsecure = true\n'
        'headers = { "X-Key" = "${KEY}" }\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\ufeff", "\ufeff"),
        ("# a", "# a\n\n"),
        ("# a\n", "# a\n\n"),
        ("# a\n\n", "# a\n\n"),
        ("# a\r\n", "# a\r\n\r\n"),
    ],
)
def test_a_table_stands_apart(before, after):
    """One blank line is before a new table, and lines end as they do in the file."""
    newline = "\r\n" if "\r\n" in before else "\n"
    block = f'[[feeds]]{newline}url = "https://d.example/"{newline}'

    assert edit.add(before, [Source(url="https://d.example/")]) == after + block
    assert edit.add(before, []) == before


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        (Source(url="https://vimeo.com/a/videos/rss", category="video", platform="vimeo"), {}),
        (Source(url="https://vimeo.com/a/videos/rss", category="photo"), {"category": "photo"}),
        (
            Source(url="https://my.example/@a.rss", category="microblogs", platform="mastodon"),
            {"platform": "mastodon"},
        ),
        (Source(url="https://my.example/", platform="unheard-of"), {}),
    ],
)
def test_only_what_the_address_does_not_tell_is_written(source, keys):
    """Platform and category are left out where they would be found by themselves."""
    (row,) = tomllib.loads(edit.add("", [source]))["feeds"]

    assert row == {"url": source.url, **keys}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(90, "90s"), (1800, "30m"), (7200, "2h"), (86_400, "1d"), (1_209_600, "2w")],
)
def test_intervals_are_written_as_people_do(seconds, text):
    """The longest unit that leaves nothing over."""
    assert edit.every_text(seconds) == text


def test_a_list_is_appended_likewise():
    """An `[[outlines]]` table stands at the end, with what was said of it."""
    plain = edit.add_outline(FILE, Outline(url="https://d.example/list.opml"))
    whole = edit.add_outline("", Outline(url="u", category="video", tags=("a",)))

    assert plain == FILE + '\n\n[[outlines]]\nurl = "https://d.example/list.opml"\n'
    assert whole == '[[outlines]]\nurl = "u"\ncategory = "video"\ntags = ["a"]\n'


def test_five_thousand_feeds_are_added_at_once():
    """Many tables are one edit, and the file is read back whole."""
    sources = [Source(url=f"https://{n}.example/feed", title=f"T{n}") for n in range(5000)]
    text = edit.add(SHIPPED, sources)

    assert len(parse_config(text).feeds) == len(parse_config(SHIPPED).feeds) + 5000
    assert edit.remove(text, {source.url for source in sources}) == SHIPPED


def test_removing_takes_the_table_and_leaves_the_remarks():
    """A table goes with what is inside of it; remarks around it stay, blank lines don't double."""
    text = edit.remove(FILE, {"https://a.example/feed", "https://c.example/feed"})

    start, end = FILE.index("[[feeds]]\n# the first"), FILE.index('[[ "feeds"')
    assert text == FILE[:start] + FILE[end : FILE.rindex("\n[[feeds]]")]


def test_sub_tables_go_with_their_feed():
    """`[feeds.headers]` is part of the feed above it."""
    text = edit.remove(FILE, {"https://b.example/feed"})

    assert "X-Key" not in text
    assert "# after b\n\n[hosts" in text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[[feeds]]\nurl="u"\n\n\n# b\n', "# b\n"),
        ('\ufeff[[feeds]]\nurl="u"\n\n# b\n', "\ufeff# b\n"),
        ('# a\n[[feeds]]\nurl="u"\n\n# b\n', "# a\n\n# b\n"),
        ('# a\n\n[[feeds]]\nurl="u"\n\n\n# b\n', "# a\n\n\n# b\n"),
        ('# a\n\n\n[[feeds]]\nurl="u"\n\n# b\n', "# a\n\n\n# b\n"),
        ('# a\n\n[[feeds]]\nurl="u"', "# a\n"),
        ('[[feeds]]\nurl="u"', ""),
    ],
)
def test_blank_lines_do_not_double(before, after):
    """The larger gap of the two around a removed table is left, none at the ends of the file."""
    assert edit.remove(before, {"u"}) == after


def test_editing_keeps_layout_and_remarks():
    """A key is changed where it stands, a new one comes last, None takes one out."""
    text = edit.edit(
        FILE, "https://b.example/feed", {"title": 'The "B"', "tags": ["n"], "category": None}
    )

    assert text == FILE.replace('title = "B"\n', 'title = "The \\"B\\""\ntags = ["n"]\n')
    assert edit.edit(FILE, "https://b.example/feed", {"title": None}) == FILE.replace(
        'title = "B"\n', ""
    )


def test_pausing_moving_and_resuming():
    """The three changes of one key; other bytes stay."""
    paused = edit.pause(FILE, ["https://a.example/feed", "https://c.example/feed"])
    moved = edit.move(FILE, "https://a.example/feed", "https://z.example/")

    assert paused.count("paused = true") == 2
    assert edit.resume(paused, ["https://a.example/feed"]) == FILE + "\n"
    assert moved == FILE.replace("https://a.example/feed", "https://z.example/")


def test_lines_end_as_they_do_in_the_file():
    """A file of Windows keeps its line ends, also in an edited table."""
    text = edit.edit('[[feeds]]\r\nurl = "u"\r\n# a\r\n', "u", {"title": "T", "paused": True})

    assert text == '[[feeds]]\r\nurl = "u"\r\ntitle = "T"\r\npaused = true\r\n# a\r\n'


@pytest.mark.parametrize(
    "text",
    [
        'feeds = [{url = "u"}]\n',
        '[["f\\u0065eds"]]\nurl = "u"\n',
    ],
)
def test_unusual_layouts_are_refused(text):
    """What is not written as [[feeds]] is left to its author."""
    for change in (edit.pause, edit.remove):
        with pytest.raises(UsageError, match="not written as"):
            change(text, ["u"])


@pytest.mark.parametrize("text", ['feeds = [{url = "u"}]\n', "feeds.a = 1\n", "[feeds]\n"])
def test_tables_are_appended_only_where_they_can_be(text):
    """An inline list and a table of that name take no further tables."""
    with pytest.raises(UsageError):
        edit.add(text, [Source(url="https://d.example/")])


def test_what_can_not_be_proved_is_refused():
    """A key in a sub-table of its own can't be replaced by a value."""
    text = '[[feeds]]\nurl = "u"\n[feeds.title]\nx = 1\n'

    with pytest.raises(UsageError, match="safely"):
        edit.edit(text, "u", {"title": "T"})


def test_an_unknown_address_is_refused():
    """Nothing is changed for a feed that is not there, or a file that is no TOML."""
    for change in (edit.remove, edit.pause):
        with pytest.raises(UsageError, match="no feed with that address"):
            change(FILE, ["https://nowhere.example/"])
    with pytest.raises(UsageError, match="no TOML"):
        edit.remove("[[feeds", ["u"])
    assert edit.edit_all("", {}) == ""
    assert edit.remove(FILE, []) == FILE


def test_a_feed_without_an_address_is_stepped_over():
    """Rows that the configuration would refuse don't stand in the way."""
    assert len(list(feed_spans('[[feeds]]\n[[feeds]]\nurl = 3\n[other]\na = "b"\n'))) == 2
    text = '[[feeds]]\n[[feeds]]\nurl = 3\n[[feeds]]\nurl = " u "\n'
    assert edit.remove(text, {"u"}) == "[[feeds]]\n[[feeds]]\nurl = 3\n"


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
GAPS = st.sampled_from(["", "\n", "\n\n", "# [[feeds]] \"'\n", "\n# a\n\n"])
VALUES = st.sampled_from(['"x"', "'''[[feeds]]\n'''", '"""\\"\n#"""', "[ # ]\n 1]", "{a = ']'}"])


@st.composite
def files(draw):
    """A feeds.toml of some tables with anything around them."""
    parts, urls = [draw(GAPS)], []
    for n in range(draw(st.integers(1, 5))):
        urls.append(f"https://{n}.example/")
        keys = [f'url = "{urls[-1]}" # {n}', *(f"k{i} = {draw(VALUES)}" for i in range(2))]
        parts += ["[[feeds]]\n", *(f"{k}\n{draw(GAPS)}" for k in draw(st.permutations(keys)))]
        if draw(st.booleans()):
            parts.append(f'[hosts."{n}"]\ngap = 1\n{draw(GAPS)}')
    text = "".join(parts)
    return draw(st.sampled_from([text, text.rstrip("\n"), text.replace("\n", "\r\n")])), urls


def said(text):
    return tomllib.loads(text.replace("\r\n", "\n"))


@settings(deadline=None, max_examples=150)
@given(files(), st.data())
def test_an_edit_says_what_was_meant_and_nothing_else(file, data):
    """Of every edit the text read back is the old one with the change, remarks included."""
    text, urls = file
    url = data.draw(st.sampled_from(urls))
    title = data.draw(WORDS)
    edited = edit.edit(text, url, {"title": title})
    removed = edit.remove(text, {url})
    added = edit.add(text, [Source(url="https://new.example/", title=title or None)])
    before = said(text)

    assert said(edited) == {
        **before,
        "feeds": [row | ({"title": title} if row["url"] == url else {}) for row in before["feeds"]],
    }
    assert said(removed).get("feeds", []) == [r for r in before["feeds"] if r["url"] != url]
    assert added.startswith(text)
    assert said(added)["feeds"][:-1] == before["feeds"]
    kept = [line for line in edited.split("\n") if not line.startswith("title = ")]
    assert "\n".join(kept).split() == text.split()
