"""Markup of strangers, made harmless: the last step before anything is kept.

nh3 (Rust ammonia, an HTML5 parser) does the work, once, by an allow-list. In front of it players
become links and lazily loaded pictures ordinary ones; behind it counting pixels go. Markup that
would cost too much (nesting and attributes are quadratic in any HTML5 parser) becomes text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from typing import Literal

import nh3

from aggregator import urls
from aggregator.model import Text
from aggregator.refine.players import link_to_player
from aggregator.refine.text import cut_up, is_deceptive, strip, tidy

LONGEST = 1_000_000  # characters of markup, before and after; beyond it only the text is kept
LONGEST_TEXT = 190_000  # characters of plain text: escaped they are five times as many
DEEPEST = 200  # elements within elements
MOST_ATTRIBUTES = 2_000  # of one element, estimated by its blanks
_SHORT = 50_000  # characters of markup that can do no harm

_TAGS_NAMES = (
    "a abbr address article aside audio b blockquote br caption cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img "
    "ins kbd li main mark nav ol p picture pre q rp rt ruby s samp section small source span "
    "strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video "
    "wbr"
)
TAGS = frozenset(_TAGS_NAMES.split())
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "audio": {"src"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"alt", "height", "src", "title", "width"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"height", "poster", "src", "width"},
}
SCHEMES = frozenset({"http", "https", "mailto"})
REL = "noopener nofollow ugc"

# Elements that go with all they hold: code, or text that a browser would not show as such.
_WHOLLY_NAMES = (
    "datalist iframe noembed noframes plaintext script select style svg template textarea title xmp"
)
_WHOLLY = frozenset(_WHOLLY_NAMES.split())
# One attribute an element: several would come in no certain order, and hashes would differ.
_ALWAYS = {"img": {"loading": "lazy"}, "audio": {"controls": ""}, "video": {"controls": ""}}

_PIECES = r"(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+"
_ELEMENT = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*+)({_PIECES})>?")
_FRAMED = re.compile(r"<(?:[iI][fF][rR]|/?[nN][oO][sS])")
_FRAME = re.compile(rf"(?i)<iframe\b({_PIECES})>?(?:[^<]*+</iframe\s*>)?|</?noscript\b[^<>]*+>")
_MATH = re.compile(
    r"(?i)<annotation\b[^<>]*+>[^<]*+"
    r"|</?(?:m(?:ath|[inos]|text|row|frac|sqrt|root|style|error|padded|phantom|fenced|enclose|sub"
    r"|sup|subsup|under|over|underover|multiscripts|table|tr|td|space)|semantics|annotation)\b[^<>]*+>"
)
_LAZY_MARKS = ("data-src=", "data-lazy-src=", "data-orig-src=")
_LAZY = re.compile(r"\sdata-(?:lazy-|orig-)?src=")
_LAZY_IMAGE = re.compile(rf"(?i)<img\b{_PIECES}>?")
_PLACEHOLDER = re.compile(r"(?i)\ssrc=([\"']?)(?:data:[^\"'\s>]*|)\1(?=[\s>/])")
_IMAGE = re.compile(r"<img[^>]*>")
_PIXEL = re.compile(r' (?:width|height)="[01](?:px)?"')
# Where pictures are counted, not looked at.
_BEACONS = (
    "://pixel.wp.com/",  # WordPress.com
    "://stats.wordpress.com/",
    "doubleclick.net/",
    "feedsportal.com/",  # Mediafed
    "google-analytics.com/",
    "quantserve.com/",
    "scorecardresearch.com/",  # Comscore
    "feedblitz.com/",
    "://feeds.feedburner.com/~",
    "/~r/",  # FeedBurner on a domain of one's own
    "/~ff/",
    "/mf.gif",
    "/pixel.gif",
    "/pixel.png",
    "/open.gif",
)
_NO_TAGS = frozenset({"!", "/hr", "/img", "/source", "/wbr"})
_PRE = re.compile(r"(<pre[^>]*>)\n+")
# Elements whose end is often not written, or that have none: they make no depth.
_FLAT_NAMES = (
    "area base br col dd dt embed hr img input li link meta option p param source td th track tr "
    "wbr"
)
_FLAT = frozenset(_FLAT_NAMES.split())


def sanitise(text: Text, base: str = "") -> str:
    """Make safe HTML of a text construct; its own base goes before the document's.

    Plain text is escaped and keeps its lines. Comes out: nothing outside TAGS, ATTRIBUTES and
    SCHEMES, every address absolute, well-formed; doing it again changes nothing.
    """
    if text.type == "text/plain":
        return paragraphs(text.value)
    if _too_much(text.value):
        return _as_text(text.value)
    safe = _polish(_settled(_cleaner(text.base or base), _prepare(text.value)))
    return safe if len(safe) <= LONGEST else _as_text(safe)


def paragraphs(text: str) -> str:
    """Write plain text as HTML: a paragraph a block, a break a line."""
    lines = tidy(text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
    blocks = (block.strip() for block in re.split(r"\n\s*\n", lines))
    return "".join(
        f"<p>{escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks if block
    )


def _as_text(markup: str) -> str:
    return paragraphs(strip(markup[:LONGEST]))


def _prepare(markup: str) -> str:
    """Turn what would be lost into what may stay: players into links, lazy pictures into real."""
    if _FRAMED.search(markup):
        markup = _FRAME.sub(_player, markup)
    if "<math" in markup:  # its elements are not kept, what they say is
        markup = _MATH.sub("", markup)
    if "data-" in markup and any(mark in markup for mark in _LAZY_MARKS):
        markup = _LAZY_IMAGE.sub(_real, markup)
    return markup


def _real(match: re.Match[str]) -> str:
    """Give a picture the address that a script would give it."""
    return _LAZY.sub(" src=", _PLACEHOLDER.sub(" ", match[0]))


def _player(match: re.Match[str]) -> str:
    link = link_to_player(match[1]) if match[1] else None
    if not link:
        return ""
    name, url = link
    return f'<p><a href="{escape(url)}">▶ {escape(name)}</a></p>'


def _settled(cleaner: nh3.Cleaner, markup: str) -> str:
    """Clean until a further cleaning changes nothing: mostly once.

    A parse that repairs may give what another parse repairs again (`<h1><font><h1>` without its
    font); that gap is where mutation XSS lives. A parse that left all tags in their places
    repaired nothing. Characters that are not text are taken out in between, never from the
    result, where an address could become another by it.
    """
    try:
        safe = cleaner.clean(markup)
    except UnicodeEncodeError:  # lone surrogates
        safe = cleaner.clean(tidy(markup))
    if is_deceptive(safe):
        safe = tidy(safe)
    elif _same_tags(cut_up(markup)[1::2], cut_up(safe)[1::2]):
        return safe
    for _ in range(5):
        again = _PRE.sub(r"\1", cleaner.clean(safe))
        if again == safe:
            return safe
        safe = again
    return _as_text(safe)


def _same_tags(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Tell whether a parse left all tags in their places; comments and `</img>` have none."""
    return before == after or [name for name in before if name not in _NO_TAGS] == list(after)


