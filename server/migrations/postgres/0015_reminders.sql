-- 提醒: the ledger of interruptions, the quarter's round, ways of each person, outbox, calendar feeds.
-- One row is an in-app notice and an entry of the person's ledger; never deleted.
CREATE TABLE reminders (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  -- 'quarter' | 'digest' | 'urge'
  kind TEXT NOT NULL,
  -- 2026Q4 | 2026-11-23 | subject@deadline
  mark TEXT NOT NULL,
  on_day TEXT NOT NULL,
  at BIGINT NOT NULL,
  n BIGINT NOT NULL,
  title TEXT NOT NULL,
  note TEXT NOT NULL,
  link TEXT NOT NULL,
  seen_at BIGINT
);
CREATE UNIQUE INDEX reminders_once ON reminders (person_id, kind, mark);
CREATE INDEX reminders_by_day ON reminders (district_id, on_day);
-- 催办: once for an item and deadline, whoever presses.
CREATE TABLE reminder_urges (
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'item' | 'occurrence'
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  due_on TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  at BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  person_name TEXT NOT NULL,
  PRIMARY KEY (district_id, subject, subject_id, due_on)
);
CREATE TABLE reminder_rounds (
  district_id TEXT NOT NULL REFERENCES districts(id),
  year BIGINT NOT NULL,
  quarter BIGINT NOT NULL,
  -- 'draft' | 'approved' | 'sent' | 'skipped'
  state TEXT NOT NULL,
  drafted_at BIGINT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT,
  decided_name TEXT NOT NULL DEFAULT '',
  sent_on TEXT,
  reached BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (district_id, year, quarter)
);
CREATE TABLE reminder_ways (
  person_id TEXT PRIMARY KEY REFERENCES persons(id),
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'app' | 'email' | 'feed'
  way TEXT NOT NULL,
  email TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
-- Channels beyond the system, switched on by the system administrator; no row: all off.
CREATE TABLE reminder_switches (
  district_id TEXT PRIMARY KEY REFERENCES districts(id),
  email BIGINT NOT NULL,
  feed BIGINT NOT NULL,
  robot BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE TABLE reminder_messages (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'email' | 'robot'
  channel TEXT NOT NULL,
  -- empty for the robot
  person_id TEXT NOT NULL,
  address TEXT NOT NULL,
  -- day of the message, or test:<id>
  mark TEXT NOT NULL,
  n BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX reminder_messages_once ON reminder_messages (district_id, channel, person_id, mark);
CREATE INDEX reminder_messages_due ON reminder_messages (state, next_at);
CREATE TABLE reminder_feeds (
  -- SHA-256 of the secret in the address, hex
  secret_hash TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  made_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX reminder_feeds_by_person ON reminder_feeds (person_id);
CREATE TABLE reminder_events (
  person_id TEXT NOT NULL REFERENCES persons(id),
  day TEXT NOT NULL,
  district_id TEXT NOT NULL REFERENCES districts(id),
  n BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  cancelled BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, day)
);
