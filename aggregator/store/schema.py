"""What the database looks like: named steps of DDL, every column with its meaning beside it.

The comments are kept by SQLite (`.schema` shows them) and are the descriptions that the web
shows (see describe.py). A step, once released, is never edited: a change is a new step.

Times are ISO-8601 text in UTC (`2026-01-31T08:00:00Z`), which sorts as it reads; durations are
seconds, sizes bytes, lists JSON. Feed-owned tables can be rebuilt from the feeds; what a curator
made (unread, stars, notes, entry_tags) is in tables of its own, which no fetch rewrites.
"""

from __future__ import annotations

from aggregator.store.steps import acts, effects, ledger, lists, pruned, pulse, stories

# "Aggr" in ASCII, at offset 68 of the file: https://www.sqlite.org/fileformat2.html
APPLICATION_ID = 0x41676772

MIGRATION_SET = "aggregator"

_CATALOGUE = """
CREATE TABLE categories ( -- The kinds of social media, with counters.
  slug TEXT PRIMARY KEY, -- Short name, used in addresses and feeds.toml.
  name TEXT NOT NULL, -- Name for people.
  icon TEXT, -- Name of its icon.
  position INTEGER NOT NULL DEFAULT 0, -- Place in lists.
  total INTEGER NOT NULL DEFAULT 0, -- Entries that are not hidden.
  unread INTEGER NOT NULL DEFAULT 0 -- Entries in the unread queue.
) WITHOUT ROWID;

CREATE TABLE platforms ( -- Sites and programs that publish feeds.
  slug TEXT PRIMARY KEY, -- Short name.
  name TEXT NOT NULL, -- Name for people.
  category TEXT NOT NULL REFERENCES categories(slug) -- Where its feeds are filed by default.
) WITHOUT ROWID;

CREATE TABLE feeds ( -- Every feed ever subscribed, with what the last fetch found; private.
  id INTEGER PRIMARY KEY, -- Number of the feed.
  url TEXT NOT NULL UNIQUE, -- Address in feeds.toml; may hold a token.
  custom_title TEXT, -- Title in feeds.toml.
  feed_title TEXT, -- Title the feed gives itself.
  title TEXT GENERATED ALWAYS AS (
    coalesce(custom_title, feed_title, 'feed ' || id)
  ) VIRTUAL, -- Title to show.
  category TEXT NOT NULL REFERENCES categories(slug), -- Category of the feed and its entries.
  platform TEXT REFERENCES platforms(slug), -- Platform, if known.
  tags TEXT NOT NULL DEFAULT '[]', -- Tags in feeds.toml, a JSON array.
  every INTEGER, -- Fixed interval between looks in seconds, if feeds.toml has one.
  paused INTEGER NOT NULL DEFAULT 0, -- 1 while feeds.toml pauses it.
  headers TEXT NOT NULL DEFAULT '[]', -- Extra request headers, a JSON array of pairs; secret.
  subscribed INTEGER NOT NULL DEFAULT 1, -- 0 once it was taken out of feeds.toml.
  fetch_state TEXT NOT NULL DEFAULT 'new', -- What fetching came to: new, ok, failing or gone.
  state TEXT GENERATED ALWAYS AS (
    CASE WHEN NOT subscribed THEN 'unsubscribed' WHEN paused THEN 'paused' ELSE fetch_state END
  ) VIRTUAL, -- State to show: new, ok, failing, gone, paused or unsubscribed.
  total INTEGER NOT NULL DEFAULT 0, -- Its entries that are not hidden.
  added_at TEXT NOT NULL, -- When it was first seen in feeds.toml.
  checked_at TEXT, -- When it was last looked at.
  changed_at TEXT, -- When its document last differed.
  last_entry_at TEXT, -- Publication of its newest entry.
  next_check_at TEXT NOT NULL, -- When it is due again.
  failures INTEGER NOT NULL DEFAULT 0, -- Failed looks in a row.
  failing_since TEXT, -- When the first of them was.
  gone INTEGER NOT NULL DEFAULT 0, -- Answers 410 in a row.
  http_status INTEGER, -- Status of the last answer.
  error TEXT, -- What went wrong last, a sentence.
  error_kind TEXT, -- What went wrong last, a word.
  notice TEXT, -- Something the owner should know.
  ttl INTEGER, -- Time between looks that its document asks for, seconds.
  skips TEXT, -- Hours and days (GMT) in which it asks not to be looked at, as h0 and d0 (Monday).
  rhythm INTEGER, -- Usual gap between entries, seconds.
  identity INTEGER NOT NULL DEFAULT 0, -- Rung of the identity ladder its entries stand on.
  moved_since TEXT, -- Since when it answers from moved_to.
  moved_to TEXT, -- Address it permanently redirects to, not yet adopted.
  feed_url TEXT NOT NULL, -- Address that is fetched; differs from url after an adopted move.
  etag TEXT, -- Validator, as received.
  last_modified TEXT, -- Validator, as received.
  body_hash BLOB, -- SHA-256 of the last document.
  site_url TEXT, -- The page for people.
  description TEXT, -- What the feed says of itself.
  language TEXT, -- Language of the feed.
  icon TEXT -- Address of its picture.
);

CREATE TABLE feed_documents ( -- Which parts of each feed's document were already read.
  feed_id INTEGER PRIMARY KEY REFERENCES feeds(id) ON DELETE CASCADE, -- The feed.
  hashes BLOB NOT NULL -- 16 bytes for each entry in its last document.
);

CREATE TABLE fetches ( -- Log of looks at feeds; old lines are dropped.
  id INTEGER PRIMARY KEY, -- Number of the line; later is higher.
  feed_id INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE, -- The feed.
  started_at TEXT NOT NULL, -- When.
  status TEXT NOT NULL, -- What came of it: ok, not_modified, error or gone.
  http_status INTEGER, -- Status of the answer.
  new INTEGER NOT NULL DEFAULT 0, -- Entries added.
  updated INTEGER NOT NULL DEFAULT 0, -- Entries changed.
  error TEXT, -- What went wrong.
  ms INTEGER NOT NULL DEFAULT 0, -- Milliseconds until the answer was whole.
  wire_bytes INTEGER NOT NULL DEFAULT 0 -- Bytes of the body as sent.
);
CREATE INDEX fetches_feed ON fetches(feed_id);

CREATE TABLE hosts ( -- Politeness that outlives a run: what whole hosts asked for.
  host TEXT PRIMARY KEY, -- Domain that is one address to us.
  next_at TEXT NOT NULL, -- Not to be asked before.
  failures INTEGER NOT NULL DEFAULT 0, -- Refusals in a row.
  last_at TEXT -- When it was last asked.
) WITHOUT ROWID;
"""

