"""Facts of the parts of the parse room that a document alone would not show."""

import calendar
import doctest
import sys
from dataclasses import FrozenInstanceError

import pytest
from feedparser.datetimes import _parse_date
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import RawEntry, Text
from aggregator.parse import (
    dates,
    encoding,
    entries,
    namespaces,
    parse,
    resolve,
    split,
    strict,
    texts,
)
from aggregator.parse.dates import parse_date
from aggregator.parse.machine import Doubt

URL = "https://feeds.example/dir/feed.xml"


def rss(items, head="", root="rss version='2.0'"):
    name = root.partition(" ")[0]
    return f"<{root}><channel>{head}{items}</channel></{name}>".encode()


def read(body, **options):
    return parse(body, url=URL, charset=None, **options)


def entry(inside):
    return read(rss(f"<item>{inside}</item>")).entries[0]


# The cap on entries


def dated(*days, element="pubDate"):
    stamp = "<{0}>2026-11-{1:02}T00:00:00Z</{0}>"
    return "".join(f"<item><guid>{day}</guid>{stamp.format(element, day)}</item>" for day in days)


def test_cap_keeps_the_first_entries_of_a_feed_that_begins_with_the_newest():
    """A long feed is read up to the cap, and says how many entries it lists."""
    parsed = read(rss(dated(5, 4, 3, 2, 1)), max_entries=2)

    assert [one.published // 86400 % 30 for one in parsed.entries] == [
        one.published // 86400 % 30 for one in read(rss(dated(5, 4))).entries
    ]
    assert (parsed.listed, len(parsed.hashes)) == (5, 32)


def test_cap_keeps_the_last_entries_of_a_feed_that_begins_with_the_oldest():
    """A long feed whose dates ascend is read from its newer end."""
    parsed = read(rss(dated(1, 2, 3, 4, 5)), max_entries=2)

    assert parsed.entries == read(rss(dated(4, 5))).entries


def test_cap_keeps_the_first_entries_where_there_are_no_dates():
    """Without dates the first entries count as the newest."""
    parsed = read(rss("<item><title>a</title></item><item><title>b</title></item>"), max_entries=1)

    assert [one.title.value for one in parsed.entries] == ["a"]


def test_capped_feed_gives_a_delta_too():
    """Entries beyond the cap are no news at the next look."""
    body = rss(dated(5, 4, 3, 2, 1))
    first = read(body, max_entries=2)
    second = read(rss(dated(6, 5, 4, 3, 2, 1)), max_entries=2, known_hashes=first.hashes)

    assert [one.published for one in second.entries] == [read(rss(dated(6))).entries[0].published]
    assert second.listed == 6


def test_cap_holds_where_the_document_cannot_be_cut_up():
    """Nested entries are not cut up, but they are capped."""
    parsed = read(rss("<item><item><title>a</title></item></item>" * 3), max_entries=4)

    assert (len(parsed.entries), parsed.listed, parsed.hashes) == (4, 6, b"")


def test_cap_holds_for_json():
    """A JSON Feed is capped as well."""
    parsed = read(b'{"items":[{"id":"1"},{"id":"2"},{"id":"3"}]}', max_entries=2)

    assert ([one.id for one in parsed.entries], parsed.listed) == (["1", "2"], 3)


# Delta


def test_hash_depends_on_namespaces_of_the_root():
    """What an entry means hangs from the root element, and so does its hash."""
    one = read(rss("<item><title>a</title></item>"))
    other = read(rss("<item><title>a</title></item>", root="rss version='2.0' xml:lang='de'"))

    assert one.hashes != other.hashes


def test_hash_does_not_depend_on_the_date_of_the_feed():
    """A feed that only says that it was built again has nothing new."""
    one = read(rss("<item/>", head="<lastBuildDate>1</lastBuildDate>"))
    other = read(rss("<item/>", head="<lastBuildDate>2</lastBuildDate>"))

    assert one.hashes == other.hashes


def test_hash_depends_on_the_address_but_not_on_its_query():
    """Relative links make the address part of the meaning; tokens in it come and go."""
    body = rss("<item/>")
    one, two, three = (
        parse(body, url=url, charset=None).hashes
        for url in ("https://a.example/f?x=1", "https://a.example/f?x=2", "https://b.example/f")
    )

    assert one == two
    assert one != three


def test_known_hashes_that_are_cut_short_are_no_trouble():
    """A stored value of odd length counts for what it holds."""
    body = rss("<item/>")

    assert read(body, known_hashes=read(body).hashes + b"x").entries == ()


