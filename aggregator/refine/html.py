"""Markup of strangers, made harmless: the last step before anything is kept.

nh3 (Rust ammonia, an HTML5 parser) does the work, once, by an allow-list. In front of it players
become links and lazily loaded pictures ordinary ones; behind it counting pixels go. Markup that
would cost too much (nesting and attributes are quadratic in any HTML5 parser) becomes text.

Once is enough: what comes out is a tree written down, and a browser that repairs it otherwise (a
link in a link) can find in it but what is in it. Mutation XSS needs elements whose insides are
read by other rules (svg, math, style, noscript, template, comments): none is on the list.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import Literal, NamedTuple

import nh3

from aggregator import urls
from aggregator.model import Text
from aggregator.refine.text import PIECES, is_deceptive, strip, tidy

LONGEST = 1_000_000  # characters of markup, before and after; beyond it only the text is kept
LONGEST_TEXT = 190_000  # characters of plain text: escaped they are five times as many
DEEPEST = 200  # elements within elements
MOST_ATTRIBUTES = 2_000  # of one element, estimated by its blanks
_SHORT = 50_000  # characters of markup that can do no harm, without too many elements
_TINY = 15 * DEEPEST  # characters of markup that can't hold too many: `<b>` takes three

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

_ELEMENT = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*+)({PIECES})>?")
# A frame, math, noscript, a lazy picture: one look for all that is to be done ahead.
_UNUSUAL = re.compile(r"<[imnIMN](?:[fF][rR]|[aA][tT]|[oO][sS]|[mM][gG][^<]*-src=)")
_IMAGE = re.compile(r"<img[^>]*>")
_LINK = f'rel="{REL}">'
_LINK_BYTES = _LINK.encode()
# The text of a link, in UTF-8, without what may be read as the dot of a host: one at the end of a
# sentence is none. What may be read as a dot: U+2024, U+3002, U+FE52, U+FF0E, U+FF61.
_HARMLESS = re.compile(
    rb"(?:[^<.\xe2\xe3\xef]++|<(?!/a>)[^>]*+>|\.(?=\s|</a>)|\xe2(?!\x80\xa4)|\xe3(?!\x80\x82)"
    rb"|\xef(?!\xb9\x92|\xbc\x8e|\xbd\xa1))*+</a>"
)
_HAS_DOT = re.compile("[.\u2024\u3002\ufe52\uff0e\uff61]")
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
# Elements whose end is often not written, or that have none: they make no depth.
_FLAT_NAMES = (
    "area base br col dd dt embed hr img input li link meta option p param source td th track tr "
    "wbr"
)
_FLAT = frozenset(_FLAT_NAMES.split())


class Page(NamedTuple):
    """Safe HTML as text and in UTF-8, the tags of its pictures, and the markup it was made of."""

    html: str
    raw: bytes
    pictures: list[str]
    source: str


NO_PAGE = Page("", b"", [], "")


def sanitise(text: Text, base: str = "") -> str:
    """Make safe HTML of a text construct, see `page_of`."""
    return page_of(text, base).html


def page_of(text: Text, base: str = "") -> Page:
    """Make safe HTML of a text construct; its own base goes before the document's.

    Plain text is escaped and keeps its lines. Comes out: nothing outside TAGS, ATTRIBUTES and
    SCHEMES, every address absolute, well-formed; doing it again changes no text.
    """
    markup = text.value
    if text.type == "text/plain":
        return _page(paragraphs(markup), markup)
    if "<" not in markup and "&" not in markup:
        return _page(_words(markup), markup)
    if len(markup) > _TINY and _too_much(markup):
        return _page(_as_text(markup), markup)
    safe, raw = _clean(_cleaner(text.base or base), _prepare(markup))
    if "</a>" in safe and _may_pretend(raw) and (shown := _as_they_are(safe)) is not safe:
        safe, raw = shown, shown.encode()
    if len(safe) > LONGEST:
        return _page(_as_text(safe), markup)
    pictures = _IMAGE.findall(safe)
    if not pictures or _show(pictures):
        return Page(safe, raw, pictures, markup)
    safe = _IMAGE.sub(lambda match: match[0] if _show([match[0]]) else "", safe)
    return Page(safe, safe.encode(), [tag for tag in pictures if _show([tag])], markup)


def _page(safe: str, source: str) -> Page:
    return Page(safe, safe.encode(), [], source)


def _words(text: str) -> str:
    """Write markup that has no tag and no entity: words, which need no parser."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    safe = escape(tidy(text[:LONGEST]), quote=False).replace("\xa0", "&nbsp;")
    return safe if len(safe) <= LONGEST else _as_text(text)


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
    if not _UNUSUAL.search(markup):
        return markup
    from aggregator.refine.unusual import prepare  # noqa: PLC0415 - 2 ms, not needed by all

    return prepare(markup)


def _clean(cleaner: nh3.Cleaner, markup: str) -> tuple[str, bytes]:
    """Clean, and once more in the rare case that characters come out that are not text.

    They are taken out in between, never from the result, where an address could become another
    by it; the last look is for what can't be.
    """
    try:
        safe = cleaner.clean(markup)
    except UnicodeEncodeError:  # lone surrogates
        safe = cleaner.clean(tidy(markup))
    raw = safe.encode()
    if not is_deceptive(raw):
        return safe, raw
    safe = tidy(cleaner.clean(tidy(safe)))
    return safe, safe.encode()


def _may_pretend(raw: bytes) -> bool:
    """Tell whether a link's text has a dot that more text follows: most have none, and no host."""
    at = raw.find(_LINK_BYTES)
    while at >= 0:
        link = _HARMLESS.match(raw, at + len(_LINK_BYTES))
        if link is None:
            return True
        at = raw.find(_LINK_BYTES, link.end())
    return False


def _as_they_are(safe: str) -> str:
    """Show links that pretend to lead to another host as what they are."""
    pieces = safe.split(_LINK)
    changed = False
    for at, piece in enumerate(pieces[1:], 1):
        text = piece[: piece.find("</a>")]
        if _HAS_DOT.search(text):
            from aggregator.refine.pretending import host_to_show  # noqa: PLC0415 - not for all

            if host := host_to_show(pieces[at - 1], text):
                pieces[at] = f"{text} [{host}]{piece[len(text) :]}"
                changed = True
    return _LINK.join(pieces) if changed else safe


def _show(pictures: list[str]) -> bool:
    """Tell whether all are pictures: they have an address and aren't there to count readers."""
    tags = "".join(pictures)
    if tags.count(' src="http') < len(pictures) or any(map(tags.__contains__, _BEACONS)):
        return False
    return ('="1' not in tags and '="0' not in tags) or not _PIXEL.search(tags)


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


def attribute(tag: str, name: str) -> str:
    """Read an attribute of a tag of sanitised HTML; empty when it isn't there."""
    _, found, rest = tag.partition(f' {name}="')
    return unescape(rest.partition('"')[0]) if found else ""
