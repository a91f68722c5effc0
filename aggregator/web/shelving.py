"""What the owner's forms do to lists: `/-/desk/lists/<action>`, each a POST.

Each says with which forms it is taken back; they are kept with the act, see `store.reading`.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator.curation import CuratedList, Item
from aggregator.errors import UsageError
from aggregator.store import Store, lists, places, reading
from aggregator.store.base import transaction
from aggregator.web.curating import Act, Done, Form, act, number_of
from aggregator.web.saying import THERE

if TYPE_CHECKING:
    from datasette.app import Datasette


_TEXTS = ("title", "note", "quote", "section", "image_alt", "source", "summary")
_MAYBE = ("rights", "author", "image", "language", "comments_url")
"""What an item need not have."""

_COPIED = ("title", "source", "summary", *_MAYBE)
"""What copying an item anew puts in the place of what was there."""

Back = Sequence[tuple[str, Mapping[str, Any]]]
"""The forms that take something back, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """Where a form leads, and how it is taken back; without that, it changed nothing."""

    target: str
    back: Back = ()


async def do(datasette: Datasette, request: Request) -> Response:
    """Do what one form asks."""
    return await act(datasette, request, ACTS)


def replay(store: Store, act: reading.Act, now: int) -> str:
    """Send the forms that take an act back, all of them or none; return where they lead."""
    target = "/lists"
    with transaction(store.conn):
        reading.undo(store.conn, act.id, now=now)
        for action, fields in json.loads(act.value):
            target = _ACTS[action](store, fields, now).target
    return target


def _create(store: Store, form: Form, now: int) -> Shelved:
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
    return Shelved(target=f"/lists/{made.slug}", back=[("remove", {"list": made.slug})])


def _edit(store: Store, form: Form, now: int) -> Shelved:
    names = ("title", "description", "language", "visibility")
    changes: dict[str, Any] = {name: form[name].strip() for name in names if name in form}
    if "language" in changes:
        changes["language"] = changes["language"] or None
    before = lists.need(store.conn, form.get("list", ""))
    old = {name: getattr(before, name) or "" for name in changes}
    if form.get("new_address"):
        changes["token"] = secrets.token_urlsafe(16)
    found = lists.edit(store.conn, before.slug, now=now, **changes)
    return Shelved(target=f"/lists/{found.slug}", back=[("edit", {"list": found.slug, **old})])


def _remove(store: Store, form: Form, now: int) -> Shelved:
    removed = lists.remove(store.conn, form.get("list", ""), now=now)
    return Shelved(target="/lists", back=[("restore", {"list": removed.slug})])


def _restore(store: Store, form: Form, now: int) -> Shelved:
    found = lists.restore(store.conn, form.get("list", ""), now=now)
    return Shelved(target=f"/lists/{found.slug}", back=[("remove", {"list": found.slug})])


def _add(store: Store, form: Form, now: int) -> Shelved:
    """Put an entry or a page on a list; the entry's page is where an entry was picked."""
    slug = form.get("list", "")
    words = {"note": form.get("note", ""), "section": form.get("section", "")}
    number = form.get("entry", "")
    if number:
        entry = store.entry(number_of(number))
        if entry is None:
            raise UsageError("There is no such entry.")
    else:
        entry = lists.page(store.conn, form.get("url", ""), title=form.get("title", ""), now=now)
    picked = lists.pick(store.conn, slug, entry, revive=True, now=now, **words)
    target = f"/e/{entry.id}#lists" if number else f"/lists/{slug}#item-{picked.item_id}"
    if picked.outcome == "there":
        return Shelved(target=target)
    return Shelved(target=target, back=[("remove-item", {"item": str(picked.item_id)})])


def _change(store: Store, form: Form, now: int) -> Shelved:
    changes: dict[str, Any] = {name: form[name] for name in _TEXTS if name in form}
    changes |= {name: form[name].strip() or None for name in _MAYBE if name in form}
    if form.get("url", "").strip():
        changes["url"] = form["url"].strip()
    if "tags" in form:
        changes["tags"] = [tag for tag in re.split(r"[,\n]", form["tags"]) if tag.strip()]
    if "via" in form:
        changes["via"] = [lists.via_of(line) for line in form["via"].splitlines() if line.strip()]
    before = _item(store, form)
    order = _order(store, before.item_id)
    item = lists.change(store.conn, number_of(form["item"]), now=now, **changes)
    back: list[tuple[str, Mapping[str, Any]]] = [("change", _fields(before, changes))]
    if item.section != before.section:
        back.append(order)
    return Shelved(target=_at(store, item.item_id), back=back)


