-- 容错纠错 and 澄清正名. `plain` is the case as the rules know it; the columns beside it are what lists need.
CREATE TABLE tolerance_cases (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  -- 'occurrence:…' | 'remark:…' | 'item:…' | 'matter'
  about TEXT NOT NULL,
  state TEXT NOT NULL,
  by_person TEXT NOT NULL,
  -- the head himself, where it is for him
  for_person TEXT,
  verifier TEXT,
  -- 1: proposed by the commission, not asked for by the head
  proposed BIGINT NOT NULL,
  -- 1: something follows, and be it the note of a 勉励谈话
  waits BIGINT NOT NULL,
  asked_on TEXT NOT NULL,
  -- 文号 of the 认定书, once it was told
  number TEXT NOT NULL DEFAULT '',
  plain TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX tolerance_cases_by_day ON tolerance_cases (district_id, waits, asked_on, id);
CREATE INDEX tolerance_cases_by_about ON tolerance_cases (district_id, about);
-- Append-only: who took which step when. Words stand in the case.
CREATE TABLE tolerance_events (
  case_id TEXT NOT NULL REFERENCES tolerance_cases(id),
  seq BIGINT NOT NULL,
  district_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  step TEXT NOT NULL,
  person_name TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (case_id, seq)
);
CREATE TABLE clearances (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  about TEXT NOT NULL,
  state TEXT NOT NULL,
  person_id TEXT NOT NULL,
  by_person TEXT NOT NULL,
  -- 1: something follows
  waits BIGINT NOT NULL,
  asked_on TEXT NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  plain TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX clearances_by_day ON clearances (district_id, waits, asked_on, id);
CREATE INDEX clearances_by_about ON clearances (district_id, about);
-- What lost the colours that it caused, and by which case.
CREATE TABLE excused (
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  -- 'occurrence' | 'remark' | 'item'
  sort TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  -- 'tolerance' | 'clearance'
  cause TEXT NOT NULL,
  cause_id TEXT NOT NULL,
  on_day TEXT NOT NULL,
  PRIMARY KEY (sort, subject_id)
);
CREATE INDEX excused_by_post ON excused (post_id);
CREATE TABLE tolerance_settings (
  district_id TEXT PRIMARY KEY REFERENCES districts(id),
  settings TEXT NOT NULL,
  set_name TEXT NOT NULL,
  set_on TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