_ENTRIES = """
CREATE TABLE entries ( -- Everything the feeds published, newest first by id.
  id INTEGER PRIMARY KEY, -- Publication in epoch seconds << 20, plus 20 bits: sorts by time.
  feed_id INTEGER NOT NULL REFERENCES feeds(id), -- The feed.
  category TEXT NOT NULL REFERENCES categories(slug), -- Category of its feed.
  platform TEXT REFERENCES platforms(slug), -- Platform of its feed.
  guid TEXT NOT NULL, -- What makes it one entry of its feed.
  url TEXT, -- Page of the entry.
  canonical_url TEXT, -- The same page for everybody, to find copies.
  story_id INTEGER, -- Story it belongs to.
  title TEXT NOT NULL DEFAULT '', -- Title, plain text.
  author TEXT, -- Who wrote it.
  published_at TEXT NOT NULL, -- When it was published, never later than first seen.
  updated_at TEXT, -- When the feed says it was changed.
  first_seen_at TEXT NOT NULL, -- When we first saw it.
  summary TEXT NOT NULL DEFAULT '', -- A few words of it, plain text.
  image TEXT, -- Address of a picture.
  media_url TEXT, -- Address of its sound, video or file.
  media_type TEXT, -- MIME type of that.
  duration INTEGER, -- Length of that in seconds.
  tags TEXT NOT NULL DEFAULT '[]', -- The feed's tags for it, a JSON array.
  language TEXT, -- Language.
  rights TEXT, -- Copyright or licence.
  comments_url TEXT, -- Page of its discussion.
  content_hash BLOB NOT NULL DEFAULT x'', -- Hash of what readers see.
  hidden INTEGER NOT NULL DEFAULT 0, -- 1 when it is not shown in lists.
  UNIQUE (feed_id, guid)
);
CREATE INDEX entries_category ON entries(category);
CREATE INDEX entries_feed ON entries(feed_id);
CREATE INDEX entries_canonical ON entries(canonical_url, feed_id) WHERE canonical_url IS NOT NULL;
CREATE INDEX entries_story ON entries(story_id) WHERE story_id IS NOT NULL;

CREATE TABLE entry_content ( -- The long part of each entry.
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE, -- The entry.
  enclosures TEXT NOT NULL DEFAULT '[]', -- Media files, a JSON array of objects.
  text TEXT NOT NULL DEFAULT '', -- Plain text, for search and plain exports.
  html TEXT NOT NULL DEFAULT '', -- Sanitised HTML, safe to show.
  indexed INTEGER NOT NULL DEFAULT 1 -- 0 while only title, summary and author can be searched.
);
CREATE INDEX entry_content_backlog ON entry_content(entry_id) WHERE NOT indexed;

CREATE TABLE daily_counts ( -- Entries a day and category.
  day TEXT NOT NULL, -- Day of publication, UTC.
  category TEXT NOT NULL, -- Category.
  n INTEGER NOT NULL, -- Entries that are not hidden.
  PRIMARY KEY (day, category)
) WITHOUT ROWID;
"""

