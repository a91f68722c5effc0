"""Markup of strangers: harmless, absolute, stable, and quick whatever it is."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aggregator.model import Text
from aggregator.refine.html import DEEPEST, LONGEST, LONGEST_TEXT, page_of, sanitise
from aggregator.refine.text import text_of
from tests.refine.refine_injections import BOMBS, INJECTIONS

BASE = "https://e.org/blog/"


def words(text):
    return set(text.split())


# Written out here again on purpose: what is allowed shall not change by an edit in one place.
ALLOWED_TAGS = words("""
    a abbr address article aside audio b blockquote br caption cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img
    ins kbd li main mark nav ol p picture pre q rp rt ruby s samp section small source span
    strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr
""")
ALLOWED_ATTRIBUTES = words("""
    alt colspan controls datetime dir height href lang loading open poster rel reversed rowspan
    scope span src start title type value width
""")
ADDRESSES = {"href", "src", "poster"}


class Inspector(HTMLParser):
    """Collects, with a parser that isn't the sanitiser's, whatever should not be there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED_TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            if name not in ALLOWED_ATTRIBUTES:
                self.faults.append((tag, name))
            if name in ADDRESSES and urlsplit(value or "").scheme not in {
                "http",
                "https",
                "mailto",
            }:
                self.faults.append((tag, name, value))
            if tag == "a" and name == "rel" and value != "noopener nofollow ugc":
                self.faults.append((tag, name, value))

    handle_startendtag = handle_starttag

    def handle_comment(self, data):
        self.faults.append(("comment", data))

    def handle_decl(self, decl):
        self.faults.append(("declaration", decl))

    def unknown_decl(self, data):
        self.faults.append(("declaration", data))

    def handle_pi(self, data):
        self.faults.append(("instruction", data))


def faults(html):
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults


def html(markup, base=BASE):
    return sanitise(Text(markup, "text/html", base))


def letters(safe):
    """The words of a text: where a repair puts a block, there may be one break more or less."""
    return "".join(text_of(safe).split())


@pytest.mark.parametrize("markup", INJECTIONS)
def test_an_injection_comes_out_harmless(markup):
    """Another parser finds no tag, attribute or scheme outside the list, not even after a second pass."""
    safe = html(markup)
    again = html(safe)

    assert faults(safe) == faults(again) == []
    assert "<script" not in (safe + again).lower()
    assert letters(safe) == letters(again)


@pytest.mark.parametrize("markup", INJECTIONS)
def test_plain_text_stays_text_whatever_it_looks_like(markup):
    """A text/plain construct gives no element but paragraphs and line breaks."""
    safe = sanitise(Text(markup, "text/plain"))

    assert faults(safe) == []
    assert (
        set(safe.replace("<p>", "").replace("</p>", "").replace("<br>", "")) & {"<", ">"} == set()
    )


TAGS = sorted(
    ALLOWED_TAGS
    | words("""
    annotation-xml applet body button center desc fieldset font foreignObject form frameset head
    html iframe input label listing marquee math menu mi mtext nobr noscript object option
    plaintext rb rtc script select style svg template textarea title xmp
""")
)
SNIPPETS = (
    *(
        "x",
        " ",
        "\n",
        "\n\n",
        "<",
        '"',
        "'",
        "&lt;",
        "&#10;",
        "&#13;",
        "&#1;",
        "&#x202e;",
        "&nbsp;",
    ),
    *("\x00", "\r", "\ud800", "<!--", "-->", "<![CDATA[", "]]>", "<pre>\n", "<svg><title>"),
    *('<a href=/x title="<b>">', "<a href=javascript:x>", '<a href="http://e.org/\n">', "<b id=1>"),
    *(
        "<img src=a width=1>",
        '<img src=a alt="]]>">',
        '<img data-src=a src="data:x">',
        "<math><mtext>",
    ),
    *("<iframe src=//www.youtube.com/embed/dQw4w9WgXcQ>", "<p dir=rtl onclick=x>", "<font size=1>"),
)
PIECES = (
    st.sampled_from([f"<{tag}>" for tag in TAGS])
    | st.sampled_from([f"</{tag}>" for tag in TAGS])
    | st.sampled_from(SNIPPETS)
    | st.text(max_size=3)
)
SOUP = st.lists(PIECES, max_size=14).map("".join)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(SOUP)
@example("<h1><a><h1><a>")
@example("<h1><font size=1><h1>")
@example("<dt><listing><dt>")
@example("<p><object><p>z")
@example("<pre>\n\n\n\n\n\n\nx")
@example("<table><pre>\n\n\n\n\n\n\nx")
def test_what_was_sanitised_is_harmless_however_often_it_is_read(markup):
    """Whatever comes in, what comes out is harmless, and stays so with the same words."""
    safe = html(markup)
    again = html(safe)

    assert faults(safe) == faults(again) == []
    assert letters(safe) == letters(again)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(SOUP, st.sampled_from(["text/html", "text/plain"]))
