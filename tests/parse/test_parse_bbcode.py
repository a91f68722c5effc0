"""Steam's BBCode and Slack's mrkdwn become HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parse.bbcode import from_bbcode, from_slack


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("[b]x[/b] [I]y[/I]", "<strong>x</strong> <em>y</em>"),
        ("[b]x [i]y[/b] z[/i]", "<strong>x <em>y</em></strong> z"),
        ("[b]open", "<strong>open</strong>"),
        ("one\ntwo", "one<br>two"),
        ("[h1]Title[/h1]\n\n[p]Text[/p]\n", "<h2>Title</h2><p>Text</p>"),
        ("x\n[hr][/hr]\ny", "x<hr>y"),
        ("[list]\n[*]a\n[*]b\n[/list]", "<ul><li>a</li><li>b</li></ul>"),
        ("[list][*]a[/*][*]b[/*][/list]", "<ul><li>a</li><li>b</li></ul>"),
        ("[list][*]a[olist][*]b[/olist][*]c[/list]",
         "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"),
        ("[url=https://a.example/?x=1&y]x[/url]", '<a href="https://a.example/?x=1&amp;y">x</a>'),
        ('[url="https://a.example" style=button]x[/url]', '<a href="https://a.example">x</a>'),
        ("[url]https://a.example[/url]", '<a href="https://a.example">https://a.example</a>'),
        ("[url]javascript:x[/url]", "javascript:x"),
        ("[url=javascript:x]y[/url]", "y"),
        ("[img]{STEAM_CLAN_IMAGE}/1/a.png[/img]",
         '<p><img src="https://clan.akamai.steamstatic.com/images/1/a.png" alt=""></p>'),
        ("[img src='https://a.example/b.png' width=3][/img]",
         '<p><img src="https://a.example/b.png" alt=""></p>'),
        ("[img]data:x[/img]", ""),
        ("[img]https://a.example/b.png", "https://a.example/b.png"),
        ("[previewyoutube=abc;full][/previewyoutube]",
         '<p><a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a></p>'),
        ("[noparse][b]<[/noparse]", "[b]&lt;"),
        ("[foo]x[/foo] [3] array[i+1]", "[foo]x[/foo] [3] array[i+1]"),
        ("[color=red]x[/color][/b]", "x"),
        ("[table][tr][th]a[/th][td]b[/td][/tr][/table]",
         "<table><tr><th>a</th><td>b</td></tr></table>"),
    ],
)  # fmt: skip
def test_bbcode_is_html(text, expected):
    """Known tags are translated and closed, unknown ones stay, nothing else is markup."""
    assert expected == from_bbcode(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*b* _i_ ~s~ `c<`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c&lt;</code>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("a &lt;b&gt; &amp; c\nd", "a &lt;b&gt; &amp; c<br>d"),
        ("<https://a.example/?x=1&amp;y=2|see> <https://b.example>",
         '<a href="https://a.example/?x=1&amp;y=2">see</a> <a href="https://b.example">https://b.example</a>'),
        ("<mailto:a@b.example|a@b.example>", '<a href="mailto:a@b.example">a@b.example</a>'),
        ("<@U1|ana> <@U2> <#C1|general> <!here> <javascript:x|y>", "@ana @U2 #general @here @y"),
        ("```x\n*y* &lt;```", "<pre>x\n*y* &lt;</pre>"),
    ],
)  # fmt: skip
def test_mrkdwn_is_html(text, expected):
    """Styles, links, mentions and code of Slack are translated, all else is escaped."""
    assert expected == from_slack(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("_[*]_[*]", "_[<strong>]_[</strong>]"), ("*a _b_ c*", "<strong>a <em>b</em> c</strong>")],
)
def test_styles_do_not_cross(text, expected):
    """A style may stand in another, but not half in it."""
    assert expected == from_slack(text)


PIECES = st.lists(
    st.sampled_from(
        ["[b]", "[/b]", "[*]", "[list]", "[/list]", "[url=https://a]", "[/url]", "[img]", "<", "x",
         "[/img]", "\n", "[quote]", "[", "]", '"', "[noparse]", "[/*]", "`", "*", "_", "|", "&lt;"]
    )
)  # fmt: skip


@given(PIECES.map("".join), st.sampled_from([from_bbcode, from_slack]))
def test_tags_come_in_pairs(text, convert):
    """Whatever was written, every tag that comes out is a known one, and is closed."""
    opened = []
    for closes, tag in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", convert(text)):
        if closes:
            assert opened.pop() == tag
        elif tag not in {"br", "hr", "img"}:
            opened.append(tag)

    assert opened == []
