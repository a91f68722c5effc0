"""The statements that yield candidates for a selection, newest first, each by its own index.

A driver walks one index downwards from `:high`; what it does not cover is left to filters. It
yields `NARROW` columns, or `WIDE` ones where Python has to look at more.
"""

from __future__ import annotations

from typing import NamedTuple

from aggregator.model import Selection

NARROW = "entries.id, entries.feed_id, entries.tags"
WIDE = (
    f"{NARROW}, entries.category, entries.platform, entries.story_id, entries.language, "
    "entries.media_type, entries.media_url"
)


class Driver(NamedTuple):
    """A statement that yields candidates in order, and which filters it makes needless."""

    sql: str
    covers: tuple[str, ...] = ()


_BOUNDS = "entries.id < :high AND entries.id >= :low AND hidden <= :hidden{filters}"
_MARKED = (
    "SELECT {columns} FROM {table} AS marked CROSS JOIN entries ON entries.id = marked.entry_id "
    f"WHERE marked.entry_id < :high AND marked.entry_id >= :low{{among}} AND {_BOUNDS} "
    "ORDER BY marked.entry_id DESC LIMIT :limit"
)


def _marked(table: str, among: str = "") -> str:
    """Return the statement that walks a table of marks, one entry a line."""
    return _MARKED.replace("{table}", table).replace("{among}", among)


_ONE_IN_INDEX = "(SELECT 1 FROM entries_fts WHERE entries_fts MATCH {} AND rowid = {})"
_OWN = (
    "tag IN (SELECT value FROM json_each(:own)) "
    f"AND (:words IS NULL OR EXISTS {_ONE_IN_INDEX.format(':words', 'entry_id')})"
)
_SCORED = """(
SELECT entry_id FROM rule_effects INDEXED BY rule_effects_score WHERE effect = 'score'
AND entry_id < :high AND entry_id >= :low
GROUP BY entry_id HAVING sum(CAST(value AS INTEGER)) >= :min_score
)"""

_BY_WORDS = " entry_id = entries_fts.rowid)"

DRIVERS = {
    "river": Driver(
        f"SELECT {{columns}} FROM entries WHERE {_BOUNDS} ORDER BY id DESC LIMIT :limit"
    ),
    "category": Driver(
        "SELECT {columns} FROM entries INDEXED BY entries_category "
        f"WHERE category = :category AND {_BOUNDS} ORDER BY id DESC LIMIT :limit",
        ("category",),
    ),
    "feed": Driver(
        "SELECT {columns} FROM entries INDEXED BY entries_feed "
        f"WHERE feed_id = :feed AND {_BOUNDS} ORDER BY id DESC LIMIT :limit",
        ("category", "feeds"),
    ),
    # The newest of each feed, then the newest of those: sorts what is shown, not what is stored.
    "feeds": Driver(
        "SELECT {columns} FROM json_each(:feeds) AS wanted "
        "CROSS JOIN entries ON entries.id IN ("
        "SELECT entries.id FROM entries INDEXED BY entries_feed "
        f"WHERE feed_id = wanted.value AND {_BOUNDS} ORDER BY id DESC LIMIT :each"
        ") ORDER BY entries.id DESC LIMIT :limit",
        ("category", "feeds"),
    ),
    "match": Driver(
        "SELECT {columns} FROM entries_fts "
        "CROSS JOIN entries ON entries.id = entries_fts.rowid "
        "WHERE entries_fts MATCH :match AND entries_fts.rowid < :high "
        f"AND entries_fts.rowid >= :low AND {_BOUNDS} "
        "ORDER BY entries_fts.rowid DESC LIMIT :limit",
        ("match",),
    ),
    # What the index says of a tag, and what has the tag by the curator's hand.
    "tagged": Driver(
        "SELECT {columns} FROM ("
        "SELECT rowid AS found FROM entries_fts WHERE entries_fts MATCH :tagged "
        "AND rowid < :high AND rowid >= :low UNION SELECT entry_id FROM entry_tags "
        f"WHERE {_OWN} AND entry_id < :high AND entry_id >= :low ORDER BY found DESC"
        ") CROSS JOIN entries ON entries.id = found "
        f"WHERE {_BOUNDS} ORDER BY found DESC LIMIT :limit",
        ("tagged",),
    ),
    "ids": Driver(
        "SELECT {columns} FROM entries "
        f"WHERE id IN (SELECT value FROM json_each(:ids)) AND {_BOUNDS} "
        "ORDER BY id DESC LIMIT :limit"
    ),
    "starred": Driver(_marked("stars"), ("starred",)),
    "scored": Driver(_marked(_SCORED), ("min_score",)),
    "unread": Driver(_marked("unread"), ("unread",)),
    "unread_category": Driver(
        _marked("unread", " AND marked.category = :category"), ("unread", "category")
    ),
    "unread_feed": Driver(
        _marked("unread", " AND marked.feed_id = :feed"), ("unread", "category", "feeds")
    ),
}
_SCORE = (
    "(SELECT coalesce(sum(CAST(value AS INTEGER)), 0) FROM rule_effects "
    "WHERE effect = 'score' AND entry_id = entries.id)"
)
FILTERS = {
    "exclude": f"NOT EXISTS {_ONE_IN_INDEX.format(':exclude', 'entries.id')}",
    "category": "entries.category = :category",
    "platform": "entries.platform = :platform",
    "feeds": "entries.feed_id IN (SELECT value FROM json_each(:feeds))",
    "starred": "EXISTS (SELECT 1 FROM stars WHERE entry_id = entries.id)",
    "unread": "EXISTS (SELECT 1 FROM unread WHERE entry_id = entries.id)",
    "min_score": f"{_SCORE} >= :min_score",
    "match": f"EXISTS {_ONE_IN_INDEX.format(':match', 'entries.id')}",
    "tagged": f"(EXISTS {_ONE_IN_INDEX.format(':tagged', 'entries.id')} "
    f"OR EXISTS (SELECT 1 FROM entry_tags WHERE entry_id = entries.id AND {_OWN}))",
}


