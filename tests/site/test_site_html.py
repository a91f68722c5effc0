"""Pages of the desk made pages of the site."""

import pytest

from aggregator.site import html

FILES = {"/": "../index.html", "/c/video": "video.html", "/e/1": "https://example.org/1"}


def rewritten(page, head="", top=""):
    return html.Rewriter(FILES.get, head=head, top=top).of(page)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<a class="x" href="/c/video#top">V</a>', '<a class="x" href="video.html#top">V</a>'),
        (
            '<a href="https://example.org/c/video">V</a>',
            '<a href="https://example.org/c/video">V</a>',
        ),
        ('<a href="#main">V</a>', '<a href="#main">V</a>'),
        ('<a href="//example.org/">V</a>', '<a href="//example.org/">V</a>'),
        ("<form action=/ ><input></form>", '<form action="../index.html"><input></form>'),
        ('<a href="/e/1">E</a>', '<a href="https://example.org/1" rel="noopener noreferrer">E</a>'),
    ],
)
def test_addresses_of_the_desk_become_files(page, expected):
    """A link within the desk leads to its file, one to strangers stays as it is."""
    assert expected == rewritten(page)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            '<p><a href="/x" rel="next" aria-label="y" dir="auto">E</a></p>',
            '<p><a dir="auto">E</a></p>',
        ),
        ('<p><a class="button" href="/x"><b>E</b></a>!</p>', "<p>!</p>"),
        ('<form action="/x"><p>gone</p></form>left', "left"),
        ('<link rel="alternate" href="/x">left', "left"),
        ('<img src="/x">left', "left"),
    ],
)
def test_what_leads_nowhere_goes(page, expected):
    """Of a link without a target the words stay; buttons, forms and references go."""
    assert expected == rewritten(page)


def test_everything_else_is_copied():
    """Text, references and tags that hold no address are the same byte for byte."""
    page = (
        "<!DOCTYPE html>\n<p CLASS=a title='&quot;x&amp;'>&lt;b&gt; &#34; &#x27; a & b "
        "&eacute;<br/>é<input disabled></p>"
    )

    assert page == rewritten(page)


def test_the_policy_comes_before_anything_is_loaded():
    """What is put into the head follows the charset, what is put into the body its beginning."""
    page = '<head><meta charset="utf-8"><meta name="x" content="y"></head><body class="z"><p></p>'

    assert rewritten(page, head="HEAD", top="TOP") == (
        '<head><meta charset="utf-8">HEAD<meta name="x" content="y"></head>'
        '<body class="z">TOP<p></p>'
    )


def test_values_stay_within_their_quotes():
    """A rewritten tag cannot be broken out of by the values of its attributes."""
    page = '<a href="/c/video" title="&quot;&gt;&lt;script&gt;">V</a>'

    assert rewritten(page) == ('<a href="video.html" title="&quot;&gt;&lt;script&gt;">V</a>')


def test_icons_are_drawn_in_the_page():
    """An icon of the desk's file becomes one of the page, which has those that it uses."""
    sprite = '<svg><!-- x --><symbol id="a" viewBox="0"><path d="M"/></symbol><symbol id="b"></symbol></svg>'
    page = '<svg><use href="/-/x/icons.svg?_hash=1#a"></use></svg>'
    known = html.symbols(sprite)

    assert rewritten(page) == '<svg><use href="#icon-a"></use></svg>'
    assert html.Links(page).icons == {"a"}
    assert html.drawn({"a", "unknown"}, known) == (
        '\n<svg class="hidden" aria-hidden="true">'
        '<symbol id="icon-a" viewBox="0"><path d="M"/></symbol></svg>'
    )
    assert html.drawn(set(), known) == ""


def test_links_are_found_within_the_desk_only():
    """Addresses come without their prefix and fragment; others are nobody's business."""
    page = (
        '<link rel="next" href="/desk/?before=1&amp;x=2"><a href="/desk/e/1#a">1</a><a href="/e/2">2</a>'
        '<a href="https://example.org/desk/e/3">3</a><a href="//example.org/desk/">4</a><a href>5</a>'
    )
    links = html.Links(page, prefix="/desk")

    assert links.addresses == ["/e/1"]
    assert links.next == "/?before=1&x=2"


def test_the_policy_is_a_tag_without_what_only_headers_say():
    """`frame-ancestors` has no meaning in a page; the rest is kept."""
    tag = html.policy_tag("default-src 'none'; img-src 'self' https:; frame-ancestors 'self'")

    assert "content=\"default-src 'none'; img-src 'self' https:\"" in tag
