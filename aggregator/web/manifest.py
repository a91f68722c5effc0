"""What a browser needs to install the desk: `/-/desk/manifest.webmanifest`.

https://www.w3.org/TR/appmanifest/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator.web import ours
from aggregator.web.reader import reader_of
from aggregator.web.tongues import tongue

if TYPE_CHECKING:
    from datasette.app import Datasette

ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable.png", "512x512", "maskable"),
)


def _(text: str) -> str:
    return text


SHORTCUTS = ((_("Unread"), "/?unread=1"), (_("Stories"), "/stories"), (_("Lists"), "/lists"))


async def document(datasette: Datasette, request: Request) -> Response:
    """Answer with the name, the icons and the colours of the desk."""
    reader, path = reader_of(request), datasette.urls.path
    say = tongue(reader.language).gettext
    body = {
        "name": ours.title_of(datasette),
        "short_name": ours.title_of(datasette)[:12].strip(),
        "id": path("/"),
        "start_url": path("/"),
        "scope": path("/"),
        "display": "standalone",
        "lang": reader.language,
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [
            {
                "src": datasette.static(name, plugin=ours.DISTRIBUTION),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for name, sizes, purpose in ICONS
        ],
        "shortcuts": [{"name": say(name), "url": path(target)} for name, target in SHORTCUTS],
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        headers={"Vary": "Accept-Language, Cookie"},
        content_type="application/manifest+json; charset=utf-8",
    )
