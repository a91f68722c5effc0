"""Which of Datasette's databases is ours, what the desk is called, and how it is read.

`aggregator.serve` names the database in the plugin's configuration; without that the plugin
has nothing to show. Queries are `Store`'s: Datasette lends it one of its read connections.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.utils.asgi import Request

from aggregator.config.curating import view
from aggregator.curation import View
from aggregator.store import Store

if TYPE_CHECKING:
    from datasette.app import Datasette


PLUGIN = "aggregator"
DISTRIBUTION = "aggregator-desk"  # Datasette serves our static files under this name
ASSETS = (
    "colours.css",
    "desk.css",
    "explore.css",
    "fetching.js",
    "icon-touch.png",
    "icons.svg",
    "inter.woff2",
    "manage.css",
    "mark.svg",
    "newsreader.woff2",
    "search.js",
    "tokens.css",
)
MODULES = (
    "desk.js",
    "acts.js",
    "embed.js",
    "keys.js",
    "lists.js",
    "river.js",
    "say.js",
    "share.js",
    "swipe.js",
    "times.js",
)
"""The desk's scripts, the first of which imports the others.

Modules name each other without hashes, so browsers ask each time whether they have changed.
"""

T = TypeVar("T")
Hook = TypeVar("Hook", bound=Callable[..., Any])


_addresses: WeakKeyDictionary[Datasette, dict[str, str]] = WeakKeyDictionary()


def hook(function: Hook) -> Hook:
    """Mark a function as Datasette's hook of the same name."""
    return cast("Hook", hookimpl(function))


def database_of(datasette: Datasette) -> str | None:
    """The name under which Datasette serves our database; None when it serves none of ours."""
    name = _configuration(datasette).get("database")
    return name if name in datasette.databases else None


def title_of(datasette: Datasette) -> str:
    """What the owner calls the desk."""
    return str(_configuration(datasette).get("title") or "Aggregator")


def still(datasette: Datasette) -> bool:
    """Whether pages are rendered to be kept as files."""
    return bool(_configuration(datasette).get("still"))


def pictures(datasette: Datasette) -> str:
    """How pages get pictures: kept, direct or none. What is kept as files asks the sites."""
    return "direct" if still(datasette) else str(_configuration(datasette).get("pictures", "kept"))


def is_closed(datasette: Datasette) -> bool:
    """Whether visitors see lists alone."""
    return _configuration(datasette).get("public") == "lists"


def box(request: Request) -> dict[str, str]:
    """What a view tells those who send its answer: headers that are to replace Datasette's own.

    Datasette forbids to keep whatever is asked for with a cookie.
    """
    found: dict[str, str] = request.scope.setdefault("aggregator", {})
    return found


def views_of(datasette: Datasette) -> tuple[View, ...]:
    """Return the views of feeds.toml."""
    return tuple(map(view, _configuration(datasette).get("views") or ()))


async def read(datasette: Datasette, work: Callable[[Store], T]) -> T:
    """Run all queries of a page in one hop to a reading thread; `work` gets a Store there."""
    database = datasette.get_database(database_of(datasette))
    answer: T = await database.execute_fn(lambda connection: work(Store(connection)))
    return answer


def assets(datasette: Datasette) -> dict[str, str]:
    """The addresses of our static files, with the hashes that let browsers keep them.

    Looked up once: Datasette goes through all plugins each time it is asked.
    """
    if datasette not in _addresses:
        _addresses[datasette] = {
            name: datasette.static(name, plugin=DISTRIBUTION) for name in ASSETS
        }
    return _addresses[datasette]


def is_owner(request: Request) -> bool:
    """Whether the one who asks has signed in as the owner."""
    return (request.actor or {}).get("id") == "root"


def modules(datasette: Datasette) -> list[str]:
    """The addresses of our scripts, the one first that a page asks for."""
    return [datasette.urls.static_plugins(DISTRIBUTION, name) for name in MODULES]


def absolute(datasette: Datasette, request: Request, path: str) -> str:
    """The whole address of one of our pages: on the origin of `base_url` in feeds.toml.

    Where that is not set, the address that was asked says which origin it is.
    """
    local = datasette.urls.path(path)
    origin = _configuration(datasette).get("origin")
    return f"{origin}{local}" if origin else str(datasette.absolute_url(request, local))


def _configuration(datasette: Datasette) -> dict[str, Any]:
    return datasette.plugin_config(PLUGIN) or {}
