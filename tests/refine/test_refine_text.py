"""Words out of markup: text, titles, summaries, names, tags, languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Text
from aggregator.refine import text as words


def deceives(text):
    return words.is_deceptive(text.encode("utf-8", "surrogatepass"))


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("safe", "expected"),
    [
        ("<p>One</p><p>two  three</p>", "One\ntwo three"),
        ("one<br>two", "one\ntwo"),
        ("<ul><li>a</li>\n<li>b</li></ul>", "a\nb"),
        ("a <b>b</b>c<i> d</i>", "a bc d"),
        ("a\n\tb\xa0c&nbsp;d", "a b c d"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("&lt;b&gt; &amp;amp; &eacute;", "<b> &amp; é"),
        ('<a href="x" title="&lt;b&gt;">y</a>', "y"),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_text_is_what_readers_read(safe, expected):
    """Blocks are lines, blanks are single, entities are letters."""
    assert expected == words.text_of(safe)


def test_stripping_leaves_out_what_browsers_hide():
    """Scripts, styles and comments are no text, and tags may be in any case."""
    markup = "<STYLE>p {}</STYLE><P>One<Script>x</Script><!-- c --></P>two\r\nthree \ud800&#x202e;"

    assert words.strip(markup) == "One\ntwo three"


@pytest.mark.parametrize(
    "markup", ["<" * 500_000, "<a" * 250_000, "<" + "a" * 500_000, "<script>" * 60_000]
)
def test_stripping_takes_linear_time(markup):
    """Half a megabyte of opened brackets is nothing special."""
    import time

    start = time.process_time()
    words.strip(markup)

    assert time.process_time() - start < 1


@given(st.text())
def test_tidy_leaves_nothing_that_deceives(text):
    """Controls, halves of characters and overrides are gone, all else stays."""
    tidied = words.tidy(text + BIDI)

    assert not deceives(tidied)
    assert tidied.encode("utf-8").decode("utf-8") == words.tidy(text)


@pytest.mark.parametrize("text", ["\x00", "a\rb", "\x7f", "é\x85", BIDI, "\ufffe", "\udfff"])
def test_deceptive_characters_are_seen(text):
    """In ASCII as in any other text."""
    assert deceives(text)
    assert not deceives("plain\ttext\n")
    assert not deceives("größer\u200f")


@given(st.characters(codec=None, exclude_categories=()), st.text())
def test_bytes_deceive_where_letters_do(character, text):
    """What is looked for in UTF-8 is what is taken out of texts."""
    assert deceives(text + character + text) == (words.tidy(text + character) != text + character)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("two\nlines", 10, "two lines"),
        ("some words, and more", 13, "some words…"),
        ("some\nwords and more", 13, "some words…"),
        ("abcdefghijkl", 6, "abcde…"),
        ("a bcdefghijkl", 6, "a bcd…"),
    ],
)
def test_shorten_cuts_at_a_word(text, limit, expected):
    """A cut is marked, and a text without blanks is cut anywhere."""
    assert expected == words.shorten(text, limit)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_shorten_keeps_to_its_limit(text, limit):
    """The mark counts, too."""
    assert len(words.shorten(text, limit)) <= limit


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (Text("Tom &amp; <i>Jerry</i>"), "Tom & Jerry"),
        (Text("1 < 2 &lt;b&gt;"), "1 < 2 <b>"),
        (Text("Tom &amp; <i>", "text/plain"), "Tom &amp; <i>"),
        (Text(" a\n  b\x00\u202e ", "text/plain"), "a b"),
        (Text("<p>a</p><p>b</p>"), "a b"),
        (Text("<img src=x>"), "First words"),
        (None, "First words"),
    ],
)
def test_titles_are_text(title, expected):
    """Tags go, entities are decoded once, and plain text is taken at its word."""
    assert expected == words.title_of(title, "First words", None)


def test_a_missing_title_is_made():
    """Of the text, else of the host, else it says so."""
    text = "A status without any title that goes on for longer than a title should, really,\nand on"

    derived = words.title_of(None, text, None)
    assert (
        derived == "A status without any title that goes on for longer than a title should, really…"
    )
    assert words.title_of(Text(""), "", "https://www.e.org/x") == "e.org"
    assert words.title_of(None, "", None) == "(untitled)"


def test_a_title_of_a_megabyte_is_cut():
    """And in no time."""
    title = words.title_of(Text("word &amp; " * 100_000), "", None)

    assert len(title) <= words.TITLE
    assert title.endswith("…")


@pytest.mark.parametrize(
    ("summary", "text", "expected"),
    [
        (None, "The text\nitself", "The text itself"),
        (Text("<p>Said <b>so</b></p>"), "text", "Said so"),
        (Text("<p>", "text/plain"), "text", "<p>"),
        (Text("<img src=x>"), "text", "text"),
        (None, "word " * 100, ("word " * 59 + "word") + "…"),
    ],
)
def test_a_summary_is_what_the_feed_says_or_the_text(summary, text, expected):
    """At most 300 characters, on one line."""
    assert expected == words.summary_of(summary, text)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Jo Do", "Jo Do"),
        ("noreply@blogger.com (Jo Do)", "Jo Do"),
        ("jo@e.org (Jo &amp; Do)", "Jo & Do"),
        ("Jo Do <jo@e.org>", "Jo Do"),
        ("Jo Do (mailto:jo@e.org)", "Jo Do"),
        ("mailto:jo@e.org", "jo"),
        ("jo@e.org", "jo"),
        ("noreply@blogger.com", None),
        ("Jo (hidden)", "Jo (hidden)"),
        ("<b>Jo</b>", "Jo"),
        ('"Jo"', "Jo"),
        ("\u202eoJ", "oJ"),
        ("z" * 100_000, "z" * 199 + "…"),
        ("a@" * 50_000, None),
        ("", None),
        (None, None),
    ],
)
def test_authors_are_names(author, expected):
    """Addresses are not shown, and a name that is none is nothing."""
    result = words.author_of(author)

    assert result == expected if expected or not author or len(author) < 99 else len(result) <= 200


def test_tags_are_trimmed_and_told_apart_without_case():
    """The first spelling counts; twenty tags of sixty characters are enough."""
    tags = words.tags_of((" News ", "news", "NEWS", "", "a\nb", "x" * 99))

    assert tags == ("News", "a b", "x" * 59 + "…")
    assert len(words.tags_of(tuple(str(n) for n in range(1000)))) == 20


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("de_AT", "de-AT"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        (" fr ", "fr"),
        ("English", None),
        ("e<n", None),
        ("", None),
        (None, None),
    ],
)
def test_languages_are_written_one_way(language, expected):
    """BCP 47's recommended case, or nothing."""
    assert expected == words.language_of(language)
