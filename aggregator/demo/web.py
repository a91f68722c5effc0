"""An address on the sample web → an answer, at a moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote

from aggregator.demo.art import picture
from aggregator.demo.pages import entry_page, front_page, home_page
from aggregator.demo.shapes import document
from aggregator.demo.sites import Site, dice, feed_path, shapes, sites
from aggregator.demo.sound import tune
from aggregator.demo.world import Piece, moment, newest, piece, remembered, shown

_MEDIA = re.compile(r"/media/(\d+|icon)\.(png|wav)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says; `modified` is when the newest thing on the page was written."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    modified: int | None = None

    @property
    def etag(self) -> str:
        """A strong validator."""
        return f'"{sha256(self.body).hexdigest()[:20]}"'


def answer(target: str, *, base: str, now: int) -> Answer:
    """The answer to a GET of `target` (path and query), 404 included."""
    target = target.partition("#")[0]
    if target == "/":
        return Answer(body=front_page())
    site = sites().get(target.split("/")[1])
    if site is None:
        return _nothing()
    media = _MEDIA.search(target)
    return _media(site, media[1], media[2]) if media else _text(site, target, base, now)


def _text(site: Site, target: str, base: str, now: int) -> Answer:
    if target == feed_path(site):
        return _feed(site, base, newest(site, now))
    if target == f"/{site.slug}/":
        return Answer(body=home_page(site, shown(site, now)))
    each = _pages(site, newest(site, now)).get(unquote(target))
    return Answer(body=entry_page(each), modified=each.time) if each else _nothing()


@lru_cache(maxsize=256)
def _feed(site: Site, base: str, last: int) -> Answer:
    if site.status != 200:
        return Answer(body=b"We are moving house.\n", media_type="text/plain", status=site.status)
    time = moment(site, last)
    pieces = shown(site, time)
    return Answer(
        body=document(site, pieces, base=base),
        media_type=shapes()[site.shape].media_type,
        modified=time,
    )


@lru_cache(maxsize=256)
def _pages(site: Site, last: int) -> dict[str, Piece]:
    return _by_address(remembered(site, moment(site, last)))


def _by_address(pieces: Sequence[Piece]) -> dict[str, Piece]:
    return {unquote(each.page.partition("#")[0]): each for each in reversed(pieces)}


def _media(site: Site, name: str, kind: str) -> Answer:
    if kind == "wav" and name != "icon":
        return Answer(body=tune(int(name) % 64), media_type="audio/wav")
    if kind == "png":
        return Answer(body=_picture(site, name), media_type="image/png")
    return _nothing()


@lru_cache(maxsize=512)
def _picture(site: Site, name: str) -> bytes:
    size = (128, 128) if name == "icon" else piece(site.slug, int(name)).size
    return picture(dice(site.slug, name), hue=site.hue, motif=site.motif, size=size)


def _nothing() -> Answer:
    return Answer(body=b"There is no such page.\n", media_type="text/plain", status=404)
