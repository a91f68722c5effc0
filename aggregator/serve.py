"""Build Datasette around our database, and run it: what `aggregate serve` and `demo` share.

The desk itself is Datasette's plugin `aggregator.web`, which Datasette finds by its entry point;
the configuration made here tells it which database is ours. Here too is who may see what:
everything is for the owner alone but the tables and views named in PUBLIC, and nobody else runs
SQL, which would go past the permissions of tables.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import uvicorn
from datasette import handle_exception
from datasette.app import Datasette

from aggregator.config import Config
from aggregator.config.curating import definition
from aggregator.config.values import filled
from aggregator.errors import AggregatorError, Locked, UsageError
from aggregator.homes import Home, settle
from aggregator.store import open_store
from aggregator.store.describe import DESCRIPTIONS
from aggregator.store.questions import QUESTIONS

OWNER = {"id": "root"}

# Read by everybody. A table that is not named here is private, also one that comes later.
# The search index and what it reads are: Datasette asks for both when somebody searches a table.
PUBLIC = (
    "stream",
    "sources",
    "entries",
    "entry_content",
    "platforms",
    "stories_ranked",
    "daily_counts",
    "search_source",
    "entries_fts",
)

# Nothing that people would look for: the search index, and what sqlite-utils remembers.
HIDDEN = (
    "entry_content",
    "daily_counts",
    "search_source",
    "story_keys",
    "story_marks",
    "entries_fts",
    "entries_fts_config",
    "entries_fts_data",
    "entries_fts_docsize",
    "entries_fts_idx",
    "_sqlite_migrations",
)

# How Datasette shows them. No facets on entries: at a million rows each would cost its time limit.
SHOWN: dict[str, dict[str, Any]] = {
    "stream": {"sort_desc": "id", "size": 50, "fts_table": "entries_fts", "fts_pk": "id"},
    "entries": {
        "sort_desc": "id",
        "size": 50,
        "label_column": "title",
        "fts_table": "entries_fts",
        "fts_pk": "id",
    },
    "sources": {"sort": "title", "facets": ["category", "platform", "state"]},
    "feeds": {"sort": "title", "label_column": "title", "facets": ["category", "state"]},
    "feed_health": {"sort": "title", "facets": ["state"]},
    "categories": {"sort": "position", "label_column": "name"},
    "platforms": {"sort": "name", "label_column": "name", "facets": ["category"]},
    "stories_ranked": {"sort_desc": "last_at", "label_column": "title", "facets": ["category"]},
    "fetches": {"sort_desc": "id", "facets": ["status"]},
    "daily_counts": {"sort_desc": "day"},
    "lists": {"sort_desc": "updated_at", "label_column": "title"},
    "list_items": {"sort": "position", "label_column": "title", "facets": ["list_id"]},
    "exports": {"sort_desc": "id", "label_column": "subject", "facets": ["target", "format"]},
}

SETTINGS: dict[str, Any] = {
    "default_page_size": 50,
    "max_returned_rows": 500,
    "sql_time_limit_ms": 800,
    "facet_time_limit_ms": 400,
    "suggest_facets": False,
    "num_sql_threads": 4,
    "cache_size_kb": 65536,
    "truncate_cells_html": 180,
    "allow_download": False,
    "allow_csv_stream": False,
    "default_allow_sql": False,
}


BACKLOG = 20_000
"""So many entries of new feeds are indexed before the desk opens, a second's work at most."""


_configs: WeakKeyDictionary[Datasette, Config] = WeakKeyDictionary()


def config_of(datasette: Datasette) -> Config:
    """Return the feeds.toml of a Datasette that was made here, the defaults of any other."""
    return _configs.get(datasette, Config())


def make_datasette(
    db_path: Path | str,
    config: Config,
    *,
    base_url: str | None = None,
    now: int | None = None,
    still: bool = False,
    feeds_file: Path | None = None,
    fetch_every: int | None = None,
    names: frozenset[str] | None = None,
) -> Datasette:
    """Return a Datasette that serves the desk over the database, which is made if it is missing.

    `base_url` is the path under which it is reached, by default that of the `base_url` in
    feeds.toml. With `still`, its pages are for files that nobody renders again: they tell dates
    rather than ages, and nothing in them needs a server. `feeds_file` is the feeds.toml that the
    desk edits; with `fetch_every` it looks at what is due every so many seconds while it is
    served. `names` are the hosts as which it answers, None is any. Raises StoreError when the file
    is not ours, newer than we are, or unreadable.
    """
    path = Path(db_path)
    moment = int(time.time()) if now is None else now
    # Where a fetch is at work, it or the next one does this.
    with open_store(path, now=moment) as store, contextlib.suppress(Locked):
        store.index_backlog(BACKLOG)
    # Datasette prints every exception, unknown addresses included, with all local variables to
    # standard output as soon as it can import rich. Without rich it logs what is a bug, once.
    handle_exception.rich = None
    made = Datasette(
        [str(path)],
        config=_configuration(path.stem, config, still=still),
        metadata=_metadata(path.stem, config),
        settings={**SETTINGS, "base_url": _prefix(config, base_url)},
    )
    _configs[made] = config
    settle(made, Home(path, feeds_file, fetch_every, names))
    return made


