"""Tables of stories: entries that report the same thing, folded."""

from __future__ import annotations

DDL = """
CREATE TABLE stories ( -- Entries that report the same thing; can be made anew from the entries.
  id INTEGER PRIMARY KEY, -- Number of the story: the lowest id among its entries.
  entry_id INTEGER NOT NULL, -- The entry that stands for it.
  title TEXT NOT NULL, -- Title of that entry.
  url TEXT, -- Page that it is about.
  category TEXT NOT NULL, -- Category of that entry.
  entries INTEGER NOT NULL, -- How many entries it has.
  sources INTEGER NOT NULL, -- How many feeds report it independently of each other.
  discussions INTEGER NOT NULL, -- How many of its entries are discussions of it.
  first_at TEXT NOT NULL, -- Publication of its first entry.
  last_at TEXT NOT NULL, -- Publication of its last entry.
  score REAL NOT NULL DEFAULT 0 -- Rank without age: more sources in less time is more.
);
CREATE INDEX stories_last ON stories(last_at);

CREATE TABLE story_keys ( -- What an entry has in common with others of its story.
  key INTEGER NOT NULL, -- Hash of an address, a title or a part of a text.
  entry_id INTEGER NOT NULL, -- The entry.
  PRIMARY KEY (key, entry_id)
) WITHOUT ROWID;

CREATE TABLE story_splits ( -- The curator's: these two are not the same story, whatever they share.
  entry_id INTEGER NOT NULL, -- An entry.
  other_id INTEGER NOT NULL, -- An entry of another story; the higher of the two ids.
  split_at TEXT NOT NULL, -- When that was said.
  PRIMARY KEY (entry_id, other_id)
) WITHOUT ROWID;
"""
