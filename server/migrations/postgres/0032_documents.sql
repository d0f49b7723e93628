-- 文号: rows of numbers per kind of document and year, and every number that was taken.
CREATE TABLE document_series (
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'warning_notice' | 'talk_record' | 'suggestion' | …
  series TEXT NOT NULL,
  year BIGINT NOT NULL,
  prefix TEXT NOT NULL,
  -- lowest number that is taken from now on
  start BIGINT NOT NULL,
  -- who set it, and when; until then prefix and start are 示范
  set_name TEXT NOT NULL,
  set_on TEXT NOT NULL,
  PRIMARY KEY (district_id, series, year)
);
CREATE TABLE document_numbers (
  district_id TEXT NOT NULL REFERENCES districts(id),
  series TEXT NOT NULL,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL,
  -- prefix at the time
  prefix TEXT NOT NULL,
  -- what it stands on: 'notice:…', 'paper:…'
  subject TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  link TEXT NOT NULL DEFAULT '',
  -- 'taken' | 'void': a voided number stays as a stub and is never used again
  state TEXT NOT NULL DEFAULT 'taken',
  -- it was brought from outside, not taken here
  outside BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  taken_name TEXT NOT NULL DEFAULT '',
  taken_at BIGINT NOT NULL,
  void_name TEXT NOT NULL DEFAULT '',
  void_at BIGINT,
  PRIMARY KEY (district_id, series, year, number)
);
CREATE UNIQUE INDEX document_numbers_by_subject ON document_numbers (district_id, series, subject) WHERE state = 'taken';
CREATE INDEX document_numbers_by_time ON document_numbers (district_id, year, taken_at);
-- 通报 and other documents that the office writes here. `plain` is the paper as the rules know it.
CREATE TABLE letters (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  series TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT NOT NULL DEFAULT '',
  drafted_by TEXT NOT NULL,
  drafted_on TEXT NOT NULL,
  issued_on TEXT,
  plain TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX letters_by_state ON letters (district_id, state);
CREATE INDEX letters_by_day ON letters (district_id, drafted_on, id);
-- The units it goes to.
CREATE TABLE letter_units (
  letter_id TEXT NOT NULL REFERENCES letters(id),
  unit_id TEXT NOT NULL REFERENCES units(id),
  district_id TEXT NOT NULL,
  -- as it was called then
  unit_name TEXT NOT NULL,
  -- who read it first for the unit, or whose paper it was
  received_name TEXT NOT NULL DEFAULT '',
  received_on TEXT,
  paper_handler TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (letter_id, unit_id)
);
CREATE INDEX letter_units_by_unit ON letter_units (unit_id);
