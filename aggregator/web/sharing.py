"""`/share/<page>`: a page's link, its Markdown, its text for a network, as mail and as QR code.

It works without scripts; with them, texts are copied by a click and the system's own share sheet
is offered. What the owner copies is written down in the ledger, and can be taken back.
`/-/oembed` tells other sites how to show what they are linked to (https://oembed.com/).
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import segno
from datasette.utils.asgi import Request, Response

from aggregator.compose import Post, posts
from aggregator.count import NETWORKS
from aggregator.curation import Item
from aggregator.errors import UsageError
from aggregator.export import markdown
from aggregator.store import Store, ledger
from aggregator.store.ledger import Journey
from aggregator.web import answers, ours
from aggregator.web.curating import Done, Form, act, number_of
from aggregator.web.frame import Rail, rail
from aggregator.web.subjects import PAGE, Subject, subject

if TYPE_CHECKING:
    from datasette.app import Datasette


ROUTE = rf"^/share(?P<page>{PAGE})$"
NAMES = {each.slug: each.name for each in NETWORKS}
USUAL = "mastodon"
CLIPBOARD = "clipboard"
WIDTH = 600
"""Pixels that an embedded list takes where nothing else is wanted."""

OLD = 3600
"""Seconds for which others may keep what they were told."""


def _(text: str) -> str:
    """Mark words for the catalogues."""
    return text


async def page(datasette: Datasette, request: Request) -> Response:
    """Show what can be copied of a page."""
    path = request.url_vars["page"] or "/"
    network = request.args.get("for") or USUAL
    if network not in NAMES:
        return answers.missing(datasette, request, "There is no such network.")

    def work(store: Store) -> tuple[Rail, Subject | None]:
        return rail(store, request), subject(store, datasette, request, path)

    beside, found = await ours.read(datasette, work)
    if found is None:
        return answers.missing(datasette, request, "There is nothing at this address.")
    return answers.page(
        datasette,
        request,
        "_share.html" if request.args.get("_fragment") else "share.html",
        rail=beside,
        subject=found,
        network=network,
        networks=NAMES,
        post=post_of(found, network),
        markdown=markdown_of(found),
        mail=mail_of(found),
        qr=qr_of(found.link),
    )


def post_of(found: Subject, network: str) -> Post:
    """Return a subject as a post that fits a network."""
    item = found.entry or Item(
        id=0,
        feed_id=0,
        source="",
        source_url=None,
        category="blogs",
        platform=None,
        guid=found.key,
        url=found.link,
        title=found.title,
        author=None,
        published_at=0,
        updated_at=None,
        first_seen_at=0,
        summary="",
        image=None,
        note=found.text,
    )
    return posts((item,), network)[0]


def markdown_of(found: Subject) -> str:
    """Return a subject's link in Markdown, with whom to thank."""
    credit = f" ({markdown.escape(found.source)})" if found.source else ""
    return f"{markdown.link(found.title, found.link)}{credit}"


def mail_of(found: Subject) -> str:
    """Return a mailto: address with subject and text (RFC 6068)."""
    text = "\r\n\r\n".join(filter(None, (found.title, found.text, found.link)))
    return f"mailto:?subject={quote(found.title)}&body={quote(text)}"


def qr_of(link: str) -> str:
    """Return a link as a QR code, an SVG without style; nothing for what is too long for one."""
    try:
        made = segno.make_qr(link, error="m", boost_error=False)
    except segno.DataOverflowError:
        return ""
    return str(made.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"))


async def do(datasette: Datasette, request: Request) -> Response:
    """Write down what the owner copied, or take that back."""

    def copied(store: Store, form: Form, now: int) -> Done:
        found = subject(store, datasette, request, form.get("page", ""))
        how = form.get("for", "")
        if found is None:
            raise UsageError("It is not there any more.")
        if how not in {"link", "markdown", *NAMES}:
            raise UsageError("There is no such network.")
        journey = Journey(
            subject=found.key,
            format=f"text for {how}" if how in NAMES else how,
            target=how if how in NAMES else CLIPBOARD,
            news=False,
        )
        items = [found.entry] if found.entry else []
        export_id = ledger.record(store.conn, journey, items, now=now)
        undo = {"action": datasette.urls.path("/-/desk/shared/undo"), "export": str(export_id)}
        return Done(
            target=f"/share{found.page}", words=_("Written down as shared"), more={"undo": undo}
        )

    return await act(datasette, request, {"copied": copied, "undo": _undo})


def _undo(store: Store, form: Form, now: int) -> Done:
    ledger.undo(store.conn, number_of(form.get("export", "")), now=now)
    return Done(target="/lists", words=_("Taken back"))


async def oembed(datasette: Datasette, request: Request) -> Response:
    """Tell another site how to show one of our pages that anybody may see."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={OLD}"}
    if request.args.get("format", "json") != "json":
        return Response.text("Only json.\n", status=501, headers=headers)
    path = local(datasette, request, request.args.get("url") or "")

    def work(store: Store) -> Subject | None:
        return None if path is None else subject(store, datasette, request, path)

    found = await ours.read(datasette, work)
    closed = ours.is_closed(datasette) and found and not found.key.startswith("list:")
    if found is None or not found.public or closed:
        return Response.json({"error": "not found"}, status=404, headers=headers)
    return Response.json(_embedded(datasette, request, found), headers=headers)


def local(datasette: Datasette, request: Request, url: str) -> str | None:
    """Return the path within the desk of a whole address; None for those of others."""
    try:
        given = urlsplit(url)
        home = urlsplit(ours.absolute(datasette, request, "/"))
    except ValueError:
        return None
    if given.netloc != home.netloc or not given.path.startswith(home.path):
        return None
    return "/" + given.path[len(home.path) :]


def _embedded(datasette: Datasette, request: Request, found: Subject) -> dict[str, Any]:
    told: dict[str, Any] = {
        "version": "1.0",
        "type": "rich" if found.items else "link",
        "title": found.title,
        "provider_name": ours.title_of(datasette),
        "provider_url": ours.absolute(datasette, request, "/"),
        "cache_age": OLD,
    }
    if found.source:
        told["author_name"] = found.source
    if found.items:
        most = request.args.get("maxwidth") or ""
        width = min(WIDTH, int(most[:6])) if most.isascii() and most.isdigit() else WIDTH
        told |= {"html": quotation(found), "width": width, "height": None}
    return told


def quotation(found: Subject) -> str:
    """Return a list as a quotation that needs no script and no style."""
    lines = "".join(
        f'<li><a href="{escape(each.url)}">{escape(each.title or each.source)}</a>'
        f"{f' ({escape(each.source)})' if each.source else ''}</li>"
        for each in found.items
        if each.url and re.match(r"https?://", each.url)
    )
    about = f"<p>{escape(found.text)}</p>" if found.text else ""
    title = f'<p><a href="{escape(found.link)}">{escape(found.title)}</a></p>'
    return f'<blockquote cite="{escape(found.link)}">{title}{about}<ul>{lines}</ul></blockquote>'
