-- 三色预警: drafts of the rules on their way to adoption, and 申请核对 of colours and of facts.
CREATE TABLE rule_drafts (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  rules TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  -- the version in force that it was made from
  based_on BIGINT NOT NULL,
  -- 'draft' | 'asked' | 'returned' | 'adopted' | 'dropped'
  state TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  by_person TEXT NOT NULL,
  by_name TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  returned_why TEXT NOT NULL DEFAULT '',
  decided_name TEXT NOT NULL DEFAULT '',
  decided_at BIGINT,
  adopted_version BIGINT
);
CREATE INDEX rule_drafts_by_district ON rule_drafts (district_id, saved_at);
CREATE TABLE fact_checks (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'colour' | 'portrait'
  kind TEXT NOT NULL,
  post_id TEXT NOT NULL REFERENCES posts(id),
  unit_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  -- the item, or the fact
  subject_key TEXT NOT NULL,
  -- what stood there when it was asked
  title TEXT NOT NULL,
  shown TEXT NOT NULL,
  tone TEXT NOT NULL,
  words TEXT NOT NULL,
  -- 'asked' | 'corrected' | 'upheld' | 'withdrawn'
  state TEXT NOT NULL,
  by_person TEXT NOT NULL REFERENCES persons(id),
  by_name TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  answer TEXT NOT NULL DEFAULT '',
  answered_by TEXT,
  answered_name TEXT NOT NULL DEFAULT '',
  answered_at BIGINT,
  -- the asker knows the answer
  seen_at BIGINT
);
-- One open question per subject.
CREATE UNIQUE INDEX fact_checks_open ON fact_checks (post_id, year, kind, subject_key) WHERE state = 'asked';
CREATE INDEX fact_checks_by_person ON fact_checks (by_person, state);
CREATE INDEX fact_checks_by_district ON fact_checks (district_id, state, asked_at);
