"""`.atom`, `.rss` and `.jsonfeed` on every table, view and query of ours that has the columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from aggregator.export import Channel, export
from aggregator.model import StoredEntry
from aggregator.web import answers, ours
from aggregator.web.feeds import MEDIA_TYPES, newest, own_path

if TYPE_CHECKING:
    from datasette.app import Datasette


NEEDED = frozenset({"id", "title", "url", "published_at"})
EXTENSIONS = {"atom": "atom", "rss": "rss", "jsonfeed": "jsonfeed"}

Row = Mapping[str, Any]


@ours.hook
def register_output_renderer(datasette: Datasette) -> list[dict[str, Any]]:
    """Add the three formats; each offers itself only where the columns are there."""

    def can_render(database: str, columns: Sequence[str]) -> bool:
        return database == ours.database_of(datasette) and set(columns) >= NEEDED

    return [
        {"extension": extension, "render": _renderer(writer), "can_render": can_render}
        for extension, writer in EXTENSIONS.items()
    ]


def _renderer(writer: str) -> Callable[..., Response]:
    def render(  # noqa: PLR0917 - Datasette's hook decides
        datasette: Datasette,
        request: Request,
        database: str,
        table: str | None,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
    ) -> Response:
        if database != ours.database_of(datasette) or not set(columns) >= NEEDED:
            missing = ", ".join(sorted(NEEDED - set(columns))) or "our database"
            return Response.text(f"A feed needs more than this has: {missing}.\n", status=400)
        entries = [entry_of(dict(zip(columns, row, strict=True))) for row in rows]
        channel = Channel(
            title=f"{ours.title_of(datasette)} · {table or 'query'}",
            url=ours.absolute(datasette, request, "/"),
            feed_url=ours.absolute(datasette, request, own_path(request)),
            description="",
            updated=newest(entries),
            author=None,
            feeds=(),
            language=None,
        )
        body = export(writer, channel, entries)
        return answers.feed(request, body, media_type=MEDIA_TYPES[writer], updated=channel.updated)

    return render


def entry_of(row: Row) -> StoredEntry:
    """An entry made of a row's columns; those that are missing are left empty."""
    values = {name: _plain(value) for name, value in row.items()}
    published = seconds(values["published_at"]) or 0
    return StoredEntry(
        id=int(values["id"]),
        feed_id=int(values.get("feed_id") or 0),
        source=_text(values, "source", "source_title"),
        source_url=_text(values, "source_url", "site_url") or None,
        category=_text(values, "category"),
        platform=_text(values, "platform") or None,
        guid=_text(values, "guid") or str(values["id"]),
        url=_text(values, "url") or None,
        title=_text(values, "title"),
        author=_text(values, "author") or None,
        published_at=published,
        updated_at=seconds(values.get("updated_at")),
        first_seen_at=seconds(values.get("first_seen_at")) or published,
        summary=_text(values, "summary"),
        image=_text(values, "image") or None,
        tags=_tags(values.get("tags")),
        language=_text(values, "language") or None,
        rights=_text(values, "rights") or None,
        comments_url=_text(values, "comments_url") or None,
    )


def seconds(value: object) -> int | None:
    """The epoch seconds of a column that holds ISO-8601 text or seconds already."""
    if isinstance(value, int):
        return value
    try:
        return int(datetime.fromisoformat(str(value)).timestamp())
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    """The value itself: Datasette hands expanded foreign keys over with their label."""
    return value["value"] if isinstance(value, dict) else value


def _text(values: Row, *names: str) -> str:
    return next((str(values[name]) for name in names if values.get(name) is not None), "")


def _tags(value: object) -> tuple[str, ...]:
    try:
        tags = json.loads(str(value))
    except ValueError:
        return ()
    return tuple(map(str, tags)) if isinstance(tags, list) else ()