def serve(
    db_path: Path | str,
    config: Config,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    ready: Callable[[str], None] = lambda _url: None,
    invite: Callable[[str], None] | None = None,
    feeds_file: Path | None = None,
    fetch_every: int | None = None,
) -> None:
    """Serve the desk until Ctrl-C or SIGTERM; `ready` is told the address when it answers.

    `invite` is told an address that signs in as the owner whoever opens it first. Port 0 takes a
    free one. `feeds_file` and `fetch_every` are those of `make_datasette`. Raises UsageError when
    the address can't be had, before anything else is done, and StoreError as that does.
    """
    with contextlib.closing(listen(host, port)) as listener:
        datasette = make_datasette(
            db_path,
            config,
            feeds_file=feeds_file,
            fetch_every=fetch_every,
            names=_names(listener, host, config),
        )
        settings = uvicorn.Config(
            datasette.app(),
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        url = _url(listener, host, datasette.setting("base_url"))

        def started() -> None:
            first = url
            ready(url)
            if invite:
                first = f"{url}-/auth-token?token={_token(datasette)}"
                invite(first)
            if open_browser:
                # In a thread: a browser in the terminal would keep the server from answering it.
                threading.Thread(target=webbrowser.open, args=(first,), daemon=True).start()

        server = _Server(settings, started)
        # uvicorn ends in peace and then raises the signal again, for whoever else listens.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            raise AggregatorError("The server could not start.", hint="The lines above say why.")


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, so that a busy port is known before anything starts.

    Raises UsageError with what to do about it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as problem:
        raise UsageError(
            f"There is no address {host!r} on this machine.",
            hint="Use --host 127.0.0.1, or 0.0.0.0 to be reached from elsewhere.",
        ) from problem
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as problem:
        listener.close()
        raise UsageError(
            f"Cannot listen on {host} port {port}: {(problem.strerror or str(problem)).lower()}.",
            hint=f"Choose another port, for example --port {port + 1 if port < 65535 else 8001}.",
        ) from problem
    return listener


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


def _url(listener: socket.socket, host: str, prefix: str) -> str:
    name = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only shown
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{listener.getsockname()[1]}{prefix}"


def _names(listener: socket.socket, host: str, config: Config) -> frozenset[str] | None:
    """The names of a desk for this machine alone: its own, and the one that feeds.toml gives.

    None where it listens for others: they know it by names that we don't.
    """
    if not ip_address(listener.getsockname()[0]).is_loopback:
        return None
    public = urlsplit(config.settings.base_url or "").hostname
    return frozenset(filter(None, ("localhost", host.lower(), public)))


def _token(datasette: Datasette) -> str:
    """What Datasette takes once for the owner's password, as `datasette --root` prints it."""
    return str(datasette._root_token)  # noqa: SLF001 — it has no public name


def _prefix(config: Config, base_url: str | None) -> str:
    """The path with a slash at both ends, as Datasette wants it."""
    path = base_url if base_url is not None else urlsplit(config.settings.base_url or "").path
    inner = path.strip("/")
    return f"/{inner}/" if inner else "/"


def _configuration(name: str, config: Config, *, still: bool) -> dict[str, Any]:
    origin = urlsplit(config.settings.base_url or "")
    tables = {
        table: {
            **SHOWN.get(table, {}),
            **({"hidden": True} if table in HIDDEN else {}),
            "permissions": {"view-table": True if table in PUBLIC else OWNER},
        }
        for table in {**SHOWN, **dict.fromkeys((*PUBLIC, *HIDDEN))}
    }
    queries = {
        each.name: {
            "title": each.title,
            "description": each.about,
            "sql": each.sql.strip(),
            "allow": OWNER,
        }
        for each in QUESTIONS
    }
    desk = {
        "database": name,
        "title": config.settings.title or "Aggregator",
        "origin": f"{origin.scheme}://{origin.netloc}" if origin.netloc else "",
        "still": still,
        "public": config.desk.public,
        "pictures": config.desk.pictures,
        "views": [definition(each) for each in config.views],
    }
    permissions: dict[str, Any] = {"view-table": OWNER, "execute-sql": OWNER}
    closed = {"view-database": OWNER} if config.desk.public == "lists" else {}
    return {
        "databases": {
            name: {"permissions": {**permissions, **closed}, "tables": tables, "queries": queries}
        },
        "plugins": {"aggregator": desk, **_password(config)},
    }


def _password(config: Config) -> dict[str, Any]:
    """How the extra `auth` lets the owner in; raises UsageError where it is not installed."""
    if config.desk.password is None:
        return {}
    if find_spec("datasette_auth_passwords") is None:
        raise UsageError(
            "A password for the desk needs the extra `auth`.",
            hint="pip install 'aggregator-desk[auth]'",
        )
    hashed = filled(config.desk.password, os.environ)
    if not hashed.startswith("pbkdf2_"):
        raise UsageError(
            "desk.password is no hash of a password.",
            hint="`datasette hash-password` makes one.",
        )
    return {
        "datasette-auth-passwords": {
            "owner_password_hash": hashed,
            "actors": {"owner": OWNER},
        }
    }


def _metadata(name: str, config: Config) -> dict[str, Any]:
    """Titles and descriptions of the database, its tables and their columns."""
    tables = {
        table: {"description": about, "columns": columns}
        for table, (about, columns) in DESCRIPTIONS.items()
    }
    return {
        "title": config.settings.title or "Aggregator",
        "databases": {name: {"tables": tables}},
    }
