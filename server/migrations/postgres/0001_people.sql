-- Districts, units, posts, persons, terms, roles, accounts, sessions.
-- Conventions: ids are 36-character text, days are 'YYYY-MM-DD', instants are
-- milliseconds, truth is 0/1, every table carries the district (the shard key).
CREATE TABLE districts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  enabled_on TEXT,
  settings TEXT NOT NULL DEFAULT '{}',
  demo BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE TABLE units (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  parent_id TEXT REFERENCES units(id),
  leads_district BIGINT NOT NULL DEFAULT 0,
  starts_on TEXT NOT NULL,
  ends_on TEXT,
  merged_into TEXT REFERENCES units(id),
  position BIGINT NOT NULL DEFAULT 0,
  pinyin TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX units_by_district ON units (district_id, kind, position);
CREATE TABLE unit_names (
  unit_id TEXT NOT NULL REFERENCES units(id),
  district_id TEXT NOT NULL,
  from_day TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (unit_id, from_day)
);
CREATE TABLE posts (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  title TEXT NOT NULL,
  is_head BIGINT NOT NULL DEFAULT 0,
  starts_on TEXT NOT NULL,
  ends_on TEXT,
  position BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX posts_by_unit ON posts (unit_id, is_head);
CREATE TABLE persons (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  name TEXT NOT NULL,
  pinyin TEXT NOT NULL DEFAULT '',
  initials TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT ''
);
CREATE INDEX persons_by_name ON persons (district_id, name);
CREATE TABLE terms (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  starts_on TEXT NOT NULL,
  ends_on TEXT,
  acting BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX terms_by_post ON terms (post_id, starts_on);
CREATE INDEX terms_by_person ON terms (person_id);
CREATE TABLE role_grants (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  role TEXT NOT NULL,
  unit_id TEXT NOT NULL REFERENCES units(id),
  -- 'proposed' until the security administrator confirms, then 'active', 'ended'
  state TEXT NOT NULL,
  proposed_by TEXT NOT NULL,
  confirmed_by TEXT,
  starts_on TEXT NOT NULL,
  ends_on TEXT
);
CREATE INDEX role_grants_by_person ON role_grants (person_id, state);
-- 归口表: which team, office and town committee supervise a unit.
CREATE TABLE oversight_map (
  unit_id TEXT PRIMARY KEY REFERENCES units(id),
  district_id TEXT NOT NULL REFERENCES districts(id),
  team_id TEXT REFERENCES units(id),
  office_id TEXT REFERENCES units(id),
  committee_id TEXT REFERENCES units(id)
);
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  login TEXT NOT NULL,
  password_hash TEXT NOT NULL DEFAULT '',
  demo BIGINT NOT NULL DEFAULT 0,
  disabled_at BIGINT,
  text_size TEXT NOT NULL DEFAULT 'standard',
  failures BIGINT NOT NULL DEFAULT 0,
  -- no attempt is looked at before this instant (grows with failures)
  retry_after BIGINT NOT NULL DEFAULT 0,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_by_login ON accounts (district_id, login);
CREATE INDEX accounts_by_person ON accounts (person_id);
-- One-time codes on printed slips: only the SHA-256 of a 128-bit code is kept.
CREATE TABLE activations (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  code_hash TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE TABLE devices (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  token_hash TEXT NOT NULL UNIQUE,
  pin_hash TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  failures BIGINT NOT NULL DEFAULT 0,
  retry_after BIGINT NOT NULL DEFAULT 0,
  ended_at BIGINT
);
CREATE INDEX devices_by_account ON devices (account_id);
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  token_hash TEXT NOT NULL UNIQUE,
  form_token TEXT NOT NULL,
  post_id TEXT,
  label TEXT NOT NULL,
  device_id TEXT,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
