"""Tables of stories: entries that report the same thing, folded."""

from __future__ import annotations

DDL = """
CREATE TABLE stories ( -- Entries that report the same thing; can be made anew from the entries.
  id INTEGER PRIMARY KEY, -- Number of the story: the lowest id among its entries.
  entry_id INTEGER NOT NULL, -- The entry that stands for it.
  entries INTEGER NOT NULL, -- How many entries it has.
  sources INTEGER NOT NULL, -- How many domains report it independently of each other.
  discussions INTEGER NOT NULL, -- How many of its entries are discussions of it.
  first_at TEXT NOT NULL, -- Publication of its first entry.
  last_at TEXT NOT NULL, -- Publication of its last entry.
  score REAL NOT NULL DEFAULT 0 -- Rank without age: more sources in less time is more.
);
CREATE INDEX stories_last ON stories(last_at);

CREATE TABLE story_keys ( -- What entries may have in common: a page, a title, part of a text.
  key INTEGER NOT NULL, -- Hash of it; for titles and texts with the time in its upper bits.
  entry_id INTEGER NOT NULL, -- An entry that has it.
  feed_id INTEGER NOT NULL, -- Its feed.
  link INTEGER NOT NULL, -- 1 where it is a page that the entry links to, not its own.
  PRIMARY KEY (key, entry_id)
) WITHOUT ROWID;

CREATE TABLE story_marks ( -- The other way round: entries that were folded, and their keys.
  entry_id INTEGER PRIMARY KEY, -- The entry.
  feed_id INTEGER NOT NULL, -- Its feed.
  marks BLOB NOT NULL -- Its keys, 8 bytes each; the last bit of a page says whether it is linked.
);

CREATE TABLE story_splits ( -- The curator's: these two are not the same story, whatever they share.
  entry_id INTEGER NOT NULL, -- An entry.
  other_id INTEGER NOT NULL, -- An entry of another story; the higher of the two ids.
  split_at TEXT NOT NULL, -- When that was said.
  PRIMARY KEY (entry_id, other_id)
) WITHOUT ROWID;
CREATE INDEX story_splits_other ON story_splits(other_id);

CREATE VIEW stories_ranked AS -- Stories with the title and page of the entry that stands for each.
SELECT
  stories.id AS id, -- Number of the story.
  entries.title AS title, -- Title.
  entries.url AS url, -- Page.
  entries.category AS category, -- Category.
  stories.sources AS sources, -- How many domains report it.
  stories.entries AS entries, -- How many entries it has.
  stories.discussions AS discussions, -- How many of them are discussions.
  stories.first_at AS first_at, -- Publication of its first entry.
  stories.last_at AS last_at, -- Publication of its last entry.
  stories.score AS score, -- Rank without age.
  stories.entry_id AS entry_id -- The entry that stands for it.
FROM stories CROSS JOIN entries ON entries.id = stories.entry_id
WHERE NOT entries.hidden;
"""
