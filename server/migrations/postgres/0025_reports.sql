-- 报告 of the office: reports with their editions, facts as they were computed, judgements as people wrote them, readers
-- of what is filed; and the register of papers that are finished outside.
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'quarter' | 'half_year' | 'year_end' | 'ecology'
  kind TEXT NOT NULL,
  -- 'district' | 'kind:…' | 'body:…' | 'unit:…', and its name at the time
  cover TEXT NOT NULL,
  cover_name TEXT NOT NULL,
  -- '2026-q3' | '2026-h1' | '2026'
  period TEXT NOT NULL,
  -- head posts that the cover came to, in the order of the directory, as JSON
  posts TEXT NOT NULL,
  -- 'draft' | 'asked' | 'approved' | 'filed' | 'dropped'
  state TEXT NOT NULL,
  -- the newest edition, which is the one that is written and filed
  edition BIGINT NOT NULL DEFAULT 1,
  version BIGINT NOT NULL DEFAULT 1,
  made_by TEXT NOT NULL,
  made_name TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  returned_why TEXT NOT NULL DEFAULT '',
  approved_name TEXT NOT NULL DEFAULT '',
  approved_at BIGINT,
  filed_by TEXT,
  filed_name TEXT NOT NULL DEFAULT '',
  filed_at BIGINT,
  -- hex SHA-256 of facts, judgements and rule version as they were filed
  content_hash TEXT NOT NULL DEFAULT ''
);
CREATE INDEX reports_by_period ON reports (district_id, period, state);
CREATE TABLE report_editions (
  report_id TEXT NOT NULL REFERENCES reports(id),
  edition BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  -- why it was made: 'new' | 'refreshed' | 'returned'
  cause TEXT NOT NULL,
  -- 'queued' | 'running' | 'done' | 'cancelled' | 'failed'
  job TEXT NOT NULL,
  -- moment that all its facts are about, and the rules in force then; 0 until it begins
  as_of BIGINT NOT NULL DEFAULT 0,
  rule_version BIGINT NOT NULL DEFAULT 0,
  blocks BIGINT NOT NULL,
  queued_at BIGINT NOT NULL,
  made_name TEXT NOT NULL,
  -- judgements as they stood when the edition was sent or the next one begun, as JSON; empty until then
  texts TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (report_id, edition)
);
CREATE INDEX report_editions_by_job ON report_editions (job, queued_at);
CREATE TABLE report_facts (
  report_id TEXT NOT NULL REFERENCES reports(id),
  edition BIGINT NOT NULL,
  block TEXT NOT NULL,
  district_id TEXT NOT NULL,
  -- the block as JSON, with its sources
  facts TEXT NOT NULL,
  computed_at BIGINT NOT NULL,
  PRIMARY KEY (report_id, edition, block)
);
CREATE TABLE report_texts (
  report_id TEXT NOT NULL REFERENCES reports(id),
  part TEXT NOT NULL,
  district_id TEXT NOT NULL,
  text TEXT NOT NULL,
  version BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  saved_name TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (report_id, part)
);
CREATE TABLE report_readers (
  report_id TEXT NOT NULL REFERENCES reports(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  district_id TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (report_id, person_id)
);
CREATE INDEX report_readers_by_person ON report_readers (person_id);
-- Who opened a filed report; one row a person and hour.
CREATE TABLE report_openings (
  report_id TEXT NOT NULL REFERENCES reports(id),
  person_id TEXT NOT NULL,
  hour BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (report_id, person_id, hour)
);
-- 干部廉情状况分析, 廉情报告: number, date and copies of what was finished outside; nothing of their content.
CREATE TABLE outside_papers (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'cadres' | 'integrity'
  paper TEXT NOT NULL,
  number TEXT NOT NULL,
  on_day TEXT NOT NULL,
  copies BIGINT NOT NULL,
  noted_by TEXT NOT NULL,
  noted_name TEXT NOT NULL,
  noted_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX outside_papers_number ON outside_papers (district_id, paper, number);
