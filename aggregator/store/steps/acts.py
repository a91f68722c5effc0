"""Tables of what the curator did on the desk, so that it can be taken back."""

from __future__ import annotations

DDL = """
CREATE TABLE acts ( -- What the curator did on the desk lately, so that it can be taken back.
  id INTEGER PRIMARY KEY, -- Number of the act.
  done_at TEXT NOT NULL, -- When.
  what TEXT NOT NULL, -- What was done: star, read, hide, tag and so on, or list/ and the form.
  value TEXT NOT NULL DEFAULT '', -- The tag; for a list, the form that takes it back, as JSON.
  entries INTEGER NOT NULL DEFAULT 0, -- How many entries it changed.
  undone_at TEXT -- When it was taken back.
);

CREATE TABLE act_parts ( -- The entries that acts changed, some thousand a line.
  act_id INTEGER NOT NULL REFERENCES acts(id), -- The act.
  part INTEGER NOT NULL, -- Number of the part, from 1.
  entries TEXT NOT NULL, -- A JSON array of pairs: an entry, and what it takes to mark it again.
  PRIMARY KEY (act_id, part)
);
"""