_CURATED = """
CREATE TABLE unread ( -- The queue of entries not yet read: reading takes a line out.
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE, -- The entry.
  category TEXT NOT NULL, -- Its category.
  feed_id INTEGER NOT NULL -- Its feed.
);
CREATE INDEX unread_category ON unread(category);
CREATE INDEX unread_feed ON unread(feed_id);

CREATE TABLE stars ( -- Entries the curator starred.
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id), -- The entry.
  starred_at TEXT NOT NULL -- When.
);

CREATE TABLE notes ( -- The curator's own words on entries.
  entry_id INTEGER PRIMARY KEY REFERENCES entries(id), -- The entry.
  note TEXT NOT NULL, -- The words.
  updated_at TEXT NOT NULL -- When they were last edited.
);

CREATE TABLE entry_tags ( -- The curator's own tags on entries.
  entry_id INTEGER NOT NULL REFERENCES entries(id), -- The entry.
  tag TEXT NOT NULL, -- The tag.
  PRIMARY KEY (entry_id, tag)
) WITHOUT ROWID;
CREATE INDEX entry_tags_tag ON entry_tags(tag);
"""

# Counters are kept by triggers for whatever happens to a single entry. Entries come in hundreds:
# plans.py counts them by the batch, since a trigger for each cost a seventh of storing it. A
# hidden entry counts as none: that is what `1 - hidden` says.
_COUNTERS = """
CREATE TRIGGER entries_uncounted AFTER DELETE ON entries WHEN NOT old.hidden BEGIN
  UPDATE categories SET total = total - 1 WHERE slug = old.category;
  UPDATE feeds SET total = total - 1 WHERE id = old.feed_id;
  UPDATE daily_counts SET n = n - 1
    WHERE day = substr(old.published_at, 1, 10) AND category = old.category;
END;
CREATE TRIGGER entries_recounted AFTER UPDATE OF category, hidden ON entries
WHEN old.category <> new.category OR old.hidden <> new.hidden BEGIN
  UPDATE categories SET total = total - (1 - old.hidden) WHERE slug = old.category;
  UPDATE categories SET total = total + (1 - new.hidden) WHERE slug = new.category;
  UPDATE feeds SET total = total + old.hidden - new.hidden WHERE id = new.feed_id;
  UPDATE daily_counts SET n = n - (1 - old.hidden)
    WHERE day = substr(old.published_at, 1, 10) AND category = old.category;
  INSERT INTO daily_counts(day, category, n)
    VALUES (substr(new.published_at, 1, 10), new.category, 1 - new.hidden)
    ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER unread_counted AFTER INSERT ON unread BEGIN
  UPDATE categories SET unread = unread + 1 WHERE slug = new.category;
END;
CREATE TRIGGER unread_uncounted AFTER DELETE ON unread BEGIN
  UPDATE categories SET unread = unread - 1 WHERE slug = old.category;
END;
CREATE TRIGGER unread_recounted AFTER UPDATE OF category ON unread BEGIN
  UPDATE categories SET unread = unread - 1 WHERE slug = old.category;
  UPDATE categories SET unread = unread + 1 WHERE slug = new.category;
END;
"""

