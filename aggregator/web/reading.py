"""The page of one entry: read it here, whole, with credit and the way to the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette.utils.asgi import Request, Response

from aggregator import taxonomy
from aggregator.model import Selection, StoredEntry
from aggregator.store import Store, lists, storybook
from aggregator.store.states import State, states
from aggregator.store.storybook import Told
from aggregator.web import answers, ours
from aggregator.web.frame import Rail, rail
from aggregator.web.headers import DESK_POLICY
from aggregator.web.players import Player, player_of

if TYPE_CHECKING:
    from datasette.app import Datasette


MORE = 5
NEAR = 10
"""So many entries are looked at for the next newer one: some may be of the same second."""


NONE = State()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A list, and whether an entry is on it."""

    slug: str
    title: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the page of an entry shows beside it."""

    rail: Rail
    entry: StoredEntry | None
    more: Sequence[StoredEntry] = ()
    newer: StoredEntry | None = None
    older: StoredEntry | None = None
    holdings: Sequence[Holding] = ()
    state: State = NONE
    told: Told | None = None


async def page(datasette: Datasette, request: Request) -> Response:
    """Show one entry whole."""
    entry_id = int(request.url_vars["id"])
    around = await ours.read(datasette, lambda store: _read(store, request, entry_id))
    entry = around.entry
    if entry is None:
        return answers.missing(datasette, request, "There is no such entry.")
    player = player_of(entry)
    answered = answers.page(
        datasette,
        request,
        "reading.html",
        directives=_policy(player),
        rail=around.rail,
        category=taxonomy.category(entry.category),
        entry=entry,
        around=around,
        player=player,
        more=around.more,
        holdings=around.holdings,
        state=around.state,
        wanted=Selection(category=entry.category),
        feed_name=entry.category,
        feed_query="",
    )
    if player:
        # YouTube plays for nobody who hides where they are; it is told the host, no more.
        answered.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return answered


def _policy(player: Player | None) -> tuple[str, ...]:
    """Allow the one player's origin to be framed, so that a click can load it; no other's."""
    return (*DESK_POLICY, f"frame-src {player.origin}") if player else DESK_POLICY


def _read(store: Store, request: Request, entry_id: int) -> Around:
    beside, entry = rail(store, request), store.entry(entry_id)
    if entry is None:
        return Around(rail=beside, entry=None)
    owner = ours.is_owner(request)
    older = store.entries(Selection(category=entry.category, before=entry.id, limit=1))
    return Around(
        rail=beside,
        entry=entry,
        more=store.entries(Selection(feed=str(entry.feed_id), before=entry.id, limit=MORE)),
        newer=_newer(store, entry),
        older=older[0] if older else None,
        holdings=_holdings(store, entry_id) if owner else (),
        state=states(store.conn, [entry_id])[entry_id] if owner else NONE,
        told=storybook.shared(store.conn, [entry_id]).get(entry_id),
    )


def _newer(store: Store, entry: StoredEntry) -> StoredEntry | None:
    """Return the next entry of the category; a number begins with the second of publication."""
    after = Selection(category=entry.category, since=entry.id >> 20, sort="oldest", limit=NEAR)
    return next((each for each in store.entries(after) if each.id > entry.id), None)


def _holdings(store: Store, entry_id: int) -> list[Holding]:
    """Return the owner's lists, those first that were changed last, and which have the entry."""
    on = {each.id for each in lists.holding(store.conn, entry_id)}
    return [
        Holding(slug=each.slug, title=each.title, holds=each.id in on)
        for each in lists.all_lists(store.conn)
    ]
