"""Entries → a document in the shape of a platform.

A template is a platform's document with `$placeholders`; what stands between `<!--entry-->` and
`<!--/entry-->` is repeated for each entry. Two rules replace a template language: a line with
`$tag` is repeated for each tag, and a line with an empty placeholder is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html import escape

from aggregator.demo.sites import Shape, Site, data, dice, feed_path, shapes
from aggregator.demo.sound import tune
from aggregator.demo.world import Piece

_NAME = re.compile(r"\$([a-z0-9]+)")


def document(site: Site, pieces: Sequence[Piece], *, base: str) -> bytes:
    """A site's feed; `base` is the address of the sample web, without a slash at its end."""
    shape = shapes()[site.shape]
    if shape.template == "jsonfeed":
        return _json_feed(site, pieces, shape, base)
    head, entry, tail = _template(shape.template)
    feed = feed_values(site, pieces, base)
    middle = "".join(
        expand(entry, feed | entry_values(each, shape, base), each.tags) for each in pieces
    )
    return (expand(head, feed) + middle + expand(tail, feed)).encode()


def body(each: Piece, shape: Shape, base: str) -> str:
    """An entry's HTML, as its platform wraps it."""
    text = (data() / "bodies" / f"{shape.body}.html").read_text("utf-8")
    values = feed_values(each.site, [each], base) | plain_values(each, base)
    values["paragraphs"] = "\n".join(f"<p>{escape(text)}</p>" for text in each.paragraphs)
    return expand(text, values).strip()


def expand(text: str, values: Mapping[str, str], tags: Sequence[str] = ()) -> str:
    """A template with its placeholders filled, by the two rules above."""
    lines = []
    for line in text.splitlines(keepends=True):
        fillings = [{**values, "tag": escape(tag)} for tag in tags] if "$tag" in line else [values]
        lines += [_filled(line, filling) for filling in fillings]
    return "".join(lines)


def _filled(line: str, values: Mapping[str, str]) -> str:
    names = _NAME.findall(line)
    if not all(values[name] for name in names):
        return ""
    return _NAME.sub(lambda name: values[name[1]], line)


@cache
def _template(name: str) -> tuple[str, str, str]:
    text = (data() / "shapes" / name).read_text("utf-8")
    head, rest = re.split(r"[ \t]*<!--entry-->\n", text)
    entry, tail = re.split(r"[ \t]*<!--/entry-->\n", rest)
    return head, entry, tail


def feed_values(site: Site, pieces: Sequence[Piece], base: str) -> dict[str, str]:
    """What a template may say about the feed, escaped for XML."""
    home = f"{base}/{site.slug}/"
    latest = max(each.time for each in pieces)
    return {
        "slug": site.slug,
        "handle": site.slug.replace("-", "_"),
        "site": escape(site.title),
        "rawsite": site.title,
        "about": escape(site.about),
        "author": escape(site.authors[0]),
        "language": site.language,
        "home": escape(home),
        "self": escape(base + feed_path(site)),
        "icon": f"{home}media/icon.png",
        "updated822": rfc822(latest),
        "updated3339": rfc3339(latest),
        "seq": "".join(f'<rdf:li rdf:resource="{escape(base + each.link)}"/>' for each in pieces),
    }


def entry_values(each: Piece, shape: Shape, base: str) -> dict[str, str]:
    """What a template may say about an entry; names with `raw` and `cdata` are not escaped."""
    markup = body(each, shape, base)
    return plain_values(each, base) | {"html": escape(markup), "cdata": markup}


def plain_values(each: Piece, base: str) -> dict[str, str]:
    """An entry's values without its HTML, escaped for XML."""
    roll = dice(each.guid or each.page, "numbers")
    title = each.title if shapes()[each.site.shape].titles else ""
    sound = f"{base}/{each.site.slug}/media/{each.number}.wav"
    return {
        "title": escape(each.title),
        "maybetitle": escape(title),
        "rawtitle": each.title,
        "first": escape(each.paragraphs[0]),
        "rest": escape(" ".join(each.paragraphs[1:]) or each.title),
        "text": escape("\n\n".join(each.paragraphs)),
        "author": escape(each.author),
        "rawauthor": each.author,
        "guid": escape(each.guid),
        "page": escape(base + each.page),
        "link": escape(base + each.link),
        "rawlink": base + each.link,
        "image": base + each.image if each.image else "",
        "width": str(each.size[0]),
        "height": str(each.size[1]),
        "sound": sound,
        "soundbytes": str(len(tune(each.number % 64))),
        "seconds": str(each.duration),
        "clock": f"{each.duration // 60}:{each.duration % 60:02}",
        "alltags": escape(" ".join(each.tags)),
        "number": str(each.number),
        "code": each.page.rpartition("=")[2].rpartition("/")[2],
        "clocktime": f"{datetime.fromtimestamp(each.time, UTC):%H:%M, %-d %B %Y}",
        "lineno": str(1 + roll % 180),
        "comments": str(roll % 57),
        "participants": str(2 + roll % 12),
        "points": str(4 + roll % 400),
        "views": str(90 + roll % 91_000),
        "origin": escape(each.origin.site.title) if each.origin else "",
        "originhome": f"{base}/{each.origin.site.slug}/" if each.origin else "",
        "date822": rfc822(each.time),
        "dateshort": f"{datetime.fromtimestamp(each.time, UTC):%d %b %Y %H:%M} +0000",
        "date3339": rfc3339(each.time),
    }


def rfc822(time: int) -> str:
    """A time as RSS writes it."""
    return format_datetime(datetime.fromtimestamp(time, UTC), usegmt=True)


def rfc3339(time: int) -> str:
    """A time as Atom writes it."""
    return datetime.fromtimestamp(time, UTC).isoformat()


def _json_feed(site: Site, pieces: Sequence[Piece], shape: Shape, base: str) -> bytes:
    home = f"{base}/{site.slug}/"
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "description": site.about,
        "home_page_url": home,
        "feed_url": base + feed_path(site),
        "icon": f"{home}media/icon.png",
        "language": site.language,
        "authors": [{"name": name} for name in site.authors],
        "items": [_json_entry(each, shape, base) for each in pieces],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_entry(each: Piece, shape: Shape, base: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": each.guid,
        "url": base + each.page,
        "external_url": base + each.link if each.origin else "",
        "title": each.title if shape.titles else "",
        "content_html": body(each, shape, base),
        "image": base + each.image if each.image else "",
        "date_published": rfc3339(each.time),
        "authors": [{"name": each.author}],
        "tags": list(each.tags),
    }
    return {name: value for name, value in fields.items() if value}
