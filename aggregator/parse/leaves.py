"""Short cuts for elements of an entry that have text, or attributes, but no elements inside.

Most of a feed is such leaves: an entry's title, link, date and text. What `fields` does with one,
at its start, for its text and at its end, is done here at once, with the same result (the tests
compare both): the strict path takes half as long with these. A leaf is told when it ends, in an
entry where nothing else is open, by

    leaf(machine, entry, attributes, text) -> whether it is done

A leaf that is not as usual (inline XHTML, base64, ...) is left undone: `fields` sees to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aggregator.parse import elements as do
from aggregator.parse.dates import parse_date
from aggregator.parse.machine import ADDRESSES, Attributes, Context, Machine, point_link
from aggregator.parse.people import name_author, save_person
from aggregator.parse.resolve import join
from aggregator.parse.tags import add_tag, add_term
from aggregator.parse.texts import looks_like_html

Leaf = Callable[[Machine, Context, Attributes, str], bool]

PLAIN: Final = "text/plain"
HTML: Final = "text/html"
_USUAL = {"text": PLAIN, "html": HTML, PLAIN: PLAIN, HTML: HTML}
"""The `type` of a text that is in the text of its element, as it is."""


# What the leaves have in common


def keep(m: Machine, entry: Context, name: str, text: str) -> None:
    """Keep a text, unless one from further out has the name."""
    depth = m.depth + 1
    if m.depths.get(name, depth) >= depth:
        m.depths[name] = depth
        entry[name] = text


def usual(attrs: Attributes, default: str) -> str | None:
    """The media type of a text construct, if it is one of the usual two."""
    if not attrs:
        return default
    return None if "mode" in attrs else _USUAL.get(attrs.get("type", default))


def detail(m: Machine, kind: str, text: str) -> Context:
    """A text construct, corrected, as feedparser would describe it."""
    if kind == PLAIN and not m.version.startswith("atom") and looks_like_html(text):
        kind = HTML
    if not text.isascii():
        text = m.repair(text)
    if m.lang:
        m.lang = m.lang.replace("_", "-")
    return {"type": kind, "language": m.lang, "base": m.base, "value": text}


def address(m: Machine, text: str) -> str:
    """An address that is the text of an element."""
    text = join(m.base, text) if text else text
    return text if text.isascii() else m.repair(text)


# The leaves


def other(name: str) -> Leaf:
    """An element without a row is kept under its name: its attributes if any, else its text."""
    is_address = name in ADDRESSES

    def leaf(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
        if attrs:
            entry[name] = attrs
        elif is_address:
            keep(m, entry, name, address(m, text))
        else:
            keep(m, entry, name, text if text.isascii() else m.repair(text))
        return True

    return leaf


def date(name: str) -> Leaf:
    """An element whose text is a date."""
    parsed = name + "_parsed"

    def leaf(m: Machine, entry: Context, _: Attributes, text: str) -> bool:
        if not text.isascii():
            text = m.repair(text)
        keep(m, entry, name, text)
        entry[parsed] = parse_date(text) if text else None
        return True

    return leaf


def construct(name: str, default: str) -> Leaf:
    """An element with a text construct of a default type."""
    details = name + "_detail"

    def leaf(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
        kind = usual(attrs, default)
        if kind is None:
            return False
        entry[details] = found = detail(m, kind, text)
        keep(m, entry, name, found["value"])
        return True

    return leaf


def media_title(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """The title of a media file stands in for a missing one only."""
    kind = usual(attrs, PLAIN)
    if kind is None:
        return False
    if not -1 < m.title_depth <= m.depth + 1:
        entry["title_detail"] = found = detail(m, kind, text)
        keep(m, entry, "title", found["value"])
    return True


def title(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """A title that says something keeps deeper ones (of media, of a source) out."""
    done = media_title(m, entry, attrs, text)
    if done and text:
        m.title_depth = m.depth + 1
    return done


def summary_like(default: str) -> Leaf:
    """A summary; the second one, if there was no content, is the content."""
    first = construct("summary", default)

    def leaf(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
        if "summary" not in entry or m.has_content or m.summary_is_caption:
            return first(m, entry, attrs, text)
        return content(m, entry, attrs, text)

    return leaf


_caption = construct("summary", HTML)


def caption(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """What a media file shows: the summary of an entry that has none, till it has one."""
    if "summary" in entry:
        return True
    done = _caption(m, entry, attrs, text)
    m.summary_is_caption = m.summary_is_caption or done
    return done


def content(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """Atom's content, which stays open: see `elements.start_content`."""
    kind = usual(attrs, PLAIN)
    if kind is None:
        return False
    m.push("content", wanted=True)
    return _whole(m, entry, kind, text)


