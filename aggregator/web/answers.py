"""Pages, feeds and errors as HTTP answers.

Pages are rendered by a synchronous overlay of Datasette's Jinja environment: forty cards through
asynchronous macros were three quarters of a page's time.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import NotFound, Request, Response
from jinja2 import Environment

from aggregator.model import Selection
from aggregator.taxonomy import CATEGORIES
from aggregator.web.frame import WAYS
from aggregator.web.headers import DESK_POLICY, policy
from aggregator.web.ours import (
    absolute,
    assets,
    box,
    database_of,
    hook,
    is_closed,
    is_owner,
    modules,
    still,
    title_of,
)
from aggregator.web.ours import pictures as pictures_of
from aggregator.web.pictures import picture, prose
from aggregator.web.reader import Reader, reader_of
from aggregator.web.refusals import told
from aggregator.web.saying import COOKIE, said
from aggregator.web.tongues import LANGUAGES, tongue
from aggregator.web.words import FILTERS, TESTS, link_to

if TYPE_CHECKING:
    from datasette.app import Datasette


ICONS = {each.slug: each.icon for each in CATEGORIES}
NAMES = {
    language: {each.slug: each.names[language] for each in CATEGORIES} for language in LANGUAGES
}
FEED_LIFETIME = 300  # seconds for which readers may keep a feed without asking again
END_OF_TIME = 253_370_764_800  # seen from the year 9999, every age is a date
# What HTML has no place for, though a database has: controls and noncharacters (HTML, 13.2.3.5).
NO_HTML = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)
_environments: WeakKeyDictionary[Environment, Environment] = WeakKeyDictionary()


def page(
    datasette: Datasette,
    request: Request,
    template: str,
    *,
    status: int = 200,
    directives: tuple[str, ...] = DESK_POLICY,
    **context: Any,
) -> Response:
    """Render one of our templates to a page that loads nothing of strangers but pictures.

    Every template knows `reader`, `_` and `ngettext` (its language), `owner`, `path`, `asset`.
    """
    kept, pictures = still(datasette), pictures_of(datasette)
    reader = Reader() if kept else reader_of(request)
    spoken = tongue(reader.language)
    environment = _synchronous(datasette.get_jinja_environment(request))
    body = environment.get_template(f"aggregator/{template}").render(
        request=request,
        path=datasette.urls.path,
        absolute=lambda local: absolute(datasette, request, local),
        asset=assets(datasette).__getitem__,
        database=database_of(datasette),
        desk=title_of(datasette),
        icons=ICONS,
        names=NAMES[reader.language],
        languages=LANGUAGES,
        modules=modules(datasette),
        pictures=pictures,
        closed=is_closed(datasette) and not is_owner(request),
        reader=reader,
        tongue=spoken,
        _=spoken.gettext,
        ngettext=spoken.ngettext,
        ways=WAYS,
        everything=Selection(),
        here=request.full_path,
        told_of=said,
        in_words=partial(told, spoken),
        link_to=link_to,
        now=END_OF_TIME if kept else int(time.time()),
        still=kept,
        **{"owner": is_owner(request), **context},
    )
    body = NO_HTML.sub("", body)
    # Datasette would forbid browsers to go back to a page without asking for it anew.
    box(request)["cache-control"] = "private, no-cache" if is_owner(request) else "no-cache"
    headers = {
        "Content-Security-Policy": policy(directives, strangers=pictures == "direct"),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
    }
    answer = Response.html(body, status=status, headers=headers)
    if COOKIE in request.cookies:
        answer.set_cookie(COOKIE, "", max_age=0, path=datasette.urls.path("/"))
    return answer


def missing(datasette: Datasette, request: Request, what: str) -> Response:
    """Say that there is no such page, in the desk's own look."""
    return page(datasette, request, "missing.html", status=404, what=what)


def feed(request: Request, body: str, *, media_type: str, updated: int) -> Response:
    """Answer with a document for feed readers, or with 304 when the reader has it already.

    `updated` is the time of the newest entry in it, 0 for none. Any page may read feeds (CORS).
    """
    data = body.encode()
    etag = f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={FEED_LIFETIME}",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag",
    }
    if request.method == "OPTIONS":  # a script asks whether it may send validators
        allowed = {"Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since"}
        return Response("", status=204, headers={**headers, **allowed})
    if updated:
        headers["Last-Modified"] = formatdate(updated, usegmt=True)
    if _unchanged(request.headers, etag=etag, updated=updated):
        return Response("", status=304, headers=headers)
    return Response(body, headers=headers, content_type=f"{media_type}; charset=utf-8")


def _unchanged(headers: Mapping[str, str], *, etag: str, updated: int) -> bool:
    """Whether the reader's copy is still good: RFC 9110, 13.2.2, ETags before dates."""
    known = headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or etag in (
            each.strip().removeprefix("W/") for each in known.split(",")
        )
    since = headers.get("if-modified-since")
    if since is None or not updated:
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= updated
    except (ValueError, OverflowError):
        return False


@hook
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Any] | None:
    """Answer unknown addresses in the desk's look; whatever else happened is Datasette's."""
    wants_page = "." not in request.path.rpartition("/")[2]
    if isinstance(exception, NotFound) and wants_page and database_of(datasette):
        return lambda: missing(datasette, request, "There is nothing at this address.")
    return None


def _synchronous(environment: Environment) -> Environment:
    ours = _environments.get(environment)
    if ours is None:
        ours = environment.overlay(
            enable_async=False, trim_blocks=True, lstrip_blocks=True, auto_reload=False
        )
        ours.filters = {**environment.filters, **FILTERS, "picture": picture, "prose": prose}
        ours.tests = {**environment.tests, **TESTS}
        _environments[environment] = ours
    return ours
