"""How a reader wants pages: `/-/desk/prefs` remembers it in cookies and leads back.

Anybody may: it changes nothing but what the same browser sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from datasette.utils.asgi import Request, Response

from aggregator.web import answers
from aggregator.web.reader import LAYOUTS, THEMES, layouts_of, reader_of, remembered, zone_of
from aggregator.web.tongues import LANGUAGES

if TYPE_CHECKING:
    from datasette.app import Datasette

A_YEAR = 365 * 86400
MOST = 20
"""So many views are remembered, those that were set last."""


async def save(datasette: Datasette, request: Request) -> Response:
    """Remember what the form says, forget what it leaves empty, and lead back to `next`."""
    if request.method != "POST":
        what = "This address takes forms alone."
        return answers.page(datasette, request, "refused.html", status=405, what=what)
    body = await request.post_body()
    form = dict(parse_qsl(body[:4000].decode("utf-8", "replace"), keep_blank_values=True))
    answer = Response.redirect(local(form.get("next", "")) or datasette.urls.path("/"), status=303)
    for name, value in cookies(request, form).items():
        answer.set_cookie(
            name,
            value,
            max_age=A_YEAR if value else 0,
            path=datasette.urls.path("/"),
            samesite="lax",
        )
    return answer


def cookies(request: Request, form: dict[str, str]) -> dict[str, str]:
    """Return the cookies that a form asks for; an empty one is to be forgotten."""
    found = {}
    for name, allowed in (("theme", THEMES), ("lang", LANGUAGES)):
        if name in form:
            found[name] = form[name] if form[name] in allowed else ""
    if "tz" in form:
        found["tz"] = form["tz"] if str(zone_of(form["tz"])) == form["tz"] else ""
    if form.get("layout") in LAYOUTS:
        view = form.get("view", "all")
        known = {key: each for key, each in reader_of(request).layouts.items() if key != view}
        kept = list({**known, view: form["layout"]}.items())[-MOST:]
        found["layout"] = remembered(layouts_of(remembered(dict(kept))))
    return found


def local(address: str) -> str:
    """Return an address if it leads to a page of this server, else nothing.

    Browsers take two slashes, of either kind, for another server, and skip tabs and line ends.
    """
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and address.isprintable() and " " not in address else ""