def _polish(safe: str) -> str:
    if "<img" in safe:
        safe = _IMAGE.sub(_picture, safe)
    return _PRE.sub(r"\1", safe) if "<pre" in safe else safe


def _picture(match: re.Match[str]) -> str:
    """Keep a picture that is one: it has an address and isn't there to count readers."""
    tag = match[0]
    counts = _PIXEL.search(tag) or any(beacon in tag for beacon in _BEACONS)
    return "" if counts or ' src="http' not in tag else tag


@lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    """Set up nh3 for documents at `base`; without a usable base relative addresses are dropped."""
    whole = urls.absolute("", base)
    try:
        return _new_cleaner(("rewrite_with_base", whole) if whole else "deny")
    except ValueError:
        return _new_cleaner("deny")


def _new_cleaner(
    relative: tuple[Literal["rewrite_with_base"], str] | Literal["deny"],
) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(_WHOLLY),
        attributes=ATTRIBUTES,
        set_tag_attribute_values=_ALWAYS,
        url_schemes=set(SCHEMES),
        link_rel=REL,
        url_relative=relative,
    )


def _too_much(markup: str) -> bool:
    """Tell whether an HTML5 parser would take too long: by size, depth or attributes."""
    if len(markup) > LONGEST:
        return True
    if len(markup) < _SHORT and markup.count("<") < 5 * DEEPEST:
        return False
    depth = 0
    for end, name, rest in _ELEMENT.findall(markup):
        if len(rest) > 2 * MOST_ATTRIBUTES and len(rest.split()) > MOST_ATTRIBUTES:
            return True
        if name.lower() not in _FLAT:
            depth = max(depth - 1, 0) if end else depth + 1
            if depth > DEEPEST:
                return True
    return False


def images(safe: str) -> Iterator[str]:
    """Go through the picture tags of sanitised HTML, in order."""
    return (found[0] for found in _IMAGE.finditer(safe)) if "<img" in safe else iter(())


def attribute(tag: str, name: str) -> str:
    """Read an attribute of a tag of sanitised HTML; empty when it isn't there."""
    _, found, rest = tag.partition(f' {name}="')
    return unescape(rest.partition('"')[0]) if found else ""
