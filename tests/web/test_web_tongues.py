"""The desk's languages: every word has its place in the catalogues, and pages speak them."""

import re

import pytest
from markupsafe import Markup

from aggregator.web.reader import zone_of
from aggregator.web.refusals import told
from aggregator.web.tongues import LANGUAGES, Tongue, read, tongue
from aggregator.web.words import ago, day, exact
from tests import words
from tests.desk import NOW, ask, entry, fill, source

OTHERS = sorted(set(LANGUAGES) - {"en"})
PLACES = re.compile(r"%\(\w+\)s|%s")


@pytest.mark.parametrize("language", OTHERS)
def test_everything_said_is_translated(language):
    """No word of templates, Python or scripts is missing (`python -m tests.words` tells which)."""
    assert words.missing(language) == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_fill_in_the_same(language):
    """What is filled into a message is filled into its translation."""
    for message, forms in tongue(language).messages.items():
        for form in forms:
            assert (message, sorted(PLACES.findall(form))) == (
                message,
                sorted(PLACES.findall(message)),
            )


def test_a_catalogue_is_read():
    """Messages of one form and of two, over several lines, without those that are empty."""
    text = (
        '# a note\nmsgid ""\nmsgstr "Language: xx\\n"\n\n'
        'msgid "one"\nmsgstr "e"\n"ins"\n\n'
        'msgid "%(n)s entry"\nmsgid_plural "%(n)s entries"\nmsgstr[0] "a"\nmsgstr[1] "b"\n\n'
        'msgid "none"\nmsgstr ""\n'
    )

    assert read(text) == {"one": ("eins",), "%(n)s entry": ("a", "b")}


def test_plurals_follow_the_language():
    """French counts nothing as one, German and English as many."""
    said = [
        tongue(language).ngettext("%(n)s entry", "%(n)s entries", n)
        for language in ("en", "de", "fr")
        for n in (0, 1, 1234)
    ]

    assert said == [
        "0 entries",
        "1 entry",
        "1,234 entries",
        "0 Einträge",
        "1 Eintrag",
        "1.234 Einträge",
        "0 entrée",
        "1 entrée",
        "1\u202f234 entrées",
    ]


def test_markup_in_a_message_escapes_the_rest():
    """Words of strangers stay words beside a link of ours."""
    said = Tongue().gettext("%(a)s at %(b)s", a="<i>", b=Markup("<b>x</b>"))

    assert said == Markup("&lt;i&gt; at <b>x</b>")


def test_times_are_said_in_the_readers_language_and_zone():
    """Ages, days and dates of the same moment in Tokyo and Berlin."""
    german, french = tongue("de"), tongue("fr")
    tokyo, berlin = zone_of("Asia/Tokyo"), zone_of("Europe/Berlin")
    evening = NOW + 8 * 3600  # 18:00 in London, three in the morning in Tokyo

    assert ago(NOW - 7200, NOW, german) == "2 Std."
    assert ago(NOW - 20 * 86400, NOW, french) == "3 nov."
    assert day(evening, evening + 60, german, berlin) == "Heute"
    assert day(evening, evening + 86400, french, tokyo) == "Hier"
    assert day(evening, evening + 3 * 86400, german, tokyo) == "Dienstag, 24. November"
    assert exact(evening, german, berlin) == "23. November 2026, 19:00 CET"


def test_the_browser_decides_on_the_language(tmp_path):
    """Accept-Language is heard; a page says in which language it is."""
    path = tmp_path / "aggregator.db"
    fill(path, {source(): [entry(1)]})
    page = ask(path, "/", headers={"accept-language": "it, de-CH;q=0.8, en;q=0.5"}).text

    assert '<html lang="de">' in page
    assert "Alles durchsuchen" in page
    assert "Taken back" in page.split('data-words="')[1]
    assert 'data-words="' not in ask(path, "/").text


def test_errors_of_forms_are_said_in_the_readers_language():
    """Every sentence that a form may be refused with is one that the catalogues have."""
    rooms = (
        "web",
        "following/keeping",
        "following/feeds",
        "imports",
        "store/lists",
        "store/items",
        "store/reading",
    )
    sentences = sorted(words.errors(*rooms))
    english = [each for each in sentences if told(tongue("de"), each) == each]

    assert len(sentences) > 50
    assert english == []
    assert told(tongue("de"), "'x' is no number.") == "'x' ist keine Zahl."
    assert told(tongue("de"), "Something else.") == "Something else."
    assert told(tongue("en"), "'x' is no number.") == "'x' is no number."
