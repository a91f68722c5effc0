"""Links that look as if they led elsewhere: shown with the host that they lead to.

`<a href="https://evil.example/">paypal.com</a>` becomes `paypal.com [evil.example]`. Hosts whose
letters only look like others (a Cyrillic a in apple.com) are written in Punycode, as browsers do.
Imported when the first text comes that looks like an address.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape

from aggregator import urls

_LONGEST = 300

# Names without http:// or www. in front: only of domains that are none of a file's endings.
_DOMAINS = (
    "app|at|au|bank|be|biz|br|ca|ch|cn|com|de|dev|dk|edu|es|eu|fi|fr|gov|ie|in|info|int|it|jp|kr|mil|mx|net"
    "|nl|no|online|org|pt|ru|se|shop|site|store|uk|us|xyz|рф"
)
_HOST = r"(?:[\w-]{1,63}\.)+"
_WRITTEN = re.compile(rf"(?i)\s*(?:https?:/*|(?=www\.))({_HOST}[\w-]{{2,63}})")
_BARE = re.compile(rf"(?i)\s*({_HOST}(?:{_DOMAINS}))\.?(?::\d+)?(?:[/?#]\S*)?\s*\Z")
_TAGS = re.compile(r"<[^>]*>")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")

# Scripts that are written together: with them, letters of several in a word deceive nobody.
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
_LOOK_ALIKE = frozenset(
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456"
    "\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf"  # Cyrillic
    "\u03b1\u03bf\u03bd\u03c1\u03b9\u03c5"  # Greek
    "0123456789-"
)
"""Letters that look like Latin ones, and what any word may hold."""


def host_to_show(before: str, text: str) -> str:
    """Return the host that a link leads to where its text pretends another one; else nothing.

    `before` ends within the link's tag, `text` is the markup in it, both as nh3 writes them.
    """
    host = urls.host(_address(before[before.rfind("<a ") :]))
    shown = unescape(_TAGS.sub("", text)).strip()
    if not host or shown.endswith(f"[{host}]"):
        return ""
    seen = _UNSEEN.sub("", shown[:_LONGEST]).replace("\u3002", ".")
    said = _written(unicodedata.normalize("NFKC", seen))
    pretends = said and (is_deceptive(said) or not _is_same(said, host))
    return escape(host) if pretends else ""


def _address(tag: str) -> str:
    found = tag.partition(' href="')[2]
    return unescape(found.partition('"')[0])


def _written(text: str) -> str:
    """Read the host that a text names, as it is written there; empty where it names none."""
    match = _WRITTEN.match(text) or _BARE.match(text)
    return match[1] if match else ""


def _is_same(said: str, host: str) -> bool:
    """Whether two hosts belong to one site: the same name, or within one registrable domain."""
    there, here = (urls.host(f"https://{each}/").removeprefix("www.") for each in (said, host))
    if there == here or here.endswith(f".{there}"):
        return True
    return urls.domain_key(f"https://{there}/") == urls.domain_key(f"https://{here}/")


def is_deceptive(host: str) -> bool:
    """Whether a host's letters make it look like another one: mixed scripts, or look-alikes."""
    return not host.isascii() and any(map(_deceives, host.lower().split(".")))


def _deceives(label: str) -> bool:
    if label.isascii():
        return False
    letters = [each for each in label if each.isalpha()]
    scripts = {unicodedata.name(each, "UNKNOWN").split()[0] for each in letters}
    if len(scripts) > 1 and not any(scripts <= each for each in _TOGETHER):
        return True
    return scripts <= {"CYRILLIC", "GREEK"} and set(label) <= _LOOK_ALIKE


def with_plain_host(url: str) -> str:
    """Write the host of an address in Punycode where its letters deceive."""
    match = re.match(r"(?i)(https?://)([^/?#:]+)(.*)\Z", url, re.DOTALL)
    if not match or not is_deceptive(match[2]):
        return url
    return f"{match[1]}{urls.host(url)}{match[3]}"
