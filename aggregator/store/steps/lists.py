"""Tables of the lists that a curator makes: they keep copies, and point to entries loosely."""

from __future__ import annotations

DDL = """
CREATE TABLE lists ( -- What a curator puts together to be shared; private as a table.
  id INTEGER PRIMARY KEY, -- Number of the list.
  slug TEXT NOT NULL UNIQUE, -- Short name, used in addresses and commands.
  title TEXT NOT NULL, -- Title.
  description TEXT NOT NULL DEFAULT '', -- What it is about.
  language TEXT, -- Language of the curator's words.
  visibility TEXT NOT NULL DEFAULT 'private', -- Who may see it: private, unlisted or public.
  token TEXT NOT NULL, -- The part of an unlisted list's address that can't be guessed.
  created_at TEXT NOT NULL, -- When it was made.
  updated_at TEXT NOT NULL, -- When it, or anything in it, was last changed.
  removed_at TEXT -- When it was removed: it is kept, to be brought back.
);

CREATE TABLE list_items ( -- What is on the lists, each with its own copy of what it shows.
  id INTEGER PRIMARY KEY, -- Number of the item.
  list_id INTEGER NOT NULL REFERENCES lists(id), -- The list.
  position INTEGER NOT NULL, -- Place in the list, from 1; for a removed item its last one.
  entry_id INTEGER, -- Entry it was picked from, if that is still stored.
  guid TEXT NOT NULL, -- What made that one entry of its feed.
  url TEXT NOT NULL, -- Page it links to; empty when it has none.
  canonical_url TEXT NOT NULL, -- The same page for everybody.
  title TEXT NOT NULL, -- Title.
  author TEXT, -- Who wrote it.
  source TEXT NOT NULL DEFAULT '', -- Where it was published.
  source_url TEXT, -- Page of that.
  category TEXT NOT NULL DEFAULT 'blogs', -- Category.
  platform TEXT, -- Platform.
  via TEXT NOT NULL DEFAULT '[]', -- Where it was found: a JSON array of pairs of name and address.
  summary TEXT NOT NULL DEFAULT '', -- A few words of it.
  image TEXT, -- Address of a picture.
  image_alt TEXT NOT NULL DEFAULT '', -- The picture in words.
  enclosures TEXT NOT NULL DEFAULT '[]', -- Media files, a JSON array of objects.
  language TEXT, -- Language of the page.
  rights TEXT, -- Copyright, licence or credit that must be shown.
  comments_url TEXT, -- Page of its discussion.
  published_at TEXT NOT NULL, -- When it was published; where nobody knows, when it was picked.
  updated_at TEXT, -- When its feed said it was changed.
  note TEXT NOT NULL DEFAULT '', -- The curator's words.
  quote TEXT NOT NULL DEFAULT '', -- Words of the page.
  section TEXT NOT NULL DEFAULT '', -- Heading it stands under.
  tags TEXT NOT NULL DEFAULT '[]', -- The curator's tags for it, a JSON array.
  content_hash BLOB NOT NULL DEFAULT x'', -- Hash of the entry when it was picked.
  added_at TEXT NOT NULL, -- When it was picked.
  added_by TEXT NOT NULL DEFAULT '', -- Rule that picked it, until the curator has a hand in it.
  removed_at TEXT, -- When it was removed: it is kept, to be brought back.
  checked_at TEXT, -- When its link was last looked at.
  check_status TEXT, -- What came of that: ok, moved, dead or unsure.
  check_note TEXT, -- The same as a sentence.
  moved_to TEXT, -- Where its link leads for good, if elsewhere.
  UNIQUE (list_id, canonical_url)
);
CREATE INDEX list_items_place ON list_items(list_id, position) WHERE removed_at IS NULL;
CREATE INDEX list_items_entry ON list_items(entry_id) WHERE entry_id IS NOT NULL;
"""
