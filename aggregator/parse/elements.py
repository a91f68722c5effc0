"""What happens where an element starts or ends, for the elements that need a function.

The table that names them is in `fields`; the meanings are feedparser's.
"""

from __future__ import annotations

from aggregator.parse.dates import parse_date
from aggregator.parse.machine import Attributes, Context, Doubt, End, Machine, Start
from aggregator.parse.resolve import join
from aggregator.parse.texts import HTML_TYPES, content_type

_VERSIONS = {
    "rss": {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"},
    "atom": {"0.1": "atom01", "0.2": "atom02", "0.3": "atom03"},
}


def start_rss(m: Machine, attrs: Attributes) -> None:
    """The root of RSS 0.9x and 2.0 tells the version."""
    if not m.version.startswith("rss"):
        given = attrs.get("version", "")
        newest = "rss20" if given.startswith("2.") else "rss"
        m.version = _VERSIONS["rss"].get(given, newest)
    speak(m)


def start_feed(m: Machine, attrs: Attributes) -> None:
    """The root of Atom tells the version, unless its namespace has."""
    m.in_feed = True
    m.version = m.version or _VERSIONS["atom"].get(attrs.get("version", ""), "atom")
    speak(m)


def speak(m: Machine) -> None:
    """The language of the root is the feed's."""
    if m.lang:
        m.feed["language"] = m.lang.replace("_", "-")


def start_channel(m: Machine, attrs: Attributes) -> None:
    """The feed itself, in RSS and CDF."""
    m.in_feed = True
    cdf(m, attrs)


def end_feed(m: Machine) -> None:
    """The feed is told."""
    m.in_feed = False


def cdf(m: Machine, attrs: Attributes) -> None:
    """CDF keeps the date and the link of a channel or item in attributes."""
    if "lastmod" in attrs:
        m.push("updated", wanted=True)
        m.pieces.append(attrs["lastmod"])
        end_date("updated")(m)
    if "href" in attrs:
        start_link(m, {})
        m.pieces.append(attrs["href"])
        m.pop("link")


def end_date(name: str) -> End:
    """A date; the last one wins, readable or not."""

    def end(m: Machine) -> None:
        value = m.pop(name)
        m.context()[name + "_parsed"] = parse_date(value) if value else None

    return end


def start_item(m: Machine, attrs: Attributes) -> None:
    """An entry begins."""
    m.entries.append({})
    m.depths = {}
    m.push("item", wanted=False)
    m.in_entry = True
    m.guid_is_link = m.summary_is_caption = False
    m.title_depth = -1
    if attrs:
        if attrs.get("rdf:about"):
            m.context()["id"] = attrs["rdf:about"]
        cdf(m, attrs)


def end_item(m: Machine) -> None:
    """An entry ends."""
    m.pop("item")
    m.in_entry = m.has_content = False


def start_image(m: Machine, _: Attributes) -> None:
    """The feed's picture begins."""
    if not m.in_entry:
        m.context().setdefault("image", {})
    m.in_image = True
    m.title_depth = -1
    m.push("image", wanted=False)


def end_image(m: Machine) -> None:
    """The feed's picture ends."""
    m.pop("image")
    m.in_image = False


def start_textinput(m: Machine, _: Attributes) -> None:
    """A search form, of old; its title and link are not the feed's."""
    m.context().setdefault("textinput", {})
    m.in_textinput = True
    m.title_depth = -1
    m.push("textinput", wanted=False)


def end_textinput(m: Machine) -> None:
    """The search form ends."""
    m.pop("textinput")
    m.in_textinput = False


def start_source(m: Machine, _: Attributes) -> None:
    """Where an entry was taken from: a small feed of its own."""
    m.push("source", wanted=True)
    m.in_source = True
    m.title_depth = -1


def end_source(m: Machine) -> None:
    """The entry's origin is told."""
    m.in_source = False
    m.pop("source")
    m.source = {}


# Links and identity


def start_link(m: Machine, attrs: Attributes) -> None:
    """A link, in an attribute (Atom) or as text (RSS)."""
    if not add_link(m, m.context(), attrs):
        m.push("link", wanted=m.in_feed or m.in_entry or m.in_source)


def add_link(m: Machine, context: Context, attrs: Attributes) -> bool:
    """Add a link; whether its attributes say where it leads."""
    rel = attrs.setdefault("rel", "alternate")
    kind = attrs.setdefault("type", "application/atom+xml" if rel == "self" else "text/html")
    if "url" in attrs or "uri" in attrs:
        enforce_href(attrs)
    links = context.setdefault("links", [])
    if not (m.in_entry and m.in_image):
        links.append(attrs)
    if "href" not in attrs:
        return False
    attrs["href"] = href = join(m.base, attrs["href"])
    if rel == "alternate" and (kind == "text/html" or content_type(kind) in HTML_TYPES):
        context["link"] = href
    return True


def enforce_href(attrs: Attributes) -> None:
    """An address may be called url or uri."""
    href = attrs.get("url", attrs.get("uri", attrs.get("href")))
    if href:
        attrs.pop("url", None)
        attrs.pop("uri", None)
        attrs["href"] = href


def start_enclosure(m: Machine, attrs: Attributes) -> None:
    """A media file of an entry."""
    add_enclosure(m, m.context(), attrs)


def add_enclosure(m: Machine, context: Context, attrs: Attributes) -> None:
    """Add a media file; it is among the links."""
    enforce_href(attrs)
    attrs["rel"] = "enclosure"
    absolute(m, attrs, "href")
    context.setdefault("links", []).append(attrs)


def absolute(m: Machine, attrs: Attributes, name: str) -> None:
    """Resolve an address in an attribute against the base in force."""
    if attrs.get(name):
        attrs[name] = join(m.base, attrs[name])


def start_guid(m: Machine, attrs: Attributes) -> None:
    """The identity of an entry; it is its link too, unless it says that it is not."""
    m.guid_is_link = attrs.get("ispermalink", "true") == "true"
    m.push("id", wanted=True)


def end_guid(m: Machine) -> None:
    """The identity is told."""
    value = m.pop("id")
    if m.guid_is_link:
        m.context().setdefault("link", value)


# Texts


def start_title(m: Machine, attrs: Attributes) -> None:
    """A title."""
    m.push_content("title", attrs, "text/plain")


def end_title(m: Machine) -> None:
    """A title that says something keeps deeper ones (of media, of a source) out."""
    if m.pop_content("title"):
        m.title_depth = m.depth


def end_media_title(m: Machine) -> None:
    """The title of a media file stands in for a missing one only."""
    depth = m.title_depth
    m.pop_content("title")
    m.title_depth = depth


def start_summary_like(name: str, default: str) -> Start:
    """A summary; the second one, if there was no content, is the content."""

    def start(m: Machine, attrs: Attributes) -> None:
        replaced = m.has_content or m.summary_is_caption
        m.summary_is_content = "summary" in m.context() and not replaced
        if m.summary_is_content:
            start_content(m, attrs)
        else:
            m.push_content(name, attrs, default)

    return start


def end_summary_like(name: str) -> End:
    """The summary, or what was taken for content, ends."""

    def end(m: Machine) -> None:
        if m.summary_is_content:
            end_content(m)
        else:
            m.pop_content(name)
        m.summary_is_content = False

    return end


def start_caption(m: Machine, attrs: Attributes) -> None:
    """What a media file shows: the summary of an entry that has none (YouTube), till it has one.

    Else it is left out, where feedparser takes it for the content: the body of a Mastodon post
    would be what a blind reader is told of its picture.
    """
    if "summary" in m.context():
        m.push("caption", wanted=False)
    else:
        m.push_content("description", attrs, "text/html")


def end_caption(m: Machine) -> None:
    """The caption ends."""
    if m.pop("caption") is None:
        m.pop_content("description")
        m.summary_is_caption = True


def start_content(m: Machine, attrs: Attributes) -> None:
    """Atom's content. It opens twice, as in feedparser, where the outer one is never closed."""
    m.has_content = True
    m.push_content("content", attrs, "text/plain")
    m.push("content", wanted=True)


def start_encoded(m: Machine, attrs: Attributes) -> None:
    """The whole text of an entry, as HTML."""
    m.has_content = True
    m.push_content("content", attrs, "text/html")


def start_body(m: Machine, attrs: Attributes) -> None:
    """The whole text of an entry, as XHTML."""
    m.push_content("content", attrs, "application/xhtml+xml")


def end_content(m: Machine) -> None:
    """Content that people can read is the summary too, unless there is one."""
    if m.kind is None:
        raise Doubt
    readable = m.kind == "text/plain" or m.kind in HTML_TYPES
    value = m.pop_content("content")
    if readable:
        m.context().setdefault("summary", value)


# Media


def listed(name: str) -> Start:
    """An element that may come several times: its attributes are kept in a list."""

    def start(m: Machine, attrs: Attributes) -> None:
        add_media(m, m.context(), name, attrs)

    return start


def add_media(m: Machine, context: Context, name: str, attrs: Attributes) -> None:
    """Add the attributes of a media file to a list."""
    absolute(m, attrs, "url")
    context.setdefault(name, []).append(attrs)


def start_thumbnail(m: Machine, attrs: Attributes) -> None:
    """A small picture, its address in an attribute or as text."""
    add_media(m, m.context(), "media_thumbnail", attrs)
    m.push("url", wanted=True)


def end_thumbnail(m: Machine) -> None:
    """The small picture's address, if it was text."""
    address = m.pop("url")
    small = m.context().get("media_thumbnail")
    if address and small:
        small[-1].setdefault("url", address)


def start_itunes_image(m: Machine, attrs: Attributes) -> None:
    """The picture of a podcast or of an episode."""
    m.push("itunes_image", wanted=False)
    image = image_of(m, attrs)
    if image:
        m.context()["image"] = image


def image_of(m: Machine, attrs: Attributes) -> Context | None:
    """A picture that is told by attributes, if it is."""
    href = attrs.get("href") or attrs.get("url")
    return {"href": join(m.base, href)} if href else None
