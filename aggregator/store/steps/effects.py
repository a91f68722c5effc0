"""Tables of what rules did, and of the views that were saved from the desk."""

from __future__ import annotations

DDL = """
CREATE TABLE rule_effects ( -- What each rule did to which entry, so that it can be taken back.
  entry_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE, -- The entry.
  rule TEXT NOT NULL, -- Name of the rule.
  effect TEXT NOT NULL, -- hide, star, tag, list, score or mark_read.
  value TEXT NOT NULL DEFAULT '', -- The tag, the list or the number.
  done_at TEXT NOT NULL, -- When; of a mark that another rule had made, when that was made.
  PRIMARY KEY (entry_id, rule, effect, value)
) WITHOUT ROWID;
CREATE INDEX rule_effects_rule ON rule_effects(rule);
CREATE INDEX rule_effects_score ON rule_effects(entry_id) WHERE effect = 'score';

CREATE TABLE hides ( -- Entries that somebody wants out of sight: the curator, or a rule.
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE, -- The entry.
  hidden_at TEXT NOT NULL -- When.
);

CREATE TABLE views ( -- Selections saved from the desk; those in feeds.toml come first.
  slug TEXT PRIMARY KEY, -- Short name, used in addresses and commands.
  title TEXT NOT NULL, -- Title.
  definition TEXT NOT NULL, -- What it selects: the keys of [[views]] in feeds.toml, as JSON.
  saved_at TEXT NOT NULL -- When it was last saved.
) WITHOUT ROWID;
"""
