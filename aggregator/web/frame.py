"""What stands around every page: the categories, the lists, and the ways to the desk's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aggregator import taxonomy
from aggregator.store import Store, lists
from aggregator.web.ours import is_owner
from aggregator.web.saying import just_done

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from aggregator.curation import CuratedList
    from aggregator.store.reading import Act

LISTS = 12
"""So many lists are named beside every page, those that changed last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A category beside the page; its name is in the reader's language, see `answers`."""

    slug: str
    total: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """What is beside the page. `unread` is 0 for everybody but the owner.

    `done` is what the owner's last form came to, to be said once.
    """

    shelves: tuple[Shelf, ...]
    lists: tuple[CuratedList, ...]
    total: int
    unread: int
    done: Act | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the desk that is a click away: path, icon, words; `owner` alone, `still` too."""

    path: str
    icon: str
    words: str
    owner: bool = False
    still: bool = True


def _(text: str) -> str:
    """Mark words for the catalogues; templates translate them."""
    return text


WAYS = (
    Way("/stories", "newspaper", _("Stories")),
    Way("/v", "layers", _("Views")),
    Way("/lists", "list", _("Lists")),
    Way("/-/stats", "chart-column", _("Statistics"), still=False),
    Way("/-/sources", "rss", _("Sources"), owner=True, still=False),
    Way("/-/health", "activity", _("Health"), owner=True, still=False),
    Way("/-/desk/acts", "undo-2", _("What you did"), owner=True, still=False),
)
"""Below the categories; others add their page here, a row each."""


def rail(store: Store, request: Request) -> Rail:
    """Return what stands beside a page for whoever asks; a few rows of small tables."""
    owner = is_owner(request)
    shelves = _shelves(store.categories())
    return Rail(
        shelves=shelves,
        lists=tuple(lists.all_lists(store.conn, visibility=None if owner else "public"))[:LISTS],
        total=sum(each.total for each in shelves),
        unread=sum(each.unread for each in shelves) if owner else 0,
        done=just_done(store, request),
    )


def _shelves(stored: Sequence[Mapping[str, Any]]) -> tuple[Shelf, ...]:
    """All twelve categories with their counts, those too that nothing was ever stored in."""
    counts = {each["slug"]: each for each in stored}
    return tuple(
        Shelf(
            slug=slug,
            total=counts[slug]["total"] if slug in counts else 0,
            unread=counts[slug]["unread"] if slug in counts else 0,
        )
        for slug in taxonomy.CATEGORY_SLUGS
    )
