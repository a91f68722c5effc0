"""What the benchmark of pages asks a desk for: a row a page, and the words of its addresses.

Every kind of page is here, as its readers see it: the owner signed in, a visitor unknown to the
cache. What only a form leads to, and what asks other sites (pictures, looking at an address), is
left out.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.pile import COMMONEST

VISITOR, OWNER = False, True
ABSENT = "no such page"

VIEWS = f"""
[[views]]
slug = "talks"
title = "Talks"
category = "video"

[[views]]
slug = "much-reported"
title = "Much reported"
search = "{COMMONEST}"
within = "7d"
sort = "sources"
limit = 50
mix = {{ per_feed = 2, per_story = 1, categories = 3 }}

[[views]]
slug = "waiting"
title = "Waiting"
unread = true
limit = 50
mix = {{ per_feed = 1 }}
"""
"""The views of feeds.toml: by time, by weight, by what the owner has not read."""

# What is asked, and by whom; the words between braces come from the database.
_RIVER = (
    ("river", "/", VISITOR),
    ("river, the owner's", "/", OWNER),
    ("a year back", "/?before={year}", VISITOR),
    ("its next entries, as scripts ask", "/?before={year}&_fragment=1", VISITOR),
    ("category", "/c/blogs", OWNER),
    ("grid", "/c/video", OWNER),
    ("source", "/?feed={feed}", OWNER),
    ("source in a category", "/c/{category}?feed={feed}", OWNER),
    ("tag", "/?tag={tag}", OWNER),
    ("tag in a category", "/c/blogs?tag={tag}", OWNER),
    ("days", "/?since={from}&until={to}", OWNER),
    ("days of a category", "/c/gaming?since={from}&until={to}", OWNER),
    ("unread", "/?unread=1", OWNER),
    ("unread of a category", "/c/blogs?unread=1", OWNER),
    ("unread of a source", "/?unread=1&feed={feed}", OWNER),
    ("starred", "/?starred=1", OWNER),
    ("starred of a category", "/c/blogs?starred=1", OWNER),
    ("starred of a source", "/?starred=1&feed={feed}", OWNER),
    ("the last entries of all", "/?before={first}", VISITOR),
)
_SEARCH = (
    ("search, the commonest word", f"/?q={COMMONEST}", OWNER),
    ("search, a visitor's", f"/?q={COMMONEST}", VISITOR),
    ("search, a year back", f"/?q={COMMONEST}&before={{year}}", VISITOR),
    ("search, a rare word", "/?q={tag}", OWNER),
    ("search, three words", f"/?q={COMMONEST}+of+{{tag}}", OWNER),
    ("search, a phrase", "/?q=%22{phrase}%22", OWNER),
    ("search, beginnings of words", "/?q={stem}*", OWNER),
    ("search, without a word", f"/?q={COMMONEST}+-of", OWNER),
    ("search, without two of three", f"/?q={COMMONEST}+-of+-to+-a", OWNER),
    ("search, no hit", "/?q=zzyzx", OWNER),
    ("search, no hit of common words", f"/?q=%22{COMMONEST}+{COMMONEST}+{COMMONEST}%22", OWNER),
    ("search, all left out", f"/?q=of+-{COMMONEST}", VISITOR),
    ("search in a category", f"/c/blogs?q={COMMONEST}", OWNER),
    ("search in a source", f"/?q={COMMONEST}&feed={{feed}}", OWNER),
    ("search with a tag", f"/?q={COMMONEST}&tag={{tag}}", OWNER),
    ("search among days", f"/?q={COMMONEST}&since={{from}}&until={{to}}", OWNER),
    ("search, all filters", f"/c/{{category}}?q={COMMONEST}&feed={{feed}}&since={{from}}", OWNER),
    ("search in what is unread", f"/?q={COMMONEST}&unread=1", OWNER),
    ("search in what is starred", f"/?q={COMMONEST}&starred=1", OWNER),
    ("search, rare in what is starred", "/?q={tag}&starred=1", OWNER),
)
_READ = (
    ("entry", "/e/{entry}", VISITOR),
    ("entry, the owner's", "/e/{entry}", OWNER),
    ("stories", "/stories", OWNER),
    ("story", "/s/{story}", OWNER),
    ("lists", "/lists", OWNER),
    ("list of 100", "/lists/{list}", OWNER),
    ("list of 100, a visitor's", "/lists/{list}", VISITOR),
    ("its preview", "/-/desk/preview/{list}", OWNER),
    ("its posts", "/-/desk/posts/{list}", OWNER),
    ("views", "/v", OWNER),
    ("view", "/v/talks", OWNER),
    ("view by weight", "/v/much-reported", OWNER),
    ("view of what is unread", "/v/waiting", OWNER),
    (ABSENT, "/no/such/page", VISITOR),
)
_SHARE = (
    ("share the river", "/share/", VISITOR),
    ("share an entry", "/share/e/{entry}", OWNER),
    ("share a story", "/share/s/{story}?for=bluesky", OWNER),
    ("share a list", "/share/lists/{list}", VISITOR),
    ("share a view", "/share/v/talks", VISITOR),
    ("oEmbed of a list", "/-/oembed?url=http%3A%2F%2F{host}%2Flists%2F{list}", VISITOR),
)
_OWN = (
    ("sources", "/-/sources", OWNER),
    ("sources, the last", "/-/sources?after={feed}", OWNER),
    ("sources by words", "/-/sources?q=number+9", OWNER),
    ("sources of a category", "/-/sources?category=blogs", OWNER),
    ("source's own page", "/-/sources/{feed}", OWNER),
    ("sources as OPML", "/-/sources.opml", OWNER),
    ("health", "/-/health", OWNER),
    ("health, failing", "/-/health?state=failing", OWNER),
    ("health, slow", "/-/health?state=slow", OWNER),
    ("health, silent", "/-/health?state=silent", OWNER),
    ("log of fetches", "/-/fetches", OWNER),
    ("log of a source", "/-/fetches?feed={feed}", OWNER),
    ("log of failures", "/-/fetches?status=error", OWNER),
    ("log, far back", "/-/fetches?before=2000&status=ok", OWNER),
    ("what was done", "/-/desk/acts", OWNER),
    ("a fetch's progress", "/-/desk/fetching", OWNER),
    ("statistics", "/-/stats", OWNER),
    ("statistics, a visitor's", "/-/stats?days=180", VISITOR),
)
_FEEDS = tuple(
    (f"{name} as {kind}", f"/-/feed/{path.format(kind)}", VISITOR)
    for name, path in (
        ("river", "all.{}"),
        ("category", "blogs.{}"),
        ("search", f"search.{{}}?q={COMMONEST}"),
        ("source", "all.{}?feed={{feed}}"),
        ("tag", "all.{}?tag={{tag}}"),
        ("list", "list/{{list}}.{}"),
        ("view", "view/much-reported.{}"),
    )
    for kind in ("atom", "rss", "json", "opml")
)
_DATA = (
    ("data", "/-/", VISITOR),
    ("database", "/{database}", OWNER),
    ("table stream", "/{database}/stream", VISITOR),
    ("table entries", "/{database}/entries", OWNER),
    ("its next rows", "/{database}/entries?_next={entry}", OWNER),
    ("its search", f"/{{database}}/entries?_search={COMMONEST}", VISITOR),
    ("its rows of a category", "/{database}/entries?category=blogs", OWNER),
    ("its rows of a feed", "/{database}/entries?feed_id={feed}", OWNER),
    ("its rows as JSON", "/{database}/entries.json?_shape=array", VISITOR),
    ("row of entries", "/{database}/entries/{entry}", OWNER),
    ("table sources", "/{database}/sources", VISITOR),
    ("table feeds", "/{database}/feeds", OWNER),
    ("row of feeds", "/{database}/feeds/{feed}", OWNER),
    ("table feed_health", "/{database}/feed_health", OWNER),
    ("table categories", "/{database}/categories", OWNER),
    ("row of categories", "/{database}/categories/blogs", OWNER),
    ("table platforms", "/{database}/platforms", VISITOR),
    ("table fetches", "/{database}/fetches", OWNER),
    ("table stories_ranked", "/{database}/stories_ranked", VISITOR),
    ("table daily_counts", "/{database}/daily_counts", VISITOR),
    ("table unread", "/{database}/unread", OWNER),
    ("table stars", "/{database}/stars", OWNER),
    ("table lists", "/{database}/lists", OWNER),
    ("table list_items", "/{database}/list_items", OWNER),
    ("table exports", "/{database}/exports", OWNER),
    ("what nobody else covered", "/{database}/only_here", OWNER),
    ("what was left out", "/{database}/left_out", OWNER),
    ("who went silent", "/{database}/silent", OWNER),
    ("who is not read", "/{database}/unread_by_source", OWNER),
    ("stream as Atom", "/{database}/stream.atom", VISITOR),
)
PAGES = (*_RIVER, *_SEARCH, *_READ, *_SHARE, *_OWN, *_FEEDS, *_DATA)


def words(database: Path) -> dict[str, object]:
    """Return what the addresses need of a database: an entry, a source, a story, words, days."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
        ask = conn.execute
        first, newest = ask("SELECT min(id), max(id) FROM entries").fetchone()
        row = "SELECT id, feed_id, category, json_extract(tags, '$[0]') FROM entries WHERE id < ?"
        entry, feed, category, tag = ask(
            f"{row} ORDER BY id DESC LIMIT 1", (newest - (9 << 20),)
        ).fetchone()
        (story,) = ask("SELECT max(id) FROM stories").fetchone()
        (text,) = ask("SELECT text FROM entry_content WHERE entry_id = ?", (entry,)).fetchone()
        (slug,) = ask("SELECT slug FROM lists WHERE visibility = 'public'").fetchone()
        day = "SELECT date(? >> 20, 'unixepoch', ?)"
        days = [ask(day, (newest, back)).fetchone()[0] for back in ("-40 days", "-20 days")]
    return {
        "database": database.stem,
        "entry": entry,
        "feed": feed,
        "category": category,
        "tag": tag,
        "stem": tag[:4],
        "story": story,
        "list": slug,
        "phrase": "+".join(text.split()[1:3]),
        "first": first + (100 << 20),
        "year": newest - ((365 * 86_400) << 20),
        "from": days[0],
        "to": days[1],
    }
