"""Words, links and credit, made fit to be posted."""

import pytest
from compose_data import item

from aggregator.compose import marked, postable
from aggregator.compose.credit import credit, finders, licence
from aggregator.compose.words import hashtags, line, paragraphs
from aggregator.curation import Via
from aggregator.errors import UsageError


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a  b\tc", "a b c"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("\x00a\x1b[31mb\x07", "a[31mb"),
        ("a\u202eb\u2066c\ufeffd\ufffee\ud800f", "abcdef"),
        ("שלום\u200f", "שלום\u200f"),
        ("cafe\u0301", "café"),
        ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"),
    ],
)
def test_words_are_clean(text, clean):
    """No control, no mark that turns what follows, no half a character; paragraphs stay."""
    assert paragraphs(text) == clean
    assert line(text) == " ".join(clean.split())


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (("ferns",), ("#ferns",)),
        (("open source",), ("#OpenSource",)),
        (("machine-learning", "C++", "a_b"), ("#MachineLearning", "#C", "#AB")),
        (("Ferns", "ferns", "FERNS"), ("#Ferns",)),
        (("2026", "!!", "", "web 2"), ("#Web2",)),
        (("नमस्ते", "日本 語", "müsli"), ("#नमस्ते", "#日本語", "#müsli")),
        (("#already", "iPhone"), ("#already", "#iPhone")),
    ],
)
def test_tags_become_hashtags(tags, found):
    """Each once, and none that a network would not link."""
    assert hashtags(tags, None) == found


def test_a_network_takes_so_many_hashtags():
    """The first are kept."""
    assert hashtags(("a", "b", "c"), 2) == ("#a", "#b")


@pytest.mark.parametrize(
    ("url", "posted"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTPS://Example.ORG", "https://example.org"),
        ("https://ana:secret@example.org/a", "https://example.org/a"),
        ("https://münchen.de/straße", "https://xn--mnchen-3ya.de/stra%C3%9Fe"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a b\nc", "https://example.org/abc"),
        ("https://example.org\\@evil.example", "https://example.org/@evil.example"),
        ("https://example.org/wiki/Fern_(plant)", "https://example.org/wiki/Fern_(plant)"),
        ("https://example.org/a)", "https://example.org/a%29"),
        ("https://example.org/a(b/c", "https://example.org/a%28b/c"),
        ("https://example.org/(a(b)c)", "https://example.org/(a(b)c)"),
        ("https://example.org/(a(b(c)))", "https://example.org/%28a%28b%28c%29%29%29"),
        ("https://example.org/a?b=1&", "https://example.org/a?b=1"),
        ("https://example.org/?#", "https://example.org/"),
        ("https://example.org/~", "https://example.org/%7E"),
        ("https://example.org/really?!", "https://example.org/really?%21"),
        ("https://example.org/etc.", "https://example.org/etc%2E"),
        ("https://example.org/<script>", "https://example.org/%3Cscript%3E"),
        ("https://[::1]:8080/a", "https://[::1]:8080/a"),
        ("javascript:alert(1)", ""),
        ("mailto:ana@example.org", ""),
        ("https://", ""),
        ("https://exa mple.org:x/", "https://example.org:x/"),
        ("https://a..b/", ""),
        ('https://a"b/', ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_link_is_posted_in_a_form_that_is_linked_whole(url, posted):
    """ASCII, without secrets, and nothing at its end that a network takes for the sentence's."""
    assert postable(url) == posted


@pytest.mark.parametrize("url", ["https://example.org/a)", "https://example.org/ü?b!"])
def test_a_postable_link_stays_as_it_is(url):
    """Making it postable twice changes nothing."""
    assert postable(postable(url)) == postable(url)


@pytest.mark.parametrize(
    ("url", "template", "address"),
    [
        ("https://e.org/a", "utm_source={network}", "https://e.org/a?utm_source=x"),
        ("https://e.org/a?b=1#c", "?utm_source={network}", "https://e.org/a?b=1&utm_source=x#c"),
        (
            "https://e.org/?utm_source=old&b=1",
            "utm_source=a b",
            "https://e.org/?b=1&utm_source=a%20b",
        ),
        ("https://e.org/", "a={list}", "https://e.org/?a=%7Bnetwork%7D%26x"),
        ("https://e.org/", "", "https://e.org/"),
        ("", "a=b", ""),
    ],
)
def test_a_link_is_marked_by_a_template(url, template, address):
    """What fills it is encoded and not read again."""
    assert marked(url, template, network="x", list="{network}&x") == address


@pytest.mark.parametrize(
    ("template", "hint"),
    [("utm_source", "Write it such as"), ("a={campain}", "There are {network}")],
)
def test_what_is_wrong_with_a_mark_is_told(template, hint):
    """With what could be meant."""
    with pytest.raises(UsageError) as caught:
        marked("https://example.org", template, network="x")

    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("changes", "line_of_credit"),
    [
        ({}, ""),
        ({"url": "https://www.pexels.com/photo/1"}, "Photo by Ana on Pexels"),
        ({"image": "https://images.pexels.com/1.jpg"}, "Photo by Ana on Pexels"),
        ({"url": "https://pixabay.com/photos/1"}, "Image by Ana from Pixabay"),
        ({"url": "https://unsplash.com/photos/1"}, "Photo by Ana on Unsplash"),
        ({"url": "https://pexels.com.evil.example/"}, ""),
        ({"url": "https://www.pexels.com/photo/1", "author": None}, ""),
        ({"url": "http://[::1", "image": "http://["}, ""),
        ({"rights": "https://creativecommons.org/licenses/by-sa/4.0/deed.de"}, "Ana, CC BY-SA 4.0"),
        ({"rights": "CC BY 4.0", "author": None}, "Example Blog, CC BY 4.0"),
        (
            {
                "url": "https://www.pexels.com/1",
                "rights": "http://creativecommons.org/licenses/by/2.0",
            },
            "Photo by Ana on Pexels (CC BY 2.0)",
        ),
        ({"rights": "© 2026\nAna"}, "© 2026 Ana"),
        ({"rights": "All " * 50}, ""),
    ],
)
def test_pictures_and_licences_are_credited(changes, line_of_credit):
    """As the sites' guidelines and the licences ask."""
    assert credit(item(**changes)) == line_of_credit


@pytest.mark.parametrize(
    ("rights", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("HTTP://CreativeCommons.org/licenses/BY-NC-ND/3.0/de/", "CC BY-NC-ND 3.0"),
        ("see https://creativecommons.org/licenses/by-nc/", "CC BY-NC"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "Public Domain Mark 1.0"),
        ("CC BY-SA 4.0", "CC BY-SA 4.0"),
        ("CC0", "CC0"),
        ("CC " + "x" * 200, ""),
        ("© Ana", ""),
        ("", ""),
    ],
)
def test_a_licence_has_its_name(rights, name):
    """By its address or its short form."""
    assert licence(rights) == name


def test_a_site_that_the_credit_names_is_not_thanked_twice():
    """Pexels is source and credit at once."""
    photo = item(url="https://www.pexels.com/photo/1", source="Pexels", via=())

    assert finders(photo) == ()
    assert finders(item(via=(Via(name="HN"),))) == ("HN",)
    assert finders(item(via=())) == ("Example Blog",)


def test_a_blank_at_the_end_of_a_query_is_written_so_that_it_stays():
    """A plus sign there is a blank, which networks would leave out of the link."""
    assert postable("https://e.org/a?q=x+") == "https://e.org/a?q=x%20"