def test_a_page_says_the_same_in_all_its_forms(markup, kind):
    """Text, bytes and pictures are of one page, and it remembers what it was made of."""
    page = page_of(Text(markup, kind, BASE))

    assert page.html == page.raw.decode()
    assert len(page.pictures) == page.html.count("<img")
    assert all(picture in page.html for picture in page.pictures)
    assert page.source == markup


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Hello <b>you</b> &amp; me</p>", "<p>Hello <b>you</b> &amp; me</p>"),
        ("<a href='c?d#e'>x</a>", f'<a href="{BASE}c?d#e" rel="noopener nofollow ugc">x</a>'),
        (
            "<a href='//f.org/x'>x</a>",
            '<a href="https://f.org/x" rel="noopener nofollow ugc">x</a>',
        ),
        (
            "<a href='mailto:a@e.org'>x</a>",
            '<a href="mailto:a@e.org" rel="noopener nofollow ugc">x</a>',
        ),
        ("<img src=/a.png alt=A>", '<img src="https://e.org/a.png" alt="A" loading="lazy">'),
        ("<img alt=A>", ""),
        ("<img src=a.png width=1 height=1>", ""),
        ("<img src=https://pixel.wp.com/b.gif?v=1>", ""),
        ("<img src=http://feeds.feedburner.com/~r/x/~4/y>", ""),
        (
            "<img class=lazy src='data:image/gif;base64,R0' data-src='https://e.org/a.png'>",
            '<img src="https://e.org/a.png" loading="lazy">',
        ),
        (
            "<noscript><img src=https://e.org/a.png></noscript>",
            '<img src="https://e.org/a.png" loading="lazy">',
        ),
        ("<video src=a.mp4 autoplay></video>", f'<video src="{BASE}a.mp4" controls=""></video>'),
        ("<math><mi>a</mi><mo>=</mo><mn>1</mn></math>", "a=1"),
        ("<math><mi>a</mi><annotation encoding='x-tex'>\\a</annotation></math>", "a"),
        ("<pre>\n\nx\n  y</pre>", "<pre>\nx\n  y</pre>"),
        ("Fish > chips\xa0!", "Fish &gt; chips&nbsp;!"),
        ("one\r\ntwo\rthree\x00\u202e", "one\ntwo\nthree"),
        (
            "<IMG ALT='a > b' data-lazy-src=/a.png><img src=/b.png>",
            '<img alt="a &gt; b" src="https://e.org/a.png" loading="lazy"><img src="https://e.org/b.png" loading="lazy">',
        ),
        ("<MATH><mi>a</mi></MATH>", "a"),
        (
            "<img src=/a.png width=10 height=100>",
            '<img src="https://e.org/a.png" width="10" height="100" loading="lazy">',
        ),
        ("<p class=x id=y style='color:red'>x</p>", "<p>x</p>"),
        ("<center><font color=red>x</font></center>", "x"),
        ("<select><option>x</select>y", "y"),
        ("", ""),
    ],
)
def test_markup_keeps_what_readers_need(markup, expected):
    """Structure, links and pictures stay; attributes of style, pixels and forms go."""
    assert expected == html(markup)


