-- 履责: the record book (append-only) and the board's stored colours.
CREATE TABLE records (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL REFERENCES posts(id),
  unit_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  -- page number = entry number, given at the leader's save or confirmation
  page BIGINT,
  -- 'recorded' | 'proxy' (unconfirmed 代录) | 'refused' | 'stub' (lawfully removed)
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  event_on TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_on TEXT NOT NULL,
  late BIGINT NOT NULL DEFAULT 0,
  author_person TEXT NOT NULL,
  author_term TEXT,
  proxy_person TEXT,
  refused_why TEXT NOT NULL DEFAULT '',
  verified_at BIGINT,
  verified_by TEXT,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX records_page ON records (post_id, year, page);
CREATE INDEX records_by_post ON records (post_id, year, event_on);
CREATE TABLE record_corrections (
  record_id TEXT NOT NULL REFERENCES records(id),
  seq BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  before_text TEXT NOT NULL,
  after_text TEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  person_id TEXT NOT NULL,
  PRIMARY KEY (record_id, seq)
);
CREATE TABLE record_duties (
  record_id TEXT NOT NULL REFERENCES records(id),
  duty_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  occurrence_id TEXT,
  code TEXT NOT NULL,
  unmatched_why TEXT,
  unmatched_by TEXT,
  PRIMARY KEY (record_id, duty_id)
);
CREATE INDEX record_duties_by_duty ON record_duties (duty_id);
CREATE TABLE rule_sets (
  district_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  rules TEXT NOT NULL,
  adopted_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, version)
);
CREATE TABLE colours (
  post_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  duty_id TEXT NOT NULL,
  district_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  code TEXT NOT NULL,
  tone TEXT NOT NULL,
  word TEXT NOT NULL,
  reason TEXT NOT NULL,
  facts TEXT NOT NULL,
  progress TEXT NOT NULL,
  rule_version BIGINT NOT NULL,
  valid_until TEXT,
  PRIMARY KEY (post_id, year, duty_id)
);
CREATE INDEX colours_until ON colours (district_id, valid_until);
-- The five cells of a board row, folded from the colours at the same time.
CREATE TABLE board_cells (
  post_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  duty TEXT NOT NULL,
  district_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  tone TEXT NOT NULL,
  word TEXT NOT NULL,
  text TEXT NOT NULL,
  why TEXT NOT NULL,
  tally TEXT NOT NULL,
  valid_until TEXT,
  PRIMARY KEY (post_id, year, duty)
);
CREATE INDEX board_cells_by_year ON board_cells (district_id, year);
CREATE TABLE colour_changes (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  duty_id TEXT NOT NULL,
  before_tone TEXT NOT NULL,
  after_tone TEXT NOT NULL,
  reason TEXT NOT NULL,
  facts TEXT NOT NULL,
  rule_version BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX colour_changes_by_duty ON colour_changes (post_id, year, duty_id, at);