# The words for category, feed, platform and tags. They are no virtual column of `entries`, since
# SQLite works out one of those at every write, needed or not.
TERMS = (
    "entries.tags || ' cat' || entries.category || ' feed' || entries.feed_id "
    "|| coalesce(' plat' || entries.platform, '')"
)

# A summary that is only the beginning of the text adds nothing to the index and would cost a
# tenth of it. The index is told to forget with the very values it was given, so both come from
# this view.
_SEARCH = f"""
CREATE VIEW search_source AS -- What the search index reads.
SELECT
  entries.id AS id, -- The entry.
  entries.title AS title, -- Its title.
  iif(
    indexed AND
    replace(substr(entry_content.text, 1, length(rtrim(entries.summary, '. …'))), char(10), ' ')
      = rtrim(entries.summary, '. …'),
    '',
    entries.summary
  ) AS summary, -- Its summary, unless the text begins with it.
  coalesce(entries.author, '') AS author, -- Its author.
  {TERMS} AS terms, -- Tags, category, feed and platform as words.
  iif(indexed, entry_content.text, '') AS text -- Its text, unless that is still to be indexed.
FROM entries LEFT JOIN entry_content ON entry_content.entry_id = entries.id;

CREATE VIRTUAL TABLE entries_fts USING fts5( -- The search index.
  title, -- Title.
  summary, -- Summary.
  author, -- Author.
  terms, -- Tags and the words catSLUG, feedID, platSLUG.
  text, -- Text.
  content='search_source', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
-- Gather up to 8 MB of words before writing them out, and merge eight pieces at a time, not four:
-- a fifth of the time of storing an entry. Pieces are merged little by little with every write;
-- the sudden merge of all of them, which stalls a writer, is put off from 16 pieces to 64.
INSERT INTO entries_fts(entries_fts, rank) VALUES ('hashsize', 8388608);
INSERT INTO entries_fts(entries_fts, rank) VALUES ('automerge', 8);
INSERT INTO entries_fts(entries_fts, rank) VALUES ('crisismerge', 64);
"""