def encoded(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """The whole text of an entry, as HTML."""
    kind = usual(attrs, HTML)
    return kind is not None and _whole(m, entry, kind, text)


def _whole(m: Machine, entry: Context, kind: str, text: str) -> bool:
    m.has_content = True
    found = detail(m, kind, text)
    entry.setdefault("content", []).append(found)
    entry.setdefault("summary", found["value"])
    return True


def link(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """A link, in an attribute (Atom) or as text (RSS)."""
    if not do.add_link(m, entry, attrs):
        point_link(entry, address(m, text))
    return True


def guid(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """The identity of an entry; it is its link too, unless it says that it is not."""
    m.guid_is_link = attrs.get("ispermalink", "true") == "true"
    if m.guid_is_link:
        text = address(m, text)
        entry.setdefault("link", text)
    elif not text.isascii():
        text = m.repair(text)
    keep(m, entry, "id", text)
    return True


def author(m: Machine, entry: Context, _: Attributes, text: str) -> bool:
    """An author by name alone."""
    entry.setdefault("authors", []).append({})
    keep(m, entry, "author", text if text.isascii() else m.repair(text))
    name_author(entry)
    return True


def person(key: str) -> Leaf:
    """The name or e-mail address in an author."""

    def leaf(_m: Machine, entry: Context, _a: Attributes, text: str) -> bool:
        save_person(entry, key, text)
        return True

    return leaf


def person_address(m: Machine, entry: Context, _: Attributes, text: str) -> bool:
    """The address of an author."""
    text = address(m, text)
    keep(m, entry, "href", text)
    save_person(entry, "href", text)
    return True


def category(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """A tag, in attributes (Atom) or as text (RSS)."""
    if attrs:
        scheme = attrs.get("scheme", attrs.get("domain"))
        add_tag(entry, attrs.get("term"), scheme, attrs.get("label"))
    else:
        entry.setdefault("tags", [])
    if text:
        add_term(entry, text if text.isascii() else m.repair(text))
    return True


def enclosure(m: Machine, entry: Context, attrs: Attributes, _: str) -> bool:
    """A media file of an entry."""
    do.add_enclosure(m, entry, attrs)
    return True


def media_content(m: Machine, entry: Context, attrs: Attributes, _: str) -> bool:
    """A media file of Media RSS."""
    do.add_media(m, entry, "media_content", attrs)
    return True


def thumbnail(m: Machine, entry: Context, attrs: Attributes, text: str) -> bool:
    """A small picture, its address in an attribute or as text."""
    do.add_media(m, entry, "media_thumbnail", attrs)
    text = address(m, text)
    keep(m, entry, "url", text)
    if text:
        attrs.setdefault("url", text)
    return True


def itunes_image(m: Machine, entry: Context, attrs: Attributes, _: str) -> bool:
    """The picture of an episode."""
    image = do.image_of(m, attrs)
    if image:
        entry["image"] = image
    return True


LEAVES: dict[str, Leaf] = {
    "title": title,
    "dc_title": title,
    "media_title": media_title,
    "description": summary_like(HTML),
    "dc_description": summary_like(HTML),
    "media_description": caption,
    "summary": summary_like(PLAIN),
    "itunes_summary": summary_like(PLAIN),
    "itunes_subtitle": construct("subtitle", PLAIN),
    "content": content,
    "content_encoded": encoded,
    "rights": construct("rights", PLAIN),
    "dc_rights": construct("rights", PLAIN),
    "author": author,
    "dc_creator": author,
    "itunes_author": author,
    "link": link,
    "enclosure": enclosure,
    "id": guid,
    "guid": guid,
    "published": date("published"),
    "pubdate": date("published"),
    "updated": date("updated"),
    "dc_date": date("updated"),
    "category": category,
    "dc_subject": category,
    "media_content": media_content,
    "media_thumbnail": thumbnail,
    "itunes_image": itunes_image,
}
"""The usual leaves of an entry, by the names of `fields`."""

PEOPLE: dict[str, Leaf] = {
    "name": person("name"),
    "email": person("email"),
    "uri": person_address,
    "url": person_address,
}
"""The leaves of an author."""
