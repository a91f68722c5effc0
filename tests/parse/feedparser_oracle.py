"""What feedparser says of a document, and how what we say may differ from it, by kind.

This reads feedparser's results on its own: it shares nothing with aggregator.parse.entries.
"""

import html
import io
import re
import warnings
from calendar import timegm
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import feedparser

HTML = {"text/html", "application/xhtml+xml"}
FEED_FIELDS = ("title", "link", "description", "language", "author", "rights")
ENTRY_FIELDS = (
    "id", "link", "title", "title type", "summary", "content", "author", "published", "updated",
    "tags", "enclosures", "thumbnail", "duration", "language", "rights", "comments",
)  # fmt: skip

KINDS = {
    "whitespace before the XML declaration": (
        "feedparser reads such a document as tag soup: it leaves references undecoded, loses "
        "quotes' references and reorders attributes. We drop the spaces and read it strictly."
    ),
    "an id is no link": (
        "Where an entry has no link feedparser takes its id for one, `tag:` and `urn:` too. "
        "We keep only ids that are web addresses."
    ),
    "media resolved": (
        "feedparser leaves addresses of media as they are; we resolve them against the base."
    ),
    "media beside enclosures": (
        "Files of Media RSS follow the real enclosures, each address once; Flash players and "
        "files without an address are left out."
    ),
    "a picture for each entry": (
        "The largest thumbnail of Media RSS, else the episode's picture, else a picture among the "
        "media; feedparser lists them all and chooses none."
    ),
    "replies are comments": "A page of replies (RFC 4685) counts as the comments link.",
    "language of the text": (
        "Where an entry names no language its text may (`xml:lang`); feedparser has that in details."
    ),
    "duration of the media": "Where iTunes gives no duration, Media RSS may.",
    "captions are no content": (
        "feedparser takes the description of a media file for the content of an entry that has "
        "a summary already: the body of a Mastodon post would be its picture's caption. Nor does a "
        "caption stay the summary when the description follows."
    ),
    "dates of other languages": (
        "feedparser tries ISO 8601 before Hungarian and Korean, takes such a date for a bare year "
        "and makes up month and day from today's."
    ),
    "a tag once": "A term is a tag once, whatever schemes it comes from.",
}


@dataclass
class Difference:
    """One field of one entry (or of the feed: number None) that is not the same."""

    number: int | None
    name: str
    ours: object
    theirs: object
    kind: str | None


@dataclass
class Comparison:
    """A document read by both. `equal` counts fields in which either has a value."""

    raised: bool = False
    counts: tuple[int, int] = (0, 0)
    equal: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def unexplained(self):
        return [difference for difference in self.differences if difference.kind is None]


def read(body, url, charset=None):
    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-location": url, "content-type": kind},
            sanitize_html=False,
            resolve_relative_uris=False,
        )


def compare(parsed, body, url, charset=None):
    """Compare what parse() made of a document with what feedparser makes of it."""
    result = Comparison()
    try:
        feed = read(body, url, charset)
    except Exception:  # noqa: BLE001 - it raises anything on some documents
        result.raised = True
        return result
    result.counts = (len(parsed.entries), len(feed.entries))
    problem = str(feed.get("bozo_exception", ""))
    soup = "not at start of entity" in problem
    _feed(result, parsed.feed, feed.feed, soup)
    captions = _captions(body)
    for number, (ours, theirs) in enumerate(zip(parsed.entries, feed.entries, strict=False)):
        mine, other = _ours(ours), _theirs(theirs)
        for name in ENTRY_FIELDS:
            raw = dict(theirs) | {"captions": captions}
            kind = _RULES[name](ours, other, raw, url) if name in _RULES else None
            found = Difference(number, name, mine[name], other[name], _soup(soup) or kind)
            _note(result, found)
    return result


def _feed(result, ours, theirs, soup):
    raw = dict(theirs)
    raw["description"] = raw.get("subtitle") or raw.get("summary")
    for name in FEED_FIELDS:
        kind = "an id is no link" if name == "link" and not _is_web(raw.get("link")) else None
        mine, other = getattr(ours, name), _text(raw.get(name))
        _note(result, Difference(None, "feed " + name, mine, other, _soup(soup) or kind))


def _note(result, found):
    if not found.ours and not found.theirs:
        return
    if found.ours == found.theirs:
        result.equal[found.name] = result.equal.get(found.name, 0) + 1
    else:
        result.differences.append(found)


_CAPTION = re.compile(r"<media:description[^>]*?(?:/>|>(.*?)</media:description>)", re.DOTALL)


def _captions(body):
    """The descriptions of media files, as text; an empty one is one too."""
    found = _CAPTION.findall(body.decode("utf-8", "replace"))
    found = [one.replace("<![CDATA[", "").replace("]]>", "").strip() for one in found]
    return {*found, *map(html.unescape, found)}


def _soup(soup):
    return "whitespace before the XML declaration" if soup else None


def _ours(entry):
    return {
        "id": entry.id,
        "link": entry.link,
        "title": entry.title and entry.title.value,
        "title type": entry.title and entry.title.type,
        "summary": entry.summary and entry.summary.value,
        "content": [(text.value, text.type) for text in entry.content],
        "author": entry.author,
        "published": entry.published,
        "updated": entry.updated,
        "tags": list(entry.tags),
        "enclosures": [one.url for one in entry.enclosures],
        "thumbnail": entry.thumbnail,
        "duration": entry.duration,
        "language": entry.language,
        "rights": entry.rights,
        "comments": entry.comments,
    }


