"""Small tables that statistics and health are read from, so that no page counts entries."""

from __future__ import annotations

DDL = """
CREATE TABLE hourly_counts ( -- Entries an hour: the rhythm of days and weeks.
  hour TEXT PRIMARY KEY, -- Hour of publication, UTC, as 2026-01-31T08.
  n INTEGER NOT NULL -- Entries that are not hidden.
) WITHOUT ROWID;

CREATE TABLE weekly_counts ( -- Entries a week and feed: who publishes most.
  week TEXT NOT NULL, -- Monday of the week of publication, UTC.
  feed_id INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE, -- The feed.
  n INTEGER NOT NULL, -- Entries that are not hidden.
  PRIMARY KEY (week, feed_id)
) WITHOUT ROWID;

CREATE TABLE paces ( -- How long feeds take to answer; for the owner.
  feed_id INTEGER PRIMARY KEY REFERENCES feeds(id) ON DELETE CASCADE, -- The feed.
  ms INTEGER NOT NULL -- Milliseconds, the last answers counting most.
);

INSERT INTO hourly_counts(hour, n)
  SELECT substr(published_at, 1, 13), count(*) FROM entries WHERE NOT hidden GROUP BY 1;
INSERT INTO weekly_counts(week, feed_id, n)
  SELECT date(published_at, 'weekday 0', '-6 days'), feed_id, count(*)
  FROM entries WHERE NOT hidden GROUP BY 1, 2;
INSERT INTO paces(feed_id, ms)
  SELECT feed_id, cast(avg(ms) AS INTEGER) FROM fetches WHERE ms > 0 GROUP BY feed_id;

CREATE TRIGGER entries_unpulsed AFTER DELETE ON entries WHEN NOT old.hidden BEGIN
  UPDATE hourly_counts SET n = n - 1 WHERE hour = substr(old.published_at, 1, 13);
  UPDATE weekly_counts SET n = n - 1
    WHERE week = date(old.published_at, 'weekday 0', '-6 days') AND feed_id = old.feed_id;
END;
CREATE TRIGGER entries_repulsed AFTER UPDATE OF hidden ON entries
WHEN old.hidden <> new.hidden BEGIN
  UPDATE hourly_counts SET n = n + old.hidden - new.hidden
    WHERE hour = substr(new.published_at, 1, 13);
  UPDATE weekly_counts SET n = n + old.hidden - new.hidden
    WHERE week = date(new.published_at, 'weekday 0', '-6 days') AND feed_id = new.feed_id;
END;
"""
