"""The table from element to field: a row an element, under its standard prefix.

A row is what happens where the element starts and where it ends. Elements without a row are kept
under their own name (`ttl`, `comments`, `itunes_duration`, ...). Meanings are feedparser's.
"""

from __future__ import annotations

from aggregator.parse import elements as do
from aggregator.parse import people, tags
from aggregator.parse.elements import end_date
from aggregator.parse.machine import End, Start

Row = tuple[Start | None, End | None]


def text(name: str) -> Row:
    """An element whose text is kept under a name."""
    return (lambda m, _: m.push(name, wanted=True)), (lambda m: m.pop(name))


def quiet(name: str) -> Row:
    """An element whose text is not kept."""
    return (lambda m, _: m.push(name, wanted=False)), (lambda m: m.pop(name))


def construct(name: str, default: str) -> Row:
    """An element with a text construct of a default type."""
    return (lambda m, attrs: m.push_content(name, attrs, default)), (lambda m: m.pop_content(name))


def date(name: str) -> Row:
    """An element whose text is a date."""
    return text(name)[0], end_date(name)


def mark(start: Start) -> Row:
    """An element that is all attributes: its text belongs to the element around it."""
    return start, lambda _: None


_AUTHOR: Row = (people.start_author, people.end_author)
_BODY: Row = (do.start_body, do.end_content)
_CATEGORY: Row = (tags.start_category, tags.end_category)
_DESCRIPTION: Row = (
    do.start_summary_like("description", "text/html"),
    do.end_summary_like("description"),
)
_EMAIL: Row = (quiet("email")[0], people.person("email"))
_ENCODED: Row = (do.start_encoded, do.end_content)
_ENTRY: Row = (do.start_item, do.end_item)
_FEED: Row = (do.start_feed, do.end_feed)
_GUID: Row = (do.start_guid, do.end_guid)
_HREF: Row = (text("href")[0], people.end_address)
_IMAGE: Row = (do.start_itunes_image, lambda m: m.pop("itunes_image"))
_LINK: Row = (do.start_link, lambda m: m.pop("link"))
_NAME: Row = (quiet("name")[0], people.person("name"))
_SUMMARY: Row = (
    do.start_summary_like("summary", "text/plain"),
    do.end_summary_like("summary"),
)
_TITLE: Row = (do.start_title, do.end_title)

FIELDS: dict[str, Row] = {
    # The document, its feed and entries
    "rss": mark(do.start_rss),
    "channel": (do.start_channel, do.end_feed),
    "feed": _FEED,
    "item": _ENTRY,
    "entry": _ENTRY,
    "image": (do.start_image, do.end_image),
    "textinput": (do.start_textinput, do.end_textinput),
    "source": (do.start_source, do.end_source),
    "cloud": mark(lambda _m, _a: None),
    "width": quiet("width"),
    "height": quiet("height"),
    "generator": text("generator"),
    "newlocation": text("newlocation"),
    # Texts
    "title": _TITLE,
    "dc_title": _TITLE,
    "media_title": (do.start_title, do.end_media_title),
    "subtitle": construct("subtitle", "text/plain"),
    "tagline": construct("subtitle", "text/plain"),
    "itunes_subtitle": construct("subtitle", "text/plain"),
    "description": _DESCRIPTION,
    "dc_description": _DESCRIPTION,
    "media_description": (do.start_caption, do.end_caption),
    "abstract": (construct("description", "text/plain")[0], do.end_summary_like("description")),
    "summary": _SUMMARY,
    "itunes_summary": _SUMMARY,
    "content": (do.start_content, do.end_content),
    "content_encoded": _ENCODED,
    "fullitem": _ENCODED,
    "body": _BODY,
    "xhtml_body": _BODY,
    "rights": construct("rights", "text/plain"),
    "copyright": construct("rights", "text/plain"),
    "dc_rights": construct("rights", "text/plain"),
    "info": construct("info", "text/plain"),
    "feedburner_browserfriendly": construct("info", "text/plain"),
    # People
    "author": _AUTHOR,
    "managingeditor": _AUTHOR,
    "dc_author": _AUTHOR,
    "dc_creator": _AUTHOR,
    "itunes_author": _AUTHOR,
    "contributor": (people.start_contributor, people.end_contributor),
    "dc_contributor": (people.start_dc_contributor, people.end_dc_contributor),
    "webmaster": text("publisher"),
    "dc_publisher": text("publisher"),
    "itunes_owner": (people.start_owner, people.end_owner),
    "name": _NAME,
    "itunes_name": _NAME,
    "email": _EMAIL,
    "itunes_email": _EMAIL,
    "url": _HREF,
    "uri": _HREF,
    "homepage": _HREF,
    # Links and identity
    "link": _LINK,
    "enclosure": mark(do.start_enclosure),
    "id": _GUID,
    "guid": _GUID,
    # Dates and language
    "published": date("published"),
    "issued": date("published"),
    "pubdate": date("published"),
    "dcterms_issued": date("published"),
    "updated": date("updated"),
    "modified": date("updated"),
    "lastbuilddate": date("updated"),
    "dc_date": date("updated"),
    "dcterms_modified": date("updated"),
    "created": date("created"),
    "dcterms_created": date("created"),
    "expirationdate": date("expired"),
    "language": text("language"),
    "dc_language": text("language"),
    # Tags
    "category": _CATEGORY,
    "keywords": _CATEGORY,
    "dc_subject": _CATEGORY,
    "media_category": (tags.start_media_category, tags.end_category),
    "itunes_category": (tags.start_itunes_category, tags.end_category),
    "tags": (text("tags")[0], tags.words("tags", None)),
    "media_keywords": (None, tags.words("media_keywords", None)),
    "itunes_keywords": (None, tags.words("itunes_keywords", "http://www.itunes.com/")),
    # Media
    "media_group": mark(lambda _m, _a: None),
    "media_content": mark(do.listed("media_content")),
    "media_thumbnail": (do.start_thumbnail, do.end_thumbnail),
    "media_player": quiet("media_player"),
    "media_credit": text("credit"),
    "media_rating": text("rating"),
    "media_restriction": text("restriction"),
    "media_license": text("license"),
    "itunes_image": _IMAGE,
    "itunes_link": (do.start_itunes_image, None),
    # Told by attributes alone
    "cc_license": mark(lambda _m, _a: None),
    "psc_chapters": mark(lambda _m, _a: None),
    "psc_chapter": mark(lambda _m, _a: None),
}