def test_delta_of_a_malformed_document_stays_with_feedparser():
    """New entries of a malformed document are read the way its old ones were."""
    old = rss("<item><title>a&nbsp;b</title></item>")
    new = rss("<item><title>c</title></item><item><title>a&nbsp;b</title></item>")
    parsed = read(new, known_hashes=read(old).hashes)

    assert ([one.title.value for one in parsed.entries], parsed.path) == (["c"], "feedparser")


def test_delta_of_a_mended_document_is_read_strictly():
    """What was known of a malformed document is known of the same without its fault, too."""
    old = read(rss("<item><title>a</title></item><item><title>b&nbsp;</title></item>"))
    parsed = read(rss(dated(1) + "<item><title>a</title></item>"), known_hashes=old.hashes)

    assert (old.path, parsed.path, parsed.delta, len(parsed.entries)) == (
        *("feedparser", "strict"),
        *(True, 1),
    )


def test_delta_of_a_document_that_broke_is_read_by_feedparser():
    """A fault in a new entry does not bring the old ones back."""
    old = read(rss(dated(1, 2)))
    parsed = read(rss("<item><title>a&nbsp;</title></item>" + dated(1, 2)), known_hashes=old.hashes)

    assert (old.path, parsed.path, parsed.delta, len(parsed.entries)) == (
        *("strict", "feedparser"),
        *(True, 1),
    )


def test_known_entries_that_refer_to_what_a_doctype_declared_are_looked_at_again():
    """Without the declaration an old entry makes the document malformed, whole or not."""
    inside = "<item><title>a &shy;</title></item>"
    doctype = b'<!DOCTYPE rss [\n<!ENTITY %s "x">\n]>\n'
    old = read(doctype % b"shy" + rss(inside))
    same = read(doctype % b"shy" + rss(dated(1) + inside), known_hashes=old.hashes)
    gone = read(doctype % b"other" + rss(dated(1) + inside), known_hashes=old.hashes)

    assert [one.path for one in (old, same, gone)] == ["strict", "strict", "feedparser"]
    assert [len(one.entries) for one in (old, same, gone)] == [1, 1, 1]


def test_bytes_that_are_not_the_utf8_they_are_said_to_be_are_read_as_something_else():
    """A document is believed to be in UTF-8 until a byte says otherwise."""
    body = rss("<item><title>é</title></item>").decode().encode("latin-1")
    parsed = parse(body, url=URL, charset="UTF-8")

    assert (parsed.entries[0].title.value, parsed.path) == ("é", "strict")


def test_entries_that_only_look_like_entries_stop_the_short_cut():
    """Where the tags of another namespace are called item, the document is read in full."""
    inside = "<x:item>a</x:item>"
    body = rss(f"{inside}<item><title>b</title></item>", root="rss xmlns:x='http://x.example/'")
    first = read(body)
    cut = split.cut(body, salt=URL, max_entries=9)[1]
    again = read(body, known_hashes=cut.hashes(sound=True)[: split.HASH_SIZE])

    assert (first.hashes, first.listed, len(again.entries)) == (b"", 1, 1)


@pytest.mark.parametrize(
    "body",
    [b"<item>", b"</item>", b"<item><entry></entry></item>", b"<item a='x", b"<![CDATA[ <item/>"],
)
def test_what_does_not_pair_is_not_cut_up(body):
    """Tags that do not pair, and what never ends, give no ranges."""
    assert split.cut(body, salt="", max_entries=9) is None


# Guards


def test_deep_nesting_is_left_to_feedparser():
    """More than 500 levels are no feed of ours."""
    body = rss(f"<item>{'<a>' * 600}{'</a>' * 600}</item>")

    assert read(body).path == "feedparser"


def test_deep_json_is_malformed():
    """JSON nested too deep is refused, not crashed on."""
    with pytest.raises(ParseError) as caught:
        read(b'{"items":' + b"[" * 200_000 + b"]" * 200_000 + b"}")

    assert caught.value.kind == "malformed"


def test_array_served_as_json_is_no_feed():
    """A JSON array is recognised by its media type."""
    with pytest.raises(ParseError, match="not a JSON Feed"):
        read(b"[1]", content_type="application/json")


def test_what_feedparser_raises_on_is_malformed():
    """Feedparser's own exceptions come out as ours."""
    with pytest.raises(ParseError) as caught:
        read(
            rss(
                "<item><title>&nbsp;</title><psc:chapters xmlns:psc='http://podlove.org/simple-chapters'><psc:chapter/></psc:chapters></item>"
            )
        )

    assert caught.value.kind == "malformed"


