"""What the owner's forms do to lists: `/-/desk/lists/<action>`, each a POST."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator.errors import UsageError
from aggregator.store import Store, lists
from aggregator.web.asked import LARGEST_ID
from aggregator.web.curating import Act, Form, act

if TYPE_CHECKING:
    from datasette.app import Datasette


_TEXTS = ("title", "note", "quote", "section", "image_alt", "rights")


async def do(datasette: Datasette, request: Request) -> Response:
    """Do what one form asks."""
    return await act(datasette, request, ACTS)


def _create(store: Store, form: Form, now: int) -> str:
    title = form.get("title", "").strip()
    slug = form.get("slug", "").strip() or lists.slug_of(title)
    made = lists.create(
        store.conn,
        slug,
        title=title,
        description=form.get("description", ""),
        visibility=form.get("visibility") or "private",
        now=now,
    )
    return f"/lists/{made.slug}"


def _edit(store: Store, form: Form, now: int) -> str:
    names = ("title", "description", "language", "visibility")
    changes: dict[str, Any] = {name: form[name].strip() for name in names if name in form}
    if "language" in changes:
        changes["language"] = changes["language"] or None
    if form.get("new_address"):
        changes["token"] = secrets.token_urlsafe(16)
    found = lists.edit(store.conn, form.get("list", ""), now=now, **changes)
    return f"/lists/{found.slug}"


def _remove(store: Store, form: Form, now: int) -> str:
    lists.remove(store.conn, form.get("list", ""), now=now)
    return "/lists"


def _restore(store: Store, form: Form, now: int) -> str:
    return f"/lists/{lists.restore(store.conn, form.get('list', ''), now=now).slug}"


def _add(store: Store, form: Form, now: int) -> str:
    """Put an entry or a page on a list; the entry's page is where an entry was picked."""
    slug = form.get("list", "")
    words = {"note": form.get("note", ""), "section": form.get("section", "")}
    number = form.get("entry", "")
    if not number:
        found = lists.page(store.conn, form.get("url", ""), title=form.get("title", ""), now=now)
        picked = lists.pick(store.conn, slug, found, revive=True, now=now, **words)
        return f"/lists/{slug}#item-{picked.item_id}"
    entry = store.entry(_number(number))
    if entry is None:
        raise UsageError("There is no such entry.")
    lists.add(store.conn, slug, entry, revive=True, now=now, **words)
    return f"/e/{entry.id}#lists"


def _change(store: Store, form: Form, now: int) -> str:
    changes: dict[str, Any] = {name: form[name] for name in _TEXTS if name in form}
    if "rights" in changes:
        changes["rights"] = changes["rights"].strip() or None
    if form.get("url", "").strip():
        changes["url"] = form["url"].strip()
    if "tags" in form:
        changes["tags"] = [tag for tag in re.split(r"[,\n]", form["tags"]) if tag.strip()]
    if "via" in form:
        changes["via"] = [lists.via_of(line) for line in form["via"].splitlines() if line.strip()]
    item = lists.change(store.conn, _item(form), now=now, **changes)
    return _at(store, item.item_id)


def _move(store: Store, form: Form, now: int) -> str:
    """Move an item to a place."""
    item = lists.move(store.conn, _item(form), max(1, _number(form.get("place", ""))), now=now)
    return _at(store, item.item_id)


def _remove_item(store: Store, form: Form, now: int) -> str:
    lists.remove_item(store.conn, _item(form), now=now)
    return f"/lists/{_slug(store, _item(form))}#removed"


def _restore_item(store: Store, form: Form, now: int) -> str:
    return _at(store, lists.restore_item(store.conn, _item(form), now=now).item_id)


def _refresh(store: Store, form: Form, now: int) -> str:
    lists.refresh(store.conn, _item(form), keep=bool(form.get("keep")), now=now)
    return _at(store, _item(form))


def _section(store: Store, form: Form, now: int) -> str:
    """Rename a section, or give it another place."""
    found = lists.need(store.conn, form.get("list", ""))
    place = form.get("place", "")
    lists.rename_section(
        store.conn,
        found.id,
        form.get("section", ""),
        title=form.get("title"),
        place=_number(place) if place else None,
        now=now,
    )
    return f"/lists/{found.slug}"


ACTS: dict[str, Act] = {
    "create": _create,
    "edit": _edit,
    "remove": _remove,
    "restore": _restore,
    "add": _add,
    "change": _change,
    "move": _move,
    "remove-item": _remove_item,
    "restore-item": _restore_item,
    "refresh": _refresh,
    "section": _section,
}


def _at(store: Store, item_id: int | None) -> str:
    return f"/lists/{_slug(store, item_id or 0)}#item-{item_id}"


def _slug(store: Store, item_id: int) -> str:
    return lists.list_of(store.conn, item_id).slug


def _item(form: Form) -> int:
    return _number(form.get("item", ""))


def _number(text: str) -> int:
    """Return a number of a form; raises UsageError for what is none."""
    word = text.strip()
    if not word.isascii() or not word.isdigit() or int(word[:20]) > LARGEST_ID:
        raise UsageError(f"{word[:40]!r} is no number.")
    return int(word[:20])
