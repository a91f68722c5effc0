"""Addresses: absolute, clean, canonical, whose they are, and what is hidden."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.urls import absolute, canonical, clean, domain_key, host, is_private, mask

PIECES = st.sampled_from(
    [
        *(
            "https://",
            "HTTP://",
            "http:",
            "//",
            "/",
            "\\",
            "?",
            "#",
            "&",
            "=",
            ";",
            ".",
            "@",
            ":",
            "%",
        ),
        *("www.", "m.", "amp.", "example.org", "Münch.de", "youtu.be", "youtube.com", "google.com"),
        *("/amp/s/", "/amp", ".amp", "/index.html", "/index.php", "/watch", "v=dQw4w9WgXcQ", "a-1"),
        *(
            "utm_source=x",
            "amp=1",
            "id=2",
            "#!",
            "#/",
            "%41",
            "%2f",
            "é",
            " ",
            "\ud800",
            "\x00",
            "[::1]",
        ),
        *(
            ":80",
            ":443",
            ":8080",
            "/shorts/dQw4w9WgXcQ",
            "a.cdn.ampproject.org/c/s/",
            ".blogspot.de",
        ),
        *(
            "/url",
            "url=https%3A%2F%2Fb.example",
            "x.com",
            "en.m.wikipedia.org",
            "www.google.com",
            "0",
        ),
    ]
)
ADDRESSES = st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("base", "url", "expected"),
    [
        ("https://e.org/a/", "https://f.org/x?y=1#z", "https://f.org/x?y=1#z"),
        ("https://e.org/a/b", "c", "https://e.org/a/c"),
        ("https://e.org/a/b", "../c", "https://e.org/c"),
        ("https://e.org/a", "//f.org/x", "https://f.org/x"),
        ("https://e.org/a", "#note", "https://e.org/a#note"),
        ("https://e.org/a", "?p=1", "https://e.org/a?p=1"),
        ("https://e.org/a", "", "https://e.org/a"),
        ("", " \n https://f.org/a\tb\n ", "https://f.org/ab"),
        ("", "https://f.org/a b", "https://f.org/a%20b"),
        ("", 'https://f.org/"><script>', "https://f.org/%22%3E%3Cscript%3E"),
        ("", "https:\\\\f.org\\a?b\\c", "https://f.org/a?b\\c"),
        ("", "http:///f.org/a", "http://f.org/a"),
        ("", "http:/f.org/a", "http://f.org/a"),
        ("", "https://f.org:8080/a", "https://f.org:8080/a"),
        ("", "https://f.org:/a", "https://f.org:/a"),
        ("", "https://f.org/ü", "https://f.org/ü"),
        ("", "https://f.org/\ud800", "https://f.org/%3F"),
        ("", "https://[::1]:80/a", "https://[::1]:80/a"),
        ("", "https://f.org:99999/a", None),
        ("", "https://f.org:000000080/a", None),
        ("", "https://f.org:port/a", None),
        ("", "https://[::1/a", None),
        ("https://e.org/", "https://[::1/a", None),
        ("", "https:///", None),
        ("", "https://f%20.org/", None),
        ("", "a/b", None),
        ("https://e.org/", "javascript:alert(1)", None),
        ("https://e.org/", "java\nscript:alert(1)", None),
        ("https://e.org/", "mailto:a@e.org", None),
        ("https://e.org/", "data:text/html,x", None),
        ("https://e.org/", "file:///etc/passwd", None),
        ("https://e.org/", "https://f.org/" + "a" * 9000, None),
    ],
)
def test_absolute_resolves_like_a_browser_and_refuses_what_is_not_web(base, url, expected):
    """A reference becomes an http(s) address or nothing."""
    assert expected == absolute(base, url)


@given(ADDRESSES, ADDRESSES)
def test_absolute_never_raises_and_its_results_stay_as_they_are(base, url):
    """What `absolute` made is absolute already."""
    result = absolute(base, url)

    assert result is None or absolute("", result) == result


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/a?utm_source=rss&utm_medium=feed", "https://e.org/a"),
        ("https://e.org/a?id=1&fbclid=x&b=%7e", "https://e.org/a?id=1&b=%7e"),
        ("https://e.org/a?UTM_Source=x#part", "https://e.org/a#part"),
        ("https://e.org/a?b=1&amp;utm_source=x", "https://e.org/a?b=1"),
        ("https://e.org/a#utm_source=rss", "https://e.org/a"),
        ("https://e.org/a#xtor=RSS-1&x=2", "https://e.org/a#x=2"),
        ("https://e.org/a?", "https://e.org/a?"),
        ("https://e.org/a?b", "https://e.org/a?b"),
        ("https://e.org/a#b", "https://e.org/a#b"),
        ("https://e.org/a?si=1", "https://e.org/a?si=1"),
        ("https://open.spotify.com/show/1?si=1", "https://open.spotify.com/show/1"),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=3", "https://youtu.be/dQw4w9WgXcQ?t=3"),
        ("https://blog.e.org/a?source=rss----1a2b---4", "https://blog.e.org/a"),
        ("https://e.org/a?ref=rss&from=feed", "https://e.org/a"),
        ("https://e.org/a?ref=main&from=feedback", "https://e.org/a?ref=main&from=feedback"),
        (
            "https://www.google.com/url?sa=t&url=https://e.org/a%3Futm_source%3Dx&ct=ga",
            "https://e.org/a",
        ),
        ("https://www.google.com/url?sa=t", "https://www.google.com/url?sa=t"),
        (
            "https://www.google.com/url?q=javascript:alert(1)",
            "https://www.google.com/url?q=javascript:alert(1)",
        ),
        ("https://www.google.com/url", "https://www.google.com/url"),
        (
            "https://l.facebook.com/l.php#u=https://e.org",
            "https://l.facebook.com/l.php#u=https://e.org",
        ),
        ("mailto:a@e.org?utm_source=x", "mailto:a@e.org?utm_source=x"),
        ("not an address?utm_source=x", "not an address?utm_source=x"),
    ],
)
def test_clean_drops_trackers_and_nothing_else(url, expected):
    """The rest of an address stays byte for byte."""
    assert expected == clean(url)


@pytest.mark.parametrize(
    "door",
    [
        "https://www.google.com/url?sa=t&url={}&ved=1",
        "https://www.google.co.uk/url?q={}&sa=U",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url={}&c=1",
        "https://news.google.com/news/url?sa=t&url={}",
        "https://l.facebook.com/l.php?u={}&h=AT0",
        "https://lm.facebook.com/l.php?u={}",
        "https://l.instagram.com/?u={}&e=AT1",
        "https://l.threads.net/?u={}",
        "https://out.reddit.com/?url={}&token=AQ",
        "https://www.linkedin.com/redir/redirect?url={}&urlhash=x",
        "https://www.youtube.com/redirect?event=d&q={}",
        "https://t.umblr.com/redirect?z={}&t=ZjY",
        "https://vk.com/away.php?to={}",
        "https://medium.com/r/?url={}",
        "https://slack-redir.net/link?url={}",
        "https://duckduckgo.com/l/?uddg={}&rut=1",
        "https://steamcommunity.com/linkfilter/?u={}",
    ],
)
def test_clean_and_canonical_go_through_the_doors_of_sites(door):
    """Where a site's door says what is behind it, the address is that page's."""
    url = door.format("https%3A%2F%2Fpage.example%2Fa%3Fid%3D7%26utm_source%3Dx")

    assert clean(url) == "https://page.example/a?id=7"
    assert canonical(url) == "https://page.example/a?id=7"


@pytest.mark.parametrize("host", ["m.vk.com", "www.vk.com", "vk.com", "m.m.vk.com"])
def test_canonical_finds_the_door_behind_other_names_of_its_host(host):
    """A mobile host's door leads where the plain one does, and doing it again changes nothing."""
    page = canonical(f"http://{host}/away.php?to=https%3A%2F%2Fwww.page.example%2Fa%2F")

    assert page == canonical(page) == "https://page.example/a"
    assert canonical("https://vk.com/away.php?id=7") == "https://vk.com/away.php?id=7"


