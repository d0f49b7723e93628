-- 督责: registered readings of a book (翻阅检查), remarks, and the statutory 调取.
CREATE TABLE inspections (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  unit_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  -- 'half_year' | 'year_end' | 'daily'
  purpose TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  -- name of the supervising body as it was called then
  body TEXT NOT NULL,
  -- 'open' | 'feedback' | 'closed' | 'withdrawn'
  standing TEXT NOT NULL,
  sampling TEXT NOT NULL,
  sample TEXT NOT NULL,
  conclusion TEXT NOT NULL DEFAULT '',
  -- edition of the feedback: signatures cover exactly one
  edition BIGINT NOT NULL DEFAULT 1,
  version BIGINT NOT NULL DEFAULT 1,
  announced_by TEXT NOT NULL,
  announced_at BIGINT NOT NULL,
  closed_on TEXT,
  withdrawn_why TEXT NOT NULL DEFAULT ''
);
-- One reading of a post at a time.
CREATE UNIQUE INDEX inspections_open ON inspections (post_id) WHERE standing IN ('open', 'feedback');
CREATE INDEX inspections_by_post ON inspections (post_id, year);
CREATE INDEX inspections_by_year ON inspections (district_id, year);
CREATE TABLE inspection_readers (
  inspection_id TEXT NOT NULL REFERENCES inspections(id),
  person_id TEXT NOT NULL REFERENCES persons(id),
  district_id TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (inspection_id, person_id)
);
CREATE INDEX inspection_readers_by_person ON inspection_readers (person_id);
-- About a record, an item of the list, or (neither) the whole book.
CREATE TABLE inspection_remarks (
  id TEXT PRIMARY KEY,
  inspection_id TEXT NOT NULL REFERENCES inspections(id),
  district_id TEXT NOT NULL,
  record_id TEXT REFERENCES records(id),
  duty_id TEXT,
  -- 'sound' | 'mismatch' | 'wanting'
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  by_person TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  agreed_by TEXT,
  agreed_name TEXT NOT NULL DEFAULT '',
  agreed_on TEXT,
  check_words TEXT NOT NULL DEFAULT '',
  check_at BIGINT,
  answer TEXT NOT NULL DEFAULT '',
  answered_by TEXT,
  answered_at BIGINT,
  withdrawn_at BIGINT,
  withdrawn_why TEXT NOT NULL DEFAULT '',
  item_id TEXT REFERENCES items(id)
);
CREATE INDEX inspection_remarks_by_inspection ON inspection_remarks (inspection_id, at);
CREATE TABLE book_takings (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  post_id TEXT NOT NULL REFERENCES posts(id),
  year BIGINT NOT NULL,
  -- 文号
  number TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- 'asked' | 'approved' | 'refused' | 'taken'
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_by TEXT,
  decided_name TEXT NOT NULL DEFAULT '',
  decided_at BIGINT,
  taken_at BIGINT
);
CREATE UNIQUE INDEX book_takings_number ON book_takings (district_id, number);
