"""The table of what was pruned: marks by which it is known when a feed still lists it."""

from __future__ import annotations

DDL = """
CREATE TABLE pruned ( -- Entries that were pruned, as marks: their feed may list them for years.
  feed_id INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE, -- The feed.
  mark INTEGER NOT NULL, -- Hash of a GUID, or of an address and a title.
  PRIMARY KEY (feed_id, mark)
) WITHOUT ROWID;
"""