def test_clean_goes_through_any_number_of_way_stations():
    """A way station within a way station leads to the same page."""
    from urllib.parse import quote

    url = "https://e.org/a?b=1"
    for _ in range(4):
        url = "https://www.google.com/url?q=" + quote(url, safe="")

    assert clean(url) == "https://e.org/a?b=1"


@given(ADDRESSES)
@example("https://www.google.com/url?q=https://e.org/")
def test_clean_never_raises(url):
    """Cleaning takes any text."""
    assert isinstance(clean(url), str)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "HTTP://WWW.Example.COM:80/Path/?b=2&a=1&utm_source=x#part",
            "https://example.com/Path?a=1&b=2",
        ),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/?p=1", "https://example.com/?p=1"),
        ("https://example.com/index.php?p=1", "https://example.com/?p=1"),
        ("https://example.com/a/index.html", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://m.com/a", "https://m.com/a"),
        ("https://www.m.example.com/a", "https://example.com/a"),
        ("https://amp.example.com/a", "https://example.com/a"),
        ("https://example.com/2026/long-slug/amp/", "https://example.com/2026/long-slug"),
        ("https://example.com/guitars/amp", "https://example.com/guitars/amp"),
        ("https://example.com/a.amp.html", "https://example.com/a.html"),
        ("https://example.com/a.amp", "https://example.com/a"),
        ("https://example.com/a?amp=1&outputType=amp", "https://example.com/a"),
        ("https://www.google.com/amp/s/www.example.com/a/amp-2", "https://example.com/a/amp-2"),
        ("https://www-e-org.cdn.ampproject.org/c/s/www.e.org/a?x=1", "https://e.org/a?x=1"),
        ("https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A"),
        ("https://blog.blogspot.co.uk/a.html?m=1", "https://blog.blogspot.com/a.html"),
        ("https://mobile.twitter.com/a/status/1?s=20", "https://x.com/a/status/1"),
        ("https://old.reddit.com/r/a/", "https://reddit.com/r/a"),
        ("https://youtu.be/dQw4w9WgXcQ?t=4", "https://youtube.com/watch?v=dQw4w9WgXcQ"),
        (
            "https://www.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ",
            "https://youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "https://youtube.com/watch?v=dQw4w9WgXcQ"),
        (
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            "https://youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        ("https://www.youtube.com/playlist?list=PL1", "https://youtube.com/playlist?list=PL1"),
        ("https://youtu.be/", "https://youtu.be/"),
        ("https://e.org/%7eme/%c3%a9 é%", "https://e.org/~me/%C3%A9%20%C3%A9%25"),
        ("https://e.org/app#!/a", "https://e.org/app#!/a"),
        ("https://e.org/app#/a", "https://e.org/app#/a"),
        ("https://MÜNCHEN.de/", "https://xn--mnchen-3ya.de/"),
        ("https://" + "ü" * 70 + ".de/", "https://" + "ü" * 70 + ".de/"),
        (" https://e.org/a \n", "https://e.org/a"),
        ("urn:isbn:1", "urn:isbn:1"),
        ("", ""),
    ],
)
def test_canonical_unites_the_addresses_of_one_page(url, expected):
    """Scheme, www, AMP, mobile copies, marks and trackers make no other page."""
    assert expected == canonical(url)


@given(ADDRESSES)
def test_canonical_is_idempotent(url):
    """Reducing a reduced address changes nothing."""
    once = canonical(url)

    assert once == canonical(once)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.org/?id=1", "https://e.org/?id=2"),
        ("https://e.org/a", "https://e.org/A"),
        ("https://e.org/a", "https://e.org/b"),
        ("https://e.org/a?b=1&b=2", "https://e.org/a?b=2&b=1"),
        ("https://e.org/a%2Fb", "https://e.org/a/b"),
        ("https://e.org:81/", "https://e.org:82/"),
        ("https://a.e.org/", "https://b.e.org/"),
        ("https://e.org/#!a", "https://e.org/#!b"),
        ("https://youtube.com/watch?v=dQw4w9WgXcQ", "https://youtube.com/watch?v=dQw4w9WgXcR"),
        ("https://youtube.com/@one", "https://youtube.com/@two"),
        ("https://e.org/%41%25", "https://e.org/A%2525"),
    ],
)
def test_canonical_keeps_distinct_pages_apart(one, other):
    """Identifiers, case of paths and order of equal names stay."""
    assert canonical(one) != canonical(other)


