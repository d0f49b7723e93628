-- What every feature writes into: commands, audit, thread, drafts, signatures,
-- approvals, readings, uploads.
CREATE TABLE commands (
  account_id TEXT NOT NULL,
  key TEXT NOT NULL,
  district_id TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  answer TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account_id, key)
);
CREATE INDEX commands_by_time ON commands (at);
CREATE TABLE audit (
  district_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  digest TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (district_id, seq)
);
CREATE TABLE audit_details (
  district_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  salt TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (district_id, seq)
);
CREATE TABLE thread_events (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  duty_id TEXT,
  stage TEXT NOT NULL,
  at BIGINT NOT NULL,
  source TEXT NOT NULL,
  title TEXT NOT NULL,
  link TEXT NOT NULL,
  visibility TEXT NOT NULL
);
CREATE INDEX thread_by_duty ON thread_events (post_id, year, duty_id, at);
CREATE TABLE drafts (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  form TEXT NOT NULL,
  subject TEXT NOT NULL,
  fields TEXT NOT NULL,
  problem TEXT NOT NULL DEFAULT '',
  updated_at BIGINT NOT NULL
);
CREATE INDEX drafts_by_account ON drafts (account_id, form, subject);
CREATE TABLE signatures (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  version BIGINT NOT NULL,
  content_hash TEXT NOT NULL,
  person_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  signing TEXT NOT NULL
);
CREATE INDEX signatures_by_subject ON signatures (subject, purpose);
CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  step TEXT NOT NULL,
  by_role TEXT NOT NULL,
  account_id TEXT NOT NULL,
  person_name TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT NOT NULL,
  paper_on TEXT,
  paper_handler TEXT,
  at BIGINT NOT NULL
);
CREATE INDEX approvals_by_subject ON approvals (subject, at);
CREATE TABLE readings (
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  viewer TEXT NOT NULL,
  viewer_name TEXT NOT NULL,
  hour BIGINT NOT NULL,
  announced BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (post_id, year, viewer, hour)
);
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  bytes BYTEA NOT NULL,
  preview TEXT NOT NULL,
  target TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT
);
CREATE INDEX uploads_by_account ON uploads (account_id, created_at);
