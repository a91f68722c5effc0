"""The desk's pages are valid HTML, whatever is stored."""

import html5lib
import pytest

from aggregator.model import Enclosure
from aggregator.web.words import whole
from tests.desk import ask_all, entry, fill, source

ODD = "a\x00b\x0bc\x85d\ufdd0e\uffff <b>&amp;</b> \" ' --> \u202e"


@pytest.fixture
def db(tmp_path):
    """Entries with odd words in every field, and enough of them for a second page."""
    path = tmp_path / "aggregator.db"
    odd = entry(
        1,
        title=ODD,
        summary=f"x {ODD}",
        author=ODD,
        text=ODD,
        html="",
        tags=(ODD, "sea"),
        rights=ODD,
        language="en",
        image="https://example.org/a.png?x=1&y='\"<>",
        comments_url="https://example.org/c?a=1&b=\"'<>",
        enclosures=(
            Enclosure(url="https://example.org/a.mp3", type="audio/mpeg", title=ODD, duration=5),
            Enclosure(url="https://example.org/b.mp4", type="video/mp4", length=5),
            Enclosure(url="https://example.org/c.pdf", type="application/pdf"),
        ),
    )
    bare = entry(2, title="", summary="", text="", html="", url=None)
    fill(path, {source(title=f"T {ODD}"): [odd, bare, *map(entry, range(3, 60))]})
    return path


def test_every_page_is_valid(db):
    """A strict parser of HTML5 finds nothing to complain of."""
    river = ask_all(db, ["/"])[0].text
    numbers = [link.split('"')[0] for link in river.split('href="/e/')[1:5]]
    older = river.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    addresses = ["/", older, "/c/blogs", "/c/video", "/?feed=1", "/?q=sea", "/?q=%22%00<", "/none"]
    addresses += ["/c/video?q=nothing", "/?before=1", *(f"/e/{number}" for number in numbers)]
    answers = ask_all(db, addresses)

    assert {200, 404} == {each.status_code for each in answers}
    for answer in answers:
        html5lib.HTMLParser(strict=True).parse(answer.text)


@pytest.mark.parametrize(
    "html",
    [
        '<table><tbody><tr><td><a href="/a"><a href="/b"></a><table></table></a></td></tr></table>',
        '<p><a href="https://e.org/">x</a><div></div></p>',
        "<h1><p>a</p><h2>b</h2></h1>",
        "<p>good <em>as</em> it was</p>",
    ],
)
def test_what_cleaning_left_is_valid(html):
    """HTML that lost elements when it was cleaned is put in order before it is shown."""
    page = f"<!DOCTYPE html><title>x</title><div>\n{whole(html)}\n</div>"

    html5lib.HTMLParser(strict=True).parse(page)
    assert whole(whole(html)) == whole(html)


def test_an_empty_desk_is_valid(tmp_path):
    """The first page of all is valid too."""
    html5lib.HTMLParser(strict=True).parse(ask_all(tmp_path / "new.db", ["/"])[0].text)
