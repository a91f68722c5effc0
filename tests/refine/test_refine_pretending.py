"""Links that pretend: the host that they lead to stands beside what they say."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Text
from aggregator.refine import sanitise
from aggregator.refine.html import _as_they_are, _may_pretend
from aggregator.refine.links import file_link, web_link
from aggregator.refine.pretending import is_deceptive
from aggregator.refine.text import text_of


def shown(text, address="https://evil.example/x"):
    """What a reader sees of a link."""
    safe = sanitise(Text(f'<p>See <a href="{address}">{text}</a> there</p>'))

    assert sanitise(Text(safe)) == safe
    return text_of(safe).removeprefix("See ").removesuffix(" there")


PRETENDING = {
    "a bare host": "paypal.com",
    "a host of a country": "bank.co.uk",
    "a host with a path": "paypal.com/signin?x=1",
    "a host with a port": "paypal.com:443",
    "an address": "https://www.paypal.com/signin",
    "an address and words": "http://paypal.com - log in here",
    "www alone": "www.paypal.example",
    "capitals": "HTTPS://PayPal.COM",
    "a user that looks like a host": "https://paypal.com@evil.example/",
    "a host within a longer one": "paypal.com.evil.example.org.com",
    "elements within": "<b>paypal</b><i>.com</i>",
    "an element behind": "paypal.com<span></span>&nbsp;",
    "a picture behind": "paypal.com<img src='https://e.example/a.png' width=9 height=9>",
    "entities": "paypal&#46;com",
    "unseen characters": "pay&#x200b;pal&shy;.com",
    "a wide dot": "paypal\uff0ecom",
    "a dot leader": "paypal\u2024com",
    "an ideographic dot": "paypal\u3002com",
    "wide letters": "\uff50aypal.com",
    "letters of another script": "p\u0430yp\u0430l.com",
}


@pytest.mark.parametrize("way", PRETENDING)
def test_a_link_that_pretends_says_where_it_leads(way):
    """The host is added in brackets, once, however often the markup is made safe."""
    assert shown(PRETENDING[way]).endswith(" [evil.example]")


PIECES = st.sampled_from(
    [
        *("paypal", "com", "www", "http://", ".", ". ", "\uff0e", "\u3002", "\u200b", "\xa0"),
        *("\n", "…", "<b>", "</b>", "<br>", "&amp;", "é", "x y"),
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_what_looks_harmless_at_first_sight_is(text):
    """The quick look never lets a link through that the whole one would mark."""
    safe = sanitise(Text(f'<a href="https://evil.example/">{text}</a>'))
    plain = re.sub(r" \[evil\.example\](?=</a>)", "", safe)

    assert _may_pretend(plain.encode()) or _as_they_are(plain) == plain


HONEST = {
    "the same host": ("example.com", "https://example.com/a"),
    "the same host, with www": ("www.example.com", "https://example.com/a"),
    "the same, under https": ("http://example.com/a", "https://example.com/a"),
    "the host above": ("example.com", "https://blog.example.com/a"),
    "the host beside": ("blog.example.com", "https://shop.example.com/"),
    "words": ("Read on", "https://evil.example/"),
    "words with a dot": ("The end. Really.", "https://evil.example/"),
    "a title that names a host": ("Example.com is down", "https://news.example/"),
    "a program": ("Node.js", "https://nodejs.example/"),
    "a file": ("README.md", "https://github.com/a/b/README.md"),
    "a number": ("3.14", "https://pi.example/"),
    "an address of mail": ("ana@example.com", "mailto:ana@example.com"),
    "a host in its own script": ("m\u00fcnchen.de", "https://m\u00fcnchen.de/"),
    "Japanese with a stop": ("\u7d42\u308f\u308a\u3002", "https://example.jp/"),
}


@pytest.mark.parametrize("kind", HONEST)
def test_an_honest_link_is_left_alone(kind):
    """Sites of one domain are one, and words are no hosts."""
    text, address = HONEST[kind]

    assert shown(text, address) == text


def test_one_blog_is_not_its_neighbour():
    """Blogs that share a domain are strangers to each other."""
    assert shown("https://bank.github.io/", "https://evil.github.io/").endswith("[evil.github.io]")


HOSTS = {
    "\u0430pple.com": True,  # a Cyrillic letter among Latin ones
    "\u0430\u0440\u0440\u04cf\u0435.com": True,  # all of them, and all look alike
    "\u03b1\u03bf\u03bd.gr": True,  # Greek that looks Latin
    "www.p\u0430ypal.com": True,
    "\u043f\u0440\u0438\u0432\u0435\u0442-\u043c\u0438\u0440.\u0440\u0444": False,
    "\u03b5\u03bb\u03bb\u03ac\u03b4\u03b1.gr": False,
    "m\u00fcnchen.de": False,
    "\u6771\u4eac\u30bf\u30ef\u30fctokyo.jp": False,
    "\ud55c\uad6dkorea.kr": False,
    "apple.com": False,
    "xn--pple-43d.com": False,
}


@pytest.mark.parametrize("host", HOSTS)
def test_letters_that_deceive_are_written_in_punycode(host):
    """Mixed scripts and look-alikes are; a name in a script of its own is what it is."""
    link = web_link(f"https://{host}/p\u00e4th", "")

    assert is_deceptive(host) is HOSTS[host]
    assert link.startswith("https://xn--" if HOSTS[host] and "www" not in host else "https://")
    assert ("xn--" in link) is (HOSTS[host] or "xn--" in host)
    assert link.endswith("th")


def test_a_homograph_is_shown_beside_itself():
    """The text and the address agree, and deceive together."""
    assert "[xn--pple-43d.com]" in shown("\u0430pple.com", "https://\u0430pple.com/")
    assert file_link("https://\u0430pple.com/a.png", "") == "https://\u0430pple.com/a.png"


@settings(deadline=None)
@given(st.text("ab.-/: \u0430\u3002@[]wWhtps", max_size=30), st.sampled_from(sorted(PRETENDING)))
def test_what_is_shown_is_stable(text, way):
    """Whatever a link says, making it safe twice adds nothing."""
    shown(text)
    shown(text + PRETENDING[way])