SITES = (
    "e.org www.m.e.org youtu.be youtube.com twitter.com en.m.wikipedia.org www.google.com m.e"
    " a.cdn.ampproject.org a.blogspot.de google.org x.y."
)
STEPS = (
    "/ // a A-1 .amp /amp .html /index.html /index.php /c /s /shorts/dQw4w9WgXcQ /dQw4w9WgXcQ"
    " /e.org ~ @ %41 é : |"
)
NAMES = st.sampled_from(SITES.split())
PATHS = st.lists(st.sampled_from(STEPS.split()), max_size=5).map("".join)


@given(st.sampled_from(["http", "https"]), NAMES, PATHS)
def test_an_ordinary_address_takes_no_other_way_than_any(scheme, name, path):
    """A fragment means a closer look, and comes to the same."""
    url = f"{scheme}://{name}/{path}"

    assert canonical(url) == canonical(url + "#fragment")


@given(st.text(), st.text())
def test_canonical_keeps_two_values_of_one_parameter_apart(one, other):
    """No two values of `id` become one."""
    from urllib.parse import quote

    first, second = (f"https://e.org/p?id={quote(v, errors='ignore')}" for v in (one, other))

    assert (first == second) == (canonical(first) == canonical(second))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://User@WWW.Example.org:81/a", "www.example.org"),
        ("https://[::1]:80/", "::1"),
        ("https://example.org", "example.org"),
        ("https://e.org:99999/", ""),
        ("mailto:a@e.org", ""),
        ("", ""),
    ],
)
def test_host_is_lower_case_and_without_port(url, expected):
    """An address without a host has an empty one."""
    assert expected == host(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.co.uk/a", "example.co.uk"),
        ("https://feeds.example.com:8080/a", "example.com"),
        ("https://one.github.io/feed", "one.github.io"),
        ("https://www.two.blogspot.com/feed", "two.blogspot.com"),
        ("https://github.io/", "github.io"),
        ("https://a.b.xn--p1ai/", "b.xn--p1ai"),
        ("https://a.b.xn--55qx5d.cn/", "b.xn--55qx5d.cn"),
        ("https://a.xn--0.com/", "xn--0.com"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://127.0.0.1/a", "127.0.0.1:80"),
        ("https://[::1]/a", "[::1]:443"),
        ("http://localhost:5000/", "localhost:5000"),
        ("http://nas.internal/", "nas.internal:80"),
        ("not an address", ""),
    ],
)
def test_domain_key_is_whom_a_request_bothers(url, expected):
    """Each blog on a shared domain is its own, private hosts are told apart by port."""
    assert expected == domain_key(url)