def driver(
    selection: Selection,
    match: str | None,
    feed_ids: list[int] | None,
    *,
    by_hand: bool,
    few: bool = False,
) -> str:
    """Return which statement yields the fewest candidates that are not wanted.

    `by_hand` says that Python leaves out some of them, so that no number of them is enough; `few`
    that so few are marked that looking each up beats asking the full-text index.
    """
    one = feed_ids is not None and len(feed_ids) == 1 and selection.max_per_feed is None
    if name := _fewest(selection, match, one=one, few=few):
        return name
    if one:
        return "feed"
    if feed_ids is not None and not by_hand:
        return "feeds"
    return "category" if selection.category is not None else "river"


def _fewest(selection: Selection, match: str | None, *, one: bool, few: bool) -> str | None:
    """Return the statement of what is marked or found, most often the fewest first."""
    found = match is not None
    # Many stars are no fewer than what a search finds, and what it finds comes in order.
    searched = found and bool(selection.search) and not few
    wanted = (
        ("ids", bool(selection.ids)),
        ("starred", selection.starred and not searched),
        # Below that, entries without any score are meant, too.
        ("scored", selection.min_score is not None and selection.min_score > 0),
        ("match", found and not (few and selection.unread)),
        ("unread_feed", selection.unread and one),
        ("unread_category", selection.unread and selection.category is not None),
        ("unread", selection.unread),
    )
    return next((name for name, is_wanted in wanted if is_wanted), None)


def statement(name: str, values: dict[str, object], *, wide: bool) -> str:
    """Return the statement of a driver with the filters that it needs besides."""
    chosen = DRIVERS[name]
    filters = [
        each
        for key, each in FILTERS.items()
        if values[key] is not None and values[key] is not False and key not in chosen.covers
    ]
    # What is marked is known by its number: of what a search finds, others are not even read.
    if name == "match":
        filters = [each.replace(" entry_id = entries.id)", _BY_WORDS) for each in filters]
    text = chosen.sql.replace("{filters}", "".join(f" AND {each}" for each in filters))
    return text.replace("{columns}", WIDE if wide else NARROW)
