"""What curators ask of the data: saved queries of Datasette's own pages, the owner's alone.

What has the columns id, title, url and published_at is also a feed, by Datasette's `.atom`.
"""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """A saved query: its name in the address, and how it is told."""

    name: str
    title: str
    about: str
    sql: str


QUESTIONS = (
    Question(
        "only_here",
        "What did nobody else cover?",
        "Of the newest 2,000 entries those that no other source reports.",
        """
SELECT newest.id, newest.title, newest.url, feeds.title AS source, newest.category,
       newest.published_at
FROM (SELECT * FROM entries WHERE NOT hidden ORDER BY id DESC LIMIT 2000) AS newest
CROSS JOIN feeds ON feeds.id = newest.feed_id
LEFT JOIN stories ON stories.id = newest.story_id
WHERE coalesce(stories.sources, 1) < 2
ORDER BY newest.id DESC""",
    ),
    Question(
        "left_out",
        "What did we leave out?",
        "Stories that several sources report, the weightiest first, of which nothing is on a list.",
        """
SELECT stories_ranked.entry_id AS id, stories_ranked.title, stories_ranked.url,
       stories_ranked.category, stories_ranked.sources, stories_ranked.discussions,
       stories_ranked.last_at AS published_at
FROM stories_ranked
WHERE stories_ranked.sources > 1 AND NOT EXISTS (
  SELECT 1 FROM entries CROSS JOIN list_items ON list_items.entry_id = entries.id
  WHERE entries.story_id = stories_ranked.id AND list_items.removed_at IS NULL
)
ORDER BY stories_ranked.score DESC LIMIT 200""",
    ),
    Question(
        "silent",
        "Which sources went silent?",
        "Sources that are well, but wrote nothing for six times their usual gap and two weeks.",
        """
SELECT id, title, category, site_url, last_entry_at,
       CAST(julianday('now') - julianday(last_entry_at) AS INTEGER) AS days_silent,
       round(rhythm / 86400.0, 1) AS usual_gap_days, total
FROM feeds
WHERE subscribed AND NOT paused AND fetch_state = 'ok'
  AND julianday('now') - julianday(last_entry_at) > max(14, 6 * coalesce(rhythm / 86400.0, 15))
ORDER BY last_entry_at""",
    ),
    Question(
        "shared_twice",
        "What was shared twice?",
        "Pages that left the house for one place in more than one export, the last first.",
        """
SELECT max(export_entries.title) AS title, export_entries.canonical_url AS url,
       exports.target, count(DISTINCT exports.id) AS times,
       min(exports.exported_at) AS first_at, max(exports.exported_at) AS last_at
FROM exports CROSS JOIN export_entries ON export_entries.export_id = exports.id
WHERE NOT export_entries.passed_over AND exports.undone_at IS NULL
GROUP BY export_entries.canonical_url, exports.target
HAVING count(DISTINCT exports.id) > 1
ORDER BY last_at DESC""",
    ),
    Question(
        "on_several_lists",
        "What is on several lists?",
        "Pages that were put on more than one list.",
        """
SELECT max(list_items.title) AS title, list_items.url, count(*) AS times,
       group_concat(lists.title, ', ') AS on_lists
FROM list_items CROSS JOIN lists ON lists.id = list_items.list_id
WHERE list_items.removed_at IS NULL AND lists.removed_at IS NULL
GROUP BY list_items.canonical_url HAVING count(*) > 1
ORDER BY max(list_items.added_at) DESC""",
    ),
    Question(
        "unread_by_source",
        "Which sources does nobody read?",
        "Sources by how much of them is unread.",
        """
SELECT feeds.id, feeds.title, feeds.category, waiting.n AS unread, feeds.total
FROM (SELECT feed_id, count(*) AS n FROM unread GROUP BY feed_id ORDER BY 2 DESC LIMIT 100)
  AS waiting CROSS JOIN feeds ON feeds.id = waiting.feed_id
ORDER BY waiting.n DESC""",
    ),
)
