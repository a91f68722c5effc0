"""Who may curate, and how the desk writes: the owner alone, by forms of its own pages.

Datasette refuses forms of other sites (by Sec-Fetch-Site and Origin); a form needs no script. Who
sends one by script (`Accept: application/json`) is told in JSON what came of it; others are led
on to `next`, or to where the form leads, and find there what was done and how to take it back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from datasette.utils.asgi import Request, Response

from aggregator.errors import AggregatorError, UsageError
from aggregator.store import Store, reading
from aggregator.web import answers, ours
from aggregator.web.asked import LARGEST_ID
from aggregator.web.ours import is_owner as is_owner  # noqa: PLC0414 — many look for it here
from aggregator.web.prefs import local
from aggregator.web.reader import reader_of
from aggregator.web.refusals import told
from aggregator.web.saying import COOKIE, said
from aggregator.web.tongues import tongue

if TYPE_CHECKING:
    from datasette.app import Datasette


T = TypeVar("T")
Form = Mapping[str, str]
MOST_FIELDS = 2_000
A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a form: where it leads, and the act, if it can be taken back.

    `words` are said where there is no act; `more` is for scripts.
    """

    target: str
    act: reading.Act | None = None
    words: str = ""
    more: Mapping[str, Any] | None = None


Act = Callable[[Store, Form, int], str | Done]
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
    if refused := refusal(datasette, request):
        return refused
    fields = await fields_of(request)
    form = dict(fields)
    do = acts[request.url_vars["action"]]
    try:
        done = await write(datasette, lambda store: do(store, form, int(time.time())))
    except AggregatorError as error:
        return failed(datasette, request, error)
    return answered(datasette, request, done, form)


async def fields_of(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a form, in their order."""
    body = await request.post_body()
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)[:MOST_FIELDS]


def refusal(datasette: Datasette, request: Request) -> Response | None:
    """Return why nothing is done: it is no form, or not the owner's; else None."""
    if request.method != "POST":
        return _told(datasette, request, 405, "This address takes forms alone.")
    if not is_owner(request):
        return _told(datasette, request, 403, "Only the owner of this desk may do that.")
    return None


def failed(datasette: Datasette, request: Request, error: AggregatorError) -> Response:
    """Say why something could not be done."""
    return _told(datasette, request, 400, error.message, error.hint)


def answered(
    datasette: Datasette, request: Request, done: str | Done, form: Form | None = None
) -> Response:
    """Lead the browser on, or tell the script, and say how to take it back."""
    if isinstance(done, str):
        done = Done(target=done)
    if wants_json(request):
        return Response.json(_for_scripts(datasette, request, done))
    target = local((form or {}).get("next", "")) or datasette.urls.path(done.target)
    answer = Response.redirect(target, status=303)
    if done.act:
        answer.set_cookie(
            COOKIE,
            str(done.act.id),
            max_age=A_MINUTE,
            path=datasette.urls.path("/"),
            httponly=True,
            samesite="lax",
        )
    return answer


def wants_json(request: Request) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("accept", "")


def number_of(text: str) -> int:
    """Return a number of a form; raises UsageError for what is none."""
    word = text.strip()
    if not word.isascii() or not word.isdigit() or int(word[:20]) > LARGEST_ID:
        raise UsageError(f"{word[:40]!r} is no number.")
    return int(word[:20])


def _for_scripts(datasette: Datasette, request: Request, done: Done) -> dict[str, Any]:
    spoken = tongue(reader_of(request).language)
    undo = None
    if done.act and done.act.undone_at is None:
        undo = {"action": datasette.urls.path("/-/desk/undo"), "act": str(done.act.id)}
    return {
        "ok": True,
        "message": said(spoken, done.act) if done.act else spoken.gettext(done.words),
        "undo": undo,
        "next": datasette.urls.path(done.target),
        **(done.more or {}),
    }


def _told(
    datasette: Datasette, request: Request, status: int, what: str, hint: str | None = None
) -> Response:
    if wants_json(request):
        spoken = tongue(reader_of(request).language)
        message = " ".join(told(spoken, each) for each in (what, hint) if each)
        return Response.json({"ok": False, "message": message}, status=status)
    return answers.page(datasette, request, "refused.html", status=status, what=what, hint=hint)
