-- 减负反馈: what people say is not needed, the office's answers, and the figures of quarters that are over.
-- A suggestion without a name has no account, no name and no time of day; its rows are written anew in the order of
-- their ids whenever one is added.
CREATE TABLE relief_suggestions (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  -- 'item' | 'reminder' | 'field' | 'report' | 'rule' | 'step' | 'other'
  family TEXT NOT NULL,
  name TEXT NOT NULL,
  -- what it was called then
  title TEXT NOT NULL,
  -- 1: everybody knows what it is; 0: an item of one unit's own list
  common BIGINT NOT NULL,
  words TEXT NOT NULL,
  -- 1: the words may be shown to everybody with the answer
  share BIGINT NOT NULL,
  account_id TEXT,
  person_name TEXT NOT NULL,
  on_day TEXT NOT NULL,
  answer_id TEXT
);
CREATE INDEX relief_open ON relief_suggestions (district_id, family, name) WHERE answer_id IS NULL;
CREATE UNIQUE INDEX relief_one_voice ON relief_suggestions (account_id, family, name)
  WHERE answer_id IS NULL AND account_id IS NOT NULL;
CREATE TABLE relief_answers (
  id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL REFERENCES districts(id),
  family TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  common BIGINT NOT NULL,
  -- 'adopted' | 'partly' | 'declined'
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed TEXT NOT NULL,
  voices BIGINT NOT NULL,
  on_day TEXT NOT NULL,
  account_id TEXT,
  person_name TEXT NOT NULL
);
CREATE INDEX relief_answers_by_day ON relief_answers (district_id, on_day);
-- Totals of a quarter that is over: no person, no unit.
CREATE TABLE relief_quarters (
  district_id TEXT NOT NULL REFERENCES districts(id),
  year BIGINT NOT NULL,
  quarter BIGINT NOT NULL,
  figures TEXT NOT NULL,
  kept_on TEXT NOT NULL,
  PRIMARY KEY (district_id, year, quarter)
);
