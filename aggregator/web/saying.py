"""What the owner has just done, in words: said once on the next page, with a way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aggregator.store import Store, reading
from aggregator.web.ours import is_owner

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from aggregator.web.tongues import Tongue


COOKIE = "done"
"""Names the act that the next page tells of."""


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark words for the catalogues."""
    return one, many


def _(text: str) -> str:
    return text


_ENTRIES = {
    "star": ngettext("%(n)s entry starred", "%(n)s entries starred"),
    "unstar": ngettext("%(n)s star taken away", "%(n)s stars taken away"),
    "read": ngettext("%(n)s entry marked as read", "%(n)s entries marked as read"),
    "unread": ngettext("%(n)s entry marked as unread", "%(n)s entries marked as unread"),
    "hide": ngettext("%(n)s entry hidden", "%(n)s entries hidden"),
    "tag": ngettext("%(n)s entry tagged", "%(n)s entries tagged"),
    "untag": ngettext("The tag taken from %(n)s entry", "The tag taken from %(n)s entries"),
}
_LISTS: Mapping[str, str] = {
    "list/create": _("The list is made"),
    "list/edit": _("The list is saved"),
    "list/remove": _("The list is removed"),
    "list/restore": _("The list is back"),
    "list/add": _("Put on the list"),
    "list/change": _("Saved"),
    "list/move": _("Moved"),
    "list/arrange": _("Arranged"),
    "list/section": _("The section is changed"),
    "list/remove-item": _("Taken off the list"),
    "list/restore-item": _("Back on the list"),
    "list/refresh": _("Copied anew"),
    "story/split": _("Taken out of the story"),
    "story/join": _("Put back into the story"),
}
_SOURCES = {
    "source/add": _("%(name)s is followed"),
    "source/edit": _("%(name)s is saved"),
    "source/pause": _("%(name)s is paused"),
    "source/resume": _("%(name)s is looked at again"),
    "source/remove": _("%(name)s is removed; its entries stay"),
    "source/follow": _("%(name)s is followed again"),
    "source/adopt": _("%(name)s has its new address"),
}
_BROUGHT = ngettext("%(n)s source added", "%(n)s sources added")
BACK = _("Taken back")
THERE = _("It is there already")


def said(spoken: Tongue, act: reading.Act, *, back: bool = True) -> str:
    """Return what an act came to, in the reader's language; without `back`, what it was first."""
    if back and act.undone_at is not None:
        return spoken.gettext(BACK)
    if act.what in _ENTRIES:
        return spoken.ngettext(*_ENTRIES[act.what], act.entries)
    if act.what.startswith("source/"):
        name = str(json.loads(act.value)[0])
        if act.what in _SOURCES:
            return spoken.gettext(_SOURCES[act.what], name=name)
        return spoken.ngettext(*_BROUGHT, int(name))
    return spoken.gettext(_LISTS[act.what]) if act.what in _LISTS else ""


def just_done(store: Store, request: Request) -> reading.Act | None:
    """Return the act that the owner's last form came to, if this page is the next."""
    number = request.cookies.get(COOKIE, "")
    if not is_owner(request) or not number.isascii() or not number.isdigit():
        return None
    return reading.act(store.conn, int(number[:18]))