@pytest.mark.parametrize(
    ("source", "name", "url"),
    [
        (
            "//www.youtube.com/embed/dQw4w9WgXcQ?rel=0",
            "YouTube",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        (
            "https://www.youtube-nocookie.com/embed/videoseries?list=PLx_1",
            "YouTube",
            "https://www.youtube.com/playlist?list=PLx_1",
        ),
        ("https://player.vimeo.com/video/76979871?h=8", "Vimeo", "https://vimeo.com/76979871"),
        (
            "https://framatube.org/videos/embed/9c9de5e8-0a1e",
            "PeerTube",
            "https://framatube.org/w/9c9de5e8-0a1e",
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&color=%23ff",
            "SoundCloud",
            "https://soundcloud.com/a/b",
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
            "SoundCloud",
            "https://w.soundcloud.com/player/?url=https://api.soundcloud.com/tracks/1",
        ),
        (
            "https://open.spotify.com/embed/episode/4rOoJ6E?x=1",
            "Spotify",
            "https://open.spotify.com/episode/4rOoJ6E",
        ),
        (
            "https://bandcamp.com/EmbeddedPlayer/album=1/size=large/",
            "Bandcamp",
            "https://bandcamp.com/EmbeddedPlayer/album=1/size=large/",
        ),
        (
            "https://archive.org/embed/thing",
            "Internet Archive",
            "https://archive.org/details/thing",
        ),
        (
            "https://www.dailymotion.com/embed/video/x1",
            "Dailymotion",
            "https://www.dailymotion.com/video/x1",
        ),
        (
            "https://embed.podcasts.apple.com/us/podcast/a/id1?i=2",
            "Apple Podcasts",
            "https://podcasts.apple.com/us/podcast/a/id1",
        ),
    ],
)
def test_a_known_player_becomes_a_link(source, name, url):
    """A frame of a player leaves a paragraph with a link to what it would play."""
    safe = html(f'<iframe width=1 src="{source}" allowfullscreen>no frames</iframe><p>after</p>')

    link = f'<p><a href="{url}" rel="noopener nofollow ugc">▶ {name}</a></p>'
    assert safe == link + "<p>after</p>"


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe src=https://evil.example/embed/dQw4w9WgXcQ></iframe>",
        "<iframe></iframe>",
        "<iframe src=''></iframe>",
        "<iframe src='https://[bad/videos/embed/1'></iframe>",
        "<iframe title=x>",
    ],
)
def test_any_other_frame_leaves_nothing(frame):
    """A frame that is no known player goes, what follows it stays."""
    assert html(frame + "<p>after</p>") == "<p>after</p>"


def test_plain_text_keeps_its_lines():
    """A blank line parts paragraphs, a line break stays one, and markup is shown as it is."""
    text = Text("One & <b>\r\ntwo\r\n \r\n\n three\u202e\x00", "text/plain")

    assert sanitise(text) == "<p>One &amp; &lt;b&gt;<br>two</p><p>three</p>"


@pytest.mark.parametrize(
    "base", ["", "not a base", "ftp://e.org/", "https://[::1/", "https://1.2.3.999/"]
)
def test_without_a_usable_base_relative_addresses_go(base):
    """A relative address never stays relative."""
    safe = sanitise(Text("<a href='/x'>x</a>", "text/html", base))

    assert "href" not in safe or 'href="http' in safe


def test_the_documents_base_serves_where_a_text_has_none():
    """A construct's own base goes before the document's."""
    assert 'href="https://f.org/x"' in sanitise(Text("<a href=/x>x</a>"), "https://f.org/feed")


def test_characters_that_are_not_text_leave_no_address_behind():
    """An address that is split by a control character does not become another one."""
    safe = html("<a href='java&#1;script:alert(1)'>x&#1;&#x202e;y\x85\ufffe</a>")

    assert "script:" not in safe or "/java" in safe
    assert ">xy" in safe


@pytest.mark.parametrize("name", BOMBS)
def test_markup_made_to_be_slow_is_not(name):
    """Depth, attributes and size end in plain text, in seconds at worst, and stay stable."""
    start = time.process_time()
    safe = html(BOMBS[name])
    seconds = time.process_time() - start

    assert seconds < 3
    assert len(safe) <= LONGEST
    assert faults(safe) == []
    assert letters(html(safe)) == letters(safe)


def test_the_limits_leave_ordinary_markup_alone():
    """Long entries and moderate nesting stay markup."""
    nested = "<div>" * (DEEPEST - 1) + "x" + "</div>" * (DEEPEST - 1)
    long = "<p>some <b>words</b> of text</p><br>" * 5_000

    assert html(nested) == nested
    assert html(long) == long
    assert html("<p>" + "word " * 9_000 + "</p>").startswith("<p>word")


def test_a_very_long_plain_text_is_cut():
    """Escaping can't make a text longer than markup may be."""
    safe = sanitise(Text("&" * 10 * LONGEST_TEXT, "text/plain"))

    assert len(safe) == 5 * LONGEST_TEXT + len("<p></p>")
    assert html(safe) == safe


def test_very_long_words_without_markup_are_cut():
    """A megabyte that needs no parser grows by being escaped, and is cut like plain text."""
    assert len(html(">" * 2 * LONGEST)) == 4 * LONGEST_TEXT + len("<p></p>")


def test_markup_that_grows_too_long_becomes_text():
    """A link can be short in the feed and long with its base in front of it."""
    safe = html("<a href=x>word</a> " * 40_000, "https://e.org/" + "long/" * 20)

    assert safe.startswith("<p>word word")
    assert len(safe) <= LONGEST