def _theirs(entry):
    raw = dict(entry)
    files = [link.get("href") for link in raw.get("links", []) if link.get("rel") == "enclosure"]
    media = [one.get("url") for one in raw.get("media_content", [])]
    small = [one.get("url") for one in raw.get("media_thumbnail", []) if one.get("url")]
    title_type = dict(raw.get("title_detail", {})).get("type")
    return {
        "id": _text(raw.get("id")),
        "link": _text(raw.get("link")),
        "title": _text(raw.get("title")),
        "title type": raw.get("title") and ("text/html" if title_type in HTML else "text/plain"),
        "summary": _text(raw.get("summary")),
        "content": [
            (one["value"], "text/html" if one.get("type") in HTML else "text/plain")
            for one in raw.get("content", [])
            if one.get("type") in HTML or str(one.get("type")).startswith("text/")
        ],
        "author": _text(raw.get("author")),
        "published": _seconds(raw.get("published_parsed")),
        "updated": _seconds(raw.get("updated_parsed")),
        "tags": [tag["term"] for tag in raw.get("tags", []) if tag["term"]],
        "enclosures": [one for one in files if one],
        "media": [one for one in media if one],
        "thumbnail": small[0] if len(small) == 1 else small,
        "duration": _clock(raw.get("itunes_duration")),
        "language": _text(raw.get("language")),
        "rights": _text(raw.get("rights")),
        "comments": _text(raw.get("comments")),
    }


def _link(ours, theirs, _raw, _url):
    taken = theirs["link"] == theirs["id"] and not _is_web(theirs["link"])
    return "an id is no link" if taken and ours.link is None else None


def _files(ours, theirs, raw, url):
    """Real enclosures come first and in order; all media follow, but the dead ones."""
    expected = list(dict.fromkeys(theirs["enclosures"] + theirs["media"]))
    dead = {
        one.get("url") for one in raw.get("media_content", []) if "flash" in one.get("type", "")
    }
    expected = [one for one in expected if one not in dead]
    actual = [one.url for one in ours.enclosures]
    if actual == expected:
        return "media beside enclosures"
    if actual == list(dict.fromkeys(urljoin(url, one.strip()) for one in expected)):
        return "media resolved"
    # Below an xml:base the address is another one, but still the same file.
    names = [urlsplit(one).path.rpartition("/")[2] for one in expected]
    same = [urlsplit(one).path.rpartition("/")[2] for one in actual] == names
    return "media resolved" if same and not all(map(_is_web, expected)) else None


def _picture(ours, theirs, raw, url):
    """One of the thumbnails, else the entry's own picture, else one of its media."""
    small = theirs["thumbnail"]
    choice = [small] if isinstance(small, str) else list(small)
    if not choice:
        image = raw.get("image")
        choice = [image["href"]] if image and "href" in image else theirs["media"]
    if ours.thumbnail in choice:
        return "a picture for each entry"
    tail = str(ours.thumbnail).rpartition("/")[2]
    relative = [one for one in choice if not _is_web(one)]
    resolved = any(one.strip().endswith(tail) for one in relative)
    return "media resolved" if resolved else None


def _length(ours, theirs, raw, _url):
    given = [one for one in raw.get("media_content", []) if one.get("duration")]
    return "duration of the media" if given and not theirs["duration"] else None


def _language(ours, theirs, raw, _url):
    details = [raw.get("title_detail", {}), raw.get("summary_detail", {}), *raw.get("content", [])]
    named = {dict(one).get("language") for one in details}
    return "language of the text" if not theirs["language"] and ours.language in named else None


def _comments(ours, theirs, raw, _url):
    pages = [one.get("href") for one in raw.get("links", []) if one.get("rel") == "replies"]
    return "replies are comments" if not theirs["comments"] and ours.comments in pages else None


def _tags(ours, theirs, _raw, _url):
    once = list(dict.fromkeys(theirs["tags"]))
    return "a tag once" if list(ours.tags) == once else None


def _content(ours, theirs, raw, _url):
    """All that is theirs, but for captions, and descriptions that captions kept from being it."""
    mine = [(text.value, text.type) for text in ours.content]
    left = [piece for piece in theirs["content"] if piece in mine]
    gone = [text for text, _ in theirs["content"] if text not in dict(mine)]
    ours_too = [*raw["captions"], ours.summary and ours.summary.value]
    known = all(text in ours_too for text in gone)
    return "captions are no content" if mine == left and known else None


def _summary(_ours, theirs, raw, _url):
    return "captions are no content" if (theirs["summary"] or "") in raw["captions"] else None


def _date(ours, _theirs, raw, _url):
    given = [raw.get("published", ""), raw.get("updated", "")]
    odd = [text for text in given if not str(text).isascii()]
    return "dates of other languages" if odd else None


_RULES = {
    "content": _content,
    "summary": _summary,
    "published": _date,
    "updated": _date,
    "link": _link,
    "enclosures": _files,
    "thumbnail": _picture,
    "duration": _length,
    "language": _language,
    "comments": _comments,
    "tags": _tags,
}


def _text(value):
    return value if isinstance(value, str) and value else None


def _seconds(moment):
    # Year 0 exists in feedparser, but neither in Python nor on the calendar.
    return timegm(moment) if moment and moment[0] > 0 else None


def _clock(text):
    """Independent of ours: the parts of a clock, base 60."""
    parts = str(text or "").partition(".")[0].split(":")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return None
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))


def _is_web(address):
    return str(address).startswith(("http://", "https://"))
