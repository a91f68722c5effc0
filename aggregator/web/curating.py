"""Who may curate, and how the desk writes: the owner alone, by forms of its own pages.

Datasette refuses forms of other sites (by Sec-Fetch-Site and Origin); a form needs no script.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

from datasette.utils.asgi import Request, Response

from aggregator.errors import AggregatorError
from aggregator.store import Store
from aggregator.web import answers, ours
from aggregator.web.ours import is_owner as is_owner  # noqa: PLC0414 — many look for it here

if TYPE_CHECKING:
    from datasette.app import Datasette


T = TypeVar("T")
Form = Mapping[str, str]
Act = Callable[[Store, Form, int], str]
"""Does what a form asks, at a time; returns the address to go on to. Raises AggregatorError."""


async def write(datasette: Datasette, work: Callable[[Store], T]) -> T:
    """Write in Datasette's writing thread, one at a time; the store begins its transactions."""
    database = datasette.get_database(ours.database_of(datasette))
    answer: T = await database.execute_write_fn(
        lambda connection: work(Store(connection)), transaction=False
    )
    return answer


async def act(datasette: Datasette, request: Request, acts: Mapping[str, Act]) -> Response:
    """Do what the owner's form asks, and lead the browser on; say why where it can't be done."""
    if request.method != "POST":
        return answers.page(
            datasette, request, "refused.html", status=405, what="This address takes forms alone."
        )
    if not is_owner(request):
        what = "Only the owner of this desk may do that."
        return answers.page(datasette, request, "refused.html", status=403, what=what)
    body = await request.post_body()
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    do = acts[request.url_vars["action"]]
    try:
        target = await write(datasette, lambda store: do(store, form, int(time.time())))
    except AggregatorError as error:
        return answers.page(
            datasette, request, "refused.html", status=400, what=error.message, hint=error.hint
        )
    return Response.redirect(datasette.urls.path(target), status=303)
