"""Pages of Telegram's public channels, in the shape of the real ones."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Enclosure, FeedInfo
from aggregator.parse import parse
from aggregator.parse.tree import DEEPEST, parse_page
from aggregator.refine import refine

PAGE = (Path(__file__).parents[1] / "data" / "telegram" / "channel.html").read_bytes()
URL = "https://t.me/s/example"


def read(body=PAGE, **options):
    return parse(body, url=URL, charset="utf-8", content_type="text/html", **options)


def page(inner):
    """A channel's page with one message, number 9."""
    return (
        '<!doctype html><html><body><section class="tgme_channel_history">'
        '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" '
        f'data-post="example/9">{inner}</div></div></section></body></html>'
    ).encode()


def message(inner):
    [entry] = read(page(inner)).entries
    return entry


def html_of(entry):
    return "".join(text.value for text in entry.content)


def test_a_channel_says_who_it_is():
    """Title, address for people, description and picture come from the page's side column."""
    assert read().feed == FeedInfo(
        title="An Example & Co",
        link="https://t.me/example",
        description="News and more",
        icon="https://cdn4.telesco.pe/file/icon.jpg",
    )


def test_messages_are_listed_newest_first():
    """Each has its address as its id, and its own time; notices of the service are none."""
    parsed = read()

    assert [entry.id for entry in parsed.entries] == [
        f"https://t.me/example/{number}" for number in (7, 6, 5, 3, 2)
    ]
    assert parsed.entries[0].link == "https://t.me/example/7"
    assert parsed.entries[-1].published == 1714644000
    assert (parsed.listed, parsed.delta, parsed.path) == (5, False, "telegram")
    assert len(parsed.hashes) == 5 * 16


def test_words_are_html_without_their_trimmings():
    """Links, styles and emoji stay; handlers, spans and drawings go."""
    entry = read().entries[-1]

    assert html_of(entry) == (
        "<p><b>Bold &lt;news&gt;</b><br>🔥 "
        '<a href="https://example.org/a?b=1&amp;c=2">a link</a> hidden and '
        "<pre>code\n lines</pre></p>"
    )
    assert entry.author == "An Example"


def test_a_forwarded_message_names_its_first_author():
    """Its words are not those that it answers, and all its pictures are kept."""
    entry = read().entries[3]
    pictures = [f"https://cdn4.telesco.pe/file/{name}.jpg" for name in ("one", "two")]

    assert entry.author == "Another & Friends"
    assert html_of(entry) == (
        '<p>Forwarded from <a href="https://t.me/other/77">Another &amp; Friends</a></p>'
        "<p>Two pictures</p>"
    )
    assert entry.thumbnail == pictures[0]
    assert [file.url for file in entry.enclosures] == pictures
    assert {file.type for file in entry.enclosures} == {"image/jpeg"}


def test_a_video_has_file_length_picture_and_the_time_of_its_message():
    """A video's length stands in a `time` as well, which is no date."""
    entry = read().entries[2]

    assert entry.enclosures == (
        Enclosure(url="https://cdn4.telesco.pe/file/v.mp4?token=abc", type="video/mp4"),
    )
    assert entry.duration == 3723
    assert entry.thumbnail == "https://cdn4.telesco.pe/file/thumb.jpg"
    assert entry.published == 1714816800
    assert entry.author == "Ana"
    assert entry.content == ()


def test_polls_links_documents_and_voices_are_told():
    """What is no text has its words too."""
    linked, poll = read().entries[:2]

    assert html_of(poll) == "<p>Tea &amp; cake?</p><ul><li>Yes</li><li>No</li></ul>"
    assert html_of(linked) == (
        '<p>Read <a href="https://example.org/page">this</a></p><p>paper.pdf</p>'
        '<blockquote><a href="https://example.org/page">The page</a>'
        "<br>About &lt;it&gt;</blockquote>"
    )
    assert linked.thumbnail == "https://cdn4.telesco.pe/file/page.jpg"
    assert linked.enclosures[0].type == "audio/ogg"
    assert linked.duration == 7


def test_known_messages_are_left_out_whatever_their_views_and_files():
    """Counts of views and addresses of files change from look to look."""
    first = read()
    later = PAGE.replace(b"1.2M", b"1.3M").replace(b"token=abc", b"token=def")
    changed = later.replace(b"Two pictures", b"Two photos")

    assert read(later, known_hashes=first.hashes).entries == ()
    assert [entry.id for entry in read(changed, known_hashes=first.hashes).entries] == [
        "https://t.me/example/3"
    ]


def test_of_many_messages_the_newest_are_read():
    """The limit cuts off the oldest."""
    parsed = read(max_entries=2)

    assert [entry.id[-1] for entry in parsed.entries] == ["7", "6"]
    assert parsed.listed == 5


