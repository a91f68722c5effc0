"""Tables of the ledger: what left the house, when and where to."""

from __future__ import annotations

DDL = """
CREATE TABLE exports ( -- Every export that was written, mailed or copied, newest last.
  id INTEGER PRIMARY KEY, -- Number of the export.
  exported_at TEXT NOT NULL, -- When, and for one that was repeated unchanged, when last.
  subject TEXT NOT NULL, -- What: list:SLUG, view:SLUG or the selection as options.
  format TEXT NOT NULL, -- How it was written.
  target TEXT NOT NULL, -- Where to: a file, an address of mail or a name the curator gave.
  entries INTEGER NOT NULL, -- How many.
  continues INTEGER NOT NULL DEFAULT 0, -- 1 when it left out what had gone to the target before.
  floor INTEGER, -- Entries below this id count as passed over.
  times INTEGER NOT NULL DEFAULT 1, -- How often it was made, one after the other, unchanged.
  finished_at TEXT, -- When it was whole; none while it is under way or if it was cut short.
  undone_at TEXT -- When it was taken back: it then counts as if it had not been.
);
CREATE INDEX exports_target ON exports(target);

CREATE TABLE export_entries ( -- What was in each export, and what the first to a target left out.
  export_id INTEGER NOT NULL REFERENCES exports(id), -- The export.
  position INTEGER NOT NULL, -- Place in it, from 1.
  entry_id INTEGER, -- The entry, if it was one.
  canonical_url TEXT NOT NULL, -- The page, the same for everybody, or a name where there is none.
  story_id INTEGER, -- The story it belonged to then.
  title TEXT NOT NULL, -- Title.
  passed_over INTEGER NOT NULL DEFAULT 0, -- 1 when it did not leave, and counts as if it had.
  PRIMARY KEY (export_id, position)
) WITHOUT ROWID;
CREATE INDEX export_entries_url ON export_entries(canonical_url);
"""
