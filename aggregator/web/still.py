"""What only the desk as plain files has: a page that searches by itself, and one for nothing.

`routes` has them only where a Datasette was made with `still`: elsewhere the desk itself searches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator.model import Selection
from aggregator.web import answers, ours
from aggregator.web.frame import rail

if TYPE_CHECKING:
    from datasette.app import Datasette


async def search(datasette: Datasette, request: Request) -> Response:
    """Show the frame that `search.js` fills; its index is a matter of whoever keeps the files."""
    beside = await ours.read(datasette, lambda store: rail(store, request))
    return answers.page(
        datasette,
        request,
        "search.html",
        rail=beside,
        wanted=Selection(),
    )


async def nothing(datasette: Datasette, request: Request) -> Response:
    """Show what a web server may answer when there is no such file."""
    return answers.missing(datasette, request, "There is nothing at this address.")
