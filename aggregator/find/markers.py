"""What in a page, or in its headers, says which engine made it: rows, the first that fits counts.

Current Mastodon and Lemmy send no generator; what they send instead is in their rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Marker(NamedTuple):
    """`where` is "page" or a header's name; `mark` is a text that a lower-case page contains."""

    engine: str
    where: str
    mark: str


_SAY_SO = (
    *("discourse", "dokuwiki", "friendica", "funkwhale", "mastodon", "mediawiki", "misskey"),
    *("nodebb", "peertube", "pixelfed", "pleroma"),
)


def _generators() -> Iterator[Marker]:
    for engine in _SAY_SO:
        yield Marker(engine, "generator", engine)
    yield Marker("pleroma", "generator", "akkoma")
    yield Marker("misskey", "generator", "sharkey")
    yield Marker("wix", "generator", "wix.com")
    yield Marker("pixelfed", "application-name", "pixelfed")
    yield Marker("misskey", "application-name", "misskey")
    yield Marker("misskey", "application-name", "sharkey")
    yield Marker("gitlab", "og:site_name", "gitlab")


MARKERS = (
    Marker("discourse", "x-discourse-route", ""),
    Marker("mastodon", "server", "mastodon"),
    Marker("peertube", "x-powered-by", "peertube"),
    Marker("nodebb", "x-powered-by", "nodebb"),
    Marker("gitlab", "x-gitlab-meta", ""),
    Marker("friendica", "x-friendica-version", ""),
    Marker("wix", "x-wix-request-id", ""),
    Marker("squarespace", "server", "squarespace"),
    Marker("dokuwiki", "set-cookie", "dokuwiki="),
    Marker("shaarli", "set-cookie", "shaarli="),
    *_generators(),
    Marker("mastodon", "page", 'id="mastodon"'),
    Marker("mastodon", "page", "id='mastodon'"),
    Marker("misskey", "page", "misskey_meta"),
    Marker("discourse", "page", "data-discourse-setup"),
    Marker("lemmy", "page", "lemmy-site"),
    Marker("mediawiki", "page", 'rel="edituri"'),
    Marker("pleroma", "page", "/api/pleroma/"),
    Marker("xenforo", "page", '<html id="xf"'),
    Marker("xenforo", "page", '<html id="xenforo"'),
    Marker("phpbb", "page", 'id="phpbb"'),
    Marker("smf", "page", "var smf_scripturl"),
    Marker("mybb", "page", "var cookieprefix ="),
    Marker("vbulletin", "page", "clientscript/vbulletin-core.js"),
    Marker("vbulletin", "page", "js/header-rollup"),
    Marker("shaarli", "page", 'id="shaarli-menu"'),
)

_META = re.compile(
    r"<meta\s[^<>]{0,500}?(?:name|property)=[\"']?(generator|application-name|og:site_name)"
    r"[\"']?[^<>]{0,500}>"
)
_CONTENT = re.compile(r"content=(?:\"([^\"]{0,300})\"|'([^']{0,300})')")


def engine_in(page: str, headers: Mapping[str, str]) -> str:
    """Name the engine that made a page; empty for none that we know."""
    lower = page.lower()
    said = dict(_said(lower))
    for marker in MARKERS:
        if marker.where == "page":
            fits = marker.mark in lower
        elif marker.where in _META_NAMES:
            fits = said.get(marker.where, "").startswith(marker.mark)
        else:
            fits = marker.mark in headers.get(marker.where, "\n").lower() and (
                marker.where in headers
            )
        if fits:
            return marker.engine
    return ""


_META_NAMES = frozenset({"generator", "application-name", "og:site_name"})


def _said(lower: str) -> Iterator[tuple[str, str]]:
    """Read the metas of a page that name what made it."""
    for meta in _META.finditer(lower):
        if content := _CONTENT.search(meta[0]):
            yield meta[1], content[1] or content[2] or ""