def test_the_suffix_list_is_not_read_for_addresses_of_machines():
    """A fetch from an IP literal never loads the list."""
    code = (
        "import sys; from aggregator.urls import domain_key;"
        "domain_key('http://127.0.0.1:1/'); domain_key('http://localhost/');"
        "sys.exit('publicsuffixlist' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:pass@e.org/feed", "https://…@e.org/feed"),
        ("https://e.org/feed?token=abc&page=2", "https://e.org/feed?token=…&page=2"),
        ("https://e.org/feed?access_token=1;x=2", "https://e.org/feed?access_token=…;x=2"),
        ("https://gitlab.com/a.atom?feed_token=glft-x", "https://gitlab.com/a.atom?feed_token=…"),
        ("https://e.org/a?apikey=x&api_key=y&key=z", "https://e.org/a?apikey=…&api_key=…&key=…"),
        ("https://e.org/a?k=AbC9dEfG1h", "https://e.org/a?k=…"),
        ("https://e.org/a?whatever=9f86d081884c7d659a2f", "https://e.org/a?whatever=…"),
        (
            "https://www.reddit.com/.rss?feed=0a1b&user=me",
            "https://www.reddit.com/.rss?feed=…&user=…",
        ),
        ("https://e.org/9f86d081884c7d659a2feaa0c55ad015/feed", "https://e.org/…/feed"),
        ("https://e.org/0f0e0d0c-1111-2222-3333-444455556666.rss", "https://e.org/….rss"),
        ("https://e.org/private-9f86d081884c7d659a2feaa0c5/basic.ics", "https://e.org/…/basic.ics"),
        ("https://e.org/fvl9x0vxnuxqqsokqpzp.xml", "https://e.org/….xml"),
        ("https://e.org/?9f86d081884c7d659a2feaa0c55ad015", "https://e.org/?…"),
        ("https://e.org/#access_token=abc", "https://e.org/#access_token=…"),
        ("e.org/9f86d081884c7d659a2feaa0c55ad015", "e.org/…"),
    ],
)
def test_mask_hides_what_may_be_a_secret(url, expected):
    """Users, passwords, tokens and random segments are not for others."""
    assert expected == mask(url)
    assert is_private(url)
    assert not is_private(expected)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCXuqSBlHAE6Xw-yeJA0Tunw",
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PLQVvvaa0QuDfKTOs3Keq_kaG2P55YRn5v",
        "https://www.youtube.com/channel/UCXuqSBlHAE6Xw-yeJA0Tunw",
        "https://www.youtube.com/feeds/videos.xml?user=LinusTechTips",
        "https://e.org/2026/01/02/this-is-a-long-title-of-an-entry-about-windows-11/",
        "https://e.org/?feed=rss2&cat=4",
        "https://e.org/?id=&p=1234567890",
        "https://medium.com/feed/@ThePracticalDeveloper",
        "https://en.wikipedia.org/w/index.php?title=Special:RecentChanges&feed=atom",
        "https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur/rss",
        "https://e.org/KeepThisOneAsItIsPlease/feed",
        "https://e.org/feed#top",
        "mailto:a@e.org",
        "",
    ],
)
def test_mask_leaves_ordinary_addresses_alone(url):
    """Channels, playlists, slugs and pages stay readable."""
    assert url == mask(url)
    assert not is_private(url)


@given(ADDRESSES)
def test_mask_never_raises_and_is_idempotent(url):
    """What is hidden once stays hidden the same way."""
    assert mask(url) == mask(mask(url))