def test_names_that_are_only_ours_to_give_are_left_to_feedparser():
    """An element called like a result of feedparser's is feedparser's puzzle."""
    for name in ("title_detail", "updated_parsed", "links", "authors"):
        with pytest.raises(Doubt):
            strict.read_strict(rss(f"<item><{name}>x</{name}></item>"), URL)


def test_external_and_nested_entities_raise_doubt():
    """Whatever leads outside or swells is refused before it is used."""
    for subset in (
        'SYSTEM "http://x.example/x.dtd"',
        '[<!ENTITY a "b"><!ENTITY c "&a;&a;">]',
        '[<!ENTITY a SYSTEM "file:///etc/hostname">]',
    ):
        body = f"<!DOCTYPE rss {subset}>".encode() + rss("<item/>")
        with pytest.raises(Doubt):
            strict.read_strict(body, URL)
        assert not strict.is_well_formed(body)


def test_undeclared_namespace_changes_nothing():
    """xmlns="" takes a default namespace away, and is no declaration."""
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title xmlns="">a</title></entry></feed>'
    )

    assert read(body).entries[0].title.value == "a"


def test_head_full_of_nothing_is_dropped():
    """A prolog of more than 16 KB is left out: searching it would take minutes."""
    body = b"<?xml version='1.0'?>" + b"\n" * 1_000_000 + rss("<item>a&nbsp;b</item>")

    assert encoding.replace_doctype(body) == encoding.OPENING + b"\n" + rss("<item>a&nbsp;b</item>")
    assert len(read(body).entries) == 1


def test_bytes_that_no_encoding_fits_do_not_exist():
    """The last resorts take any byte, so that a document always has a text."""
    assert encoding.to_utf8(bytes(range(256)), None).startswith(encoding.OPENING)


# Details


def test_markup_of_svg_that_ends_oddly_raises_doubt():
    """Feed elements in inline markup are left to feedparser."""
    start = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml">'
    for inside in ("<svg><title>a</title></svg><title>b</title>", "<link href='x'/>"):
        body = f"{start}{inside}</content></entry></feed>".encode()
        with pytest.raises(Doubt):
            strict.read_strict(body, URL)


def test_tags_of_an_entry_are_capped():
    """More than 500 tags are not worth the time that comparing them takes."""
    tags = "".join(f"<category>{number}</category>" for number in range(600))

    assert len(entry(tags).tags) == 500


def test_content_without_a_type_raises_doubt():
    """A content whose type was lost to a title inside it is left to feedparser."""
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="application/xml">'
        b"<title>a</title></content></entry></feed>"
    )
    with pytest.raises(Doubt):
        strict.read_strict(body, URL)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("caf\u00c3\u00a9", "café"),
        ("caf&#195;&#xA9;", "café"),
        ("\u0093quote\u0094", "“quote”"),
        ("&#147;quote&#x0094;", "“quote”"),
        ("caf\u00c3\u00a9 \u0093quote\u0094", "cafÃ© “quote”"),
        ("«é»", "«é»"),
        ("é", "é"),
    ],
)
def test_texts_are_repaired_whatever_else_the_document_holds(written, expected):
    """UTF-8 read as Latin-1, and windows-1252 as C1, are put right, as characters or references."""
    assert entry(f"<title>{written}</title>").title.value == expected


def test_documents_tell_which_repair_their_texts_may_need():
    """Most documents need none, and say so at once."""
    repairs = [texts.repairs(written.encode()) for written in ("é", "«é»", "\x93é", "é&#150;")]

    assert repairs == [texts.unchanged, texts.realigned, texts.repaired, texts.repaired]


def test_text_from_further_out_stays():
    """What a media group says again does not replace what the entry has said."""
    group = "<m:group xmlns:m='http://search.yahoo.com/mrss/'><comments>/b</comments></m:group>"

    assert entry(f"<comments>/a</comments>{group}").comments == "https://feeds.example/a"


def test_id_that_is_no_link_is_repaired():
    """An id that is a name is a text like any other."""
    assert entry("<guid isPermaLink='false'>caf\u00c3\u00a9</guid>").id == "café"


def test_entries_are_frozen_like_any_other():
    """Though they are made faster, entries and their texts are what their classes make."""
    made = entry("<title>a</title>")

    assert made == RawEntry(title=Text("a", "text/plain", URL))
    with pytest.raises(FrozenInstanceError):
        made.id = "b"
    with pytest.raises(FrozenInstanceError):
        made.title.value = "b"