_VIEWS = """
CREATE VIEW stream AS -- What people read: entries with the names of their sources.
SELECT
  entries.id AS id, -- Number of the entry; higher is newer.
  entries.title AS title, -- Title.
  entries.url AS url, -- Page of the entry.
  feeds.title AS source, -- Title of its feed.
  feeds.site_url AS source_url, -- Page of its feed.
  entries.category AS category, -- Category.
  entries.platform AS platform, -- Platform.
  entries.author AS author, -- Who wrote it.
  entries.published_at AS published_at, -- When it was published.
  entries.updated_at AS updated_at, -- When it was changed.
  entries.summary AS summary, -- A few words of it.
  entries.image AS image, -- Address of a picture.
  entries.media_url AS media_url, -- Address of its sound, video or file.
  entries.media_type AS media_type, -- MIME type of that.
  entries.duration AS duration, -- Length of that in seconds.
  entries.tags AS tags, -- Tags, a JSON array.
  entries.language AS language, -- Language.
  entries.rights AS rights, -- Copyright or licence.
  entries.comments_url AS comments_url, -- Page of its discussion.
  entries.guid AS guid, -- What makes it one entry of its feed.
  entries.feed_id AS feed_id, -- Number of its feed.
  entries.first_seen_at AS first_seen_at -- When we first saw it.
FROM entries CROSS JOIN feeds ON feeds.id = entries.feed_id
WHERE NOT entries.hidden;

CREATE VIEW sources AS -- The feeds as everybody may see them: no addresses, no errors.
SELECT
  id AS id, -- Number of the feed.
  title AS title, -- Title.
  site_url AS site_url, -- The page for people.
  category AS category, -- Category.
  platform AS platform, -- Platform.
  state AS state, -- State: new, ok, failing, gone, paused or unsubscribed.
  total AS total, -- Entries.
  last_entry_at AS last_entry_at, -- Publication of its newest entry.
  checked_at AS checked_at, -- When it was last looked at.
  description AS description, -- What the feed says of itself.
  language AS language, -- Language.
  icon AS icon, -- Address of its picture.
  tags AS tags -- Tags in feeds.toml, a JSON array.
FROM feeds;

CREATE VIEW feed_health AS -- What is broken and what happens next; for the owner.
SELECT
  id AS id, -- Number of the feed.
  title AS title, -- Title.
  state AS state, -- State: new, ok, failing, gone, paused or unsubscribed.
  category AS category, -- Category.
  url AS url, -- Address in feeds.toml; may hold a token.
  feed_url AS feed_url, -- Address that is fetched; may hold a token.
  http_status AS http_status, -- Status of the last answer.
  error AS error, -- What went wrong last.
  error_kind AS error_kind, -- The same in a word.
  failures AS failures, -- Failed looks in a row.
  failing_since AS failing_since, -- When the first of them was.
  checked_at AS checked_at, -- When it was last looked at.
  changed_at AS changed_at, -- When its document last differed.
  last_entry_at AS last_entry_at, -- Publication of its newest entry.
  next_check_at AS next_check_at, -- When it is due again.
  moved_to AS moved_to, -- Address it permanently redirects to.
  notice AS notice, -- Something the owner should know.
  total AS total -- Entries.
FROM feeds;
"""

_OUTLINES = """
CREATE TABLE outlines ( -- Lists of feeds that others keep, as they were read last; private.
  url TEXT PRIMARY KEY, -- Address in feeds.toml.
  checked_at TEXT NOT NULL, -- When it was last looked at.
  etag TEXT, -- Validator, as received.
  last_modified TEXT, -- Validator, as received.
  error TEXT, -- What went wrong last, a sentence.
  feeds TEXT NOT NULL -- The feeds in it when it could be read last, a JSON array.
) WITHOUT ROWID;
"""

# Name of the step, and its DDL. Only ever append.
STEPS: tuple[tuple[str, str], ...] = (
    ("0001_first_tables", _CATALOGUE + _ENTRIES + _CURATED + _COUNTERS + _SEARCH + _VIEWS),
    ("0002_outlines", _OUTLINES),
    ("0003_stories", stories.DDL),
    ("0004_lists", lists.DDL),
    ("0005_effects", effects.DDL),
    ("0006_ledger", ledger.DDL),
    ("0007_pulse", pulse.DDL),
    ("0008_acts", acts.DDL),
    ("0009_pruned", pruned.DDL),
)
STEP_NAMES = tuple(name for name, _ddl in STEPS)