def test_what_was_read_can_be_refined():
    """Messages get their titles from their words, and markup stays harmless."""
    document = refine(read(), url=URL, identity=0)

    assert document.entries[-1].title.startswith("Bold <news>")
    assert "evil" not in document.entries[-1].html


def test_a_channel_without_a_preview_says_so():
    """t.me introduces groups and hidden channels, without their messages."""
    body = b'<!DOCTYPE html><html><body><div class="tgme_page"><b>View in app</b></div></html>'
    with pytest.raises(ParseError, match="in the app alone") as caught:
        read(body)

    assert caught.value.kind == "not_a_feed"


def test_an_empty_channel_is_no_error():
    """A channel may have no messages yet."""
    parsed = read(b'<html><body><section class="tgme_channel_history"></section></html>')

    assert parsed.entries == ()
    assert parsed.feed == FeedInfo(link="https://t.me/example")


def test_another_page_is_still_no_feed():
    """A page that speaks of Telegram without being one of its is a page."""
    with pytest.raises(ParseError, match="a web page, not a feed"):
        read(b"<!doctype html><html><body>tgme_widget_message_wrap</html>")


@pytest.mark.parametrize(
    ("inner", "field", "expected"),
    [
        ("", "link", "https://t.me/example/9"),
        ("", "author", None),
        ("", "published", None),
        ('<time datetime="soon"></time>', "published", None),
        ('<time class="message_video_duration">live</time>', "duration", None),
        ('<time class="message_video_duration"></time>', "duration", None),
        ('<i class="tgme_widget_message_video_thumb" style="color:red"></i>', "thumbnail", None),
        ('<i class="tgme_widget_message_photo_wrap"></i>', "thumbnail", None),
        ("<video></video>", "enclosures", ()),
        ('<video src="https://[bad"></video>', "enclosures", ()),
        ('<div class="tgme_widget_message_document_title"></div>', "content", ()),
        ('<a class="tgme_widget_message_link_preview" href="/x"></a>', "content", ()),
        ('<span class="tgme_widget_message_owner_name"></span>', "author", None),
    ],
)
def test_what_is_missing_is_missing(inner, field, expected):
    """Messages of any shape are read; what they lack, their entries lack."""
    assert expected == getattr(message(inner), field)


def test_unusual_messages_are_told_too():
    """A poll without options, a forward of somebody hidden, a preview with words alone."""
    poll = message('<div class="tgme_widget_message_poll_question">Why?</div>')
    forward = message('<span class="tgme_widget_message_forwarded_from_name">Bo</span>')
    preview = message(
        '<a class="tgme_widget_message_link_preview" href="/x">'
        '<div class="link_preview_description">Words</div></a>'
    )
    nameless = message('<a href="">x</a><div class="tgme_widget_message_text"><a>y</a></div>')

    assert html_of(poll) == "<p>Why?</p>"
    assert html_of(forward) == "<p>Forwarded from Bo</p>"
    assert html_of(preview) == "<blockquote><br>Words</blockquote>"
    assert html_of(nameless) == "<p><a>y</a></p>"


def test_a_message_is_known_by_its_number_or_its_link():
    """One that has neither is no entry."""
    linked = (
        '<div class="tgme_widget_message">'
        '<a class="tgme_widget_message_date" href="https://t.me/c/8"></a></div>'
    )
    body = page(f'</div>{linked}<div class="tgme_widget_message" data-post="?">')

    assert [entry.id for entry in read(body).entries] == [
        "https://t.me/c/8",
        "https://t.me/example/9",
    ]


def test_a_tree_is_made_of_anything():
    """Stray ends, missing ends and void elements do no harm; depth is bounded."""
    root = parse_page("</p><div>a<br>b<img src=x>c<p>d</div>e<b/>f</x>" + "<i>" * 5_000)

    def depth(node):
        return 1 + max((depth(each) for each in node.children if hasattr(each, "tag")), default=0)

    assert root.text() == "a bcdef"
    assert root.html().count("<i>") == 5_000
    assert depth(root) <= DEEPEST + 1


TAGS = ["div", "a", "b", "p", "br", "time", "video", "section"]
CLASSES = sorted(set(re.findall(rb"(?:tgme|link)_[a-z_]+", PAGE)))


@given(
    st.lists(
        st.one_of(
            st.builds(
                lambda tag, name, value: (
                    f'<{tag} class="{name.decode()}" href="{value}" src="{value}" style="{value}">'
                ),
                st.sampled_from(TAGS),
                st.sampled_from(CLASSES),
                st.text(alphabet="a:/?.('\" &;<>", max_size=12),
            ),
            st.sampled_from([f"</{tag}>" for tag in TAGS]),
            st.text(max_size=5),
        ),
        max_size=25,
    )
)
def test_any_page_is_read_or_refused(pieces):
    """A page of known pieces in any order raises nothing but ParseError."""
    try:
        parsed = read(page("".join(pieces)))
    except ParseError:
        return

    assert refine(parsed, url=URL, identity=0).listed == parsed.listed