def test_times_that_are_no_times_are_none():
    """Feedparser's aliases can put anything where a time should be."""
    assert [entries.seconds(odd) for odd in ("text", (0, 1, 1, 0, 0, 0), None, 5)] == [
        None, None, None, 5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "address", "expected"),
    [
        ("https://a.example/b/c", "d", "https://a.example/b/d"),
        ("https://a.example/b/c", "https:///x.example/", "https://x.example/"),
        ("https://a.example/b/c", "http://[", ""),
        ("", "d", "d"),
    ],
)
def test_addresses_are_joined_tolerantly(base, address, expected):
    """Addresses are resolved as RFC 3986 says, and broken ones are empty."""
    assert resolve.join(base, address) == expected


def test_base_without_a_base_is_what_is_given():
    """Where nothing is in force any base is better."""
    assert resolve.rebase("", "a/b") == "a/b"
    assert not resolve.is_web("http://[")


def test_examples_in_docstrings_hold():
    """The examples in the docstrings are true."""
    assert doctest.testmod(namespaces).failed == doctest.testmod(dates).failed == 0


def test_feedparser_is_not_imported_for_a_usual_feed(tmp_path):
    """Well-formed feeds with usual dates never pay for feedparser's import."""
    import subprocess

    code = (
        "import sys; from aggregator.parse import parse;"
        f"parse({rss('<item><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate></item>')!r},"
        "url='https://a.example/', charset=None);"
        "sys.exit('feedparser' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Dates

DATES = st.one_of(
    st.datetimes().map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S +0130")),
    st.datetimes().map(lambda moment: moment.isoformat() + "-03:30"),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.builds(
        "{}{} {} {} {}:{:02}{} {}".format,
        st.sampled_from(["", "Mon, ", "tue ", "Weds, "]),
        st.integers(0, 40),
        st.sampled_from(["Jan", "february", "SEP", "Okt"]),
        st.sampled_from(["2026", "26", "99", "12026"]),
        st.integers(0, 25),
        st.integers(0, 70),
        st.sampled_from(["", ":00", ":59", ":60"]),
        st.sampled_from(["GMT", "EST", "+0100", "-12:30", "Z", "A", "UTC", "CEST", "", "GMT+2"]),
    ),
    st.from_regex(r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?\Z"),
    st.text("0123456789-:TZ +,JanMayDec", max_size=30),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(DATES)
def test_dates_are_those_of_feedparser(text):
    """Any ASCII date is the moment that feedparser makes of it, or none in both."""
    text = text.strip()
    try:
        expected = calendar.timegm(_parse_date(text))
    except (TypeError, ValueError, IndexError):
        expected = None

    # ISO 8601's handler makes up what is missing from today's date: the day may change meanwhile.
    assert parse_date(text) == expected


def test_novel_is_no_date():
    """A text of more than 200 characters is not looked at."""
    assert parse_date("Mon, 02 Jan 2006 15:04:05 GMT" + " " * 200) is None
    assert parse_date("") is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<form><input name=a><input id=p type='Password'></form>", "login page"),
        (b"<script>window._cf_chl_opt={}</script><input type=password>", "asks for a browser"),
        (b"<title>Just a moment...</title>", "asks for a browser"),
        (b"<p>My password is secret, and type=password too</p>", "web page"),
    ],
)
@pytest.mark.parametrize("start", [b"<!doctype html><html>", b"junk <html>"])
def test_a_page_in_place_of_a_feed_is_told_by_its_kind(start, body, told):
    """Logins and walls are named; all of them are no feed, so that one may be looked for."""
    with pytest.raises(ParseError, match=told) as caught:
        parse(start + body, url="https://example.org/", charset=None)

    assert (caught.value.kind, bool(caught.value.hint)) == ("not_a_feed", True)


@pytest.mark.parametrize(
    "end", [b"<item><title>Thr", b"<item>", b"<ITEM ><guid>c</guid><title>T<b>x</b>"]
)
def test_half_an_entry_at_the_end_of_a_document_is_none(end):
    """A document that breaks off has the entries that are whole: half a one has half a GUID."""
    whole = b"".join(
        b"<item><guid>%b</guid><title>Entry %b</title></item>" % (each, each)
        for each in (b"a", b"b")
    )
    broken = b"<rss version='2.0'><channel><title>Feed</title>" + whole + end
    parsed = parse(broken, url="https://feeds.example/", charset=None)

    assert [entry.id and entry.id[-1] for entry in parsed.entries] == ["a", "b"]
    assert len(parse(broken + b"</item></channel></rss>", url="u", charset=None).entries) == 3