def _fields(item: Item, names: Sequence[str] | Mapping[str, Any]) -> dict[str, str]:
    """Return what an item has as the fields of the form that changes it."""
    found = {"item": str(item.item_id)}
    for name in names:
        value = getattr(item, name)
        if name == "tags":
            value = "\n".join(item.tags)
        if name == "via":
            value = "\n".join(f"{each.name} {each.url or ''}".strip() for each in item.via)
        found[name] = value or ""
    return found


def _move(store: Store, form: Form, now: int) -> Shelved:
    """Move an item to a place, under the heading that is there or under `section`."""
    place = max(1, number_of(form.get("place", "")))
    order = _order(store, _item(store, form).item_id)
    moved = lists.move(
        store.conn, number_of(form["item"]), place, section=form.get("section"), now=now
    )
    return Shelved(target=_at(store, moved.item_id), back=[order])


def _arrange(store: Store, form: Form, now: int) -> Shelved:
    """Bring all items into an order: `order` is JSON, pairs of item and section."""
    found = lists.need(store.conn, form.get("list", ""))
    back = _order_of(store, found)
    lists.arrange(store.conn, found.id, _pairs(form.get("order", "")), now=now)
    return Shelved(target=f"/lists/{found.slug}", back=[back])


def _pairs(text: str) -> list[tuple[int, str]]:
    try:
        return [(int(item), str(section)) for item, section in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise UsageError("That is no order of a list.") from error


def _remove_item(store: Store, form: Form, now: int) -> Shelved:
    item = lists.remove_item(store.conn, number_of(form.get("item", "")), now=now)
    target = f"/lists/{_slug(store, item.item_id)}#removed"
    return Shelved(target=target, back=[("restore-item", {"item": str(item.item_id)})])


def _restore_item(store: Store, form: Form, now: int) -> Shelved:
    item = lists.restore_item(store.conn, number_of(form.get("item", "")), now=now)
    back = [("remove-item", {"item": str(item.item_id)})]
    return Shelved(target=_at(store, item.item_id), back=back)


def _refresh(store: Store, form: Form, now: int) -> Shelved:
    before = _item(store, form)
    lists.refresh(store.conn, number_of(form["item"]), keep=bool(form.get("keep")), now=now)
    return Shelved(target=_at(store, before.item_id), back=[("change", _fields(before, _COPIED))])


def _section(store: Store, form: Form, now: int) -> Shelved:
    """Rename a section, or give it another place."""
    found = lists.need(store.conn, form.get("list", ""))
    back = _order_of(store, found)
    place = form.get("place", "")
    lists.rename_section(
        store.conn,
        found.id,
        form.get("section", ""),
        title=form.get("title"),
        place=number_of(place) if place else None,
        now=now,
    )
    return Shelved(target=f"/lists/{found.slug}", back=[back])


def _undo(store: Store, form: Form, now: int) -> Shelved:
    """Take back what was done to entries along with a list."""
    act_id = number_of(form.get("act", ""))
    while reading.undo(store.conn, act_id, now=now):
        pass
    return Shelved(target="/lists")


_ACTS: dict[str, Callable[[Store, Form, int], Shelved]] = {
    "create": _create,
    "edit": _edit,
    "remove": _remove,
    "restore": _restore,
    "add": _add,
    "change": _change,
    "move": _move,
    "arrange": _arrange,
    "remove-item": _remove_item,
    "restore-item": _restore_item,
    "refresh": _refresh,
    "section": _section,
    "undo": _undo,
}


def _recorded(action: str) -> Act:
    """Return what does a form's deed and writes down how it is taken back."""

    def work(store: Store, form: Form, now: int) -> Done:
        with transaction(store.conn):
            came = _ACTS[action](store, form, now)
            if not came.back:
                return Done(target=came.target, words=THERE)
            made = reading.record(store.conn, f"list/{action}", json.dumps(came.back), now=now)
        return Done(target=came.target, act=made)

    return work


ACTS: dict[str, Act] = {action: _recorded(action) for action in _ACTS if action != "undo"}


def _order(store: Store, item_id: int | None) -> tuple[str, Mapping[str, Any]]:
    """Return the form that brings the list of an item into the order that it has now."""
    return _order_of(store, lists.list_of(store.conn, item_id or 0))


def _order_of(store: Store, found: CuratedList) -> tuple[str, Mapping[str, Any]]:
    order = [tuple(row) for row in places.order(store.conn, found.id)]
    return "arrange", {"list": found.slug, "order": json.dumps(order)}


def _at(store: Store, item_id: int | None) -> str:
    return f"/lists/{_slug(store, item_id)}#item-{item_id}"


def _slug(store: Store, item_id: int | None) -> str:
    return lists.list_of(store.conn, item_id or 0).slug


def _item(store: Store, form: Form) -> Item:
    """Return the item that a form names; raises UsageError where there is none."""
    number = number_of(form.get("item", ""))
    found = lists.item(store.conn, number)
    if found is None:
        raise UsageError(f"There is no item {number}.")
    return found
